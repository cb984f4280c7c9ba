"""Proofs that the book was not altered: the signed checkpoint, inclusion, consistency."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from msgspec.structs import replace
from starlette.responses import PlainTextResponse

from sarai.ledger import Book, InclusionProof
from sarai.server.access import Grant, allow
from sarai.server.routes.answers import ask, house_of, problems, tagged
from sarai.server.routes.sight import eyes_of, may_read, not_yours

router = APIRouter(tags=["proofs"])
Size = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get(
    "/checkpoint",
    response_class=PlainTextResponse,
    responses={200: {"description": "A C2SP checkpoint.", "content": {"text/plain": {}}}, **problems(404)},
)
async def checkpoint(
    request: Request, grant: Annotated[Grant, allow("checkpoint.read")], size: Size = None
) -> Response:
    """The state of the log, signed with the state's key: what a partner keeps to check the book against."""
    keys = house_of(request).keys
    text = await ask(request, lambda book: book.checkpoint(*keys, size=size))
    return Response(text, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


@router.get("/proof", responses=problems(404))
async def proof(
    request: Request,
    grant: Annotated[Grant, allow("proofs.read")],
    issuer: Annotated[str, Query(max_length=200)],
    number: Annotated[str, Query(max_length=200)],
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    size: Size = None,
) -> Response:
    """That a document is in the book; docs/proofs.md says how to check it."""
    keys = house_of(request).keys
    eyes = eyes_of(request, grant)

    def question(book: Book) -> InclusionProof:
        if eyes.scope == "own" and not may_read(eyes, book, issuer, number, version):
            raise not_yours()
        return book.prove(issuer, number, *keys, version=version, size=size)

    made = await ask(request, question)
    return tagged(request, replace(made, document="") if eyes.scope == "summary" else made)


@router.get("/proof/consistency", responses=problems(404))
async def consistency(
    request: Request,
    grant: Annotated[Grant, allow("proofs.read")],
    old: Annotated[int, Query(ge=0, le=2**53)],
    new: Size = None,
) -> Response:
    """That the log of one size is the beginning of that of another."""
    keys = house_of(request).keys
    return tagged(request, await ask(request, lambda book: book.prove_consistency(old, *keys, new=new)))
