"""Supply risk of the EU's list of 2023, rebuilt: beside what was published and another's reckoning."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sarai.cli import main
from sarai.minerals.dependence import STUDY, Reading, assess, compare, counting, gather, question
from sarai.minerals.sources import named
from sarai.reference.countries import alpha2, by_name
from sarai.telling.minerals_risk import READINGS, readings

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "minerals.md"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs shared/data/minerals beside the checkout")

EU27 = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip
LOST = {"Trkiye": "TR", "Brasil": "BR", "Libanon": "LB", "Turkyie": "TR", "Brasilia": "BR"}
OLD = {"ROM": "RO", "ZAR": "CD", "KSV": "XK", "ADO": "AD", "TMP": "TL", "WBG": "PS"}


def rows(pattern: str) -> list[dict[str, str]]:
    (path,) = SHARED.glob(pattern)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


PROFILE = rows("crm34_2023_profile.csv") if SHARED.is_dir() else []
CODES = list(dict.fromkeys(named(row["crm"]) for row in PROFILE))


@pytest.fixture(scope="module")
def known():
    return gather(SHARED)


@pytest.fixture(scope="module")
def found(known):
    return {each.material: each for each in assess(known, question(known, "EU", STUDY), CODES)}


def test_order_and_size_beside_what_was_published(found):
    beside = compare(list(found.values()))
    assert len(beside.materials) == 34
    assert beside.spearman >= 0.93
    assert beside.near >= 31
    assert beside.near_rounding >= 32
    far = {each.material for each in beside.materials if abs(each.off) > 0.25}
    assert far == {"arsenic", "germanium"}


@pytest.mark.parametrize("row", PROFILE, ids=lambda row: f"{row['crm']}-{row['stage']}")
def test_terms_are_those_of_another_reckoning(known, row):
    """The profile of the 34 was reckoned by others from the tables alone; of groups it has one member."""
    asked = question(known, "EU", STUDY, Reading(stated=False))
    parts = assess(known, asked, [named(row["crm"])])[0].parts
    if len(parts) > 1:
        pytest.skip("the profile does not say how it takes groups")
    stage = {"extraction": "mining", "processing": "processing"}[row["stage"]]
    (ours,) = (each for each in parts[0].stages if each.stage == stage)
    for name, value in (("HHI_WGI_t_global", ours.hhi_world), ("HHI_WGI_t_EU", ours.hhi_sourcing),
                        ("SR_rebuilt_noSI", ours.risk)):  # fmt: skip
        if row[name]:
            assert value == pytest.approx(float(row[name]), abs=0.0151), name


def test_risk_of_every_material_by_plain_loops(found):
    """From the files to the figure with nothing of Sarai but its table of countries."""
    governance, world, sourcing = by_hand()
    terms = {(row["name"], row["stage"][0]): row for row in typed_in()}
    checked = 0
    for code, each in found.items():
        if len(each.parts) > 1:
            continue
        (spelt,) = {"baryte": ["Barytes"], "boron": ["Borate"], "phosphorus": ["Phosphorous"]}.get(
            code, [code.replace("-", " ")])  # fmt: skip
        best = 0.0
        for stage in "EP":
            w, s = world[spelt.lower(), stage], sourcing[spelt.lower(), stage]
            of_world = sum(share * share * t * governance[who] for who, share, t in w)
            of_sourcing = sum(share * share * t * governance[who] for who, share, t in s)
            stated = terms.get((code, {"E": "m", "P": "p"}[stage]))
            abroad = min(1.0, 1 - sum(share for who, share, _ in s if who in EU27))
            reliance = float(stated["import_reliance"] or abroad) if stated else abroad
            if abroad and reliance < 2 - 1 / abroad - 0.02:
                reliance = abroad
            blend = of_world * reliance / 2 + of_sourcing * (1 - reliance / 2)
            one = {"world": of_world, "sourcing": of_sourcing}.get(stated["supplies"]) if stated else None
            risk = (one or blend) if w and s else of_world or of_sourcing
            if stated:
                risk *= (1 - float(stated["recycled"])) * float(stated["substitution"])
            best = max(best, risk)
        assert each.risk == pytest.approx(best, rel=1e-9), code
        checked += 1
    assert checked == 31


def typed_in() -> list[dict[str, str]]:
    text = files("sarai.reference").joinpath("minerals", "study_terms.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def by_hand():
    estimates = defaultdict(list)
    for row in rows("wgi_full*.csv"):
        if row["estimate"] != ".." and 2016 <= int(row["year"]) <= 2020:
            estimates[OLD.get(row["code"]) or alpha2(row["code"])].append(float(row["estimate"]))
    governance = defaultdict(lambda: 5.0, {who: (2.5 - sum(e) / len(e)) * 2 for who, e in estimates.items()})
    return governance, *(shares_of(rows(f"eu_crm_fact_{kind}SupplyShares*.csv")) for kind in ("Global", "EU"))


def shares_of(table):
    read = defaultdict(list)
    for row in table:
        text, who = row["Share"], LOST.get(row["Country"]) or by_name(row["Country"])
        share = float(text.strip("<%")) / 100 * (0.5 if text[0] == "<" else 1)
        read[row["Material"].lower(), row["Stage"]].append((who, share, float(row["t"])))
    return read


def test_spearman_by_ranks_of_our_own(found):
    pairs = [(each.risk, each.published) for each in found.values()]
    ours, theirs = (ranks([pair[at] for pair in pairs]) for at in (0, 1))
    mean = sum(ours) / len(ours)
    covariance = sum((a - mean) * (b - mean) for a, b in zip(ours, theirs, strict=True))
    spread = sum((a - mean) ** 2 for a in ours) * sum((b - mean) ** 2 for b in theirs)
    assert compare(list(found.values())).spearman == pytest.approx(covariance / spread**0.5)


def ranks(values: list[float]) -> list[float]:
    return [sum(v < value for v in values) + (sum(v == value for v in values) + 1) / 2 for value in values]


def test_a_group_has_every_member_that_the_tables_have(found):
    assert [len(found[code].parts) for code in ("hree", "lree", "pgm")] == [10, 5, 5]
    assert counting(found["hree"].parts[0]).stage == "processing"


def test_the_page_tells_what_comes_out(known, found):
    told = PAGE.read_text(encoding="utf-8")
    for code, each in found.items():
        assert f"| {code} | {each.risk:.2f} | {each.published:.1f} |" in told
    for each in readings(SHARED, evidence=known):
        others = f"{each.held_out.spearman:.3f} | {each.held_out.near}"
        ours = f"{each.spearman:.3f} | {each.near} | {each.near_rounding}"
        assert f"| {each.reading} | {ours} | {others} |" in told
    assert len(READINGS) == 9


@pytest.mark.parametrize("importer", ["KZ", "jp"])
def test_any_importer_has_a_figure_or_a_reason_for_each(importer, capsys):
    status = main(["minerals", "risk", "--data", str(SHARED), "--importer", importer, "--json"])
    said = json.loads(capsys.readouterr().out)
    assert status == 0
    assert sorted(each["material"] for each in said["materials"]) == sorted(CODES)
    assert all(each["risk"] > 0 for each in said["materials"])
    assert all(mark["met"] is None for each in said["materials"] for mark in each["benchmarks"])


def test_the_command_tells_explains_and_draws(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SARAI_MINERALS", str(SHARED))
    picture = tmp_path / "risk.svg"
    assert main(["minerals", "risk", "gallium", "Natural Graphite", "--plot", str(picture)]) == 0
    assert "3.80" in capsys.readouterr().out
    assert ElementTree.fromstring(picture.read_text()).tag.endswith("svg")
    assert main(["minerals", "risk", "--explain", "boron"]) == 0
    told = capsys.readouterr().out
    assert all(
        word in told for word in ("TR", "99.0%", "5.868", "import reliance", "one country: 99%", "CritMAT")
    )
    assert main(["minerals", "risk", "--readings", "gallium"]) == 2
    assert main(["minerals", "risk", "gold"]) == 2


def test_another_list_is_compared_with_its_own_figures(known):
    """The same code for another list: only governance and members are of its year."""
    (now,) = assess(known, question(known, "EU", 2023), ["gallium"])
    (then,) = assess(known, question(known, "EU", 2020), ["gallium"])
    assert (now.published, then.published) == (3.9, 1.3)
    assert question(known, "EU", 2020).governance_years == tuple(range(2013, 2018))
    assert now.risk != then.risk
