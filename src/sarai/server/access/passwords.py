"""Passwords: what a good one is, and how its hash is kept (argon2id, RFC 9106)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from sarai.goods.errors import BadSetting
from sarai.server.access.file import AccountsUnavailable
from sarai.server.access.secret import Secret
from sarai.server.access.settings import AccessSettings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FEW = 6  # different characters; with fewer a password is a pattern
SHORT = 4  # a name of fewer letters may well be part of a good password


def default_hasher() -> PasswordHasher:
    """The second recommended option of RFC 9106: 64 MiB, three passes, four lanes."""
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def check(password: Secret, words: Iterable[str], settings: AccessSettings) -> None:
    """Refuse a weak password (BadSetting), by length and what is easily guessed: no rules of composition.

    Parameters
    ----------
    words
        What others know of the account: its identifier, its name.
    """
    text = normal(password)
    if not settings.password_least <= len(text) <= settings.password_most:
        raise BadSetting(
            f"the password has {len(text)} characters; give {settings.password_least} to "
            f"{settings.password_most}, such as four words that nobody would put together"
        )
    if len(set(text)) < FEW:
        raise BadSetting(f"the password has fewer than {FEW} different characters; mix in others")
    for word in ("sarai", *words):
        rest = text.casefold().replace(word.casefold(), "") if len(word) >= SHORT else text
        if len(rest) < settings.password_least - SHORT and rest != text:
            raise BadSetting("the password is little more than a name that others know; add words to it")


def normal(password: Secret) -> str:
    """As it is hashed: NFKC, so that it does not hang on the keyboard."""
    return unicodedata.normalize("NFKC", password.reveal())


class Passwords:
    """Hashes and checks, a few at a time; from any thread.

    Parameters
    ----------
    entropy
        Random bytes, of the length asked for.
    """

    def __init__(
        self, settings: AccessSettings, entropy: Callable[[int], bytes], hasher: PasswordHasher | None = None
    ) -> None:
        self._settings, self._entropy = settings, entropy
        self._hasher = hasher or default_hasher()
        self._turns = BoundedSemaphore(settings.hashing)

    def hash(self, password: Secret) -> str:
        """What is kept of a password."""
        with self._turn():
            return self._hasher.hash(normal(password))

    def verify(self, kept: str, password: Secret) -> bool:
        """Whether it is the password; without one to compare it takes as long, and is not."""
        from argon2.exceptions import InvalidHashError, VerificationError

        text = normal(password)[: self._settings.password_most + 1]
        with self._turn():
            try:
                return self._hasher.verify(kept or self._decoy, text) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than are used now."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(self._entropy(32))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._settings.hashing_wait_s):
            raise AccountsUnavailable("too many sign in at once; try again in a few seconds")
        try:
            yield
        finally:
            self._turns.release()
