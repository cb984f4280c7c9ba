"""What a book is told at its birth, and the bounds that every book has."""

from __future__ import annotations

from hashlib import sha256

from msgspec import Struct, json

from sarai.goods import BadSetting

MAX_MOVEMENTS = 200_000  # to a document: a proportional draw on a much blended pool can be that wide
MAX_POOLS = 150_000  # kept in memory between checkpoints; some 300 bytes each
MAX_DOCUMENTS = 50_000  # likewise identities, consignments and refusals, each; consignments have 600 bytes
MAX_ACCOUNTS = 100_000  # likewise
KNOWN_ACCOUNTS = 20_000  # a book that has no more reads them all when it is opened, in some 20 ms
MAX_CACHED_GOODS = 100_000  # ways to state a code and a unit
MAX_FINDINGS = 1_000  # a book that is all wrong need not be listed whole
CHECKPOINT = 1 << 16  # movements; what a book that was cut off must post again when it is opened


class Settings(Struct, frozen=True, kw_only=True):
    """What a book is told at its birth, and keeps: every result must follow from it."""

    attribution: str = "fifo"
    authorities: tuple[str, ...] = ()
    origin: str = "sarai.local/book"

    def __post_init__(self) -> None:
        if self.attribution not in ("fifo", "proportional"):
            raise BadSetting(f"attribution {self.attribution!r} is neither fifo nor proportional")
        if not all(isinstance(name, str) and name for name in self.authorities):
            raise BadSetting(f"authorities {self.authorities!r} must be identifiers of parties")

    @property
    def digest(self) -> str:
        """SHA-256 of the settings in canonical form, in hexadecimal: the terms of every entry."""
        return sha256(json.encode(self, order="sorted")).hexdigest()
