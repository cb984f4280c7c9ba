"""The page Why: the table as it is, in words of three languages."""

from __future__ import annotations

import re

import pytest

from sarai.server.access import RIGHTS, RULES, Role, Visitor, allowed, why
from sarai.server.pages.entering import said
from sarai.server.pages.why import page
from sarai.server.words import LANGUAGES, Words

EN = Words("en")


@pytest.mark.parametrize("role", Role)
def test_the_table_says_what_the_rules_say(role: Role):
    visitor = Visitor(role=role, parties=("F",))
    text = page(visitor, "", EN)
    rows = re.findall(r"<tr>(.*?)</tr>", text)[1:]
    assert len(rows) == len(RULES)
    scopes = {"all": "all", "own": "your own", "summary": "in summary", None: "no"}
    for row in rows:
        (right,) = re.findall(r"right=([\w.]+)", row)
        scope = allowed(visitor, right)
        assert f"{scopes[scope.value if scope else None]}</span>" in row, right


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_explanation_can_be_said(code: str):
    words = Words(code)
    for role in Role:
        visitor = Visitor(role=role)
        for right in RIGHTS:
            sentences = said(words, why(visitor, right))
            assert all(sentences)
            assert not re.search(r"[{}]", " ".join(sentences))


def test_one_right_is_explained_in_the_page():
    text = page(Visitor(role=Role.TRADER, parties=("F",)), "cases.read", EN)
    assert "You may not see cases" in text
    assert "Those who may" in text
    assert "The rule cases.read" not in page(Visitor(role=Role.TRADER), "no.such", EN)


def test_the_whole_table_has_a_column_for_each_role():
    text = page(Visitor(role=Role.AUDITOR), "", EN, whole=True)
    (head,) = re.findall(r"<thead>(.*?)</thead>", text)
    assert head.count("<th") == 1 + len(Role)
