"""What-ifs: their words, and that each does to the steps of a network what it says and nothing else."""

from __future__ import annotations

from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.corridors import Network
from sarai.corridors.changes import Amount, Change, Selector, apply, parse
from sarai.corridors.graph import graph
from sarai.corridors.tables import (
    Border,
    Closure,
    Good,
    Handling,
    Leg,
    Limit,
    Pace,
    Place,
    Service,
    Source,
    Tariff,
)
from sarai.goods import BadSetting, NotInNetwork

BOX = Good(code="box", name="boxes", form="container", t_per_unit=10, source="s")
ORE = Good(code="ore", name="ore", form="bulk", source="s")


border, closure, handling, limit, pace, service, tariff = (
    partial(kind, source="s") for kind in (Border, Closure, Handling, Limit, Pace, Service, Tariff)
)


def place(code: str, country: str, kind: str = "station") -> Place:
    return Place(
        code=code, name=code.title(), country=country, kind=kind, latitude_deg=0, longitude_deg=0, source="s"
    )


def leg(code: str, start: str, end: str, mode: str = "rail", **more: object) -> Leg:
    gauge = 1520 if mode == "rail" else 0
    more = {"gauge_mm": gauge, "distance_km": 100.0, "source": "s", **more}
    return Leg(code=code, start=start, end=end, mode=mode, **more)


@cache
def network() -> Network:
    """From China over a border by rail to a port, on by ferry or road, and round by a leg to be asked for."""
    places = [
        place("CNA", "CN"), place("KZB", "KZ"), place("KZC", "KZ", "port"),
        place("AZD", "AZ", "port"), place("GEE", "GE"),
    ]  # fmt: skip
    legs = [
        leg("CNA-KZB", "CNA", "KZB", gauge_mm=1435, group="east"),
        leg("KZB-KZC", "KZB", "KZC", distance_km=300.0, group="east"),
        leg("KZC-AZD", "KZC", "AZD", "ferry"),
        leg("AZD-GEE", "AZD", "GEE"),
        leg("KZC-GEE", "KZC", "GEE", "road", both=False, distance_km=900.0),
        leg("CNA-AZD", "CNA", "AZD", "sea", asked=True, group="arctic"),
    ]
    return Network(
        sources=(Source(code="s", title="made up"),),
        places=places,
        legs=legs,
        services=[
            service(code="FERRY", name="ferry", legs="KZC-AZD", per_week=3.5, per_week_low=2.0, units=50)
        ],
        paces=[
            pace(mode="rail", speed_kmh=40, speed_kmh_low=30, speed_kmh_high=50),
            pace(mode="rail", country="KZ", speed_kmh=50),
            pace(mode="ferry", speed_kmh=20),
            pace(mode="road", speed_kmh=60),
            pace(mode="sea", speed_kmh=25),
        ],
        tariffs=[
            tariff(mode="rail", form="container", usd_per_km=1, usd_per_km_low=0.5),
            tariff(mode="rail", form="bulk", usd_per_km=0.1),
            tariff(mode="rail", form="container", country="KZ", usd_per_km=2),
            tariff(mode="ferry", form="container", usd_per_km=3, usd_per_unit=20),
        ],
        handlings=[
            handling(kind="station", start="door", end="rail-1520", form="*", hours=4, usd_per_unit=7),
            handling(kind="station", start="door", end="rail-1435", form="*", hours=5),
            handling(place="KZB", start="rail-1435", end="rail-1520", form="container", hours=8, per_day=90,
                     usd_per_unit=30),
            handling(kind="station", start="rail-1435", end="rail-1520", form="*", hours=24),
            handling(kind="port", start="rail-1520", end="ferry", form="*", hours=12, both=False),
            handling(kind="port", start="ferry", end="rail-1520", form="*", hours=6, usd_per_unit=5),
            handling(kind="port", start="rail-1520", end="road", form="*", hours=3),
            handling(kind="station", start="road", end="door", form="*", hours=1),
            handling(kind="port", start="sea", end="rail-1520", form="*", hours=9),
            handling(kind="station", start="door", end="sea", form="*", hours=9),
        ],
        borders=[
            border(start="CN", end="KZ", mode="rail", hours=20, hours_low=10, hours_high=40, usd_per_unit=11),
            border(start="*", end="*", mode="rail", hours=6),
            border(start="*", end="*", mode="road", hours=8, usd_per_unit=4),
        ],
        limits=[
            limit(code="LINE", name="line", on="leg:KZB-KZC", capacity=1e6, capacity_low=8e5),
            limit(code="PORTS", name="ports", on="place:KZC place:AZD service:FERRY", capacity=5e5),
            limit(code="WEST", name="westwards", on="leg:AZD-GEE>", capacity=1e5, unit="teu"),
        ],
        closures=[closure(on="place:KZC leg:KZC-AZD", months="11 12", share=0.5)],
        goods=[BOX, ORE],
    )  # fmt: skip


