"""The page Screening: hits with their reasons, and decisions that last."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sarai.goods import BadSetting
from sarai.screening.decisions import Verdict
from sarai.screening.listed import Kind, ListedEntity, ListedName, Publication
from sarai.screening.screener import Screener
from sarai.server.pages import screening_view as view
from sarai.server.pages.screening_asking import (
    MOST_NAME,
    Ruling,
    ask,
    decide,
    history,
    in_force,
    recent,
    subject,
)
from sarai.server.words import Words

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
EN = Words("en")
ELEM = ListedEntity(
    id="x-1",
    kind=Kind.ORGANISATION,
    names=(ListedName("TOO Elem <b>Group"),),
    programmes=("P",),
    listed="2024-02-23",
)


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener([Publication(list="x", publisher="X", entities=(ELEM,), published="2026-04-30")])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.db"


def test_who_is_asked_about():
    asked = subject({"name": " ТОО  Элем ", "kind": "organisation", "country": "Kazakhstan"})
    assert (asked.name, asked.kind, asked.countries) == ("ТОО Элем", Kind.ORGANISATION, ("KZ",))
    assert subject({"name": "  "}) is None
    for wrong in (
        {"name": "x", "kind": "ghost"},
        {"name": "x", "country": "Nowhere"},
        {"name": "x" * (MOST_NAME + 1)},
    ):
        with pytest.raises(BadSetting):
            subject(wrong)


def test_a_question_is_kept_with_its_hits(screener: Screener, path: Path):
    answer = ask(screener, path, subject({"name": "ТОО Элем Групп"}), NOW)
    assert [hit.entity for hit in answer.hits] == ["x-1"]
    ask(screener, path, subject({"name": "Ромашка"}), NOW)
    assert [(each.id, len(each.hits)) for each in recent(path)] == [(2, 0), (1, 1)]
    assert [each.id for each in recent(path, before=2)] == [1]
    assert screener.log is None, "the lists are shared, the log is not"


def test_a_decision_counts_the_next_time(screener: Screener, path: Path):
    asked = subject({"name": "ТОО Элем Групп"})
    answer = ask(screener, path, asked, NOW)
    ruling = Ruling(
        screening=answer.screening, entity="x-1", verdict=Verdict.CLEAR, reason="another tax number"
    )
    decide(screener, path, ruling, "officer-7", NOW)
    again = ask(screener, path, asked, NOW)
    assert [hit.decision for hit in again.hits] == ["clear"]
    (told,) = history(path, ("x-1",))["x-1"]
    assert (told.officer, told.reason) == ("officer-7", "another tax number")


def test_a_decision_needs_a_reason_and_a_hit(screener: Screener, path: Path):
    answer = ask(screener, path, subject({"name": "ТОО Элем Групп"}), NOW)
    ruling = Ruling(screening=answer.screening, entity="x-1", verdict=Verdict.CONFIRM, reason="  ")
    with pytest.raises(BadSetting):
        decide(screener, path, ruling, "officer-7", NOW)
    with pytest.raises(BadSetting):
        decide(
            screener,
            path,
            Ruling(screening=1, entity="x-2", verdict=Verdict.CLEAR, reason="r"),
            "officer-7",
            NOW,
        )


def test_every_reason_is_shown_and_what_is_decided_only_to_who_may(screener: Screener, path: Path):
    answer = ask(screener, path, subject({"name": "ТОО Элем Групп"}), NOW)
    ruling = Ruling(screening=answer.screening, entity="x-1", verdict=Verdict.CONFIRM, reason="the very one")
    decide(screener, path, ruling, "officer-7", NOW)
    answer = ask(screener, path, subject({"name": "ТОО Элем Групп"}), NOW)
    listed = dict(screener.listed)
    text = view.hits(
        view.Hits(answer=answer, listed=listed, decided=history(path, ("x-1",))), EN, decide=True
    )
    for reason in answer.hits[0].reasons:
        assert reason.partition(" ")[0] in text
    assert "the very one" in text
    assert "<b>" not in text
    public = view.hits(view.Hits(answer=answer, listed=listed), EN, decide=False)
    assert "the very one" not in public
    assert "Is the listed one" not in public


def test_what_is_asked_and_that_there_may_be_no_lists(screener: Screener):
    assert [each.list for each in in_force(screener)] == ["x"]
    assert "--lists" in view.no_lists(EN)
    assert "No hits" in view.hits(
        view.Hits(answer=screener.screen([subject({"name": "Ромашка"})])[0], listed={}), EN, decide=True
    )
    assert recent(Path("nothing.db")) == []
