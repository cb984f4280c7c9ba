"""Names as lists print them, taken apart where print itself takes them apart: brackets, labels, scripts.

What is not understood stays in one piece, as printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from rapidfuzz.fuzz import ratio

from sarai.reference.countries import by_name
from sarai.screening.listed import ListedName, Strength
from sarai.screening.lists.reading import clean

ALIKE = 55  # of 100: from there on a word in brackets is another spelling of a word of the name
_LANGUAGE = r"(?:Russian|Ukrainian|Belarusian|Kazakh|Arabic|Persian|Farsi|Chinese|Korean)(?: spelling)?"
_FOREWORD = re.compile(rf"^{_LANGUAGE}:\s*")
_LABEL = re.compile(
    r"(?:(?P<other>a\.?k\.?a\.?|also known as|alias(?:es)?)"
    r"|(?P<former>formerly(?: known as)?|f\.?k\.?a\.?|previously(?: known as)?|born|née|nee)"
    rf"|{_LANGUAGE}(?=:))"
    r"(?![a-z])\s*[:,.]?\s*",
    re.IGNORECASE,
)
_UNBRACKETED = re.compile(r"\s(a\.k\.a\.|f\.k\.a\.:?|Russian:)\s*([^()]+?)(?=$| [^\W\d_a-zA-Z\u00c0-\u024f])")
_LISTED_AS = re.compile(
    r"\((?:formerly|previously) listed as\)|\((?:combat name|nom de guerre|original script)\)", re.IGNORECASE
)
_BRACKET = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_NO_NAME = re.compile(
    r"(?:[OPCZ]?JSC|LLC|PLC|LTD|OOO|[POZ]?AO|GMBH|FZE|FZCO|HK|.*\b(?:branch|including|all|the following)\b.*"
    r"|(?:(?:public|open|closed|private|joint|stock|limited|liability|company|society)[ -]?)+)\.?",
    re.IGNORECASE,
)


def printed_names(text: str, strength: Strength = Strength.PRIMARY, *, person: bool) -> Iterator[ListedName]:
    """The names in one printed name, the one before all brackets first.

    >>> [name.text for name in printed_names("Ivan Ivanovich TESTOV (Иван Иванович ТЕСТОВ)", person=True)]
    ['Ivan Ivanovich TESTOV', 'Иван Иванович ТЕСТОВ']
    >>> [name.text for name in printed_names("Omar (a.k.a. Umar, Omer) AL-TEST", person=True)]
    ['Omar AL-TEST', 'Umar AL-TEST', 'Omer AL-TEST']
    >>> [name.text for name in printed_names("Test Bank (Belarus)", person=False)]
    ['Test Bank (Belarus)']
    """
    others = Strength.STRONG if strength is Strength.PRIMARY else strength
    seen: set[str] = set()
    for piece in _pieces(_FOREWORD.sub("", clean(_LISTED_AS.sub("", text)))):
        for name, label in _names(piece, person):
            tidy = _tidy(name)
            if tidy and tidy not in seen:
                yield ListedName(tidy, strength if not seen else label or others)
                seen.add(tidy)


def _pieces(text: str) -> list[str]:
    """A text at its semicolons and slashes outside of brackets, if each side could be a whole name."""
    masked = _BRACKET.sub(lambda bracket: "_" * len(bracket.group()), text)
    cuts = [match.span() for match in re.finditer(r"\s*;\s*|\s+/\s*|/", masked)]
    ends = [0, *(place for cut in cuts for place in cut), len(text)]
    pieces = [text[start:end].strip() for start, end in zip(ends[::2], ends[1::2], strict=True)]
    whole = all(len(piece.split()) > 1 or not _is_latin(piece) for piece in pieces if piece)
    return pieces if whole or ";" in masked else [text]


def _names(piece: str, person: bool) -> Iterator[tuple[str, Strength | None]]:
    piece = _UNBRACKETED.sub(r" (\1 \2)", f" {piece}").strip()
    outside, brackets = _BRACKET.sub(" ", piece), [match.group(1) for match in _BRACKET.finditer(piece)]
    if "(" in outside or ")" in outside or not outside.strip():
        yield piece, None
        return
    runs = _runs(outside, person)
    found = [name for content in brackets for name in _in_brackets(content, runs[0], piece, person)]
    yield (runs[0] if found or person else piece), None
    yield from ((run, None) for run in runs[1:])
    yield from found
    if not person:
        yield from ((form, None) for form in _listed_forms(outside))


def _in_brackets(content: str, name: str, piece: str, person: bool) -> list[tuple[str, Strength | None]]:
    label = _LABEL.match(content)
    text = content[label.end() :] if label else content
    strength = Strength.FORMER if label and label["former"] else None
    if not _is_latin(text) and _is_latin(name):
        return [(run, strength) for run in _runs(text, person) if len(run.split()) > 1 or not person]
    if person:
        at_end = piece.endswith(f"({content})")
        variants = re.split(r"\s*[,;]\s*|\sor\s", _BRACKET.sub("", text))
        forms = [_variant(variant, name, bool(label), at_end) for variant in variants]
        return [(form, known or strength) for form, known in forms if form]
    if label:
        return [(each, strength) for each in re.split(r"\s*[,;]\s*|\sor\s", text)]
    if _NO_NAME.fullmatch(text) or by_name(text):
        return []
    if ";" in text:
        return [(each, None) for each in text.split(";")]
    return [(text, None if " " in text or re.search("[‘“«]", text) else Strength.WEAK)]


def _variant(variant: str, name: str, labelled: bool, at_end: bool) -> tuple[str, Strength | None]:
    """A person's name with other words from a bracket in the place of its own; empty if they are no name."""
    words, own = variant.strip("‘’“”' ").split(), name.split()
    if not words or not words[0][0].isupper():
        return "", None
    if len(words) > 1:
        shared = {word.casefold() for word in words} & {word.casefold() for word in own}
        is_name = labelled or shared or any(word.isupper() and len(word) > 2 for word in words)
        return (" ".join(words) if is_name and at_end else ""), None
    alike = [(_likeness(words[0], word), place) for place, word in enumerate(own)]
    score, place = max(alike)
    if score < ALIKE:
        if not (at_end and words[0].isupper() and own[-1].isupper()):
            return (words[0] if labelled else ""), Strength.WEAK
        place = len(own) - 1
    return " ".join([*own[:place], words[0], *own[place + 1 :]]), None


