"""Matching: is the one who is named the one who is listed? A declared table of features, and an index."""

from sarai.screening.matching.matcher import FEATURES, THRESHOLD, VERSION, Match, Query, match

__all__ = ["FEATURES", "THRESHOLD", "VERSION", "Match", "Query", "match"]
