"""Any CSV, TSV or Parquet by a `mapping`.

What a table writes for a country, period, code and so on is found out first, each word once, and given its
meaning in Python (`meanings`); DuckDB then joins the rows to it, scales their numbers and checks them. Rows
of Parquet are counted. CSV in an encoding that DuckDB does not know is decoded into a table beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.flows.readers import texts
from sarai.flows.readers.mapping import NUMBERS, From, Mapped
from sarai.flows.readers.meanings import MEANINGS, NEXT_STEP, period
from sarai.flows.readers.reading import Check, Judged, Lookup, Reading, UnreadableFile, judge, kept, summed
from sarai.flows.readers.scanning import decode_csv, header, scan_csv, scan_parquet
from sarai.flows.shape import COLUMNS
from sarai.goods import BadSetting

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

__all__ = ["read"]

PARQUET = (".parquet", ".pq")
OF_DUCKDB = ("utf-8", "latin-1", "utf-16")
SAID = "said: "  # before a column of the table, so that it is none of ours
MAY_BE_EMPTY = ("second_partner", "unit", *NUMBERS)
NOTHING = "nothing is said; drop such rows, or name another column"


def read(files: Sequence[Path], engine: BaseBackend, *, mapping: Mapped) -> Reading:
    """Tables of one layout, by a mapping.

    Raises
    ------
    BadSetting
        The mapping names columns that a file does not have.
    UnreadableFile
        A file is damaged, or in another encoding.
    """
    if not files:
        raise UnreadableFile("no file was given; give one or more of the layout that the mapping says")
    _have_columns(files, engine, mapping)
    decoded = _decoded(files, engine, mapping)

    def scan(broken: str | None) -> ir.Table:
        return _dropped(
            _cleaned(_union([*decoded, *_scans(files, engine, mapping, broken)]), mapping), mapping
        )

    words = _words(engine, scan(None), mapping)
    reading = kept(engine, scan, lambda said: _judged(said, mapping, words), mapping.complete)
    return reading._replace(rows=summed(reading.rows)) if mapping.sum else reading


def _have_columns(files: Sequence[Path], engine: BaseBackend, mapping: Mapped) -> None:
    faults = []
    for path in files:
        names = _columns(path, engine, mapping)
        missing = [name for name in mapping.columns() if name not in names]
        if missing:
            faults.append(f"{path} has no column {', '.join(map(repr, missing))}; it has {', '.join(names)}")
    if faults:
        raise BadSetting("the mapping is for other files:\n" + "\n".join(f"- {fault}" for fault in faults))


def _columns(path: Path, engine: BaseBackend, mapping: Mapped) -> Sequence[str]:
    if path.suffix.lower() in PARQUET:
        return scan_parquet(engine, [path]).columns
    return header(path, mapping.encoding, mapping.delimiter).names


def _decoded(files: Sequence[Path], engine: BaseBackend, mapping: Mapped) -> list[ir.Table]:
    """CSV files whose encoding is not DuckDB's, each as a table."""
    if mapping.encoding in OF_DUCKDB:
        return []
    tables = [path for path in files if path.suffix.lower() not in PARQUET]
    return [
        _renamed(decode_csv(engine, path, mapping.encoding, mapping.delimiter), mapping) for path in tables
    ]


def _scans(files: Sequence[Path], engine: BaseBackend, mapping: Mapped, broken: str | None) -> list[ir.Table]:
    parquet = [path for path in files if path.suffix.lower() in PARQUET]
    tables = [path for path in files if path not in parquet and mapping.encoding in OF_DUCKDB]
    found = [_renamed(scan_parquet(engine, parquet), mapping)] if parquet else []
    if tables:
        found.append(
            scan_csv(
                engine,
                tables,
                [SAID + name for name in mapping.columns()],
                renamed=lambda names: [SAID + name for name in names],
                encoding=mapping.encoding,
                delimiter=mapping.delimiter,
                broken=broken,
            )
        )
    return found


def _renamed(table: ir.Table, mapping: Mapped) -> ir.Table:
    said = {SAID + name: table[name].cast("string") for name in mapping.columns()}
    return table.select(file=table["sarai file"], row=table["sarai row"], **said)


def _union(tables: Sequence[ir.Table]) -> ir.Table:
    import ibis

    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _cleaned(table: ir.Table, mapping: Mapped) -> ir.Table:
    """Texts without space around them, null where they stand for nothing."""
    names = [SAID + name for name in mapping.columns()]
    table = table.mutate(**{name: texts.plain(table[name]) for name in names})
    if not mapping.empty:
        return table
    empty = list(mapping.empty)
    return table.mutate(**{name: table[name].isin(empty).ifelse(None, table[name]) for name in names})


def _dropped(table: ir.Table, mapping: Mapped) -> ir.Table:
    for drop in mapping.drop:
        text = table[SAID + drop.column].fill_null("")
        found = text.isin(list(drop.values)) if drop.values else text.re_search(f"^(?:{drop.match})$")
        table = table.filter(~found)
    return table