def _likeness(one: str, other: str) -> float:
    """From 0 to 100; a surname in capitals is like no other word."""
    return ratio(one.casefold(), other.casefold()) if one.isupper() == other.isupper() else 0.0


def _runs(text: str, person: bool) -> list[str]:
    """A text in its scripts: the Latin name first, then what is written in another; repeats set apart."""
    words = text.split()
    runs = [(latin, list(run)) for latin, run in groupby(words, key=_is_latin)]
    if len(runs) == 1:
        return _repeats(words) if person else [text]
    if not person:
        one_after_the_other = len(runs) == 2 and runs[0][0] and all(len(run) > 1 for _, run in runs)
        whole = one_after_the_other and not re.match("[‘“«]", text.strip())
        return [" ".join(run) for _, run in runs] if whole else [text]
    latin = [name for is_latin, run in runs if is_latin for name in _repeats(run)]
    others = [each for is_latin, run in runs if not is_latin for each in re.split("[,،]", " ".join(run))]
    return latin + [each for each in others if len(others) == 1 or " " in each.strip()]


def _listed_forms(name: str) -> list[str]:
    """``TEST GROUP LLP, TEST GROUP TOO`` is two forms of one name: at a comma, and most words the same."""
    forms = [form.strip() for form in name.split(",")]
    words = [set(re.findall(r"\w{2,}", form.casefold())) for form in forms]
    alike = all(len(words[0] & own) * 2 >= min(len(words[0]), len(own)) > 1 for own in words)
    return forms if len(forms) > 1 and alike else []


def _repeats(words: list[str]) -> list[str]:
    """``Nouh TEST Noah TEST`` is one name spelt twice: the words begin alike, over and over."""
    initials = [word[0].casefold() for word in words]
    for size in range(2, len(words) // 2 + 1):
        forms = [" ".join(words[place : place + size]) for place in range(0, len(words), size)]
        if len(words) % size == 0 and initials == initials[:size] * (len(words) // size):
            return forms if min(ratio(forms[0], form) for form in forms) > ALIKE else [" ".join(words)]
    return [" ".join(words)]


def _is_latin(text: str) -> bool:
    """Whether most letters are Latin ones; a text without letters counts as Latin."""
    letters = [character for character in text if character.isalpha()]
    others = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return others * 2 <= len(letters)


def _tidy(name: str) -> str:
    name = re.sub(r"\s+([,;.])", r"\1", name).strip(" -–—:,;/")
    return re.sub("^[‘“]([^‘’“”]*)[’”]$", r"\1", " ".join(name.split()))
