r"""From what was reported to what can be compared: which rows, in which edition, to how many digits.

Statistics hold the same trade several times over: by chapter, heading and code, for each partner and
for all together. A `Selection` takes one of them, so that nothing is counted twice, and `carried`
brings its codes to one edition. Currencies and c.i.f. margins are `sarai.flows.money`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.flows.periods import Span
from sarai.flows.shape import CELL, FREQUENCIES, REPORTED, TOTAL, WORLD
from sarai.goods import BadSetting

if TYPE_CHECKING:
    import ibis
    from ibis.expr.types import Table

__all__ = [
    "Selection",
    "brought",
    "carried",
    "known_sum",
    "prepared",
    "selected",
    "share_table",
    "without_past",
]

HS_DIGITS = (2, 4, 6)
DIGITS = (*HS_DIGITS, 8, 10)


class Selection(Struct, frozen=True, kw_only=True):
    """Which trade is asked about; what is empty is not restricted.

    Attributes
    ----------
    parties : tuple of str
        Countries (alpha-2); rows between two of them are taken.
    codes : tuple of str
        Beginnings of codes, in the edition that codes are carried to.
    detail : int
        Digits of the rows that are read, 0 for `TOTAL`: a source may have several levels.
    details : dict of str to int
        The same by source, where sources differ.
    digits : int
        Digits of the answer, at most those that are read.
    """

    sources: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    span: Span | None = None
    frequency: str = "M"
    detail: int = 6
    details: dict[str, int] = {}
    digits: int = 6

    def __post_init__(self) -> None:
        if self.frequency not in FREQUENCIES:
            raise BadSetting(
                f"frequency {self.frequency!r} is not known; use one of {', '.join(FREQUENCIES)}"
            )
        for digits in (self.digits, *self.read):
            if digits not in (0, *DIGITS):
                raise BadSetting(f"codes have 2, 4, 6, 8 or 10 digits, or 0 for all goods; not {digits}")
            if self.digits > digits:
                raise BadSetting(f"{self.digits} digits cannot be told from rows of {digits}; ask for fewer")

    @property
    def read(self) -> tuple[int, ...]:
        """The digits of the rows that are read."""
        return tuple(self.details.values()) or (self.detail,)


def selected(trade: Table, selection: Selection) -> Table:
    """The rows of the selection, but for its codes, which hold once codes are carried."""
    kept = [
        trade.frequency == selection.frequency,
        trade.partner != WORLD,
        _of_details(trade, selection),
    ]
    if selection.sources:
        kept.append(trade.source.isin(selection.sources))
    if selection.parties:
        kept += [trade.reporter.isin(selection.parties), trade.partner.isin(selection.parties)]
    if selection.span:
        kept.append(trade.period.between(selection.span.first, selection.span.last))
    return trade.filter(kept)


def _of_details(trade: Table, selection: Selection) -> ibis.Value:
    if not selection.details:
        return _of_detail(trade, selection.detail)
    of = [(trade.source == name) & _of_detail(trade, each) for name, each in selection.details.items()]
    return reduce(or_, of)


def _of_detail(trade: Table, detail: int) -> ibis.Value:
    if not detail:
        return trade.code == TOTAL
    return (trade.code.length() == detail) & (trade.code != TOTAL)


def share_table(editions: Iterable[str], target: str) -> Table:
    """The shares of `sarai.flows.editions` as a table for `carried`; what is simply itself is not in it.

    Returns
    -------
    Table
        edition, six (the code), target_code, weight; null where the code has no past (`WIDE` codes could
        have been any of hundreds, and no one of them stands for it).
    """
    import ibis

    from sarai.flows.editions import shares

    found = [
        (each.edition, each.code, *((None, None) if each.rule == "wide" else (each.target_code, each.weight)))
        for each in shares(editions, target)
        if each.code != each.target_code or each.weight != 1
    ]
    columns = {"edition": "string", "six": "string", "target_code": "string", "weight": "float64"}
    return ibis.memtable(list(dict.fromkeys(found)), schema=columns)


def carried(trade: Table, shares: Table, target: str, longer: bool = True) -> Table:
    r"""Codes of six digits and more in terms of the target edition, what is split by its weights.

    .. math:: y_j = \sum_i w_{ij}\, x_i

    A code that shares name loses what it has beyond six digits, as national digits mean nothing in
    another edition; a code that stays the same keeps them. Chapters and headings stay as they are: a
    heading cannot be carried without its codes. What has no past is left out: `without_past` tells of it.

    Parameters
    ----------
    shares : Table
        As `share_table` makes it.
    longer : bool
        Whether codes may have more than six digits; if none has, they need not be cut.
    """
    joined, columns = _with_shares(trade, shares, longer)
    kept = joined.filter(joined.stays | joined.weight.notnull())
    return kept.select(**columns).mutate(edition=_literal(target))


def without_past(trade: Table, shares: Table) -> Table:
    """What `carried` leaves out: flow, edition, code, and the sums of what was reported."""
    joined, _ = _with_shares(trade, shares, longer=True)
    left = joined.filter(~joined.stays & joined.weight.isnull())
    return left.group_by(["flow", "edition", "code"]).agg(**{name: left[name].sum() for name in REPORTED})


def _with_shares(trade: Table, shares: Table, longer: bool) -> tuple[Table, dict[str, ibis.Value]]:
    """Trade beside the shares of its codes, and its columns as they are in the target edition."""
    six = trade.code.left(6) if longer else trade.code
    joined = trade.left_join(shares, [trade.edition == shares.edition, six == shares.six])
    kept = {name: trade[name] for name in trade.columns}
    joined = joined.select(**kept, stays=shares.six.isnull(), target=shares.target_code, weight=shares.weight)
    weight = joined.weight.fill_null(1.0)
    columns = {name: joined[name] for name in trade.columns}
    columns["code"] = joined.target.fill_null(joined.code)
    return joined, columns | {name: joined[name] * weight for name in REPORTED}


def _literal(text: str) -> ibis.Value:
    import ibis

    return ibis.literal(text)


def brought(trade: Table, selection: Selection, shares: Table | None = None, edition: str = "") -> Table:
    """The selected rows in one edition, to so many digits; cells may have several of them."""
    rows = selected(trade, selection)
    if shares is not None:
        rows = carried(rows, shares, edition, longer=max(selection.read) > 6)
    if 0 < selection.digits < max(selection.read):
        rows = rows.mutate(code=rows.code.left(selection.digits))
    return rows.filter(_begins(rows.code, selection.codes)) if selection.codes else rows


def prepared(trade: Table, selection: Selection, shares: Table | None = None, edition: str = "") -> Table:
    """The selected trade, one row for each cell.

    Null is not zero: of a cell that is confidential in a part, the whole is not known.
    """
    rows = brought(trade, selection, shares, edition)
    return rows.group_by(list(CELL)).agg(**{name: known_sum(rows[name]) for name in REPORTED})


def known_sum(value: ibis.Value, where: ibis.Value | None = None) -> ibis.Value:
    """The sum, or null if a part of it is null (where the row counts at all)."""
    unknown = value.isnull() if where is None else value.isnull() & where
    return unknown.any().ifelse(None, value.sum(where=where))


def _begins(code: ibis.Value, beginnings: tuple[str, ...]) -> ibis.Value:
    """Whether a code begins so; codes of one length are looked up together."""
    lengths = sorted({len(each) for each in beginnings})
    alike = [code.left(n).isin([each for each in beginnings if len(each) == n]) for n in lengths]
    return reduce(or_, alike)