def _words(engine: BaseBackend, table: ir.Table, mapping: Mapped) -> dict[tuple[str, From], Lookup]:
    """What each word of a column stands for, by the column of the shape and where it comes from."""
    used = dict.fromkeys(
        (name, place) for flow in mapping.flows for name, place in flow.items() if name not in NUMBERS
    )
    collected = {
        str(number): _text(table, place).collect(distinct=True)
        for number, (_, place) in enumerate(used)
        if place.columns
    }
    found = engine.to_pyarrow(table.aggregate(**collected)).to_pylist()[0] if collected else {}
    words: dict[tuple[str, From], Lookup] = {}
    for number, (name, place) in enumerate(used):
        said = found[str(number)] if place.columns else [place.constant]
        words[name, place] = _meanings(name, place, sorted(said) if said is not None else [], mapping)
    return words


def _meanings(name: str, place: From, words: Sequence[str], mapping: Mapped) -> Lookup:
    given = mapping.lookups.get(place.lookup, {})
    meanings = {}
    for word in words:
        said = given.get(word, word)
        meanings[word] = period(said, place.format) if name == "period" else MEANINGS[name](said)
    return {word: (meaning, None if meaning else NEXT_STEP[name]) for word, meaning in meanings.items()}


def _text(table: ir.Table, place: From) -> ir.StringValue:
    """What stands at a place of the mapping: a constant, a column, or several with ``-`` between them."""
    import ibis

    if not place.columns:
        return ibis.literal(place.constant)
    first, *more = [table[SAID + name] for name in place.columns]
    for each in more:
        first = first + "-" + each
    return first


def _judged(said: ir.Table, mapping: Mapped, words: Mapping[tuple[str, From], Lookup]) -> Judged:
    table = _union([_flow(said, flow, mapping, words) for flow in mapping.flows])
    day = table.code_of_period.left(10).cast("date")
    is_import = table.code_of_flow.isin(["import", "reimport"])
    basis, valuation = is_import.ifelse("origin", "destination"), is_import.ifelse("cif", "fob")
    quantity, unit = table.number_of_quantity, table.code_of_unit
    plain = {name: table[f"code_of_{name}"] for name in MEANINGS}
    checks = [_check(table, name) for name in COLUMNS if name != "source"]
    return judge(
        table,
        checks,
        {
            **plain,
            "source": mapping.source,
            "edition": plain["edition"].fill_null(texts.edition_of(day)),
            "frequency": plain["frequency"].fill_null(table.code_of_period.right(1)),
            "period": day,
            "value": table.number_of_value,
            "quantity": unit.notnull().ifelse(quantity, None),
            "unit": quantity.notnull().ifelse(unit, None),
            "mass_kg": table.number_of_mass_kg,
            "basis": plain["basis"].fill_null(basis),
            "valuation": plain["valuation"].fill_null(valuation),
        },
        notes=[
            Check(
                "unit",
                table.text_of_quantity,
                unit.notnull() | quantity.isnull(),
                "a quantity without a unit",
            )
        ],
    )


def _check(table: ir.Table, name: str) -> Check:
    """A column that the mapping does not name needs nothing; one that it names, a word with a meaning."""
    import ibis

    text, place = table[f"text_of_{name}"], table[f"place_of_{name}"]
    if name in NUMBERS:
        return Check(place, text, table[f"holds_of_{name}"], texts.NO_NUMBER)
    empty = text.isnull() & ibis.literal(name in MAY_BE_EMPTY)
    holds = place.isnull() | table[f"code_of_{name}"].notnull() | empty
    return Check(place, text, holds, text.isnull().ifelse(NOTHING, NEXT_STEP[name]))


def _flow(
    said: ir.Table, flow: Mapping[str, From], mapping: Mapped, words: Mapping[tuple[str, From], Lookup]
) -> ir.Table:
    """One of the rows that each row makes: for each column of the shape its text, place and meaning."""
    import ibis

    table = said
    for name, place in flow.items():
        if name in MEANINGS and place.columns:
            table = table.mutate(**{f"text_of_{name}": _text(table, place)})
            table = texts.looked_up(table, f"text_of_{name}", words[name, place], f"of_{name}")
    made: dict[str, ir.Value] = {}
    for name in (*MEANINGS, *NUMBERS):
        place = flow.get(name)
        made[f"text_of_{name}"] = _text(table, place) if place else ibis.null("string")
        made[f"place_of_{name}"] = _place(place)
    for name in MEANINGS:
        made[f"code_of_{name}"] = _code(table, name, flow.get(name), words)
    for name in NUMBERS:
        place = flow.get(name)
        text = _number_text(table, place, mapping) if place else ibis.null("string")
        made[f"number_of_{name}"] = texts.number(text) * (place.scale if place else 1.0)
        made[f"holds_of_{name}"] = texts.number_holds(text)
    return table.select("file", "row", **made)


def _code(
    table: ir.Table, name: str, place: From | None, words: Mapping[tuple[str, From], Lookup]
) -> ir.StringValue:
    """The meaning of a column of the shape: looked up, or that of a constant."""
    import ibis

    if not place:
        return ibis.null("string")
    if place.columns:
        return table[f"of_{name}_code"]
    return ibis.literal(words[name, place][place.constant][0])


def _number_text(said: ir.Table, place: From, mapping: Mapped) -> ir.StringValue:
    """A number as a program writes it, with a point and nothing between thousands."""
    text = _text(said, place)
    for mark in mapping.grouping:
        text = text.replace(mark, "")
    return text.replace(mapping.decimal, ".") if mapping.decimal != "." else text


def _place(place: From | None) -> ir.StringValue:
    import ibis

    if not place:
        return ibis.null("string")
    return ibis.literal(", ".join(place.columns) or "a constant")
