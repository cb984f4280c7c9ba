"""Any table by a mapping: real ones of four publishers, and every fault of a mapping at once."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sarai.flows.engines import duckdb_engine
from sarai.flows.readers import MAPPED, UnreadableFile, mapping, read_mapping, sniff
from sarai.goods import BadSetting
from sarai.reference.countries import members

TRADE = Path(__file__).resolve().parents[3] / "shared" / "data" / "trade"
needs_shared = pytest.mark.skipif(not TRADE.is_dir(), reason=f"no shared data at {TRADE}")

PLAIN = """
source = "office"
[columns]
reporter = { constant = "KZ" }
partner = { column = "country" }
flow = { constant = "import" }
code = { column = "hs" }
period = { column = "month" }
currency = { constant = "USD" }
value = { column = "usd" }
"""

CN8 = """
source = "comext"
complete = true
[columns]
reporter = { column = "reporter" }
partner = { column = "partner" }
flow = { column = "flow" , lookup = "flows" }
code = { column = "code" }
period = { column = "month", format = "%Y-%m" }
currency = { constant = "EUR" }
value = { column = "value_eur" }
[lookups.flows]
EXPORT = "export"
IMPORT = "import"
"""

MEMBERS = """
source = "comext"
[columns]
reporter = { column = "REPORTER" }
partner = { column = "PARTNER" }
flow = { column = "flow" }
code = { constant = "TOTAL" }
period = { column = "month", format = "%Y-%m-%d" }
frequency = { constant = "M" }
currency = { constant = "EUR" }
value = { column = "VALUE_IN_EUR" }
[[drop]]
column = "REPORTER"
match = "(European Union|Euro area).*"
[[drop]]
column = "REPORTER"
values = ["United Kingdom"]
"""

NATIONAL = """
source = "national"
sum = true
[columns]
reporter = { column = "REPORTER" }
partner = { column = "PARTNER", lookup = "places" }
flow = { column = "FLOW" }
code = { column = "PRODUCT" }
period = { column = "PERIOD" }
currency = { constant = "EUR" }
value = { column = "VALUE_IN_EUR" }
[[drop]]
column = "PARTNER"
match = "Commonwealth.*|Non-.* countries|.*Union.*|Africa|America|Asia|Europe|Aus.* and Oceania|Shang.*"
[lookups.places]
"Monako" = "MC"
"Saint-Barth?lemy" = "BL"
"Bouvet" = "BV"
"Eastern SAMOA" = "AS"
"Korea (DPRK)" = "KP"
"Босния и Герцеговина" = "BA"
"Северные Марианские острова" = "MP"
"Словакия" = "SK"
"Unknown country" = "QU"
"Other countries" = "QU"
"Rest of the world" = "QU"
"""

ARMENIA = """
source = "armstat"
[columns]
reporter = { constant = "AM" }
partner = { column = "country", lookup = "places" }
code = { constant = "TOTAL" }
period = { columns = ["year", "month"], format = "%Y-%m" }
currency = { constant = "USD" }
[[flows]]
flow = { constant = "export" }
value = { column = "export", scale = 1000 }
[[flows]]
flow = { constant = "import" }
value = { column = "import_origin", scale = 1000 }
[[flows]]
flow = { constant = "import" }
value = { column = "import_consignment", scale = 1000 }
basis = { constant = "consignment" }
[lookups.places]
"Monako" = "MC"
"American Saoma" = "AS"
"Folkland Islands (Malvinas)" = "FK"
"Saint-Barth?lemy" = "BL"
"Unknown country" = "QU"
"EU countries not specified" = "QV"
"""

CARS = """
source = "comtrade"
encoding = "latin-1"
empty = ["NA"]
sum = true
[columns]
reporter = { column = "reporter_code" }
partner = { column = "partner_code", lookup = "areas" }
flow = { column = "trade_flow" }
code = { column = "commodity_code" }
period = { column = "period_desc", format = "%Y%m" }
currency = { constant = "USD" }
value = { column = "trade_value_us" }
quantity = { column = "Qty" }
unit = { column = "QtyUnitAbbr", lookup = "units" }
mass_kg = { column = "netweight_kg" }
[lookups.areas]
757 = "CH"
842 = "US"
251 = "FR"
381 = "IT"
579 = "NO"
699 = "IN"
490 = "TW"
899 = "QU"
[lookups.units]
u = "C62"
"""


NATIONAL_FILES = ("armenia", "kazakhstan", "kyrgyz", "uzbek")


@pytest.fixture(scope="module")
def engine():
    with duckdb_engine() as backend:
        yield backend


def read(engine, toml: str, *files: Path):
    """What a mapping makes of files: rows and refusals as frames, and whether they are complete."""
    reading = MAPPED.read(files, engine, mapping=mapping(tomllib.loads(toml)))
    return (
        engine.to_pyarrow(reading.rows).to_pandas(),
        engine.to_pyarrow(reading.refused).to_pandas(),
        reading.complete,
    )


def file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@needs_shared
def test_monthly_exports_of_the_union(engine):
    path = TRADE / "eurostat_cn8_monthly" / "eu_exports_sanctioned_cn8.parquet"
    reading = MAPPED.read([path], engine, mapping=mapping(tomllib.loads(CN8)))
    said = pd.read_parquet(path).groupby(["reporter", "month"]).value_eur.agg(["size", "sum"]).reset_index()
    rows = reading.rows
    cells = rows.group_by("reporter", "period", "edition", "valuation").aggregate(
        n=rows.count(), v=rows.value.sum()
    )
    found = engine.to_pyarrow(cells).to_pandas()
    assert reading.complete
    assert engine.to_pyarrow(reading.refused).num_rows == 0
    assert found.n.sum() == said["size"].sum()
    assert set(found.reporter) == members("EU", date(2021, 6, 1))
    assert set(found.edition) == {"HS2017"}
    assert set(found.valuation) == {"fob"}
    germany = said[said.reporter.str.startswith("Germany")].set_index("month")["sum"]
    ours = found[found.reporter == "DE"].set_index("period").v.sort_index()
    assert ours.tolist() == pytest.approx(germany.sort_index().tolist(), rel=1e-12)


@needs_shared
def test_totals_of_members_without_groups_of_them(engine):
    path = TRADE / "mirror_totals" / "eu_members_monthly.csv"
    rows, refused, _ = read(engine, MEMBERS, path)
    said = pd.read_csv(path)
    said = said[~said.REPORTER.str.contains("European Union|Euro area|United Kingdom")]
    assert refused.empty
    assert len(rows) == len(said)
    assert set(rows.reporter) == members("EU", date(2021, 6, 1))
    assert rows.groupby("flow").value.sum().to_dict() == pytest.approx(
        said.assign(flow=said.flow.str.lower()).groupby("flow").VALUE_IN_EUR.sum().to_dict()
    )


@needs_shared
def test_national_imports_by_partner(engine):
    files = [
        TRADE / "mirror_totals" / f"{name}_import_yearly.csv"
        for name in ("armenia", "kazakhstan", "kyrgyz", "uzbek")
    ]
    rows, refused, _ = read(engine, NATIONAL, *files)
    assert sorted(set(refused.value)) == ["Netherlands Antilles"]
    assert set(rows.frequency) == {"A"}
    assert set(rows.reporter) == {"AM", "KZ", "KG", "UZ"}
    kyrgyz = (
        rows[(rows.reporter == "KG") & (rows.period.astype(str) == "2021-01-01")].set_index("partner").value
    )
    assert kyrgyz.drop("W1").sum() == pytest.approx(kyrgyz["W1"], rel=0.01), "partners make up the world"


@needs_shared
def test_three_flows_of_a_row_and_thousands_of_dollars(engine):
    """Exports of a year are within 3 % of the official ones, which are in dollars, if these are thousands."""
    rows, refused, _ = read(engine, ARMENIA, TRADE / "armenia" / "arm_trade_country.csv")
    assert set(refused.value) == {"Nagorno-Karabakh", "Nagorno Karabagh"}
    said = pd.read_csv(TRADE / "armenia" / "arm_trade_country.csv")
    assert len(rows) + refused.rows.sum() == 3 * len(said)
    official = pd.read_csv(TRADE / "armenia" / "official_RX_data.csv").set_index("year").X
    ours = rows[rows.flow == "export"].groupby(pd.to_datetime(rows.period).dt.year).value.sum()
    assert (ours / official.loc[2020:2023] - 1).abs().max() < 0.03
    imports = rows[rows.flow == "import"].groupby("basis").value.sum()
    assert set(imports.index) == {"origin", "consignment"}
    assert imports["origin"] == pytest.approx(imports["consignment"], rel=0.05)


@needs_shared
@pytest.mark.parametrize("country", ["armenia", "georgia"])
def test_cars_between_two_neighbours(engine, country):
    path = TRADE / "armenia" / f"vehicle_trade_{country}.csv"
    rows, refused, _ = read(engine, CARS, path)
    said = pd.read_csv(path, encoding_errors="replace", dtype={"commodity_code": str})
    assert set(refused.column) <= {"QtyUnitAbbr", "partner_code"}
    assert refused[refused.column == "partner_code"].empty
    fine = said[said.QtyUnitAbbr == "u"]
    cars = rows[rows.unit == "C62"]
    assert cars.value.sum() == pytest.approx(fine[fine.Qty > 0].trade_value_us.sum())
    assert cars.quantity.sum() == pytest.approx(fine.Qty.sum())


def test_marks_in_numbers_and_an_encoding_that_only_python_knows(engine, tmp_path):
    path = file(tmp_path / "a.csv", "страна;hs;month;usd\nЧехия;0101.21;2023;1 234,5\n", "windows-1251")
    toml = PLAIN.replace('"country"', '"страна", lookup = "places"') + '[lookups.places]\n"Чехия" = "CZ"\n'
    head = 'encoding = "windows-1251"\ndecimal = ","\ngrouping = " \\u00a0"\n'
    rows, refused, _ = read(engine, head + toml, path)
    assert refused.empty
    [row] = rows.to_dict("records")
    assert (row["partner"], row["code"], row["value"], row["frequency"]) == ("CZ", "010121", 1234.5, "A")


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("Atlantis,0101,2023-01,5", "country", "Atlantis"),
        ("Germany,01X1,2023-01,5", "hs", "01X1"),
        ("Germany,0101,2023-13,5", "month", "2023-13"),
        ("Germany,0101,2023-01,-5", "usd", "-5"),
        ("Germany,0101,2023-01,many", "usd", "many"),
        ("Germany,0101,2023-01,inf", "usd", "inf"),
        (",0101,2023-01,5", "country", None),
    ],
)
def test_refusals_name_column_and_value(engine, tmp_path, line, column, value):
    path = file(tmp_path / "a.csv", f"country,hs,month,usd\n{line}\n{line}\nGermany,0101,2023-01,5\n")
    rows, refused, complete = read(engine, PLAIN, path)
    assert not complete
    assert len(rows) == 1
    [told] = refused.astype(object).where(refused.notna(), None).to_dict("records")
    assert (told["column"], told["value"], told["rows"]) == (column, value, 2)
    assert told["file"] == str(path)


def test_rows_of_parquet_are_counted(engine, tmp_path):
    said = {
        "country": ["Germany", "Atlantis"],
        "hs": ["01", "01"],
        "month": ["2023", "2023"],
        "usd": [1.5, 2.5],
    }
    pd.DataFrame(said).to_parquet(tmp_path / "a.parquet")
    rows, refused, _ = read(engine, PLAIN, tmp_path / "a.parquet")
    assert rows.value.tolist() == [1.5]
    assert refused.row.tolist() == [2]


def test_a_quantity_needs_a_unit(engine, tmp_path):
    lines = ("01,2023,5,7,pcs", "02,2023,5,7,", "03,2023,5,7,?")
    path = file(tmp_path / "a.csv", "country,hs,month,usd,n,u\n" + "".join(f"DE,{line}\n" for line in lines))
    toml = PLAIN + 'quantity = { column = "n" }\nunit = { column = "u" }\n'
    rows, refused, _ = read(engine, toml, path)
    assert rows.set_index("code").unit.fillna("").to_dict() == {"01": "C62", "02": ""}
    assert sorted(refused.reason.str[:12]) == ["a quantity w", "no unit of t"]


def test_every_fault_of_a_mapping_is_told_at_once(tmp_path):
    path = file(
        tmp_path / "bad.toml",
        """
        source = ""
        colour = "red"
        complete = "yes"
        encoding = "klingon"
        [columns]
        reporter = { constant = "Atlantis" }
        partner = { column = "country", lookup = "nowhere" }
        flow = { constant = "smuggling" }
        period = { column = "month", scale = 2 }
        value = { column = "usd", scale = -1 }
        unit = { column = "u", constant = "KGM" }
        weight = { column = "kg" }
        [[drop]]
        column = "country"
        match = "("
        """,
    )
    with pytest.raises(BadSetting) as raised:
        read_mapping(path)
    text = str(raised.value)
    assert str(path) in text
    for told in (
        "source is missing",
        "colour is not known",
        "complete = 'yes'",
        "'klingon'",
        "columns.reporter says 'Atlantis'",
        "'nowhere', which is not there",
        "'smuggling'",
        "columns.period has a scale",
        "scale = -1",
        "columns.unit must have one",
        "columns.weight is no column",
        "says no code",
        "says no currency",
        "drop 1",
    ):
        assert told in text


def test_a_mapping_for_other_columns_names_file_and_columns(engine, tmp_path):
    path = file(tmp_path / "a.csv", "country,hs\nDE,01\n")
    with pytest.raises(BadSetting, match=r"a\.csv has no column 'month', 'usd'; it has country, hs"):
        read(engine, PLAIN, path)


def test_what_is_no_parquet_is_named(engine, tmp_path):
    with pytest.raises(UnreadableFile, match=r"a\.parquet"):
        read(engine, PLAIN, file(tmp_path / "a.parquet", "country,hs\n"))


def test_an_unknown_table_is_named_with_the_known_formats(tmp_path):
    path = file(tmp_path / "a.csv", "country,hs\nDE,01\n")
    with pytest.raises(UnreadableFile, match=r"a\.csv is of no known format.*comtrade.*baci.*mapping"):
        sniff(path)
