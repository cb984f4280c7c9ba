"""What the auditor remembers: frozen records in plain lists, copied before every document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sarai.goods import Code, Document


class Refused(Exception):
    """The document is refused; whoever catches it puts the former state back."""

    def __init__(self, code: Code):
        super().__init__(code.name)
        self.code = code


@dataclass(frozen=True)
class Account:
    """Who has it; outside accounts have a party alone."""

    party: str
    place: str = ""
    regime: str = ""
    state: str = ""

    @property
    def is_outside(self) -> bool:
        return not self.state


MADE, USED, LOST, SEIZED, UNEXPLAINED = map(Account, ("made", "used", "lost", "seized", "unexplained"))


def abroad(country: str) -> Account:
    """The outside account of one foreign country."""
    return Account(f"abroad:{country}")


@dataclass(frozen=True)
class Lot:
    """One lot; its number is its place in the list."""

    issuer: str
    number: str
    item: int
    hs: str
    edition: str
    origin: str
    kind: str

    @property
    def name(self) -> tuple[str, str, int]:
        return (self.issuer, self.number, self.item)


@dataclass(frozen=True)
class Move:
    """One movement. `source` is the movement whose layer it took from; `hold` the consignment and
    item that keep the layer it made; `item` the line that asked for it."""

    time: datetime
    recorded: datetime
    lot: int
    giver: Account
    taker: Account
    quantity: int
    item: int
    source: int | None = None
    hold: tuple[int, int] | None = None


@dataclass(frozen=True)
class Birth:
    """What was entered to an outside account for a lot (negative: a birth undone)."""

    time: datetime
    recorded: datetime
    lot: int
    account: Account
    quantity: int


@dataclass(frozen=True)
class Consignment:
    """One consignment; `units` is the unit of each item, in the order of the lines."""

    kind: str
    name: tuple[str, str]
    entry: int
    part: int
    opened: datetime
    issuer: str
    consignor: str
    place: str
    regime: str
    consignee: str
    destination: str
    destination_country: str
    deadline: datetime
    units: tuple[tuple[int, str], ...]
    state: str = "open"
    is_diverted: bool = False

    @property
    def held_by(self) -> Account:
        return Account(self.consignor, self.place, self.regime, "reserved")


@dataclass(frozen=True)
class Effect:
    """What the current version of a document did, so that it can be undone."""

    document: Document | None  # none: it was cancelled
    moves: tuple[int, ...] = ()
    opened: tuple[int, ...] = ()
    closed: int | None = None
    seized: int | None = None


@dataclass(frozen=True)
class Held:
    """One lot that one hold stops; `name` is that of the document."""

    lot: int
    name: tuple[str, str]
    case: str


@dataclass
class State:
    """Everything that a refusal must leave as it was."""

    lots: list[Lot] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)  # layer -> what nobody has taken yet
    undone: dict[int, int] = field(default_factory=dict)  # movement -> what was taken back of it
    consignments: list[Consignment] = field(default_factory=list)
    parents: list[tuple[int, int, int, int]] = field(default_factory=list)
    effects: dict[tuple[str, str], Effect] = field(default_factory=dict)
    holds: list[Held] = field(default_factory=list)

    def copy(self) -> State:
        """A state that can change without changing this one; the records in it are frozen."""
        return State(**{name: value.copy() for name, value in vars(self).items()})

    def consignment_named(self, name: tuple[str, str]) -> int | None:
        """The latest consignment of that name."""
        return max((i for i, c in enumerate(self.consignments) if c.name == name), default=None)

    def held(self, hold: tuple[int, int]) -> list[int]:
        """The layers of one item of a consignment, in the order of their movements."""
        return [i for i, left in sorted(self.left.items()) if left and self.moves[i].hold == hold]

    def is_held(self, lot: int) -> bool:
        """Page "Holds and cases"."""
        return any(held.lot == lot for held in self.holds)

    def left_of(self, consignment: int) -> dict[int, int]:
        """What is left of each item."""
        units = self.consignments[consignment].units
        return {item: sum(self.left[i] for i in self.held((consignment, item))) for item, _ in units}

    def balances(self, at: datetime | None, as_known: datetime | None) -> Counter:
        """Page "Time": add up everything that happened up to `at` and was known at `as_known`."""
        total: Counter = Counter()
        for record in (*self.moves, *self.births):
            if (at and record.time > at) or (as_known and record.recorded > as_known):
                continue
            if isinstance(record, Birth):
                total[record.account, record.lot] += record.quantity
            else:
                total[record.giver, record.lot] -= record.quantity
                total[record.taker, record.lot] += record.quantity
        return Counter({key: quantity for key, quantity in total.items() if quantity})
