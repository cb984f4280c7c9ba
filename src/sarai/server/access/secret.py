"""Secrets that no log, error or answer shows by accident."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import NoReturn


class Secret:
    """Text that is shown to nobody unless it is asked for by `reveal`.

    >>> Secret("swordfish")
    Secret(hidden)
    >>> f"{Secret('swordfish')}"
    'Secret(hidden)'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself: for a hash, a request or the one answer that hands it over."""
        return self._value

    def digest(self) -> bytes:
        """SHA-256. Enough for what has 256 random bits; passwords need `passwords`."""
        return sha256(self._value.encode()).digest()

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a set would compare in a time that tells

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down; reveal it where it is needed")


def take_secret(wanted: type, value: object) -> Secret:
    """Hook of msgspec, so that what is decoded is hidden from its birth; the error does not show it."""
    if wanted is not Secret:
        raise NotImplementedError(wanted)
    if not isinstance(value, str):
        raise ValueError("expected text")
    return Secret(value)