def steps(net: Network, good: Good = BOX, month: int | None = 11) -> dict[tuple, object]:
    """Every step by what it is; asked legs too, so that nothing goes unseen."""
    found = graph(net, good, month, asked=("arctic",)).steps
    keys = [(s.kind, s.place, s.start, s.end, s.leg, s.backwards) for s in found]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, found, strict=True))


def part(step: object, why: str, what: str = "hours") -> float:
    return sum(getattr(each, what) for each in step.parts if each.why == why)


def changed(text: str, good: Good = BOX) -> tuple[dict, dict]:
    """Steps before and after, of those that are not the same."""
    before, after = steps(network(), good), steps(apply(network(), parse(text)), good)
    assert before.keys() == after.keys()
    other = [key for key in before if before[key].criteria != after[key].criteria]
    return {key: before[key] for key in other}, {key: after[key] for key in other}


def gone(text: str, good: Good = BOX) -> set[tuple]:
    """Steps that are no more; all others are as they were."""
    before, after = steps(network(), good), steps(apply(network(), parse(text)), good)
    assert after.keys() <= before.keys()
    assert all(after[key].criteria == before[key].criteria for key in after)
    return before.keys() - after.keys()


# -- words ---------------------------------------------------------------------------------------


def test_words_are_read():
    text = """
    # the route through the canal
    close place:SUEZ; slow border:KZ>CN x2.5
    tax leg:A-B +50 ; widen service:F units +20%;; widen limit:X =5_000
    ask group:arctic
    add some where/here
    """
    assert parse(text) == (
        Change("close", Selector("place", "SUEZ")),
        Change("slow", Selector("border", "KZ-CN", ">"), Amount("x", 2.5)),
        Change("tax", Selector("leg", "A-B"), Amount("+", 50.0)),
        Change("widen", Selector("service", "F"), Amount("x", 1.2), units=True),
        Change("widen", Selector("limit", "X"), Amount("=", 5000.0)),
        Change("ask", Selector("group", "arctic")),
        Change("add", "some where/here"),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("close place:A\n  shut place:B", "line 2, column 3: 'shut' is no change; begin with close, slow"),
        ("close A", "line 1, column 7: 'A' is no selector; write leg:CODE, place:CODE"),
        ("close plaice:A", "'plaice:A' is no selector"),
        ("close leg:", "has no code"),
        ("close", "'close' of what?"),
        ("slow leg:A", "by how much? write x2"),
        ("slow leg:A +5", "line 1, column 12: '+5' cannot be done with slow; it takes x2"),
        ("slow leg:A twice", "'twice' is no amount"),
        ("slow leg:A x0", "takes all time away"),
        ("slow leg:A> x2", "write leg:A"),
        ("tax leg:A =5", "cannot be done with tax"),
        ("tax leg:A -120%", "out of bounds"),
        ("widen leg:A x2", "it takes limit:CODE, service:CODE"),
        ("widen limit:A units x2", "'units' is no amount"),
        ("widen limit:A x1e999", "out of bounds"),
        ("widen limit:A x2 x3", "'x3' is more than is understood; put ;"),
        ("slow limit:A x2", "is not what slow takes"),
        ("close border:KZ", "write border:KZ-RU"),
        ("close border:KAZ-RUS", "write border:KZ-RU"),
        ("add ", "has no folder"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, told):
    with pytest.raises(BadSetting) as raised:
        parse(text)
    assert told in str(raised.value)


codes = st.from_regex(r"[A-Z0-9]([A-Z0-9-]{0,8}[A-Z0-9])?", fullmatch=True)
numbers = st.floats(1e-9, 1e12).map(lambda number: float(repr(number)))
ways = st.builds(Selector, st.just("leg"), codes, st.sampled_from(["", ">", "<"]))
others = st.builds(
    Selector, st.sampled_from(["place", "service", "country", "mode", "group", "limit"]), codes
)
country = st.sampled_from(["KZ", "RU", "CN"])
pairs = st.builds(
    lambda a, b, way: Selector("border", f"{a}-{b}", way), country, country, st.sampled_from(["", ">"])
)
changes = st.one_of(
    st.builds(Change, st.just("close"), st.one_of(ways, others, pairs)),
    st.builds(Change, st.just("slow"), pairs, st.builds(Amount, st.just("x"), numbers)),
    st.builds(Change, st.just("tax"), pairs, st.builds(Amount, st.just("+"), st.floats(-1e6, 1e6))),
    st.builds(
        Change,
        st.just("widen"),
        st.builds(Selector, st.just("service"), codes),
        st.builds(Amount, st.sampled_from("x+="), numbers),
        st.booleans(),
    ),
)


@given(st.lists(changes))
def test_a_change_is_read_back_from_its_words(said):
    assert parse("; ".join(map(str, said))) == tuple(said)
    assert parse("\n".join(map(str, said))) == tuple(said)


# -- closing -------------------------------------------------------------------------------------


def test_a_place_closed_takes_exactly_its_steps():
    lost = gone("close place:KZC")
    touched = {"KZB-KZC", "KZC-AZD", "KZC-GEE"}
    assert {key for key in steps(network()) if key[4] in touched} <= lost
    assert all(key[4] in touched or key[1] in ("KZB", "KZC", "AZD", "GEE") for key in lost)
    assert all(key[1] != "KZC" for key in steps(apply(network(), parse("close place:KZC"))))


def test_one_direction_closed_leaves_the_other():
    assert {key[4:] for key in gone("close leg:AZD-GEE>")} == {("AZD-GEE", False)}
    assert {key[4:] for key in gone("close leg:AZD-GEE<")} == {("AZD-GEE", True)}
    assert {key[4:] for key in gone("close border:CN>KZ")} == {("CNA-KZB", False)}
    both = apply(network(), parse("close leg:AZD-GEE<; close leg:AZD-GEE>"))
    assert "AZD-GEE" not in both.by_leg
    assert all("AZD-GEE" not in each.on for each in (*both.closures, *both.limits))


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("country:KZ", {"AZD-GEE", "CNA-AZD"}),
        ("mode:rail", {"KZC-AZD", "KZC-GEE", "CNA-AZD"}),
        ("group:east", {"KZC-AZD", "AZD-GEE", "KZC-GEE", "CNA-AZD"}),
        ("service:FERRY", {"CNA-KZB", "KZB-KZC", "AZD-GEE", "KZC-GEE", "CNA-AZD"}),
        ("border:KZ-AZ", {"CNA-KZB", "KZB-KZC", "AZD-GEE", "KZC-GEE", "CNA-AZD"}),
        ("border:KZ-GE", {"CNA-KZB", "KZB-KZC", "KZC-AZD", "AZD-GEE", "CNA-AZD"}),
        ("limit:PORTS", {"CNA-KZB"}),
        ("limit:LINE", {"CNA-KZB", "KZC-AZD", "AZD-GEE", "KZC-GEE", "CNA-AZD"}),
    ],
)
def test_what_is_closed_is_out(what, left):
    net = apply(network(), parse(f"close {what}"))
    assert set(net.by_leg) == left
    assert all(set(each.legs.split()) <= left for each in net.services)
    there = {f"leg:{code}" for code in left} | {f"service:{each.code}" for each in net.services}
    named = {on.rstrip("<>") for each in net.limits for on in each.on.split() if "place:" not in on}
    assert named <= there


