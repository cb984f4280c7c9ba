"""Documents in, in bulk; and any of them as it came in, with what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from msgspec.structs import replace
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sarai.goods import AnyDocument, Document, Refusal, SaraiError
from sarai.intake.explain import DECODE_ERRORS, decoded, explain
from sarai.intake.record import LIMITS
from sarai.ledger import Book, Result
from sarai.ledger.reading import Reader
from sarai.ledger.search import MOST, Kept, Line, find, kept
from sarai.server.access import Eyes, Grant, allow, refused
from sarai.server.access.posting import runs
from sarai.server.house import House
from sarai.server.problems import Problem, problem_of
from sarai.server.routes.answers import Limit, ask, house_of, linked, problems, tagged
from sarai.server.routes.sight import consigned_of, content_of, eyes_of, not_yours, sought

router = APIRouter(tags=["documents"])
LOOKS = 20  # through the journal, of `MOST` entries each, for a page of what is one's own
LINES_AT_ONCE = 1_000  # of a request are handed in together
NDJSON = "application/x-ndjson"

Read = list[Document | Refusal]

_decode = msgspec.json.Decoder(AnyDocument).decode

RESULT_SCHEMA = {
    "type": "object",
    "required": ["line", "code", "name", "entry"],
    "properties": {
        "line": {"type": "integer", "description": "Of the request, from 1."},
        "code": {"type": "integer", "description": "0 posted, 1 repeated; all others: why not."},
        "name": {"type": "string"},
        "entry": {"type": "integer", "description": "Its number in the journal."},
        "issuer": {"type": "string"},
        "number": {"type": "string"},
        "message": {"type": "string"},
        "pointer": {"type": "string"},
        "facts": {"type": "array", "items": {"type": "object"}},
    },
}


class Duplex(StreamingResponse):
    """Answers while it still reads the request, so nobody else may listen to what the client sends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with suppress(ClientDisconnect):  # what was recorded and not told may be sent again
            await self.stream_response(send)


# -- in --------------------------------------------------------------------------------------------


@router.post(
    "/documents",
    response_class=StreamingResponse,
    openapi_extra={"requestBody": {"required": True, "content": {NDJSON: {"schema": {"type": "string"}}}}},
    responses={
        200: {
            "description": "A line for each line that is not blank, in order, once it is on disk.",
            "content": {NDJSON: {"schema": RESULT_SCHEMA}},
        },
        **problems(413),
    },
)
async def post_documents(
    request: Request,
    grant: Annotated[Grant, allow("documents.post")],
    mode: Literal["strict", "observe"] | None = None,
) -> Response:
    """Post documents, a JSON object on each line.

    Each stands or falls alone. What is answered is on disk; what was not answered may be sent again:
    the same document again is `REPEATED`, and has no effect.
    """
    house = house_of(request)
    lines = _lines(request, house.settings.request_bytes)
    first = await anext(lines, None)  # what is wrong with the whole is told with a status
    answers = _answers(house, eyes_of(request, grant), mode, first, lines)
    begun = await anext(answers, b"")  # and that nothing can be recorded now
    return Duplex(_with(begun, answers), media_type=NDJSON, headers={"X-Accel-Buffering": "no"})


