"""A document as people read it: its head, and its goods as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from msgspec import NODEFAULT
from msgspec.structs import fields

from sarai.goods import KINDS
from sarai.server.words import Words

LABELS: dict[str, str] = {
    "time": "When it happened",
    "importer": "Importer",
    "exporter": "Exporter",
    "seller": "Seller",
    "declarant": "Declarant",
    "consignor": "Consignor",
    "principal": "Principal",
    "holder": "Holder",
    "processor": "Processor",
    "consignee": "Consignee",
    "carrier": "Carrier",
    "place": "Place",
    "country": "Country",
    "regime": "Procedure",
    "previous_regime": "Former procedure",
    "destination": "Destination",
    "destination_country": "Country of destination",
    "deadline": "Deadline",
    "vehicle": "Vehicle",
    "seals": "Seals",
    "seal": "Seal",
    "event": "What the seal told",
    "consignment": "Consignment",
    "decision": "Answer",
    "case": "Case",
    "step": "Step",
    "officer": "Officer",
    "to": "To whom or what",
    "text": "Note",
    "alerts": "Alerts",
    "reason": "Reason",
    "latitude_deg": "Latitude",
    "longitude_deg": "Longitude",
    "replacement": "Replaced by",
}
"""What the fields of a document's head are called, in the order in which they are read."""

COUNTRY_LABELS = {
    "import": "Country of dispatch",
    "transit": "Country of dispatch",
    "export": "Country of destination",
    "exit": "Country of destination",
}
TABLES: dict[str, str] = {
    "lines": "Goods",
    "inputs": "Used",
    "outputs": "Made",
    "items": "Items",
    "shortages": "Missing",
    "parts": "Parts",
    "lots": "Lots",
}
IDENTITY = frozenset({"kind", "issuer", "number", "version"})
PARTIES = frozenset(
    ("importer", "exporter", "seller", "declarant", "consignor", "principal", "holder", "processor",
     "consignee", "carrier")
)  # fmt: skip
CODES = {
    "regime": "regime",
    "previous_regime": "regime",
    "decision": "answer",
    "event": "seal",
    "step": "step",
}


class Cell(NamedTuple):
    """Something shown: its text, what leads on from it, and whether it is a number."""

    text: str
    href: str = ""
    numeric: bool = False


class Field(NamedTuple):
    """A line of the head."""

    label: str
    cell: Cell


class Table(NamedTuple):
    """Goods or parts of a document, with columns that have something in them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Readable(NamedTuple):
    """A document as it is read."""

    head: tuple[Field, ...]
    tables: tuple[Table, ...]


def readable(content: Mapping[str, Any], words: Words, *, links: bool = True) -> Readable:
    """A document out of its built-in types, in somebody's language.

    Parameters
    ----------
    links
        Whether names may be followed: labels lead nowhere.
    """
    replacement, content = content.get("replacement"), _whole(content)
    head = [
        Field(_label(name, content, words), cell)
        for name in LABELS
        if name in content
        and name != "replacement"
        and (cell := _cell(name, content[name], words, links)).text
    ]
    own = [
        _table(words(title), content[name], content, words, links)
        for name, title in TABLES.items()
        if content.get(name)
    ]
    if not replacement:
        return Readable(tuple(head), tuple(own))
    after = readable({**replacement, "kind": replacement.get("kind", "")}, words, links=links)
    return Readable((*head, *after.head), (*own, *after.tables))


def _whole(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the procedure that a document means when it states none."""
    kind = KINDS.get(content.get("kind", ""))
    stated = {each.name: each.default for each in fields(kind)} if kind else {}
    usual = stated.get("regime", NODEFAULT)
    return content if usual is NODEFAULT else {"regime": usual.value, **content}


def _label(name: str, content: Mapping[str, Any], words: Words) -> str:
    return words(
        COUNTRY_LABELS.get(content.get("kind", ""), LABELS[name]) if name == "country" else LABELS[name]
    )


def _cell(name: str, value: Any, words: Words, links: bool) -> Cell:
    if name in PARTIES:
        return party(value, words, links)
    if name == "consignment":
        return document(value["issuer"], value["number"], links)
    if name in CODES:
        return Cell(words.name(CODES[name], str(value)))
    if name == "case" and links and value:
        return Cell(str(value), f"/case/{value}")
    return Cell(_text(name, value, words))


