"""Are two addresses one? Told by their numbers and words, in whatever order and spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anyascii import anyascii
from rapidfuzz.fuzz import ratio

from sarai.reference import countries
from sarai.screening.names.sound import sound

MAX_LENGTH = 500  # characters; who writes more has put something else into the field
POSTCODE = 5  # digits of a number that is no house; countries with shorter ones lose little by it
ALIKE = 84  # per cent of a word's letters: Abay and Abaya, Lenin and Lenina
TELLING = 3  # words and numbers together; `Moscow 1` is no address
SHORTEST = 3  # letters of a word that counts; nearly all shorter ones abbreviate what follows
MOST_OF_ONE = 5_000  # listed under one set of numbers; the likes of {1} alone come near it
COMMON = """
street str ulitsa ulica ulitsy koshesi koshe prospekt prosp prospect ave avenue road boulevard bulvar
pereulok lane shosse highway embankment naberezhnaya ploshchad square proezd building bldg korpus korp
stroenie structure block dom house home office ofis room suite unit floor etazh pomeshchenie pom kom
komnata litera kvartira apartment apt city gorod town oblast obl region district raion rayon
mikroraion mkr krai kray village poselok the and federation republic respublika
"""
_COMMON = frozenset(COMMON.split())
_WORDS, _NUMBERS = re.compile("[a-z]+"), re.compile("[0-9]+")


class Address(NamedTuple):
    """What is compared of an address: its numbers, its words, and how they sound."""

    numbers: frozenset[str]
    words: frozenset[str]
    sounds: frozenset[str]

    def has(self, word: str) -> bool:
        """Whether it has a word, or one that is another spelling of it."""
        begun_alike = (each for each in self.words if each[0] == word[0])  # not Omsk for Tomsk
        return sound(word) in self.sounds or any(ratio(word, each) >= ALIKE for each in begun_alike)


def read(text: str) -> Address:
    """Take an address apart; postcode, country and what most addresses have are passed over.

    >>> one, other = read("050000, Алматы, ул. Абая, д. 10, оф. 5"), read("Abay St 10, office 5, Almaty, KZ")
    >>> sorted(one.numbers), same(one, other)
    (['10', '5'], 1.0)
    """
    plain = anyascii(text[:MAX_LENGTH]).lower().replace("'", "")
    numbers = (each.lstrip("0") for each in _NUMBERS.findall(plain) if len(each) < POSTCODE)
    words = (each for each in _WORDS.findall(plain) if len(each) >= SHORTEST and each not in _COMMON)
    told = frozenset(each for each in words if not countries.by_name(each))
    return Address(frozenset(filter(None, numbers)), told, frozenset(map(sound, told)))


def same(one: Address, other: Address) -> float:
    """1 if two addresses are one, 0.5 if one of them leaves out a number such as the office's, else 0."""
    if not one.sounds & other.sounds:  # most are in another town
        return 0.0
    differ = one.numbers ^ other.numbers
    few, many = sorted((one.numbers, other.numbers), key=len)
    short, long = sorted((one, other), key=lambda each: len(each.words))
    if len(differ) > 1 or not few <= many or not few or len(short.words) + len(few) < TELLING:
        return 0.0
    if not all(map(long.has, short.words)):
        return 0.0
    return 0.5 if differ else 1.0


class Addresses:
    """Addresses with whose they are, to be asked who is at another.

    Parameters
    ----------
    listed
        Names of whoever is there, each with an address.
    """

    def __init__(self, listed: Iterable[tuple[str, str]]) -> None:
        self._at: dict[frozenset[str], list[tuple[Address, str, str]]] = {}
        self._but_one: dict[frozenset[str], list[tuple[Address, str, str]]] = {}
        for who, text in listed:
            address = read(text)
            if address.numbers and address.words:
                self._add(address, who, text)

    def _add(self, address: Address, who: str, text: str) -> None:
        kept = self._at.setdefault(address.numbers, [])
        if len(kept) < MOST_OF_ONE:
            kept.append((address, who, text))
        for number in sorted(address.numbers):
            kept = self._but_one.setdefault(address.numbers - {number}, [])
            if len(kept) < MOST_OF_ONE:
                kept.append((address, who, text))

    def near(self, text: str) -> list[tuple[float, str, str]]:
        """Who is at an address or nearly there: how near, who, and how theirs is written."""
        asked = read(text)
        found = [
            (same(asked, address), who, theirs) for address, who, theirs in self._candidates(asked.numbers)
        ]
        return sorted({each for each in found if each[0]}, key=lambda each: (-each[0], each[1], each[2]))

    def _candidates(self, numbers: frozenset[str]) -> Iterator[tuple[Address, str, str]]:
        if numbers:
            yield from self._at.get(numbers, ())
            yield from self._but_one.get(numbers, ())
            for number in numbers:
                yield from self._at.get(numbers - {number}, ())
