"""Who holds what, where goods are, what is under way and what is held."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from sarai.goods import DocumentRef
from sarai.ledger import Book, ConsignmentView, HeldLot
from sarai.server.access import Grant, allow, seen_consignment, seen_holds, seen_rows
from sarai.server.problems import Problem
from sarai.server.routes.answers import After, Limit, ask, house_of, page, problems, tagged
from sarai.server.routes.sight import consigned_of, eyes_of, may_read, not_yours, sought

router = APIRouter(tags=["holdings"])
Name = Annotated[str, Query(max_length=200)]
HOLDER = ("party", "place", "regime", "state")


@router.get("/balances", responses=problems(404))
async def balances(
    request: Request,
    grant: Annotated[Grant, allow("balances.read")],
    party: Annotated[str | None, Query(max_length=200)] = None,
    place: Annotated[str | None, Query(max_length=200)] = None,
    regime: Annotated[str | None, Query(max_length=40)] = None,
    hs: Annotated[str | None, Query(pattern=r"^[0-9]{1,6}$")] = None,
    at: Annotated[datetime | None, Query(description="As it was at this event time.")] = None,
    as_known: Annotated[datetime | None, Query(description="As the book knew it then.")] = None,
    outside: bool = False,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Who holds what, lot by lot."""
    if grant.scope == "own":
        party = _own(grant, party)
    question = {"party": party, "place": place, "regime": regime, "hs": hs, "at": _aware("at", at),
                "as_known": _aware("as_known", as_known), "outside": outside}  # fmt: skip
    found = await ask(request, lambda book: book.balance(**question).rows)
    rows = [_row(each) for each in seen_rows(eyes_of(request, grant), found)]
    return page(request, rows, after, limit, asked={key: value for key, value in question.items() if value})


def _row(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "amount": row.amount, "unit": row.unit}


def _own(grant: Grant, party: str | None) -> str:
    parties = grant.visitor.parties
    if party is None and len(parties) == 1:
        return parties[0]
    if party is None:
        raise Problem(422, "Bad value", f"say for which party: one of {', '.join(parties) or 'none'}")
    if party not in parties:
        raise Problem(403, "Forbidden", f"the balances of {party} are not yours to see; ask for your own")
    return party


def _aware(name: str, time: datetime | None) -> datetime | None:
    if time is not None and time.tzinfo is None:
        raise Problem(
            422,
            "Bad value",
            f"{name} {time.isoformat()} has no zone; write {time.isoformat()}Z",
            parameter=name,
        )
    return time


@router.get("/whereabouts", responses=problems(404))
async def whereabouts(
    request: Request,
    grant: Annotated[Grant, allow("balances.read")],
    issuer: Name,
    number: Name,
    item: Annotated[int | None, Query(ge=1, le=65_535)] = None,
) -> Response:
    """Where the goods are that were born from a document: every account that has something of them."""
    eyes = eyes_of(request, grant)

    def question(book: Book) -> list[dict[str, Any]]:
        found = sought(eyes, lambda: book.where(issuer, number, item))
        rows = [_row(each) for each in seen_rows(eyes, found)]
        if eyes.scope == "own" and not rows and not may_read(eyes, book, issuer, number):
            raise not_yours()
        return rows

    rows = await ask(request, question)
    return tagged(request, {"rows": rows, "of": len(rows)})


@router.get("/consignment", responses=problems(404))
async def consignment(
    request: Request,
    grant: Annotated[Grant, allow("consignments.read")],
    issuer: Name,
    number: Name,
) -> Response:
    """A consignment as it stands."""
    eyes, name = eyes_of(request, grant), DocumentRef(issuer=issuer, number=number)

    def question(book: Book) -> ConsignmentView:
        found = sought(eyes, lambda: book.consignment(issuer, number))
        view = seen_consignment(eyes, found, consigned_of(book)(name).carrier)
        if view is None:
            raise not_yours()
        return view

    view = await ask(request, question)
    left = [
        {"item": item, "amount": view.amount(item), "unit": view.units[item]} for item in sorted(view.left)
    ]
    names = ("issuer", "number", "kind", "state", "sender", "consignee", "destination",
             "destination_country", "began", "deadline")  # fmt: skip
    return tagged(request, {**{name: getattr(view, name) for name in names}, "left": left})


@router.get("/holds", responses=problems())
async def holds(
    request: Request,
    grant: Annotated[Grant, allow("holds.read")],
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """The lots that are held now, each with the document that holds it."""
    eyes = eyes_of(request, grant)

    held = await house_of(request).holds()

    def question(book: Book) -> list[HeldLot]:
        own = [
            row
            for party in (grant.visitor.parties if eyes.scope == "own" else ())
            for row in book.balance(party=party).rows
        ]
        return seen_holds(eyes, held, own)

    return page(request, await ask(request, question), after, limit)
