"""A small state that is played, with the shared data where they are: several pages are looked at in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import playing

SHARED = Path(__file__).parents[4] / "shared/data"
GIVEN = {"--minerals": SHARED / "minerals", "--votes": SHARED / "balance"}


@pytest.fixture(scope="package")
def url(tmp_path_factory) -> Iterator[str]:
    given = [word for name, at in GIVEN.items() if at.is_dir() for word in (name, str(at))]
    with playing(tmp_path_factory.mktemp("desk"), "--traders", "50", "--days", "4", *given) as url:
        yield url
