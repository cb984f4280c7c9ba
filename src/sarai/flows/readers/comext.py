"""Eurostat COMEXT in bulk: ``full_v2_YYYYMM.dat`` and its older layout, one file for a month or a year.

A cell stands in several rows, one for each statistical procedure (1 normal, 2 inward and 3 outward
processing, 9 not recorded), and they are added up. The older files also have the total as procedure 4: where
a reporter's flow in a period has it, it is taken alone.

Member states say of a purchase from another member whence it was sent, of one from outside where it was
made: trade type ``I`` is by consignment, ``E`` by origin. Imports are valued c.i.f., exports f.o.b. Northern
Ireland (XI) is added to the United Kingdom; other codes of Eurostat's own are kept (`areas`). A product that
is hidden has letters in its code and is refused: its trade is in no code, and only in the total.

A quantity or mass of 0 is one that was not stated, or rounds to none. A supplementary unit that is not
known is told among what is refused; of these rows only the quantity is left out.

Source: Eurostat, *User guide on European statistics on international trade in goods*; layout as published
November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.flows.readers import areas, texts
from sarai.flows.readers.reading import Check, Judged, Lookup, Reading, judge, kept, summed
from sarai.flows.readers.scanning import scan_csv
from sarai.flows.shape import TOTAL
from sarai.reference.units import unit_code

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

__all__ = ["basis", "is_table", "read"]

NAMES = {
    "reporter": "REPORTER",
    "declarant_iso": "REPORTER",
    "partner": "PARTNER",
    "partner_iso": "PARTNER",
    "trade_type": "TRADE_TYPE",
    "product_nc": "PRODUCT_NC",
    "flow": "FLOW",
    "stat_procedure": "STAT_PROCEDURE",
    "stat_regime": "STAT_PROCEDURE",
    "suppl_unit": "SUPPL_UNIT",
    "supp_unit": "SUPPL_UNIT",
    "period": "PERIOD",
    "value_eur": "VALUE_EUR",
    "value_in_euros": "VALUE_EUR",
    "quantity_kg": "QUANTITY_KG",
    "quantity_in_kg": "QUANTITY_KG",
    "quantity_suppl_unit": "QUANTITY_SUPPL_UNIT",
    "sup_quantity": "QUANTITY_SUPPL_UNIT",
}
"""By the name of a column in either layout, in lower case, the name of today."""

FIELDS = tuple(dict.fromkeys(NAMES.values()))
FLOWS: Lookup = {"1": ("import", None), "2": ("export", None)}
ALL_PROCEDURES = "4"
LEFT_OUT = "no unit of this name is known; the quantity is left out, value and mass are read"
PART = "part"  # files such as full_partxixu hold the trade with some partners only

UNITS_OF_THE_TARIFF = (
    "c/k", "ce/el", "ct/l", "g", "gi F/S", "kg", "kg C5H14ClNO", "kg H2O2", "kg K2O", "kg KOH", "kg met.am.",
    "kg N", "kg NaOH", "kg/net eda", "kg P2O5", "kg 90 % sdt", "kg U", "1000 kWh", "l", "1000 l",
    "l alc. 100 %", "m", "m2", "m3", "1000 m3", "pa", "p/st", "100 p/st", "1000 p/st", "TJ", "t",
)  # fmt: skip
"""Supplementary units as the Combined Nomenclature writes them; files drop what is no letter or figure."""


def is_table(names: Sequence[str]) -> bool:
    """Whether these are columns of a bulk file."""
    have = {NAMES.get(name.lower()) for name in names}
    return {"PRODUCT_NC", "FLOW", "PERIOD", "VALUE_EUR", "REPORTER", "PARTNER"} <= have


def read(files: Sequence[Path], engine: BaseBackend, *, units: Mapping[str, str] | None = None) -> Reading:
    """Bulk files, of either layout.

    They hold every reporter, so that what is not in them was not traded, unless ``part`` is in the name.

    Parameters
    ----------
    units : mapping, optional
        Further supplementary units: by what ``SUPPL_UNIT`` says, the Recommendation 20 code.

    Raises
    ------
    UnreadableFile
        A file is damaged.
    """

    def scan(broken: str | None) -> ir.Table:
        return scan_csv(engine, files, FIELDS, renamed=_names, broken=broken)

    known = _units() | {_bare(said): (code, None) for said, code in (units or {}).items()}
    complete = not any(PART in path.name.lower() for path in files)
    reading = kept(engine, scan, lambda said: _judged(said, known), complete)
    return reading._replace(rows=_of_all_procedures(reading.rows))


def _names(columns: Sequence[str]) -> list[str]:
    """Names of today; beside ISO codes, the older layout has numbers of countries under ``PARTNER``."""
    lower = [column.lower() for column in columns]
    numbers = {"declarant", "partner"} if "partner_iso" in lower else set()
    return ["" if name in numbers else NAMES.get(name, name) for name in lower]


@cache
def _units() -> Lookup:
    none = {"": ("", None), "NOSU": ("", None)}
    return none | {_bare(said): (unit_code(said.lower()), None) for said in UNITS_OF_THE_TARIFF}


def _bare(unit: str) -> str:
    """A unit in capital letters and figures alone: ``p/st`` and ``P_ST`` are one."""
    return "".join(each for each in unit.upper() if each.isascii() and each.isalnum())


def _judged(said: ir.Table, units: Lookup) -> Judged:
    table = _looked_up(said, units)
    day = texts.period(table.PERIOD)
    is_import = table.flow_code == "import"
    quantity = texts.number(table.QUANTITY_SUPPL_UNIT).nullif(0)
    unit = table.unit_code.nullif("")
    return judge(
        table,
        _checks(table),
        {
            "source": "comext",
            "reporter": table.reporter_code,
            "partner": table.partner_code,
            "flow": table.flow_code,
            "edition": texts.edition_of(day),
            "code": table.PRODUCT_NC,
            "frequency": texts.frequency(table.PERIOD),
            "period": day,
            "currency": "EUR",
            "value": texts.number(table.VALUE_EUR),
            "quantity": unit.notnull().ifelse(quantity, None),
            "unit": quantity.notnull().ifelse(unit, None),
            "mass_kg": texts.number(table.QUANTITY_KG).nullif(0),
            "basis": basis(is_import, table.TRADE_TYPE == "I"),
            "valuation": is_import.ifelse("cif", "fob"),
        },
        notes=[
            Check("SUPPL_UNIT", table.SUPPL_UNIT, table.unit_code.notnull() | quantity.isnull(), LEFT_OUT),
        ],
        more=["procedure"],
    )


def basis(is_import: ir.BooleanValue, intra: ir.BooleanValue) -> ir.StringValue:
    """What the partner is: of purchases within the Union whence they were sent, of others the origin."""
    import ibis

    return ibis.cases((~is_import, "destination"), (intra, "consignment"), else_="origin")


def _looked_up(said: ir.Table, units: Lookup) -> ir.Table:
    table = said.mutate(**{name: texts.plain(said[name]) for name in FIELDS})
    table = table.mutate(
        procedure=table.STAT_PROCEDURE.fill_null(""),
        bare_unit=table.SUPPL_UNIT.fill_null("").upper().re_replace("[^A-Z0-9]", ""),
    )
    for column, lookup, name in (
        ("REPORTER", areas.eurostat_areas(), "reporter"),
        ("PARTNER", areas.eurostat_areas(), "partner"),
        ("FLOW", FLOWS, "flow"),
        ("bare_unit", units, "unit"),
    ):
        table = texts.looked_up(table, column, lookup, name)
    return table


def _checks(table: ir.Table) -> list[Check]:
    code, value = table.PRODUCT_NC, table.VALUE_EUR
    hidden = code.re_search("[A-Z]") & (code != TOTAL)
    return [
        Check("REPORTER", table.REPORTER, table.reporter_code.notnull(), areas.why(table, "reporter")),
        Check("PARTNER", table.PARTNER, table.partner_code.notnull(), areas.why(table, "partner")),
        Check("FLOW", table.FLOW, table.flow_code.notnull(), "neither 1, import, nor 2, export"),
        Check("PRODUCT_NC", code, ~hidden, "confidential: the product is hidden, its trade is in the total"),
        Check("PRODUCT_NC", code, texts.code_holds(code, 4), "not two to eight digits in pairs, nor TOTAL"),
        Check("PERIOD", table.PERIOD, texts.period(table.PERIOD).notnull(), "neither a year nor a month"),
        Check("VALUE_EUR", value, texts.number_holds(value), texts.NO_NUMBER),
        *(
            Check(name, table[name], texts.number_holds(table[name]), texts.NO_NUMBER)
            for name in ("QUANTITY_KG", "QUANTITY_SUPPL_UNIT")
        ),
    ]


def _of_all_procedures(rows: ir.Table) -> ir.Table:
    """Each cell once: the total over procedures where the reporter has it, or the sum."""
    total = rows.procedure == ALL_PROCEDURES
    marked = rows.mutate(total=total, totalled=total.max().over(group_by=["reporter", "flow", "period"]))
    return summed(marked.filter(marked.total == marked.totalled))
