"""The tables of words in names: legal forms, common words, titles, given names, surnames."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Entry(NamedTuple):
    """What a table says of a word: its role, and the group of words that it is one with."""

    role: str
    group: str


class Form(NamedTuple):
    """A legal form, and the family that it belongs to."""

    form: str
    family: str


@cache
def vocabulary() -> dict[str, Entry]:
    """Words by their romanised spelling."""
    return {row["word"]: Entry(row["role"], row["group"]) for row in _table("words")}


@cache
def legal_forms() -> dict[tuple[str, ...], Form]:
    """Legal forms by their words."""
    return {tuple(row["printed"].split()): Form(row["form"], row["family"]) for row in _table("legal_forms")}


@cache
def longest_forms() -> dict[str, int]:
    """How many words the longest legal form has that begins with a word."""
    found: dict[str, int] = {}
    for words in legal_forms():
        found[words[0]] = max(found.get(words[0], 0), len(words))
    return found


@cache
def given_names() -> dict[str, frozenset[int]]:
    """The groups that a given name belongs to."""
    found: dict[str, set[int]] = {}
    for number, row in enumerate(_table("given_names")):
        for name in row["names"].split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(groups) for name, groups in found.items()}


@cache
def common_surnames() -> frozenset[str]:
    """Surnames that very many people bear."""
    return frozenset(name for row in _table("surnames") for name in row["names"].split())


def _table(name: str) -> list[dict[str, str]]:
    text = files("sarai.screening").joinpath("tables", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
