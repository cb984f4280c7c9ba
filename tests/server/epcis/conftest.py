"""A desk of its own for each story."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from epcis_desk import Desk, open_desk

from sarai.server.epcis import EpcisSettings

PATIENCE_S = 60


@pytest.fixture
def play(tmp_path) -> Callable[..., None]:
    """Run a story on a desk of its own."""

    def run(
        story: Callable[[Desk], Awaitable[None]], settings: EpcisSettings | None = None, **more: object
    ) -> None:
        async def told() -> None:
            async with open_desk(tmp_path, settings, **more) as desk:
                await asyncio.wait_for(story(desk), PATIENCE_S)

        asyncio.run(told())

    return run
