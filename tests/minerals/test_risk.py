"""Supply risk by hand: terms that can be reckoned on paper, groups, benchmarks, and what data lack."""

from __future__ import annotations

import pytest

from sarai.goods import BadSetting
from sarai.minerals.dependence import (
    Evidence,
    MaterialRisk,
    Part,
    Reading,
    Terms,
    assess,
    benchmarks,
    compare,
    counting,
    governed,
    herfindahl,
    least_reliance,
    own_countries,
    question,
    shares,
    stage_risk,
)
from sarai.minerals.dependence import SupplyShare as Share
from sarai.minerals.loading import TablesFaulty, read_table
from sarai.minerals.sources import Assessed, Governance

WEIGHTS = {"CN": 6.0, "DE": 2.0, "KZ": 5.0}
WORLD = (Share("CN", 0.8, 1.1), Share("KZ", 0.2))
SOURCING = (Share("CN", 0.5, 1.1), Share("DE", 0.4, 0.8))
EU = frozenset({"DE"})


def test_concentration():
    assert herfindahl(shares({"CN": 8.0, "KZ": 2.0})) == pytest.approx(0.68)
    assert governed(WORLD, WEIGHTS) == pytest.approx(0.64 * 6 * 1.1 + 0.04 * 5)
    assert governed(WORLD, WEIGHTS, with_t=False) == pytest.approx(0.64 * 6 + 0.04 * 5)
    assert governed([Share("XX", 1.0)], WEIGHTS) == 5.0  # unknown: the middle
    assert shares({"CN": 0.0}) == ()


def risk(world=WORLD, sourcing=SOURCING, **said):
    return stage_risk("mining", world, sourcing, WEIGHTS, EU, **said)


def test_every_term_of_a_stage():
    found = risk(recycled=0.25, stated=Terms(name="x", stage="mining", substitution=0.9))
    assert found.hhi_world == pytest.approx(4.424)
    assert found.hhi_sourcing == pytest.approx(0.25 * 6 * 1.1 + 0.16 * 2 * 0.8)  # 1.906
    assert found.import_reliance == pytest.approx(0.6)
    assert found.risk == pytest.approx((4.424 * 0.3 + 1.906 * 0.7) * 0.75 * 0.9)


def test_one_supply_alone_has_all_the_weight():
    assert risk(sourcing=()).risk == pytest.approx(4.424)
    assert risk(world=()).risk == pytest.approx(1.906)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(t_on_world=False), 4.04 * 0.3 + 1.906 * 0.7),
        (Reading(own_counts=False), 4.424 * 0.3 + 1.65 * 0.7),
        (Reading(normalised=True), 4.424 * (5 / 9) / 2 + 1.906 / 0.81 * (1 - (5 / 9) / 2)),
    ],
)
def test_other_readings(reading: Reading, expected: float):
    assert risk(reading=reading).risk == pytest.approx(expected)


def stated(**terms) -> Terms:
    return Terms(name="x", stage="mining", **terms)


def test_import_reliance_as_it_is_stated():
    found = risk(stated=stated(import_reliance=0.5))  # 0.6 from abroad, 0.4 made within: 0.1 is exported
    assert found.import_reliance == found.stated_reliance == 0.5
    assert found.risk == pytest.approx(4.424 * 0.25 + 1.906 * 0.75)


def test_import_reliance_that_no_exports_could_explain_is_not_taken():
    """Of 0.8 from abroad and 0.2 made within, at most 0.2 leaves: (0.8 - 0.2) / 0.8 is the least."""
    sourcing = (Share("CN", 0.8), Share("DE", 0.2, 0.8))
    taken = [risk(sourcing=sourcing, stated=stated(import_reliance=each)).import_reliance
             for each in (0.9, 0.75, 0.70)]  # fmt: skip
    assert taken == [0.9, 0.75, 0.8]
    anyway = risk(sourcing=sourcing, stated=stated(import_reliance=0.7), reading=Reading(reliance="stated"))
    by_table = risk(
        sourcing=sourcing, stated=stated(import_reliance=0.9), reading=Reading(reliance="sourcing")
    )
    assert (anyway.import_reliance, by_table.import_reliance) == (0.7, 0.8)


@pytest.mark.parametrize("abroad", [0.05, 0.3, 0.5, 0.51, 0.75, 0.999, 1.0])
def test_the_least_reliance_is_that_of_exporting_all_that_is_made(abroad: float):
    made = 1 - abroad
    exported = [made * step / 1000 for step in range(1001)]
    nets = [max(0.0, abroad - out) / (abroad + made - out) for out in exported]
    assert least_reliance(abroad) == pytest.approx(min(nets), abs=1e-9)


