"""The work list against plain models: every share that is possible on small graphs, and a million stakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.screening.ownership import WHOLE, Graph, Rule, Share, Together, Verdict, judge, percent, spread

DAY = date(2025, 1, 1)
TENTH = WHOLE // 10
NODES = "abcdef"


class Held(NamedTuple):
    """A stake in tenths."""

    owner: str
    company: str
    low: int
    high: int
    pact: str


class Controlled(NamedTuple):
    """A link of control."""

    owner: str
    company: str
    sure: bool


class Case(NamedTuple):
    """A small graph and a question about it."""

    stakes: list[Held]
    controls: list[Controlled]
    listed: frozenset[str]
    rule: Rule


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Graphs of six; at most four stakes of unknown share, and no company over the whole for certain."""
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=10, unique=True)
    )
    stakes, left, unknown = [], dict.fromkeys(NODES, 10), 4
    for owner, company in pairs:
        low = draw(st.integers(0, min(left[company], 7)))
        high = low if not unknown else draw(st.integers(low, 10))
        unknown -= high > low
        left[company] -= low
        stakes.append(Held(owner, company, low, high, draw(st.sampled_from(["", "", "p", "q"]))))
    link = st.builds(Controlled, st.sampled_from(NODES), st.sampled_from(NODES), st.booleans())
    rule = Rule(
        name="a rule",
        title="",
        source="",
        needs=5 * TENTH + draw(st.integers(0, 1)),
        together=draw(st.sampled_from(list(Together))),
        control=draw(st.booleans()),
    )
    listed = draw(st.frozensets(st.sampled_from(NODES), max_size=3))
    return Case(stakes, draw(st.lists(link, max_size=2)), listed, rule)


def worlds(case: Case) -> Iterator[tuple[list[int], list[bool]]]:
    """Every way in which the unknown may be, in whole tenths: the bounds are such, so none is missed."""
    shares = list(product(*(range(held.low, held.high + 1) for held in case.stakes)))
    controls = list(product(*((True,) if link.sure else (False, True) for link in case.controls)))
    for some in shares:
        sums = dict.fromkeys(NODES, 0)
        for held, share in zip(case.stakes, some, strict=True):
            sums[held.company] += share
        if max(sums.values()) <= 10:
            yield from ((list(some), list(which)) for which in controls)


def blocked_in(case: Case, seeds: frozenset[str], shares: list[int], controls: list[bool]) -> dict[str, int]:
    """What the seeds and those they block hold of each; the blocked have 100 added."""
    members = set(seeds)
    while True:
        held = {name: share_of(case, members, name, shares) for name in NODES}
        added = {name for name in NODES if held[name] * TENTH >= case.rule.needs}
        if case.rule.control:
            links = zip(case.controls, controls, strict=True)
            added |= {link.company for link, is_so in links if is_so and link.owner in members}
        if added <= members:
            return {name: held[name] + 100 * (name in members) for name in NODES}
        members |= added


def share_of(case: Case, members: set[str], company: str, shares: list[int]) -> int:
    stakes = [(s, share) for s, share in zip(case.stakes, shares, strict=True) if s.company == company]
    pacts = {s.pact for s, _ in stakes if s.owner in members and s.pact and s.high}
    joint = case.rule.together is Together.ARRANGED
    return sum(share for s, share in stakes if s.owner in members or (joint and s.pact in pacts))


def plain(case: Case) -> dict[str, tuple[Verdict, int, int]]:
    """Verdict, least and most of each, by trying every world."""
    alone = case.rule.together is not Together.ALL
    groups = [frozenset({name}) for name in case.listed] if alone else [case.listed]
    found: dict[str, list[tuple[bool, int]]] = {name: [] for name in NODES}
    for shares, controls in worlds(case):
        ends = [blocked_in(case, seeds, shares, controls) for seeds in groups]
        for name in NODES:
            states = [divmod(end[name], 100) for end in ends]
            is_blocked = name in case.listed or any(state[0] for state in states)
            found[name].append((is_blocked, max((state[1] for state in states), default=0)))
    return {name: summed_up(states) for name, states in found.items()}


def summed_up(states: list[tuple[bool, int]]) -> tuple[Verdict, int, int]:
    kinds = {is_blocked for is_blocked, _ in states}
    verdict = (
        Verdict.CANNOT_BE_TOLD if len(kinds) == 2 else (Verdict.NOT_BLOCKED, Verdict.BLOCKED)[kinds.pop()]
    )
    shares = [share for _, share in states]
    return verdict, min(shares), max(shares)


