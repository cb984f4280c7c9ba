"""What a pull is made of: a source with its bounds, and parts."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sarai.goods import BadSetting

__all__ = ["MOST_PARTS", "Part", "Plan", "Source"]

MOST_PARTS = 10_000  # at a second each, three hours: who needs more asks for whole files instead

Kind = Literal["csv", "json", "zip", "7z"]


class Source(Struct, frozen=True, kw_only=True):
    """Who publishes, on what terms, and how gently it is asked.

    Attributes
    ----------
    page : str
        For people: what it is, and its files to fetch by hand.
    between_s : float
        Seconds between two requests, at least; `because` says why so many.
    most_bytes : int
        Of one part; what is larger is not what was asked for.
    """

    name: str
    publisher: str
    page: str
    terms: str
    between_s: float
    because: str
    most_bytes: int


class Part(Struct, frozen=True, kw_only=True):
    """One request and the file that its answer becomes.

    Attributes
    ----------
    most_rows : int
        Where the publisher cuts an answer off: one that has as many is refused. 0 if nothing is cut.
    """

    file: str
    url: str
    kind: Kind
    most_rows: int = 0


class Plan(Struct, frozen=True, kw_only=True):
    """The parts of one pull.

    Attributes
    ----------
    key_header : str
        The header that carries the caller's key; empty if none is needed.
    """

    source: Source
    parts: tuple[Part, ...]
    key_header: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.parts) <= MOST_PARTS:
            raise BadSetting(
                f"the pull would have {len(self.parts):,} parts; ask for 1 to {MOST_PARTS:,}: "
                "fewer reporters, a shorter span, or whole files"
            )
