"""Faults of estimation: data that do not say what was asked of them."""

from __future__ import annotations

from sarai.goods import SaraiError

__all__ = ["NotIdentified", "TooFewPeriods"]


class TooFewPeriods(SaraiError):
    """A series has fewer observed periods than a model needs."""


class NotIdentified(SaraiError):
    """The data do not determine the estimate: every value of it fits them as well."""
