"""Questions of standing, as pages and addresses ask them."""

from __future__ import annotations

from sarai.server.standing.asked import Asked, asked
from sarai.server.standing.bench import Bench, NoVotes

__all__ = ["Asked", "Bench", "NoVotes", "asked"]
