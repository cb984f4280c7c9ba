"""Facts that everyone shares, as tables with source and date; nothing is read before it is asked for."""

from sarai.reference import countries, exchange, hs, margins, places, priority, units

__all__ = ["countries", "exchange", "hs", "margins", "places", "priority", "units"]
