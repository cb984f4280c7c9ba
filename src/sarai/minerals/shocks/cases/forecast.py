"""What a model says of a past shock that its importer buys: typical figures, and the interval about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from sarai.minerals.shocks.cases.known import Case

__all__ = ["DRAWS", "Assumed", "Bought", "Figure", "Said", "figure", "gaining", "said"]

DRAWS, SEED = 50, 2010
STEPS_IN = 0.01  # of what is imported before: a supplier that gains less does not step in

Bought = Mapping[str, float]
"""By seller, what the importer buys of it in a year."""


class Assumed(Struct, frozen=True, kw_only=True):
    """What a run is told beside its case.

    Attributes
    ----------
    reserve_days : float, optional
        Of consumption in stock, for both models; else the table's of the material.
    seen : callable
        Called after every draw of prices.
    """

    draws: int = DRAWS
    seed: int = SEED
    reserve_days: float | None = None
    seen: Callable[[], object] = lambda: None


class Figure(Struct, frozen=True, kw_only=True):
    """A typical figure, and the 10th and 90th percentile over draws of what is assumed."""

    value: float
    p10: float
    p90: float

    def holds(self, value: float) -> bool:
        """Whether the interval does."""
        return self.p10 <= value <= self.p90


class Said(Struct, frozen=True, kw_only=True):
    """What the importer buys in a year after the shock, as a model says.

    Attributes
    ----------
    model : str
        ``cascade`` or ``prices``.
    year : int
        1 is the first twelve months after the shock began.
    imports, of_exporter : Figure
        In the unit of the trade.
    share : Figure
        Of imports, what comes from the exporter.
    step_in : tuple of str
        Other suppliers that gain, the largest gain first.
    """

    model: str
    year: int
    imports: Figure
    of_exporter: Figure
    share: Figure
    step_in: tuple[str, ...]


def figure(value: float, draws: Sequence[float]) -> Figure:
    """A typical figure with the interval that draws of it have."""
    import numpy as np

    low, high = np.percentile(draws, (10, 90)).tolist()
    return Figure(value=value, p10=low, p90=high)


def said(case: Case, model: str, year: int, before: Bought, after: Bought, draws: Sequence[Bought]) -> Said:
    """A model's answer from what it says of each seller, typically and in draws."""

    def of(measured: Callable[[Bought], float]) -> Figure:
        return figure(measured(after), [measured(each) for each in draws])

    def given(each: Bought) -> float:
        return each.get(case.exporter, 0.0)

    return Said(
        model=model, year=year, imports=of(lambda each: sum(each.values())), of_exporter=of(given),
        share=of(lambda each: given(each) / (sum(each.values()) or 1.0)),
        step_in=gaining(case, before, after),
    )  # fmt: skip


def gaining(case: Case, before: Bought, after: Bought) -> tuple[str, ...]:
    """Other suppliers that send more by a hundredth of what was imported before, the largest gain first."""
    least = STEPS_IN * sum(before.values())
    gains = {giver: amount - before.get(giver, 0.0) for giver, amount in after.items()}
    found = [giver for giver, gain in gains.items() if gain > least and giver != case.exporter]
    return tuple(sorted(found, key=lambda giver: (-gains[giver], giver)))
