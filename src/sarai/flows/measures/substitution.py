r"""Substitution: direct trade that was lost, against indirect trade that was gained.

Senders :math:`S`, transit countries :math:`T` and the sanctioned country :math:`D`; :math:`\Delta` is the
change from the base span, of the same months, to the span:

.. math::

   L = \max(-\Delta X_{SD}, 0), \quad G_{in} = \max(\Delta X_{ST}, 0), \quad G_{on} = \max(\Delta X_{TD}, 0),
   \qquad \text{replaced} = \min(L, G_{in}, G_{on}), \quad \text{share} = \frac{\text{replaced}}{L}

After the substitution ratios of Chupilkin, Javorcik and Plekhanov (2025, CEPR DP20097), who find less than a
tenth over all and more than half for many products. Like theirs it bounds what can have gone by way of:
transit countries also buy more for themselves, and sell more of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import lesser, positive, ratio
from sarai.flows.measures.method import HOLE, Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term, year_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from sarai.flows.measures.legs import Sources
    from sarai.flows.periods import Span

__all__ = ["METHOD", "substitution"]

METHOD = Method(
    name="substitution",
    title="Substitution of direct by indirect trade",
    formula=r"\min(L, G_{in}, G_{on}) / L",
    source="after Chupilkin, Javorcik and Plekhanov 2025, CEPR Discussion Paper 20097",
    unit="currency; share as a ratio",
    null=f"{HOLE}; the share also if no direct trade was lost",
)


def substitution(
    trade: Table,
    published: Table,
    *,
    sources: Sources,
    senders: Sequence[str],
    transits: Sequence[str],
    sanctioned: Sequence[str],
    span: Span,
    base: Span | None = None,
    by: Sequence[str] = ("code",),
    onward: str = "exported",
    basis: str = "origin",
    frequency: str = "M",
) -> Table:
    """Lost direct and gained indirect trade, for each code or of all together.

    Parameters
    ----------
    by : sequence of str
        ("code",), or () for all together: that lets one product stand in for another.
    onward : str
        Whose figures the trade from transit to the sanctioned is of: "exported", the transit countries', or
        "imported", the sanctioned country's own, if it publishes any. The rest is the senders'.

    Returns
    -------
    Table
        The columns of `by`; direct, inward, onward and direct_base, inward_base, onward_base (currency) and
        of each NAME_holes and NAME_confidential; lost, gained_inward, gained_onward, replaced (currency),
        share.
    """
    base = base or year_before(span)
    sides = {
        "direct": _exports(sources, senders, sanctioned),
        "inward": _exports(sources, senders, transits),
        "onward": _exports(sources, transits, sanctioned)
        if onward == "exported"
        else _imports(sources, transits, sanctioned, basis),
    }
    terms = {name: Term(**side, span=span) for name, side in sides.items()}
    terms |= {f"{name}_base": Term(**side, span=base) for name, side in sides.items()}
    found = tallies(trade, published, terms, by, frequency=frequency)
    found = found.mutate(
        lost=positive(found.direct_base - found.direct),
        gained_inward=positive(found.inward - found.inward_base),
        gained_onward=positive(found.onward - found.onward_base),
    )
    found = found.mutate(replaced=lesser(found.lost, lesser(found.gained_inward, found.gained_onward)))
    found = found.mutate(share=ratio(found.replaced, found.lost))
    shown = [f"{name}{suffix}" for name in terms for suffix in ("", "_holes", "_confidential")]
    return found.select(*by, *shown, "lost", "gained_inward", "gained_onward", "replaced", "share")


def _exports(sources: Sources, exporters: Sequence[str], importers: Sequence[str]) -> dict:
    parties = dict(reporters=tuple(exporters), partners=tuple(importers))
    return dict(source=sources.exported, flow="export", **parties)


def _imports(sources: Sources, exporters: Sequence[str], importers: Sequence[str], basis: str) -> dict:
    parties = dict(reporters=tuple(importers), partners=tuple(exporters))
    return dict(source=sources.imported, flow="import", basis=basis, **parties)