async def _with(begun: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for more in rest:
        yield more


async def _lines(request: Request, most: int) -> AsyncIterator[list[tuple[int, bytes]]]:
    """The lines of a request that are not blank, with their numbers, some at a time."""
    size, number, rest = 0, 0, b""
    waiting: list[tuple[int, bytes]] = []
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise Problem(413, "Too large", f"a request may have {most:,} bytes; send it in several")
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LIMITS.max_record_bytes:
            raise Problem(
                413, "Too large", f"line {number + len(whole) + 1} is longer than a document may be"
            )
        for line in whole:
            number += 1
            if line.strip():
                waiting.append((number, line))
        while len(waiting) >= LINES_AT_ONCE:
            yield waiting[:LINES_AT_ONCE]
            del waiting[:LINES_AT_ONCE]
    if rest.strip():
        waiting.append((number + 1, rest))
    if waiting:
        yield waiting


async def _answers(
    house: House,
    eyes: Eyes,
    mode: str | None,
    first: list[tuple[int, bytes]] | None,
    rest: AsyncIterator[list[tuple[int, bytes]]],
) -> AsyncIterator[bytes]:
    lines, answered = first, 0
    while lines:
        try:
            async for results in _record(house, eyes, mode, lines):
                yield b"".join(msgspec.json.encode(each) + b"\n" for each in results)
                answered = results[-1]["line"]
        except (Problem, SaraiError) as fault:
            if not answered:
                raise  # else the status is sent already: the rest is not in the book
            problem = fault if isinstance(fault, Problem) else problem_of(fault)
            line = next(number for number, _ in lines if number > answered)
            yield msgspec.json.encode({"line": line, "problem": problem.body()}) + b"\n"
            return
        lines = await anext(rest, None)


async def _record(
    house: House, eyes: Eyes, mode: str | None, lines: Sequence[tuple[int, bytes]]
) -> AsyncIterator[list[dict[str, Any]]]:
    """What became of each line, some at a time: rights are judged by what stands when a line's turn comes."""

    def begin(book: Book) -> tuple[list[Read], Read]:
        parts = list(runs(eyes, [_read(line) for _, line in lines]))
        return parts, _judged(lines, parts[0], eyes, book)

    parts, judged = await house.read(begin)
    rest = iter(lines)
    for place, part in enumerate(parts):
        some = list(islice(rest, len(part)))
        if place:
            judged = await house.read(partial(_judged, some, part, eyes))
        yield await _record_some(house, mode, some, judged)


async def _record_some(
    house: House, mode: str | None, lines: Sequence[tuple[int, bytes]], judged: Read
) -> list[dict[str, Any]]:
    """What became of lines that were judged together."""
    documents = [each for each in judged if not isinstance(each, Refusal)]
    refusals = [each for each in judged if isinstance(each, Refusal)]
    waiting = []
    if documents:
        waiting.append(house.record_soon(documents, mode, checked=True))
    if refusals:
        waiting.append(house.refuse_soon(refusals))
    answers = [iter(each) for each in await asyncio.gather(*map(asyncio.wrap_future, waiting))]
    of_documents, of_refusals = answers[0], answers[-1]
    return [
        _told(number, each, next(of_refusals if isinstance(each, Refusal) else of_documents))
        for (number, _), each in zip(lines, judged, strict=True)
    ]


def _read(line: bytes) -> Document | Refusal:
    try:
        return _decode(line)
    except DECODE_ERRORS as fault:
        return explain(fault, decoded(line)).read(0, "http", line[: LIMITS.max_raw_kept]).refusal


def _judged(lines: Sequence[tuple[int, bytes]], read: Read, eyes: Eyes, book: Book) -> Read:
    """What was read, with a refusal in place of what somebody may not hand in."""
    judged: Read = []
    for (_, line), each in zip(lines, read, strict=False):  # only the first lines may have been read
        refusal = None if isinstance(each, Refusal) else refused(eyes, each, consigned_of(book))
        raw = line[: LIMITS.max_raw_kept]
        judged.append(each if refusal is None else replace(refusal, source="http", raw=raw))
    return judged


def _told(number: int, read: Document | Refusal, result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {
        "line": number, "code": int(result.code), "name": result.code.name, "entry": result.entry,
    }  # fmt: skip
    if not isinstance(read, Refusal):
        told |= {"issuer": read.issuer, "number": read.number}
    if result.message:
        told |= {"message": result.message, "pointer": result.pointer}
    if result.facts:
        told["facts"] = [
            {"item": fact.item, "code": int(fact.code), "name": fact.code.name, "detail": fact.detail}
            for fact in result.facts
        ]
    return told


# -- out -------------------------------------------------------------------------------------------


@router.get("/documents", responses=problems())
async def list_documents(
    request: Request,
    grant: Annotated[Grant, allow("book.read")],
    issuer: Annotated[str, Query(max_length=200)] = "",
    number: Annotated[str, Query(max_length=200, description="Its beginning is enough.")] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    refused: bool | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="Only entries before this one.")] = None,
    limit: Limit = 100,
) -> Response:
    """Entries of the journal that fit, the latest first."""
    wanted = {"issuer": issuer, "number": number, "kind": kind, "refused": refused}
    eyes = eyes_of(request, grant)

    def question(book: Book) -> tuple[list[Line], int | None]:
        return _found(book, eyes, limit, before, **wanted)

    rows, following = await ask(request, question)
    return linked(request, {"rows": rows, "next": following}, before=following)


def _found(
    book: Book, eyes: Eyes, limit: int, before: int | None, **wanted: Any
) -> tuple[list[Line], int | None]:
    """The entries that somebody may see, and before which to go on if there are more.

    Who may not see all is told of a next page only if there is something of its own on it.
    """
    seen: list[Line] = []
    for _ in range(LOOKS):
        rows = find(book.store, before=before, most=MOST, **wanted)
        for row in rows:
            before = row.entry
            if eyes.scope == "all" or content_of(eyes, kept(book.store, row.entry), book) is not None:
                if len(seen) == limit:
                    return seen, seen[-1].entry
                seen.append(_line(eyes, row))
        if len(rows) < MOST:
            return seen, None
    return seen, before


def _line(eyes: Eyes, line: Line) -> Line:
    number, issuer = eyes.number(line.issuer, line.number), eyes.party(line.issuer)
    message = line.message if eyes.scope != "summary" else ""
    return replace(line, issuer=issuer, number=number, message=message)


@router.get("/document", responses=problems(404))
async def get_document(
    request: Request,
    grant: Annotated[Grant, allow("book.read")],
    issuer: Annotated[str, Query(max_length=200)],
    number: Annotated[str, Query(max_length=200)],
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> Response:
    """A document as it came in, in its latest version or the one stated."""

    def which(book: Book) -> int:
        return Reader(book.store).entry_of(issuer, number, version)

    return await _shown(request, grant, which)


@router.get("/entries/{entry}", responses=problems(404))
async def get_entry(
    request: Request,
    grant: Annotated[Grant, allow("book.read")],
    entry: Annotated[int, PathParameter(ge=1, le=2**53)],
) -> Response:
    """An entry of the journal, refused ones too."""
    return await _shown(request, grant, lambda book: entry)


async def _shown(request: Request, grant: Grant, which: Callable[[Book], int]) -> Response:
    eyes = eyes_of(request, grant)

    def question(book: Book) -> tuple[Kept, Any]:
        found = sought(eyes, lambda: kept(book.store, which(book)))
        return found, content_of(eyes, found, book)

    found, content = await ask(request, question)
    if content is None:
        raise not_yours()
    line = _line(eyes, found.line)
    told = {name: getattr(line, name) for name in line.__struct_fields__}
    facts = [
        {"item": each.item, "code": int(each.code), "name": each.code.name, "detail": each.detail}
        for each in (found.facts if eyes.scope != "summary" else ())
    ]
    return tagged(request, {**told, "name": line.code.name, "document": content, "facts": facts})
