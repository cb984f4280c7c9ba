"""Eurostat COMEXT by its SDMX service: SDMX-CSV 1.0 and 2.0, SDMX-ML 2.1 generic and structure-specific.

An observation is one indicator of a cell, and the indicators of a cell make one row: value in euro, net mass
(in 100 kg, as DS-045409 has it, or in kg) and supplementary quantity. The unit of a supplementary quantity
is not among the data but hangs on the product: without a unit said by `units` it is left out, and told so.

Purchases from a member of the Union (of the first of January of the year) are by consignment, others by
origin, as in `comext`. Answers hold what was asked for, so what is not in them says nothing.

Sources: SDMX, *SDMX-CSV field guide* 1.0 and 2.0; *SDMX-ML: schema and documentation* 2.1.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.flows.readers import areas, texts
from sarai.flows.readers.comext import basis
from sarai.flows.readers.reading import Check, Judged, Lookup, Reading, UnreadableFile, judge, kept
from sarai.flows.readers.scanning import GZIP, beginning, scan_csv, stored
from sarai.flows.shape import CELL, COLUMNS
from sarai.reference.countries import members

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend
    from lxml.etree import _Element

__all__ = ["is_table", "is_xml", "read"]

DIMENSIONS = ("reporter", "partner", "product", "flow", "indicators", "time_period")
FIELDS = (*DIMENSIONS, "obs_value")

FLOWS: Lookup = {
    "1": ("import", None),
    "2": ("export", None),
    "IMPORT": ("import", None),
    "EXPORT": ("export", None),
}

INDICATORS: Lookup = {
    "VALUE_IN_EUROS": ("value", None),
    "VALUE_IN_EUR": ("value", None),
    "VALUE_EUR": ("value", None),
    "QUANTITY_IN_100KG": ("mass_100kg", None),
    "QUANTITY_IN_KG": ("mass_kg", None),
    "QUANTITY_KG": ("mass_kg", None),
    "SUPPLEMENTARY_QUANTITY": ("quantity", None),
    "SUP_QUANTITY": ("quantity", None),
    "QUANTITY_SUPPL_UNIT": ("quantity", None),
}

NO_UNIT = "the answer states no unit of this product; the quantity is left out, value and mass are read"
FIRST_YEAR, LAST_YEAR = 1988, 2100  # of Comext, and of the members that are known
BATCH = 50_000  # observations; some tens of MB


def is_table(names: Sequence[str]) -> bool:
    """Whether these are columns of SDMX-CSV with the dimensions of Comext."""
    return set(FIELDS) <= {_id(name) for name in names}


def is_xml(head: str) -> bool:
    """Whether a file begins as SDMX-ML does."""
    return head.lstrip().startswith("<") and ("GenericData" in head or "StructureSpecific" in head)


def read(files: Sequence[Path], engine: BaseBackend, *, units: Mapping[str, str] | None = None) -> Reading:
    """Answers of the service; CSV and XML may stand side by side.

    Parameters
    ----------
    units : mapping, optional
        By product, the Recommendation 20 code of its supplementary unit.

    Raises
    ------
    UnreadableFile
        A file is damaged, or not SDMX.
    """
    messages = [path for path in files if beginning(path).lstrip().startswith("<")]
    tables = [path for path in files if path not in messages]
    observed = [_observed(engine, path) for path in messages]

    def scan(broken: str | None) -> ir.Table:
        import ibis

        parts = [scan_csv(engine, tables, FIELDS, renamed=_ids, broken=broken)] if tables else []
        parts += observed
        if not parts:
            raise UnreadableFile("no answer of an SDMX service was given; give one or more")
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    stated = {product: (unit, None) for product, unit in (units or {}).items()}
    return kept(engine, scan, lambda said: _judged(said, stated), complete=False)


def _ids(columns: Sequence[str]) -> list[str]:
    return [_id(column) for column in columns]


def _id(text: str) -> str:
    """The id of ``REPORTER`` or ``REPORTER: Reporting country``."""
    return text.partition(":")[0].strip().lower()


def _judged(said: ir.Table, units: Lookup) -> Judged:
    table = _looked_up(said, units)
    day = texts.period(table.time_period)
    is_import = table.flow_code == "import"
    number = texts.number(table.obs_value)
    is_quantity = (table.indicators_code == "quantity") & (number > 0)
    judged = judge(
        table,
        _checks(table),
        {
            "source": "comext",
            "reporter": table.reporter_code,
            "partner": table.partner_code,
            "flow": table.flow_code,
            "edition": texts.edition_of(day),
            "code": table["product"],
            "frequency": texts.frequency(table.time_period),
            "period": day,
            "currency": "EUR",
            "value": number,
            "unit": table.unit_code,
            "basis": basis(is_import, table.of_union & table.with_union),
            "valuation": is_import.ifelse("cif", "fob"),
        },
        notes=[Check("PRODUCT", table["product"], table.unit_code.notnull() | ~is_quantity, NO_UNIT)],
        more=["indicators_code"],
    )
    return judged._replace(rows=_pivoted(judged.rows))


def _looked_up(said: ir.Table, units: Lookup) -> ir.Table:
    ids = {name: texts.plain(said[name].split(":")[0]) for name in DIMENSIONS}
    table = said.mutate(**ids, obs_value=texts.plain(said.obs_value))
    table = table.mutate(flow=table.flow.upper(), indicators=table.indicators.upper())
    for column, lookup, name in (
        ("reporter", areas.eurostat_areas(), "reporter"),
        ("partner", areas.eurostat_areas(), "partner"),
        ("flow", FLOWS, "flow"),
        ("indicators", INDICATORS, "indicators"),
        ("product", units, "unit"),
    ):
        table = texts.looked_up(table, column, lookup, name)
    year = table.time_period.left(4)
    table = table.mutate(reporter_year=table.reporter_code + year, partner_year=table.partner_code + year)
    for column, name in (("reporter_year", "of"), ("partner_year", "with")):
        table = texts.looked_up(table, column, _members_by_year(), name)
    return table.mutate(of_union=table.of_code.notnull(), with_union=table.with_code.notnull())


def _members_by_year() -> Lookup:
    from datetime import date

    years = range(FIRST_YEAR, LAST_YEAR)
    return {f"{code}{year}": ("EU", None) for year in years for code in members("EU", date(year, 1, 1))}


def _checks(table: ir.Table) -> list[Check]:
    return [
        Check("REPORTER", table.reporter, table.reporter_code.notnull(), _why(table, "reporter")),
        Check("PARTNER", table.partner, table.partner_code.notnull(), _why(table, "partner")),
        Check("PRODUCT", table["product"], texts.code_holds(table["product"], 4),
              "not two to eight digits in pairs, nor TOTAL; with letters, a product that is hidden"),
        Check("FLOW", table.flow, table.flow_code.notnull(), "neither 1, import, nor 2, export"),
        Check("INDICATORS", table.indicators, table.indicators_code.notnull(),
              "neither a value in euro, nor a mass, nor a supplementary quantity"),
        Check("TIME_PERIOD", table.time_period, texts.period(table.time_period).notnull(),
              "neither a year nor a month"),
        Check("OBS_VALUE", table.obs_value, texts.number_holds(table.obs_value), texts.NO_NUMBER),
    ]  # fmt: skip


def _why(table: ir.Table, name: str) -> ir.StringValue:
    """Codes longer than two letters (EU27_2020, EXT_EU27_2020) are of groups."""
    return (table[name].length() > 2).ifelse(areas.GROUP, areas.why(table, name))


def _pivoted(rows: ir.Table) -> ir.Table:
    """One row of the indicators of a cell; an observation that is there twice counts once."""
    number = rows.value
    of = {name: number.max(where=rows.indicators_code == name) for name, _ in INDICATORS.values()}
    cells = rows.group_by([name for name in CELL if name != "unit"]).aggregate(
        said_value=of["value"],
        said_quantity=of["quantity"].nullif(0),
        said_mass=of["mass_kg"].fill_null(of["mass_100kg"] * 100).nullif(0),
        said_unit=rows.unit.max(),
    )
    quantity = cells.said_unit.notnull().ifelse(cells.said_quantity, None)
    shaped = cells.mutate(
        value=cells.said_value,
        quantity=quantity,
        unit=quantity.notnull().ifelse(cells.said_unit, None),
        mass_kg=cells.said_mass,
    )
    told = shaped.filter(shaped.value.notnull() | shaped.mass_kg.notnull() | shaped.quantity.notnull())
    return told.select(*COLUMNS)


def _observed(engine: BaseBackend, path: Path) -> ir.Table:
    """The observations of a message as a table of text; rows are counted."""
    import pyarrow as pa
    from lxml.etree import XMLSyntaxError

    schema = pa.schema(
        [("file", pa.string()), ("row", pa.int64()), *((name, pa.string()) for name in FIELDS)]
    )
    try:
        return stored(engine, schema, _batches(path, schema))
    except (XMLSyntaxError, OSError, EOFError) as fault:
        raise UnreadableFile(f"{path} is no SDMX-ML that can be read: {fault}; fetch it again") from fault


def _batches(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows: list[dict[str, object]] = []
    for number, observation in enumerate(_observations(path), start=1):
        rows.append({"file": str(path), "row": number, **{name: observation.get(name) for name in FIELDS}})
        if len(rows) == BATCH:
            yield pa.RecordBatch.from_pylist(rows, schema)
            rows = []
    yield pa.RecordBatch.from_pylist(rows, schema)


def _observations(path: Path) -> Iterator[dict[str, str]]:
    """Each observation by the ids of its dimensions, in lower case, and ``obs_value``.

    Keys stand on the series (as attributes or as a ``SeriesKey``) or on the observation itself.
    """
    from lxml.etree import iterparse

    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
    with gzip.open(path) if packed else path.open("rb") as file:
        series: dict[str, str] = {}
        events = iterparse(
            file,
            events=("start", "end"),
            tag=("{*}Series", "{*}SeriesKey", "{*}Obs"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        for event, element in events:
            kind = _local(element.tag)
            if event == "start" and kind == "Series":
                series = _attributes(element)
            elif event == "end" and kind == "SeriesKey":
                series = series | _values(element)
            elif event == "end" and kind == "Obs":
                yield series | _observation(element)
                _forget(element)
            elif event == "end":
                series = {}
                _forget(element)


def _observation(element: _Element) -> dict[str, str]:
    found = _attributes(element)
    for part in element:
        kind = _local(part.tag)
        if kind == "ObsKey":
            found |= _values(part)
        elif kind == "ObsDimension":
            found[part.get("id", "TIME_PERIOD").lower()] = part.get("value", "")
        elif kind == "ObsValue":
            found["obs_value"] = part.get("value", "")
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attributes(element: _Element) -> dict[str, str]:
    return {_local(str(name)).lower(): str(value) for name, value in element.attrib.items()}


def _values(element: _Element) -> dict[str, str]:
    return {value.get("id", "").lower(): value.get("value", "") for value in element}


def _forget(element: _Element) -> None:
    """Let go of what has been read, and of what stands before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
