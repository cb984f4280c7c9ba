r"""The two legs of a flow: what the exporter reported, and what the importer did.

The first step of every measure that compares them. Zero and hole are told apart here, once: a leg is

- what was reported, where there is a row;
- **zero** where there is none and the reporter has published that flow in that period;
- **null**, a hole, where the reporter has not.

Exports of *A* to *B* stand beside imports of *B* from *A*. Exports contain re-exports, imports contain
re-imports (IMTS 2010), so rows of those are not added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.measures.terms import held

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value

__all__ = ["Sources", "legs"]

KEYS = ("exporter", "importer", "code", "period")
OF = {"": "value", "_kg": "mass_kg"}
LEGS = ("exported", "imported")
UNKNOWN = float("-inf")  # trade is never below zero; NaN would do on DuckDB, but Spark takes it for null


class Sources(NamedTuple):
    """Whose figures stand on either side; several pairs stand side by side and are never mixed."""

    exported: str
    imported: str


def legs(
    trade: Table,
    published: Table,
    sources: Sources,
    *,
    basis: str = "origin",
    frequency: str = "M",
    mass: bool = True,
    zeros: bool = True,
) -> Table:
    """Both legs of every flow that either side has reported.

    Parameters
    ----------
    trade, published : Table
        Prepared trade (cells may have several rows, which are summed), and the coverage.
    basis : str
        Which imports are taken: by "origin" or by "consignment". An exporter's partner is the last known
        destination, so what comes by way of a third country stands under another partner on either basis.
    mass : bool
        Whether masses are asked for too; without them it is quicker.
    zeros : bool
        Whether zeros are told from holes; without it both are null, and it is quicker.

    Returns
    -------
    Table
        exporter, importer, code, period, exported, imported (currency), exported_kg, imported_kg (if asked
        for), exported_published, imported_published (unless zeros are not asked for). Null is a hole, or
        what is confidential in a part, or for kg that it was not stated.
    """
    rows = _facing(trade, sources, basis)
    of = OF if mass else {"": OF[""]}
    sums = {
        f"{leg}{suffix}": _marked(rows[name]).sum(where=rows.is_export == (leg == "exported"))
        for suffix, name in of.items()
        for leg in LEGS
    }
    reported = rows.group_by(list(KEYS)).agg(**sums)
    if zeros:
        there = held(trade, published, frequency)
        reported = _with_published(reported, _of_exports(there, sources.exported), "exporter", "exported")
        reported = _with_published(
            reported, _of_imports(there, sources.imported, basis), "importer", "imported"
        )
    told = {f"{leg}{suffix}": _told(reported, leg, suffix, zeros) for leg in LEGS for suffix in of}
    return reported.mutate(**told)


def _facing(trade: Table, sources: Sources, basis: str) -> Table:
    """The rows of both sides, by exporter and importer instead of reporter and partner."""
    outward = (trade.flow == "export") & (trade.source == sources.exported)
    inward = (trade.flow == "import") & (trade.source == sources.imported) & (trade.basis == basis)
    rows = trade.filter(outward | inward).mutate(is_export=trade.flow == "export")
    return rows.mutate(
        exporter=rows.is_export.ifelse(rows.reporter, rows.partner),
        importer=rows.is_export.ifelse(rows.partner, rows.reporter),
    )


def _marked(value: Value) -> Value:
    """Null as minus infinity, so that a sum with it is that too, while a sum over no row is null."""
    return value.fill_null(UNKNOWN)


def _of_exports(there: Table, source: str) -> Table:
    return there.filter((there.source == source) & (there.flow == "export"))


def _of_imports(there: Table, source: str, basis: str) -> Table:
    """Imports on this basis: who reports them only on the other has published none of these."""
    other = "consignment" if basis == "origin" else "origin"
    told = (there[basis] > 0) | (there[other] == 0)
    return there.filter((there.source == source) & (there.flow == "import") & told)


def _with_published(reported: Table, there: Table, party: str, leg: str) -> Table:
    """Whether the reporter of a leg has published that period."""
    there = there.select(there_reporter=there.reporter, there_period=there.period).distinct()
    joined = reported.left_join(
        there, [reported[party] == there.there_reporter, reported.period == there.there_period]
    )
    known = there.there_reporter.notnull() | reported[leg].notnull()
    columns = {name: reported[name] for name in reported.columns}
    return joined.select(**columns, **{f"{leg}_published": known})


def _told(reported: Table, leg: str, suffix: str, zeros: bool) -> Value:
    """What was reported; zero if nothing was, in a period that was published."""
    value = reported[f"{leg}{suffix}"]
    known = (value != UNKNOWN).ifelse(value, None)
    if not zeros:
        return known
    return (reported[leg].isnull() & reported[f"{leg}_published"]).ifelse(0.0, known)


def both(leg: Value, other: Value) -> Value:
    """Whether both legs are known and above zero, so that a ratio or logarithm has a meaning."""
    return (leg > 0) & (other > 0)
