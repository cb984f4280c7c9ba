"""Footprint: CO2e of a chain of supply for a tonne of material, and what would lower it."""

from sarai.minerals.footprint.carriage import WAYS, Haul, haul
from sarai.minerals.footprint.chain import Chain, Stop, chain, overseas, place_of
from sarai.minerals.footprint.figures import Range, digits
from sarai.minerals.footprint.reckoning import KINDS, Footprint, Part, footprint
from sarai.minerals.footprint.saving import Saving, savings
from sarai.minerals.footprint.tables import Process, Published, grid, process, published, routes_of

__all__ = [
    "KINDS",
    "WAYS",
    "Chain",
    "Footprint",
    "Haul",
    "Part",
    "Process",
    "Published",
    "Range",
    "Saving",
    "Stop",
    "chain",
    "digits",
    "footprint",
    "grid",
    "haul",
    "overseas",
    "place_of",
    "process",
    "published",
    "routes_of",
    "savings",
]
