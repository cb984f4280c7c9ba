"""The documents: the only way into the book.

Every kind is one frozen record, told apart in JSON by its ``kind``. The identity of a
document is ``(issuer, number, version)``. Quantities are decimals in the unit that the
document states; the ledger turns them into integers of a base unit. Times are aware.

Structure is checked when a document is decoded, values when it is born.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

from msgspec import Meta, Struct

MAX_LINES = 10_000  # an item number must fit in the 16 bits that a lot's identity gives it
MAX_ITEM = 65_535
MAX_NAMED = 1_000  # lots of a hold, alerts of a step: what one officer answers for with one signature
LIMIT = 10**15  # in any unit; a hundred times what the world makes of anything in a year

Id = Annotated[str, Meta(min_length=1, max_length=128)]
Text = Annotated[str, Meta(max_length=4_000)]
Item = Annotated[int, Meta(ge=1, le=MAX_ITEM)]
Version = Annotated[int, Meta(ge=1, le=1_000_000)]
Aware = Annotated[datetime, Meta(tz=True)]
Country = Annotated[str, Meta(min_length=2, max_length=2)]
CountryOrNone = Annotated[str, Meta(max_length=2)]  # which of them exist, the reference tables know


class Regime(str, Enum):
    """The customs procedure that goods are under (Revised Kyoto Convention, specific annexes)."""

    __hash__ = str.__hash__  # an Enum's own runs in Python, and every account is keyed by one

    HOME_USE = "home_use"
    WAREHOUSE = "warehouse"
    FREE_ZONE = "free_zone"
    INWARD_PROCESSING = "inward_processing"
    TEMPORARY_ADMISSION = "temporary_admission"
    TEMPORARY_STORAGE = "temporary_storage"
    TRANSIT = "transit"


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What every record shares: frozen, by keyword, unknown fields refused, no cycles to collect."""


class Party(Record, kw_only=True):
    """A person in law or in fact, by an identifier that its issuer keeps unique."""

    id: Id
    name: Text = ""
    country: CountryOrNone = ""
    address: Text = ""


class LotRef(Record, kw_only=True):
    """The root of a lot: the item of the document that brought it into the book."""

    issuer: Id
    number: Id
    item: Item


class DocumentRef(Record, kw_only=True):
    """Another document, in its current version."""

    issuer: Id
    number: Id


def _check_quantity(quantity: Decimal, *, zero: bool = False) -> None:
    try:
        if 0 < quantity < LIMIT:
            return
    except ArithmeticError:  # a number that is not one cannot be compared
        pass
    if not quantity.is_finite():
        raise ValueError(f"quantity {quantity} is not a number; give a decimal such as 12.5")
    if quantity < 0 or (quantity == 0 and not zero):
        wanted = "zero or more" if zero else "more than zero"
        raise ValueError(f"quantity {quantity:.6g} must be {wanted}")
    if quantity:
        raise ValueError(f"quantity {quantity:.6g} is out of reach; check its unit")


def _check_degrees(name: str, degrees: Decimal | None, limit: int) -> None:
    if degrees is not None and not (degrees.is_finite() and -limit <= degrees <= limit):
        raise ValueError(f"{name} {degrees} must lie between -{limit} and {limit}")


def _check_finite(name: str, number: Decimal) -> None:
    if not number.is_finite() or number < 0:
        raise ValueError(f"{name} {number:.6g} must be zero or more")


class Line(Record, kw_only=True):
    """One goods item: what it is, how much, and (if known) which lot it is taken from."""

    item: Item
    hs: Annotated[str, Meta(pattern=r"^[0-9]{6,12}\Z")]
    quantity: Decimal
    unit: Annotated[str, Meta(min_length=1, max_length=3)] = "KGM"
    edition: Literal["HS2012", "HS2017", "HS2022"] = "HS2022"
    origin: CountryOrNone = ""
    description: Text = ""
    net_mass_kg: Decimal | None = None
    value: Decimal | None = None
    currency: Annotated[str, Meta(max_length=3)] = ""
    lot: LotRef | None = None

    def __post_init__(self) -> None:
        _check_quantity(self.quantity)
        if self.value is not None:
            _check_finite("value", self.value)
        if self.net_mass_kg is not None:
            _check_finite("net_mass_kg", self.net_mass_kg)


