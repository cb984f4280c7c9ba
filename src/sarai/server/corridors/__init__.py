"""Corridors on the desk: ways through the network, and what changes them; one question at a time."""

from sarai.server.corridors.asked import Asked, asked
from sarai.server.corridors.bench import Bench

__all__ = ["Asked", "Bench", "asked"]
