"""Who is blocked by its owners: the regulators' own examples, and the traps beside them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sarai.screening.ownership import (
    NAMES,
    RULES,
    WHOLE,
    Graph,
    OwnershipError,
    Share,
    Verdict,
    judge,
    rule_on,
)

TODAY = date(2026, 11, 20)
BLOCKED, NOT_BLOCKED, CANNOT_BE_TOLD = Verdict.BLOCKED, Verdict.NOT_BLOCKED, Verdict.CANNOT_BE_TOLD


def graph_of(*stakes: tuple[str, str, str]) -> Graph:
    """Owner, company, share."""
    graph = Graph()
    for place, (owner, company, held) in enumerate(stakes, 1):
        graph.stake(owner, company, held, place=place)
    return graph


def verdicts_of(graph: Graph, rule: str, listed="X", on: date = TODAY) -> dict[str, Verdict]:
    return {each.company: each.verdict for each in judge(graph, set(listed), rule, on)}


# -- OFAC FAQ 398 to 402 -----------------------------------------------------------------------


def test_faq_398_control_does_not_block() -> None:
    graph = graph_of(("X", "A", "49%"))
    graph.control("X", "A", "appoints the board")
    assert verdicts_of(graph, "ofac") == {"A": NOT_BLOCKED}
    assert verdicts_of(graph, "bis") == {"A": NOT_BLOCKED}
    assert verdicts_of(graph, "eu") == verdicts_of(graph, "uk") == {"A": BLOCKED}


def test_faq_399_stakes_of_all_blocked_persons_add_up() -> None:
    graph = graph_of(("X", "A", "25%"), ("Y", "A", "25%"))
    assert verdicts_of(graph, "ofac", "XY") == {"A": BLOCKED}
    assert verdicts_of(graph, "ofac", "X") == {"A": NOT_BLOCKED}
    assert verdicts_of(graph, "ofac", "XY", date(2014, 8, 12)) == {"A": NOT_BLOCKED}


FAQ_401 = {
    "1: a chain": (("X", "A", "50"), ("A", "B", "50")),
    "2: two ways": (("X", "A", "50"), ("X", "B", "50"), ("A", "C", "25"), ("B", "C", "25")),
    "3: direct and indirect": (("X", "A", "50"), ("X", "B", "10"), ("A", "B", "40")),
    "4: two persons, one step": (("X", "A", "50"), ("X", "B", "10"), ("Y", "B", "40")),
}


@pytest.mark.parametrize("stakes", FAQ_401.values(), ids=FAQ_401)
def test_faq_401_indirect(stakes) -> None:
    assert set(verdicts_of(graph_of(*stakes), "ofac", "XY").values()) == {BLOCKED}


def test_faq_401_a_minority_in_between_does_not_carry() -> None:
    """25 % of A, and A's 25 % of B, are X's 25 %: but A is not blocked, so B is not either."""
    graph = graph_of(("X", "A", "25"), ("A", "B", "100"), ("X", "C", "49.9999999"), ("C", "D", "100"))
    assert set(verdicts_of(graph, "ofac").values()) == {NOT_BLOCKED}


def sold(outside_us: str) -> Graph:
    graph = Graph()
    graph.stake("X", "A", "50%", until="2024-03-01", outside_us=outside_us)
    graph.stake("Y", "A", "50%")
    graph.stake("Z", "A", "50%", since="2024-03-01")
    return graph


@pytest.mark.parametrize(
    ("outside_us", "after"), [("yes", NOT_BLOCKED), ("no", BLOCKED), ("", CANNOT_BE_TOLD)]
)
def test_faq_402_a_sale_counts_if_it_was_wholly_outside_us_jurisdiction(outside_us: str, after) -> None:
    graph = sold(outside_us)
    assert verdicts_of(graph, "ofac", on=date(2024, 2, 29)) == {"A": BLOCKED}
    assert verdicts_of(graph, "ofac", on=date(2024, 3, 1)) == {"A": after}
    assert verdicts_of(graph, "eu") == {"A": NOT_BLOCKED}


@pytest.mark.parametrize("outside_us", ["no", ""])
def test_faq_402_a_sale_before_the_listing_is_a_sale_like_any_other(outside_us: str) -> None:
    for listing, after in {"2024-03-02": NOT_BLOCKED, "2024-03-01": None}.items():
        found = judge(sold(outside_us), {"X": listing}, "ofac", TODAY).verdict("A")
        assert found is (after or (BLOCKED if outside_us else CANNOT_BE_TOLD))


def test_faq_402_who_bought_of_a_blocked_seller_is_not_counted_twice() -> None:
    """X keeps the 30 % that it sold to Y; both are listed, and together they have 30 %, not 60 %."""
    graph = Graph()
    graph.stake("X", "A", "30%", until="2024-03-01", outside_us="no")
    graph.stake("Y", "A", "30%", since="2024-03-01")
    graph.stake("Z", "A", "70%")
    found = judge(graph, {"X", "Y"}, "ofac", TODAY).judgement("A")
    assert (found.verdict, found.low, found.high) == (NOT_BLOCKED, 3 * WHOLE // 10, 3 * WHOLE // 10)


# -- EU, UK, BIS -------------------------------------------------------------------------------


def test_eu_adds_30_and_25() -> None:
    graph = graph_of(("X", "A", "30"), ("Y", "A", "25"))
    assert verdicts_of(graph, "eu", "XY") == verdicts_of(graph, "ofac", "XY") == {"A": BLOCKED}
    assert verdicts_of(graph, "eu", "XY", date(2022, 4, 8)) == {"A": BLOCKED}
    assert verdicts_of(graph, "uk", "XY") == {"A": NOT_BLOCKED}


@pytest.mark.parametrize(
    ("day", "held", "verdict"),
    [
        (date(2024, 7, 2), "50", NOT_BLOCKED),
        (date(2024, 7, 2), "50.0000001", BLOCKED),
        (date(2024, 7, 3), "50", BLOCKED),
        (date(2024, 7, 3), "49.9999999", NOT_BLOCKED),
    ],
)
def test_eu_threshold_by_day(day: date, held: str, verdict: Verdict) -> None:
    assert verdicts_of(graph_of(("X", "A", held)), "eu", on=day) == {"A": verdict}


def test_uk_needs_more_than_half() -> None:
    assert verdicts_of(graph_of(("X", "A", "50")), "uk") == {"A": NOT_BLOCKED}
    assert verdicts_of(graph_of(("X", "A", "50.1")), "uk") == {"A": BLOCKED}


def test_uk_counts_all_that_one_person_holds_directly_and_through_its_companies() -> None:
    graph = graph_of(("X", "A", "60"), ("X", "B", "30"), ("A", "B", "30"))
    assert verdicts_of(graph, "uk") == {"A": BLOCKED, "B": BLOCKED}


@pytest.mark.parametrize(("other", "listed"), [("Y", "XY"), ("Y", "X")])
def test_uk_joint_arrangement_gives_each_the_whole(other: str, listed: str) -> None:
    """Schedule 1, paragraph on joint arrangements: each holds the combined shares, whoever the other is."""
    graph = Graph()
    graph.stake("X", "A", "30", arrangement="pact")
    graph.stake(other, "A", "25", arrangement="pact")
    graph.stake("Z", "A", "45")
    assert verdicts_of(graph, "uk", listed) == {"A": BLOCKED}
    assert {link.joint for link in judge(graph, set(listed), "uk", TODAY).explain("A")[0].links} == {"pact"}
    assert verdicts_of(graph, "ofac", "X") == {"A": NOT_BLOCKED}


def test_uk_an_arrangement_binds_in_its_company_only() -> None:
    graph = Graph()
    for company in "AB":
        graph.stake("X", company, "30", arrangement=f"pact on {company}")
    graph.stake("Y", "A", "25", arrangement="pact on B")
    assert verdicts_of(graph, "uk", "XY") == {"A": NOT_BLOCKED, "B": NOT_BLOCKED}


def test_control_passes_through_companies_and_has_dates() -> None:
    graph = graph_of(("A", "B", "51"))
    graph.control("X", "A", "dominant influence", since="2023-01-01", until="2024-01-01")
    for rule in ("eu", "uk"):
        assert verdicts_of(graph, rule, on=date(2023, 6, 1)) == {"A": BLOCKED, "B": BLOCKED}
        assert verdicts_of(graph, rule, on=date(2024, 1, 1)) == {"A": NOT_BLOCKED, "B": NOT_BLOCKED}


def test_suspected_control_cannot_be_told() -> None:
    graph = Graph()
    graph.control("X", "A", "director", sure=False)
    found = judge(graph, {"X"}, "eu", TODAY).judgement("A")
    assert (found.verdict, [link.control for link in found.open]) == (CANNOT_BE_TOLD, ["director?"])


@pytest.mark.parametrize(
    ("day", "applies"),
    [
        (date(2025, 9, 28), False),
        (date(2025, 9, 29), True),
        (date(2025, 11, 9), True),
        (date(2025, 11, 10), False),
        (date(2026, 11, 9), False),
        (date(2026, 11, 10), True),
    ],
)
def test_bis_is_a_dated_switch(day: date, applies: bool) -> None:
    found = judge(graph_of(("X", "A", "50"), ("A", "X", "1")), {"X"}, "bis", day)
    assert rule_on("bis", day).applies is applies
    assert found.verdict("A") is (BLOCKED if applies else NOT_BLOCKED)
    assert found.verdict("X") is BLOCKED  # who is listed stays listed


def test_sets_of_a_rule_follow_each_other_without_a_gap() -> None:
    for name in NAMES:
        sets = [rule for rule in RULES if rule.name == name]
        assert [rule.until for rule in sets[:-1]] == [rule.since for rule in sets[1:]]
        assert sets[-1].until is None
        assert all(rule_on(name.upper(), rule.since or date(1900, 1, 1)) is rule for rule in sets)
        assert all(rule.source for rule in sets)


@pytest.mark.parametrize(
    ("name", "day"), [("osfi", TODAY), ("uk", date(2020, 12, 30)), ("ofac", date(2008, 2, 13))]
)
def test_no_rule_is_an_error(name: str, day: date) -> None:
    with pytest.raises(OwnershipError, match=name):
        rule_on(name, day)


# -- graphs that go wrong ----------------------------------------------------------------------


@pytest.mark.parametrize("rule", NAMES)
def test_companies_that_hold_each_other_are_not_blocked_by_that(rule: str) -> None:
    graph = graph_of(("A", "B", "100"), ("B", "C", "100"), ("C", "A", "60"), ("X", "A", "40"))
    assert set(verdicts_of(graph, rule).values()) == {NOT_BLOCKED}
    graph = graph_of(("A", "B", "100"), ("B", "C", "100"), ("C", "A", "40"), ("X", "A", "60"))
    assert set(verdicts_of(graph, rule).values()) == {BLOCKED}


def test_a_chain_through_a_cycle_comes_to_an_end() -> None:
    graph = graph_of(("X", "A", "50"), ("B", "A", "50"), ("A", "B", "100"))
    steps = judge(graph, {"X"}, "ofac", TODAY).explain("B")
    assert [(step.company, [link.owner for link in step.links]) for step in steps] == [
        ("A", ["X"]),
        ("B", ["A"]),
    ]


def test_shares_in_itself_do_not_count_and_are_a_finding() -> None:
    found = judge(graph_of(("X", "A", "40"), ("A", "A", "20")), {"X"}, "ofac", TODAY).judgement("A")
    assert found.verdict is NOT_BLOCKED
    assert ["itself" in finding.message for finding in found.findings] == [True]


def test_more_than_the_whole_is_a_finding_and_may_leave_it_open() -> None:
    graph = graph_of(("X", "A", "60"), ("Y", "A", "60"), ("X", "B", "90"), ("Y", "B", "30"))
    found = {each.company: each for each in judge(graph, {"X"}, "ofac", TODAY)}
    assert (found["A"].verdict, found["A"].low, found["A"].high) == (
        CANNOT_BE_TOLD, 4 * WHOLE // 10, 6 * WHOLE // 10,
    )  # fmt: skip
    assert found["B"].verdict is BLOCKED
    assert [(f.company, f.places) for f in found["A"].findings] == [("A", (1, 2))]
    assert "120 %" in found["A"].findings[0].message


def test_the_same_stake_twice_counts_once() -> None:
    found = judge(graph_of(("X", "A", "30"), ("X", "A", "30")), {"X"}, "ofac", TODAY).judgement("A")
    assert (found.verdict, found.high) == (NOT_BLOCKED, 3 * WHOLE // 10)
    assert [finding.places for finding in found.findings] == [(1, 2)]


def test_stakes_that_differ_may_be_one_or_several() -> None:
    found = judge(graph_of(("X", "A", "20"), ("X", "A", "40")), {"X"}, "ofac", TODAY).judgement("A")
    assert (found.verdict, found.low, found.high) == (CANNOT_BE_TOLD, 2 * WHOLE // 10, 6 * WHOLE // 10)


def test_one_stake_after_the_other_is_no_double() -> None:
    graph = Graph()
    graph.stake("X", "A", "40", until="2024-01-01")
    graph.stake("X", "A", "60", since="2024-01-01")
    found = judge(graph, {"X"}, "eu", TODAY)
    assert (found.verdict("A"), found.findings) == (BLOCKED, ())
    assert judge(graph, {"X"}, "eu", date(2023, 12, 31)).verdict("A") is NOT_BLOCKED


def test_a_year_alone_leaves_the_days_in_it_open() -> None:
    graph = Graph()
    graph.stake("X", "A", "60", since="2022", until="2024-06")
    days = [date(2021, 12, 31), date(2022, 5, 1), date(2022, 12, 31), date(2024, 6, 29), date(2024, 6, 30)]
    assert [judge(graph, {"X"}, "eu", day).verdict("A") for day in days] == [
        NOT_BLOCKED, CANNOT_BE_TOLD, BLOCKED, CANNOT_BE_TOLD, NOT_BLOCKED,
    ]  # fmt: skip


def test_a_listing_has_a_date() -> None:
    graph = graph_of(("X", "A", "60"))
    assert judge(graph, {"X": "2024-05-01"}, "eu", date(2024, 4, 30)).verdict("A") is NOT_BLOCKED
    assert judge(graph, {"X": "2024-05-01"}, "eu", date(2024, 5, 1)).verdict("A") is BLOCKED


# -- what is not known -------------------------------------------------------------------------


def test_unknown_shares_are_bounded_by_what_others_hold() -> None:
    """Two unknown stakes beside a known one of 60 % may be 40 % together, and no more."""
    graph = graph_of(("X", "A", "?"), ("Y", "A", ""), ("Z", "A", "60"))
    found = judge(graph, {"X", "Y"}, "ofac", TODAY).judgement("A")
    assert (found.verdict, found.low, found.high) == (NOT_BLOCKED, 0, 4 * WHOLE // 10)
    found = judge(graph_of(("X", "A", "?"), ("Z", "A", "50")), {"X"}, "ofac", TODAY).judgement("A")
    assert (found.verdict, found.low, found.high) == (CANNOT_BE_TOLD, 0, WHOLE // 2)


def test_what_would_decide_is_named_all_along_the_chain() -> None:
    graph = graph_of(
        ("X", "A", "25-50"), ("A", "B", "100"), ("B", "C", "40"), ("Y", "C", "?"), ("Z", "D", "?")
    )
    found = judge(graph, {"X"}, "ofac", TODAY).judgement("C")
    assert found.verdict is NOT_BLOCKED
    found = judge(graph, {"X", "Y"}, "ofac", TODAY).judgement("C")
    assert found.verdict is CANNOT_BE_TOLD
    assert {(link.owner, link.company, link.place) for link in found.open} == {("X", "A", 1), ("Y", "C", 4)}
    assert [link.owner for step in found.chain for link in step.links] == ["Y"]  # who alone may suffice


def test_what_nobody_named_holds_is_told() -> None:
    assert judge(graph_of(("X", "A", "40")), {"X"}, "ofac", TODAY).judgement("A").unnamed == 6 * WHOLE // 10


def test_a_share_finer_than_a_billionth_never_decides() -> None:
    """A half by a hair more, or less: the band of one part per billion includes both."""
    for held in ("50.00000000001", "49.99999999999"):
        verdicts = {rule: verdicts_of(graph_of(("X", "A", held)), rule)["A"] for rule in ("ofac", "uk")}
        assert verdicts["ofac"] is (BLOCKED if held > "50" else CANNOT_BE_TOLD)
        assert verdicts["uk"] is (CANNOT_BE_TOLD if held > "50" else NOT_BLOCKED)


# -- chains ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", NAMES)
@pytest.mark.parametrize("listed", ["the first", "all, the last one first"])
def test_a_chain_of_10_000(rule: str, listed: str) -> None:
    graph = Graph()
    names = [f"C{number:05}" for number in range(10_001)]
    for owner, company in zip(reversed(names[:-1]), reversed(names[1:]), strict=True):
        graph.stake(owner, company, Share(WHOLE // 2 + 1, WHOLE // 2 + 1))
    graph.stake("minor", names[0], "5")
    found = judge(graph, names[:1] if listed == "the first" else names[::-1], rule, TODAY)
    assert {found.verdict(name) for name in names} == {BLOCKED}
    if listed == "the first":
        assert [step.company for step in found.explain(names[-1])] == names[1:]
        cut = found.judgement(names[-1])
        assert ([step.company for step in cut.chain], cut.cut) == (names[-25:], True)
        assert found.judgement(names[25]).cut is False


def test_a_chain_names_owners_shares_and_lines_back_to_the_listed() -> None:
    graph = graph_of(("X", "A", "50"), ("X", "B", "10"), ("A", "B", "40"), ("Z", "B", "50"))
    steps = judge(graph, {"X"}, "ofac", TODAY).explain("B")
    assert [(link.owner, link.low, link.listed, link.place) for step in steps for link in step.links] == [
        ("X", WHOLE // 2, True, 1),
        ("X", WHOLE // 10, True, 2),
        ("A", 4 * WHOLE // 10, False, 3),
    ]


def test_of_two_chains_only_that_of_the_person_who_blocks_is_shown() -> None:
    graph = graph_of(("Y", "A", "10"), ("Y", "B", "60"), ("X", "A", "60"), ("A", "C", "60"))
    steps = judge(graph, {"X", "Y"}, "uk", TODAY).explain("C")
    assert [[link.owner for link in step.links] for step in steps] == [["X"], ["A"]]


def test_who_is_not_there_is_an_error_and_the_listed_need_no_chain() -> None:
    verdicts = judge(graph_of(("X", "A", "50"), ("A", "X", "100")), {"X"}, "ofac", TODAY)
    with pytest.raises(OwnershipError, match="'Q' is not in the graph"):
        verdicts.judgement("Q")
    assert (verdicts.judgement("X").verdict, verdicts.judgement("X").chain) == (BLOCKED, ())


def test_nothing_and_nobody() -> None:
    assert list(judge(Graph(), set(), "ofac", TODAY)) == []
    assert verdicts_of(graph_of(("X", "A", "100")), "uk", "") == {"A": NOT_BLOCKED}
    assert verdicts_of(graph_of(("X", "A", "0")), "ofac") == {"A": NOT_BLOCKED}


def test_a_day_later_in_the_simplest_case() -> None:
    graph, day = Graph(), date(2025, 1, 1)
    graph.stake("X", "A", "50", since=day.isoformat())
    assert judge(graph, {"X"}, "eu", day).verdict("A") is BLOCKED
    assert judge(graph, {"X"}, "eu", day - timedelta(1)).verdict("A") is NOT_BLOCKED


# -- the page ----------------------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ownership.md"
EXAMPLES: dict[str, tuple[str, ...]] = {
    "X 50 % of A, A 50 % of B": ("X A 50", "A B 50"),
    "X 50 % of A and B, each 25 % of C": ("X A 50", "X B 50", "A C 25", "B C 25"),
    "X 50 % of A and 10 % of B, A 40 % of B": ("X A 50", "X B 10", "A B 40"),
    "X 30 %, Y 25 % of A": ("X A 30", "Y A 25"),
    "the same, under a joint arrangement": ("X A 30 pact", "Y A 25 pact"),
    "X 25 % of A, A 100 % of B": ("X A 25", "A B 100"),
    "X 49 % of A, and appoints its board": ("X A 49", "X A board!"),
    "X ? of A, Z 50 % of A": ("X A ?", "Z A 50"),
    "X ? of A, Z 60 % of A": ("X A ?", "Z A 60"),
    "X 60 %, Z 60 % of A": ("X A 60", "Z A 60"),
}


def worked() -> dict[str, list[str]]:
    """The page's worked examples: the verdicts in the order of the columns."""
    lines = (
        PAGE.read_text(encoding="utf-8").partition("## Worked examples")[2].partition("## ")[0].splitlines()
    )
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][
        2:
    ]
    return {example: verdicts for example, *verdicts in rows}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_worked_examples_of_the_page(example: str) -> None:
    graph = Graph()
    for stake in EXAMPLES[example]:
        owner, company, held, *pact = stake.split()
        if held.endswith("!"):
            graph.control(owner, company, held)
        else:
            graph.stake(owner, company, held, arrangement="".join(pact))
    for rule, said in zip(("ofac", "eu", "uk"), worked()[example], strict=True):
        (found,) = set(verdicts_of(graph, rule, "XY").values())
        assert said.endswith(found.value) and ("not" in said) is (found is not BLOCKED), rule


def test_every_worked_example_is_tried() -> None:
    assert set(worked()) == set(EXAMPLES)
