"""What the watch says, in every language: nothing is missing, and nothing English is left but data."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from watching import watch

from sarai.goods.document import KINDS, Regime, SealEvent
from sarai.goods.outcome import FactCode
from sarai.reference import priority
from sarai.screening.matching.matcher import FEATURES
from sarai.screening.ownership import Verdict
from sarai.server.words import LANGUAGES, Words
from sarai.server.words.catalogue import read
from sarai.simulation import SCHEMES, Scenario, Simulation
from sarai.watch import TYPOLOGIES, Alert, Phrase, told
from sarai.watch.cases.course import STATED, VERDICTS
from sarai.watch.cases.noticing import DIFFERENCES
from sarai.watch.cases.telling import ANSWERS, UNITS, tell
from sarai.watch.finding import sentence
from sarai.watch.given import Given
from sarai.watch.kin import WORTH
from sarai.watch.phrases import ENGLISH, said
from sarai.watch.register import Firm, Register
from sarai.watch.typologies.parties import IN_COMMON, ROLES
from sarai.watch.typologies.traders import REFUSED_PAPERS, TURNED_BACK_PAPERS

SOURCE = Path(__file__).resolve().parents[3] / "src" / "sarai"
SPEAKING = {*(SOURCE / "watch").rglob("*.py"), *(SOURCE / "telling").glob("*.py")}
CALLS = (
    "phrase",
    "counted",
    "say",
    "say.count",
)  # to which texts are handed, first; the second when counting
OTHERS = [code for code in LANGUAGES if code != "en"]
LATIN = re.compile(r"[A-Za-z]{2,}")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


# -- the texts -----------------------------------------------------------------------------------------


def catalogue(code: str) -> dict[str, tuple[str, ...]]:
    """All forms of each text without a context, by its English."""
    found = {}
    for each in read(code):
        if each.id and not each.context:
            one = each.id if isinstance(each.id, str) else each.id[0]
            found[one] = each.string if isinstance(each.string, tuple) else (each.string,)
    return found


def literals(node: ast.expr, known: Mapping[str, str]) -> set[str]:
    """The texts that an argument may be; none if it is no literal."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Name(id=name) if name in known:
            return {known[name]}
        case ast.IfExp(body=body, orelse=orelse):
            one, other = literals(body, known), literals(orelse, known)
            return one | other if one and other else set()
    return set()


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def spoken() -> tuple[set[str], set[str]]:
    """The texts that are said by a literal; and, as code, whatever else is said."""
    texts: set[str] = set()
    others: set[str] = set()
    for path in SPEAKING - {SOURCE / "watch" / "phrases.py"}:
        tree = ast.parse(path.read_text("utf-8"))
        known = dict(constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS:
                for argument in node.args[: 2 if "count" in ast.unparse(node.func) else 1]:
                    found = literals(argument, known)
                    texts |= found
                    others |= set() if found else {f"{path.stem}: {ast.unparse(argument)}"}
    return texts, others


BY_CODE = {
    "balance: seen.kind", "balance: waiting.kind", "drift: seen.kind", "splitting: parcel.kind",
    "diversions: role", "diversions: what", "parties: role", "transit: role",
    "rounds: now.unit", "telling: line.unit", "telling: UNITS.get(line.unit, line.unit)",
    "telling: document.previous_regime.value.replace('_', ' ')", "telling: document.event.replace('_', ' ')",
    "noticing: FactCode(fact.code).name.replace('_', ' ').lower()", "telling: ANSWERS[document.decision]",
    "telling: to", "noticing: text", "telling: label", "telling: type(document).__name__",
    "parties: IN_COMMON[found.common]", "parties: str(judged.verdict)", "parties: what", "traders: told",
    "case_page: _reach(made)", "case_page: name", "case_page: name.capitalize()", "case_page: each.what",
    "case_papers: kind", "cases: text",
}  # fmt: skip
"""What is said that is no literal: codes and rows of tables, all of them in `named`."""


TITLES = (
    "Score", "In hand of", "To be decided since", "Parties", "Value at stake", "Goods", "Due",
    "Merged into it", "Book", "Written", "Base", "Alerts", "Priority goods", "Value", "Under way", "In reach",
    "over {share}", "under {share}",
)  # fmt: skip
"""Of the file of a case: what it knows, and what counts beside typologies."""


def named() -> set[str]:
    """Codes, and rows of tables, that the watch says."""
    events = get_args(get_type_hints(SealEvent)["event"])
    return {
        *KINDS, *WORTH, *chain(*ROLES.values()), "owner", "country", "destination", *STATED, *VERDICTS,
        *UNITS, *UNITS.values(), *map(str, Verdict), *ANSWERS.values(), *IN_COMMON.values(),
        *(each.replace("_", " ") for each in events),
        *(each.value.replace("_", " ") for each in Regime),
        *(each.name.replace("_", " ").lower() for each in FactCode),
        *(text for _, text in DIFFERENCES),
        *(each.words for each in FEATURES if each.name != "names agree"),
        *map(priority.label, priority.codes()), REFUSED_PAPERS, TURNED_BACK_PAPERS,
        *TITLES, "lot", "party", "consignment", "place", "alert", "step", "refused input",
        "under way: they can be stopped on the road", "in the country", "no longer in the country",
    }  # fmt: skip


def blanks(text: str) -> dict[str, str]:
    """The blanks of a text, and how each is to be written."""
    return {name: spec for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


def has_words(text: str) -> bool:
    """Whether there is something in a text beside its blanks; what has nothing needs no translation."""
    return any(re.search(r"\w", part) for part, *_ in string.Formatter().parse(text))


def test_every_text_that_is_said_is_in_every_catalogue():
    texts, others = spoken()
    assert others == BY_CODE
    wanted = texts | named() | {row.text for row in TYPOLOGIES}
    counted = {each.id[1] for each in read("en") if isinstance(each.id, tuple)}
    for code in LANGUAGES:
        missing = [text for text in wanted if has_words(text) and text not in {*catalogue(code), *counted}]
        assert not missing, (code, missing)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_writes_values_as_the_english_does(code):
    """A share stays a share and a day a day; only what stands between several may be another."""
    for text in spoken()[0] | {row.text for row in TYPOLOGIES}:
        for form in catalogue(code).get(text, ()):
            wanted, there = blanks(text), blanks(form)
            assert set(there) == set(wanted), form
            for name, spec in there.items():
                same = spec == wanted[name] or (spec.endswith(" ") and wanted[name].endswith(" "))
                assert same, (form, name)


def value_for(spec: str) -> Any:
    if spec.startswith("%"):
        return NOON
    return 0.25 if re.search(r"[fg%]$", spec) else ["A1", "B2"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_fills_in(code):
    words, known = Words(code), catalogue(code)
    for text in known.keys() & (spoken()[0] | {row.text for row in TYPOLOGIES}):
        filled = words(text, **{name: value_for(spec) for name, spec in blanks(text).items()})
        bare = re.sub(r"UTC|SHA-256|Ed25519|U\+202E|Sarai|A1|B2", "", filled)
        assert not re.search(r"[{}]|[A-Za-z]{2,}", bare), filled


# -- a whole state -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def papers() -> list:
    simulation = Simulation(Scenario(traders=200, days=30, schemes=dict.fromkeys(SCHEMES, 25)), seed=4)
    return [simulation, list(simulation)]


@pytest.fixture(scope="module")
def alerts(papers) -> list[Alert]:
    """The alerts of a state with every scheme, as they are read from where they are kept."""
    simulation, found = papers
    register = Register([msgspec.convert(firm, Firm) for firm in simulation.register()])
    raised = watch(found, Given(register=register), until=found[-1][0] + timedelta(days=20))
    encoded = msgspec.msgpack.encode(raised)
    return msgspec.msgpack.decode(encoded, type=list[Alert])


def data(value: Any) -> Iterator[str]:
    """The texts among values that are data, and no words of the watch."""
    if isinstance(value, Mapping):
        yield from chain.from_iterable(map(data, value.get("values", {}).values()))
    elif isinstance(value, Phrase):
        yield from chain.from_iterable(map(data, value.values.values()))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(data, value))
    elif isinstance(value, str):
        yield value


def without_data(text: str, words: Phrase) -> str:
    for each in sorted(set(data(words)), key=len, reverse=True):
        text = text.replace(each, "") if each else text
    return text.replace("UTC", "")


def test_the_state_has_alerts_of_many_kinds(alerts):
    found = {reason.typology for alert in alerts for reason in alert.reasons}
    assert len(found) >= 15, found


def test_what_was_kept_is_told_again_in_the_very_same_english(alerts):
    for alert in alerts:
        for reason in alert.reasons:
            assert said(sentence(alert, reason), ENGLISH) == reason.words
        assert told(alert).sentence == alert.words


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_english_is_left_but_data(alerts, code):
    words = Words(code)
    for alert in alerts:
        found = told(alert, words.say)
        assert found.sentence == found.reasons[0]
        for reason, text in zip(alert.reasons, found.reasons, strict=True):
            assert text != reason.words
            assert not LATIN.search(without_data(text, sentence(alert, reason))), text


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_english_is_left_of_documents_but_data(papers, code):
    words = Words(code)
    for _, document in papers[1]:
        phrase = tell(document)
        assert not LATIN.search(without_data(words.told(phrase), phrase)), words.told(phrase)


def test_numbers_and_days_are_written_as_the_language_does():
    phrase = Phrase("{share:.1%} {times:,.10g} {since:%d %B %Y} {since:%d %B %Y, %H:%M}",
                    {"share": 0.125, "times": 12_500.5, "since": NOON})  # fmt: skip
    assert str(phrase) == "12.5% 12,500.5 02 March 2026 02 March 2026, 12:00"
    russian = re.sub(r"\s", " ", Words("ru").told(phrase))
    assert russian == "12,5 % 12 500,5 2 марта 2026 г. 2 марта 2026 г., 12:00"


def test_an_alert_that_was_kept_before_stays_english():
    kept = {
        "id": "a", "typology": "code-drift", "version": 1, "subject": "s", "raised": 1, "entry": 1,
        "score": 3.0, "words": "What it said.", "facts": {"slip": ""},
        "reasons": [{"typology": "code-drift", "points": 3.0, "words": "What it said.", "entries": [1]}],
    }  # fmt: skip
    alert = msgspec.convert(kept, Alert)
    assert told(alert, Words("ru").say) == ("What it said.", ("What it said.",))
