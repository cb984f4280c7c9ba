"""Every version of every list: what is in force, what it said on a day, and that nothing is lost."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods.errors import BadSetting, BeforeTheBook, NotInBook
from sarai.screening.listed import (
    Address,
    Identifier,
    IdentifierKind,
    Kind,
    ListedEntity,
    ListedName,
    Publication,
    Strength,
)
from sarai.screening.lists.reading import ListError
from sarai.screening.lists.store import ListStore, Shrunk, StoreError, content_digest, lists_digest, merge

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def entity(number: int, *names: str, **fields) -> ListedEntity:
    texts = names or (f"Entity {number}",)
    return ListedEntity(id=f"x-{number}", names=tuple(map(ListedName, texts)), **fields)


def issue(*entities: ListedEntity, name: str = "x", **fields) -> Publication:
    return Publication(list=name, publisher="X", entities=entities, **fields)


def ids(entities) -> list[str]:
    return [each.id for each in entities]


@pytest.fixture
def store(tmp_path: Path):
    with ListStore.open(tmp_path / "lists.db") as opened:
        yield opened


ONE, TWO, THREE, FOUR = (entity(number) for number in range(1, 5))


def test_what_is_loaded_is_there_as_it_was(store: ListStore, tmp_path: Path):
    full = entity(
        7, "First", "Second", kind=Kind.VESSEL, programmes=("P",), listed="2020", ends="2027-01-01",
        identifiers=(Identifier(IdentifierKind.IMO, "9074729", "KZ"),), addresses=(Address("Здесь", "KZ"),),
        births=("1960-03",), birthplaces=("There",), countries=("KZ",), gender="male", positions=("Q",),
        remarks="R",
    )  # fmt: skip
    result = store.load(issue(full, ONE, published="2026-04-01", sources=("a.csv", "b.csv")), NOW)
    assert (result.version, result.added, result.repeated, result.in_force) == (1, 2, False, True)
    with ListStore.open(tmp_path / "lists.db", create=False) as again:
        assert list(again.entities()) == [ONE, full]
        (version,) = again.versions()
        assert again.publication("x").entities == (ONE, full)
    assert (version.list, version.number, version.publisher, version.count) == ("x", 1, "X", 2)
    assert (version.published, version.loaded, version.sources) == ("2026-04-01", NOW, ("a.csv", "b.csv"))


def test_the_digest_can_be_reckoned_without_us(store: ListStore):
    store.load(issue(TWO, ONE), NOW)
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in (ONE, TWO))
    (version,) = store.versions()
    assert version.digest == sha256(lines).hexdigest() == content_digest([TWO, ONE])


def test_a_new_version_tells_what_is_new(store: ListStore):
    store.load(issue(ONE, TWO, THREE), NOW)
    other = entity(2, "Entity 2", "also known as")
    result = store.load(issue(ONE, other, FOUR), NOW)
    counts = (result.version, result.added, result.changed, result.removed, result.unchanged)
    assert counts == (2, 1, 1, 1, 1)
    assert list(store.entities()) == [ONE, other, FOUR]
    found = store.diff("x", 1, 2)
    assert (ids(found.added), ids(found.removed)) == (["x-4"], ["x-3"])
    (changed,) = found.changed
    assert (changed.old, changed.new, changed.fields) == (TWO, other, ("names",))
    back = store.diff("x", 2, 1)
    assert (ids(back.added), ids(back.removed)) == (["x-3"], ["x-4"])


def test_the_same_again_makes_no_version(store: ListStore):
    store.load(issue(ONE, TWO, published="2026-01-01"), NOW)
    for again in (issue(TWO, ONE, published="2026-01-01"), issue(ONE, TWO, published="2026-02-01")):
        result = store.load(again, NOW)
        assert (result.version, result.repeated, result.in_force, result.unchanged) == (1, True, True, 2)
    assert len(store.versions()) == 1


BACK_AND_FORTH = [
    issue(*entities, published=f"2026-01-0{day}")
    for day, entities in enumerate([(ONE, TWO), (ONE, THREE), (ONE, TWO)], 1)
]


def test_what_comes_back_is_a_version_of_its_own(store: ListStore):
    """Repeated is what the version in force says, not what some version once said."""
    for each in BACK_AND_FORTH:
        store.load(each, NOW)
    assert [version.number for version in store.versions()] == [1, 2, 3]
    assert ids(store.entities()) == ["x-1", "x-2"]
    first, second, third = (version.digest for version in store.versions())
    assert first == third != second


def test_an_old_file_without_a_date_is_not_put_in_force(store: ListStore):
    old, new = issue(ONE, TWO), issue(ONE, THREE)
    store.load(old, NOW)
    store.load(new, NOW)
    result = store.load(old, NOW)
    assert (result.version, result.repeated, result.in_force, result.unchanged) == (1, True, False, 2)
    assert ids(store.entities()) == ["x-1", "x-3"]
    assert store.load(new, NOW).in_force
    assert store.load(msgspec.structs.replace(old, published="2026-05-01"), NOW).version == 3
    assert ids(store.entities()) == ["x-1", "x-2"]


def test_a_body_is_stored_once(store: ListStore):
    for each in BACK_AND_FORTH:
        store.load(each, NOW)
    store.load(issue(ONE, TWO, name="y"), NOW)
    assert store.database.query("SELECT count(*) FROM entity_body") == [(3,)]


def test_what_the_list_said_on_a_day(store: ListStore):
    store.load(issue(ONE, published="2026-01-10"), NOW)
    store.load(issue(ONE, TWO, published="2026-02-10"), NOW)
    store.load(issue(ONE, TWO, THREE), NOW)  # of the day on which it was loaded
    said = {
        date(2026, 1, 10): 1, date(2026, 2, 9): 1, date(2026, 2, 10): 2, date(2026, 4, 30): 2,
        date(2026, 5, 1): 3, date(2030, 1, 1): 3, None: 3,
    }  # fmt: skip
    for day, count in said.items():
        assert len(list(store.entities(on=day))) == count, day
        assert [version.count for version in store.in_force(["x"], day)] == [count]


def test_the_future_is_never_answered_with_the_past_nor_the_past_with_nothing(store: ListStore):
    with pytest.raises(NotInBook, match="holds no list"):
        store.entities()
    store.load(issue(ONE, published="2026-01-10"), NOW)
    with pytest.raises(BeforeTheBook, match=r"2026-01-10.*2026-01-09 is not known"):
        store.entities(on=date(2026, 1, 9))
    with pytest.raises(NotInBook, match="'y'"):
        store.entities(["x", "y"])
    store.load(issue(TWO, name="y", published="2026-03-01"), NOW)
    with pytest.raises(BeforeTheBook, match="of y is of 2026-03-01"):
        store.entities(on=date(2026, 2, 1))
    assert ids(store.entities(["x"], date(2026, 2, 1))) == ["x-1"]


def test_an_older_version_takes_its_place_in_the_past(store: ListStore):
    store.load(issue(ONE, TWO, published="2026-03-01"), NOW)
    result = store.load(issue(TWO, THREE, published="2025-03-01"), NOW)
    assert (result.version, result.in_force, result.added) == (2, False, 2)
    assert ids(store.entities()) == ["x-1", "x-2"]
    assert ids(store.entities(on=date(2025, 6, 1))) == ["x-2", "x-3"]
    assert [version.number for version in store.versions("x")] == [2, 1]
    assert store.load(issue(TWO, THREE, published="2025-03-01"), NOW).repeated


def test_of_two_versions_of_a_day_the_later_is_in_force(store: ListStore):
    for entities in ((ONE,), (TWO,)):
        store.load(issue(*entities, published="2026-03-01"), NOW)
    assert ids(store.entities()) == ["x-2"]


@pytest.mark.parametrize(("kept", "refused"), [(5, False), (4, True), (0, True)])
def test_a_list_that_halves_is_refused(store: ListStore, kept: int, refused: bool):
    entities = [entity(number) for number in range(10)]
    store.load(issue(*entities), NOW)
    shrunk = issue(*entities[:kept])
    if refused:
        with pytest.raises(Shrunk, match=rf"x would have {kept} entities.*--accept-shrinking"):
            store.load(shrunk, NOW)
        assert len(list(store.entities())) == 10
        assert len(store.versions()) == 1
    assert store.load(shrunk, NOW, accept_shrinking=True).removed == 10 - kept
    assert len(list(store.entities())) == kept


def test_a_list_may_begin_empty_but_not_become_so(store: ListStore):
    assert store.load(issue(name="empty"), NOW).version == 1
    assert store.load(issue(entity(1, "A")), NOW).added == 1
    with pytest.raises(Shrunk, match="0 entities, and the version before it has 1"):
        store.load(issue(), NOW)


def test_an_accepted_empty_list_is_repeated_too(store: ListStore):
    assert not store.load(issue(), NOW, accept_shrinking=True).repeated
    assert store.load(issue(), NOW, accept_shrinking=True).repeated


@pytest.mark.parametrize(
    ("publication", "said"),
    [
        (issue(ONE, entity(1, "another")), "two entities with the id x-1"),
        (issue(ONE, published="yesterday"), "'yesterday'"),
        (issue(ONE, published="20260401"), "write it 2026-04-01"),
        (issue(ONE, published="2026-05-03"), "to come"),
        (issue(ONE, supplement=True), "only adds"),
    ],
)
def test_what_cannot_be_a_version_is_refused(store: ListStore, publication: Publication, said: str):
    with pytest.raises(ListError, match=said):
        store.load(publication, NOW)
    assert store.versions() == []


def test_tomorrow_has_begun_elsewhere(store: ListStore):
    assert store.load(issue(ONE, published="2026-05-02"), NOW).in_force


def test_a_time_without_zone_is_refused(store: ListStore):
    with pytest.raises(BadSetting, match="zone"):
        store.load(issue(ONE), NOW.replace(tzinfo=None))


# -- supplements ---------------------------------------------------------------------------------


def test_a_supplement_adds_and_removes_nothing(store: ListStore):
    store.load(issue(ONE, TWO, published="2026-01-01"), NOW)
    more = ListedEntity(
        id="x-2", names=(ListedName("Entity 2", Strength.WEAK), ListedName("Two", Strength.STRONG)),
        addresses=(Address("here"),),
    )  # fmt: skip
    added = issue(more, FOUR, published="2026-02-01", supplement=True)
    result = store.load(added, NOW)
    assert (result.added, result.changed, result.removed, result.unchanged) == (1, 1, 0, 1)
    one, two, four = store.entities()
    assert (one, four) == (ONE, FOUR)
    assert two.names == (ListedName("Entity 2"), ListedName("Two", Strength.STRONG))
    assert two.addresses == (Address("here"),)
    assert [(version.supplement, version.count) for version in store.versions()] == [(False, 2), (True, 3)]
    assert store.load(added, NOW).repeated
    assert store.load(issue(ONE, TWO, published="2026-03-01"), NOW).removed == 1  # a whole list replaces all


def test_a_supplement_is_added_to_the_version_of_its_day(store: ListStore):
    store.load(issue(ONE, published="2026-01-01"), NOW)
    store.load(issue(TWO, published="2026-03-01"), NOW)
    assert not store.load(issue(THREE, published="2026-02-01", supplement=True), NOW).in_force
    assert ids(store.entities(on=date(2026, 2, 1))) == ["x-1", "x-3"]
    assert ids(store.entities()) == ["x-2"]


entities_of = st.lists(
    st.builds(
        ListedEntity,
        id=st.sampled_from(["x-1", "x-2", "x-3"]),
        names=st.lists(st.builds(ListedName, st.sampled_from("abc")), max_size=3).map(tuple),
        kind=st.sampled_from(Kind),
        births=st.lists(st.sampled_from(["1960", "1961"]), max_size=2).map(tuple),
        remarks=st.sampled_from(["", "r", "s"]),
    ),
    unique_by=lambda each: each.id,
)


@given(entities_of, entities_of)
def test_merge_keeps_all_that_was_and_has_all_that_came(former, supplement):
    merged = {each.id: each for each in merge(former, supplement)}
    assert merged.keys() == {each.id for each in (*former, *supplement)}
    for part in (*former, *supplement):
        whole = merged[part.id]
        assert {name.text for name in part.names} <= {name.text for name in whole.names}
        assert set(part.births) <= set(whole.births)
    for part in former:
        assert merged[part.id].remarks in (part.remarks, *(s.remarks for s in supplement if not part.remarks))
    assert merge(merge(former, supplement), supplement) == merge(former, supplement)


# -- digests -------------------------------------------------------------------------------------


def test_the_digest_tells_lists_apart_by_what_they_say(store: ListStore):
    store.load(issue(ONE, published="2026-01-01"), NOW)
    store.load(issue(TWO, name="y", published="2026-01-01"), NOW)
    first = store.digest()
    assert first == lists_digest({"y": content_digest([TWO]), "x": content_digest([ONE])})
    assert store.digest(["x"]) not in (first, store.digest(["y"]))
    store.load(issue(ONE, THREE, published="2026-02-01"), NOW)
    assert store.digest() != first == store.digest(on=date(2026, 1, 31))
    store.load(issue(ONE, published="2026-03-01"), NOW)
    assert store.digest() == first


# -- faults --------------------------------------------------------------------------------------


def test_a_failure_in_the_midst_leaves_the_old_version(store: ListStore, monkeypatch: pytest.MonkeyPatch):
    store.load(issue(ONE, TWO), NOW)
    write = store.database.write_all

    def failing(statement: str, rows) -> None:
        if "INSERT INTO listed" in statement:
            raise KeyboardInterrupt
        write(statement, rows)

    with monkeypatch.context() as patched:
        patched.setattr(store.database, "write_all", failing)
        with pytest.raises(KeyboardInterrupt):
            store.load(issue(ONE, THREE), NOW)
    assert ids(store.entities()) == ["x-1", "x-2"]
    assert len(store.versions()) == 1
    assert store.load(issue(ONE, THREE), NOW).version == 2


def test_a_full_disk_is_loud_and_leaves_the_old_version(store: ListStore):
    store.load(issue(ONE), NOW)
    store.database.query("PRAGMA max_page_count = 20")
    with pytest.raises(StoreError, match=r"could not be written.*stands"):
        store.load(issue(*(entity(number, "n" * 4_000) for number in range(99))), NOW)
    assert ids(store.entities()) == ["x-1"]


def test_no_store_is_made_by_asking(tmp_path: Path):
    with pytest.raises(StoreError, match="load a list first"):
        ListStore.open(tmp_path / "none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_other_files_are_left_alone(tmp_path: Path):
    text = tmp_path / "text.db"
    text.write_bytes(b"no database at all, but long enough to be looked into" * 9)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE entry (id INTEGER)")
    connection.close()
    before = other.read_bytes()
    for path, said in ((text, "not a database"), (other, "something else")):
        with pytest.raises(StoreError, match=said):
            ListStore.open(path)
    assert other.read_bytes() == before
    with pytest.raises(StoreError, match="cannot be opened"):
        ListStore.open(tmp_path)


def test_a_later_layout_is_left_alone(tmp_path: Path):
    with ListStore.open(tmp_path / "lists.db") as store:
        store.database.query("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="later Sarai"):
        ListStore.open(tmp_path / "lists.db")


def test_versions_are_not_changed_behind_our_back(store: ListStore):
    store.load(issue(ONE), NOW)
    for statement in (
        "UPDATE list_version SET count = 9",
        "DELETE FROM list_version",
        "DELETE FROM entity_body",
    ):
        with pytest.raises(StoreError, match="not changed"):
            store.database.query(statement)


# -- against a model that keeps everything ---------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.dictionaries(st.integers(1, 6), st.sampled_from("abc"), max_size=6),
        st.sampled_from(["", "2026-01-01", "2026-02-01", "2026-03-01"]),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_as_a_store_that_keeps_every_version_whole(steps):
    whole: list[tuple[str, int, dict]] = []  # from which day, in which order, what
    with ListStore.open(":memory:") as store:
        for hours, (said, published, adds) in enumerate(steps):
            now = NOW + timedelta(hours=hours)
            day = published or now.date().isoformat()
            former = max((each for each in whole if each[0] <= day), default=None, key=lambda each: each[:2])
            supplement = adds and former is not None
            store.load(
                issue(*(entity(number, name) for number, name in said.items()), published=published,
                      supplement=supplement),
                now, accept_shrinking=True,
            )  # fmt: skip
            texts = {number: {name} for number, name in said.items()}
            if supplement:
                old = former[2]
                texts = {n: old.get(n, set()) | texts.get(n, set()) for n in old.keys() | texts.keys()}
            same = [former] if published else whole
            if texts not in [each[2] for each in same if each]:
                whole.append((day, len(whole) + 1, texts))
        assert [version.number for version in store.versions()] == [
            each[1] for each in sorted(whole, key=lambda e: e[:2])
        ]
        for day, _, _ in whole:
            wanted = max((each for each in whole if each[0] <= day), key=lambda each: each[:2])[2]
            got = store.entities(on=date.fromisoformat(day))
            assert {int(e.id[2:]): {name.text for name in e.names} for e in got} == wanted