@settings(max_examples=300, deadline=None)
@given(cases(), st.sampled_from([1, spread.MANY]))
def test_small_graphs_against_every_possible_world(case: Case, many: int) -> None:
    """One member at a time, and all at once as vectors, which small graphs would not see."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "MANY", many)
        check_against_worlds(case)


def graph_of(case: Case) -> Graph:
    graph = Graph()
    for held in case.stakes:
        share = Share(held.low * TENTH, held.high * TENTH)
        graph.stake(held.owner, held.company, share, arrangement=held.pact)
    for link in case.controls:
        graph.control(link.owner, link.company, "some", sure=link.sure)
    return graph


def check_against_worlds(case: Case) -> None:
    graph = graph_of(case)
    verdicts, expected = judge(graph, case.listed, case.rule, DAY), plain(case)
    for found in verdicts:
        verdict, low, high = expected[found.company]
        assert (found.verdict, found.low, found.high) == (verdict, low * TENTH, high * TENTH), found
        check_chain(case, found.company, verdicts)


def check_chain(case: Case, company: str, verdicts) -> None:
    """Every step rests on the listed and on steps before it, and is as much as the verdict needs."""
    known = set(case.listed)
    for step in verdicts.explain(company):
        counted = [link for link in step.links if link.owner in known]
        assert counted
        if step.verdict is Verdict.BLOCKED and not any(link.control for link in counted):
            joint = {link.joint for link in counted} - {""}
            assert sum(s.low for s in step.links if s in counted or s.joint in joint) >= case.rule.needs or (
                verdicts.verdict(company) is not Verdict.BLOCKED
            )
        known.add(step.company)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_coarse_look_tells_less_and_never_otherwise(case: Case) -> None:
    """Beyond the bound, the listed that are left are looked at together."""
    graph, exact = graph_of(case), {}
    for limit in (spread.MAX_WALKED, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spread, "MAX_WALKED", limit)
            for found in judge(graph, case.listed, case.rule, DAY):
                expected = exact.setdefault(found.company, found)
                assert found.verdict in (expected.verdict, Verdict.CANNOT_BE_TOLD)
                assert (found.verdict is Verdict.BLOCKED) is (expected.verdict is Verdict.BLOCKED)
                assert (found.low, found.high >= expected.high) == (expected.low, True)


class Million(NamedTuple):
    """A million stakes among a quarter of a million, by number; of one in twenty the share is not known."""

    owner: np.ndarray
    company: np.ndarray
    low: np.ndarray
    high: np.ndarray
    graph: Graph


COMPANIES = 250_000


@pytest.fixture(scope="module")
def million() -> Million:
    rng = np.random.default_rng(3)
    pairs = np.unique(rng.integers(0, COMPANIES**2, 1_000_000))
    owner, company = pairs // COMPANIES, pairs % COMPANIES
    weight = rng.integers(1, 1_000, len(pairs)) ** 2
    # In hundredths of a percent, rounded down: many shares alike, as in a register.
    low = weight * 10_000 // np.bincount(company, weight).astype(np.int64)[company] * (WHOLE // 10_000)
    unknown = rng.random(len(pairs)) < 0.05
    texts = ["?" if vague else percent(share) for share, vague in zip(low.tolist(), unknown, strict=True)]
    none = [""] * len(pairs)
    graph = Graph()
    owners, companies = (list(map(str, ends.tolist())) for ends in (owner, company))
    graph.add_stakes(owners, companies, texts, none, none, none, none, range(1, len(pairs) + 1))
    return Million(owner, company, np.where(unknown, 0, low), np.where(unknown, WHOLE, low), graph)


@pytest.mark.parametrize(
    ("together", "count", "least"), [(Together.ALL, 30_000, 1_000), (Together.ALONE, 40, 5)]
)
def test_a_million_stakes_against_vectors(
    million: Million, together: Together, count: int, least: int
) -> None:
    listed = np.random.default_rng(4).choice(COMPANIES, count, replace=False)
    rule = Rule(name="a rule", title="", source="", together=together)
    verdicts = judge(million.graph, [str(number) for number in listed], rule, DAY)
    found: dict[Verdict, set[int]] = {verdict: set() for verdict in Verdict}
    for company in verdicts.companies():
        found[verdicts.verdict(company)].add(int(company))
    roots = [listed] if together is Together.ALL else [[root] for root in listed]
    ends = [spread_all(*million[:4], root, COMPANIES) for root in roots]
    surely, maybe = (np.logical_or.reduce([end[which] for end in ends]) for which in (0, 1))
    maybe[listed] = surely[listed] = True
    known = set(million.company.tolist())
    assert found[Verdict.BLOCKED] == set(np.flatnonzero(surely).tolist()) & known
    assert found[Verdict.CANNOT_BE_TOLD] == set(np.flatnonzero(maybe & ~surely).tolist()) & known
    assert min(map(len, found.values())) >= least


def spread_all(owner, company, low, high, seeds, count) -> tuple[np.ndarray, np.ndarray]:
    """All companies at once, over and over, until no more are added: for certain, and possibly."""
    ends = []
    for maybe in (False, True):
        members = np.zeros(count, dtype=bool)
        members[seeds] = True
        while True:
            theirs = members[owner]
            held = np.bincount(company, np.where(theirs, high if maybe else low, 0), count)
            if maybe:
                held = np.minimum(held, WHOLE - np.bincount(company, np.where(theirs, 0, low), count))
            more = (held >= WHOLE // 2) & ~members
            if not more.any():
                break
            members |= more
        ends.append(members)
    return ends[0], ends[1]
