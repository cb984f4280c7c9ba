"""What is wrong with a network, as values: all of it at once, each with its place and the next step."""

from __future__ import annotations

from sarai.goods import SaraiError
from sarai.reference.rows import Fault, Faulty

__all__ = ["Fault", "Infeasible", "NetworkFaulty", "Unreachable"]


class NetworkFaulty(Faulty):
    """A network that cannot be used as it stands."""


class Unreachable(SaraiError):
    """No way leads from one place to the other; the text says how far one gets, and what would open it."""


class Infeasible(SaraiError):
    """A demand or plan that nothing can meet; the text names it and what would."""
