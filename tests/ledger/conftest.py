"""What the tests of the book share: addresses of new books in each store, and short runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from short_runs import shorten


@pytest.fixture(scope="module")
def short_runs() -> Iterator[None]:
    """Many checkpoints and index runs in a small book."""
    with pytest.MonkeyPatch.context() as patch:
        shorten(patch.setattr)
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Addresses of books that are not there yet, in each store."""
    if request.param == "sqlite":
        return (str(tmp_path / f"{n}.book") for n in itertools.count())
    base = request.getfixturevalue("postgres_url")
    separator = "&" if "?" in base else "?"
    return (f"{base}{separator}schema={tmp_path.name.lower()}_{n}" for n in itertools.count())
