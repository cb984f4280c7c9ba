"""Ownership: who is blocked because of who owns or controls it, under which rule, on which day, and why."""

from sarai.screening.ownership.graph import Graph
from sarai.screening.ownership.judgement import Finding, Judgement, Link, Step, Verdict
from sarai.screening.ownership.reading import read_stakes
from sarai.screening.ownership.rules import NAMES, RULES, Rule, Together, rule_on
from sarai.screening.ownership.shares import WHOLE, OwnershipError, Share, percent, share
from sarai.screening.ownership.verdicts import Listed, Verdicts, judge, judge_file

__all__ = [
    "NAMES",
    "RULES",
    "WHOLE",
    "Finding",
    "Graph",
    "Judgement",
    "Link",
    "Listed",
    "OwnershipError",
    "Rule",
    "Share",
    "Step",
    "Together",
    "Verdict",
    "Verdicts",
    "judge",
    "judge_file",
    "percent",
    "read_stakes",
    "rule_on",
    "share",
]
