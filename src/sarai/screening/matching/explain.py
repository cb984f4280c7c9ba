"""A score in words: what agreed and how, what did not, and what each feature gave."""

from __future__ import annotations

from sarai.screening.matching.matcher import Match
from sarai.screening.names import Agreement


def explain(match: Match) -> list[str]:
    """One sentence a feature, the weightiest first, with its points."""
    return [
        f"{reason.points:+.2f} {_said(reason.feature, reason.words, match.names)}" for reason in match.reasons
    ]


def _said(feature: str, words: str, names: Agreement) -> str:
    return f"names: {_pairs(names)}" if feature == "names agree" else words


def _pairs(names: Agreement) -> str:
    if names.glued and not names.pairs:
        return "the same but for the gaps between words"
    said = [
        pair.query.text if pair.how == "the same" else f"{pair.query.text} = {pair.listed.text} ({pair.how})"
        for pair in names.pairs
    ]
    if names.contradicts:
        said.append("other words contradict")
    if names.query_only:
        said.append("more in the query")
    if names.listed_only:
        said.append("more on the list")
    return ", ".join(said)