def test_the_study_says_whose_concentration_counts():
    assert risk(stated=stated(supplies="world")).risk == pytest.approx(4.424)
    assert risk(stated=stated(supplies="sourcing")).risk == pytest.approx(1.906)
    assert risk(stated=stated(supplies="both")).risk == pytest.approx(risk().risk)
    alone = risk(sourcing=(), stated=stated(supplies="sourcing"))  # stated, and not there
    assert (alone.supplies, alone.risk) == ("world", pytest.approx(4.424))


# -- materials -----------------------------------------------------------------------------------

GOVERNANCE = Governance({("CN", 2018): -0.5, ("DE", 2018): 1.5, ("KZ", 2018): 0.0, ("KZ", 2021): -2.5})


def evidence(**known) -> Evidence:
    nothing = {"world": {}, "sourcing": {}, "produced": {}, "recycled": {}, "assessed": {}}
    return Evidence(**{**nothing, "governance": GOVERNANCE, **known})


def of_eu(known: Evidence, *materials: str) -> tuple[MaterialRisk, ...]:
    return assess(known, question(known, "EU", 2023), materials)


def test_the_stage_with_the_higher_risk_counts():
    known = evidence(world={("cobalt", "mining"): (Share("KZ", 0.1),), ("cobalt", "processing"): WORLD})
    (found,) = of_eu(known, "cobalt")
    assert counting(found.parts[0]).stage == "processing"
    assert found.risk == pytest.approx(4.424)


def test_a_group_is_the_mean_of_its_members_each_by_its_own_stage():
    world = {("cerium", "mining"): (Share("CN", 1.0),), ("cerium", "processing"): (Share("CN", 0.5),),
             ("lanthanum", "processing"): (Share("KZ", 1.0),)}  # fmt: skip
    (found,) = of_eu(evidence(world=world), "lree")
    assert found.risk == pytest.approx((6.0 + 5.0) / 2)
    assert [each.name for each in found.parts] == ["cerium", "lanthanum"]


def test_sourcing_of_a_group_serves_members_without_their_own():
    known = evidence(world={("dysprosium", "mining"): (Share("CN", 1.0),)},
                     sourcing={("hree", "mining"): (Share("KZ", 1.0),)})  # fmt: skip
    (found,) = of_eu(known, "hree")
    assert found.risk == pytest.approx((6 + 5) / 2)


def test_a_material_without_data_has_a_reason_and_stops_no_other():
    gallium, cobalt = of_eu(evidence(world={("cobalt", "mining"): WORLD}), "gallium", "cobalt")
    assert gallium.risk is None
    assert "gallium" in gallium.reason
    assert cobalt.risk == pytest.approx(4.424)


def test_recycling_that_is_not_known_is_said():
    known = evidence(
        world={("cobalt", "mining"): WORLD, ("copper", "mining"): WORLD}, recycled={"copper": 0.5}
    )
    cobalt, copper = of_eu(known, "cobalt", "copper")
    assert any("recycling is not known" in each for each in cobalt.words)
    assert copper.risk == pytest.approx(4.424 / 2)


def test_another_importer_has_production_of_the_year_then_the_worlds_shares():
    known = evidence(produced={("Cobalt", 2020): {"CN": 3.0, "KZ": 1.0}, ("Cobalt", 2019): {"KZ": 1.0}},
                     world={("cobalt", "processing"): (Share("CN", 0.5, 1.5),),
                            ("helium", "processing"): WORLD})  # fmt: skip
    asked = question(known, "KZ", None)
    cobalt, helium, gallium = assess(known, asked, ("cobalt", "helium", "gallium"))
    assert (asked.year, asked.governance_years) == (2020, (2018,))
    mining, processing = cobalt.parts[0].stages
    assert mining.risk == pytest.approx(0.5625 * 6 + 0.0625 * 5)
    assert processing.risk == pytest.approx(0.25 * 6)  # t is the EU's
    assert helium.risk == pytest.approx(0.64 * 6 + 0.04 * 5)
    assert gallium.reason


def test_members_that_are_mined_are_a_groups_parts():
    known = evidence(produced={("Palladium", 2020): {"CN": 1.0}, ("Platinum", 2020): {"KZ": 1.0}})
    (found,) = assess(known, question(known, "JP", 2020), ("pgm",))
    assert found.risk == pytest.approx((6 + 5) / 2)


def test_years_that_nobody_knows_are_told():
    known = evidence(produced={("Cobalt", 2020): {"CN": 3.0}})
    with pytest.raises(BadSetting, match="1990 to 1994"):
        question(known, "EU", 1997)
    with pytest.raises(BadSetting, match="2020 to 2020"):
        question(known, "KZ", 2019)


