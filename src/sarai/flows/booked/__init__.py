"""The book's own documents as trade statistics, and which of them explain a gap to a partner's.

A state's micro data meet its partners' macro data: documents are written down flat (`papers`), read as
trade by one rule (`crossings`), summed in the tidy shape (`statistics`), and searched for what is missing
on the other side (`explaining`).
"""

from sarai.flows.booked.crossings import Booked, booked
from sarai.flows.booked.explaining import explain
from sarai.flows.booked.gap import REASONS, Candidate, Cell, Explanation, Paper, Question
from sarai.flows.booked.papers import papers, write_papers
from sarai.flows.booked.statistics import coverage, lacking, opened, rows, statistics

__all__ = [
    "REASONS",
    "Booked",
    "Candidate",
    "Cell",
    "Explanation",
    "Paper",
    "Question",
    "booked",
    "coverage",
    "explain",
    "lacking",
    "opened",
    "papers",
    "rows",
    "statistics",
    "write_papers",
]
