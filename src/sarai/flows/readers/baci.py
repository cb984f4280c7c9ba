"""BACI of CEPII: yearly trade by pair of countries and HS6 code, reconciled from both sides' reports.

What exporter and importer reported has been made one figure, f.o.b., so there is no mirror within it: it
stands here as the exporter's export. Value is in thousands of dollars and mass in tonnes in the file, and in
whole ones here. The edition of the codes is in the name of the file (``BACI_HS17_Y2022_V202401.csv``) or has
to be said. Codes that lost their first zero have it again.

Source: G. Gaulier and S. Zignago, *BACI: International Trade Database at the Product-Level*, CEPII Working
Paper 2010-23; Etalab 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.flows.readers import areas, texts
from sarai.flows.readers.reading import Check, Judged, Reading, UnreadableFile, judge, kept
from sarai.flows.readers.scanning import scan_csv
from sarai.goods import BadSetting

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

__all__ = ["is_table", "read"]

FIELDS = ("t", "i", "j", "k", "v", "q")
NAMES = {"exp": "i", "imp": "j"}
BY_YEAR = {
    "92": "HS1992", "96": "HS1996", "02": "HS2002", "07": "HS2007", "12": "HS2012", "17": "HS2017",
    "22": "HS2022",
}  # fmt: skip
IN_NAME = re.compile(r"HS(92|96|02|07|12|17|22)(?!\d)", re.IGNORECASE)
NOT_STATED = "NA"


def is_table(names: Sequence[str]) -> bool:
    """Whether these are columns of BACI, with numbers or letters for countries."""
    return set(FIELDS) <= set(_names(names))


def read(files: Sequence[Path], engine: BaseBackend, *, edition: str | None = None) -> Reading:
    """Files of one edition.

    Parameters
    ----------
    edition : str, optional
        ``HS1992`` to ``HS2022``; without it, what the files' names say.

    Raises
    ------
    BadSetting
        The edition is not said, or is none of these.
    UnreadableFile
        Files are of several editions, or one is damaged.
    """
    of = edition or _edition(files)
    if of not in BY_YEAR.values():
        raise BadSetting(f"edition {of!r} is not known to BACI; use one of {', '.join(BY_YEAR.values())}")

    def scan(broken: str | None) -> ir.Table:
        return scan_csv(engine, files, FIELDS, renamed=_names, broken=broken)

    return kept(engine, scan, lambda said: _judged(said, of), complete=False)


def _names(columns: Sequence[str]) -> list[str]:
    return [NAMES.get(column.lower(), column.lower()) for column in columns]


def _edition(files: Sequence[Path]) -> str:
    named = {path: IN_NAME.search(path.name) for path in files}
    silent = [path for path, found in named.items() if not found]
    if silent:
        raise BadSetting(f"the name of {silent[0]} says no edition of the codes; say one, such as HS1992")
    editions = sorted({BY_YEAR[found[1]] for found in named.values()})
    if len(editions) > 1:
        raise UnreadableFile(f"files are of several editions ({', '.join(editions)}); read each by itself")
    return editions[0]


def _judged(said: ir.Table, edition: str) -> Judged:
    table = said.mutate(**{name: texts.plain(said[name]) for name in FIELDS})
    short = table.k.re_search(r"^\d{5}$")
    table = table.mutate(k=short.ifelse("0" + table.k, table.k), q=table.q.nullif(NOT_STATED))
    lookup = areas.comtrade_areas() | areas.iso3_areas()
    table = table.mutate(i=_unpadded(table.i), j=_unpadded(table.j))
    table = texts.looked_up(texts.looked_up(table, "i", lookup, "exporter"), "j", lookup, "importer")
    return judge(
        table,
        _checks(table),
        {
            "source": "baci",
            "reporter": table.exporter_code,
            "partner": table.importer_code,
            "flow": "export",
            "edition": edition,
            "code": table.k,
            "frequency": "A",
            "period": texts.period(table.t),
            "currency": "USD",
            "value": texts.number(table.v) * 1000,
            "mass_kg": texts.number(table.q).nullif(0) * 1000,
            "basis": "destination",
            "valuation": "fob",
        },
    )


def _unpadded(code: ir.StringValue) -> ir.StringValue:
    return code.re_replace(r"^0+(\d)", r"\1")


def _checks(table: ir.Table) -> list[Check]:
    return [
        Check("i", table.i, table.exporter_code.notnull(), areas.why(table, "exporter")),
        Check("j", table.j, table.importer_code.notnull(), areas.why(table, "importer")),
        Check("k", table.k, table.k.re_search(r"^\d{6}$"), "not six digits"),
        Check("t", table.t, texts.period(table.t).notnull(), "not a year"),
        Check("v", table.v, table.v.notnull() & texts.number_holds(table.v), texts.NO_NUMBER),
        Check("q", table.q, texts.number_holds(table.q), texts.NO_NUMBER),
    ]