def test_closing_leaves_the_network_whole_and_the_given_one_as_it_was():
    before = network().with_rows()
    apply(network(), parse("close country:KZ; tax mode:rail x2"))
    assert network() == before


# -- slowing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("good", [BOX, ORE])
def test_a_leg_slowed_takes_twice_its_hours_and_no_other_does(good):
    before, after = changed("slow leg:KZB-KZC x2", good)
    assert {key[4:] for key in before} == {("KZB-KZC", False), ("KZB-KZC", True)}
    for key, step in before.items():
        assert part(after[key], "moving") == 2 * part(step, "moving") == 2 * 300 / 50
        assert after[key].criteria.hours - step.criteria.hours == pytest.approx(6)
        assert after[key].criteria.usd == step.criteria.usd


def test_a_spread_slows_with_its_mean():
    before, after = changed("slow leg:AZD-GEE x2")
    for key, step in before.items():
        assert part(after[key], "moving", "variance_h2") == pytest.approx(
            4 * part(step, "moving", "variance_h2")
        )


def test_a_border_slowed_one_way_leaves_the_way_back():
    before, after = changed("slow border:CN>KZ x3")
    ((key, step),) = before.items()
    assert key[4:] == ("CNA-KZB", False)
    assert (part(step, "border"), part(after[key], "border")) == (20, 60)
    assert len(changed("slow border:CN-KZ x3")[0]) == 2


