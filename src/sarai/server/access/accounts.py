"""Accounts: who may sign in, as what, and how that came about."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import msgspec
from msgspec import Struct

from sarai.goods.errors import BadSetting, NotInBook
from sarai.ledger.rows import to_us
from sarai.server.access.account import FIELDS, Account, account_of, check_account, row_of
from sarai.server.access.audit import Audit
from sarai.server.access.file import AccountsFile, Run
from sarai.server.access.passwords import Passwords, check
from sarai.server.access.roles import Role
from sarai.server.access.secret import Secret
from sarai.server.access.settings import AccessSettings
from sarai.server.access.tickets import SECOND_US, TOKEN_BYTES, Keys, Sessions
from sarai.server.kept import KeptFile

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from sarai.server.access.once import Answers

ANSWERS = "answers.db"


class Denied(Struct, frozen=True):
    """Not signed in: the name or the password is wrong (which one is not told), or it is too soon."""

    wait_s: int = 0


class AccountStore:
    """The accounts of a house, in a file of their own; from any thread.

    Parameters
    ----------
    clock
        What time it is, with zone; of a state that is played not that state's, for people sign in to both.
    entropy
        Random bytes, of the length asked for.
    hasher
        Of passwords; by default as `passwords.default_hasher` says.
    demo
        Whether accounts of a demo are let in.
    """

    def __init__(
        self,
        path: str | Path,
        settings: AccessSettings | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
        hasher: PasswordHasher | None = None,
        demo: bool = False,
    ) -> None:
        self.settings, self.demo = settings or AccessSettings(), demo
        now = clock or (lambda: datetime.now(UTC))
        self._clock, self._entropy = (lambda: to_us(now())), entropy
        self._passwords = Passwords(self.settings, entropy, hasher)
        self._file, self._path, self._opening = AccountsFile(path), Path(path), Lock()
        tickets = self._file, self.settings, self._clock, entropy, demo
        self.sessions, self.keys, self.audit = Sessions(*tickets), Keys(*tickets), Audit(self._file)
        self.label_key = self._label_key()
        self._answers: Answers | None = None

    def _label_key(self) -> bytes:
        """What labels are made with: made once, so that they stay the same."""
        with self._file.writing() as run:
            fresh = self._entropy(TOKEN_BYTES)
            run("INSERT OR IGNORE INTO setting VALUES ('label-key', ?)", (fresh,))
        return self._file.query("SELECT value FROM setting WHERE name = 'label-key'")[0][0]

    @property
    def files(self) -> tuple[KeptFile, ...]:
        """What it keeps, as far as it is open."""
        return (self._file, self._answers) if self._answers else (self._file,)

    @property
    def answers(self) -> Answers:
        """What was answered to requests that may be sent twice; its file is made when it is first needed."""
        from sarai.server.access.once import Answers

        with self._opening:
            if self._answers is None:
                beside = self._path.with_name(ANSWERS)
                self._answers = Answers(beside, self.settings, self._clock)
            return self._answers

    # -- signing in --------------------------------------------------------------------------------

    def log_in(
        self, name: str, password: Secret, *, address: str = "", deed: str = "login"
    ) -> Account | Denied:
        """Whose name and password these are; what is wrong is slowed down, and logged."""
        name = name.strip().lower() if name.isascii() else name  # what only looks like a name is none
        failures = hmac(self.label_key, name.encode(), sha256).digest()  # it may be a password, mistyped
        wait_s = self._try(failures)
        if wait_s:
            return Denied(wait_s)
        found, kept = self._with_password(name)
        if not self._passwords.verify(kept, password):
            with self._file.writing() as run:
                known = found.id if found else ""
                Audit.write(run, self._clock(), "login.refused", known, address=address)
            return Denied()
        assert found is not None  # without an account there is nothing to verify
        fresh = self._passwords.hash(password) if self._passwords.outdated(kept) else kept
        with self._file.writing() as run:
            run("DELETE FROM failure WHERE name = ?", (failures,))
            run("UPDATE account SET password = ? WHERE id = ? AND password = ?", (fresh, found.id, kept))
            Audit.write(run, self._clock(), deed, found.id, actor=found.id, address=address)
        return found

    def _with_password(self, name: str) -> tuple[Account | None, str]:
        rows = self._file.query(f"SELECT {FIELDS}, password FROM account WHERE id = ?", (name,))
        for *fields, kept in rows:
            found = account_of(fields)
            if found.active and (self.demo or not found.demo):
                return found, kept
        return None, ""

    def _try(self, name: bytes) -> int:
        """Count a try before it is made, so that many at once are no way round; how long to wait instead."""
        now, most = self._clock(), self.settings.names_most
        with self._file.writing() as run:
            count, last = run("SELECT count, last FROM failure WHERE name = ?", (name,)).fetchone() or (
                0,
                now,
            )
            last = min(last, now)  # a clock that was set back shuts nobody out
            wait_us = self._delay_s(count) * SECOND_US - (now - last)
            taken = (count, last) if wait_us > 0 else (count + 1, now)
            run("INSERT OR REPLACE INTO failure VALUES (?, ?, ?)", (name, *taken))
            if not count:
                run(
                    "DELETE FROM failure WHERE name NOT IN "
                    "(SELECT name FROM failure ORDER BY last DESC LIMIT ?)",
                    (most,),
                )
        return -(-wait_us // SECOND_US) if wait_us > 0 else 0

    def _delay_s(self, failures: int) -> int:
        over = failures - self.settings.tries
        return min(2 ** min(over, 30), self.settings.wait_most_s) if over >= 0 else 0

    def welcome(self, wanted: Account, *, address: str = "") -> Account | Denied:
        """Let in who signed in elsewhere (``subject``), and keep what the issuer says of it now."""
        check_account(wanted)
        rows = self._file.query(f"SELECT {FIELDS} FROM account WHERE subject = ?", (wanted.subject,))
        if not rows:
            self.add(wanted, by="oidc")
        elif not (found := account_of(rows[0])).active:
            return Denied()
        else:
            said = {
                name: getattr(wanted, name) for name in ("name", "role", "parties", "officer", "authority")
            }
            self.change(found.id, by="oidc", **said)
        with self._file.writing() as run:
            Audit.write(run, self._clock(), "login", wanted.id, actor=wanted.id, address=address, by="oidc")
        return self.get(wanted.id)

    # -- accounts ----------------------------------------------------------------------------------

    def all(self) -> list[Account]:
        """Every account, by its name for signing in."""
        return [account_of(row) for row in self._file.query(f"SELECT {FIELDS} FROM account ORDER BY id")]

    def get(self, id_: str) -> Account:
        """One account; else NotInBook."""
        rows = self._file.query(f"SELECT {FIELDS} FROM account WHERE id = ?", (id_,))
        if not rows:
            raise NotInBook(f"no account {id_!r}; look at how it is written")
        return account_of(rows[0])

    def add(self, account: Account, password: Secret | None = None, *, by: str, address: str = "") -> Account:
        """Make an account; without a password it can only sign in elsewhere. BadSetting if it may not be."""
        check_account(account)
        kept = self._hashed(account, password) if password else ""
        with self._file.writing() as run:
            self._insert(run, account, kept, by, address)
        return account

    def _insert(self, run: Run, account: Account, kept: str, by: str, address: str) -> None:
        if run("SELECT 1 FROM account WHERE id = ?", (account.id,)).fetchone():
            raise BadSetting(f"there is an account {account.id!r} already; take another name")
        row = *row_of(account), kept, self._clock()
        run("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        told = {"role": account.role.value, "parties": list(account.parties)}
        Audit.write(run, self._clock(), "account.made", account.id, actor=by, address=address, **told)

    def change(self, id_: str, *, by: str, address: str = "", **changes: Any) -> Account:
        """Change fields of an account. What it may do changes at once: its sessions end."""
        old = self.get(id_)
        new = msgspec.structs.replace(old, **changes)
        changed = sorted(name for name in changes if getattr(old, name) != getattr(new, name))
        if not changed:
            return old
        check_account(new)
        with self._file.writing() as run:
            run(
                "UPDATE account SET name = ?, role = ?, parties = ?, officer = ?, authority = ?, "
                "language = ?, active = ? WHERE id = ?",
                (*row_of(new)[1:8], id_),
            )
            if not _admins(run) and old.role is Role.ADMIN:
                raise BadSetting(f"{id_} is the last admin; make another one first")
            if set(changed) - {"name", "language"}:
                run("DELETE FROM session WHERE account = ?", (id_,))
            if not new.active:
                run("DELETE FROM api_key WHERE account = ?", (id_,))
            told = {name: [_told(old, name), _told(new, name)] for name in changed}
            Audit.write(run, self._clock(), "account.changed", id_, actor=by, address=address, **told)
        return new

    def set_password(self, id_: str, password: Secret, *, by: str, address: str = "") -> None:
        """Give an account a new password; its sessions end."""
        kept = self._hashed(self.get(id_), password)
        with self._file.writing() as run:
            run("UPDATE account SET password = ? WHERE id = ?", (kept, id_))
            run("DELETE FROM session WHERE account = ?", (id_,))
            Audit.write(run, self._clock(), "password.changed", id_, actor=by, address=address)

    def _hashed(self, account: Account, password: Secret) -> str:
        check(password, (account.id, account.name), self.settings)
        return self._passwords.hash(password)

    # -- the first admin ---------------------------------------------------------------------------

    def setup_token(self) -> Secret | None:
        """A token for who sets the house up, if there is no admin yet; an earlier one is void."""
        token = Secret(self._entropy(TOKEN_BYTES).hex())
        with self._file.writing() as run:
            if _admins(run):
                return None
            run("INSERT OR REPLACE INTO setting VALUES ('setup', ?)", (token.digest(),))
            Audit.write(run, self._clock(), "setup.offered")
        return token

    def set_up(
        self, token: Secret, id_: str, name: str, password: Secret, *, address: str = ""
    ) -> Account | Denied:
        """Make the first admin, once, for who has the token."""
        if not self._is_setup(self._file.query("SELECT value FROM setting WHERE name = 'setup'"), token):
            return Denied()
        admin = Account(id=id_, name=name, role=Role.ADMIN)
        check_account(admin)
        kept = self._hashed(admin, password)
        with self._file.writing() as run:
            rows = run("SELECT value FROM setting WHERE name = 'setup'").fetchall()
            if not self._is_setup(rows, token) or _admins(run):  # somebody else was quicker
                return Denied()
            run("DELETE FROM setting WHERE name = 'setup'")
            self._insert(run, admin, kept, "setup", address)
        return admin

    @staticmethod
    def _is_setup(rows: list[tuple], token: Secret) -> bool:
        return any(compare_digest(kept, token.digest()) for (kept,) in rows)

    # -- the end -----------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()
        if self._answers is not None:
            self._answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _admins(run: Run) -> int:
    """How many could still make accounts in earnest."""
    sql = "SELECT count(*) FROM account WHERE role = ? AND active = 1 AND demo = 0"
    return run(sql, (Role.ADMIN.value,)).fetchone()[0]


def _told(account: Account, name: str) -> Any:
    value = getattr(account, name)
    return value.value if isinstance(value, Role) else value
