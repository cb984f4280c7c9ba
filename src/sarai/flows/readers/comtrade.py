"""UN Comtrade: CSV and JSON of its API, its bulk files, and the CSV of the portal before 2023.

Trade is published in total and again by customs procedure and mode of transport. Of each cell (reporter,
partner, second partner, flow, code, period) the total of both is taken (``C00`` and ``0``); where there is
none, the parts of the one that is broken down are added up, first over modes of transport (a mode such as
2000, water, stands for 2100, sea, and 2200, inland, and is taken instead of them), else over procedures.

What was second partner `World` has none; rows by second partner are kept beside them. Imports are valued
c.i.f. where that is stated, else as the main value is, which is f.o.b. if it equals the f.o.b. value. A
quantity or mass of 0 is one that was not stated. Whether a quantity was estimated by the UN is not kept.

Source: UN Statistics Division, *UN Comtrade: field descriptions and reference tables*, read November 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.flows.readers import areas, texts
from sarai.flows.readers.reading import Check, Judged, Lookup, Reading, UnreadableFile, judge, kept, summed
from sarai.flows.readers.scanning import beginning, scan_csv, scan_json
from sarai.flows.shape import CELL, COLUMNS, WORLD

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

__all__ = ["is_json", "is_legacy", "is_table", "read"]

FIELDS = (
    "period", "reporterCode", "flowCode", "partnerCode", "partner2Code", "classificationCode", "cmdCode",
    "customsCode", "motCode", "qtyUnitCode", "qty", "netWgt", "cifvalue", "fobvalue", "primaryValue",
)  # fmt: skip

LEGACY = {
    "period": "period",
    "reporter code": "reportercode",
    "trade flow code": "flowcode",
    "partner code": "partnercode",
    "2nd partner code": "partner2code",
    "classification": "classificationcode",
    "commodity code": "cmdcode",
    "customs proc. code": "customscode",
    "mode of transport code": "motcode",
    "qty unit code": "qtyunitcode",
    "netweight (kg)": "netwgt",
    "trade value (us$)": "primaryvalue",
    "cif trade value (us$)": "cifvalue",
    "fob trade value (us$)": "fobvalue",
}
"""Columns of the portal before 2023, where they were named otherwise."""

FLOWS: Lookup = {
    said: (flow, None)
    for flow, codes in {
        "import": ("M", "1"),
        "export": ("X", "2"),
        "reexport": ("RX", "3"),
        "reimport": ("RM", "4"),
        "domestic_export": ("DX",),
    }.items()
    for said in codes
}
"""By code, and by the number that stood for it before 2023."""

EDITIONS: Lookup = {
    "H0": ("HS1992", None),
    "H1": ("HS1996", None),
    "H2": ("HS2002", None),
    "H3": ("HS2007", None),
    "H4": ("HS2012", None),
    "H5": ("HS2017", None),
    "H6": ("HS2022", None),
    "HS": ("", None),  # "as reported": the edition in force
}

UNITS: Lookup = {
    "-1": ("", None),
    "0": ("", None),
    "1": ("", None),
    "2": ("MTK", None),
    "3": ("MWH", None),
    "4": ("MTR", None),
    "5": ("C62", None),
    "6": ("PR", None),
    "7": ("LTR", None),
    "8": ("KGM", None),
    "9": ("MIL", None),
    "10": ("SET", None),  # "jeu/pack", of playing cards
    "11": ("DZN", None),
    "12": ("MTQ", None),
    "13": ("CTM", None),
}
"""Standard units of quantity of the World Customs Organization, by the number Comtrade gives them; -1, 0
and 1 stand for none."""

NOT_BY_KIND = {"9999AA": "999999"}  # goods not specified by kind, which correlations number

PARTS = ("customs_total", "mode", "mode_total")


def is_json(head: str) -> bool:
    """Whether a file begins as a page of the API does."""
    return head.lstrip().startswith("{") and '"data"' in head


def is_table(names: Sequence[str]) -> bool:
    """Whether these are columns of the API's CSV or of a bulk file."""
    return {"reportercode", "flowcode", "cmdcode", "primaryvalue"} <= {name.lower() for name in names}


def is_legacy(names: Sequence[str]) -> bool:
    """Whether these are columns of the portal before 2023."""
    wanted = {"reporter code", "trade flow code", "commodity code", "trade value (us$)"}
    return wanted <= {name.lower() for name in names}


def read(files: Sequence[Path], engine: BaseBackend) -> Reading:
    """Files of UN Comtrade; CSV and JSON may stand side by side.

    Raises
    ------
    UnreadableFile
        A file is none of Comtrade's, or is damaged.
    """
    pages = [path for path in files if is_json(beginning(path))]
    tables = [path for path in files if path not in pages]

    def scan(broken: str | None) -> ir.Table:
        import ibis

        names = [name.lower() for name in FIELDS]
        parts = [scan_csv(engine, tables, names, renamed=_names, broken=broken)] if tables else []
        parts += [scan_json(engine, pages, "data", FIELDS)] if pages else []
        if not parts:
            raise UnreadableFile("no file of UN Comtrade was given; give one or more")
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    reading = kept(engine, scan, _judged, complete=False)
    return reading._replace(rows=_of_totals(engine, reading.rows))


def _names(columns: Sequence[str]) -> list[str]:
    return [LEGACY.get(column.lower(), column.lower()) for column in columns]