def _text(name: str, value: Any, words: Words) -> str:
    if name in ("country", "destination_country"):
        return words.country(value)
    if name in ("time", "deadline"):
        return words.moment(instant(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def instant(value: str | datetime) -> datetime:
    """A time of a document, whether it is still text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def party(value: Mapping[str, Any] | None, words: Words, links: bool) -> Cell:
    """Somebody named: by name and identifier."""
    if not value:
        return Cell("")
    text = " · ".join(
        each for each in (value.get("name", ""), value["id"], words.country(value.get("country", ""))) if each
    )
    href = f"/balances?{urlencode({'party': value['id']})}" if links else ""
    return Cell(text, href)


def document(issuer: str, number: str, links: bool = True) -> Cell:
    """Another document, with the way to it."""
    query = urlencode({"issuer": issuer, "number": number})
    return Cell(f"{issuer}/{number}", f"/book/document?{query}" if links else "")


def trace(issuer: str, number: str, item: int | None = None, **more: str) -> str:
    """Where the goods of a document are traced."""
    query = {"issuer": issuer, "number": number, **({"item": item} if item else {}), **more}
    return f"/trace?{urlencode(query)}"


# -- tables ----------------------------------------------------------------------------------------

Row = Mapping[str, Any]


def _table(title: str, rows: Sequence[Row], content: Row, words: Words, links: bool) -> Table:
    columns: dict[str, list[Cell]] = {}
    for label, cells in _columns(rows, content, words, links):
        if any(cell.text for cell in cells):
            columns[words(label)] = list(cells)
    return Table(title, tuple(columns), tuple(zip(*columns.values(), strict=True)))


def _columns(
    rows: Sequence[Row], content: Row, words: Words, links: bool
) -> Iterable[tuple[str, list[Cell]]]:
    """All columns that a table may have; those with nothing in them are left out."""
    yield "Item", [_item(row, content, links) for row in rows]
    yield (
        "Document",
        [document(row["issuer"], row["number"], links) if "issuer" in row else Cell("") for row in rows],
    )
    yield (
        "Number",
        [Cell(row["number"] if "issuer" not in row else "") if "number" in row else Cell("") for row in rows],
    )
    yield "HS code", [Cell(" ".join(filter(None, (row.get("hs", ""), _edition(row))))) for row in rows]
    yield "Description", [Cell(row.get("description", "")) for row in rows]
    yield "Quantity", [_quantity(row, "quantity", words) for row in rows]
    yield "Accepted", [_quantity(row, "accepted", words) for row in rows]
    yield "Missing", [_quantity(row, "shortage", words) for row in rows]
    yield "Weight", [_weight(row, words) for row in rows]
    yield "Value", [_money(row, words) for row in rows]
    yield "Origin", [Cell(words.country(row.get("origin", ""))) for row in rows]
    yield "Share", [_number(row.get("share"), words) for row in rows]
    yield "Taken from the lot", [_lot(row.get("lot"), links) for row in rows]
    yield "Destination", [Cell(row.get("destination", "")) for row in rows]
    yield "Consignee", [party(row.get("consignee"), words, links) for row in rows]
    yield "Items", [_shared(row.get("items", ()), words) for row in rows]


def _item(row: Row, content: Row, links: bool) -> Cell:
    """An item's number, leading to the trace of its goods if it is the document's own."""
    if "item" not in row:
        return Cell("")
    own = links and "hs" in row and "issuer" in content
    return Cell(
        str(row["item"]), trace(content["issuer"], content["number"], row["item"]) if own else "", True
    )


def _edition(row: Row) -> str:
    """The edition of a code, where it is not the usual one."""
    return "" if row.get("edition", "HS2022") == "HS2022" else f"({row['edition']})"


def _quantity(row: Row, name: str, words: Words) -> Cell:
    if row.get(name) in (None, ""):
        return Cell("")
    amount = Decimal(str(row[name]))
    if "hs" not in row:  # in the unit of another document's item
        return Cell(words.number(amount), numeric=True)
    return Cell(words.quantity(amount, row.get("unit", "KGM")), numeric=True)


def _weight(row: Row, words: Words) -> Cell:
    mass = row.get("net_mass_kg")
    return Cell(words.quantity(Decimal(str(mass)), "KGM") if mass is not None else "", numeric=True)


def _money(row: Row, words: Words) -> Cell:
    value = row.get("value")
    return Cell(
        words.money(Decimal(str(value)), row.get("currency", "")) if value is not None else "", numeric=True
    )


def _number(value: int | None, words: Words) -> Cell:
    return Cell("" if value is None else words.number(value), numeric=True)


def _lot(lot: Row | None, links: bool) -> Cell:
    if not lot:
        return Cell("")
    href = trace(lot["issuer"], lot["number"], lot["item"]) if links else ""
    return Cell(f"{lot['issuer']}/{lot['number']} · {lot['item']}", href)


def _shared(items: Sequence[Row], words: Words) -> Cell:
    said = (f"{each['item']}: {words.number(Decimal(str(each['quantity'])))}" for each in items)
    return Cell("; ".join(said))
