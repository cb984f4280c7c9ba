"""ASYCUDA World: one declaration (single administrative document) as XML, one to a file.

What a declaration leaves open is settled here once, and told in docs/documents.md: its
identity, its time, the place of the goods, and the regime from the procedure codes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from sarai.goods import AnyDocument, Code, Document, Regime
from sarai.intake.asycuda_dates import edition_at, time_of
from sarai.intake.asycuda_items import lines, regimes, registration
from sarai.intake.explain import DECODE_ERRORS, explain, shown
from sarai.intake.record import Limits, Read, Refused
from sarai.intake.source import Source
from sarai.intake.xmltree import Node, parse
from sarai.reference import countries

OFFICE = "Identification/Office_segment/Customs_clearance_office_code"
COUNTRIES = "General_information/Country"
VEHICLE = "Transport/Means_of_transport/Departure_arrival_information/Identity"

# where the fields of the document come from, for those who have to mend a declaration
ELEMENTS = {
    "/issuer": f"{OFFICE} or, if it is not registered, Declarant/Declarant_code",
    "/importer": "Traders/Consignee/Consignee_code",
    "/importer/id": "Traders/Consignee/Consignee_code",
    "/exporter": "Traders/Exporter/Exporter_code",
    "/exporter/id": "Traders/Exporter/Exporter_code",
    "/principal": "Transit/Principal/Code",
    "/principal/id": "Transit/Principal/Code",
    "/place": OFFICE,
    "/country": f"{COUNTRIES}/Export/Export_country_code or Destination/Destination_country_code",
    "/destination": "Transit/Destination/Office",
    "/deadline": "Transit/Time_limit",
    "/lines": "Item",
    "/lines/N/hs": "Tarification/HScode/Commodity_code",
    "/lines/N/quantity": "Valuation_item/Weight_itm/Net_weight_itm",
    "/lines/N/origin": "Goods_description/Country_of_origin_code",
}


def read_asycuda(
    stream: Source, source: str, limits: Limits, default_time: datetime | None = None
) -> Iterator[Read]:
    """Read the one declaration of a file."""
    try:
        root = parse(stream, limits)
        if root.tag != "ASYCUDA":
            message = f"the XML is {shown(root.tag)}, not ASYCUDA, the only XML that is read here"
            raise Refused(Code.UNKNOWN_FORMAT, message)
        yield Read(_document(root, default_time), None, 1, source)
    except Refused as refused:
        yield refused.read(1, source, stream.head[: limits.max_raw_kept])


def _document(root: Node, default_time: datetime | None) -> Document:
    kind, general = _kind(root)
    time = time_of(root, default_time)
    fields = {
        "kind": kind,
        "issuer": _issuer(root),
        "number": _number(root, time),
        "time": time,
        "declarant": _other(root, "Declarant/Declarant_code", "Declarant/Declarant_name"),
        **_PARTS[kind](root, general, time),
        "lines": [_filled(line) for line in lines(root, edition_at(time))],
    }
    fields = _filled(fields)
    try:
        return msgspec.convert(fields, AnyDocument)
    except DECODE_ERRORS as error:
        refused = explain(error, fields)
        element = ELEMENTS.get(re.sub(r"/\d+/", "/N/", refused.pointer))
        message = f"{refused.message} (it is read from {element})" if element else refused.message
        raise Refused(refused.code, message, refused.pointer) from None


def _kind(root: Node) -> tuple[str, str]:
    """The kind of document, and the general procedure (one digit)."""
    declared = root.get("Identification/Type/Type_of_declaration").upper()
    general = root.get("Identification/Type/Declaration_gen_procedure_code")
    if not declared:
        message = "Identification/Type/Type_of_declaration is empty: in or out? Fill in IM, EX or TR"
        raise Refused(Code.MISSING_FIELD, message, "/kind")
    if declared.startswith("T") or general == "8":
        return "transit", general
    kind = {"IM": "import", "EX": "export"}.get(declared)
    if kind is None:
        message = f"declaration type {shown(declared)} is not known; IM, EX and TR are"
        raise Refused(Code.UNKNOWN_KIND, message, "/kind")
    return kind, general


def _issuer(root: Node) -> str:
    """Who keeps the number unique: the office that registered the declaration, else who declared it."""
    office = root.get(OFFICE)
    return office if root.get("Identification/Registration/Number") else _declarant(root) or office


def _number(root: Node, time: datetime) -> str:
    """Registration; else the declarant's reference; else what the file says, as a hash."""
    if number := root.get("Identification/Registration/Number"):
        return registration(str(time.year), root.get("Identification/Registration/Serial_number"), number)
    digest = hashlib.sha256(msgspec.json.encode(root)).hexdigest()
    return root.get("Declarant/Reference/Number") or f"sha256:{digest[:32]}"


