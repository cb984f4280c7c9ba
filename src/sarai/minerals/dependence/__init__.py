"""Who depends on whom: shares, concentration, supply risk by the EU's method, the benchmarks of the Act."""

from sarai.minerals.dependence.assessing import MaterialRisk, Question, assess, question
from sarai.minerals.dependence.benchmarks import Benchmark, benchmarks
from sarai.minerals.dependence.comparing import Compared, Comparison, compare
from sarai.minerals.dependence.concentration import (
    Share,
    domestic,
    governed,
    herfindahl,
    merged,
    shares,
    weight,
)
from sarai.minerals.dependence.evidence import EU, STUDY, Evidence, gather, own_countries
from sarai.minerals.dependence.supply_risk import Part, Reading, StageRisk, counting, mean_risk, stage_risk

__all__ = [
    "EU",
    "STUDY",
    "Benchmark",
    "Compared",
    "Comparison",
    "Evidence",
    "MaterialRisk",
    "Part",
    "Question",
    "Reading",
    "Share",
    "StageRisk",
    "assess",
    "benchmarks",
    "compare",
    "counting",
    "domestic",
    "gather",
    "governed",
    "herfindahl",
    "mean_risk",
    "merged",
    "own_countries",
    "question",
    "shares",
    "stage_risk",
    "weight",
]
