"""A name taken apart: its words with their roles, its legal forms, its numbers.

The steps: take out what is not seen; split into words, also where a capital begins one; write them in
Latin; join letters with dots between (O.O.O.); find legal forms; look the rest up in the tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from anyascii import anyascii
from msgspec import Struct

from sarai.screening.names.sound import sound, without_vowels
from sarai.screening.names.words import (
    Entry,
    Form,
    common_surnames,
    given_names,
    legal_forms,
    longest_forms,
    vocabulary,
)

MAX_LETTERS = 1_000  # longer names are cut: nobody's is
MAX_WORDS = 24
MAX_VARIANTS = 12  # names that one text may give
CACHED = 50_000

UNSEEN = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
APOSTROPHES = re.compile("['’‘`ʼʹʻ´]")
DOTTED = re.compile(r"\b(?:\w\.){2,}\w?(?=\W|$)")
CAMEL = re.compile(r"(?<=[a-z\u00df-\u00f6\u00f8-\u00ff])(?=[A-Z][a-zA-Z])")
LATIN, CYRILLIC = re.compile("[A-Za-z\u0138]"), re.compile("[\u0400-\u04ff]")
TO_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅасеорухіјѕ", "ABEKMHOPCTYXIJSaceopyxijs")
TO_CYRILLIC = str.maketrans("ABEKMHOPCTYXIJaceopyxij\u0138", "АВЕКМНОРСТУХІЈасеорухіјк")
NOT_WORD = re.compile(r"[\W_]+")
NOT_LATIN = re.compile("[^a-z0-9]+")
ABJAD = re.compile("[\u0590-\u074f\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
SYLLABLES = re.compile("[\u3400-\u9fff\uac00-\ud7af]")
EAST_ASIAN = {
    "股份有限公司": " gufen youxian gongsi ",
    "有限责任公司": " youxian zeren gongsi ",
    "有限公司": " youxian gongsi ",
    "株式会社": " kabushiki kaisha ",
    "有限会社": " youxian gongsi ",
    "公司": " company ",
    "集团": " group ",
}
BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
APART = re.compile(
    r"(?<=[^\W\d_]{3})\s*/\s*(?=[^\W\d_]{3})|\s+or\s+|;\s+"
    r"|,?\s*\b(?:also known as|formerly known as|formerly|born|[af]\.?\s?k\.?\s?a\.?(?!\w))[:,]?\s*",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
PATRONYMIC = re.compile("(?:[aeiouy]v|[iy])(?:ich|ych|itch|na|nova)$|(?:ogly|oglu|uly|kyzy|qizi)$")
KAZAKH = str.maketrans("ңҢ", "нН")  # written n and ng in Latin
JOINED = {
    "machinebuilding": "machinebuilding",
    "instrumentmaking": "instrumentmaking",
    "instrumentmanufacturing": "instrumentmaking",
    "instrumentengineering": "instrumentmaking",
    "radioplant": "radiozavod",
    "shiprepair": "shiprepair",
}
ENDING = re.compile("(?<=sk)(?:ii?|aa?|oi?|oio|ogo|ogi)$")
DIGITS_AS_LETTERS = str.maketrans("013456789", "oieasgtbg")

WEIGHTS = {"word": 1.0, "initial": 0.6, "common": 0.5, "place": 0.35, "particle": 0.15, "patronymic": 0.7}


class Script:
    """What a script tells of how a name sounds; plain numbers, because they are compared so often.

    Consonants and vowels; consonants alone; or syllables, of which there are few, so that alike means
    the same.
    """

    LETTERS, ABJAD, SYLLABLES = range(3)


class Word(Struct, frozen=True, gc=False, cache_hash=True):
    """A word of a name, romanised."""

    text: str
    sound: str
    role: str
    group: str
    weight: float
    bare: str  # without vowels, for when either script writes none
    stems: frozenset[str]  # without the ending of an adjective
    given: frozenset[int] = frozenset()
    is_frequent: bool = False  # very many people bear it


class Name(Struct, frozen=True, gc=False):
    """A name taken apart.

    Attributes
    ----------
    glued, bare
        The sound of its words without a gap, and that without vowels.
    key
        Its words in no order and its numbers: what names that are the same share.
    """

    text: str
    words: tuple[Word, ...]
    forms: frozenset[Form]
    numbers: tuple[str, ...]
    glued: str
    bare: str
    script: int
    key: tuple[tuple[str, ...], tuple[str, ...]]


def variants(text: str) -> list[str]:
    """The names that a text gives: what stands outside of brackets, what within, and what is set apart.

    >>> variants("Olga Makeeva / Ольга Макєєва"), variants("Wagner Group (a.k.a. PMC Wagner)")
    (['Olga Makeeva', 'Ольга Макєєва'], ['Wagner Group', 'PMC Wagner'])
    """
    text = text[: 4 * MAX_LETTERS]
    said = (BRACKETS.sub(" ", text), *BRACKETS.findall(text))
    parts = [part.strip(" ,;()[]") for each in said for part in APART.split(each)]
    kept = [part for part in parts if sum(map(str.isalpha, part)) >= 3]
    return list(dict.fromkeys(kept))[:MAX_VARIANTS] or [text]


@lru_cache(maxsize=CACHED)
def parse(text: str) -> Name:
    """Take a name apart.

    >>> name = parse("ТОО «Элем Групп»")
    >>> [word.text for word in name.words], sorted(form.form for form in name.forms)
    (['elem', 'grupp'], ['llp'])
    >>> [word.text for word in parse("SergeiLavrov").words]
    ['sergei', 'lavrov']
    """
    seen = UNSEEN.sub("", unicodedata.normalize("NFKC", text[: 4 * MAX_LETTERS]))[:MAX_LETTERS]
    latin = _romanise(seen)
    rest, forms = _take_forms(latin)
    words, numbers = _roles(rest)
    if not words and not numbers:
        words = tuple(_word(word, "word") for word in rest or latin)
    glued = sound("".join(word.text for word in words))
    bare = without_vowels("".join(word.text for word in words))
    key = (tuple(sorted(word.text for word in words)), numbers)
    return Name(text, words, forms, numbers, glued, bare, _script(seen), key)


def _script(text: str) -> int:
    if ABJAD.search(text):
        return Script.ABJAD
    return Script.SYLLABLES if SYLLABLES.search(text) else Script.LETTERS


def _romanise(text: str) -> list[str]:
    if not text.isascii():
        text = _adapted(text)
    if APOSTROPHES.search(text):
        text = APOSTROPHES.sub("", POSSESSIVE.sub("", text))
    text = CAMEL.sub(" ", text)
    if "." in text:
        text = DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    words: list[str] = []
    for word in NOT_WORD.split(text):
        if word.isascii():
            words += [word.lower()] if word else []
            continue
        words += NOT_LATIN.sub(
            " ", anyascii(_one_script(word)).lower().replace("'", "").replace("`", "")
        ).split()
    return list(_joined([_letters(word) for word in words[:MAX_WORDS]]))


def _adapted(text: str) -> str:
    """With East Asian legal forms by their names, and letters that are written in Latin in another way."""
    for native, latin in EAST_ASIAN.items():
        if native in text:
            text = text.replace(native, latin)
    return text.translate(KAZAKH)


def _one_script(word: str) -> str:
    """A word whose letters were taken from two scripts because they look alike, in one."""
    if word.isascii() or not (LATIN.search(word) and CYRILLIC.search(word)):
        return word
    latin = word.translate(TO_LATIN)
    return latin if latin.isascii() else word.translate(TO_CYRILLIC)


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Two words that another tongue writes as one."""
    at = 0
    while at < len(words):
        both = "".join(words[at : at + 2])
        yield JOINED.get(both, words[at])
        at += 2 if both in JOINED else 1


