"""The benchmarks of the Critical Raw Materials Act for 2030, as far as shares of supply can tell.

Regulation (EU) 2024/1252, article 5: of the Union's annual consumption of strategic raw materials, 10 %
extracted, 40 % processed and 25 % recycled within, and no more than 65 % at any relevant stage from one
third country. The Act counts consumption; here it is the supply of the EU's study. It speaks of strategic
materials together for the first three; here each of the 34 is held against them by itself.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec import Struct

from sarai.minerals.dependence.concentration import domestic, merged
from sarai.minerals.dependence.supply_risk import Part

__all__ = ["LEAST", "MOST_FROM_ONE", "Benchmark", "benchmarks"]

LEAST = {"extraction": ("mining", 0.10), "processing": ("processing", 0.40)}
LEAST_RECYCLED = 0.25
MOST_FROM_ONE = 0.65


class Benchmark(Struct, frozen=True, kw_only=True):
    """A share against its benchmark.

    Attributes
    ----------
    name : str
        ``extraction``, ``processing``, ``recycling`` or ``one country``.
    share, met : optional
        None where it is not known; `said` has the reason.
    """

    name: str
    benchmark: float
    share: float | None = None
    met: bool | None = None
    said: str = ""


def benchmarks(parts: Sequence[Part], own: Set[str], recycled: float | None) -> tuple[Benchmark, ...]:
    """The four benchmarks of a material; a group is taken as the mean of those members that are known."""
    found = [_least(name, stage, least, parts, own) for name, (stage, least) in LEAST.items()]
    if recycled is None:
        found.append(Benchmark(name="recycling", benchmark=LEAST_RECYCLED, said="recycling is not known"))
    else:
        found.append(Benchmark(name="recycling", benchmark=LEAST_RECYCLED, share=recycled,
                               met=recycled >= LEAST_RECYCLED))  # fmt: skip
    return (*found, _one_country(parts, own))


def _least(name: str, stage: str, least: float, parts: Sequence[Part], own: Set[str]) -> Benchmark:
    known = _sourcing(parts, stage)
    if not known:
        return Benchmark(name=name, benchmark=least, said=f"sourcing at {stage} is not known")
    share = domestic(merged(known), own)
    return Benchmark(name=name, benchmark=least, share=share, met=share >= least)


def _one_country(parts: Sequence[Part], own: Set[str]) -> Benchmark:
    stages = sorted({stage.stage for part in parts for stage in part.stages if stage.sourcing})
    largest = [
        (each.share, each.country, stage)
        for stage in stages
        for each in merged(_sourcing(parts, stage))
        if each.country not in own
    ]
    if not largest:
        why = "sourcing is not known" if not stages else ""
        return Benchmark(name="one country", benchmark=MOST_FROM_ONE, said=why or "all is from within",
                         share=0.0 if stages else None, met=True if stages else None)  # fmt: skip
    share, country, stage = max(largest, key=lambda each: (each[0], each[1]))
    return Benchmark(name="one country", benchmark=MOST_FROM_ONE, share=share, met=share <= MOST_FROM_ONE,
                     said=f"{country}, {stage}")  # fmt: skip


def _sourcing(parts: Sequence[Part], stage: str) -> list:
    return [each.sourcing for part in parts for each in part.stages if each.stage == stage and each.sourcing]