@pytest.mark.parametrize("good", [BOX, ORE])
def test_a_place_slowed_takes_twice_its_handling_and_no_other_does(good):
    before, after = changed("slow place:KZB x2", good)
    handled = {
        key for key, step in steps(network(), good).items() if key[1] == "KZB" and part(step, "handling")
    }
    assert before.keys() == handled
    assert len(handled) >= 4
    for key, step in before.items():
        assert part(after[key], "handling") == 2 * part(step, "handling")
    assert {each.per_day for each in apply(network(), parse("slow place:KZB x2")).handlings} == {0.0, 90.0}


def test_a_country_slowed_is_slower_in_all_that_is_done_there():
    before, after = changed("slow country:KZ x2")
    for key, step in before.items():
        for why in ("moving", "border", "handling"):
            assert part(after[key], why) == pytest.approx(2 * part(step, why))
        assert part(after[key], "closed") == part(step, "closed")
    assert {key[4] for key in before} == {"", "CNA-KZB", "KZB-KZC", "KZC-AZD", "KZC-GEE"}


SLOW = st.sampled_from(
    ["leg:KZC-AZD", "place:KZC", "service:FERRY", "country:KZ", "mode:rail", "group:east", "border:CN-KZ"]
)


@settings(max_examples=30, deadline=None)
@given(SLOW, st.floats(0.1, 10), st.sampled_from([BOX, ORE]), st.sampled_from([None, 1, 11]))
def test_slow_and_fast_again_is_as_before(what, factor, good, month):
    back = apply(network(), (*parse(f"slow {what} x{factor!r}"), *parse(f"slow {what} x{1 / factor!r}")))
    before, after = steps(network(), good, month), steps(back, good, month)
    assert before.keys() == after.keys()
    for key, step in before.items():
        assert tuple(after[key].criteria) == pytest.approx(tuple(step.criteria), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(SLOW, SLOW, st.floats(0.1, 10), st.floats(0.1, 10))
def test_changes_of_hours_come_in_any_order(one, other, first, second):
    texts = f"slow {one} x{first!r}", f"slow {other} x{second!r}"
    forth, back = (steps(apply(network(), parse("; ".join(each)))) for each in (texts, texts[::-1]))
    assert forth.keys() == back.keys()
    for key, step in forth.items():
        assert tuple(back[key].criteria) == pytest.approx(tuple(step.criteria), rel=1e-9)


# -- taxing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("good", [BOX, ORE])
@pytest.mark.parametrize("what", ["leg:AZD-GEE", "leg:KZC-AZD", "leg:KZC-GEE"])
def test_a_tax_adds_its_dollars_a_unit(what, good):
    before, after = changed(f"tax {what} +50", good)
    assert {f"leg:{key[4]}" for key in before} == {what}
    for key, step in before.items():
        assert after[key].criteria.usd - step.criteria.usd == pytest.approx(50 / good.t_per_unit)
        assert after[key].criteria.hours == step.criteria.hours


def test_a_share_makes_all_charges_dearer():
    before, after = changed("tax service:FERRY x1.1")
    assert {key[4] for key in before} == {"KZC-AZD"}
    for key, step in before.items():
        assert after[key].criteria.usd == pytest.approx(1.1 * step.criteria.usd)


def test_a_border_that_nothing_is_said_of_can_be_taxed():
    before, after = changed("tax border:KZ-AZ +30")
    assert {key[4:] for key in before} == {("KZC-AZD", False), ("KZC-AZD", True)}
    for key, step in before.items():
        assert after[key].criteria.usd - step.criteria.usd == pytest.approx(3)


def test_a_sum_on_a_country_is_paid_on_entering_it_and_a_share_on_all():
    before, after = changed("tax country:KZ +30")
    assert {key[4:] for key in before} == {("CNA-KZB", False), ("KZC-AZD", True)}
    assert all(after[key].criteria.usd - before[key].criteria.usd == pytest.approx(3) for key in before)
    before, after = changed("tax country:KZ x2")
    assert {key[4] for key in before} == {"", "CNA-KZB", "KZB-KZC", "KZC-AZD", "KZC-GEE"}
    assert all(after[key].criteria.usd == pytest.approx(2 * before[key].criteria.usd) for key in before)


def test_a_place_taxed_charges_each_handling():
    before, after = changed("tax place:AZD +10")
    assert {key[1] for key in before} == {"AZD"}
    assert all(after[key].criteria.usd - before[key].criteria.usd == pytest.approx(1) for key in before)


# -- widening, asking, adding --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "capacity", "low"),
    [("+20%", 1.2e6, 9.6e5), ("x0.5", 5e5, 4e5), ("+200000", 1.2e6, 1e6), ("-1e5", 9e5, 7e5), ("=7", 7, 7)],
)
def test_a_limit_is_widened_with_its_range(amount, capacity, low):
    wider = apply(network(), parse(f"widen limit:LINE {amount}")).limits[0]
    assert (wider.capacity, wider.capacity_low) == (pytest.approx(capacity), pytest.approx(low))


