"""What is traded: values and weights out of line, orders cut into pieces, goods that cannot be used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import exp

import pytest
from msgspec import structs
from watching import booked, findings, imported, in_order, line, on, party, row, sold, watch, words

from sarai.goods import Consumption, Document, Line
from sarai.ledger.feed import Feed
from sarai.watch.engine import Watch
from sarai.watch.finding import Finding
from sarai.watch.given import Given
from sarai.watch.memory import Memory, parcels
from sarai.watch.memory.money import FIRST_LINES, Money
from sarai.watch.memory.parcels import MOST_SHARE_A_TIE
from sarai.watch.memory.robust import Usual
from sarai.watch.register import Firm, Register

CHIPS, FLOUR, CHAIRS, LATHES = "854231", "110100", "940360", "845811"
PRICES = {CHIPS: 100, FLOUR: 40, CHAIRS: 25, LATHES: 9_000}
SEVERAL = (95, 98, 100, 101, 103, 107)  # per cent of the price, as prices differ


def market(*codes: str, papers: int = 24, **more: object) -> list[Document]:
    """Papers in which goods have their price, give or take; so many that dollars become the measure."""
    first = [line(CHAIRS, 10, 250, item=n + 1) for n in range(FIRST_LINES)]
    return [
        imported("M", on(-1), "market", *first),
        *(
            imported(f"M-{n}", on(n / 4), f"firm {n}", *(
                priced(hs, 10 + n, SEVERAL[n % len(SEVERAL)], item=item + 1, **more)
                for item, hs in enumerate(codes)
            ))
            for n in range(papers if codes else 0)
        ),
    ]  # fmt: skip


def priced(hs: str, quantity: int, per_cent: float = 100, **more: object) -> Line:
    return line(hs, quantity, round(quantity * PRICES[hs] * per_cent / 100), **more)


def told(papers: Sequence[Document], typology: str, given: Given | None = None) -> list[str]:
    return [words(finding, typology) for finding in findings(papers, typology, given)]


def strength(found: Sequence[Finding]) -> list[float]:
    return [finding.strength for finding in found]


# -- values --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("per_cent", "direction"), [(433, "above"), (27, "below")])
def test_a_value_out_of_line_in_both_directions(per_cent, direction):
    papers = [*market(CHIPS), imported("I-1", on(8), "firm", priced(CHIPS, 50, per_cent))]
    (found,) = findings(papers, "unit-value")
    assert found.strength == 1
    assert f"{direction} it." in words(found, "unit-value")
    assert f"at {per_cent} USD a unit; worth 100 is usual, by 24 others" in words(found, "unit-value")


@pytest.mark.parametrize("per_cent", [60, 90, 115, 180])
def test_prices_differ_without_a_reason_to_look(per_cent):
    papers = [*market(CHIPS), imported("I-1", on(8), "firm", priced(CHIPS, 50, per_cent))]
    assert findings(papers, "unit-value") == []


def test_a_decimal_point_or_swapped_digits_are_slips_and_weigh_less():
    papers = [
        *market(CHIPS),
        imported("I-1", on(8), "firm", priced(CHIPS, 50, 1_000)),
        imported("I-2", on(8), "firm", line(CHIPS, 81, 1_800)),
    ]
    point, swapped = findings(papers, "unit-value")
    assert "a decimal point 1 place off" in words(point, "unit-value")
    assert "with two digits swapped the quantity is 18" in words(swapped, "unit-value")
    assert strength([point, swapped]) == [row("unit-value").parameters["slip"]] * 2


def test_a_slip_is_none_where_the_same_goods_were_out_of_line_before():
    papers = [
        *market(CHIPS),
        imported("I-1", on(8), "one", priced(CHIPS, 50, 1_000)),
        *sold("W-1", on(9), "one", "other", priced(CHIPS, 50, 1_050)),
    ]
    alone = structs.replace(row("unit-value"), points=10.0)
    first, second = watch(papers, typologies=[alone])
    assert "may be a slip of the pen" in first.words
    assert "hardly a slip of the pen" in second.words
    assert first.lots == second.lots


def test_where_two_kinds_of_goods_share_a_code_neither_is_out_of_line():
    kinds = [priced(CHIPS, 10, 100 if n % 3 else 433) for n in range(24)]
    papers = [imported(f"K-{n}", on(n / 4), "firm", each) for n, each in enumerate(kinds)]
    assert findings([*market(), *papers], "unit-value") == []


def test_little_is_said_where_little_is_known():
    papers = [*market(CHIPS, papers=4), imported("I-1", on(8), "firm", priced(CHIPS, 50, 433))]
    assert findings(papers, "unit-value") == []


def test_goods_are_held_against_those_of_the_same_origin():
    papers = [
        *market(CHIPS, origin="DE"),
        *(imported(f"C-{n}", on(n), "firm", priced(CHIPS, 50, 30 + n % 3, origin="CN")) for n in range(12)),
        imported("I-1", on(13), "firm", priced(CHIPS, 50, 31, origin="CN")),
        imported("I-2", on(13), "firm", priced(CHIPS, 50, 31, origin="DE")),
    ]
    late = [each for each in findings(papers, "unit-value") if each.facts["document"].startswith("customs/I")]
    assert [each.facts["document"] for each in late] == ["customs/I-2"]
    assert " from DE." in words(late[0], "unit-value")


def test_currencies_are_compared_by_what_the_same_goods_cost_in_both():
    in_euro = [
        imported(f"E-{n}", on(8 + n / 10), "firm", line(CHIPS, 10, 900 + n % 5, currency="EUR"))
        for n in range(20)
    ]
    papers = [
        *market(CHIPS, LATHES), *in_euro,
        imported("I-1", on(12), "firm", line(LATHES, 2, 16_200, currency="EUR")),
        imported("I-2", on(12), "firm", line(LATHES, 2, 75_600, currency="EUR")),
    ]  # fmt: skip
    (found,) = findings(papers, "unit-value")
    assert found.facts["document"] == "customs/I-2"
    assert found.facts["usual"] == pytest.approx(8_100, rel=0.03)


def test_an_impossible_value_stops_nothing():
    odd = line(CHIPS, 10, 1, currency="USD", item=2)
    odd = structs.replace(odd, value=Decimal("1E+4000"))
    papers = [*market(CHIPS), imported("I-1", on(8), "firm", line(CHIPS), odd)]
    assert findings(papers, "unit-value") == []


def test_the_measure_of_money_is_the_currency_of_most_lines():
    money = Money()
    for n in range(FIRST_LINES):
        money.meet("KZT" if n % 3 else "USD")
    assert (money.measure, money.rate("KZT"), money.rate("USD")) == ("KZT", 0.0, None)
    ours, theirs = Usual(), Usual()
    for n in range(8):
        ours.add(7.0 + n / 100)
        theirs.add(1.0 + n / 100)
    for _ in range(12):
        money.learn("USD", theirs, ours)
    assert exp(money.worth(Decimal(10), "USD", 5)) == pytest.approx(2 * exp(6.0))


# -- weights -------------------------------------------------------------------------------------------


def weighed(papers: int = 24) -> list[Document]:
    """Chips at eight grams apiece, give or take."""
    return [
        imported(f"G-{n}", on(n / 4), "firm", line(
            CHIPS, 1_000, 100_000, net_mass_kg=Decimal(8) + Decimal(n % 5) / 10
        ))
        for n in range(papers)
    ]  # fmt: skip


def test_pieces_far_too_heavy_are_something_else():
    heavy = imported("I-1", on(8), "firm", line(CHIPS, 1_000, 100_000, net_mass_kg=Decimal(340)))
    (text,) = told([*market(), *weighed(), heavy], "weight-per-piece")
    assert "0.34 kg a unit; a weight of 0.0082 is usual, by 24 others" in text


def test_where_the_value_is_off_alike_the_quantity_is_told_of_once():
    few = imported("I-1", on(8), "firm", line(CHIPS, 270, 100_000, net_mass_kg=Decimal("8.2")))
    papers = [*market(), *weighed(), few]
    assert told(papers, "weight-per-piece") == []
    (text,) = told(papers, "unit-value")
    assert "Weight per unit is off by the same factor: the quantity may be misstated." in text


# -- splitting -----------------------------------------------------------------------------------------


def shared(count: int, **what: str) -> Given:
    """So many firms that share something."""
    return Given(register=Register(Firm(id=f"part {n}", **what) for n in range(count)))


def parts(values: Sequence[int], firms: int = 3, every_h: int = 10, hs: str = CHIPS) -> list[Document]:
    return [
        imported(f"P-{n}", on(8, every_h * n), f"part {n % firms}", line(hs, value / PRICES[hs], value))
        for n, value in enumerate(values)
    ]


UNDER = (9_800, 8_900, 9_400, 9_900, 8_600, 9_600)


def test_firms_that_share_a_phone_cut_an_order_under_a_threshold():
    given = shared(3, phone="+7 000 000001")
    (found,) = findings([*market(CHIPS), *parts(UNDER)], "splitting", given)
    assert set(found.parties) == {"part 0", "part 1", "part 2"}
    assert (len(found.lots), len(found.entries)) == (4, 3)
    text = words(found, "splitting")
    assert text.startswith("Within 1.2 days 4 import consignments of 854231 ")
    assert " by part 0, part 2, part 1 stay close" in text
    assert "under the threshold of 10,000 USD, of 4 in all: customs/P-0, customs/P-1" in text
    assert found.strength > 1


def test_one_firm_does_so_too():
    found = findings([*market(CHIPS), *parts(UNDER, firms=1)], "splitting")
    assert found
    assert found[-1].parties == ("part 0",)


def test_a_ceiling_of_no_law_is_told_from_the_data():
    values = [4 * value for value in UNDER]
    (text, *_) = told([*market(CHIPS), *parts(values, firms=1)], "splitting")
    assert "close under 39,600 USD" in text


def test_consignments_of_all_sizes_are_no_split():
    values = (9_800, 2_100, 31_000, 5_400, 800, 14_000, 9_000, 3_300)
    assert told([*market(CHIPS), *parts(values, firms=1)], "splitting") == []


def test_a_standing_order_is_no_split():
    """The same order twice a week for weeks: ever so alike, and nobody hides anything."""
    weekly = [
        imported(f"S-{n}", on(8 + 3.5 * n), "part 0", line(CHIPS, 95, 9_400 + 10 * n)) for n in range(14)
    ]
    assert told([*market(CHIPS), *weekly], "splitting") == []


def test_where_all_consignments_are_worth_the_same_none_is_a_split():
    alike = [imported(f"A-{n}", on(n / 5), f"other {n}", line(LATHES, 1, 9_000)) for n in range(30)]
    assert told([*market(), *alike, *parts([9_000] * 6, hs=LATHES)], "splitting", shared(3, phone="1")) == []


def test_firms_of_a_business_centre_are_not_linked_by_it():
    given = shared(MOST_SHARE_A_TIE + 1, address="Business Centre 1")
    assert told([*market(CHIPS), *parts(UNDER)], "splitting", given) == []


def test_firms_that_share_nothing_are_not_taken_together():
    assert told([*market(CHIPS), *parts(UNDER)], "splitting", shared(3)) == []


def test_consignments_are_bounded_under_all_keys_together(monkeypatch):
    monkeypatch.setattr(parcels, "MOST", 20)
    memory = Memory(given=shared(3, phone="+7 000 000001"))
    with booked([*market(CHIPS), *parts(UNDER * 3)]) as book:
        feed, watching = Feed(book.store), Watch(memory)
        for posted in feed:
            list(watching.judge(posted, feed.accounts))
            assert memory.parcels.held == sum(map(len, memory.parcels.latest.values())) <= 20
    last = next(reversed(memory.parcels.latest.values()))
    assert [each.document for each in last][-1] == "customs/P-17", "what came last is remembered"


# -- goods written off ---------------------------------------------------------------------------------


def shops() -> tuple[Given, list[Document]]:
    """Forty grocers and forty makers, who use up what such firms use."""
    firms = [Firm(id=f"grocer {n}", activity="retailer, food") for n in range(60)]
    firms += [Firm(id=f"maker {n}", activity="processor, machinery") for n in range(60)]
    firms.append(Firm(id="young", founded=date(2026, 2, 1)))
    papers = [
        written_off(f"C-{n}", n / 20, each.id, priced(FLOUR if "grocer" in each.id else LATHES, 2, 100))
        for n, each in enumerate(firms[:-1])
    ]
    return Given(register=Register(firms)), [*market(FLOUR, LATHES), *in_order(papers)]


def written_off(number: str, day: float, who: str, *lines: Line) -> Consumption:
    return Consumption(
        issuer=who, number=number, time=on(7 + day), holder=party(who), place="store",
        reason="sold to consumers", lines=list(lines),
    )  # fmt: skip


def test_a_grocer_writes_off_machine_tools():
    given, papers = shops()
    odd = [
        written_off("X-1", 9, "grocer 3", priced(LATHES, 3)),
        written_off("X-2", 9, "maker 3", priced(LATHES, 3)),
    ]
    (found,) = findings([*papers, *odd], "consumption-unfit", given)
    text = words(found, "consumption-unfit")
    assert found.parties == ("grocer 3",)
    assert 'registered as "retailer, food", has written off 3 H87 of 845811' in text
    assert "Of 60 firms" in text
    assert "0 have done so" in text


def test_value_counts_in_what_is_written_off():
    given, papers = shops()
    flour = [imported("Y", on(17), "maker 1", line(FLOUR, 10, 400))]
    cheap = [
        written_off("X-1", 10, "maker 1", priced(FLOUR, 1)),
        written_off("X-2", 10, "grocer 3", priced(LATHES, 1, 1)),
    ]
    found = findings([*papers, *flour, *cheap], "consumption-unfit", given)
    assert strength(found) == [row("consumption-unfit").parameters["cheap"]]
    assert found[0].parties == ("grocer 3",)


def test_machine_tools_that_came_by_way_of_a_newcomer_weigh_more():
    given, papers = shops()
    bought = [
        imported("I-1", on(17), "young", priced(LATHES, 40)),
        *sold("W-1", on(18), "young", "grocer 3", priced(LATHES, 40)),
    ]
    used = written_off("X-1", 13, "grocer 3", priced(LATHES, 40))
    rows = [row("priority-newcomer"), structs.replace(row("consumption-unfit"), points=2.0)]
    alerts = watch([*papers, *bought, used], given, rows)
    assert [alert.typology for alert in alerts] == ["consumption-unfit"]
    assert "They came by way of a newcomer." in alerts[0].words