class CountedLine(Record, kw_only=True):
    """What was found of one commodity at a stock count. Zero is a finding too."""

    item: Item
    hs: Annotated[str, Meta(pattern=r"^[0-9]{6,12}\Z")]
    quantity: Decimal
    unit: Annotated[str, Meta(min_length=1, max_length=3)] = "KGM"
    edition: Literal["HS2012", "HS2017", "HS2022"] = "HS2022"
    origin: CountryOrNone = ""
    description: Text = ""

    def __post_init__(self) -> None:
        _check_quantity(self.quantity, zero=True)


class OutputLine(Line, kw_only=True):
    """A product of processing; ``share`` weighs how much of every input went into it."""

    share: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None


class ItemQuantity(Record, kw_only=True):
    """A quantity of one item of another document, in the unit which that item states."""

    item: Item
    quantity: Decimal

    def __post_init__(self) -> None:
        _check_quantity(self.quantity)


class ItemAnswer(Record, kw_only=True):
    """How one item was received: accepted, missing; the rest of it was refused."""

    item: Item
    accepted: Decimal
    shortage: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        _check_quantity(self.accepted, zero=True)
        _check_quantity(self.shortage, zero=True)


class Part(Record, kw_only=True):
    """One of the consignments that a split makes; it gets a number of its own."""

    number: Id
    destination: Id
    consignee: Party | None = None
    deadline: Aware | None = None
    items: Annotated[list[ItemQuantity], Meta(min_length=1, max_length=MAX_LINES)]


Lines = Annotated[list[Line], Meta(min_length=1, max_length=MAX_LINES)]
LotRefs = Annotated[list[LotRef], Meta(min_length=1, max_length=MAX_NAMED)]
CaseOrNone = Annotated[str, Meta(max_length=128)]


class Document(Record, kw_only=True, tag_field="kind"):
    """The head of every document: who issued it, its number, and when it took effect."""

    issuer: Id
    number: Id
    version: Version = 1
    time: Aware


class Import(Document, kw_only=True, tag="import"):
    """Goods enter from abroad, or (with ``previous_regime``) pass from one regime to another."""

    importer: Party
    place: Id
    country: CountryOrNone = ""
    regime: Regime = Regime.HOME_USE
    previous_regime: Regime | None = None
    seller: Party | None = None
    declarant: Party | None = None
    carrier: Party | None = None
    lines: Lines


class Export(Document, kw_only=True, tag="export"):
    """Goods leave for abroad."""

    exporter: Party
    place: Id
    country: Country
    regime: Regime = Regime.HOME_USE
    consignee: Party | None = None
    declarant: Party | None = None
    carrier: Party | None = None
    lines: Lines


class Transit(Document, kw_only=True, tag="transit"):
    """Goods travel under customs control; a consignment is open until it arrives or exits.

    With ``country`` they enter from there; without, they are taken from the principal's own
    at ``place`` under ``regime``.
    """

    principal: Party
    place: Id
    destination: Id
    deadline: Aware
    country: CountryOrNone = ""
    regime: Regime = Regime.HOME_USE
    destination_country: CountryOrNone = ""
    consignee: Party | None = None
    carrier: Party | None = None
    vehicle: Text = ""
    seals: Annotated[list[Id], Meta(max_length=100)] = []
    lines: Lines


class Arrival(Document, kw_only=True, tag="arrival"):
    """A transit consignment ends inside the country, in somebody's hands."""

    consignment: DocumentRef
    holder: Party
    place: Id
    regime: Regime = Regime.TEMPORARY_STORAGE
    shortages: list[ItemQuantity] = []


class Exit(Document, kw_only=True, tag="exit"):
    """A transit consignment leaves the country."""

    consignment: DocumentRef
    place: Id
    country: Country
    shortages: list[ItemQuantity] = []


class Waybill(Document, kw_only=True, tag="waybill"):
    """Goods go from one holder or place to another; reserved until they are answered for."""

    consignor: Party
    consignee: Party
    place: Id
    destination: Id
    regime: Regime = Regime.HOME_USE
    deadline: Aware
    carrier: Party | None = None
    vehicle: Text = ""
    lines: Lines


