"""Brokers and houses for the tests of streams."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from streaming import Broker, SmallHouse, mosquitto, nats_server, running


def binary(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    return found or pytest.skip(f"{name} is not installed (Debian has a package of that name)")


@pytest.fixture
def nats_broker(tmp_path: Path) -> Iterator[Broker]:
    with running(nats_server(binary("nats-server"), tmp_path / "jetstream")) as broker:
        yield broker


@pytest.fixture
def mqtt_broker(tmp_path: Path) -> Iterator[Broker]:
    directory = tmp_path / "mosquitto"
    directory.mkdir()
    with running(mosquitto(binary("mosquitto"), directory)) as broker:
        yield broker


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with SmallHouse(str(tmp_path / "book.db")) as house:
        yield house
