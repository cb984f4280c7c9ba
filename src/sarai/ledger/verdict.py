"""What is said of a document: refused and why, posted and what was noticed."""

from __future__ import annotations

from msgspec import Struct

from sarai.goods import Code, FactCode


class Refused(Exception):
    """Raised while a document is being posted; becomes a refusal where posting began."""

    def __init__(self, code: Code, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pointer = pointer


class Fact(Struct, frozen=True):
    """A difference that was noticed; ``quantity`` in base units, 0 where none applies."""

    item: int
    code: FactCode
    quantity: int = 0
    detail: str = ""


class Result(Struct, frozen=True):
    """What became of one input. ``entry`` is its number in the journal."""

    code: Code
    entry: int
    message: str = ""
    pointer: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def ok(self) -> bool:
        """Posted, now or before."""
        return self.code <= Code.REPEATED
