"""What several tests of the desk use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import browsing


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    with browsing() as browser:
        yield browser
