"""What the book noticed of a document, in words."""

from __future__ import annotations

from sarai.goods import FactCode
from sarai.ledger.verdict import Fact
from sarai.watch.phrases import Phrase, phrase

DIFFERENCES = (
    (", not ", "{now}, not {then}"), (" as ", "{now} as {then}"), (" to ", "{now} to {then}"),
    (" is not in ", "{now} is not in {then}"),
)  # fmt: skip


def noticed(fact: Fact) -> Phrase:
    """What the book noticed of a document.

    >>> str(noticed(Fact(2, FactCode.CODE_DRIFT, 0, "847130")))
    'item 2: code drift (847130)'
    """
    what = phrase(FactCode(fact.code).name.replace("_", " ").lower())
    if fact.detail:
        what = phrase("{what} ({detail})", what=what, detail=_detail(fact.detail))
    return phrase("item {item}: {what}", item=str(fact.item), what=what) if fact.item else what


def _detail(said: str) -> Phrase | str:
    """What the book noticed in particular, as it writes it: how it is now, and how it should have been."""
    for between, text in DIFFERENCES:
        now, found, then = said.partition(between)
        if found:
            return phrase(text, now=_detail(now), then=_detail(then))
    return said
