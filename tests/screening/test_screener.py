"""Screening end to end: subjects against lists, decisions that last, and the real lists."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sarai.goods.errors import BadSetting, NotInBook
from sarai.screening.batch import country_code, subjects
from sarai.screening.decisions import Log, Verdict
from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedEntity, ListedName, Publication
from sarai.screening.lists.reading import ListError
from sarai.screening.lists.store import ListStore
from sarai.screening.screener import Screener
from sarai.screening.subject import MAX_NAME, Subject, identifier

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def entity(number: str, *names: str, **fields) -> ListedEntity:
    return ListedEntity(id=number, names=tuple(map(ListedName, names)), **fields)


def publication(*entities: ListedEntity, name: str = "x", **fields) -> Publication:
    return Publication(list=name, publisher="X", entities=entities, **fields)


ELEM = entity("x-1", "TOO Elem Group", kind=Kind.ORGANISATION, programmes=("P",))
PETROV = entity("x-2", "Radchenko Ivan", kind=Kind.PERSON, births=("1970-03-21",))
X = publication(ELEM, PETROV)
Y = publication(entity("y-1", "Elem Group", kind=Kind.ORGANISATION), name="y")


@pytest.fixture
def log(tmp_path: Path):
    with Log.open(tmp_path / "log.db") as opened:
        yield opened


def ids(screener: Screener, name: str, **fields) -> list[str]:
    (answer,) = screener.screen([Subject(name=name, **fields)])
    return [hit.entity for hit in answer.hits]


# -- asking --------------------------------------------------------------------------------------


def test_an_answer_says_who_on_which_list_and_why():
    first, second = Screener([X, Y]).screen([Subject(name="ТОО «Элем Групп»"), Subject(name="Ромашка")])
    assert [(hit.list, hit.entity, hit.name, hit.kind) for hit in first.hits] == [
        ("x", "x-1", "TOO Elem Group", "organisation"), ("y", "y-1", "Elem Group", "organisation")
    ]  # fmt: skip
    assert first.hits[0].programmes == ("P",)
    assert "elem" in first.hits[0].reasons[0]
    assert (first.query, second.query, second.hits, second.screening) == (
        "ТОО «Элем Групп»",
        "Ромашка",
        (),
        0,
    )
    assert first.open == first.hits


def test_answers_come_in_the_order_of_the_questions():
    many = [Subject(name=name) for name in ("Radchenko Ivan", "Nobody", "Elem Group") * 5]
    told = [[hit.entity for hit in answer.hits] for answer in Screener([X]).screen(many)]
    assert told == [["x-2"], [], ["x-1"]] * 5


def test_the_threshold():
    screener, subject = Screener([X]), Subject(name="Radchenko Ivan", births=("1990",))
    assert screener.screen([subject], threshold=0.95)[0].hits == ()
    (hit,) = screener.screen([subject], threshold=0.5)[0].hits
    assert 0.5 <= hit.score < 0.95


def test_what_else_is_known_counts():
    screener = Screener([X])
    assert ids(screener, "Radchenko Ivan", births=("1970",)) == ["x-2"]
    assert ids(screener, "Radchanko Iwan", births=("1950",), kind=Kind.ORGANISATION) == []
    assert ids(screener, "Elem Group", kind=Kind.PERSON) == ["x-1"]  # 0.75: the same name weighs more


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"name": ""}, "''"), ({"name": " \u202e\x00"}, "no letter or digit"), ({"name": "-- ?"}, "-- ?"),
     ({"name": "a" * 10_000_000}, "10,000,000 characters"),
     ({"name": "Orion", "births": ("1.2.1970",)}, "1.2.1970"),
     ({"name": "Orion", "births": ("1970-13-01",)}, "1970-13-01"),
     ({"name": "Orion", "births": ("",)}, "''")],
)  # fmt: skip
def test_who_cannot_be_asked_about(fields: dict, said: str):
    with pytest.raises(BadSetting) as caught:
        Subject(**fields)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_longest_name_can_be_asked():
    assert ids(Screener([X]), "Elem Group " + "x" * (MAX_NAME - 11)) == []
    assert ids(Screener([X]), "Elem Group " + "\u202e" * 100) == ["x-1"]


def test_identifiers_as_they_are_typed():
    assert identifier(" BIN:050140000656") == Identifier(IdentifierKind.BIN, "050140000656")
    for wrong in ("050140000656", "bin:", "bean:1", ":", "bin: \u202e"):
        with pytest.raises(BadSetting, match="KIND:VALUE"):
            identifier(wrong)
    assert Subject(name="", identifiers=(identifier("bin:050140000656"),)).name == ""


# -- lists ---------------------------------------------------------------------------------------


def own(path: Path, *rows: str, header: str = "id,name") -> Path:
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_files_directories_and_stores_together(tmp_path: Path):
    (tmp_path / "lists").mkdir()
    own(tmp_path / "lists" / "a.csv", "1,Orion")
    with ListStore.open(tmp_path / "store.db") as store:
        store.load(X, NOW)
    screener = Screener.from_paths(
        [tmp_path / "lists", tmp_path / "store.db", own(tmp_path / "b.csv", "1,Vega")]
    )
    assert screener.entities == 4
    assert [ids(screener, name) for name in ("Орион", "Элем Групп", "Вега")] == [["a-1"], ["x-1"], ["b-1"]]


def test_the_lists_of_a_day(tmp_path: Path):
    path = tmp_path / "store.db"
    with ListStore.open(path) as store:
        for day, listed in (("2026-01-01", PETROV), ("2026-02-01", ELEM)):
            store.load(publication(listed, published=day), NOW, accept_shrinking=True)
    now, then = Screener.from_paths([path]), Screener.from_paths([path], date(2026, 1, 15))
    assert (ids(now, "Elem Group"), ids(then, "Elem Group")) == (["x-1"], [])
    assert (ids(now, "Radchenko Ivan"), ids(then, "Radchenko Ivan")) == ([], ["x-2"])
    assert now.digest != then.digest


def test_a_damaged_list_is_loud(tmp_path: Path):
    own(tmp_path / "a.csv", "1,Orion")
    own(tmp_path / "b.csv", "1,Vega,KZ")
    with pytest.raises(ListError, match=r"b\.csv"):
        Screener.from_paths([tmp_path])
    with pytest.raises(ListError, match=r"no .*none"):
        Screener.from_paths([tmp_path / "none"])


def test_a_file_does_not_tell_what_it_said_before(monkeypatch, tmp_path: Path):
    path = own(tmp_path / "a.csv", "1,Orion")
    assert Screener.from_paths([path], date(2020, 1, 1)).entities == 1  # it has no day
    from sarai.screening import screener
    from sarai.screening.lists.reading import Found

    found = Found([publication(ELEM, published="2026-01-01")], [], [])
    monkeypatch.setattr(screener, "read", lambda path: found)
    assert Screener.from_paths([path], date(2026, 1, 1)).entities == 1
    with pytest.raises(ListError, match=r"2026-01-01.*sarai lists load"):
        Screener.from_paths([path], date(2025, 12, 31))


# -- decisions -----------------------------------------------------------------------------------


def ask(log: Log, *publications: Publication, name: str = "ТОО Элем Групп", now: datetime = NOW, **known):
    screener = Screener(publications, log)
    (answer,) = screener.screen([Subject(name=name, **known)], now)
    return screener, answer


def decide(screener: Screener, screening: int, verdict: Verdict = Verdict.CLEAR, entity: str = "x-1") -> int:
    return screener.decide(screening, entity, verdict, "another firm of the name", "officer-7", NOW)


def test_a_cleared_hit_is_not_asked_again(log: Log):
    screener, answer = ask(log, X, Y)
    decide(screener, answer.screening)
    again = ask(log, X, Y, now=LATER)[1]
    assert [(hit.entity, hit.decision) for hit in again.hits] == [("x-1", "clear"), ("y-1", "")]
    assert [hit.entity for hit in again.open] == ["y-1"]
    assert again.screening == answer.screening + 1


def test_a_confirmed_hit_stays_open(log: Log):
    screener, answer = ask(log, X)
    decide(screener, answer.screening, Verdict.CONFIRM)
    (hit,) = ask(log, X)[1].open
    assert hit.decision == "confirm"


@pytest.mark.parametrize(
    "known", [{"identifiers": (identifier("bin:050140000656"),)}, {"countries": ("KZ",)}]
)
def test_a_decision_is_for_the_facts_that_were_asked(log: Log, known: dict):
    screener, answer = ask(log, X)
    decide(screener, answer.screening)
    (hit,) = ask(log, X, **known)[1].open
    assert hit.decision == ""
    assert hit.changed[0].startswith("query ")
    assert ask(log, X, name="тоо элем ГРУПП")[1].open == ()  # case is no fact


def test_a_cleared_hit_comes_back_when_the_entity_gets_another_name(log: Log):
    screener, answer = ask(log, X)
    decide(screener, answer.screening)
    renamed = publication(entity("x-1", "TOO Elem Group", "Elem Export", kind=Kind.ORGANISATION), PETROV)
    (hit,) = ask(log, renamed, now=LATER)[1].open
    assert (hit.decision, hit.changed) == ("", ("listed names: now elem export",))
    moved = publication(entity("x-1", "TOO Elem Group", kind=Kind.ORGANISATION, remarks="moved"), PETROV)
    assert ask(log, moved)[1].open == ()


def test_what_cannot_be_decided(log: Log):
    screener, answer = ask(log, X, Y)
    with pytest.raises(BadSetting, match="x-2"):
        decide(screener, answer.screening, entity="x-2")
    with pytest.raises(NotInBook, match="99"):
        decide(screener, 99)
    for changed in (Y, publication(entity("x-1", "TOO Elem Group", "Elem Export"))):
        with pytest.raises(BadSetting, match="screen again"):
            decide(Screener([changed], log), answer.screening)
    with pytest.raises(BadSetting, match="log"):
        decide(Screener([X]), 1)
    with pytest.raises(BadSetting, match="log"):
        list(Screener([X]).rescreen(NOW))
    assert log.history("x-1") == []


def test_only_what_differs_is_news(log: Log):
    screener = Screener([X, Y], log)
    names = ["Элем Групп", "Radchenko Ivan", "Ромашка"]
    screener.screen([Subject(name=name) for name in names], NOW)
    assert list(screener.rescreen(LATER)) == []
    new = publication(ELEM, entity("x-3", "Romashka LLP"))
    told = [
        (
            each.subject.name,
            [hit.entity for hit in each.news.appeared],
            [hit.entity for hit in each.news.gone],
        )
        for each in Screener([new, Y], log).rescreen(LATER)
    ]
    assert told == [("Radchenko Ivan", [], ["x-2"]), ("Ромашка", ["x-3"], [])]
    assert list(Screener([new, Y], log).rescreen(LATER)) == []


def test_a_change_behind_the_same_score_is_news(log: Log):
    ask(log, X)
    born = publication(entity("x-1", "TOO Elem Group", "Elem Export", kind=Kind.ORGANISATION), PETROV)
    (news,) = Screener([born], log).rescreen(LATER)
    assert [change.new.entity for change in news.news.changed] == ["x-1"]


def test_a_question_is_asked_again_as_it_was_asked(log: Log):
    subject = Subject(name="Radchenko Ivan", births=("1990",), kind=Kind.PERSON, countries=("KZ",),
                      identifiers=(identifier("iin:900101300123"),), subject="party-7")  # fmt: skip
    (answer,) = Screener([X], log).screen([subject], NOW, threshold=0.4)
    assert [hit.entity for hit in answer.hits] == ["x-2"]
    assert list(Screener([X, Y], log).rescreen(LATER)) == []  # from the same threshold on
    (news,) = Screener([Y], log).rescreen(LATER)
    assert news.subject == subject
    assert log.screening(answer.screening).query["threshold"] == ("0.4",)


def test_without_a_time_nothing_is_recorded(log: Log):
    Screener([X], log).screen([Subject(name="Elem Group")])
    with pytest.raises(NotInBook):
        log.screening(1)


# -- tables --------------------------------------------------------------------------------------


def table(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_a_row_is_a_subject(tmp_path: Path):
    text = (
        "Full_Name , schema,dob,nationality,bin\n"
        'Orion,Company,21.03.1970,Kazakhstan,"0501 40"\n"Ve\nga",Person,,,\n\n'
    )
    one, two = subjects(table(tmp_path / "a.csv", "\ufeff" + text))
    assert (one.line, two.line) == (2, 3)
    assert one.subject == Subject(
        name="Orion", kind=Kind.ORGANISATION, births=("1970-03-21",), countries=("KZ",),
        identifiers=(Identifier(IdentifierKind.BIN, "0501 40"),),
    )  # fmt: skip
    assert two.subject == Subject(name="Ve\nga", kind=Kind.PERSON)
    (semicolons,) = subjects(table(tmp_path / "b.csv", "name;country\nOrion;KZ\n"))
    assert semicolons.subject == Subject(name="Orion", countries=("KZ",))


@pytest.mark.parametrize(
    ("row", "said"),
    [("Kim, Orion,KZ", "3 columns where the header has 2"), ("Orion", "1 columns"), (",KZ", "''"),
     ("\u202e\x00,KZ", "no letter"), ("o" * 10_000_000 + ",KZ", "10,000,000"), ('"  ",', "no letter")],
)  # fmt: skip
def test_a_row_that_asks_about_nobody_says_why_and_the_next_is_read(tmp_path: Path, row: str, said: str):
    bad, good = subjects(table(tmp_path / "a.csv", f"name,country\n{row}\nVega,KZ\n"))
    assert bad.subject is None
    assert bad.error.startswith("line 2: ")
    assert said in bad.error
    assert len(bad.error) < 300 and len(bad.text) <= 200
    assert (good.line, good.subject.name) == (3, "Vega")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no column name or query"), (b"bin\n1\n", "no column name"), 
     (b"name,name\na,b\n", "two columns name"),
     ("name\nЭлем\n".encode("cp1251"), "UTF-8"),
     ("name\nOrion\n".encode("utf-16"), "UTF-8"),
     (b'name\nOrion\n"Vega\nSirius\n', "line 3 or after"), (b'name\n"Orion" x\n', "line 2")],
)  # fmt: skip
def test_a_table_that_is_none(tmp_path: Path, content: bytes, said: str):
    with pytest.raises(BadSetting) as caught:
        list(subjects(table(tmp_path / "a.csv", content)))
    assert said in str(caught.value)
    assert "a.csv" in str(caught.value)


def test_countries_by_code_and_name():
    assert [country_code(text) for text in ("kz", "KAZ", "Kazakhstan", "Atlantis", "")] == [
        "KZ",
        "KZ",
        "KZ",
        "",
        "",
    ]


# -- the real lists ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Screener:
    """Every list beside the checkout, with the older versions of OFAC's."""
    if not DATA.exists():
        pytest.skip("the real lists are not beside the checkout (../shared/data/sanctions)")
    return Screener.from_paths(sorted(path for path in DATA.iterdir() if path.name != "benchmarks"))


