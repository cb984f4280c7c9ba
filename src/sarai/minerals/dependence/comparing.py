"""Rebuilt supply risk beside what was published: order and size."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from sarai.minerals.dependence.assessing import MaterialRisk

__all__ = ["NEAR", "Compared", "Comparison", "compare"]

NEAR = 0.25
HALF_DIGIT = 0.05  # published to one decimal: 0.1 may have been anything from 0.05 to 0.15


class Compared(Struct, frozen=True, kw_only=True):
    """A rebuilt figure and the published one.

    Attributes
    ----------
    off : float
        Rebuilt less published, as a share of the published figure as printed.
    off_rounding : float
        The same from the nearest figure that would be printed so; 0 if the rebuilt one would.
    """

    material: str
    risk: float
    published: float
    off: float
    off_rounding: float


class Comparison(Struct, frozen=True, kw_only=True):
    """All that have both figures. `spearman` is None for fewer than three, or where all are equal."""

    materials: tuple[Compared, ...]
    spearman: float | None
    near: int
    near_rounding: int


def compare(found: Sequence[MaterialRisk]) -> Comparison | None:
    """How near the figures are to the published ones; none if nothing was published."""
    rows = tuple(
        _compared(each.material, each.risk, each.published)
        for each in found
        if each.risk is not None and each.published
    )
    if not rows:
        return None
    return Comparison(
        materials=rows,
        spearman=_spearman([each.risk for each in rows], [each.published for each in rows]),
        near=sum(abs(each.off) <= NEAR for each in rows),
        near_rounding=sum(abs(each.off_rounding) <= NEAR for each in rows),
    )


def _compared(material: str, risk: float, published: float) -> Compared:
    low, high = published - HALF_DIGIT, published + HALF_DIGIT
    nearest = min(max(risk, low), high)
    return Compared(material=material, risk=risk, published=published, off=risk / published - 1,
                    off_rounding=risk / nearest - 1)  # fmt: skip


def _spearman(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    if len(ours) < 3 or len(set(ours)) == 1 or len(set(theirs)) == 1:
        return None
    from scipy.stats import spearmanr

    return float(spearmanr(ours, theirs).statistic)
