"""What only an authority of the book may issue: holds, releases, and steps of cases."""

from __future__ import annotations

from sarai.goods import CaseStep, Code, Hold, LotRef, Release
from sarai.ledger.booking import Booking
from sarai.ledger.holds import Held
from sarai.ledger.verdict import Refused


def post_hold(booking: Booking, document: Hold, lines: object) -> None:
    """Nothing of these lots may move from now on."""
    check_authority(booking, document)
    booking.state.holds.add(
        [
            Held(lot, booking.entry, ref.issuer, ref.number, document.issuer, document.number, document.case)
            for index, ref in enumerate(document.lots)
            for lot in _lots(booking, ref, f"/lots/{index}")
        ]
    )


def post_release(booking: Booking, document: Release, lines: object) -> None:
    """They may move again, as far as no other case holds them."""
    check_authority(booking, document)
    holds = booking.state.holds
    lifted: list[Held] = []
    for index, ref in enumerate(document.lots):
        standing = [held for lot in _lots(booking, ref, f"/lots/{index}") for held in holds.get(lot, ())]
        ours = [held for held in standing if document.case in ("", held.case_id)]
        if not ours:
            _refuse_release(document, ref, standing, f"/lots/{index}")
        lifted += ours
    holds.lift(lifted)


def post_case_step(booking: Booking, document: CaseStep, lines: object) -> None:
    """Moves nothing: it is an entry, and so a leaf of the log."""
    check_authority(booking, document)


def check_authority(booking: Booking, document: Hold | Release | CaseStep) -> None:
    """Only those whom the book has known as authorities since its birth."""
    authorities = booking.settings.authorities
    if document.issuer not in authorities:
        kind = document.__struct_config__.tag
        known = f"those of this book are {', '.join(authorities)}" if authorities else "this book has none"
        raise Refused(
            Code.NOT_ENTITLED,
            f"{document.issuer} may not issue a {kind}: only an authority may, and {known}. Authorities are "
            "named when a book is made: sarai new --authority PARTY",
            "/issuer",
        )


def _lots(booking: Booking, ref: LotRef, pointer: str) -> list[int]:
    """The lots of all versions that bore this item."""
    lots = [number for number, _, _ in booking.find_lots(ref)]
    if not lots:
        raise Refused(
            Code.LOT_UNKNOWN,
            f"lot {ref.issuer}/{ref.number} item {ref.item} is not in the book; look at its issuer, number "
            "and item",
            pointer,
        )
    return lots


def _refuse_release(document: Release, ref: LotRef, standing: list[Held], pointer: str) -> None:
    """Nothing holds it, or only what holds it for other cases."""
    name = f"lot {ref.issuer}/{ref.number} item {ref.item}"
    message = f"{name} is not held; there is nothing to release"
    if standing:
        message = (
            f"{name} is not held for case {document.case} but by {standing[0].hold}; release it for that "
            "case, or name none to lift every hold"
        )
    raise Refused(Code.NO_HOLD, message, pointer)
