"""What was screened and decided: never asked twice for the same facts, never lost when they change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods.errors import BadSetting, NotInBook
from sarai.screening.database import Database, StoreError
from sarai.screening.decisions import Facts, Hit, Log, Verdict, difference, facts, what_changed
from sarai.screening.listed import (
    Address,
    Identifier,
    IdentifierKind,
    ListedEntity,
    ListedName,
    Publication,
    Strength,
)
from sarai.screening.lists.store import ListStore, lists_digest

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LISTED = ListedEntity(
    id="x-1",
    names=(ListedName("Example TRADING"), ListedName("EXT", Strength.WEAK)),
    identifiers=(Identifier(IdentifierKind.BIN, "000000000001"),),
)
QUERY = {"names": ["Example Trading LLP"], "identifiers": ["bin:000000000002"]}
OLD, NEW = {"x": "a" * 64}, {"x": "b" * 64}


def about(query=None, entity: ListedEntity = LISTED, matcher: str = "names-1", **other) -> Facts:
    return facts(query or QUERY, entity, matcher, **other)


def hit(entity: str = "x-1", score: float = 0.9, **fields) -> Hit:
    return Hit(**{"list": "x", "entity": entity, "name": "EXT", "score": score, **fields})


def with_names(*names: str) -> ListedEntity:
    return ListedEntity(id="x-1", names=tuple(map(ListedName, names)), identifiers=LISTED.identifiers)


@pytest.fixture
def log(tmp_path: Path):
    with Log.open(tmp_path / "log.db") as opened:
        yield opened


def decide(
    log: Log, which: Facts, verdict: Verdict = Verdict.CLEAR, hours: int = 0, reason: str = "not they"
):
    return log.decide(which, verdict, reason, "officer-7", NOW + timedelta(hours=hours))


# -- facts ---------------------------------------------------------------------------------------


def test_case_order_and_repeats_are_no_facts():
    same = {
        "identifiers": ["BIN:000000000002 "],
        "names": ["EXAMPLE  trading llp", "Example Trading LLP"],
        "births": [],
    }
    turned = ListedEntity(id="x-1", names=LISTED.names[::-1], identifiers=LISTED.identifiers)
    assert about(same, turned).digest == about().digest


@pytest.mark.parametrize(
    "other",
    [
        about({**QUERY, "names": ["Another"]}),
        about({**QUERY, "births": ["1960"]}),
        about({"names": QUERY["names"]}),
        about(entity=with_names("Example TRADING")),
        about(entity=ListedEntity(id="x-2", names=LISTED.names, identifiers=LISTED.identifiers)),
        about(matcher="names-2"),
        about(mattering=("names",)),
    ],
)
def test_what_matters_makes_other_facts(other: Facts):
    assert other.digest != about().digest


def test_what_does_not_matter_makes_no_other_facts():
    moved = ListedEntity(
        id="x-1", names=(ListedName("Example TRADING"), ListedName("EXT")), identifiers=LISTED.identifiers,
        addresses=(Address("elsewhere"),), remarks="updated", programmes=("Q",),
    )  # fmt: skip
    assert about(entity=moved) == about()
    assert about(entity=moved, mattering=("names", "addresses")) != about(mattering=("names", "addresses"))


def test_what_changed_is_said():
    now = about({**QUERY, "names": ["Example Trade LLP"]}, with_names("Example TRADING", "Third"), "names-2")
    assert list(map(str, what_changed(about(), now))) == [
        "query names: now example trade llp; no longer example trading llp",
        "listed names: now third; no longer ext",
        "matcher: now names-2; no longer names-1",
    ]
    assert what_changed(about(), about()) == ()


texts = st.dictionaries(st.sampled_from(["names", "births"]), st.lists(st.sampled_from("abcd")))


@given(texts, texts, st.sampled_from("mn"))
def test_facts_are_the_same_exactly_if_nothing_changed(before, after, matcher):
    former, now = about(before, matcher="m"), about(after, matcher=matcher)
    assert (what_changed(former, now) == ()) == (former.digest == now.digest)


# -- decisions -----------------------------------------------------------------------------------


def test_a_hit_is_asked_once(log: Log, tmp_path: Path):
    assert log.standing(about()).decision is None
    made = decide(log, about())
    assert log.standing(about()).decision == made
    assert (made.id, made.time, made.officer, made.verdict) == (1, NOW, "officer-7", Verdict.CLEAR)
    with Log.open(tmp_path / "log.db", create=False) as again:
        assert again.standing(about({"names": ["example trading llp"], **QUERY})).decision == made


def test_it_comes_back_when_the_listed_entity_changes(log: Log):
    made = decide(log, about())
    standing = log.standing(about(entity=with_names("Example TRADING", "EXT", "Example Trading LLP")))
    assert (standing.decision, standing.former) == (None, made)
    (change,) = standing.changed
    assert (change.of, change.field, change.come, change.gone) == (
        "listed",
        "names",
        ("example trading llp",),
        (),
    )


@pytest.mark.parametrize(
    "query",
    [
        {**QUERY, "identifiers": ["bin:000000000001"]},
        {**QUERY, "names": ["Example Trade"]},
        {"names": ["EXAMPLE TRADING LLP"], "subject": ["c-9"]},
    ],
)
def test_it_comes_back_when_the_query_changes(log: Log, query):
    made = decide(log, about())
    standing = log.standing(about(query))
    assert (standing.decision, standing.former) == (None, made)
    assert {change.of for change in standing.changed} == {"query"}


def test_another_query_or_entity_is_asked_afresh(log: Log):
    decide(log, about())
    elsewhere = ListedEntity(id="x-2", names=LISTED.names, identifiers=LISTED.identifiers)
    for other in (about({"names": ["Quite Another"]}), about(entity=elsewhere), about({"births": ["1960"]})):
        standing = log.standing(other)
        assert (standing.decision, standing.former, standing.changed) == (None, None, ())


def test_the_same_name_of_two_parties_is_asked_of_each(log: Log):
    one, two = (about({"names": ["N"], "subject": [subject]}) for subject in ("c-1", "c-2"))
    decide(log, one)
    assert log.standing(one).decision
    assert log.standing(two).decision is None


def test_when_facts_return_so_does_their_decision(log: Log):
    first = decide(log, about())
    changed = about(entity=with_names("Example TRADING"))
    second = decide(log, changed, Verdict.CONFIRM)
    assert log.standing(about()).decision == first
    assert log.standing(changed).decision == second


def test_a_later_decision_supersedes_and_the_earlier_is_kept(log: Log):
    first = decide(log, about())
    second = decide(log, about(), Verdict.CONFIRM, hours=-1)  # in the order of record, whatever a clock says
    assert log.standing(about()).decision == second
    assert log.history("x-1") == [first, second]
    assert log.history("x-2") == []


def test_the_last_decision_is_what_facts_are_compared_with(log: Log):
    decide(log, about())
    last = decide(log, about(entity=with_names("Second")))
    assert log.standing(about(entity=with_names("Third"))).former == last


@pytest.mark.parametrize(("reason", "officer", "said"), [(" ", "o", "reason"), ("r", "", "officer")])
def test_a_decision_needs_a_reason_and_an_officer(log: Log, reason: str, officer: str, said: str):
    with pytest.raises(BadSetting, match=f"needs the {said}"):
        log.decide(about(), Verdict.CLEAR, reason, officer, NOW)
    assert log.history("x-1") == []


# -- screenings ----------------------------------------------------------------------------------


def test_screenings_are_kept_as_they_were(log: Log):
    results = [(QUERY, [hit(facts=about().digest), hit("x-2", 0.1)]), ({"names": ["Nobody"]}, [])]
    numbers = log.record(results, NOW, OLD, "names-1")
    assert list(numbers) == [1, 2]
    first, second = map(log.screening, numbers)
    assert first.query == {field: tuple(values) for field, values in QUERY.items()}
    assert (first.hits, second.hits) == (tuple(results[0][1]), ())
    assert (first.time, first.lists, first.matcher) == (NOW, lists_digest(OLD), "names-1")
    assert log.contents(first.lists) == OLD
    assert list(log.record([(QUERY, [])], NOW, OLD, "names-1")) == [3]
    assert list(log.record([], NOW, OLD, "names-1")) == []
    for asking in (lambda: log.screening(4), lambda: log.contents("0")):
        with pytest.raises(NotInBook):
            asking()


def test_a_batch_is_recorded_whole_or_not_at_all(log: Log):
    def results():
        yield QUERY, []
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.record(results(), NOW, OLD, "names-1")
    with pytest.raises(NotInBook):
        log.screening(1)


def test_a_new_list_screens_again_what_was_screened_before_it(log: Log):
    a, b, c = ({"names": [name]} for name in "ABC")
    log.record([(a, []), (b, [])], NOW, OLD, "m")
    log.record([(c, [])], NOW, NEW, "m")
    old, new = lists_digest(OLD), lists_digest(NEW)
    assert [screening.id for screening in log.to_rescreen(new)] == [1, 2]
    for screening in log.to_rescreen(new):
        log.record([(screening.query, [])], NOW, NEW, "m")
    assert list(log.to_rescreen(new)) == []
    assert [screening.id for screening in log.to_rescreen(old)] == [3, 4, 5]  # one of each query
    assert [screening.id for screening in log.to_rescreen(new, "m")] == []
    assert [screening.id for screening in log.to_rescreen(new, "m-2")] == [3, 4, 5]


def test_only_the_difference_is_news():
    same, better, worse = hit("x-1"), hit("x-2", 0.8), hit("x-2", 0.95)
    found = difference([same, better, hit("x-3")], [hit("x-4"), worse, same, hit("x-1", list="y")])
    assert found.appeared == (hit("x-4"), hit("x-1", list="y"))
    assert found.gone == (hit("x-3"),)
    assert [(change.old, change.new) for change in found.changed] == [(better, worse)]
    nothing = difference([same, better], [better, same])
    assert (nothing.appeared, nothing.gone, nothing.changed) == ((), (), ())


def test_a_change_of_facts_is_a_change_of_the_hit():
    assert difference([hit(facts="a")], [hit(facts="b")]).changed


# -- the file ------------------------------------------------------------------------------------


def test_lists_and_log_share_a_file(tmp_path: Path):
    with Database(tmp_path / "both.db") as database:
        store, log = ListStore(database), Log(database)
        store.load(Publication(list="x", publisher="X", entities=(LISTED,)), NOW)
        log.record([(QUERY, [hit()])], NOW, store.contents(), "m")
        decide(log, about())
    with ListStore.open(tmp_path / "both.db", create=False) as store, Log.open(tmp_path / "both.db") as log:
        assert log.screening(1).lists == store.digest()
        assert list(log.to_rescreen(store.digest())) == []
        assert log.standing(about()).decision


@pytest.mark.parametrize("table", ["screening", "decision", "screened_lists"])
def test_what_is_recorded_is_not_changed(log: Log, table: str):
    log.record([(QUERY, [hit()])], NOW, OLD, "m")
    decide(log, about())
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = 9"):
        with pytest.raises(StoreError, match="not changed"):
            log.database.query(statement)