class Answer(Document, kw_only=True, tag="answer"):
    """What became of a waybill. ``expire`` is written by the book itself, at the deadline."""

    consignment: DocumentRef
    decision: Literal["confirm", "decline", "partial", "revoke", "expire"]
    items: Annotated[list[ItemAnswer], Meta(max_length=MAX_LINES)] = []


class Diversion(Document, kw_only=True, tag="diversion"):
    """An open consignment is sent elsewhere, or to somebody else."""

    consignment: DocumentRef
    destination: Id
    destination_country: CountryOrNone = ""
    consignee: Party | None = None
    reason: Text = ""


class Split(Document, kw_only=True, tag="split"):
    """An open consignment goes on as several."""

    consignment: DocumentRef
    parts: Annotated[list[Part], Meta(min_length=2, max_length=1_000)]


class Processing(Document, kw_only=True, tag="processing"):
    """Inputs are used and outputs are made from them; item numbers run on over both."""

    processor: Party
    place: Id
    regime: Regime = Regime.HOME_USE
    inputs: Lines
    outputs: Annotated[list[OutputLine], Meta(min_length=1, max_length=MAX_LINES)]


class Consumption(Document, kw_only=True, tag="consumption"):
    """Goods are used up, sold to consumers or destroyed: they are nobody's stock any more."""

    holder: Party
    place: Id
    regime: Regime = Regime.HOME_USE
    reason: Text = ""
    lines: Lines


class StockCount(Document, kw_only=True, tag="stock_count"):
    """What was really there, commodity by commodity; the book is moved to agree with it."""

    holder: Party
    place: Id
    regime: Regime = Regime.HOME_USE
    lines: Annotated[list[CountedLine], Meta(min_length=1, max_length=MAX_LINES)]


class Seizure(Document, kw_only=True, tag="seizure"):
    """The authority takes goods, from a holder's stock or (with ``consignment``) under way."""

    holder: Party
    place: Id
    regime: Regime = Regime.HOME_USE
    consignment: DocumentRef | None = None
    reason: Text = ""
    lines: Lines


class SealEvent(Document, kw_only=True, tag="seal_event"):
    """What a seal on a consignment told. It moves no goods."""

    consignment: DocumentRef
    seal: Id
    event: Literal["applied", "removed", "broken", "silent", "off_route", "position"]
    place: Text = ""
    latitude_deg: Decimal | None = None
    longitude_deg: Decimal | None = None

    def __post_init__(self) -> None:
        _check_degrees("latitude_deg", self.latitude_deg, 90)
        _check_degrees("longitude_deg", self.longitude_deg, 180)


class Hold(Document, kw_only=True, tag="hold"):
    """The authority stops lots: nobody may move them until they are released."""

    lots: LotRefs
    case: CaseOrNone = ""
    reason: Text = ""


class Release(Document, kw_only=True, tag="release"):
    """The authority lets held lots go: the holds of this case end, or all if none is stated."""

    lots: LotRefs
    case: CaseOrNone = ""
    reason: Text = ""


class CaseStep(Document, kw_only=True, tag="case_step"):
    """What an officer did in a case. It moves no goods: it is in the book to be proved by it.

    ``to`` is the assignee, the state, the verdict, or the case that this one is merged into.
    """

    case: Id
    step: Literal["open", "join", "assign", "note", "state", "decide", "merge"]
    officer: Id
    to: Text = ""
    text: Text = ""
    alerts: Annotated[list[Id], Meta(max_length=MAX_NAMED)] = []


Replaceable = (
    Import | Export | Transit | Arrival | Exit | Waybill | Answer | Processing
    | Consumption | StockCount | Seizure | SealEvent
)  # fmt: skip


class Correction(Document, kw_only=True, tag="correction"):
    """The next version of a document: what it was replaced by, or (with none) its cancellation.

    Issuer and number are those of the document corrected, the version is one more, and the
    replacement bears the same three.
    """

    replacement: Replaceable | None = None
    reason: Text = ""


AnyDocument = Replaceable | Diversion | Split | Hold | Release | CaseStep | Correction

KINDS: dict[str, type[Document]] = {
    cls.__struct_config__.tag: cls
    for cls in (
        Import, Export, Transit, Arrival, Exit, Waybill, Answer, Diversion, Split, Processing,
        Consumption, StockCount, Seizure, SealEvent, Hold, Release, CaseStep, Correction,
    )
}  # fmt: skip
