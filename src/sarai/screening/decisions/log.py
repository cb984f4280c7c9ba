"""The log: every screening, and every decision of an officer, each as it was when it was made.

Rows are only ever added. A later decision on the same facts supersedes the earlier one, which stays to be
read; a decision on other facts about the same two is what comes back to the officer, with what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct, json

from sarai.goods.errors import BadSetting, NotInBook
from sarai.screening.database import Kept, never_changed, stamp
from sarai.screening.decisions.facts import FactChange, Facts, what_changed
from sarai.screening.decisions.rescreening import Hit
from sarai.screening.lists.content import lists_digest

SCHEMA = (
    "CREATE TABLE screening (id INTEGER PRIMARY KEY, time TEXT NOT NULL, asked BLOB NOT NULL, "
    "query TEXT NOT NULL, lists TEXT NOT NULL, matcher TEXT NOT NULL, hits TEXT NOT NULL)",
    "CREATE INDEX screening_asked ON screening (asked)",
    "CREATE TABLE screened_lists (digest TEXT PRIMARY KEY, contents TEXT NOT NULL)",
    "CREATE TABLE decision (id INTEGER PRIMARY KEY, time TEXT NOT NULL, digest TEXT NOT NULL, "
    "entity TEXT NOT NULL, facts TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, "
    "officer TEXT NOT NULL)",
    "CREATE INDEX decision_digest ON decision (digest)",
    "CREATE INDEX decision_entity ON decision (entity)",
    "CREATE TABLE decision_key (entity TEXT NOT NULL, key TEXT NOT NULL, decision INTEGER NOT NULL, "
    "PRIMARY KEY (entity, key, decision)) WITHOUT ROWID",
    *(trigger for table in ("screening", "screened_lists", "decision") for trigger in never_changed(table)),
)

_encode = json.Encoder(order="sorted").encode


class Verdict(StrEnum):
    """What an officer finds of a hit."""

    CLEAR = "clear"  # somebody else
    CONFIRM = "confirm"  # the listed one


class Screening(Struct, frozen=True, kw_only=True):
    """A question that was asked of the lists, and its answer.

    Attributes
    ----------
    query
        What was asked, as it was, by field.
    lists
        Digest of the contents of the lists at the time; `Log.contents` has the digest of each.
    """

    id: int
    time: datetime
    query: dict[str, tuple[str, ...]]
    lists: str
    matcher: str
    hits: tuple[Hit, ...]


class Decision(Struct, frozen=True, kw_only=True):
    """An officer's word on a hit, and what it rests on."""

    id: int
    time: datetime
    facts: Facts
    verdict: Verdict
    reason: str
    officer: str


class Standing(Struct, frozen=True, kw_only=True):
    """Whether a hit has to be asked.

    Attributes
    ----------
    decision
        The decision on these very facts, which applies; None if the hit has to be asked.
    former, changed
        If it has been asked before: the last decision on other facts about the two, and what changed.
    """

    decision: Decision | None = None
    former: Decision | None = None
    changed: tuple[FactChange, ...] = ()


