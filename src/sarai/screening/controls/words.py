"""A description as words: stemmed, with what it excludes marked, and the trade's words explained.

The nomenclature excludes as much as it names ("transistors, other than photosensitive"), so a word
behind *other than* is another word, shown with "not" before it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

NOT = "not "
MAX_WORDS = 100
GRAM = 4

_JOINTS = """
an and are as at by each etc for from has heading headings if in incl included including into is it item its
kg kind made new of on or own pc pcs per purpose purposes set sets similar subheading such than that the their
them therein thereof these this those to type types use used uses using when where whether which with
во для до из или на от по при прочая прочие прочий со том числе шт новая новые новый
бар басқа және мен өзге үшін
"""
_STOP = frozenset(_JOINTS.split())
_NEUTRAL = re.compile(
    r"whether or not|not (?:exceeding|more than|less than|over)|n\.\s?e\.\s?[cs]\.?|не (?:более|менее)"
)
_PARTS = re.compile(r"other than|за исключением|[^\W\d_]+|[;),]")
_EXCLUDES = frozenset({"other than", "excluding", "excl", "except", "за исключением", "кроме", "исключая"})
_EXCLUDES_BRIEFLY = frozenset({"not", "without", "не", "без"})  # up to the next comma
_KEPT = {"lens": "lens", "lenses": "lens", "gas": "gas", "gases": "gas"}


class Word(NamedTuple):
    """A word as it was written, and the words of the nomenclature that it is taken for."""

    shown: str
    features: tuple[str, ...]


def words(text: str) -> list[Word]:
    """The words of a description that may tell something, each once, `MAX_WORDS` at most.

    >>> [word.shown for word in words("Transistors; other than photosensitive")]
    ['transistors', 'not photosensitive']
    >>> words("микросхемы")[0].features
    ('микросхемы', 'electronic', 'integrated', 'circuit')
    """
    found: dict[str, Word] = {}
    for mark, word in _marked(unicodedata.normalize("NFKC", text).casefold()):
        if len(found) == MAX_WORDS:
            break
        # "not smartphones" is not "not telephones"; only another script needs the table here
        meanings = () if mark and word.isascii() else _meanings(word)
        features = dict.fromkeys(mark + _stem(each) for each in (word, *meanings))
        found.setdefault(mark + word, Word(mark + word, tuple(features)))
    return list(found.values())


def grams(feature: str) -> list[str]:
    """The runs of four letters in a word and its ends; none of a word that is excluded, or too short.

    >>> grams("diode")
    ['<dio', 'diod', 'iode', 'ode>']
    """
    if feature.startswith(NOT):
        return []
    bounded = f"<{feature}>"
    return [bounded[at : at + GRAM] for at in range(len(bounded) - GRAM + 1)] if len(bounded) > GRAM else []


def _marked(text: str) -> Iterator[tuple[str, str]]:
    """Each word that is not a mere joint, with the mark of what excludes it."""
    mark, brief = "", False
    for found in _PARTS.finditer(_NEUTRAL.sub(" ", text)):
        part = found.group()
        if part in _EXCLUDES or part in _EXCLUDES_BRIEFLY:
            mark, brief = NOT, part in _EXCLUDES_BRIEFLY
        elif part in ";)" or (part == "," and brief):
            mark, brief = "", False
        elif len(part) > 1 and part not in _STOP:
            yield mark, part


def _stem(word: str) -> str:
    """An English word in the singular, roughly; what is not English hardly ends so."""
    if word in _KEPT:
        return _KEPT[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def _meanings(word: str) -> tuple[str, ...]:
    """What the table of the trade's words says for it, by the longest entry that fits."""
    whole, begun = _table()
    if word in whole:
        return whole[word]
    beginnings = (word[:length] for length in range(len(word), 2, -1))
    return next((begun[each] for each in beginnings if each in begun), ())


@cache
def _table() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Meanings by whole words, and by beginnings of words."""
    from importlib.resources import files  # 10 ms that a start which judges nothing need not pay

    text = files("sarai.screening.controls").joinpath("tables", "trade_words.csv").read_text("utf-8")
    whole: dict[str, tuple[str, ...]] = {}
    begun: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        word = row["word"]
        (begun if word.endswith("*") else whole)[word.rstrip("*")] = tuple(row["means"].split())
    return whole, begun
