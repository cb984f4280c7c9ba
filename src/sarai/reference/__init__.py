"""Facts that everyone shares, as tables with source and date; nothing is read before it is asked for."""

from sarai.reference import countries, hs, places, priority, units

__all__ = ["countries", "hs", "places", "priority", "units"]