class Log(Kept):
    """Screenings and decisions in a database, which may hold the lists too."""

    schema = SCHEMA

    # -- screenings ------------------------------------------------------------------------------

    def record(
        self,
        results: Iterable[tuple[Mapping[str, Iterable[str]], Iterable[Hit]]],
        now: datetime,
        lists: Mapping[str, str],
        matcher: str,
    ) -> range:
        """Record screenings made at one time, those without a hit too; returns their ids.

        Parameters
        ----------
        results
            Query, as values by field, and hits.
        lists
            The digest of each list's content, by name (`ListStore.contents`).
        """
        time, digest = stamp(now), lists_digest(lists)
        with self.database.writing() as run:
            run("INSERT OR IGNORE INTO screened_lists VALUES (?, ?)", (digest, _encode(dict(lists)).decode()))
            ((first,),) = run("SELECT 1 + coalesce(max(id), 0) FROM screening")
            rows = [
                (number, time, *_asked(query), digest, matcher, _encode(tuple(hits)).decode())
                for number, (query, hits) in enumerate(results, first)
            ]
            self.database.write_all("INSERT INTO screening VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return range(first, first + len(rows))

    def screening(self, number: int) -> Screening:
        """A screening by its id; NotInBook without one."""
        rows = self.database.query("SELECT * FROM screening WHERE id = ?", (number,))
        if not rows:
            raise NotInBook(f"no screening {number} in {self.database.path}; ids are given by sarai screen")
        return _screening(rows[0])

    def contents(self, digest: str) -> dict[str, str]:
        """The digest of each list's content by name, of a screening's ``lists``."""
        rows = self.database.query("SELECT contents FROM screened_lists WHERE digest = ?", (digest,))
        if not rows:
            raise NotInBook(f"nothing was screened against {digest!r} in {self.database.path}")
        return json.decode(rows[0][0], type=dict[str, str])

    def to_rescreen(self, lists: str, matcher: str | None = None) -> Iterator[Screening]:
        """The last screening of each query, where it was made against other lists (or by another matcher).

        In the order of their ids. Screened again and recorded, a query is no longer among them.
        """
        numbers = self.database.query(
            "SELECT id FROM screening JOIN (SELECT max(id) AS id FROM screening GROUP BY asked) USING (id) "
            "WHERE lists <> ? OR matcher <> coalesce(?, matcher) ORDER BY id",
            (lists, matcher),
        )
        return (self.screening(number) for (number,) in numbers)

    # -- decisions -------------------------------------------------------------------------------

    def decide(self, facts: Facts, verdict: Verdict, reason: str, officer: str, now: datetime) -> Decision:
        """Record what an officer decides on a hit; BadSetting without a reason or an officer."""
        for name, text in (("reason", reason), ("officer", officer)):
            if not text.strip():
                raise BadSetting(f"a decision on {facts.entity} needs the {name}: {text!r} says nothing")
        written = _encode(facts).decode()
        row = (stamp(now), facts.digest, facts.entity, written, Verdict(verdict).value, reason, officer)
        with self.database.writing() as run:
            number = run("INSERT INTO decision VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row).lastrowid
            keys = [(facts.entity, key, number) for key in facts.keys]
            self.database.write_all("INSERT INTO decision_key VALUES (?, ?, ?)", keys)
        return _decision((number, *row))

    def standing(self, facts: Facts) -> Standing:
        """Whether a hit is decided already, or was on other facts."""
        same = self._decisions("SELECT max(id) FROM decision WHERE digest = ?", (facts.digest,))
        if same:
            return Standing(decision=same[0])
        marks = ", ".join("?" * len(facts.keys))
        near = self._decisions(
            f"SELECT max(decision) FROM decision_key WHERE entity = ? AND key IN ({marks})",
            (facts.entity, *facts.keys),
        )
        if not near:
            return Standing()
        return Standing(former=near[0], changed=what_changed(near[0].facts, facts))

    def history(self, entity: str) -> list[Decision]:
        """Every decision about a listed entity, in the order in which they were made."""
        return self._decisions("SELECT id FROM decision WHERE entity = ?", (entity,))

    def _decisions(self, which: str, values: tuple) -> list[Decision]:
        rows = self.database.query(f"SELECT * FROM decision WHERE id IN ({which}) ORDER BY id", values)
        return [_decision(row) for row in rows]


def _asked(query: Mapping[str, Iterable[str]]) -> tuple[bytes, str]:
    """What is the same for the same query, and the query itself."""
    written = _encode({field: tuple(values) for field, values in query.items()})
    return sha256(written).digest(), written.decode()


def _screening(row: tuple) -> Screening:
    number, time, _, query, lists, matcher, hits = row
    return Screening(
        id=number, time=datetime.fromisoformat(time), lists=lists, matcher=matcher,
        query=json.decode(query, type=dict[str, tuple[str, ...]]),
        hits=json.decode(hits, type=tuple[Hit, ...]),
    )  # fmt: skip


def _decision(row: tuple) -> Decision:
    number, time, _, _, facts, verdict, reason, officer = row
    return Decision(
        id=number, time=datetime.fromisoformat(time), facts=json.decode(facts, type=Facts),
        verdict=Verdict(verdict), reason=reason, officer=officer,
    )  # fmt: skip
