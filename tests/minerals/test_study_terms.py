"""The terms that the EU's study states, held against its list, others' profile and its stages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sarai.minerals import cited_sources, materials
from sarai.minerals.dependence import STUDY, Terms, assess, compare, counting, gather, question, study_terms
from sarai.minerals.sources import GROUPS, named
from sarai.telling.minerals_risk import readings

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
beside_data = pytest.mark.skipif(not SHARED.is_dir(), reason="needs shared/data/minerals beside the checkout")

TERMS = study_terms()
MEMBERS = {code: GROUPS.get(code, (code,)) for code in materials()}
REVISED = {"aluminium": 1.1, "silicon-metal": 1.3}
"""What annex 4 of the study prints otherwise than the annex that the terms are of."""


@pytest.fixture(scope="module")
def known():
    return gather(SHARED)


@pytest.fixture(scope="module")
def stages(known):
    """Every stage of the 34 and their members that both have a printed risk and could be rebuilt."""
    found = assess(known, question(known, "EU", STUDY), list(materials()))
    each = {(part.name, stage.stage): stage for one in found for part in one.parts for stage in part.stages}
    return {key: (stage, TERMS[key]) for key, stage in each.items() if TERMS[key].risk}


def of(name: str) -> list[Terms]:
    return [each for each in TERMS.values() if each.name == name]


@pytest.mark.parametrize("code", MEMBERS)
def test_every_material_and_member_has_its_terms(code: str):
    for name in MEMBERS[code]:
        assert of(name)
        assert all(each.substitution is not None for each in of(name))


def test_every_row_names_where_it_was_seen():
    for each in TERMS.values():
        source = cited_sources()[each.source]
        assert source.kind == "secondary"  # seen through another's text
        assert source.address.startswith("https://")


def test_recycling_and_substitution_are_of_the_material_not_of_the_stage():
    for name in {each.name for each in TERMS.values()}:
        assert len({(each.recycled, each.substitution) for each in of(name)}) == 1


@beside_data
def test_recycling_is_that_of_the_profile():
    with (SHARED / "crm34_2023_profile.csv").open(encoding="utf-8-sig", newline="") as file:
        rates = {named(row["crm"]): row["EoL_RIR_SCRREEN2023"] for row in csv.DictReader(file)}
    told = {code: float(rate) for code, rate in rates.items() if rate}
    assert len(told) == 26
    for code, rate in told.items():
        assert {each.recycled for name in MEMBERS[code] for each in of(name)} == {rate}


@beside_data
def test_the_highest_risk_of_the_stages_is_what_the_list_prints(known):
    """Two transcriptions of two annexes, by two hands."""
    for code in set(materials()) - set(GROUPS):
        highest = max(each.risk for each in of(code))
        assert REVISED.get(code, highest) == known.assessed[code, STUDY].risk


@beside_data
@pytest.mark.parametrize("code", GROUPS)
def test_a_group_is_printed_with_the_plain_mean_of_its_members(known, code: str):
    highest = [max(each.risk for each in of(name) if each.risk) for name in GROUPS[code]]
    assert sum(highest) / len(highest) == pytest.approx(known.assessed[code, STUDY].risk, abs=0.05)


@beside_data
def test_every_stage_that_is_printed_is_rebuilt_or_known_not_to_be(stages):
    """The stage alone, where no maximum over stages and no mean of members can hide anything."""
    assert len(stages) == 80
    far = {key for key, (stage, terms) in stages.items() if abs(stage.risk / terms.risk - 1) > 0.25}
    assert far == {
        ("arsenic", "processing"), ("cerium", "mining"), ("dysprosium", "mining"),
        ("germanium", "processing"), ("neodymium", "mining"), ("praseodymium", "processing"),
        ("titanium-metal", "mining"), ("yttrium", "mining"), ("yttrium", "processing"),
    }  # fmt: skip
    exact = [key for key, (stage, terms) in stages.items() if f"{stage.risk:.1f}" == f"{terms.risk:.1f}"]
    assert len(exact) == 41


@beside_data
def test_the_stage_that_counts_is_the_one_that_the_study_names(known):
    found = {each.material: each for each in assess(known, question(known, "EU", STUDY), list(MEMBERS))}
    for code in set(MEMBERS) - set(GROUPS):
        printed = {each.stage: each.risk for each in of(code)}
        if len(printed) > 1 and len(set(printed.values())) > 1:
            assert counting(found[code].parts[0]).stage == max(printed, key=printed.__getitem__), code


@beside_data
def test_materials_that_are_not_on_the_list_come_out_too(known):
    """Held out: 36 that the study assessed and left off its list, by the same code, shares and terms."""
    others = sorted({name for name, _ in TERMS} - {name for few in MEMBERS.values() for name in few})
    beside = compare(assess(known, question(known, "EU", STUDY), others))
    assert len(beside.materials) == 36
    assert beside.spearman >= 0.95
    assert beside.near >= 31
    assert {each.material for each in beside.materials if abs(each.off) > 0.25} == {
        "kaolin", "lead", "perlite", "silver", "titanium",
    }  # fmt: skip
    (told,) = (each for each in readings(SHARED, evidence=known) if each.reading == "as taken")
    assert told.held_out == beside


@beside_data
def test_what_the_study_states_of_arsenic_and_germanium_is_not_of_its_table_of_sourcing(known):
    found = assess(known, question(known, "EU", STUDY), ["arsenic", "germanium", "baryte"])
    for each, contradicts in zip(found, (True, True, False), strict=True):
        assert any("from abroad, which is taken" in line for line in each.words) == contradicts


@beside_data
def test_what_the_two_that_are_off_would_need(known):
    """As the page tells: the concentration of sourcing at which the formula gives what is printed."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "minerals.md").read_text(encoding="utf-8")
    needed, alone = {}, {}
    for each in assess(known, question(known, "EU", STUDY), ["arsenic", "germanium"]):
        (stage,) = each.parts[0].stages
        rest = (1 - stage.recycled) * stage.substitution
        half = stage.stated_reliance / 2
        needed[each.material] = (each.published / rest - stage.hhi_world * half) / (1 - half)
        alone[each.material] = stage.hhi_world * rest
    assert f"needs an HHI of sourcing of {needed['germanium']:.2f}" in page
    assert f"needs {needed['arsenic']:.2f}. World supply alone gives {alone['arsenic']:.2f}" in page
    assert f"supply alone a risk of {alone['germanium']:.2f}" in page


@beside_data
def test_germaniums_sourcing_is_the_worlds_supply_again(known):
    key = "germanium", "processing"
    world = {each.country: each.share for each in known.world[key] if each.share >= 0.01}
    assert {each.country: each.share for each in known.sourcing[key]} == pytest.approx(world, abs=0.0051)
    assert {each.t for each in known.sourcing[key]} == {1.0}
