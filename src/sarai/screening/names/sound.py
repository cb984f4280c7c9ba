"""How a word sounds, roughly: what spellings of one name in several tongues have in common.

Works on romanised words in lower case. Two spellings with one `sound` are alike whatever the
transliteration (Khamidov, Hamidov; Yevtushenkov, Evtushenkov; Usama, Osama); `skeleton` is what is
left in a script that writes no vowels.
"""

from __future__ import annotations

import re
from functools import lru_cache

CACHED = 1_000  # a word is heard more than once in a row

# The longest that fits is taken; capitals stand for sounds that Latin writes with two letters.
SPELLINGS = {
    "shch": "S", "tsch": "C", "dzh": "J", "sch": "S", "tch": "C", "eau": "o", "sz": "S", "cz": "C",
    "ch": "C", "sh": "S", "zh": "J", "dj": "J", "kh": "h", "gh": "g", "ph": "f", "th": "t", "dh": "d",
    "ts": "Z", "tz": "Z", "ck": "k", "qu": "k", "ou": "o", "oo": "o", "au": "o", "aw": "o",
    "ei": "i", "ey": "i", "ai": "i", "ay": "i", "ae": "i", "oe": "o", "ue": "o", "ij": "i",
    "j": "J", "ce": "si", "ci": "si", "cy": "si",
    "q": "k", "c": "k", "x": "ks", "w": "v", "z": "z", "u": "o", "e": "i", "y": "i",
}  # fmt: skip
PATTERN = re.compile("|".join(sorted(SPELLINGS, key=len, reverse=True)))
GLIDE = re.compile("[iy](?=[aeou])")  # Yevgeny, Ievgeny, Evgeny; Tatyana, Tatiana
SEMIVOWEL = re.compile("(?<=[a-z])j(?![aeou])|(?<=[aeiou])j")  # Sergej, Arkadij
DOUBLE = re.compile(r"(.)\1+")
VOWELS = re.compile("[aio]")
WEAK = re.compile("[aioveuyw]")  # letters that Arabic and Hebrew leave out or write with one sign


def _spelling(found: re.Match) -> str:
    return SPELLINGS[found[0]]


def _single(text: str) -> str:
    """Without doubled letters; few words have any."""
    return DOUBLE.sub(_first, text) if DOUBLE.search(text) else text


def _first(found: re.Match) -> str:
    return found[1]


@lru_cache(maxsize=CACHED)
def sound(word: str) -> str:
    """The sound of a romanised word.

    >>> sound("khamatovich") == sound("hamatovitch"), sound("yevgeniy") == sound("evgeny")
    (True, True)
    >>> sound("muhammad") == sound("mohamad"), sound("sechin") == sound("sechkin")
    (True, False)
    """
    text = GLIDE.sub("", word)
    if "j" in text:
        text = SEMIVOWEL.sub("i", text)
    if text.startswith("x"):
        text = "sh" + text[1:]  # Xi
    text = _single(PATTERN.sub(_spelling, text))
    if text.endswith("ah"):
        text = text[:-1]
    if text.endswith("inka"):
        text = text[:-1] + "o"  # Lukashenka, Lukashenko
    return text[:-1] + "v" if len(text) > 3 and text.endswith("f") else text


def skeleton(word: str) -> str:
    """The consonants of the sound, behind a mark if it begins with a vowel.

    >>> skeleton("umarov"), skeleton("omarow")
    ('*mrv', '*mrv')
    """
    heard = sound(word)
    bare = VOWELS.sub("", heard)
    return "*" + bare if heard[:1] in "aio" else bare


def without_vowels(word: str) -> str:
    """What is left of a word in a script without vowels.

    >>> without_vowels("mwswy") == without_vowels("mousavi")
    True
    """
    return _single(WEAK.sub("", sound(word)))
