"""Names taken apart and compared: scripts, legal forms, words apart and together, what is not seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.screening.names import compare, parse, variants
from sarai.screening.names.parse import MAX_LETTERS, MAX_WORDS, Script
from sarai.screening.names.sound import sound


def words(text: str) -> list[str]:
    return [word.text for word in parse(text).words]


def roles(text: str) -> list[str]:
    return [word.role for word in parse(text).words]


def forms(text: str) -> set[str]:
    return {form.form for form in parse(text).forms}


# -- scripts -------------------------------------------------------------------------------------

# The Latin is how their own passports, ministries or press write these names.
SAME_NAME = [
    ("Касымов Ерлан", "Kassymov Yerlan"),
    ("Қайрат Нұрғалиұлы", "Kairat Nurgaliuly"),
    ("Гүлнәр Өмірбекқызы", "Gulnar Omirbekkyzy"),
    ("Уладзімір Караткевіч", "Uladzimir Karatkievich"),
    ("Наталля Качанава", "Natallia Kachanava"),
    ("Михайло Грушевський", "Mykhailo Hrushevskyi"),
    ("Євген Ковальчук", "Yevhen Kovalchuk"),
    ("خالد محمود", "Khaled Mahmoud"),
    ("گلناز رحمانی", "Golnaz Rahmani"),
    ("გიორგი მაისურაძე", "Giorgi Maisuradze"),
    ("Արամ Սարգսյան", "Aram Sargsyan"),
    ("王小明", "Wang Xiaoming"),
    ("李 建国", "Li Jianguo"),
    ("タナカ", "Tanaka"),
    ("김철수", "Gim Cheolsu"),
    ("Δημήτριος Παπαδόπουλος", "Dimitrios Papadopoulos"),
]  # fmt: skip


@pytest.mark.parametrize(("native", "latin"), SAME_NAME)
def test_a_name_is_the_same_in_another_script(native: str, latin: str):
    both = compare(parse(native), parse(latin))
    assert both.glued or both.contradicts == both.query_only == both.listed_only == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [("Қайрат", "Кайрат"), ("Нұрлан", "Нурлан"), ("Өмір", "Омир"), ("Әлия", "Алия"), ("Ғалым", "Галым"),
     ("Үміт", "Умит")],
)  # fmt: skip
def test_kazakh_letters_are_heard_as_russian_writes_them(one: str, other: str):
    assert parse(one).words[0].sound == parse(other).words[0].sound


@pytest.mark.parametrize(
    ("text", "script"),
    [("Газпром", Script.LETTERS), ("თბილისი", Script.LETTERS), ("محمد", Script.ABJAD), ("דוד", Script.ABJAD),
     ("王小明", Script.SYLLABLES), ("김철수", Script.SYLLABLES)],
)  # fmt: skip
def test_what_a_script_tells(text: str, script: Script):
    assert parse(text).script == script


@pytest.mark.parametrize(
    ("spellings"),
    [["khamatovich", "hamatovich", "khamatovitch"], ["sergei", "sergey", "sergej"],
     ["muhammad", "mohammad", "mohamad"], ["yevgeny", "evgeny", "ievgeny"], ["tatyana", "tatiana"],
     ["romanov", "romanoff", "romanow"]],
)  # fmt: skip
def test_spellings_of_one_sound(spellings: list[str]):
    assert len(set(map(sound, spellings))) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Sechin", "Sechkin"), ("Orlov", "Pavlov"), ("Minsk", "Omsk"), ("Kazan", "Kazakh")]
)
def test_other_names_sound_otherwise(one: str, other: str):
    assert sound(one.lower()) != sound(other.lower())
    assert all(pair.how == "spelt alike" for pair in compare(parse(one), parse(other)).pairs)


# -- legal forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["ТОО «Ромашка»", "Ромашка ТОО", "Romashka LLP", "TOO Romashka", "ЖШС Ромашка", "ООО Ромашка",
     "O.O.O. Romashka", "Romashka, L.L.C.", "Romashka GmbH", "Romashka A.Ş.", "Ромашка АҚ", "АО «Ромашка»",
     "Romashka Sp. z o.o.", "Romashka FZE", "Romashka Pte. Ltd.",
     "Общество с ограниченной ответственностью «Ромашка»",
     "Limited Liability Partnership Romashka", "Товарищество с ограниченной ответственностью «Ромашка»",
     "Открытое акционерное общество «Ромашка»", "Romashka Limited Sirketi", "Romashka S.p.A."],
)  # fmt: skip
def test_a_legal_form_is_no_part_of_the_name(text: str):
    assert words(text) == ["romashka"]
    assert forms(text)


def test_forms_of_the_east():
    assert forms("北京星辰有限公司") == forms("北京星辰 Co., Ltd.") != set()
    assert words("北京星辰有限公司") == words("北京星辰")


def test_the_same_form_in_several_tongues_is_one():
    assert forms("ТОО Ромашка") == forms("Romashka LLP") == forms("Ромашка ЖШС")
    assert forms("Romashka JSC") == forms("АО Ромашка")


def test_a_name_that_is_only_a_form_keeps_it():
    assert words("TOO") == ["too"]


# -- words ---------------------------------------------------------------------------------------


def test_glued_words():
    assert compare(parse("AeroCaribbean"), parse("Aero Caribbean")).contradicts == 0
    for one, other in [("AEROCARIBBEAN", "Aero Caribbean"), ("Metall Stan", "МеталлСтан")]:
        assert compare(parse(one), parse(other)).glued
    assert not compare(parse("Brigade 44"), parse("Brigade 45")).glued


def test_words_written_apart():
    both = compare(parse("Abdal Rahman Qasimi Basri"), parse("Abdalrahman Qasimi Halabi"))
    assert "written apart" in [pair.how for pair in both.pairs]


def test_camel_case_is_two_words_and_shouting_is_one():
    assert words("SergeiLavrov") == ["sergei", "lavrov"]
    assert words("LAVROV") == ["lavrov"]


def test_roles():
    assert roles("Ivan Sergeevich Petrov") == ["word", "patronymic", "word"]
    assert roles("V. S. Petrov") == ["initial", "initial", "word"]
    assert roles("Usama bin Ladin")[1] == "particle"
    assert words("Dr. Ivan Petrov") == ["ivan", "petrov"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("Brigade 44", ("44",)), ("44th Brigade", ("44",)), ("Brigade forty four", ("44",)), ("Fund I", ("1",)),
     ("Da Group 22", ("22",)), ("Petrov", ())],
)  # fmt: skip
def test_numbers(text: str, numbers: tuple[str, ...]):
    assert parse(text).numbers == numbers


def test_digits_that_stand_for_letters():
    assert words("G4zprom") == ["gazprom"]


def test_an_initial_stands_for_a_word_and_not_for_an_initial():
    how = [pair.how for pair in compare(parse("V. Putin"), parse("Vladimir Putin")).pairs]
    assert sorted(how) == ["initial", "the same"]
    assert compare(parse("V. Putin"), parse("Dmitri Putin")).initials == 0


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [("William", "Bill", "another form of the name"), ("Sasha", "Aleksandr", "another form of the name"),
     ("Ushakova", "Ushakov", "the feminine of the name"), ("Omsk", "Omskiy", "another ending"),
     ("Khamatovich", "Hamatovich", "sounds the same"), ("Radchenko", "Radchinko", "sounds the same"),
     ("Orlov", "Belov", "")],
)  # fmt: skip
def test_in_what_way_two_words_are_alike(one: str, other: str, how: str):
    assert [pair.how for pair in compare(parse(one), parse(other)).pairs] == ([how] if how else [])


def test_names_of_many_people_are_told_apart():
    for one, other in [("Michel", "Michelle"), ("Evans", "Ivan")]:
        assert compare(parse(one), parse(other)).agrees == 0


# -- several names in one text -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [("Olga Makeeva / Ольга Макєєва", ["Olga Makeeva", "Ольга Макєєва"]),
     ("Wagner Group (a.k.a. PMC Wagner)", ["Wagner Group", "PMC Wagner"]),
     ("Alpha; Beta", ["Alpha", "Beta"]), ("Alpha f.k.a. Beta", ["Alpha", "Beta"]),
     ("Vladislav Fedora", ["Vladislav Fedora"]), ("A/S Dampskib", ["A/S Dampskib"]), ("", [""])],
)  # fmt: skip
def test_variants(text: str, names: list[str]):
    assert variants(text) == names


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden",
    ["Ser\u202egei Lav\u202crov", "\ufeffSergei\u200b Lavrov\x00", "Ser\x07gei Lavrov\x1b",
     "\u2066Sergei Lavrov\u2069", "Ｓｅｒｇｅｉ Lavrov", "Sergei\nLavrov", "Sergei\u00a0Lavrov",
     "  SERGEI   LAVROV "],
)  # fmt: skip
def test_what_is_not_seen_does_not_count(hidden: str):
    assert words(hidden) == ["sergei", "lavrov"]


@pytest.mark.parametrize("text", ["", " ", "\u202e", "---", "«»", "\x00"])
def test_nothing_is_no_name(text: str):
    assert parse(text).words == ()
    assert compare(parse(text), parse("Lavrov")).agrees == 0
    assert not compare(parse(text), parse(text)).glued


@pytest.mark.parametrize(
    "text", ["a" * 10_000_000, "ab " * 3_000_000, "(" * 10_000_000, "a.k.a. " * 1_000_000]
)
def test_ten_megabytes_are_cut(text: str):
    name = parse(text)
    assert len(name.words) <= MAX_WORDS
    assert sum(len(word.text) for word in name.words) <= MAX_LETTERS
    assert len(variants(text)) < 1_000


@given(st.text(max_size=60))
def test_every_text_can_be_taken_apart(text: str):
    name = parse(text)
    assert all(word.text.isascii() and word.text for word in name.words)
    both = compare(name, name)
    assert both.contradicts == both.query_only == both.listed_only == 0


@given(st.text("АБабвгдеиклмнопрст ъь", max_size=30), st.text("abcdefghi klmno", max_size=30))
def test_comparing_is_the_same_both_ways_but_for_whose_word_is_left(one: str, other: str):
    there, back = compare(parse(one), parse(other)), compare(parse(other), parse(one))
    assert there.glued == back.glued
    assert there.agrees == pytest.approx(back.agrees)
    assert there.query_only == pytest.approx(back.listed_only)