def test_members_of_the_union_are_of_the_year():
    assert "GB" in own_countries("EU", 2020)
    assert "GB" not in own_countries("EU", 2023)
    assert own_countries("KZ", 2020) == {"KZ"}


TERMS = {("cobalt", "mining"): Terms(name="cobalt", stage="mining", supplies="world", recycled=0.2,
                                     substitution=0.5, source="s")}  # fmt: skip


def test_what_is_stated_is_taken_and_told_apart():
    known = evidence(world={("cobalt", "mining"): WORLD}, sourcing={("cobalt", "mining"): SOURCING},
                     stated=TERMS)  # fmt: skip
    (found,) = of_eu(known, "cobalt")
    assert found.risk == pytest.approx(4.424 * 0.8 * 0.5)
    assert found.parts[0].stages[0].source == "s"
    assert any("counts world supply alone" in each for each in found.words)
    assert not any("SI_SR" in each for each in found.words)
    assert next(each.share for each in found.benchmarks if each.name == "recycling") == 0.2
    (plain,) = assess(known, question(known, "EU", 2023, Reading(stated=False)), ("cobalt",))
    assert plain.risk == pytest.approx(risk().risk)
    assert any("SI_SR is not stated" in each for each in plain.words)


def test_recycling_of_the_folder_goes_before_what_is_stated():
    known = evidence(world={("cobalt", "mining"): WORLD}, recycled={"cobalt": 0.5}, stated=TERMS)
    (found,) = of_eu(known, "cobalt")
    assert found.risk == pytest.approx(4.424 * 0.5 * 0.5)


HEAD = "name,stage,supplies,import_reliance,substitution\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("cobalt,refining,both,1,1\n", "stage 'refining' is not one of mining"),
        ("cobalt,mining,GS,1,1\n", "supplies 'GS' is not one of both"),
        ("cobalt,mining,both,40,1\n", "40 is no share from 0 to 1; write 40 % as 0.4"),
        ("cobalt,mining,both,1,1.2\n", "1.2 is no share"),
    ],
)
def test_a_fault_of_the_terms_is_told_with_its_row(row: str, said: str):
    with pytest.raises(TablesFaulty, match=f"(?s)line 2:.*{said}"):
        read_table(HEAD + row, Terms, "terms")


# -- benchmarks ----------------------------------------------------------------------------------


def part(*stages) -> Part:
    return Part(name="x", stages=stages)


def test_benchmarks_met_and_missed():
    stages = (stage_risk("mining", (), (Share("CN", 0.9), Share("DE", 0.1)), WEIGHTS, EU),
              stage_risk("processing", (), (Share("CN", 0.61), Share("DE", 0.39)), WEIGHTS, EU))  # fmt: skip
    found = {each.name: each for each in benchmarks([part(*stages)], EU, 0.25)}
    assert [(name, each.met) for name, each in found.items()] == [
        ("extraction", True), ("processing", False), ("recycling", True), ("one country", False),
    ]  # fmt: skip
    assert found["one country"].share == pytest.approx(0.9)
    assert found["one country"].said == "CN, mining"


def test_a_benchmark_that_is_not_known_is_neither():
    found = benchmarks([part(stage_risk("mining", WORLD, (), WEIGHTS, EU))], EU, None)
    assert all(each.met is None and each.share is None and each.said for each in found)


def test_own_supply_is_no_third_country():
    found = benchmarks([part(stage_risk("mining", (), (Share("DE", 1.0),), WEIGHTS, EU))], EU, 0.0)
    assert (found[3].share, found[3].met) == (0.0, True)


# -- beside what was published -------------------------------------------------------------------


def test_comparison_knows_that_the_published_figure_is_rounded():
    figures = [("a", 0.16, 0.1), ("b", 1.0, 1.0), ("c", 3.0, 2.0), ("d", None, 1.0)]
    found = [MaterialRisk(material=name, risk=ours, published=theirs) for name, ours, theirs in figures]
    beside = compare(found)
    assert (beside.near, beside.near_rounding, len(beside.materials)) == (1, 2, 3)
    assert beside.spearman == pytest.approx(1.0)
    assert beside.materials[0].off_rounding == pytest.approx(0.16 / 0.15 - 1)
    assert compare([MaterialRisk(material="a", risk=1.0)]) is None


def test_what_was_published_is_of_the_year():
    said = {("cobalt", year): Assessed(material="cobalt", year=year, risk=float(year), importance=1.0)
            for year in (2020, 2023)}  # fmt: skip
    (found,) = of_eu(evidence(world={("cobalt", "mining"): WORLD}, assessed=said), "cobalt")
    assert found.published == 2023.0
