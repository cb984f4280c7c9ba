"""What the screening benchmark asks, and of which lists."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

import msgspec

from benchmarks.screening_contestants import Asked
from sarai.screening.listed import ListedEntity
from sarai.screening.lists.content import merge
from sarai.screening.lists.reading import read
from sarai.screening.names import variants

T = TypeVar("T")
SANCTIONS = Path(__file__).resolve().parents[2] / "shared" / "data" / "sanctions"
LABELLED = ("nk_entity_checks", "nk_logicv2_cases", "watchman_cross_script", "watchman_java_stress")
ALIASES = ("eu_cross_script_alias_dev", "ofac_aka_dev")
NEGATIVES = ("negatives_global_dev", "negatives_us_dev")
SOME = 25_000  # entities in the index whose speed is measured


class Labelled(NamedTuple):
    """A pair of names, whether they are one party's, and the listed entity's id if it is known."""

    query: str
    candidate: str
    schema: str
    same: bool
    entity: str

    @property
    def asked(self) -> Asked:
        """What is screened."""
        return Asked(self.query, self.schema)


def labelled(table: str) -> list[Labelled]:
    """The pairs of a table that say whether they are one party's."""
    return [
        Labelled(row["query"], row["candidate"], row["schema"], row["expected"] == "1", _entity(row["notes"]))
        for row in _rows(table)
        if row["expected"] in ("0", "1")
    ]


def _entity(notes: str) -> str:
    """The id in the notes; none where the source's record has no number of its own."""
    number = next(iter(json.loads(notes).values())) if notes.startswith("{") else ""
    return "" if number.endswith("-") else number


def negatives(table: str) -> list[Asked]:
    """Made-up persons, who are on no list."""
    return [Asked(row["full_name"], "", row["date_of_birth"], row["nationality"]) for row in _rows(table)]


def mixed() -> list[Asked]:
    """Names of all tables, shuffled."""
    names = [row.asked for table in ALIASES for row in labelled(table)]
    names += [row for table in NEGATIVES for row in negatives(table)]
    Random(1).shuffle(names)
    return names


def _rows(table: str) -> list[dict[str, str]]:
    with (SANCTIONS / "benchmarks" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(directory: Path) -> dict[str, Path]:
    """The lists as JSON lines: all, all without the names that are asked about, and some."""
    entities = _listed()
    rows = [row for table in ALIASES for row in labelled(table)]
    lists = {"all": entities, "held out": list(without(entities, rows)), "some": spread(entities, SOME)}
    paths = {name: directory / f"{name}.jsonl" for name in lists}
    for name, path in paths.items():
        path.write_bytes(msgspec.json.Encoder().encode_lines(lists[name]))
    return paths


def _listed() -> list[ListedEntity]:
    """Everybody on any list, as the screener puts versions of one list together."""
    together: dict[str, tuple[ListedEntity, ...]] = {}
    for publication in read(SANCTIONS).publications:
        together[publication.list] = merge(together.get(publication.list, ()), publication.entities)
    return [entity for entities in together.values() for entity in entities]


def without(entities: Iterable[ListedEntity], rows: Iterable[Labelled]) -> Iterator[ListedEntity]:
    """The entities without the names that they are asked by, but for one that has no other."""
    asked: dict[str, set[str]] = {}
    for row in rows:
        asked.setdefault(row.entity, set()).add(_folded(row.query))
    for entity in entities:
        left_off = asked.get(entity.id, set())
        kept = [name for name in entity.names if left_off.isdisjoint(_spellings(name.text))]
        yield msgspec.structs.replace(entity, names=tuple(kept) or entity.names)


def _spellings(text: str) -> set[str]:
    """A listed name as a whole, and what it sets apart, as in `Ivan Petrov (Иван Петров)`."""
    return {_folded(each) for each in (text, *variants(text))}


def _folded(text: str) -> str:
    """Letters and digits alone, in the order of the words' alphabet: neither case nor order tells apart."""
    return " ".join(sorted(re.findall(r"\w+", text.casefold())))


def spread(values: Sequence[T], count: int) -> list[T]:
    """So many of them, evenly; all if there are no more."""
    count = min(count, len(values))
    return [values[at * len(values) // count] for at in range(count)]
