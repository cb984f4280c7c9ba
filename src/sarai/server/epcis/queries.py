"""Named queries and their subscriptions, as they are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from sarai.server.epcis.asking import BadParameter
from sarai.server.epcis.conditions import Query
from sarai.server.epcis.context import prefixes
from sarai.server.epcis.database import EpcisDatabase
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.jobs import to_us
from sarai.server.epcis.moments import microseconds, of_microseconds, written
from sarai.server.epcis.parameters import query, written_values
from sarai.server.epcis.reading import again, canonical
from sarai.server.epcis.schedule import BadSchedule, Schedule, schedule
from sarai.server.epcis.settings import EpcisSettings
from sarai.server.epcis.views import View, kept
from sarai.server.epcis.views import again as again_view

MAX_NAME = 200
MAX_TOKEN = 1_024


class BadSubscription(Exception):
    """A subscription that cannot be kept; ``exception`` is its name in EPCIS."""

    def __init__(self, words: str, pointer: str, exception: str = "SubscriptionControlsException") -> None:
        super().__init__(words)
        self.words, self.pointer, self.exception = words, pointer, exception


def read_query(told: Any, known: Mapping[str, str], most_values: int) -> Query:
    """The query that a JSON object asks. Raises `BadParameter`."""
    if not isinstance(told, dict):
        raise BadParameter("query", f"{shown(told)} is no query; it is an object of parameters")
    known = {**known, **prefixes(told.get("@context"))}
    asked = {name: written_values(name, value) for name, value in told.items() if name != "@context"}
    return query(asked, known, most_values)


class Subscription(Struct, frozen=True):
    """Who is told, of what, and how far it has been told.

    Attributes
    ----------
    body
        What the subscriber asked for, with its secret.
    position
        The number of the last event that it was told of.
    min_record
        When it was last run, in microseconds since 1970; before that, from which time of record on.
    """

    id: str
    query: str
    view: View
    body: dict[str, Any]
    created: int
    position: int
    min_record: int
    notified: int | None

    def told(self) -> dict[str, Any]:
        """The subscription as it is given out: without the secret."""
        told = {name: value for name, value in self.body.items() if name != "signatureToken"}
        told |= {"subscriptionID": self.id, "queryName": self.query}
        told["createdAt"] = written(of_microseconds(self.created))
        told["minRecordTime"] = written(of_microseconds(self.min_record))
        if self.notified is not None:
            told["lastNotifiedAt"] = written(of_microseconds(self.notified))
        return told

    def schedule(self) -> Schedule | None:
        """When it is run; None: at every event."""
        return schedule(self.body["schedule"]) if "schedule" in self.body else None


COLUMNS = "id, query, view, body, created, position, min_record, notified"


class QueryStore:
    """Queries and subscriptions in the file.

    Parameters
    ----------
    database
        The file.
    """

    def __init__(self, database: EpcisDatabase, settings: EpcisSettings) -> None:
        self._database, self._settings = database, settings

    # -- queries -----------------------------------------------------------------------------------

    def name(self, name: str, told: dict[str, Any], captor: str) -> bool:
        """Keep a query under a name; false if the name is taken."""
        with self._database.writing() as run:
            try:
                run(
                    "INSERT INTO query (name, captor, body) VALUES (?, ?, ?)", (name, captor, canonical(told))
                )
            except sqlite3.IntegrityError:
                return False
        return True

    def query(self, name: str, owner: str | None = None) -> dict[str, Any] | None:
        """The query of this name, as it was sent; of an ``owner``, if one is named."""
        rows = self._database.query(
            "SELECT body FROM query WHERE name = ? AND captor = coalesce(?, captor)", (name, owner)
        )
        return again(rows[0][0]) if rows else None

    def queries(
        self, count: int, after: int, owner: str | None = None
    ) -> list[tuple[int, str, dict[str, Any]]]:
        """Queries with their numbers, in the order in which they were named."""
        rows = self._database.query(
            "SELECT seq, name, body FROM query WHERE seq > ? AND captor = coalesce(?, captor) "
            "ORDER BY seq LIMIT ?",
            (after, owner, count),
        )
        return [(seq, name, again(body)) for seq, name, body in rows]

    def forget(self, name: str) -> list[str]:
        """Remove a query with its subscriptions; their names."""
        with self._database.writing() as run:
            gone = [
                each for (each,) in run("SELECT id FROM subscription WHERE query = ?", (name,)).fetchall()
            ]
            run("DELETE FROM subscription WHERE query = ?", (name,))
            run("DELETE FROM query WHERE name = ?", (name,))
        return gone

    def full(self) -> bool:
        """Whether there are as many queries as there may be."""
        ((count,),) = self._database.query("SELECT count(*) FROM query")
        return count >= self._settings.named_queries

    # -- subscriptions -----------------------------------------------------------------------------

    def subscribe(
        self, subscription_id: str, name: str, view: View, body: dict[str, Any], now: datetime
    ) -> Subscription:
        """Keep a subscription; it begins with the events recorded from its initial time on."""
        initial = microseconds(body["initialRecordTime"]) if "initialRecordTime" in body else None
        begin = to_us(now) if initial is None else initial
        with self._database.writing() as run:
            ((count,),) = run("SELECT count(*) FROM subscription").fetchall()
            if count >= self._settings.subscriptions:
                raise BadSubscription(
                    f"there are {count:,} subscriptions, the most there may be; end one", ""
                )
            position = self.position(run, initial)
            run(
                "INSERT INTO subscription (id, query, view, body, created, position, min_record) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (subscription_id, name, kept(view), canonical(body), to_us(now), position, begin),
            )
        return Subscription(subscription_id, name, view, body, to_us(now), position, begin, None)

    @staticmethod
    def position(run: Any, initial_us: int | None) -> int:
        """The number of the last event that was recorded before a time (None: of the last there is)."""
        before = "" if initial_us is None else "WHERE record_time < ?"
        values = () if initial_us is None else (initial_us,)
        return run(f"SELECT coalesce(max(seq), 0) FROM event {before}", values).fetchone()[0]

    def begin(self, initial_us: int | None) -> int:
        """The same, asked from outside a transaction."""
        with self._database.writing() as run:
            return self.position(run, initial_us)

    def subscriptions(
        self, name: str | None = None, count: int = -1, after: str = "", owner: str | None = None
    ) -> list[Subscription]:
        """Subscriptions of a query (None: all) and of somebody (None: of all), by their names."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM subscription WHERE (? IS NULL OR query = ?) AND id > ? "
            "AND (? IS NULL OR CAST(view AS TEXT) ->> 'account' = ?) ORDER BY id LIMIT ?",
            (name, name, after, owner, owner, count),
        )
        return [_subscription(row) for row in rows]

    def subscription(self, name: str, subscription_id: str) -> Subscription | None:
        """The subscription of this name."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM subscription WHERE query = ? AND id = ?", (name, subscription_id)
        )
        return _subscription(rows[0]) if rows else None

    def unsubscribe(self, subscription_id: str) -> None:
        """Remove a subscription."""
        with self._database.writing() as run:
            run("DELETE FROM subscription WHERE id = ?", (subscription_id,))

    def move_on(self, subscription_id: str, position: int, ran: datetime, notified: bool) -> None:
        """Write down how far a subscriber was told."""
        with self._database.writing() as run:
            run(
                "UPDATE subscription SET position = max(position, ?), min_record = max(min_record, ?), "
                "notified = CASE WHEN ? THEN ? ELSE notified END WHERE id = ?",
                (position, to_us(ran), notified, to_us(ran), subscription_id),
            )


def _subscription(row: tuple) -> Subscription:
    values = list(row)
    values[2], values[3] = again_view(row[2]), msgspec.json.decode(row[3])
    return Subscription(*values)


# -- checking what is asked for ----------------------------------------------------------------------

BODY = {"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime"}


def check_subscription(body: Any, hosts: tuple[str, ...], now: datetime) -> dict[str, Any]:
    """A subscription as it was sent, if it can be kept. Raises `BadSubscription`."""
    if not isinstance(body, dict):
        raise _invalid(f"{shown(body)} is no subscription; it is an object with dest", "")
    for name in body:
        if name not in BODY:
            raise _invalid(f"{shown(name)} is not a field of a subscription", f"/{name}")
    _check_dest(body.get("dest"), hosts)
    token = body.get("signatureToken", "")
    if not isinstance(token, str) or len(token) > MAX_TOKEN:
        raise _invalid(f"signatureToken is no text of up to {MAX_TOKEN:,} characters", "/signatureToken")
    if not isinstance(body.get("reportIfEmpty", False), bool):
        raise _invalid("reportIfEmpty is neither true nor false", "/reportIfEmpty")
    check_controls(body, now)
    return body


def _check_dest(dest: Any, hosts: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(dest) if isinstance(dest, str) else None
        host = parts.hostname if parts and parts.port != 0 else None
    except ValueError:  # a port beyond 65535, an unfinished IPv6 address
        parts, host = None, None
    if parts is None or parts.scheme not in ("http", "https") or not host:
        raise _invalid(
            f"dest {shown(dest)} is no address to call; write http:// or https://, host and path", "/dest"
        )
    if host not in hosts:
        raise _invalid(
            f"dest: {host} may not be called from here; ask the house to add it to its callback hosts",
            "/dest",
        )


def check_controls(body: Mapping[str, Any], now: datetime) -> None:
    """That it says when to be told: at every event or by a schedule. Raises `BadSubscription`."""
    if ("stream" in body) == ("schedule" in body):
        raise BadSubscription("give either stream (true) or a schedule: so we know when to tell", "")
    if "stream" in body and body["stream"] is not True:
        raise BadSubscription(f"stream is {shown(body['stream'])}; it can only be true", "/stream")
    if "schedule" in body:
        _check_schedule(body["schedule"], now)
    initial = body.get("initialRecordTime")
    if initial is not None and (not isinstance(initial, str) or microseconds(initial) is None):
        raise _invalid(
            f"initialRecordTime {shown(initial)} is not a time with its zone", "/initialRecordTime"
        )
    if "initialRecordTime" in body and initial is None:
        raise _invalid("initialRecordTime is null; leave it out", "/initialRecordTime")


def _check_schedule(told: Any, now: datetime) -> None:
    if not isinstance(told, dict):
        raise BadSubscription(
            f"{shown(told)} is no schedule; it is an object with second, minute …", "/schedule"
        )
    try:
        if schedule(told).next(now) is None:
            raise BadSubscription("the schedule never comes true; mend the day and month", "/schedule")
    except BadSchedule as fault:
        raise BadSubscription(fault.words, f"/schedule/{fault.field}".rstrip("/")) from fault


def _invalid(words: str, pointer: str) -> BadSubscription:
    return BadSubscription(words, pointer, "ValidationException")
