"""The contestants of the screening benchmark, each in a process of its own and asked over its pipes.

`python benchmarks/screening_contestants.py ours|WRatio|logic-v2` answers lines of JSON `[verb, argument]`
with what came out and how long it took. Nothing of the project is imported before it is needed, so that an
interpreter without Sarai can run the file.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self

THRESHOLD = 0.7  # by default, of ours and of logic-v2
ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = "SARAI_PEER_PYTHON"
WATCHED_S = 0.2  # between two looks at the memory of a process and its children


class Asked(NamedTuple):
    """A name to screen, with what else is known."""

    name: str
    schema: str = ""
    birth: str = ""
    country: str = ""


class Ours:
    """Sarai: `match_pair`, and the screener, which explains each hit."""

    def pairs(self, rows: Iterable[Sequence[str]]) -> list[float]:
        """Scores of query, candidate, schema."""
        from sarai.screening.batch import match_pair

        return [match_pair(*row).score for row in rows]

    def load(self, path: str) -> None:
        """Read listed entities; nothing is prepared yet."""
        import msgspec

        from sarai.screening.listed import ListedEntity, Publication

        decode = msgspec.json.Decoder(ListedEntity).decode
        with Path(path).open("rb") as lines:
            self.publication = Publication(list="all", publisher="all", entities=tuple(map(decode, lines)))

    def build(self, _: None = None) -> None:
        """The index."""
        from sarai.screening.screener import Screener

        self.screener = Screener([self.publication])

    def screen(self, names: Iterable[Sequence[str]]) -> list[list[str]]:
        """The entities that names hit."""
        answers = self.screener.screen([self._subject(Asked(*name)) for name in names])
        return [[hit.entity for hit in answer.hits] for answer in answers]

    def _subject(self, asked: Asked) -> Any:
        from sarai.screening.batch import SCHEMAS, country_code
        from sarai.screening.subject import Subject

        return Subject(
            name=asked.name,
            kind=SCHEMAS.get(asked.schema.lower()),
            births=tuple(filter(None, [asked.birth])),
            countries=tuple(filter(None, [country_code(asked.country)])),
        )


class WRatio:
    """rapidfuzz: the ratio that it recommends, of names in lower case without punctuation."""

    def pairs(self, rows: Iterable[Sequence[str]]) -> list[float]:
        """Scores of query, candidate, schema."""
        from rapidfuzz import fuzz, utils

        return [fuzz.WRatio(one, other, processor=utils.default_process) / 100 for one, other, _ in rows]


SCHEMAS = {"person": "Person", "organisation": "LegalEntity", "vessel": "Vessel", "aircraft": "Airplane"}
NAMES = {"strong": "alias", "weak": "weakAlias", "former": "previousName"}


class LogicV2:
    """nomenklatura: its blocking index and its matcher, both as they are set by default."""

    def __init__(self) -> None:
        from nomenklatura.matching import get_algorithm
        from nomenklatura.matching.types import ScoringConfig

        self.algorithm = get_algorithm("logic-v2")
        self.config = ScoringConfig.defaults()
        self.numbers = count()
        self.directory = TemporaryDirectory(prefix="peer-")

    def pairs(self, rows: Iterable[Sequence[str]]) -> list[float]:
        """Scores of query, candidate, schema."""
        return [
            self._score(self._asked(Asked(one, schema)), self._asked(Asked(other, schema)))
            for one, other, schema in rows
        ]

    def load(self, path: str) -> None:
        """Read listed entities; nothing is prepared yet."""
        with Path(path).open(encoding="utf-8") as lines:
            self.listed = {entity.id: entity for entity in map(self._listed, map(json.loads, lines))}

    def entities(self, **_: object) -> Iterator[Any]:
        """What is to be indexed: the only thing that the index wants of a store."""
        yield from self.listed.values()

    def build(self, _: None = None) -> None:
        """The index."""
        from nomenklatura.blocker.index import Index

        self.index = Index(self, Path(self.directory.name))
        self.index.build()

    def screen(self, names: Iterable[Sequence[str]]) -> list[list[str]]:
        """The entities that names hit."""
        queries = {query.id: query for query in (self._asked(Asked(*name)) for name in names)}
        hits: dict[str, list[str]] = {number: [] for number in queries}
        for number, candidates in self.index.match_entities(queries.values()):
            for candidate, _ in candidates:
                if self._score(queries[str(number)], self.listed[str(candidate)]) >= THRESHOLD:
                    hits[str(number)].append(str(candidate))
        return list(hits.values())

    def _score(self, query: Any, listed: Any) -> float:
        return self.algorithm.compare(query, listed, self.config).score

    def _asked(self, asked: Asked) -> Any:
        """An entity with an id of its own each time, since its names are cached by id."""
        entity = self._entity(f"query-{next(self.numbers)}", asked.schema)
        self._add(entity, "name", asked.name)
        self._add(entity, "birthDate", asked.birth)
        self._add(entity, "nationality", asked.country)
        return entity

    def _listed(self, row: dict) -> Any:
        entity = self._entity(row["id"], SCHEMAS.get(row.get("kind", ""), ""))
        for name in row["names"]:
            self._add(entity, NAMES.get(name.get("strength", ""), "name"), name["text"])
        for birth in row.get("births", ()):
            self._add(entity, "birthDate", birth)
        for country in row.get("countries", ()):
            self._add(entity, "country", country)
        return entity

    def _entity(self, number: str, schema: str) -> Any:
        from followthemoney import model

        entity = model.make_entity(schema or "LegalEntity")
        entity.id = number
        return entity

    def _add(self, entity: Any, field: str, value: str) -> None:
        if value and field in entity.schema.properties:
            entity.add(field, value)


CONTESTANTS = {"ours": Ours, "WRatio": WRatio, "logic-v2": LogicV2}


# -- a process each --------------------------------------------------------------------------------


class Answer(NamedTuple):
    """What came out, how long it took (CPU: of its children too), and the most memory that it ever had."""

    value: Any
    wall_s: float
    cpu_s: float
    peak_mb: float

    def took(self) -> dict[str, float]:
        """What it took."""
        return {"wall_s": self.wall_s, "cpu_s": self.cpu_s, "peak_mb": self.peak_mb}


class Asking:
    """A contestant in a process of its own, to be asked; closed on leaving the `with` statement."""

    def __init__(self, name: str) -> None:
        python = os.environ[PEER_PYTHON] if name == "logic-v2" else sys.executable
        self.process = subprocess.Popen(
            [python, "-P", __file__, name], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.most_mb = 0.0

    def __call__(self, verb: str, argument: object = None) -> Answer:
        """Ask; waits for the answer."""
        self.process.stdin.write(json.dumps([verb, argument]) + "\n")
        self.process.stdin.flush()
        with ThreadPoolExecutor(1) as other:
            waiting = other.submit(self.process.stdout.readline)
            while not wait([waiting], WATCHED_S).done:
                self.most_mb = max(self.most_mb, family_mb(self.process.pid))
        if not waiting.result():
            raise RuntimeError(f"the process of {self.process.args[-1]} ended at {verb!r}; see what it wrote")
        value, wall_s, cpu_s, peak_mb = json.loads(waiting.result())
        self.most_mb = max(self.most_mb, peak_mb)
        return Answer(value, wall_s, cpu_s, self.most_mb)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def peer_version() -> str:
    """The version of the peer that can be asked; empty if none can."""
    python = os.environ.get(PEER_PYTHON, "")
    code = "import icu, nomenklatura, nomenklatura.matching as m; print(nomenklatura.__version__)"
    if not python:
        return ""
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def family_mb(number: int) -> float:
    """What a process and its children have together, each page once; nothing of one that has ended."""
    home = Path("/proc") / str(number)
    try:
        shared = re.search(r"^Pss:\s+(\d+) kB$", (home / "smaps_rollup").read_text(), re.MULTILINE)
        children = (home / "task" / str(number) / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(shared[1]) * 1_024 / 1e6 + sum(family_mb(int(child)) for child in children)


def most_resident_mb() -> float:
    """The most that this process had; `getrusage` would count what its parent had before the fork."""
    kib = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(kib[1]) * 1_024 / 1e6


def cpu_s() -> float:
    """The CPU that this process has had, and its children that have ended."""
    return sum(os.times()[:4])


def serve(name: str) -> None:
    """Answer lines on standard input until it ends; what a contestant prints goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    contestant = CONTESTANTS[name]()
    for line in sys.stdin:
        verb, argument = json.loads(line)
        wall, cpu = time.perf_counter(), cpu_s()
        value = getattr(contestant, verb)(argument)
        took = time.perf_counter() - wall, cpu_s() - cpu
        answers.write(json.dumps([value, *took, most_resident_mb()]) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
