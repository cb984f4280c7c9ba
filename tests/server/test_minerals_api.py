"""GET /minerals/...: the same answers as the commands give, who may, and problems that name the parameter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Served, served

from sarai.corridors import shipped
from sarai.minerals import hs_codes, materials
from sarai.minerals.footprint import overseas
from sarai.server.minerals import Bench
from sarai.server.minerals.asked import Asked
from sarai.telling import minerals_exposure, minerals_risk
from sarai.telling.minerals_footprint import footprint_of
from sarai.telling.plain import plain

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")
CHAIN = {"material": "copper", "from": "CL", "to": "JP"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Iterator[Served]:
    """A server without data."""
    with served(tmp_path_factory.mktemp("bare"), story=False) as desk:
        yield desk


@pytest.fixture(scope="module")
def desk(bare: Served) -> Iterator[Served]:
    """The same with data."""
    house = bare.house
    before = house.minerals
    house.minerals = Bench(house.settings, DATA, shipped)
    yield bare
    house.minerals = before


def test_the_packaged_tables_need_no_data(bare: Served):
    answer = bare.get("analyst", "/minerals/materials")
    told = answer.json()
    assert [each["code"] for each in told["materials"]] == list(materials())
    assert len(told["codes"]) == len(hs_codes())
    known = {each["code"] for each in told["sources"]}
    assert {each["source"] for table in ("materials", "codes", "uses") for each in told[table]} <= known
    again = bare.ask(
        "analyst", "GET", str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_without_data_it_is_said_how_to_give_them(bare: Served):
    for path in ("risk", "exposure", "flows"):
        answer = bare.get("analyst", f"/minerals/{path}", material="copper")
        assert (answer.status_code, "--minerals" in answer.text) == (404, True)


def test_a_footprint_is_that_of_the_command(bare: Served):
    told = bare.get("analyst", "/minerals/footprint", **CHAIN).json()
    expected = footprint_of(overseas(shipped()), "copper", "CL", (), "JP")
    assert told["total"]["value"] == pytest.approx(expected.total.value)
    assert told["total"]["low"] < told["total"]["value"] < told["total"]["high"]
    assert [each["step"] for each in told["parts"]] == [each.step for each in expected.parts]


@with_data
def test_risk_and_exposure_are_those_of_the_commands(desk: Served):
    told = desk.get("officer", "/minerals/risk", material=["Lithium", "gallium"]).json()
    assert told["materials"] == plain(minerals_risk.told(DATA, ("lithium", "gallium")).materials)
    told = desk.get("auditor", "/minerals/exposure", material="cobalt", importer="jpn", year=2021).json()
    assert told["importer"] == "JP"
    assert told["materials"] == plain(minerals_exposure.told(DATA, ("cobalt",), "JP", 2021).materials)


@with_data
def test_flows_are_those_of_the_page(desk: Served):
    told = desk.get("analyst", "/minerals/flows", material="lithium", year=2022).json()
    sheet = desk.house.minerals.sheet(Asked(material="lithium", year="2022"))
    assert (told["unit"], told["year"], told["importer"]) == ("t", 2022, "EU")
    assert told["flows"] == plain(sheet.flows.of(2022).flows)
    assert told["drawn"] == pytest.approx(sum(each["amount"] for each in told["flows"]))
    assert told["codes"] == list(sheet.exposed.codes)


@with_data
@pytest.mark.parametrize(("path", "change", "status", "said"), [
    ("risk", {"material": "unobtainium"}, 422, "unobtainium"),
    ("risk", {"importer": "Atlantis"}, 422, "Atlantis"),
    ("risk", {"importer": "JP", "year": 1996}, 422, "1996"),
    ("risk", {"year": 12}, 422, "year"),
    ("exposure", {"stage": "smelting"}, 422, "stage"),
    ("exposure", {"year": 2099}, 422, "2099"),
    ("exposure", {"year": 1995}, 422, "1995"),
    ("flows", {"material": "unobtainium"}, 422, "unobtainium"),
    ("flows", {"material": " "}, 422, "nothing is chosen"),
    ("flows", {"material": "nickel", "stage": "mining", "importer": "KZ", "year": 2015}, 404, "260400"),
    ("footprint", {**CHAIN, "from": "Atlantis"}, 404, "Atlantis"),
    ("footprint", {**CHAIN, "route": "magic"}, 422, "magic"),
    ("footprint", {"material": "copper"}, 422, "from"),
])  # fmt: skip
def test_problems_name_the_value(desk: Served, path: str, change: dict, status: int, said: str):
    answer = desk.get("analyst", f"/minerals/{path}", **change)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ["trader", "carrier", "partner", "admin", ""])
def test_who_may_not_is_told_so(bare: Served, role: str):
    for path in ("materials", "risk", "exposure", "flows", "footprint"):
        answer = bare.get(role, f"/minerals/{path}", **CHAIN)
        assert answer.status_code == (403 if role else 401)