def _letters(word: str) -> str:
    """A word whose letters were written as digits, with letters; ordinals as numbers."""
    if word.isalpha() or word.isdigit():
        return word
    ordinal = ORDINAL.fullmatch(word)
    if ordinal:
        return ordinal[1]
    letters = sum(letter.isalpha() for letter in word)
    return word.translate(DIGITS_AS_LETTERS) if letters >= 2 and letters > len(word) - letters else word


def _take_forms(words: Sequence[str]) -> tuple[list[str], frozenset[Form]]:
    """Legal forms out of a name; of those of one or two letters, only at its end or its beginning."""
    table, longest, rest, forms, at = legal_forms(), longest_forms(), [], set(), 0
    while at < len(words):
        for size in range(min(longest.get(words[at], 0), len(words) - at), 0, -1):
            form = table.get(tuple(words[at : at + size]))
            if form and (
                size > 1 or len(words[at]) > 2 or at == len(words) - 1 or (at == 0 and len(words) > 1)
            ):
                forms.add(form)
                at += size
                break
        else:
            rest.append(words[at])
            at += 1
    return rest, frozenset(forms)


def _roles(words: Sequence[str]) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    table, found = vocabulary(), []
    numbers: list[int | str] = []
    for text, nearby in _with_next(words):
        entry = table.get(text)
        if text == "i" and found and found[-1].role == "common":
            entry = Entry("number", "1")  # Fund I
        role = entry.role if entry else "word"
        if role == "number" or text.isdigit():
            number = entry.group if entry else text
            if numbers and isinstance(numbers[-1], int) and numbers[-1] % 10 == 0 and len(number) == 1:
                numbers[-1] += int(number)  # forty four
            else:
                numbers.append(int(number) if len(number) < 10 else number)
        elif role not in ("drop", "title") or (len(text) == 1 and nearby):
            found.append(_word(text, _closer(text, role, len(found)), entry.group if entry else ""))
    return tuple(found), tuple(sorted(str(number) for number in numbers))


def _closer(text: str, role: str, before: int) -> str:
    """A letter is an initial; a word in -ovich that is not the first may be a patronymic."""
    if len(text) == 1:
        return "initial"
    return "patronymic" if role == "word" and before and PATRONYMIC.search(text) else role


def _with_next(words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it may be an initial: of one letter, and not a lone conjunction."""
    for at, word in enumerate(words):
        is_between = 0 < at < len(words) - 1
        yield word, len(word) == 1 and len(words) > 1 and not (word in ("i", "y") and is_between)


@lru_cache(maxsize=CACHED)
def _word(text: str, role: str, group: str = "") -> Word:
    weight = WEIGHTS.get(role, 1.0)
    if role == "word" and len(text) <= 2:
        weight = 0.6
    heard = sound(text)
    given = given_names().get(text, frozenset())
    frequent = bool(given) or text in common_surnames()
    return Word(text, heard, role, group, weight, without_vowels(text), stems(heard), given, frequent)


def stems(heard: str) -> frozenset[str]:
    """A sound without the ending of a Slavic adjective, and without its suffix, unless that is too short.

    >>> sorted(stems(sound("omskiy")) & stems(sound("omsk")))
    ['omsk']
    >>> sorted(stems(sound("muromskiy")) & stems(sound("murom")))
    ['morom']
    """
    bare = ENDING.sub("", heard)
    found = {bare, heard, bare.removesuffix("sk")}
    return frozenset(each for each in found if len(each) >= 4)
