r"""Sums of trade over spans, with their holes: what every measure of spans and series is made of.

Of a group of flows :math:`g`, reported by :math:`R` over the periods :math:`T`, let :math:`H_g` be the pairs
of reporter and period that were not published, and :math:`C_g` the rows whose value is confidential:

.. math::

   \text{at least} = \sum_{r \in R,\, t \in T} x_{grt}, \qquad
   \text{sum} = \begin{cases} \text{at least} & H_g = C_g = \varnothing \\
   \text{null} & \text{else} \end{cases}

Where a published period has no row, :math:`x = 0`. Values are never negative, so what is known is a lower
bound of what there was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.flows.measures.terms import Term, held, periods_of, with_parties
from sarai.flows.periods import Span
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value

__all__ = ["tallies"]

BY = ("exporter", "importer", "code", "period")
EVER = Span(date(1, 1, 1), date(9999, 12, 1))


def tallies(
    trade: Table,
    published: Table,
    terms: Mapping[str, Term],
    by: Sequence[str],
    *,
    frequency: str = "M",
    every_period: bool = False,
    codes: Sequence[str] = (),
    mass: bool = False,
) -> Table:
    """The sums of some terms, side by side for each group of flows.

    Parameters
    ----------
    by : sequence of str
        What groups are told apart by, of exporter, importer, code and period.
    every_period : bool
        With "period" in `by`: each group has a row in every period of the terms, so that zeros and holes
        show. Else groups are those that have a row in any term.
    codes : sequence of str
        With `every_period` and `by` of code and period: codes that have rows whether traded or not.
    mass : bool
        Whether masses are asked for too; without them it is quicker.

    Returns
    -------
    Table
        The columns of `by`, and of each term under its name NAME (currency; null with a hole or a
        confidential value), NAME_at_least (currency, what is known of it), NAME_holes (periods times
        reporters that were not published), NAME_confidential (rows). If masses are asked for, NAME_kg (net
        mass; null with a hole or a row that states none); NAME_weighed and NAME_weighed_kg (currency and
        net mass of the rows that state both, whose quotient is a unit value).
    """
    wrong = [name for name in by if name not in BY]
    if wrong:
        raise BadSetting(f"flows cannot be summed by {wrong[0]!r}; use some of {', '.join(BY)}")
    rows = _of_terms(with_parties(trade), terms, by)
    asked = {key: value for name in terms for key, value in _sums(rows, name, mass).items()}
    sums = rows.group_by(list(by)).agg(**asked) if by else rows.agg(**asked)
    if every_period:
        sums = _in_every_period(sums, terms, by, frequency, codes)
    sums = _with_known(sums, trade, published, terms, by, frequency)
    return sums.select(*by, **{key: told for name in terms for key, told in _told(sums, name, mass).items()})


def _of_terms(rows: Table, terms: Mapping[str, Term], by: Sequence[str]) -> Table:
    """The rows of any term, each marked with the terms that it is of."""
    marks = {f"of_{name}": term.of(rows) for name, term in terms.items()}
    marked = rows.select(*by, "value", "mass_kg", **marks)
    return marked.filter(reduce(or_, [marked[mark] for mark in marks]))


def _sums(rows: Table, name: str, mass: bool) -> dict[str, Value]:
    """What is known of a term, and how many of its rows keep something back."""
    of = rows[f"of_{name}"]
    values = {
        f"{name}_at_least": rows.value.sum(where=of),
        f"{name}_confidential": rows.count(where=of & rows.value.isnull()),
    }
    if not mass:
        return values
    has_mass = (rows.mass_kg > 0).fill_null(False)  # some write 0 for a mass that they do not state
    nothing = (rows.value == 0).fill_null(False)
    weighed = of & has_mass & rows.value.notnull()
    return values | {
        f"{name}_kg": rows.mass_kg.sum(where=of & has_mass),
        f"{name}_massless": rows.count(where=of & ~has_mass & ~nothing),
        f"{name}_weighed": rows.value.sum(where=weighed),
        f"{name}_weighed_kg": rows.mass_kg.sum(where=weighed),
    }


def _in_every_period(
    sums: Table, terms: Mapping[str, Term], by: Sequence[str], frequency: str, codes
) -> Table:
    """The sums with a row for each group in every period."""
    import ibis

    spans = {period for term in terms.values() for period in periods_of(term.span, frequency)}
    grid = ibis.memtable([(each,) for each in sorted(spans)], schema={"period": "date"})
    groups = [name for name in by if name != "period"]
    if groups:
        keys = sums.select(*groups)
        if codes and groups == ["code"]:
            keys = keys.union(ibis.memtable([(each,) for each in sorted(codes)], schema={"code": "string"}))
        grid = keys.distinct().cross_join(grid)
    grid = grid.rename({f"grid_{name}": name for name in by})
    joined = grid.left_join(sums, [grid[f"grid_{name}"] == sums[name] for name in by])
    others = [name for name in sums.columns if name not in by]
    return joined.select(*others, **{name: joined[f"grid_{name}"] for name in by})


def _with_known(
    sums: Table, trade: Table, published: Table, terms: Mapping[str, Term], by: Sequence[str], frequency: str
) -> Table:
    """The sums with how many periods of reporters there should be of each term, and how many there are."""
    there = held(trade, published, frequency)
    there = there.mutate(**{f"of_{name}": term.covered(there) for name, term in terms.items()})
    for alike in _alike(terms, by):
        keys = {f"at_{name}": there[_column(name)] for name in by if name in alike.keys}
        counts = {f"{name}_known": there.count(where=there[f"of_{name}"]) for name in alike.names}
        if keys:
            known = there.group_by(**keys).agg(**counts)
            sums = sums.left_join(known, [sums[name[3:]] == known[name] for name in keys]).drop(*keys)
        else:
            sums = sums.cross_join(there.agg(**counts))
    return _with_expected(sums, there, terms, by, frequency)


def _with_expected(
    sums: Table, there: Table, terms: Mapping[str, Term], by: Sequence[str], frequency: str
) -> Table:
    """How many periods of reporters there should be: of all reporters, those that ever published the flow."""
    of_all = [name for name, term in terms.items() if not term.reporters and term.reporter not in by]
    if of_all:
        ever = {name: replace(terms[name], span=EVER).covered(there) for name in of_all}
        counts = {f"{name}_reporters": there.reporter.nunique(where=ever[name]) for name in of_all}
        sums = sums.cross_join(there.agg(**counts))
    expected = {}
    for name, term in terms.items():
        named = 1 if term.reporter in by else len(term.reporters)
        reporters = sums[f"{name}_reporters"] if name in of_all else named
        periods = 1 if "period" in by else len(periods_of(term.span, frequency))
        expected[f"{name}_periods"] = _literal(reporters * periods)
    return sums.mutate(**expected)


def _literal(number: Value | int) -> Value:
    import ibis

    return ibis.literal(number) if isinstance(number, int) else number


def _column(name: str) -> str:
    return "period" if name == "period" else "reporter"


class _Alike(Struct, frozen=True):
    keys: tuple[str, ...]
    names: list[str]


def _alike(terms: Mapping[str, Term], by: Sequence[str]) -> list[_Alike]:
    """Terms whose coverage is told by the same columns."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name, term in terms.items():
        keys = tuple(each for each in by if each in (term.reporter, "period"))
        found.setdefault(keys, []).append(name)
    return [_Alike(keys, names) for keys, names in found.items()]


def _told(sums: Table, name: str, mass: bool) -> dict[str, Value]:
    """A term's columns: null where it has a hole."""
    at_least = sums[f"{name}_at_least"].fill_null(0.0)
    confidential = sums[f"{name}_confidential"].fill_null(0)
    holes = sums[f"{name}_periods"] - sums[f"{name}_known"].fill_null(0)
    values = {
        name: ((holes == 0) & (confidential == 0)).ifelse(at_least, None),
        f"{name}_at_least": at_least,
        f"{name}_holes": holes,
        f"{name}_confidential": confidential,
    }
    if not mass:
        return values
    stated = (holes == 0) & (sums[f"{name}_massless"].fill_null(0) == 0)
    return values | {
        f"{name}_kg": stated.ifelse(sums[f"{name}_kg"].fill_null(0.0), None),
        f"{name}_weighed": sums[f"{name}_weighed"].fill_null(0.0),
        f"{name}_weighed_kg": sums[f"{name}_weighed_kg"].fill_null(0.0),
    }