def benchmark(name: str) -> list[dict[str, str]]:
    path = DATA / "benchmarks" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{name} is not beside the checkout (../shared/data/sanctions/benchmarks)")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def is_found(answer, wanted: str) -> bool:
    whole = not wanted.endswith("-")
    return any(hit.entity == wanted if whole else hit.entity.startswith(wanted) for hit in answer.hits)


@pytest.mark.parametrize(("name", "recall"), [("eu_cross_script_alias_dev", 0.85), ("ofac_aka_dev", 0.88)])
def test_aliases_find_their_entities(real: Screener, name: str, recall: float):
    rows = benchmark(name)
    answers = real.screen(Subject(name=row["query"]) for row in rows)
    wanted = [next(iter(json.loads(row["notes"]).values())) for row in rows]
    assert len(rows) > 1_000
    assert sum(map(is_found, answers, wanted)) / len(rows) >= recall


@pytest.mark.parametrize("name", ["negatives_global_dev", "negatives_us_dev"])
def test_people_who_are_not_listed_are_let_pass(real: Screener, name: str):
    rows = benchmark(name)
    answers = real.screen(Subject(name=row["full_name"]) for row in rows)
    assert len(rows) >= 1_000
    assert sum(bool(answer.hits) for answer in answers) / len(rows) <= 0.005


