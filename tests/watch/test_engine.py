"""The watch itself: the same alerts however the book is handed over, and typologies that fail fail alone."""

from __future__ import annotations

import _sqlite3
import ctypes
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from watching import (
    DAY,
    MINUTE,
    QUICK,
    Paper,
    exported,
    imported,
    line,
    on,
    record,
    sold,
    transited,
    watch,
)

import sarai
from sarai.goods import BadSetting, Correction
from sarai.ledger.rows import to_us
from sarai.simulation import SCHEMES, Scenario, Simulation
from sarai.watch import running
from sarai.watch.engine import RAISE
from sarai.watch.finding import Alert, Finding, Reason, Unexplained
from sarai.watch.given import Given
from sarai.watch.memory import standing
from sarai.watch.register import Firm, Register
from sarai.watch.running import Watching
from sarai.watch.seen import Seen
from sarai.watch.store import AlertStore, Judged
from sarai.watch.typologies import TYPOLOGIES
from sarai.watch.typology import Typology

CHIPS = line("854231", 100, 5_000)
END = on(60)


# -- typologies of the tests, and a book for them ------------------------------------------------------


def found(seen: Seen, **more: object) -> Finding:
    return Finding(subject=seen.name, facts={"name": seen.name}, **more)


def everything(seen: Seen, memory, given) -> Iterator[Finding]:
    lots = tuple(sorted({movement.lot for movement in seen.movements}))
    yield found(seen, lots=lots)


def later(seen: Seen, memory, given) -> Iterator[Finding]:
    """A day after the deadline, of a transit that is still under way."""
    if seen.kind == "transit":
        memory.due.set(to_us(seen.document.deadline + DAY), f"later {seen.name}")
    elif seen.reference.startswith("later "):
        yield found(seen, entries=(seen.entry,))


def table_row(name: str, points: float, *on: str, judge=everything, **more: object) -> Typology:
    text = more.pop("text", "{name} was seen.")
    return Typology(
        name=name, title=name, source="this test", needs=(), on=on, judge=judge, points=points, text=text,
        advice="Look.", **more,
    )  # fmt: skip


HALF = table_row("half", 1.5, "import")
OTHER_HALF = table_row("other-half", 1.5, "waybill", "export")
WHOLE = table_row("whole", 3.0, "export")
LATER = table_row("later", 3.0, "transit", "due", judge=later)
ROWS = (HALF, OTHER_HALF, WHOLE, LATER)


def papers() -> list[Paper]:
    """A month of a few firms; some papers come late, some are corrected, some refused."""
    told: list[Paper] = []
    for day in range(0, 24, 2):
        who = "abc"[day % 3]
        entry = imported(f"in-{day}", on(day), who, CHIPS)
        told += [entry, transited(f"way-{day}", on(day, 1), who, CHIPS), entry]  # the last is repeated
        told += sold(f"sale-{day}", on(day, 2), who, "d", line("854231", 40))
        told.append(exported(f"out-{day}", on(day + 1, 4), "d", line("854231", 30)))
    told.append((on(28), transited("late", on(5), "a", CHIPS)))
    mended = imported("in-8", on(8), "c", line("854231", 90, 4_000), version=2)
    head = {"issuer": "customs", "number": "in-8", "version": 2, "time": on(29)}
    told.append(Correction(**head, replacement=mended, reason="weighed again"))
    return sorted((dated(paper) for paper in told), key=lambda paper: paper[0])


def dated(paper: Paper) -> tuple[datetime, object]:
    return paper if isinstance(paper, tuple) else (paper.time + MINUTE, paper)


def simulated() -> tuple[list[Paper], Given]:
    simulation = Simulation(Scenario(traders=40, days=12, schemes=dict.fromkeys(SCHEMES, 25)), seed=4)
    events = list(simulation)
    firms = [msgspec.convert(firm, Firm) for firm in simulation.register()]
    return [(time, document) for time, document in events], Given(register=Register(firms))


# -- however it is cut -----------------------------------------------------------------------------------