def test_a_service_goes_more_often_or_carries_more():
    often = apply(network(), parse("widen service:FERRY x2")).services[0]
    assert (often.per_week, often.per_week_low, often.units) == (7, 4, 50)
    more = apply(network(), parse("widen service:FERRY units +10")).services[0]
    assert (more.per_week, more.units) == (3.5, 60)
    before, after = changed("widen service:FERRY x2")
    assert all(part(after[key], "waiting") == part(before[key], "waiting") / 2 for key in before)


def test_what_is_asked_for_is_used():
    assert "CNA-AZD" not in {each.leg for each in graph(network(), BOX).steps}
    for what in ("leg:CNA-AZD", "group:arctic"):
        assert "CNA-AZD" in {each.leg for each in graph(apply(network(), parse(f"ask {what}")), BOX).steps}


def test_a_folder_is_laid_over_the_tables(tmp_path):
    row = "KZB-KZC,KZB,KZC,rail,1520,250,s\nKZB-AZD,KZB,AZD,road,0,800,s\n"
    (tmp_path / "legs.csv").write_text(f"code,start,end,mode,gauge_mm,distance_km,source\n{row}", "utf-8")
    net = apply(network(), parse(f"close leg:KZC-GEE; add {tmp_path}"))
    assert net.by_leg["KZB-KZC"].distance_km == 250
    assert net.by_leg["KZB-AZD"].mode == "road"
    assert "KZC-GEE" not in net.by_leg


# -- what cannot be done -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("close place:KZX", "place:KZX names nothing in the network; did you mean place:KZ"),
        ("close leg:AZD-GE", "did you mean leg:AZD-GEE"),
        ("close leg:KZC-GEE<", "only the other way is there"),
        ("close border:GE>KZ", "only the other way is there"),
        ("close border:CN-GE", "border:CN-GE names nothing"),
        ("close country:RU", "country:RU names nothing"),
        ("slow mode:air x2", "mode:air names nothing in the network; did you mean mode:ra"),
        ("widen limit:LINES x2", "did you mean limit:LINE"),
        ("close leg:KZB-KZC; close leg:KZB-KZC", "leg:KZB-KZC names nothing"),
        ("slow border:KZ-AZ x2", "slow border:KZ-AZ x2.0: nothing is said of the hours of border:KZ-AZ"),
        ("tax leg:KZC-GEE x2", "nothing is said of the charges of leg:KZC-GEE"),
    ],
)
def test_what_names_nothing_is_told_with_what_is_near(text, told):
    with pytest.raises(NotInNetwork) as raised:
        apply(network(), parse(text))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "widen limit:LINE -2000000",
            "leaves -1e+06 of 1e+06 t a year of line; take away less, or close limit:LINE",
        ),
        ("widen service:FERRY x0", "leaves 0 of 3.5 per_week of ferry"),
        ("tax leg:KZC-AZD -21", "leaves -1 US dollars a unit"),
    ],
)
def test_what_would_be_no_figure_is_told(text, told):
    with pytest.raises(BadSetting) as raised:
        apply(network(), parse(text))
    assert told in str(raised.value)
