"""Every route keeps to its own description, whatever it is asked: no 5xx, no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from msgspec.structs import replace
from schemathesis.checks import CheckFunction
from served import API, QUICK, Served, listening
from statistics_made import statistics_at

from sarai.server.access import Role

ROLES = [role.value if role is not Role.NOBODY else "" for role in Role]
EXAMPLES = {
    "supervisor": 12,
    "trader": 12,
}  # of each route: for roles of the widest rights, and the least trust
FEW = 3  # for all others: most of their answers are that they may not
BOUNDED = replace(QUICK, standing_s=6.0)  # who asks here hangs up after ten seconds


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    statistics = statistics_at(tmp_path_factory.mktemp("statistics") / "folder")
    with listening(tmp_path_factory.mktemp("contract"), BOUNDED, statistics=statistics) as desk:
        yield desk


CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(context, value) -> bytes:
    """Any text is a body: what is no document is refused line by line."""
    return str(value).encode(errors="surrogatepass")


def operations(desk: Served) -> list:
    """All but the stream of alerts, which does not end."""
    described = schemathesis.openapi.from_url(
        f"{desk.client.base_url}{API}/openapi.json".replace("//api", "/api")
    )
    found = [each.ok() for each in described.exclude(path_regex="/stream$").get_all_operations()]
    assert len(found) > 100
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_as_it_says(desk: Served, role: str):
    headers = {"Authorization": f"Bearer {desk.key(role)}"} if role else {}
    for operation in operations(desk):

        @settings(
            max_examples=EXAMPLES.get(role, FEW), deadline=None, derandomize=True, database=None,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def answers(case):
            case.validate_response(case.call(headers=headers), checks=CHECKS)

        answers()
