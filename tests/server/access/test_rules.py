"""The table of rules: every cell of it, and the principles that it must keep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sarai.goods import BadSetting
from sarai.server.access import RIGHTS, RULES, Role, Scope, Visitor, allowed, holders, rights_of, why
from sarai.server.access.roles import PRINCIPLES
from sarai.server.access.rules import as_table

DOCS = Path(__file__).resolve().parents[3] / "docs" / "access.md"
SOURCES = Path(__file__).resolve().parents[3] / "src" / "sarai" / "server"

# a: all, o: own, s: summary
CELLS = """
right               trader carrier officer supervisor analyst partner auditor admin nobody
documents.post      o o a a - - - - -
documents.read      o o a a s - a - -
book.read           o o a a s - a - -
proofs.read         o o a a - s a - -
checkpoint.read     a a a a a a a - -
balances.read       o - a a s - a - -
traces.read         o - a a s - a - -
consignments.read   o o a a s - a - -
holds.read          o - a a - - a - -
lots.hold           - - a a - - - - -
lots.release        - - - a - - - - -
alerts.read         - - a a s - a - -
stream.read         - - a a s - a - -
cases.read          - - a a s - a - -
cases.act           - - a a - - - - -
cases.decide        - - - a - - - - -
screening.ask       - - a a a - - - -
screening.read      - - a a - - a - -
screening.decide    - - a a - - - - -
flows.read          - - a a a - a - -
corridors.read      - - a a a - a - -
minerals.read       - - a a a - a - -
standing.read       - - - a a - a - -
epcis.capture       o o a a - - - - -
epcis.query         o o a a - - a - -
health.read         s s a a s s a a s
metrics.read        - - - a - - a a -
self.manage         o o o o o o o o -
accounts.read       - - - - - - a a -
accounts.manage     - - - - - - - a -
pages.now           o o a a s - a - -
pages.alerts        - - a a s - a - -
pages.case          - - a a s - a - -
pages.trace         o - a a s - a - -
pages.balances      o - a a s - a - -
pages.flows         - - a a a - a - -
pages.corridors     - - a a a - a - -
pages.minerals      - - a a a - a - -
pages.standing      - - - a a - a - -
pages.screening     - - a a a - a - -
pages.book          o o a a s s a - -
pages.post          o o a a - - - - -
pages.health        - - a a - - a a -
pages.account       o o o o o o o o -
pages.accounts      - - - - - - a a -
pages.why           a a a a a a a a a
pages.login         a a a a a a a a a
"""
HEAD, *LINES = (line.split() for line in CELLS.strip().splitlines())
EXPECTED = {
    (right, Role(role)): {"a": Scope.ALL, "o": Scope.OWN, "s": Scope.SUMMARY, "-": None}[cell]
    for right, *cells in LINES
    for role, cell in zip(HEAD[1:], cells, strict=True)
}

CHANGES = {"documents.post", "lots.hold", "lots.release", "cases.act", "cases.decide", "screening.ask",
           "screening.decide", "epcis.capture", "accounts.manage"}  # fmt: skip
SHOWS = {
    "pages.now": {"consignments.read"}, "pages.alerts": {"alerts.read"}, "pages.case": {"cases.read"},
    "pages.trace": {"traces.read"}, "pages.balances": {"balances.read"},
    "pages.flows": {"flows.read"}, "pages.corridors": {"corridors.read"},
    "pages.minerals": {"minerals.read"}, "pages.standing": {"standing.read"},
    "pages.screening": {"screening.ask", "screening.read"}, "pages.book": {"book.read", "proofs.read"},
    "pages.post": {"documents.post"}, "pages.health": {"health.read"}, "pages.account": {"self.manage"},
    "pages.accounts": {"accounts.read"}, "pages.why": set(), "pages.login": set(),
}  # fmt: skip


def visitor(role: Role) -> Visitor:
    return Visitor(role=role, how="nobody" if role is Role.NOBODY else "session", parties=("KZ-A",))


def test_the_expected_table_has_a_row_for_each_right_and_a_cell_for_each_role():
    assert {right for right, _ in EXPECTED} == set(RIGHTS)
    assert len(EXPECTED) == len(RULES) * len(Role)


@pytest.mark.parametrize(("right", "role"), EXPECTED, ids=lambda each: getattr(each, "value", each))
def test_cell(right, role):
    assert allowed(visitor(role), right) is EXPECTED[right, role]


def test_rights_have_one_row_each():
    assert len(set(RIGHTS)) == len(RULES)


def test_what_is_not_in_the_table_is_no_right():
    with pytest.raises(BadSetting, match=r"no right 'cases\.burn'"):
        allowed(visitor(Role.ADMIN), "cases.burn")


def test_auditors_change_nothing_but_their_own_account():
    changed = {right for right in rights_of(visitor(Role.AUDITOR)) if right in CHANGES}
    assert changed == set()


def test_auditors_see_all_that_anybody_sees():
    seen = {right for right in RIGHTS if right not in CHANGES and not right.startswith("pages.post")}
    assert seen == set(rights_of(visitor(Role.AUDITOR)))


def test_traders_and_carriers_reach_nothing_of_the_book_beyond_their_own():
    for role in (Role.TRADER, Role.CARRIER):
        beyond = {right for right, scope in rights_of(visitor(role)).items() if scope is Scope.ALL}
        assert beyond == {"checkpoint.read", "pages.why", "pages.login"}


def test_nobody_is_warned():
    for right in ("alerts.read", "stream.read", "cases.read", "screening.read"):
        assert Scope.OWN not in {
            rule.grants.get(role) for rule in RULES if rule.right == right for role in Role
        }


def test_partners_get_proofs_and_the_checkpoint_and_nothing_else_of_the_book():
    of_the_book = {right for right in rights_of(visitor(Role.PARTNER)) if not right.startswith("pages.")}
    assert of_the_book == {"proofs.read", "checkpoint.read", "health.read", "self.manage"}


def test_admins_see_nothing_of_the_book():
    rights = rights_of(visitor(Role.ADMIN))
    assert not {right.partition(".")[0] for right in rights} - {
        "health",
        "metrics",
        "self",
        "accounts",
        "pages",
    }


def test_who_decides_is_not_alone_who_acts():
    assert set(holders("cases.decide")) < set(holders("cases.act"))
    assert set(holders("lots.release")) < set(holders("lots.hold"))


def test_the_stream_shows_what_the_list_shows():
    for role in Role:
        assert allowed(visitor(role), "stream.read") is allowed(visitor(role), "alerts.read")


@pytest.mark.parametrize("page", SHOWS)
def test_a_page_opens_for_who_may_see_what_it_shows(page):
    if SHOWS[page]:
        may = {role for right in SHOWS[page] for role in holders(right)}
        if page == "pages.health":  # in part everybody sees that
            may = {role for role in may if allowed(visitor(role), "health.read") is Scope.ALL}
        assert set(holders(page)) == may


def test_every_page_is_held_against_what_it_shows():
    assert set(SHOWS) == {right for right in RIGHTS if right.startswith("pages.")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.right)
def test_every_row_says_why_and_what_a_summary_leaves(rule):
    assert rule.what[0].islower()
    assert rule.why.endswith(".")
    assert bool(rule.summary) == (Scope.SUMMARY in rule.grants.values())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", RIGHTS)
def test_why_names_rule_role_scope_and_reason(role, right):
    told = why(visitor(role), right)
    (rule,) = (rule for rule in RULES if rule.right == right)
    assert told.scope is EXPECTED[right, role]
    for part in (f"rule {right}", f"the role {role.value}", rule.why, PRINCIPLES[role]):
        assert part in told.text
    if told.scope is None:
        assert told.text.startswith("You may not ")
        assert told.text.endswith(f"Those who may: {', '.join(each.value for each in holders(right))}.")
    else:
        assert f"Scope {told.scope.value}" in told.text
        assert ("KZ-A" in told.text) == (told.scope is Scope.OWN and role in (Role.TRADER, Role.CARRIER)
                                         )  # fmt: skip


def test_the_page_in_the_docs_has_this_table():
    assert as_table() in DOCS.read_text(encoding="utf-8")


def test_every_right_that_the_server_asks_for_is_in_the_table():
    asked = {
        (path.name, right)
        for path in SOURCES.rglob("*.py")
        for right in re.findall(
            r'(?:allow|granted|allowed|may)\([^()]*?"([a-z]+\.[a-z]+)"', path.read_text("utf-8")
        )
    }
    assert asked
    assert {each for each in asked if each[1] not in RIGHTS} == set()
