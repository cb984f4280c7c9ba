"""What the tests of intake share: the examples, and the real data beside the checkout."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("any speed", deadline=None)
settings.load_profile("any speed")

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def examples() -> Path:
    return REPO / "examples"


@pytest.fixture(scope="session")
def samples(examples: Path) -> list[bytes]:
    """One document of every kind, as a line of JSON each."""
    files = ("documents.jsonl", "case.jsonl")
    return [line for name in files for line in (examples / name).read_bytes().splitlines()]


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Find real data by its path under ``shared/data``; skips where it is absent."""

    def find(path: str) -> Path:
        found = REPO.parent / "shared" / "data" / path
        if not found.exists():
            pytest.skip(f"no shared data: {path}")
        return found

    return find
