"""Who trades: newcomers, sudden growth, firms of another trade, go-betweens, and those often refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from watching import DAY, findings, imported, in_order, line, on, party, ref, row, sold, transited, words

from sarai.goods import Answer, Document, Regime, Waybill
from sarai.watch.given import Given
from sarai.watch.memory.activities import Activities
from sarai.watch.memory.money import FIRST_LINES
from sarai.watch.memory.traders import Imports
from sarai.watch.register import Firm, Register
from sarai.watch.seen import DAY_US

CHIPS, FLOUR, TVS = "854231", "110100", "852872"
OLD = date(2001, 5, 17)


def given(*firms: Firm) -> Given:
    return Given(register=Register(firms))


def firm(id: str, activity: str = "", founded: date = OLD) -> Firm:
    return Firm(id=id, activity=activity, founded=founded)


def money() -> Document:
    """One paper with so many lines in one currency that it becomes the measure."""
    return imported(
        "M-0", on(-1), "market", *(line("940360", 10, 100, item=n + 1) for n in range(FIRST_LINES))
    )


# -- newcomers ---------------------------------------------------------------------------------------


def dealers(count: int, times: int, days: float = 20) -> Iterator[Document]:
    """Firms that import chips again and again over so many days."""
    for time in range(times):
        for number in range(count):
            day = days * (time * count + number) / (times * count)
            yield imported(f"D-{time}-{number}", on(day), f"dealer {number}", line(CHIPS))


@pytest.mark.parametrize(
    ("founded", "hs", "found"),
    [
        (date(2026, 1, 30), CHIPS, True),
        (date(2025, 4, 1), CHIPS, True),
        (date(2025, 1, 30), CHIPS, False),
        (date(2026, 1, 30), FLOUR, False),
    ],
)
def test_a_firm_younger_than_a_year_deals_in_priority_goods(founded, hs, found):
    paper = imported("I-1", on(0), "young", line(hs))
    assert bool(findings([paper], "priority-newcomer", given(firm("young", founded=founded)))) == found


def test_age_is_measured_when_the_goods_move():
    papers = [imported(f"I-{n}", on(n * 300), "young", line(CHIPS)) for n in range(3)]
    found = findings(papers, "priority-newcomer", given(firm("young", founded=date(2026, 2, 10))))
    assert [str(*finding.facts["how_new"]) for finding in found] == [
        "was founded 20 days before",
        "was founded 320 days before",
    ]


def test_the_consignee_of_a_transit_is_looked_at_before_the_goods_are_there():
    papers = [transited("T-1", on(0), "young", line(CHIPS))]
    (found,) = findings(papers, "priority-newcomer", given(firm("young", founded=date(2026, 2, 10))))
    assert found.parties == ("young",)
    assert found.lots
    assert "customs/T-1" in words(found, "priority-newcomer")


def test_an_old_firm_deals_in_such_goods_for_the_first_time():
    papers = [*dealers(5, 20), imported("I-1", on(21), "old", line(CHIPS))]
    (found,) = findings(papers, "priority-newcomer", given(firm("old")))
    both = "deals in such goods for the first time and imports for the first time;"
    assert both in words(found, "priority-newcomer")
    assert found.strength < 1


def test_a_book_that_has_just_begun_knows_no_first_time():
    papers = [*dealers(5, 20, days=5), imported("I-1", on(6), "old", line(CHIPS))]
    assert findings(papers, "priority-newcomer", given(firm("old"))) == []


def test_where_most_are_new_nobody_is_a_newcomer():
    papers = [*dealers(60, 2), imported("I-1", on(21), "old", line(CHIPS))]
    assert findings(papers, "priority-newcomer", given(firm("old"))) == []


# -- growth ------------------------------------------------------------------------------------------


def habits(days: int, values: dict[str, int], hs: str = FLOUR) -> list[Document]:
    """Firms that import the same every other day, half a day apart from each other."""
    return in_order(
        imported(f"{name}-{day}", on(day + number / 20), name, line(hs, 10, value))
        for number, (name, value) in enumerate(values.items())
        for day in range(0, days, 2)
    )


@pytest.mark.parametrize(("value", "found"), [(300_000, True), (3_000, False)])
def test_imports_grow_far_above_a_firms_past(value, found):
    usual = habits(40, {f"firm {n}": 1_000 + 100 * n for n in range(8)})
    papers = [money(), *usual, imported("G-1", on(41), "firm 0", line(FLOUR, 10, value))]
    seen = [each for each in findings(papers, "sudden-growth") if each.facts["document"] == "customs/G-1"]
    assert bool(seen) == found
    if found:
        assert "firm 0 has imported" in words(seen[0], "sudden-growth")
        assert seen[0].facts["times"] > 40


def test_what_is_large_for_a_small_firm_may_be_usual_for_all():
    """Where everybody's imports jump like that, a jump tells nothing."""
    names = [f"firm {n}" for n in range(8)]
    calm = habits(16, dict.fromkeys(names, 1_000))
    wild = [
        imported(f"W-{day}-{name}", on(day + n / 20), name, line(FLOUR, 10, 1_000 * 5 ** ((day - 16) // 4)))
        for day in range(16, 40, 4)
        for n, name in enumerate(names)
    ]
    papers = [money(), *calm, *wild, imported("G-1", on(41), "firm 0", line(FLOUR, 10, 15_000_000))]
    assert [f for f in findings(papers, "sudden-growth") if f.facts["document"] == "customs/G-1"] == []


def test_a_height_of_imports_becomes_the_past_after_two_weeks():
    imports = Imports()
    imports.add(100 * DAY_US, 8.0)
    assert imports.past(107 * DAY_US) == 0.0
    assert imports.past(115 * DAY_US) == 8.0
    assert imports.after(107 * DAY_US, 1.0) == pytest.approx(5.0)


# -- business ----------------------------------------------------------------------------------------


def state(with_chips: int = 0) -> tuple[list[Firm], list[Document]]:
    """Sixty grocers and sixty sellers of electronics, who buy what such firms buy."""
    grocers = [firm(f"grocer {n}", "retailer, food") for n in range(60)]
    sellers = [firm(f"seller {n}", "retailer, electronics") for n in range(60)]
    papers = [
        imported(f"B-{each.id}", on(0.1 * n), each.id, line(FLOUR if each in grocers else CHIPS))
        for n, each in enumerate([*grocers, *sellers])
    ]
    papers += [imported(f"C-{n}", on(13), f"grocer {n}", line(CHIPS)) for n in range(with_chips)]
    return [*grocers, *sellers], papers


def test_a_grocer_imports_chips():
    firms, papers = state()
    (found,) = findings(
        [*papers, imported("I-1", on(14), "grocer 7", line(CHIPS), line(FLOUR, item=2))],
        "unfit-business",
        given(*firms),
    )
    told = words(found, "unfit-business")
    assert 'registered as "retailer, food"' in told
    assert "Of 60 firms" in told
    assert "0 deal in" in told
    assert "of all firms 60" in told
    assert len(found.lots) == 1


def test_chips_fit_a_seller_of_electronics_and_flour_a_new_grocer():
    firms, papers = state()
    more = [firm("new seller", "retailer, electronics"), firm("new grocer", "food, retailer")]
    papers += [
        imported("I-1", on(14), "new seller", line(CHIPS)),
        imported("I-2", on(14), "new grocer", line(FLOUR)),
    ]
    assert findings(papers, "unfit-business", given(*firms, *more)) == []


def test_where_many_grocers_deal_in_chips_they_fit():
    firms, papers = state(with_chips=20)
    late = [f for f in findings([*papers, imported("I-1", on(14), "grocer 50", line(CHIPS))],
                                "unfit-business", given(*firms)) if "grocer 50" in f.parties]  # fmt: skip
    assert late == []


def test_goods_that_nobody_has_dealt_in_tell_nothing_of_the_firm():
    firms, papers = state()
    papers.append(imported("I-1", on(14), "grocer 7", line("890110")))
    assert findings(papers, "unfit-business", given(*firms)) == []


def test_a_word_that_few_firms_have_says_little():
    activities = Activities()
    for _ in range(100):
        activities.meet(["other"])
    for _ in range(10):
        activities.learn(["other"], "8542")
    activities.meet(["rare"])
    assert activities.fit(["rare"], "8542").against > 0.9
    for _ in range(99):
        activities.meet(["rare"])
    assert activities.fit(["rare"], "8542").against < 0.25


def test_words_of_an_activity_in_any_script_and_codes():
    firms = Register([firm("1", "Экспедирование грузов"), firm("2", "52.29 Freight forwarding")])
    assert firms.words("1") == ("грузов", "экспедирование", "экспедирование грузов")
    assert firms.words("2") == ("52.29", "52.29 freight forwarding", "forwarding", "freight")


# -- go-betweens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "activity",
    ["forwarder, chemicals", "52.29 transport support", "Экспедирование грузов", "Commercial bank", "post",
     "customs warehousing"],
)  # fmt: skip
def test_a_go_between_imports_into_home_use(activity):
    papers = [imported("I-1", on(0), "between", line(CHIPS))]
    (found,) = findings(papers, "forwarder-final", given(firm("between", activity)))
    assert activity in words(found, "forwarder-final")


def test_a_go_between_may_hold_goods_for_others():
    forwarder = given(firm("between", "freight forwarding"))
    papers = [
        imported("I-1", on(0), "between", line(CHIPS), regime=Regime.WAREHOUSE),
        imported("I-2", on(0), "trader", line(CHIPS), declarant=party("between")),
        *sold("W-1", on(1), "between", "between", line(CHIPS)),
    ]
    assert findings(papers, "forwarder-final", forwarder) == []


@pytest.mark.parametrize("activity", ["embankment builder", "compost and soil", "poster printing", ""])
def test_words_only_count_from_their_beginning(activity):
    papers = [imported("I-1", on(0), "firm", line(CHIPS))]
    assert findings(papers, "forwarder-final", given(firm("firm", activity))) == []


def test_a_go_between_as_consignee_of_waybill_and_transit():
    papers = [
        transited("T-1", on(0), "between", line(CHIPS)),
        *sold("W-1", on(1), "trader", "between", line(FLOUR)),
    ]
    found = findings(papers, "forwarder-final", given(firm("between", "freight forwarding")))
    assert [finding.strength for finding in found] == [
        1.0,
        row("forwarder-final").parameters["of_other_goods"],
    ]


# -- refusals ------------------------------------------------------------------------------------------


def sales(declined: int, of: int, seller: str = "suspect") -> list[Document]:
    """Six hundred honest sales, of which one in fifty is declined; then those of the suspect."""
    papers: list[Document] = []
    for number in range(600):
        papers += sale(f"H-{number}", number / 60, f"firm {number % 30}", decline=number % 50 == 0)
    for number in range(of):
        papers += sale(f"S-{number}", 11 + number / 10, seller, decline=number < declined)
    return in_order(papers)


def sale(number: str, day: float, seller: str, decline: bool) -> list[Document]:
    waybill, answer = sold(number, on(day), seller, "buyer", line(FLOUR))
    assert isinstance(waybill, Waybill)
    if not decline:
        return [waybill, answer]
    refused = Answer(
        issuer="buyer", number=f"{number}/no", time=answer.time, consignment=ref(waybill), decision="decline"
    )
    return [waybill, refused]


def test_waybills_declined_in_a_pattern():
    found = findings(sales(10, 15), "refused-pattern")
    assert found
    assert {finding.parties for finding in found} == {("suspect",)}
    assert "waybills that it sent were declined, revoked or expired" in words(found[0], "refused-pattern")


def test_a_few_declined_waybills_are_no_pattern():
    assert findings(sales(3, 15), "refused-pattern") == []


def test_papers_that_the_book_refuses_in_a_pattern():
    papers = sales(0, 1)
    bad = [imported(f"X-{n}", on(20) + n * DAY / 24, "suspect", line(FLOUR, unit="X9X")) for n in range(12)]
    found = findings([*papers, *bad], "refused-pattern")
    assert {finding.parties for finding in found} == {("suspect",)}
    assert "were refused by the book" in words(found[0], "refused-pattern")