CUTS = st.lists(
    st.tuples(
        st.floats(0, 1), st.sampled_from(["goes on", "restarts", "forgets", "is killed"]), st.booleans()
    ),
    max_size=4,
)


def judged_in_parts(
    told: Sequence[Paper],
    cuts: Iterable[tuple[float, str, bool]],
    rows=TYPOLOGIES,
    given: Given | None = None,
) -> list[Alert]:
    """The alerts kept at the end, if the watch runs at each cut, and what it told on the way."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sarai-engine-", dir=QUICK)))
        book = stack.enter_context(sarai.open(str(directory / "book.db")))
        store = stack.enter_context(AlertStore.open(directory / "alerts.db"))
        patch.setattr(running, "BLOCK", 7)
        start, watching, new = 0, Watching(book, store, given, typologies=rows), []
        day = None
        for share, what, tells_time in [*sorted(cuts), (1.0, "goes on", False)]:
            end = int(share * len(told))
            day = record(book, told[start:end], day)
            start = max(start, end)
            new += _run(watching, store, what, told[end - 1][0] if tells_time and end else None)
            if what != "goes on":
                watching = Watching(book, store, given, typologies=rows)
        new += watching.run(END)
        assert not watching.off
        kept = store.alerts()
        assert sorted(alert.id for alert in new) == sorted(alert.id for alert in kept), "lost or repeated"
        return kept


def _run(watching: Watching, store: AlertStore, what: str, now: datetime | None) -> list[Alert]:
    if what != "is killed":
        new = list(watching.run(now))
        if what == "forgets":
            with store.database.writing() as run:
                run("DELETE FROM judged")
        return new
    with pytest.MonkeyPatch.context() as patch:  # alerts are kept block by block, the position at the end
        patch.setattr(watching, "_finish", _die)
        new = []
        with suppress(KeyboardInterrupt):
            for alert in watching.run(now):
                new.append(alert)
        return new


def _die(alerts: list[Alert]) -> list[Alert]:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def by_hand() -> tuple[list[Paper], list[Alert]]:
    told = papers()
    return told, judged_in_parts(told, [], ROWS)


@pytest.fixture(scope="module")
def by_chance() -> tuple[list[Paper], Given, list[Alert]]:
    told, given = simulated()
    return told, given, judged_in_parts(told, [], given=given)


def test_the_books_of_these_tests_raise_alerts_of_every_kind(by_hand, by_chance):
    kinds = {alert.typology for alert in by_hand[1]}
    assert kinds == {"other-half", "whole", "later"}
    assert any(len(alert.reasons) > 1 for alert in by_hand[1])
    assert by_hand[1] == sorted(by_hand[1], key=lambda alert: (alert.raised, alert.entry, alert.id))
    assert by_chance[2]


@settings(max_examples=40, deadline=None)
@drawn(cuts=CUTS)
def test_any_cutting_of_a_book_gives_the_same_alerts(by_hand, cuts):
    told, whole = by_hand
    assert judged_in_parts(told, cuts, ROWS) == whole


@settings(max_examples=10, deadline=None)
@drawn(cuts=CUTS)
def test_any_cutting_of_a_simulated_book_gives_the_same_alerts(by_chance, cuts):
    told, given, whole = by_chance
    assert judged_in_parts(told, cuts, given=given) == whole


def test_one_entry_at_a_time_gives_the_same_alerts(by_hand):
    told, whole = by_hand
    each = [(n / len(told), "restarts" if n % 3 else "goes on", True) for n in range(1, len(told))]
    assert judged_in_parts(told, each, ROWS) == whole


def test_what_is_remembered_is_the_same_after_it_was_kept(by_chance, tmp_path):
    told, given, _ = by_chance
    with sarai.open(str(tmp_path / "book.db")) as book, AlertStore.open(tmp_path / "alerts.db") as store:
        record(book, told)
        watching = Watching(book, store, given)
        list(watching.run())
        again = Watching(book, store, given)
        assert not again.from_the_beginning
        assert again.watch.position == watching.watch.position > 0
        ours = msgspec.structs.replace(watching.watch.memory, given=None)
        theirs = msgspec.structs.replace(again.watch.memory, given=None)
        for name in ours.__struct_fields__:
            assert getattr(theirs, name) == getattr(ours, name), name


def test_a_memory_that_is_full_says_the_same_however_a_book_is_cut(by_chance, monkeypatch):
    told, given, whole = by_chance
    monkeypatch.setattr(standing, "MOST_KEYS", 20)
    forgetful = judged_in_parts(told, [], given=given)
    assert forgetful != whole, "else there was nothing to forget"
    cuts = [(0.3, "restarts", True), (0.5, "is killed", False), (0.7, "restarts", False)]
    assert judged_in_parts(told, cuts, given=given) == forgetful


def test_what_was_written_down_is_not_held_on_to(tmp_path):
    """SQLite has a copy of what a statement was given, for as long as the statement is at hand."""
    try:
        used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    except AttributeError:
        pytest.skip("this SQLite does not say how much memory it has")
    used.restype = ctypes.c_int64
    memory = bytes(20_000_000)
    with AlertStore.open(tmp_path / "alerts.db") as store:
        before = used()
        store.keep([], judged=Judged(7, "who", memory))
        assert used() - before < 5_000_000
        assert store.judged() == Judged(7, "who", memory)


# -- time ------------------------------------------------------------------------------------------------


def test_what_was_due_before_its_paper_came_is_told_when_that_is_known():
    told = [(on(28), transited("late", on(5), "a", CHIPS)), (on(29), imported("in", on(29), "a", CHIPS))]
    (alert,) = watch(told, typologies=[LATER])
    assert alert.raised == to_us(on(28))
    assert alert.entry == 1


def test_nothing_is_due_before_its_time():
    way = transited("way", on(0), "a", CHIPS)
    due = way.deadline + DAY
    assert watch([way], typologies=[LATER], until=due) == []
    assert len(watch([way], typologies=[LATER], until=due + MINUTE)) == 1


# -- weighing --------------------------------------------------------------------------------------------


def test_weak_signs_of_one_lot_raise_together_and_each_is_a_reason():
    told = [imported("in", on(0), "a", CHIPS), exported("out", on(1), "a", line("854231", 10))]
    (alert,) = watch(told, typologies=[HALF, OTHER_HALF])
    assert (alert.typology, alert.score) == ("other-half", RAISE)
    assert [(each.typology, each.points, each.entries) for each in alert.reasons] == [
        ("other-half", 1.5, (2,)),
        ("half", 1.5, (1,)),
    ]
    assert alert.entries == (1, 2)


def test_weak_signs_of_different_lots_or_of_long_ago_do_not():
    alone = [imported("in", on(0), "a", CHIPS), exported("out", on(1), "b", line("854231", 10))]
    assert watch(alone, typologies=[HALF, OTHER_HALF]) == []
    old = [imported("in", on(0), "a", CHIPS), exported("out", on(121), "a", line("854231", 10))]
    assert watch(old, typologies=[HALF, OTHER_HALF]) == []


def test_a_sign_that_grows_is_weighed_anew():
    def growing(seen: Seen, memory, given) -> Iterator[Finding]:
        yield Finding(subject="a", facts={"name": "a"}, strength=seen.entry / 3)

    told = [imported(f"in-{n}", on(n), "a", CHIPS) for n in range(4)]
    (alert,) = watch(told, typologies=[table_row("growing", RAISE, "import", judge=growing)])
    assert (alert.entry, alert.score) == (3, RAISE), "as soon as it weighs enough, and once"


def test_what_an_alert_has_told_of_weighs_half_for_the_next():
    def of_party(seen: Seen, memory, given) -> Iterator[Finding]:
        yield found(seen, parties=("a",))

    base, own = (
        table_row(name, 1.5, kind, judge=of_party) for name, kind in (("b", "import"), ("o", "export"))
    )
    exports = [exported(f"out-{n}", on(1 + n), "a", line("854231", 10)) for n in range(3)]
    told = [imported("in", on(0), "a", CHIPS), *exports]
    (first,) = watch(told, typologies=[base, own])
    assert (first.entry, first.score) == (2, RAISE)
    heavier = msgspec.structs.replace(own, points=2.5)
    assert [alert.score for alert in watch(told, typologies=[base, heavier])] == [4.0, 3.25, 3.25]


# -- what cannot be explained ----------------------------------------------------------------------------


@pytest.mark.parametrize("without", ["words", "facts", "reasons", "typology", "entries"])
def test_an_alert_without_an_explanation_cannot_be_built(without: str):
    reason = Reason(typology="t", points=3, words="It is so.", entries=() if without == "entries" else (1,))
    whole = {
        "id": "1", "typology": "t", "version": 1, "subject": "s", "raised": 0, "entry": 1, "score": 3.0,
        "words": "It is so.", "reasons": (reason,), "facts": {"so": 1},
    }  # fmt: skip
    empty = {"words": "", "facts": {}, "reasons": (), "typology": ""}
    with pytest.raises(Unexplained, match=without if without != "typology" else "no typology"):
        Alert(**whole | {name: value for name, value in empty.items() if name == without})
    if without == "entries":
        Alert(**whole | {"reasons": (reason, Reason(typology="u", points=1, words="Too.", entries=(1,)))})


def unexplained(**without: object) -> Typology:
    def judge(seen: Seen, memory, given) -> Iterator[Finding]:
        yield msgspec.structs.replace(found(seen), **without)

    return table_row("unexplained", 0.5, "import", judge=judge)


@pytest.mark.parametrize(
    ("typology", "why"),
    [
        (table_row("unexplained", 0.5, "import", text="{nowhere} was seen."), "KeyError: 'nowhere'"),
        (table_row("unexplained", 0.5, "import", text="{name:%d} was seen."), "ValueError"),
        (table_row("unexplained", 0.5, "import", text="{name:.0}"), "Unexplained"),
        (unexplained(facts={"name": "x"}, subject=""), "Unexplained"),
        (table_row("unexplained", 3.0, "due", judge=lambda seen, *_: [found(seen)]), "Unexplained"),
    ],
)
def test_a_finding_that_does_not_explain_itself_switches_its_typology_off(typology, why, tmp_path):
    """However little it is worth: what was found is not passed over because it alone would raise nothing."""
    with sarai.open(str(tmp_path / "book.db")) as book, AlertStore.open(tmp_path / "alerts.db") as store:
        record(book, papers())
        watching = Watching(book, store, typologies=[typology, LATER])
        alerts = list(watching.run(END))
        (fault,) = watching.off
        assert fault.typology == "unexplained"
        assert fault.why.startswith(why)
        assert {alert.typology for alert in alerts} == {"later"}


# -- a typology that fails -------------------------------------------------------------------------------


class Fragile:
    """Fails at one document until it is mended."""

    def __init__(self, at: str) -> None:
        self.at, self.broken, self.asked = at, True, 0

    def __call__(self, seen: Seen, memory, given) -> Iterator[Finding]:
        self.asked += 1
        if self.broken and seen.name == self.at:
            raise ZeroDivisionError("a mean of nothing")
        yield from everything(seen, memory, given)


@pytest.fixture
def fragile() -> Fragile:
    return Fragile("customs/in-4")


def rows(fragile: Fragile, **more: object) -> tuple[Typology, ...]:
    return (table_row("half", 1.5, "import", judge=fragile, **more), OTHER_HALF, WHOLE, LATER)


@pytest.fixture
def opened(tmp_path):
    with sarai.open(str(tmp_path / "book.db")) as book, AlertStore.open(tmp_path / "alerts.db") as store:
        yield book, store


def test_a_typology_that_fails_is_off_alone_and_says_so(opened, fragile, by_hand):
    told, whole = by_hand
    book, store = opened
    record(book, told)
    watching = Watching(book, store, typologies=rows(fragile))
    alerts = list(watching.run(END))
    (fault,) = watching.off
    assert (fault.typology, fault.why) == ("half", "ZeroDivisionError: a mean of nothing")
    assert 1 < fault.entry < watching.watch.position
    ours, theirs = (
        {each.id for each in kept if each.typology in ("whole", "later")} for kept in (alerts, whole)
    )
    assert ours == theirs
    assert {each.id for each in alerts} < {each.id for each in whole}
    assert store.known()["half"].off_since == fault.entry


def test_it_stays_off_after_a_restart_and_is_not_asked(opened, fragile):
    book, store = opened
    told = papers()
    record(book, told[:40])
    list(Watching(book, store, typologies=rows(fragile)).run())
    asked = fragile.asked
    record(book, told[40:])
    again = Watching(book, store, typologies=rows(fragile))
    assert [fault.typology for fault in again.off] == ["half"]
    assert again.off[0].why == "ZeroDivisionError: a mean of nothing"
    list(again.run(END))
    assert fragile.asked == asked


@pytest.mark.parametrize("how", ["mended", "version"])
def test_when_it_is_mended_its_backlog_is_judged_and_nothing_is_missing(opened, fragile, by_hand, how):
    told, whole = by_hand
    book, store = opened
    record(book, told)
    first = list(Watching(book, store, typologies=rows(fragile)).run(END))
    fragile.broken = False
    if how == "mended":
        watching = Watching(book, store, typologies=rows(fragile), mended=["half"])
    else:
        watching = Watching(book, store, typologies=rows(fragile, version=2))
    second = list(watching.run(END))
    assert not watching.off
    assert {each.id for each in first}.isdisjoint(each.id for each in second)
    assert [each.id for each in store.alerts()] == [each.id for each in whole]
    assert store.known()["half"].off_since is None
    assert not Watching(book, store, typologies=watching.typologies.values()).from_the_beginning


def test_mended_in_name_only_it_fails_again_and_nothing_is_repeated(opened, fragile):
    book, store = opened
    record(book, papers())
    list(Watching(book, store, typologies=rows(fragile)).run(END))
    watching = Watching(book, store, typologies=rows(fragile), mended=["half"])
    assert list(watching.run(END)) == []
    assert [fault.typology for fault in watching.off] == ["half"]


def test_a_lost_memory_loses_no_support_of_a_typology_that_is_off(opened, fragile):
    book, store = opened
    told = papers()
    record(book, told[:-10])
    list(Watching(book, store, typologies=rows(fragile)).run())
    with store.database.writing() as run:
        run("DELETE FROM judged")
    record(book, told[-10:])
    watching = Watching(book, store, typologies=rows(fragile))
    list(watching.run(END))
    assert [fault.typology for fault in watching.off] == ["half"]
    assert [each.id for each in store.alerts()] == [each.id for each in without_a_break(told, fragile)]


def test_a_memory_is_written_as_if_at_once(opened, fragile):
    book, store = opened
    record(book, papers())
    watching = Watching(book, store, typologies=rows(fragile))
    list(watching.run(END))
    memory = msgspec.structs.replace(watching.watch.memory, given=None)
    assert running.written(watching.watch.memory) == msgspec.msgpack.encode(memory)


def without_a_break(told: Sequence[Paper], fragile: Fragile) -> list[Alert]:
    with tempfile.TemporaryDirectory(dir=QUICK) as directory, sarai.open(f"{directory}/b.db") as book:
        record(book, told)
        with AlertStore.open(Path(directory) / "a.db") as store:
            list(Watching(book, store, typologies=rows(fragile)).run(END))
            return store.alerts()


def test_a_typology_that_is_none_cannot_be_mended(opened):
    book, store = opened
    with pytest.raises(BadSetting, match="no typology 'nonesuch'"):
        Watching(book, store, mended=["nonesuch"])
