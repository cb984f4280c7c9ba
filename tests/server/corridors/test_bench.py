"""The bench: answers before and after, kept, one at a time, within a time."""

from __future__ import annotations

from itertools import pairwise
from threading import Event, Thread
from urllib.parse import parse_qsl

import pytest

from sarai.corridors import Unreachable, shipped
from sarai.server.asking import Crowded, TooMuch
from sarai.server.corridors import Asked, Bench, asked
from sarai.server.corridors.answer import legs_of
from sarai.server.corridors.mapped import mapped
from sarai.server.settings import ServerSettings
from sarai.telling.corridors_routes import choices

WAY = "from=CNXIA&to=DEDUI&month=11&best=3"
GRAIN = "from=KZKSN&to=IRTHR&good=grain&best=2"


def question(query: str) -> Asked:
    return asked(parse_qsl(query))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings())


def test_ways_are_those_that_the_command_tells(bench: Bench):
    found = bench.answer(question(WAY))
    told = choices(shipped(), "CNXIA", "DEDUI", good="container", month=11, best=3)
    assert found.before.ranked == told
    assert found.after is None
    assert bench.answer(question(WAY)) is found, "an answer is kept"


def test_the_front_beats_itself_nowhere_and_is_named_by_the_choices(bench: Bench):
    ways = bench.answer(question(WAY)).before
    figures = [
        (each.route.hours.value, each.route.usd_per_t.value, each.route.co2e_kg_per_t.value)
        for each in ways.front
    ]
    for at, one in enumerate(figures):
        for other in (*figures[:at], *figures[at + 1 :]):
            assert not all(a <= b for a, b in zip(other, one, strict=True)), (one, other)
    assert all(one <= other for (one, *_), (other, *_) in pairwise(figures)), "the quickest first"
    by_letter = {each.letter: each.route for each in ways.ranked.choices}
    for point in ways.front:
        if point.letter in by_letter:
            assert legs_of(point.route) == legs_of(by_letter[point.letter])
        assert ways.way(point.letter) is not None


def test_what_is_closed_is_on_no_way_afterwards(bench: Bench):
    found = bench.answer(question(f"{WAY}&northern=1"))
    assert found.after is not None
    assert found.closed
    for each in (*found.after.ranked.choices, *found.after.front):
        assert not set(legs_of(each.route)) & set(found.closed)
    assert set(legs_of(found.before.ranked.choices[0].route)) & set(found.closed)


def test_where_no_way_is_left_it_says_so_and_keeps_those_before(bench: Bench):
    found = bench.answer(question(f"{GRAIN}&if=iran-shut"))
    assert found.after is None
    assert "Tehran" in found.lacking
    assert found.now.ranked.choices
    with pytest.raises(Unreachable):
        bench.answer(question("from=KZKSN&to=CNXIA&good=gas"))


def test_flows_go_another_way_and_what_is_carried_stays_within_the_limits(bench: Bench):
    before = bench.flows(question(""))
    assert before.shocked is None
    found = bench.flows(question("northern=1"))
    assert found.before is before.before, "worked out once"
    assert found.shocked is not None
    assert found.shocked.rerouted_t > 1e6
    assert {each.leg for each in found.now.legs}.isdisjoint(found.closed)
    for each in found.now.limits:
        assert each.share <= 1 + 1e-6, each.code
    assert bench.flows(question(f"{WAY}&northern=1")) is found, "the year's flows do not hang on a way"


def test_what_takes_too_long_is_stopped(bench: Bench):
    with pytest.raises(TooMuch, match="longer than"):
        Bench(ServerSettings(corridors_s=1e-6)).answer(question(WAY))


def test_who_comes_while_too_many_wait_is_asked_to_come_again(monkeypatch):
    from sarai.server.corridors import answering

    begun, go_on = Event(), Event()

    def slow(*_):
        begun.set()
        assert go_on.wait(20)
        return "done"

    monkeypatch.setattr(answering, "answer", slow)
    monkeypatch.setattr(answering, "ways", lambda *_: "ways")
    several = Bench(ServerSettings(corridors_s=0.2))
    thread = Thread(target=several.answer, args=(question(WAY),))
    thread.start()
    assert begun.wait(20)
    with pytest.raises(Crowded):
        several.answer(question(GRAIN))
    go_on.set()
    thread.join()
    assert several.answer(question(WAY)) == "done"


def test_the_map_has_every_leg_from_place_to_place():
    network = shipped()
    held = mapped(network)
    assert [each.code for each in held.legs] == [each.code for each in network.legs]
    for each in held.legs:
        ends = held.by_code[each.row.start].point, held.by_code[each.row.end].point
        for (latitude, longitude), (y, x) in zip((each.points[0], each.points[-1]), ends, strict=True):
            assert abs(latitude - y) < 0.02
            assert abs((longitude - x + 180) % 360 - 180) < 0.02
        assert all(abs(one[1] - other[1]) < 180 for one, other in pairwise(each.points))
