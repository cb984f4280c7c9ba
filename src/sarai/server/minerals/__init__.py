"""Questions about raw materials, as pages and addresses ask them."""

from __future__ import annotations

from sarai.server.minerals.bench import Bench, NoData

__all__ = ["Bench", "NoData"]
