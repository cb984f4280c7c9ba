"""The goods items of an ASYCUDA declaration, and the regime that their procedure codes mean."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sarai.goods import Code, Regime
from sarai.intake.explain import shown
from sarai.intake.record import Refused
from sarai.intake.xmltree import Node
from sarai.reference import countries, units

# The first two digits of a procedure ask for a regime, the last two tell the one before; the first
# digit of each is common to all users of ASYCUDA, the second is national but for these.
EXACT = {"51": Regime.INWARD_PROCESSING, "78": Regime.FREE_ZONE}
BY_DIGIT = {
    "0": None,
    "1": None,  # permanent export
    "2": None,  # temporary export
    "3": None,  # re-export
    "4": Regime.HOME_USE,
    "5": Regime.TEMPORARY_ADMISSION,
    "6": Regime.HOME_USE,  # re-import
    "7": Regime.WAREHOUSE,
}

_SUPPLEMENTARY = "Suppplementary_unit"


def regimes(root: Node, general: str) -> tuple[Regime | None, Regime | None]:
    """The regime asked for and the one before; None stands for abroad.

    Raises Refused if the items differ, since a document is under one regime, or if a code has
    no regime here.
    """
    nodes = root.all("Item/Tarification/Extended_customs_procedure")
    codes = list(dict.fromkeys(node.text for node in nodes if node.text)) or [general]
    found = {(_regime(code[:2]), _regime(code[2:4])) for code in codes}
    if len(found) > 1 or (general and any(code[0] != general for code in codes)):
        both = ", ".join(codes)
        message = f"procedures {both} under general procedure {general!r} differ; declare these items apart"
        raise Refused(Code.BAD_VALUE, message, "/regime")
    return found.pop()


def _regime(code: str) -> Regime | None:
    if code in EXACT:
        return EXACT[code]
    if (digit := code[:1] or "0") not in BY_DIGIT:
        message = f"procedure {shown(code)} has no regime here; enter the declaration as JSON"
        raise Refused(Code.BAD_VALUE, message, "/regime")
    return BY_DIGIT[digit]


def lines(root: Node, edition: str) -> list[dict]:
    """The goods items, numbered from 1 in the order of the file, as fields of lines."""
    lots = _lots(root)
    nodes = enumerate(root.all("Item"), 1)
    return [_line(node, number, edition) | lots.get(number, {}) for number, node in nodes]


def _line(node: Node, number: int, edition: str) -> dict:
    origin = node.get("Goods_description/Country_of_origin_code")
    mass = node.get("Valuation_item/Weight_itm/Net_weight_itm")
    invoice = node.get("Valuation_item/Item_Invoice/Amount_foreign_currency")
    return {
        "item": number,
        "hs": _commodity(node),
        **_quantity(node, mass),
        "edition": edition,
        "origin": countries.alpha2(origin) or origin,
        "description": _description(node),
        "net_mass_kg": mass,
        "value": invoice or node.get("Tarification/Item_price"),
        "currency": node.get("Valuation_item/Item_Invoice/Currency_code"),
    }


def _commodity(node: Node) -> str:
    """The code with its national extension, as far as a line holds it."""
    code = node.get("Tarification/HScode/Commodity_code")
    extension = node.get("Tarification/HScode/Precision_1")
    whole = code + extension
    return whole if whole.isdecimal() and len(whole) <= 12 else code


def _quantity(node: Node, mass: str) -> dict:
    """Net mass, in which goods of one code can always be added up; else a supplementary unit."""
    if not _above_zero(mass):
        for quantity, code in _supplementary(node):
            if _above_zero(quantity):
                return {"quantity": quantity, "unit": units.unit_code(code) or code}
    return {"quantity": mass, "unit": "KGM"}


def _supplementary(node: Node) -> list[tuple[str, str]]:
    """Quantities in supplementary units, with the code of the unit. The three p's are ASYCUDA's."""
    nodes = node.all("Tarification/Supplementary_unit")
    pairs = [(each.get(f"{_SUPPLEMENTARY}_quantity"), each.get(f"{_SUPPLEMENTARY}_code")) for each in nodes]
    return [(quantity, code) for quantity, code in pairs if quantity and code]


def _description(node: Node) -> str:
    """What the goods are, in the trader's words, with the free text and the supplementary units."""
    words = node.get("Goods_description/Commercial_Description") or node.get(
        "Goods_description/Description_of_goods"
    )
    measures = [f"{quantity} {code}" for quantity, code in _supplementary(node)]
    parts = [words, node.get("Free_text_1"), node.get("Free_text_2"), *measures]
    return "; ".join(part for part in parts if part)


def _lots(root: Node) -> dict[int, dict]:
    """The item of a former declaration that each item is taken from, where the file names it."""
    lots = {}
    for node in root.all("Prev_decl"):
        here, there = node.get("Prev_decl_current_item"), node.get("Prev_decl_item_number")
        year, serial, number = (node.get(f"Prev_decl_reg_{part}") for part in ("year", "serial", "number"))
        if here.isdecimal() and there.isdecimal() and number:
            lot = {"issuer": node.get("Prev_decl_office_code"), "item": int(there)}
            lots[int(here)] = {"lot": lot | {"number": registration(year, serial, number)}}
    return lots


def registration(year: str, serial: str, number: str) -> str:
    """A declaration's number: an office begins again each year, in each of its series."""
    return " ".join(part for part in (year, serial, number) if part)


def _above_zero(text: str) -> bool:
    try:
        return Decimal(text) > 0
    except InvalidOperation:
        return False
