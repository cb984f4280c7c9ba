"""What is kept of the cases: after anything that may happen, the same as if all were put together anew."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from alerting import alert
from casework import AUTHORITY, CHIPS, LOT, OFFICER, desk
from hypothesis import example, given, settings
from hypothesis import strategies as st
from watching import QUICK, exported, imported, line, on

from sarai.goods import CaseStep, Hold, LotRef, Release
from sarai.watch.cases import Casework, Desk

IMPORTS = 7
PAPERS = [
    imported(f"I-{n}", on(n / 10), f"F{n}", line(CHIPS, 50, value=900 * (n + 1))) for n in range(IMPORTS)
]
BEGIN = on(30)

small = st.integers(0, IMPORTS - 1)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("alert"), small, small, st.integers(-20, 20)),
        st.tuples(st.just("alerts"), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("both"), small, small, st.just(0)),
        st.tuples(st.just("export"), small, st.integers(1, 9), st.just(0)),
        st.tuples(st.just("correct"), small, st.integers(1, 9), st.just(0)),
        st.tuples(
            st.just("act"), small, st.sampled_from(["assign", "note", "decide", "hold", "release"]), small
        ),
        st.tuples(st.just("order"), small, st.sampled_from([Hold, Release]), small),
        st.tuples(st.just("tie"), small, small, st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 40), st.just(0), st.just(0)),
        st.tuples(st.just("look"), st.booleans(), st.just(0), st.just(0)),
    ),
    min_size=8,
    max_size=30,
)

TWO_HOLDS = [("order", 0, Hold, 1), ("order", 0, Hold, 2), ("order", 0, Release, 1)]


class Worked:
    """A desk at which things happen; with each, what is kept is held against what is put together anew."""

    def __init__(self, at: Desk) -> None:
        self.at, self.store, self.work, self.count = at, at._alerts, Casework(), 0

    def does(self, what: str, one, other, more) -> None:
        """Something happens."""
        self.count += 1
        getattr(self, f"_{what}")(one, other, more)

    def kept(self) -> Desk:
        return Desk(self.at.book, self.store, self.at.now, work=self.work)

    def agree(self) -> None:
        """What is kept equals what is put together anew, and what is held is what the ledger holds."""
        kept, anew = self.kept(), Desk(self.at.book, self.store, self.at.now)
        assert kept.standing == anew.standing
        assert kept.ranked(closed=True) == anew.ranked(closed=True)
        assert kept.ranked() == anew.ranked()
        for case in anew.cases:
            assert kept.one(case.id) == anew.one(case.id)
        assert kept.holds == self.at.book.holds()

    def _alerts(self, *_: object) -> None:
        """One about each lot."""
        for lot in range(IMPORTS):
            self.count += 1
            self._alert(lot, lot, 1)

    def _both(self, one: int, other: int, _: int) -> None:
        """One about two lots, whose cases are one from then on."""
        self._alert(one, other, 1, also=other)

    def _alert(self, lot: int, party: int, late: int, also: int | None = None) -> None:
        day = (self.at.now - on(0)) / timedelta(days=1) + min(late, 0)
        lots = tuple(LOT + (each << 16) for each in (lot, also) if each is not None)
        made = alert(
            f"{self.count:04x}0000", day, lots=lots, parties=(f"F{party}", f"F{lot}"), entry=lot + 1,
            typology=("odd-way", "off-route")[late % 2], points=3 + party,
        )  # fmt: skip
        self.store.keep([made])

    def _export(self, who: int, much: int, _: int) -> None:
        self.at.book.record(
            [exported(f"E-{self.count}", self.at.now, f"F{who}", line(CHIPS, much))], now=self.at.now
        )

    def _correct(self, which: int, much: int, _: int) -> None:
        from sarai.goods import Correction

        version = 2 + sum(
            1
            for _ in self.at.book.store.query(
                "SELECT 1 FROM entry WHERE kind = 'correction' AND number = ? AND code = 0", (f"I-{which}",)
            )
        )
        was = imported(
            f"I-{which}", on(which / 10), f"F{which}", line(CHIPS, 50 + much, value=77), version=version
        )
        paper = Correction(
            issuer="customs", number=f"I-{which}", version=version, time=self.at.now, replacement=was
        )
        self.at.book.record([paper], now=self.at.now, mode="observe")

    def _act(self, which: int, step: str, more: int) -> None:
        at = self.kept()
        if not at.cases:
            return
        ranked = at.one(at.cases[which % len(at.cases)].id)
        case = ranked.case
        match step:
            case "assign":
                at.assign(case, OFFICER, f"officer-{more}")
            case "note":
                at.note(case, OFFICER, "Looked at it.")
            case "decide":
                at.decide(case, OFFICER, ("confirmed", "dismissed")[more % 2], "It is so.")
            case "hold" if ranked.stake.in_reach:
                at.hold(ranked, OFFICER)
            case "release" if any(each.case in case.names for some in ranked.held.values() for each in some):
                at.release(ranked, OFFICER)

    def _order(self, lot: int, kind: type, case: int) -> None:
        lot, case = lot % 2, case % 3
        order = kind(
            issuer=AUTHORITY, number=f"O-{self.count}", time=self.at.now,
            case=f"C-{case:04x}0000" if case else "",
            lots=[LotRef(issuer="customs", number=f"I-{lot}", item=1)],
        )  # fmt: skip
        self.at.book.record([order], now=self.at.now)

    def _tie(self, one: int, other: int, _: int) -> None:
        """An officer says that two are one; perhaps of a case that nobody knows."""
        step = CaseStep(
            issuer=AUTHORITY, number=f"S-{self.count}", time=self.at.now, step="merge",
            case=f"C-{one + 1:04x}0000", officer="officer-7", to=f"C-{other + 1:04x}0000",
        )  # fmt: skip
        self.at.book.record([step], now=self.at.now)

    def _wait(self, days: int, *_: object) -> None:
        self.at.now += timedelta(days=days)

    def _look(self, goods: bool, *_: object) -> None:
        self.work.look(self.at.book, self.store, goods=goods)


@settings(max_examples=60, deadline=None)
@example(deeds=TWO_HOLDS, often=1)
@given(deeds=deeds, often=st.integers(1, 9))
def test_what_is_kept_is_what_would_be_put_together_anew(deeds, often):
    with (
        tempfile.TemporaryDirectory(prefix="sarai-cases-", dir=QUICK) as directory,
        desk(Path(directory), papers=PAPERS, raised=[], now=BEGIN) as at,
    ):
        worked = Worked(at)
        for number, deed in enumerate(deeds):
            worked.does(*deed)
            if number % often == 0:
                worked.agree()
        worked.agree()
