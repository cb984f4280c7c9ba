"""The file of accounts."""

from __future__ import annotations

from sarai.goods.errors import BookError
from sarai.screening.database import never_changed
from sarai.server.kept import KeptFile, Run

SCHEMA = (
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, parties TEXT NOT "
    "NULL, officer TEXT NOT NULL, authority TEXT NOT NULL, language TEXT NOT NULL, active INTEGER NOT NULL, "
    "demo INTEGER NOT NULL, subject TEXT, password TEXT NOT NULL, made INTEGER NOT NULL)",
    "CREATE UNIQUE INDEX account_subject ON account (subject)",
    "CREATE TABLE session (token BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, "
    "began INTEGER NOT NULL, seen INTEGER NOT NULL, until INTEGER NOT NULL, address TEXT NOT NULL, "
    "agent TEXT NOT NULL)",
    "CREATE INDEX session_account ON session (account)",
    "CREATE TABLE api_key (id TEXT PRIMARY KEY, secret BLOB NOT NULL, account TEXT NOT NULL, label TEXT NOT "
    "NULL, made INTEGER NOT NULL, until INTEGER NOT NULL, used INTEGER NOT NULL)",
    "CREATE INDEX api_key_account ON api_key (account)",
    "CREATE TABLE failure (name BLOB PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL)",
    "CREATE TABLE audit (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, deed TEXT NOT "
    "NULL, account TEXT NOT NULL, detail TEXT NOT NULL, address TEXT NOT NULL)",
    *never_changed("audit"),
)

__all__ = ["AccountsFile", "AccountsUnavailable", "Run"]


class AccountsUnavailable(BookError):
    """The file of accounts cannot be opened, read or written."""


class AccountsFile(KeptFile):
    """The file: who asks is found while a password is being written."""

    schema, mark, fault = SCHEMA, 0x53415241, AccountsUnavailable
    busy_s = 10  # another process (a command that makes an account) writes for milliseconds
    private = True  # hashes are no secrets, but nobody else's business
