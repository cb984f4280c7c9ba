"""The book: accounts, lots, movements; record, balance, trace, prove."""

from sarai.ledger.book import Book
from sarai.ledger.booking import Fact, Settings
from sarai.ledger.posting import Result

__all__ = ["Book", "Fact", "Result", "Settings"]
