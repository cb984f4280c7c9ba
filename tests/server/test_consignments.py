"""The routes of consignments: where they are, as each role may know it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from press_cases import REROUTED, day
from served import Served, served
from watching import arrived, line, party, ref, sold, transited

from sarai.goods import ItemQuantity, Part, SealEvent, Split, Transit
from sarai.server.access import Role, allowed
from sarai.server.access.visitor import Visitor

START = day(70)
NOBODY = Role.NOBODY.value
OURS = {"place": "KZHOR", "destination": "KZAAU", "issuer": "customs:KZHOR"}


def transit(number: str, **more) -> Transit:
    """One that is named as customs name them: with slashes."""
    head = {**OURS, "principal": party("KZ-1"), "seals": [f"S-{number}"], **more}
    return transited(f"KZHOR/160722/{number}", START, "KZ-2", line("854231", 8), **head)


MINE = transit("0001", principal=REROUTED, carrier=party("carrier"), vehicle="V-77")
THEIRS = transit("0002", deadline=START + timedelta(days=4))
ENDED = transit("0003", principal=REROUTED)
WHOLE = transit("0004", carrier=party("carrier"))


def told(way: Transit, number: int, hours: float, longitude: str, event: str = "position") -> SealEvent:
    return SealEvent(
        issuer=f"seal:{way.seals[0]}", number=str(number), time=START + timedelta(hours=hours),
        consignment=ref(way), seal=way.seals[0], event=event, latitude_deg=Decimal("44.0"),
        longitude_deg=Decimal(longitude),
    )  # fmt: skip


def parts() -> Split:
    half = [ItemQuantity(item=1, quantity=Decimal(4))]
    return Split(
        issuer="customs:KZHOR", number="S/1", time=START + timedelta(hours=30), consignment=ref(WHOLE),
        parts=[
            Part(number="S/1/a", destination="KZAAU", items=half, consignee=REROUTED),
            Part(number="S/1/b", destination="KZALA", items=half),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), story=False) as desk:
        documents = [
            MINE, THEIRS, ENDED, WHOLE, *sold("W/1", START, "KZ-3", "KZ-4", line("610910", 2))[:1],
            told(MINE, 0, 0, "80.0", "applied"), told(MINE, 1, 24, "70.0"),
            told(THEIRS, 1, 5, "79.0", "silent"), told(WHOLE, 1, 20, "72.0"), parts(),
            arrived(ENDED, START + timedelta(days=1)),
        ]  # fmt: skip
        answer = desk.post("officer", documents)
        assert '"code":3' not in answer.text, answer.text
        yield desk


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()["rows"]]


def standing(desk: Served, role: str, way: Transit, what: str = "standing"):
    return desk.get(role, f"/consignment/{what}", issuer=way.issuer, number=way.number)


# -- who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize("path", ["/consignments", "/consignment/standing", "/consignment/track"])
def test_each_role_as_the_table_says(desk: Served, path: str, role: str):
    name = {"issuer": MINE.issuer, "number": MINE.number} if path != "/consignments" else {}
    answer = desk.get("" if role == NOBODY else role, path, **name)
    scope = allowed(Visitor(role=Role(role)), "consignments.read")
    if scope is None:
        assert answer.status_code == (401 if role == NOBODY else 403)
    elif scope.value == "summary" and name:
        assert answer.status_code == 404, "who is told labels asks for no name"
    else:
        assert answer.status_code == 200
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_everybody_sees_their_own(desk: Served):
    assert names(desk.get("trader", "/consignments")) == [MINE.number, "S/1/a"]
    assert names(desk.get("carrier", "/consignments")) == [MINE.number, "S/1/a", "S/1/b"]
    everything = [MINE.number, THEIRS.number, "W/1", "S/1/a", "S/1/b"]
    assert names(desk.get("officer", "/consignments")) == names(desk.get("auditor", "/consignments"))
    assert names(desk.get("officer", "/consignments")) == everything


@pytest.mark.parametrize("what", ["standing", "track"])
@pytest.mark.parametrize("role", ["trader", "carrier"])
def test_what_is_not_theirs_is_as_if_it_were_not_there(desk: Served, role: str, what: str):
    theirs, nothing = standing(desk, role, THEIRS, what), standing(desk, role, transit("0999"), what)
    assert theirs.status_code == nothing.status_code == 404
    assert {**theirs.json(), "request": ""} == {**nothing.json(), "request": ""}
    assert "0999" in standing(desk, "officer", transit("0999"), what).json()["detail"]


def test_an_analyst_is_told_no_names(desk: Served):
    answer = desk.get("analyst", "/consignments")
    first = answer.json()["rows"][0]
    assert first["last"]["longitude_deg"] == "70.0000000"
    assert (first["issuer"], first["place"]) == ("customs:KZHOR", "KZHOR")
    for name in ("0001", "V-77", '"carrier":"carrier"', "KZ-3", "S-0", "W/1", "seal:"):
        assert name not in answer.text


# -- what --------------------------------------------------------------------------------------------


def test_how_one_stands(desk: Served):
    found = standing(desk, "trader", MINE).json()
    assert (found["number"], found["carrier"], found["vehicle"]) == (MINE.number, "carrier", "V-77")
    assert (found["last"]["longitude_deg"], found["seal_state"]) == ("70.0000000", "applied")
    assert [(stop["place"], stop["longitude_deg"]) for stop in found["route"]] == [
        ("KZHOR", 80.04), ("KZAAU", 51.15),
    ]  # fmt: skip
    assert found["gone_km"] + found["left_km"] == pytest.approx(2_300, rel=0.02)
    assert 0.3 < found["progress"] < 0.4
    assert found["expected"].startswith("2022-07-14")  # a day for a third of the way
    assert not found["behind"]
    assert [seal["seal"] for seal in found["seals"]] == ["S-0001"]


def test_what_has_ended_is_still_told_of_but_not_listed(desk: Served):
    found = standing(desk, "trader", ENDED).json()
    assert (found["state"], found["ended_at"], found["progress"]) == ("arrived", "KZAAU", 1.0)
    assert ENDED.number not in names(desk.get("trader", "/consignments"))


def test_a_part_is_where_the_whole_was(desk: Served):
    part = desk.get("trader", "/consignment/standing", issuer="customs:KZHOR", number="S/1/a").json()
    assert (part["whole"], part["last"]["longitude_deg"]) == ([WHOLE.issuer, WHOLE.number], "72.0000000")


def test_where_it_was(desk: Served):
    rows = standing(desk, "trader", MINE, "track").json()["rows"]
    assert [(row["event"], row["longitude_deg"]) for row in rows] == [
        ("applied", "80.0000000"),
        ("position", "70.0000000"),
    ]
    assert rows[0]["time"] == "2022-07-11T08:00:00Z"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "waybill"}, ["W/1"]),
        ({"seal": "silent"}, ["0002"]),
        ({"seal": "applied"}, ["0001"]),
        ({"destination": "KZALA"}, ["S/1/b"]),
        ({"late": False}, ["0001", "W/1", "S/1/a", "S/1/b"]),
        ({"late": True}, ["0002"]),
        ({"seal": "silent", "kind": "waybill"}, []),
    ],
)
def test_they_can_be_chosen(desk: Served, asked: dict, found: list[str]):
    rows = names(desk.get("officer", "/consignments", **asked))
    assert [number.removeprefix("KZHOR/160722/") for number in rows] == found


@pytest.mark.parametrize("asked", [{"seal": "melted"}, {"late": "perhaps"}, {"limit": 0}, {"after": -1}])
def test_what_cannot_be_asked(desk: Served, asked: dict):
    answer = desk.get("officer", "/consignments", **asked)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-value")


def test_page_by_page(desk: Served):
    seen, path = [], "/api/v1/consignments?limit=2"
    while path:
        answer = desk.ask("officer", "GET", path)
        seen += names(answer)
        path = answer.links.get("next", {}).get("url")
    assert seen == names(desk.get("officer", "/consignments"))
    assert len(seen) == 5


@pytest.mark.parametrize("what", ["standing", "track"])
def test_what_is_known_is_not_sent_again(desk: Served, what: str):
    path = f"/api/v1/consignment/{what}?issuer={MINE.issuer}&number={MINE.number}"
    tag = desk.ask("officer", "GET", path).headers["etag"]
    again = desk.ask("officer", "GET", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_what_was_answered_for_is_known_at_once(desk: Served):
    for number in range(2, 12):
        desk.post("officer", [told(THEIRS, number, 5 + number, f"{79 - number}.5")])
        here = standing(desk, "officer", THEIRS).json()
        assert here["last"]["longitude_deg"] == f"{79 - number}.5000000"


def test_while_the_journal_is_read_one_is_asked_to_wait(desk: Served, monkeypatch):
    monkeypatch.setattr(desk.client.app.state.streams.follower, "is_read", False)
    answer = standing(desk, "officer", MINE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
