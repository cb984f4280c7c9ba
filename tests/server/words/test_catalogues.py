"""The catalogues: whole in every language, true to the codes of the book and to what the pages ask for."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel import Locale

from sarai.goods.document import KINDS, Regime
from sarai.goods.outcome import Code, FactCode
from sarai.reference import places, units
from sarai.server.access.roles import Role
from sarai.server.words import LANGUAGES, Words
from sarai.server.words.catalogue import read, translations
from sarai.watch import TYPOLOGIES
from sarai.watch.cases import CLOCKS
from sarai.watch.cases.course import CLOSED, IN_HAND, NEW, REOPENED, VERDICTS, WAITING

PAGES = Path(__file__).resolve().parents[3] / "src" / "sarai" / "server" / "pages"
LATIN = re.compile(r"(?<![.\w])[a-z]{2,}(?![\w.])")  # API, SHA-256 and rights such as cases.read stay so
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
KAZAKH = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")
SAME_IN_BOTH = 0.25  # of texts may be the same in Russian and Kazakh, which share words such as транзит
NAV = ("Now", "Alerts", "Case", "Trace", "Balances", "Flows", "Screening", "Book", "Post", "Health")


def entries(code: str) -> dict[tuple[str, object], object]:
    """Text by context and English, the head left out."""
    return {(each.context or "", each.id): each.string for each in read(code) if each.id}


def forms(said: object) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said,)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def codes(context: str) -> set[str]:
    return {key for of, key in entries("en") if of == context}


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_every_language_has_the_same_texts(code):
    assert list(entries(code)) == list(entries("en"))
    assert len(entries(code)) >= 250


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_empty_or_doubtful(code):
    for each in read(code):
        assert all(text.strip() == text and text for text in forms(each.string)) or not each.id
        assert not each.fuzzy or not each.id
    assert not read(code).obsolete


@pytest.mark.parametrize("code", LANGUAGES)
def test_blanks_are_those_of_the_english(code):
    for (of, key), said in entries(code).items():
        wanted = blanks(forms(key)[0]) if not of else set()
        assert all(blanks(text) == wanted for text in forms(said)), key
        assert all(name.isidentifier() for name in wanted), key


@pytest.mark.parametrize(("code", "plurals"), [("en", 2), ("ru", 3), ("kk", 1)])
def test_counted_texts_have_every_form_of_the_language(code, plurals):
    counted = [said for (_, key), said in entries(code).items() if isinstance(key, tuple)]
    assert len(counted) >= 15
    assert all(len(forms(said)) == plurals for said in counted)


def test_a_text_without_context_is_its_own_english():
    assert all(said == key for (of, key), said in entries("en").items() if not of)


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_other_languages_are_no_english(code):
    for (of, key), said in entries(code).items():
        english = forms(entries("en")[of, key])
        for text in forms(said):
            bare = re.sub(r"\{\w+(:[^}]*)?\}|--\w+|Natural Earth", "", text)
            assert text not in english, key
            assert not LATIN.search(bare), text


def test_kazakh_is_kazakh_and_russian_is_russian():
    russian, kazakh = entries("ru"), entries("kk")
    same = [key for key in russian if russian[key] == kazakh[key]]
    assert len(same) < SAME_IN_BOTH * len(russian)
    assert not any(KAZAKH.search(text) for said in russian.values() for text in forms(said))
    long = [forms(said)[0] for said in kazakh.values() if len(forms(said)[0]) > 30]
    assert sum(not KAZAKH.search(text) for text in long) < len(long) / 50
    assert all(CYRILLIC.search(forms(said)[0]) or "³" in said or "²" in said for said in kazakh.values())


@pytest.mark.parametrize(
    ("context", "meant"),
    [
        ("kind", set(KINDS)),
        ("regime", {each.value for each in Regime}),
        ("fact", {each.name for each in FactCode}),
        ("code", {each.name for each in Code}),
        ("state", {NEW, IN_HAND, WAITING, CLOSED, REOPENED}),
        ("verdict", set(VERDICTS)),
        ("clock", {each.name for each in CLOCKS}),
        ("role", {each.value for each in Role}),
        ("principle", {each.value for each in Role}),
        ("typology", {each.name for each in TYPOLOGIES}),
        ("advice", {each.name for each in TYPOLOGIES}),
        ("placekind", set(places.KINDS)),
    ],
)
def test_names_are_those_of_the_codes_there_are_and_no_others(context, meant):
    assert codes(context) == meant


def test_named_units_exist():
    assert all(units.unit(code) for code in codes("unit"))


def test_the_english_of_a_typology_is_its_own():
    english = Words("en")
    for each in TYPOLOGIES:
        assert english.name("typology", each.name) == each.title
        assert english.name("advice", each.name) == each.advice


@pytest.mark.parametrize("code", LANGUAGES)
def test_navigation_is_named(code):
    said = [Words(code)(each) for each in NAV]
    assert len(set(said)) == len(NAV)
    assert code == "en" or not set(said) & set(NAV)


def test_plural_forms_are_those_of_cldr():
    for code in ("en", "ru"):
        by_category: dict[str, set[str]] = {}
        for number in [*range(200), 1000, 1001, 1011, 1021]:
            said = translations(code).ngettext("{count} case", "{count} cases", number)
            by_category.setdefault(Locale.parse(code).plural_form(number), set()).add(said)
        assert all(len(said) == 1 for said in by_category.values())
        assert len(set.union(*by_category.values())) == len(by_category)


def asked() -> list[tuple[Path, int, str, str]]:
    """Every text that the pages ask for by a literal: file, line, context, text."""
    return [
        (path, node.lineno, *wanted)
        for path in sorted(PAGES.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and (wanted := text_of(node))
    ]


def text_of(call: ast.Call) -> tuple[str, str] | None:
    """What ``words("…")``, ``words.count("…", "…", n)`` or ``words.name("…", "…")`` asks for."""
    said = [
        each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    called = ast.unparse(call.func).rsplit(".", 2)
    if not said or "words" not in called:
        return None
    if called[-1] == "words":
        return "", said[0]
    if called[-1] == "count":
        return "count", said[0]
    return (said[0], said[1]) if called[-1] == "name" and len(said) > 1 else None


def test_every_text_that_the_pages_ask_for_is_in_the_catalogue():
    known = {(of if isinstance(key, str) else "count", forms(key)[0]) for of, key in entries("en")}
    missing = [f"{path.name}:{line}: {text}" for path, line, of, text in asked() if (of, text) not in known]
    assert not missing, "; ".join(missing)
