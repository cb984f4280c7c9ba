"""When consignments are expected, by what others took: learnt from the entries that the follower reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sarai.corridors import Network, shipped
from sarai.corridors.learnt import Arrivals, Expected, Following, TravelTimes, at_places, network_prior
from sarai.goods import Correction, Transit, Waybill
from sarai.ledger.feed import Posted
from sarai.server.streams.course import Name

GOOD = "container"  # what most consignments under seal are in; the book teaches the rest


class Expecting:
    """Learns from entries, each once and in their order; so what is built anew from a journal is the same.

    Parameters
    ----------
    network : callable
        Gives the network that says how long ways take before anybody has gone them.

    Attributes
    ----------
    position
        The last entry that it has learnt from.
    """

    def __init__(self, network: Callable[[], Network] = shipped) -> None:
        self._network, self.position = network, 0
        self._following: Following | None = None

    def open(self) -> None:
        """Read the network, if that is not done; it takes a moment."""
        if self._following is None:
            network = self._network()
            arrivals = Arrivals(TravelTimes(at_places(network, network_prior(network, GOOD))))
            self._following = Following(network, arrivals)

    def take(self, posted: Posted) -> None:
        """Learn from an entry; what was refused, and what a correction takes back, teaches nothing."""
        self.position = posted.entry
        document = posted.document
        if posted.code or document is None or self._following is None:
            return
        if isinstance(document, Correction):
            if not isinstance(document.replacement, Transit | Waybill):
                return
            document = document.replacement
        self._following.take(document)

    def expect(self, name: Name, destination: str, now: datetime) -> Expected | None:
        """When a consignment will be at its destination; None where nothing is known of its way."""
        if self._following is None:
            return None
        journey = self._following.open.get(name)
        if journey is None or journey.destination != destination:
            return None  # it was corrected, and the two tell of different ways
        return self._following.expect(*name, now)
