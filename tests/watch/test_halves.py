"""Two processes say what one says, remember what one remembers, and fail as loudly."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from watching import record

import sarai
from sarai.goods.errors import SaraiError
from sarai.simulation import Scenario, Simulation
from sarai.watch import TYPOLOGIES, AlertStore, Given, Register, Typology, Watching, halves, running
from sarai.watch.register import Firm


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory):
    simulation = Simulation(Scenario(traders=80, days=16, schemes={"shell_chain": 40, "round_trip": 40}), 5)
    with sarai.open(str(tmp_path_factory.mktemp("halves") / "book.db")) as opened:
        record(opened, [(event.record_time, event.document) for event in simulation])
        firms = [
            Firm(**{name: firm[name] for name in Firm.__struct_fields__}) for firm in simulation.register()
        ]
        yield opened, Given(Register(firms))


def judged(book, tmp_path, monkeypatch, *, halved: bool, rows=TYPOLOGIES, runs: int = 1):
    monkeypatch.setattr(running, "can_halve", lambda entries: halved)
    monkeypatch.setattr("sarai.ledger.feed.BLOCK", 100)
    opened, given = book
    path = tmp_path / f"{halved}.db"
    with AlertStore.open(path) as store:
        for _ in range(runs):
            watching = Watching(opened, store, given, typologies=rows)
            list(watching.run())
        return store.alerts(), store.judged(), watching


def test_halves_find_what_one_process_finds(book, tmp_path, monkeypatch):
    whole, kept, _ = judged(book, tmp_path, monkeypatch, halved=False)
    in_halves, kept_in_halves, _ = judged(book, tmp_path, monkeypatch, halved=True)
    assert in_halves == whole
    assert {alert.typology for alert in whole} & halves.OF_HOLDINGS
    assert {alert.typology for alert in whole} - halves.OF_HOLDINGS
    assert kept_in_halves[:2] == kept[:2]
    assert sorted(kept_in_halves.memory) == sorted(kept.memory), "but for the order of what is due"


@pytest.mark.parametrize("name", ["linked-chain", "priority-newcomer"])
def test_a_typology_that_fails_in_either_half_is_switched_off_alone(book, tmp_path, monkeypatch, name):
    def fail(seen, memory, given):
        if seen.entry > 150:
            raise ZeroDivisionError("by nothing")
        return iter(())

    def broken(row: Typology) -> Typology:
        given = {field: getattr(row, field) for field in row.__struct_fields__}
        return Typology(**{**given, "judge": fail})

    rows = [broken(row) if row.name == name else row for row in TYPOLOGIES]
    whole, _, one = judged(book, tmp_path, monkeypatch, halved=False, rows=rows)
    in_halves, _, two = judged(book, tmp_path, monkeypatch, halved=True, rows=rows)
    assert [fault.typology for fault in two.off] == [name]
    assert two.off == one.off
    assert in_halves == whole


def test_the_end_of_the_other_process_is_told_and_nothing_is_lost(book, tmp_path, monkeypatch):
    def end(pipe, *more):
        pipe.recv()
        os.kill(os.getpid(), signal.SIGKILL)

    before = threading.active_count()
    with monkeypatch.context() as patch:
        patch.setattr(halves, "_serve", end)
        with pytest.raises(SaraiError, match="run the watch again"):
            judged(book, tmp_path, patch, halved=True)
    assert threading.active_count() == before, "nothing of it is left"
    again, _, _ = judged(book, tmp_path, monkeypatch, halved=True)
    whole, _, _ = judged(book, tmp_path, monkeypatch, halved=False)
    assert again == whole


def test_few_entries_are_judged_by_one():
    assert not halves.can_halve(halves.WORTH_IT - 1)
