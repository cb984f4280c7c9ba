"""What marked documents come to, by reason and place, and the largest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.booked.gap import Candidate, Paper
from sarai.flows.booked.marking import ARRIVED

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["Found", "Total", "found", "largest"]


class Total(NamedTuple):
    """Sums of marked items. ``value`` and ``mass`` are of those that have both."""

    reason: str
    where: str
    hand: str
    code: str
    amount: float
    value: float
    mass: float
    count: int
    unmeasured: int


class Found(NamedTuple):
    """The totals, and the largest documents of each reason and place."""

    totals: tuple[Total, ...]
    listed: dict[tuple[str, str], tuple[Paper, ...]]
    shown: int

    def of(self, reason: str, where: str | None = None) -> list[Total]:
        """The totals of a reason, and of a place if one is given."""
        return [each for each in self.totals if each.reason == reason and where in (None, each.where)]

    def amount(self, reason: str, where: str | None = None) -> float:
        """How much its documents hold."""
        return float(sum(each.amount for each in self.of(reason, where)))

    def count(self, reason: str, where: str | None = None) -> int:
        """How many items that is."""
        return sum(each.count for each in self.of(reason, where))

    def unmeasured(self, reason: str) -> int:
        """How many items do not state the measure."""
        return sum(each.unmeasured for each in self.of(reason))

    def places(self, reason: str) -> list[str]:
        """Where there are documents of this reason."""
        return sorted({each.where for each in self.of(reason)})

    def papers(self, reason: str, where: str | None = None) -> tuple[Paper, ...]:
        """The largest documents, at all places together if none is given."""
        if where is not None:
            return self.listed.get((reason, where), ())
        every = [each for (why, _), papers in self.listed.items() if why == reason for each in papers]
        return tuple(sorted(every, key=_order)[: self.shown])

    def received(self, partner: str) -> float:
        """How much of what was cleared without a country can have come from the partner, by holder."""
        total = 0.0
        for hand in sorted({each.hand for each in self.of("no_country")}):
            cleared = sum(each.amount for each in self.of("no_country") if each.hand == hand)
            came = [each for each in self.of(ARRIVED) if each.hand == hand]
            theirs = sum(each.amount for each in came if each.where == partner)
            total += min(cleared, theirs) if came else cleared
        return total

    def candidate(
        self,
        reason: str,
        where: str,
        surplus: float | None,
        gap: float,
        listed: tuple[str, str | None] | None = None,
    ) -> Candidate:
        """A candidate, with the documents of its reason and place, or those ``listed`` elsewhere."""
        held = listed or (reason, where)
        amount = self.amount(*held)
        explains = min(abs(gap), max(0.0, amount if surplus is None else surplus))
        return Candidate(reason, where, amount, surplus, explains, self.count(*held), self.papers(*held))


def found(marks: Table, shown: int) -> Found:
    """Sum marked documents up, and fetch the largest."""
    sums = marks.group_by("reason", "where", "hand", "code").agg(
        amount=marks.amount.sum().fill_null(0.0),
        value=marks.value.sum().fill_null(0.0),
        mass=marks.mass.sum().fill_null(0.0),
        count=marks.count(),
        unmeasured=marks.amount.isnull().sum(),
    )
    totals = sums.order_by("reason", "where", "hand", "code").to_pyarrow().to_pylist()
    return Found(tuple(Total(**row) for row in totals), largest(marks, shown), shown)


def largest(marks: Table, shown: int) -> dict[tuple[str, str], tuple[Paper, ...]]:
    """By reason and place, the documents with the largest amounts."""
    import ibis

    window = ibis.window(
        group_by=["reason", "where"],
        order_by=[ibis.desc("amount", nulls_first=False), "issuer", "number", "item", "day"],
    )
    top = marks.mutate(rank=ibis.row_number().over(window)).filter(lambda t: t["rank"] < shown)
    rows = top.filter(top.amount.notnull()).select("reason", "where", *Paper._fields).to_pyarrow().to_pylist()
    by_place: dict[tuple[str, str], list[Paper]] = {}
    for row in rows:
        by_place.setdefault((row.pop("reason"), row.pop("where")), []).append(Paper(**row))
    return {key: tuple(sorted(papers, key=_order)) for key, papers in sorted(by_place.items())}


def _order(paper: Paper) -> tuple:
    return -paper.amount, paper.issuer, paper.number, paper.item, paper.day
