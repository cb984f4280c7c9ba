"""What stands for a signed-in account: sessions for people, API keys for programs.

Of both only a hash is kept: who reads the file cannot sign in with it. They have 256 random bits, so
one round of SHA-256 is enough.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from typing import NamedTuple

import msgspec
from msgspec import Struct

from sarai.goods.errors import BadSetting, NotInBook
from sarai.ledger.rows import from_us
from sarai.server.access.audit import Audit
from sarai.server.access.file import AccountsFile
from sarai.server.access.roles import Role
from sarai.server.access.secret import Secret
from sarai.server.access.settings import AccessSettings
from sarai.server.access.visitor import Visitor

TOKEN_BYTES = 32
SECOND_US = 1_000_000
DAY_S = 86_400
KEY_MARK = "sarai"
MOST_AGENT = 200  # characters of what a browser says of itself
MOST_LABEL = 100
OF_ACCOUNT = "a.id, a.name, a.role, a.parties, a.officer, a.authority, a.language"

Clock = Callable[[], int]
Entropy = Callable[[int], bytes]


class SessionView(Struct, frozen=True):
    """A session as its owner sees it."""

    id: str
    began: datetime
    seen: datetime
    until: datetime
    address: str
    agent: str


class KeyView(Struct, frozen=True):
    """An API key as its owner sees it; ``used`` is None if it was not yet."""

    id: str
    label: str
    made: datetime
    until: datetime
    used: datetime | None


class Found(NamedTuple):
    """Who shows a ticket; ``due`` says that its use should be written down."""

    visitor: Visitor
    due: bool


class Tickets:
    """What sessions and keys share.

    Parameters
    ----------
    clock
        Microseconds since 1970, UTC.
    entropy
        Random bytes, of the length asked for.
    demo
        Whether accounts of a demo are let in.
    """

    def __init__(
        self, file: AccountsFile, settings: AccessSettings, clock: Clock, entropy: Entropy, demo: bool
    ) -> None:
        self._file, self._settings = file, settings
        self._clock, self._entropy = clock, entropy
        self._usable = "a.active = 1" if demo else "a.active = 1 AND a.demo = 0"


def _token(entropy: Entropy) -> Secret:
    return Secret(urlsafe_b64encode(entropy(TOKEN_BYTES)).rstrip(b"=").decode())


def _stretched(seed: bytes) -> Entropy:
    """Bytes that nobody can tell without the seed, the same each time; for each length others."""
    return lambda size: hmac(seed, str(size).encode(), sha256).digest()[:size]


class Sessions(Tickets):
    """Sessions of browsers."""

    def begin(self, account: str, *, address: str = "", agent: str = "") -> Secret:
        """A new session; the token is for its cookie and is kept nowhere."""
        token, now = _token(self._entropy), self._clock()
        until = now + self._settings.session_s * SECOND_US
        row = token.digest(), self._entropy(8).hex(), account, now, now, until, address, agent[:MOST_AGENT]
        with self._file.writing() as run:
            run("DELETE FROM session WHERE until <= ? OR seen <= ?", (now, self._idle_since(now)))
            run(
                "DELETE FROM session WHERE account = ? AND token NOT IN "
                "(SELECT token FROM session WHERE account = ? ORDER BY seen DESC, id LIMIT ?)",
                (account, account, self._settings.sessions_most - 1),
            )
            run("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return token

    def find(self, token: Secret) -> Found | None:
        """Who has this session, if it is not over."""
        return self._found("s.token = ?", token.digest())

    def still(self, id_: str) -> bool:
        """Whether a session goes on: for pages that stay open."""
        return self._found("s.id = ?", id_) is not None

    def _found(self, where: str, value: object) -> Found | None:
        rows = self._file.query(
            f"SELECT s.id, s.seen, s.until, {OF_ACCOUNT} FROM session s JOIN account a ON a.id = s.account "
            f"WHERE {where} AND {self._usable}",
            (value,),
        )
        now, idle_us = self._clock(), self._settings.idle_s * SECOND_US
        for id_, seen, until, *account in rows:
            if abs(now - seen) < idle_us and now < until:  # a clock that was set back makes none last longer
                visitor = visitor_of(account, how="session", ticket=id_)
                return Found(visitor, now - seen >= self._settings.seen_s * SECOND_US)
        return None

    def touch(self, id_: str) -> None:
        """Write down that it was used now."""
        with self._file.writing() as run:
            run("UPDATE session SET seen = ? WHERE id = ?", (self._clock(), id_))

    def of(self, account: str) -> list[SessionView]:
        """The sessions of an account that are not over, the latest first."""
        now = self._clock()
        rows = self._file.query(
            "SELECT id, began, seen, until, address, agent FROM session WHERE account = ? AND until > ? "
            "AND seen > ? ORDER BY began DESC, id",
            (account, now, self._idle_since(now)),
        )
        return [SessionView(row[0], *map(from_us, row[1:4]), *row[4:]) for row in rows]

    def end(
        self, account: str, id_: str, *, actor: str, address: str = "", deed: str = "session.ended"
    ) -> None:
        """End a session of an account; NotInBook if it has none of that name."""
        with self._file.writing() as run:
            if not run("DELETE FROM session WHERE account = ? AND id = ?", (account, id_)).rowcount:
                raise NotInBook(f"{account} has no session {id_}; it may have ended already")
            Audit.write(run, self._clock(), deed, account, actor=actor, address=address, session=id_)

    def _idle_since(self, now: int) -> int:
        return now - self._settings.idle_s * SECOND_US


class Keys(Tickets):
    """API keys of programs: ``sarai_NAME_SECRET``."""

    def make(
        self, account: str, label: str, days: int, *, address: str = "", seed: bytes = b""
    ) -> tuple[KeyView, Secret]:
        """A new key; the secret is shown this once.

        Parameters
        ----------
        seed
            What it is to be made of, secret and of one request alone: the same again is the same key.
            NotInBook if that one has ended.
        """
        label = label.strip()
        if not 1 <= days <= self._settings.key_days:
            raise BadSetting(f"a key lasts 1 to {self._settings.key_days} days, not {days}")
        if not label or len(label) > MOST_LABEL:
            raise BadSetting(f"label {label[:40]!r}: say in 1 to {MOST_LABEL} characters what the key is for")
        entropy = _stretched(seed) if seed else self._entropy
        id_, secret, now = entropy(6).hex(), _token(entropy), self._clock()
        whole = Secret(f"{KEY_MARK}_{id_}_{secret.reveal()}")
        if seed and (made := self._made(account, id_)):
            return made, whole
        if len(self.of(account)) >= self._settings.keys_most:
            raise BadSetting(f"{account} has {self._settings.keys_most} keys; end one that is not needed")
        until = now + days * DAY_S * SECOND_US
        with self._file.writing() as run:
            row = id_, sha256(secret.reveal().encode()).digest(), account, label, now, until, 0
            run("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            Audit.write(run, now, "key.made", account, actor=account, address=address, key=id_, days=days)
        return KeyView(id_, label, from_us(now), from_us(until), None), whole

    def _made(self, account: str, id_: str) -> KeyView | None:
        """A key as it was when it was made, if it was; what has ended does not come back."""
        sql = "SELECT id, label, made, until FROM api_key WHERE account = ? AND id = ?"
        for name, label, made, until in self._file.query(sql, (account, id_)):
            return KeyView(name, label, from_us(made), from_us(until), None)
        sql = "SELECT 1 FROM audit WHERE deed = 'key.made' AND account = ? AND detail ->> 'key' = ?"
        if self._file.query(sql, (account, id_)):
            raise NotInBook(f"{account} has no key {id_}; it has ended. Make another one, as another request")
        return None

    def find(self, key: Secret) -> Found | None:
        """Who has this key, if it is one and has not expired."""
        mark, _, rest = key.reveal().partition("_")
        id_, _, secret = rest.partition("_")
        rows = self._file.query(
            f"SELECT k.secret, k.until, k.used, {OF_ACCOUNT} FROM api_key k JOIN account a "
            f"ON a.id = k.account WHERE k.id = ? AND {self._usable}",
            (id_ if mark == KEY_MARK else "",),
        )
        now = self._clock()
        for kept, until, used, *account in rows:
            if compare_digest(kept, sha256(secret.encode()).digest()) and now < until:
                visitor = visitor_of(account, how="key", ticket=id_)
                return Found(visitor, now - used >= self._settings.seen_s * SECOND_US)
        return None

    def touch(self, id_: str) -> None:
        """Write down that it was used now."""
        with self._file.writing() as run:
            run("UPDATE api_key SET used = ? WHERE id = ?", (self._clock(), id_))

    def of(self, account: str) -> list[KeyView]:
        """The keys of an account that have not expired, the latest first."""
        rows = self._file.query(
            "SELECT id, label, made, until, used FROM api_key WHERE account = ? AND until > ? "
            "ORDER BY made DESC, id",
            (account, self._clock()),
        )
        return [
            KeyView(*row[:2], *map(from_us, row[2:4]), from_us(row[4]) if row[4] else None) for row in rows
        ]

    def end(self, account: str, id_: str, *, actor: str, address: str = "") -> None:
        """End a key of an account; NotInBook if it has none of that name."""
        with self._file.writing() as run:
            if not run("DELETE FROM api_key WHERE account = ? AND id = ?", (account, id_)).rowcount:
                raise NotInBook(f"{account} has no key {id_}; it may have ended already")
            Audit.write(run, self._clock(), "key.ended", account, actor=actor, address=address, key=id_)


def visitor_of(account: list, *, how: str, ticket: str) -> Visitor:
    """Who an account is, out of its row (`OF_ACCOUNT`)."""
    id_, name, role, parties, officer, authority, language = account
    return Visitor(
        account=id_, name=name, role=Role(role), parties=tuple(msgspec.json.decode(parties)), officer=officer,
        authority=authority, language=language, how=how, ticket=ticket,
    )  # fmt: skip