def _declarant(root: Node) -> str:
    return root.get("Declarant/Declarant_code")


def _import(root: Node, general: str, time: datetime) -> dict:
    regime, previous = regimes(root, general)
    if regime is None:
        raise Refused(Code.BAD_VALUE, f"procedure {shown(general)} is not one of imports", "/regime")
    return {
        "importer": _holder(root, "Traders/Consignee/Consignee_code", "Traders/Consignee/Consignee_name"),
        "place": _place(root, regime, previous),
        "country": _country(root, "Export/Export_country_code"),
        "regime": regime,
        "previous_regime": previous,
        "seller": _other(root, "Traders/Exporter/Exporter_code", "Traders/Exporter/Exporter_name"),
    }


def _export(root: Node, general: str, time: datetime) -> dict:
    _, previous = regimes(root, general)
    regime = previous or Regime.HOME_USE
    return {
        "exporter": _holder(root, "Traders/Exporter/Exporter_code", "Traders/Exporter/Exporter_name"),
        "place": _place(root, regime, None),
        "country": _country(root, "Destination/Destination_country_code"),
        "regime": regime,
        "consignee": _other(root, "Traders/Consignee/Consignee_code", "Traders/Consignee/Consignee_name"),
    }


def _transit(root: Node, general: str, time: datetime) -> dict:
    destination = root.get("Transit/Destination/Country")
    return {
        "declarant": None,  # a transit has a principal instead
        "principal": _holder(root, "Transit/Principal/Code", "Transit/Principal/Name"),
        "place": root.get(OFFICE),
        "destination": root.get("Transit/Destination/Office"),
        "deadline": _deadline(root.get("Transit/Time_limit"), time),
        "country": _country(root, "Export/Export_country_code"),
        "destination_country": countries.alpha2(destination)
        or _country(root, "Destination/Destination_country_code"),
        "consignee": _other(root, "Traders/Consignee/Consignee_code", "Traders/Consignee/Consignee_name"),
        "vehicle": root.get(VEHICLE),
        "seals": [node.text for node in root.all("Transit/Seals/Identity") if node.text],
    }


_PARTS = {"import": _import, "export": _export, "transit": _transit}


def _deadline(limit: str, time: datetime) -> datetime | str:
    """A time limit is a number of days; anything else is left for the decoder to refuse."""
    return time + timedelta(days=int(limit)) if limit.isdecimal() and len(limit) < 4 else limit


def _place(root: Node, regime: Regime, previous: Regime | None) -> str:
    """The warehouse, where goods go into one or come out of it; else the clearance office."""
    warehouse = root.get("Warehouse/Identification") or root.get("Item/Previous_doc/Previous_warehouse_code")
    return (warehouse if Regime.WAREHOUSE in (regime, previous) else "") or root.get(OFFICE)


def _country(root: Node, path: str) -> str:
    text = root.get(f"{COUNTRIES}/{path}")
    return countries.alpha2(text) or text


def _holder(root: Node, code: str, name: str) -> dict:
    """A party by its code: it may hold goods in the book, so a name alone is not enough."""
    return _filled({"id": root.get(code), "name": root.get(name)})


def _other(root: Node, code: str, name: str) -> dict:
    """A party that holds nothing here, by its code or else by its name."""
    party = _holder(root, code, name)
    return {"id": f"name:{party['name']}"[:128], **party} if party.get("name") else party


def _filled(fields: dict) -> dict:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value or value == 0}
