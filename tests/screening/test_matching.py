"""The matcher and its index: who hits whom, why, and that the index loses nobody."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.screening.batch import match_pair
from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedEntity, ListedName, Strength
from sarai.screening.matching import FEATURES, THRESHOLD, Query, match
from sarai.screening.matching.explain import explain
from sarai.screening.matching.index import MAX_CANDIDATES, Index
from sarai.screening.matching.matcher import Candidate
from sarai.screening.names import parse, variants

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT.parent / "shared" / "data" / "sanctions" / "benchmarks"
KIND, ID = Kind, IdentifierKind


def scored(
    query: str, listed: str, kind: Kind = Kind.OTHER, strength: Strength = Strength.PRIMARY, asked=None,
    on_list=None,
):  # fmt: skip
    """Match one name with another; ``asked`` and ``on_list`` are what else is known of the two."""
    return match(
        Query(name=parse(query), **(asked or {})), Candidate(parse(listed), strength, kind, **(on_list or {}))
    )


def has(found, feature: str) -> bool:
    return feature in [reason.feature for reason in found.reasons]


# -- names ---------------------------------------------------------------------------------------

# Ways in which one name is written, by their own passports, press or registers.
THE_SAME = [
    ("Владимир Путин", "Vladimir Putin"), ("PUTIN, Vladimir", "Vladimir Putin"),
    ("Қасым-Жомарт Тоқаев", "Kassym-Jomart Tokayev"), ("Нұрсұлтан Әбішұлы", "Nursultan Abishuly"),
    ("Володимир Зеленський", "Volodymyr Zelensky"), ("Олексій Гончаренко", "Oleksii Honcharenko"),
    ("Наталля Качанава", "Natallia Kachanava"), ("محمد علي", "Mohamed Ali"),
    ("خالد محمود", "Khaled Mahmoud"), ("გიორგი მაისურაძე", "Giorgi Maisuradze"),
    ("Արամ Սարգսյան", "Aram Sargsyan"), ("王小明", "Wang Xiaoming"), ("小明 王", "Wang Xiaoming"),
    ("タナカ", "Tanaka"), ("V. Putin", "Vladimir Putin"), ("В. В. Путин", "Vladimir Vladimirovich Putin"),
    ("Doku Umarov", "Умаров Доку Хаматович"), ("Bill Gates", "William Gates"),
    ("Sasha Radchenko", "Aleksandr Radchenko"), ("Muamar Qadafi", "Muammar Gaddafi"),
    ("Jean-Claude Van Damme", "Van Damme, Jean Claude"), ("SergeiLavrov", "Sergey Lavrov"),
    ("Usama bin Ladin", "Osama bin Laden"),
]  # fmt: skip
THE_SAME_COMPANY = [
    ("ТОО Ромашка", "Romashka LLP"), ("Ромашка ЖШС", "Romashka TOO"), ("ООО Ромашка", "Romashka LLC"),
    ("Romashka A.Ş.", "Romashka Anonim Sirketi"), ("北京星辰有限公司", "Beijing Xingchen Co., Ltd."),
    ("AEROCARIBBEAN", "Aero Caribbean"), ("Роснефть", "Rosneft"), ("Brigade 44", "44th Brigade"),
    ("Brigade forty four", "Brigade 44"), ("ГАЗПРОМ", "Gazprom"), ("Romashka", "Ромашка ТОО"),
]  # fmt: skip
OTHERS = [
    ("Olaf Schulze", "Olaf Scholz"), ("John Doe", "Juan Doe"), ("Angela Merkur", "Angela Merkel"),
    ("Ivan Ivanovich Petrov", "Ivan Sergeevich Petrov"), ("Sergei", "Sergei Lavrov"),
    ("emma daniels", "EMMA LLC"), ("Ivanova Elena", "Ivanov Sergei"), ("D. Putin", "Vladimir Putin"),
    ("Galina Ushakova", "Galina Ushakov"), ("Michelle Robert", "Michel Roberts"),
]  # fmt: skip
OTHER_COMPANIES = [
    ("emma daniels", "EMMA LLC"), ("Brigade 44", "Brigade 45"), ("Fund 1", "Fund 2"),
    ("Romashka LLC", "Romashka JSC"), ("Trading Company", "Trading House Orion"),
    ("International Bank", "Orion International Bank"), ("Orion Trading", "Sirius Trading"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "listed"), THE_SAME)
def test_a_person_by_another_spelling_is_a_hit(query: str, listed: str):
    assert scored(query, listed, Kind.PERSON).is_hit
    assert scored(listed, query, Kind.PERSON).is_hit


@pytest.mark.parametrize(("query", "listed"), THE_SAME_COMPANY)
def test_a_company_by_another_spelling_is_a_hit(query: str, listed: str):
    assert scored(query, listed, Kind.ORGANISATION).is_hit
    assert scored(listed, query, Kind.ORGANISATION).is_hit


@pytest.mark.parametrize(("query", "listed"), OTHERS)
def test_another_person_is_no_hit(query: str, listed: str):
    assert not scored(query, listed, Kind.PERSON).is_hit


@pytest.mark.parametrize(("query", "listed"), OTHER_COMPANIES)
def test_another_company_is_no_hit(query: str, listed: str):
    assert not scored(query, listed, Kind.ORGANISATION).is_hit


@pytest.mark.parametrize("text", ["", " ", "\u202e\x00", "---", "()"])
def test_nothing_hits_nobody(text: str):
    assert scored(text, "Lavrov").score == scored("Lavrov", text).score == scored(text, text).score == 0


# -- what else is known --------------------------------------------------------------------------


def test_a_weak_alias_has_to_be_spelt_the_same():
    assert scored("Khamidov", "Hamidov", Kind.PERSON).is_hit
    weak = scored("Khamidoff Sagit", "Hamidov Zagit", Kind.PERSON, Strength.WEAK)
    assert weak.score < scored("Khamidoff Sagit", "Hamidov Zagit", Kind.PERSON).score
    assert has(weak, "weak alias")
    assert not has(scored("Sagit Hamidov", "Sagit Hamidov", Kind.PERSON, Strength.WEAK), "weak alias")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [((ID.BIN, "050140000656"), (ID.BIN, "050140000656")), ((ID.INN, "7707083893"), (ID.TAX, "7707 083 893")),
     ((ID.IMO, "IMO 9074729"), (ID.IMO, "9074729")), ((ID.OGRN, "1027700132195"), (ID.REGISTRATION, "1027700132195")),
     ((ID.LEI, "253400M18U5TB02TW421"), (ID.LEI, "253400m18u5tb02tw421"))],
)  # fmt: skip
def test_an_identifier_decides_whatever_the_name(ours, theirs):
    asked, on_list = ({"identifiers": (Identifier(*each),)} for each in (ours, theirs))
    found = scored("Orion", "Sirius LLP", Kind.ORGANISATION, asked=asked, on_list=on_list)
    assert found.is_hit
    assert found.reasons[0].feature == "identifier"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [((ID.BIN, "050140000656"), (ID.PASSPORT, "050140000656")), ((ID.KPP, "770701001"), (ID.KPP, "770701001")),
     ((ID.BIN, "123"), (ID.BIN, "123")), ((ID.OTHER, "050140000656"), (ID.OTHER, "050140000656")),
     ((ID.OKPO, "00032537"), (ID.OKPO, "00032537"))],
)  # fmt: skip
def test_what_is_not_unique_does_not_decide(ours, theirs):
    asked, on_list = ({"identifiers": (Identifier(*each),)} for each in (ours, theirs))
    assert scored("Orion", "Sirius", Kind.ORGANISATION, asked=asked, on_list=on_list).score == 0


def test_another_identifier_contradicts():
    asked, on_list = (
        {"identifiers": (Identifier(ID.BIN, value),)} for value in ("050140000656", "060140000655")
    )
    found = scored("Elem Group", "TOO Elem Group", Kind.ORGANISATION, asked=asked, on_list=on_list)
    assert scored("Elem Group", "TOO Elem Group", Kind.ORGANISATION).is_hit
    assert not found.is_hit
    assert has(found, "other identifier")
    passports = (
        {"identifiers": (Identifier(ID.PASSPORT, value),)} for value in ("N00000001", "N00000002")
    )
    two = scored("Orion Petrov", "Orion Petrov", Kind.PERSON, asked=next(passports), on_list=next(passports))
    assert two.is_hit  # people have more than one


@pytest.mark.parametrize(
    ("ours", "theirs", "feature"),
    [("1970-03-21", "1970-03-21", "date of birth"), ("1970-03-21", "1980", "other date of birth"),
     ("1970", "1970-03-21", ""), ("1970-03-21", "1971-01-01", ""), ("1970-03", "1970-03", "")],
)  # fmt: skip
def test_dates_of_birth(ours: str, theirs: str, feature: str):
    alone = scored("Sagit Hamidov", "Zagit Hamidov", Kind.PERSON).score
    found = scored(
        "Sagit Hamidov", "Zagit Hamidov", Kind.PERSON, asked={"births": (ours,)}, on_list={"births": (theirs,)}
    )
    assert [each for each in ("date of birth", "other date of birth") if has(found, each)] == [feature] * bool(feature)
    assert (found.score > alone, found.score < alone) == (feature == "date of birth", feature.startswith("other"))


@pytest.mark.parametrize(
    ("asked", "listed", "differs"),
    [(Kind.PERSON, Kind.ORGANISATION, True), (Kind.VESSEL, Kind.PERSON, True), (None, Kind.VESSEL, False),
     (Kind.PERSON, Kind.OTHER, False), (Kind.VESSEL, Kind.VESSEL, False)],
)  # fmt: skip
def test_a_person_is_no_ship(asked: Kind | None, listed: Kind, differs: bool):
    found = scored("Arctic Orion", "Arctic Orion", listed, asked={"kind": asked})
    assert has(found, "other kind") == differs
    assert found.score == (0.75 if differs else 1.0)


def test_countries_count_a_little():
    found = scored("Orion", "Orion", asked={"countries": ("KZ",)}, on_list={"countries": ("CU", "SY")})
    assert found.score == 0.95
    assert scored("Orion", "Orion", asked={"countries": ("KZ",)}, on_list={"countries": ("SY", "KZ")}).score == 1


# -- a score in words ----------------------------------------------------------------------------


def test_the_score_is_the_sum_of_what_is_told():
    for query, listed in [*THE_SAME, *OTHERS]:
        found = scored(query, listed, Kind.PERSON)
        told = sum(reason.points for reason in found.reasons)
        assert found.score == pytest.approx(min(1, max(0, told)), abs=1e-4)
        assert [float(line.split()[0]) for line in explain(found)] == [
            pytest.approx(reason.points, abs=0.0051) for reason in found.reasons
        ]


def test_the_weightiest_reason_comes_first():
    found = scored("Brigade 44", "Brigade 45")
    weights = [abs(reason.points) for reason in found.reasons]
    assert weights == sorted(weights, reverse=True)
    assert "the numbers in the names differ" in explain(found)[1]


def test_the_words_say_how_words_are_alike():
    (sentence,) = explain(scored("Билл Гейтс", "William Gates", Kind.PERSON))
    assert "bill = william (another form of the name)" in sentence
    assert "geits = gates" in sentence or "geyts = gates" in sentence
    left = explain(scored("Orion Sirius Vega", "Orion Sirius", Kind.ORGANISATION))[0]
    assert "more in the query" in left
    assert "more on the list" in explain(scored("Orion Sirius", "Orion Sirius Vega", Kind.ORGANISATION))[0]
    assert "contradict" in explain(scored("Orion Sirius", "Orion Vega", Kind.ORGANISATION))[0]


def test_every_feature_has_words_of_its_own():
    assert len({feature.name for feature in FEATURES}) == len({feature.words for feature in FEATURES}) == len(FEATURES)
    assert all(abs(feature.weight) <= 1 for feature in FEATURES)


# -- the index -----------------------------------------------------------------------------------


def entity(number: str, *names: str, **fields) -> ListedEntity:
    return ListedEntity(id=number, names=tuple(map(ListedName, names)), **fields)


def by_hand(entities: list[ListedEntity], text: str) -> dict[str, float]:
    """Everybody who is a hit, each with the best score: every name against every name, without an index."""
    best: dict[str, float] = {}
    for listed in entities:
        pairs = (
            match(
                Query(name=parse(asked)),
                Candidate(parse(name), each.strength, listed.kind),
            ).score
            for asked in variants(text)
            for each in listed.names
            for name in variants(each.text)
        )
        best[listed.id] = max(pairs)
    return {number: score for number, score in best.items() if score >= THRESHOLD}


STEMS = (
    "karim ahmed oleg sergei lavrov orlov sokolov petrenko umarov khamid rahman abdul yusuf metall elem group "
    "trading stan kaz neft gaz prom export star ocean arctic bank radio electron mikro zavod sigma orion delta "
    "nova vostok zapad sever tekh service logistic trans avia mash stroi invest energo agro himiya"
).split()
LETTERS = "abcdefghiklmnoprstuvyz"


@st.composite
def _word(draw) -> str:
    word = draw(st.sampled_from(STEMS)) + draw(st.sampled_from(["", "", "", "ov", "a", "sky", "stan", "ova"]))
    return word


@st.composite
def _spoilt(draw, text: str) -> str:
    """A name with a typo, words turned round, or words glued."""
    how = draw(st.sampled_from(["as it is", "typo", "order", "glue", "lost", "two typos"]))
    parts = text.split()
    if how == "order":
        return " ".join(reversed(parts))
    if how == "glue":
        return "".join(parts)
    if how == "lost" and len(parts) > 1:
        return " ".join(parts[1:])
    for _ in range({"typo": 1, "two typos": 2}.get(how, 0)):
        at = draw(st.integers(0, len(text) - 1))
        letter = draw(st.sampled_from(LETTERS))
        text = draw(
            st.sampled_from(
                [text[:at] + letter + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + letter + text[at:]]
            )
        )
    return text


@st.composite
def _question(draw) -> tuple[list[str], str]:
    names = draw(st.lists(st.lists(_word(), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=12))
    return names, draw(_spoilt(draw(st.sampled_from(names))))


@given(_question())
@settings(max_examples=int(os.environ.get("EX", 300)), deadline=None)
def test_the_index_finds_whoever_is_a_hit(question: tuple[list[str], str]):
    names, asked = question
    entities = [entity(f"x-{number}", name) for number, name in enumerate(names)]
    found = {hit.entity.id: hit.match.score for hit in Index(entities).screen_text(asked)}
    assert found == by_hand(entities, asked)