@pytest.mark.parametrize(
    ("wanted", "spellings"),
    [("eu-32014R0833-IV-606", ["ТОО «Элем Групп»", "Элем Групп ЖШС", "ELEM GROUP LLP"]),
     ("eu-32014R0833-IV-666", ["ТОО «Да Групп 22»", "«Да Групп 22» ЖШС", "DA GROUP 22"]),
     ("eu-32014R0833-IV-736", ["ТОО «МеталлСтан»", "Металл Стан ЖШС", "Metallstan"]),
     ("eu-32014R0833-IV-737", ["ТОО Казстанекс", "Қазстанекс ЖШС", "Товарищество с "
      "ограниченной ответственностью «КазСтанЭкс»"]),
     ("eu-32014R0269-I.ENTITIES-699", ["ТОО «Юнайтед Трейдинг Групп»", "Юнайтед Трейдинг Групп ЖШС"]),
     ("eu-32016R0044-III.B-17", ["Сигма Эйрлайнс", "Сигма Эйрлайнз", "«Сигма Эйрлайнс» ЖШС"])],
)  # fmt: skip
def test_the_six_with_a_kazakh_address(real: Screener, wanted: str, spellings: list[str]):
    for answer in real.screen(Subject(name=spelling) for spelling in spellings):
        assert wanted in {hit.entity for hit in answer.hits}, answer.query


def test_emma_is_not_emma_llc(real: Screener):
    assert (
        Screener([publication(entity("x-1", "EMMA LLC", kind=Kind.ORGANISATION))])
        .screen([Subject(name="emma daniels"), Subject(name="EMMA LLC")])[0]
        .hits
        == ()
    )
    assert ids(real, "emma daniels") == []


def test_listed_names_find_themselves(real: Screener):
    """One in twenty of the longer names without numbers, as they are printed."""
    asked = [
        (hit.id, name.text)
        for hit in real._index.entities[::20]
        for name in hit.names
        if len(name.text.split()) > 1 and name.text.replace(" ", "").isalpha()
    ]
    answers = real.screen(Subject(name=text) for _, text in asked)
    missed = [
        text
        for (number, text), answer in zip(asked, answers, strict=True)
        if number not in {hit.entity for hit in answer.hits}
    ]
    assert len(asked) > 1_000
    assert len(missed) <= len(asked) // 500, missed
