"""Questions of standing, as pages and addresses ask them."""

from __future__ import annotations

from sarai.server.standing.bench import Bench

__all__ = ["Bench"]
