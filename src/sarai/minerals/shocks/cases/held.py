"""Past shocks run forward from what was known before them, with what then happened set beside it.

The models see nothing of the year of the event or after; their assumptions are those of every other shock.
What came after is read only when they have answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.shocks.cases.forecast import Assumed, Bought, Figure, Said, gaining, said
from sarai.minerals.shocks.cases.known import Case
from sarai.minerals.shocks.cases.pricing import Priced, price
from sarai.minerals.shocks.cases.spreading import Played, play
from sarai.minerals.shocks.markets import Flows

__all__ = ["AS_BEFORE", "Off", "Outcome", "Paid", "Year", "ran"]

AS_BEFORE = "as before"

Read = Callable[[Sequence[str], int], Flows]
"""Of codes and a year: amounts by exporter and importer."""

Worth = Callable[[Sequence[str], int, str], float | None]
"""Of codes, a year and an importer: what a tonne cost it; none if that is not known."""


class Year(Struct, frozen=True, kw_only=True):
    """What the importer bought in a year: in all, of the exporter, and which share that is.

    Attributes
    ----------
    stepped_in : tuple of str
        Other suppliers that sent more than before the shock, as `forecast.gaining` counts it.
    """

    year: int
    imports: float
    of_exporter: float
    share: float
    stepped_in: tuple[str, ...] = ()


class Paid(Struct, frozen=True, kw_only=True):
    """A country's price as the model says it by year after the shock, and what it then paid for a tonne.

    Attributes
    ----------
    said : tuple of Figure
        Times the price before.
    then : tuple of float or None
        By year of `Case.after`, times the unit value of the year before; it mixes products.
    """

    country: str
    said: tuple[Figure, ...]
    then: tuple[float | None, ...]


class Off(Struct, frozen=True, kw_only=True):
    """By how much what a model said misses what came in a year.

    Attributes
    ----------
    model : str
        That of `Said`, or `AS_BEFORE`: that nothing changes, which a model must beat to be worth anything.
    imports : float, optional
        What was said by what came, less 1; none where nothing came.
    share : float
        What was said less what came.
    imports_within, share_within : bool
        Whether what came lies in the interval.
    """

    model: str
    said_year: int
    year: int
    imports: float | None
    imports_within: bool
    share: float
    share_within: bool


class Outcome(Struct, frozen=True, kw_only=True):
    """A case run forward: what was known, what was said, what came, and by how much it is off."""

    case: Case
    before: Year
    cascade: Played
    prices: Priced
    then: tuple[Year, ...]
    paid: tuple[Paid, ...]
    off: tuple[Off, ...]

    @property
    def said(self) -> tuple[Said, ...]:
        """What both models say of the importer's purchases."""
        return (self.cascade.said, *self.prices.said)


def ran(case: Case, read: Read, worth: Worth | None = None, assumed: Assumed | None = None) -> Outcome:
    """Run a case forward.

    Parameters
    ----------
    read : callable
        The years after are asked for last.
    worth : callable, optional
        Without it, nothing is set beside prices.

    Raises
    ------
    BadSetting
        There is no trade in the year before, so nothing can be said.
    """
    known = read(case.codes, case.before)
    if not known:
        raise BadSetting(
            f"{case.name}: no trade in {case.before} under {', '.join(case.codes)}, so it cannot be run; "
            "take a file of BACI with these codes"
        )
    assumed = assumed or Assumed()
    played, priced = play(case, known, assumed), price(case, known, assumed)
    before = _bought(case, known)
    forecasts = (_unchanged(case, before), played.said, *priced.said)
    then = tuple(_year(case, year, before, read(case.codes, year)) for year in case.after)
    return Outcome(
        case=case, before=_year(case, case.before, before, known), cascade=played, prices=priced, then=then,
        paid=tuple(_paid(case, country, priced, worth) for country in priced.prices),
        off=tuple(_off(said, year) for said, year in product(forecasts, then)),
    )  # fmt: skip


def _unchanged(case: Case, before: Bought) -> Said:
    """That the importer goes on buying what it bought."""
    return said(case, AS_BEFORE, 1, before, before, [before])


def _bought(case: Case, flows: Flows) -> Bought:
    return {giver: amount for (giver, taker), amount in flows.items() if taker == case.importer}


def _year(case: Case, year: int, before: Bought, flows: Flows) -> Year:
    bought = _bought(case, flows)
    imports, part = sum(bought.values()), bought.get(case.exporter, 0.0)
    return Year(year=year, imports=imports, of_exporter=part, share=part / imports if imports else 0.0,
                stepped_in=gaining(case, before, bought))  # fmt: skip


def _paid(case: Case, country: str, priced: Priced, worth: Worth | None) -> Paid:
    paid = [worth(case.codes, year, country) if worth else None for year in (case.before, *case.after)]
    base = paid[0]
    return Paid(country=country, said=priced.prices[country],
                then=tuple(each / base if each and base else None for each in paid[1:]))  # fmt: skip


def _off(of: Said, came: Year) -> Off:
    return Off(
        model=of.model, said_year=of.year, year=came.year,
        imports=of.imports.value / came.imports - 1 if came.imports else None,
        imports_within=of.imports.holds(came.imports),
        share=of.share.value - came.share, share_within=of.share.holds(came.share),
    )  # fmt: skip
