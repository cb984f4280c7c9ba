"""What the book teaches about ways: how long goods take from place to place, and when they will be there.

`passages` makes journeys between places of sightings; `TravelTimes` learns from them, beginning with what the
network says; `Arrivals` expects with them, and calibrates itself on how its own expectations came out.
"""

from sarai.corridors.learnt.arrivals import Arrivals, Expected
from sarai.corridors.learnt.following import Following
from sarai.corridors.learnt.passages import Passage, Sighting, passages, place_near
from sarai.corridors.learnt.prior import at_places, network_prior
from sarai.corridors.learnt.times import Time, TravelTimes

__all__ = [
    "Arrivals",
    "Expected",
    "Following",
    "Passage",
    "Sighting",
    "Time",
    "TravelTimes",
    "at_places",
    "network_prior",
    "passages",
    "place_near",
]