def _judged(said: ir.Table) -> Judged:
    table = _looked_up(_cleaned(said))
    import_value = (table.flow_code == "import").ifelse(texts.number(table.cifvalue).nullif(0), None)
    main = texts.number(table.primaryvalue)
    by_fob = (texts.number(table.fobvalue).nullif(0) == main) & import_value.isnull()
    is_import = table.flow_code.isin(["import", "reimport"])
    quantity = texts.number(table.qty).nullif(0)
    unit = table.unit_code.nullif("")
    return judge(
        table,
        _checks(table),
        {
            "source": "comtrade",
            "reporter": table.reporter_code,
            "partner": table.partner_code,
            "second_partner": table.second_code.nullif(WORLD),
            "flow": table.flow_code,
            "edition": table.edition_code.nullif("").fill_null(texts.edition_of(texts.period(table.period))),
            "code": table.cmdcode,
            "frequency": texts.frequency(table.period),
            "period": texts.period(table.period),
            "currency": "USD",
            "value": import_value.fill_null(main),
            "quantity": unit.notnull().ifelse(quantity, None),
            "unit": quantity.notnull().ifelse(unit, None),
            "mass_kg": texts.number(table.netwgt).nullif(0),
            "basis": is_import.ifelse("origin", "destination"),
            "valuation": (is_import & ~by_fob.fill_null(False)).ifelse("cif", "fob"),
        },
        more=PARTS,
    )


def _cleaned(said: ir.Table) -> ir.Table:
    """Texts without space, numbers of codes without the ``.0`` that JSON may give them."""
    import ibis

    names = [name.lower() for name in FIELDS]
    table = said.mutate(**{name: texts.plain(said[name]) for name in names})
    codes = [name for name in names if name.endswith("code") or name == "period"]
    table = table.mutate(**{name: table[name].re_replace(r"^(-?\d+)\.0$", r"\1") for name in codes})
    mode = table.motcode.fill_null("0")
    return table.mutate(
        partner2code=table.partner2code.fill_null("0"),
        qtyunitcode=table.qtyunitcode.fill_null("-1"),
        cmdcode=ibis.cases(
            *((table.cmdcode == said, code) for said, code in NOT_BY_KIND.items()), else_=table.cmdcode
        ),
        customs_total=table.customscode.fill_null("C00") == "C00",
        mode=mode,
        mode_total=mode == "0",
    )


def _looked_up(table: ir.Table) -> ir.Table:
    for column, lookup, name in (
        ("reportercode", areas.comtrade_areas(), "reporter"),
        ("partnercode", areas.comtrade_areas(), "partner"),
        ("partner2code", areas.comtrade_areas(), "second"),
        ("flowcode", FLOWS, "flow"),
        ("classificationcode", EDITIONS, "edition"),
        ("qtyunitcode", UNITS, "unit"),
    ):
        table = texts.looked_up(table, column, lookup, name)
    return table


def _checks(table: ir.Table) -> list[Check]:
    value = table.primaryvalue
    return [
        *(
            Check(said, table[said.lower()], table[f"{name}_code"].notnull(), areas.why(table, name))
            for said, name in (
                ("reporterCode", "reporter"),
                ("partnerCode", "partner"),
                ("partner2Code", "second"),
            )
        ),
        Check("flowCode", table.flowcode, table.flow_code.notnull(),
              "neither an import nor an export, nor one of them again (RM, RX) or of home make (DX)"),
        Check("classificationCode", table.classificationcode, table.edition_code.notnull(),
              "not an edition of the Harmonized System; ask for H0 to H6, or HS"),
        Check("cmdCode", table.cmdcode, texts.code_holds(table.cmdcode, 3),
              "not two, four or six digits, nor TOTAL"),
        Check("period", table.period, texts.period(table.period).notnull(), "neither a year nor a month"),
        Check("primaryValue", value, value.notnull() & texts.number_holds(value),
              texts.NO_NUMBER),
        Check("cifvalue", table.cifvalue, texts.number_holds(table.cifvalue), texts.NO_NUMBER),
        Check("qtyUnitCode", table.qtyunitcode, table.unit_code.notnull(), "no unit of this number is known"),
        Check("qty", table.qty, texts.number_holds(table.qty), texts.NO_NUMBER),
        Check("netWgt", table.netwgt, texts.number_holds(table.netwgt), texts.NO_NUMBER),
    ]  # fmt: skip


def _of_totals(engine: BaseBackend, rows: ir.Table) -> ir.Table:
    """Each cell once: its total, or the sum of its parts. Files without parts need no sum."""
    parts = rows.filter(~(rows.customs_total & rows.mode_total))
    if not engine.to_pyarrow(parts.limit(1).count()).as_py():
        return rows.select(*COLUMNS)
    key = [name for name in CELL if name not in ("unit", "valuation")]
    ranked = rows.mutate(rank=rows.customs_total.cast("int8") * 2 + rows.mode_total.cast("int8"))
    best = ranked.filter(ranked["rank"] == ranked["rank"].max().over(group_by=key))
    above = best.mutate(family=best["mode"].left(1), whole=best["mode"].endswith("000") | best.mode_total)
    chosen = above.filter(above.whole == above.whole.max().over(group_by=[*key, "family"]))
    return summed(chosen)
