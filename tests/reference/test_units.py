"""Units against factors typed from the definitions, and the way to integers and back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods.document import LIMIT
from sarai.goods.errors import SaraiError, TooLarge
from sarai.reference import units
from sarai.reference._tables import table
from sarai.reference.units import Dimension, TooFine, UnknownUnit

POUND_G = F("453.59237")  # yard and pound agreement, 1959
INCH_MM = F("25.4")
GALLON_US_ML = 231 * F("2.54") ** 3
GALLON_UK_ML = F("4546.09")  # Weights and Measures Act 1985

# In units of the second column, which is metric and trusted to be a power of ten of the base unit.
DEFINITIONS = [
    ("TNE", "KGM", F(1000)),
    ("DTN", "KGM", F(100)),
    ("CTM", "GRM", F(1, 5)),
    ("LBR", "GRM", POUND_G),
    ("ONZ", "GRM", POUND_G / 16),
    ("APZ", "GRM", POUND_G / 7000 * 480),
    ("GRN", "GRM", POUND_G / 7000),
    ("STI", "GRM", POUND_G * 14),
    ("CWA", "GRM", POUND_G * 100),
    ("CWI", "GRM", POUND_G * 112),
    ("STN", "GRM", POUND_G * 2000),
    ("LTN", "GRM", POUND_G * 2240),
    ("HLT", "LTR", F(100)),
    ("MTQ", "LTR", F(1000)),
    ("GLL", "MLT", GALLON_US_ML),
    ("QTL", "MLT", GALLON_US_ML / 4),
    ("PTL", "MLT", GALLON_US_ML / 8),
    ("OZA", "MLT", GALLON_US_ML / 128),
    ("BLL", "MLT", GALLON_US_ML * 42),
    ("GLI", "MLT", GALLON_UK_ML),
    ("QTI", "MLT", GALLON_UK_ML / 4),
    ("PTI", "MLT", GALLON_UK_ML / 8),
    ("OZI", "MLT", GALLON_UK_ML / 160),
    ("INQ", "MLT", (INCH_MM / 10) ** 3),
    ("FTQ", "MLT", (INCH_MM / 10 * 12) ** 3),
    ("YDQ", "MLT", (INCH_MM / 10 * 36) ** 3),
    ("INH", "MMT", INCH_MM),
    ("FOT", "MMT", INCH_MM * 12),
    ("YRD", "MMT", INCH_MM * 36),
    ("SMI", "MMT", INCH_MM * 12 * 5280),
    ("NMI", "MTR", F(1852)),
    ("INK", "MMK", INCH_MM**2),
    ("FTK", "MMK", (INCH_MM * 12) ** 2),
    ("YDK", "MMK", (INCH_MM * 36) ** 2),
    ("ACR", "MMK", (INCH_MM * 36) ** 2 * 4840),
    ("MIK", "MMK", (INCH_MM * 12 * 5280) ** 2),
    ("PR", "C62", F(2)),
    ("DZN", "C62", F(12)),
    ("GRO", "C62", F(144)),
    ("GGR", "C62", F(1728)),
    ("CEN", "C62", F(100)),
    ("MIL", "C62", F(1000)),
    ("JOU", "WHR", F(1, 3600)),
    ("KJO", "WHR", F(1000, 3600)),
    ("3B", "WHR", F(10**6, 3600)),
    ("GV", "WHR", F(10**9, 3600)),
    ("D30", "WHR", F(10**12, 3600)),
    ("MWH", "KWH", F(1000)),
    ("CUR", "BQL", F(37 * 10**9)),
    ("MCU", "BQL", F(37 * 10**6)),
    ("M5", "BQL", F(37 * 10**3)),
    ("HPA", "LPA", F(100)),
]
BASE_UNITS = {"MGM": 1, "MLT": 1, "MMT": 1, "MMK": 1, "WHR": 1, "BQL": 1, "GRM": 10**3, "KGM": 10**6,
              "LTR": 10**3, "MTR": 10**3, "MTK": 10**6, "C62": 10**3, "KWH": 10**3, "LPA": 10**3}  # fmt: skip
ALL = [units.unit(row["code"]) for row in table("units")]

any_unit = st.sampled_from(ALL)
exact_unit = st.sampled_from([unit for unit in ALL if unit.exact])
rounded_unit = st.sampled_from([unit for unit in ALL if not unit.exact])
bases = st.integers(0, units.MAX_BASE)
quantities = st.decimals(min_value=0, max_value=10**6, places=9)


def factor(code: str) -> F:
    return F(units.unit(code).numerator, units.unit(code).denominator)


@pytest.mark.parametrize(("code", "count"), BASE_UNITS.items())
def test_base_units(code, count):
    assert factor(code) == count


@pytest.mark.parametrize(("code", "of", "times"), DEFINITIONS)
def test_factors_follow_the_definitions(code, of, times):
    assert units.dimension(code) == units.dimension(of)
    assert factor(code) == times * factor(of)


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.code)
def test_what_is_a_whole_number_of_base_units_is_exact(unit):
    decimal_part = unit.numerator == 1 and set(str(unit.denominator)) <= {
        "1",
        "0",
    }  # micro-units: refused, not rounded
    assert unit.exact == (unit.denominator == 1 or decimal_part)


def test_dimensions_fit_in_five_bits_and_are_all_shown_in_one_unit():
    assert [each.value for each in Dimension] == list(range(len(Dimension)))
    assert len(Dimension) <= 32
    for each in Dimension:
        shown = units.unit(units.base_unit(each))
        assert shown.dimension is each
        assert shown.exact
    assert sum(bool(row["display"]) for row in table("units")) == len(Dimension)


@given(exact_unit, quantities)
def test_an_exact_unit_converts_exactly_or_not_at_all(unit, quantity):
    try:
        base = units.to_base(quantity, unit.code)
    except TooFine:
        assert (F(quantity) * factor(unit.code)).denominator != 1
    except TooLarge:
        assert F(quantity) * factor(unit.code) > units.MAX_BASE
    else:
        assert base == F(quantity) * factor(unit.code)
        assert units.from_base(base, unit.code) == quantity


@given(rounded_unit, quantities)
def test_a_rounded_unit_goes_to_the_nearest_half_to_even(unit, quantity):
    wanted = round(F(quantity) * factor(unit.code))  # Fraction rounds half to even
    if wanted == 0 and quantity:
        with pytest.raises(TooFine):
            units.to_base(quantity, unit.code)
    elif wanted > units.MAX_BASE:
        with pytest.raises(TooLarge):
            units.to_base(quantity, unit.code)
    else:
        assert units.to_base(quantity, unit.code) == wanted


@given(rounded_unit, bases)
def test_a_rounded_unit_comes_back_to_the_same_base(unit, base):
    assert units.to_base(units.from_base(base, unit.code), unit.code) == base


@given(st.sampled_from(list(Dimension)), bases)
def test_the_unit_of_display_goes_there_and_back(dimension, base):
    code = units.base_unit(dimension)
    assert units.to_base(units.from_base(base, code), code) == base


@given(any_unit, st.decimals(allow_nan=False, allow_infinity=False))
def test_any_finite_quantity_is_answered_or_refused(unit, quantity):
    try:
        assert isinstance(units.to_base(abs(quantity), unit.code), int)
    except SaraiError as error:
        assert unit.code in str(error)


@pytest.mark.parametrize(
    ("quantity", "base"), [("0.5", 226796), ("1", 453592), ("2", 907185), ("100", 45359237)]
)
def test_pounds_are_rounded_to_the_milligram(quantity, base):
    assert units.to_base(Decimal(quantity), "LBR") == base


def test_ties_go_to_the_even_neighbour():
    assert units.to_base(Decimal(5), "INH") == 127
    assert units.to_base(Decimal("2.5"), "INH") == 64  # 63.5
    assert units.to_base(Decimal("7.5"), "INH") == 190  # 190.5


def test_half_a_set_and_a_quarter_of_a_milligram():
    assert units.to_base(Decimal("0.5"), "SET") == 500
    with pytest.raises(TooFine, match=r"0\.00000025 KGM is finer.*0\.000001 KGM"):
        units.to_base(Decimal("0.00000025"), "KGM")


def test_a_quantity_is_not_rounded_away():
    assert units.to_base(Decimal(0), "LBR") == 0
    with pytest.raises(TooFine, match="3600 JOU"):
        units.to_base(Decimal(1), "JOU")


@pytest.mark.parametrize("quantity", ["1E-400000000", "0E-400000000"])
def test_an_absurd_exponent_costs_no_time(quantity):
    with pytest.raises(TooFine):
        units.to_base(Decimal(quantity), "KGM")


def test_more_than_the_book_can_sum_is_refused():
    largest_stated = Decimal(LIMIT - 1)
    with pytest.raises(TooLarge, match="more than"):
        units.to_base(largest_stated, "KGM")
    assert units.to_base(Decimal(10**11), "KGM") == units.MAX_BASE
    with pytest.raises(TooLarge):
        units.to_base(Decimal(10**11) + Decimal("0.000001"), "KGM")
    assert 64 * units.MAX_BASE < 2**63


@pytest.mark.parametrize("call", [units.unit, units.dimension, lambda code: units.to_base(Decimal(1), code),
                                  lambda code: units.from_base(1, code)])  # fmt: skip
@pytest.mark.parametrize("code", ["QQQ", "kgm", ""])
def test_an_unknown_unit_is_named(call, code):
    with pytest.raises(UnknownUnit, match=f"'{code}'"):
        call(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [("KGM", "KGM"), (" kgm ", "KGM"), ("KG", "KGM"), ("PCS", "C62"), ("L", "LTR"), ("U", "C62"),
     ("NMB", "NMB"), ("p/st", "C62"), ("1 000 p/st", "MIL"), ("l alc. 100 %", "LPA"), ("1 000 kWh", "MWH"),
     ("c/k", "CTM"), ("kg P2O5", "KPP"), ("gi F/S", "GFI"), ("шт.", "C62"), ("1000 КВТ·Ч", "MWH"),
     ("006", "MTR"), ("796", "C62"), ("831", "LPA"), ("2u", "2U"), ("ton", None), ("gal", None), ("", None),
     ("box", None), ("841", "KHY"), ("KNS", "KNS")],
)  # fmt: skip
def test_aliases(text, code):
    assert units.unit_code(text) == code


def test_every_alias_leads_to_a_unit_and_hides_none():
    for row in table("unit_aliases"):
        units.unit(row["code"])
        assert row["alias"] == row["alias"].lower()
        assert units.unit_code(row["alias"]) == row["code"]
    assert len({row["alias"] for row in table("unit_aliases")}) == len(table("unit_aliases"))
    assert len({unit.code for unit in ALL}) == len(ALL)
