"""UN Comtrade: each cell once, whatever is broken down; three layouts that say the same."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from sarai.flows.engines import duckdb_engine
from sarai.flows.readers import READERS, UnreadableFile, comtrade, sniff
from sarai.flows.shape import COLUMNS, arrow_schema

VEHICLES = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "trade"
    / "armenia"
    / "vehicle_trade_armenia.csv"
)

TYPICAL = {
    "typeCode": "C", "freqCode": "M", "refYear": 2022, "refMonth": 3, "period": "202203", "reporterCode": 51,
    "flowCode": "M", "partnerCode": 842, "partner2Code": 0, "classificationCode": "H6", "cmdCode": "870323",
    "customsCode": "C00", "motCode": 0, "qtyUnitCode": 5, "qty": 2.0, "isQtyEstimated": False,
    "netWgt": 4842.5, "cifvalue": 100.0, "fobvalue": None, "primaryValue": 100.0, "isAggregate": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with duckdb_engine() as backend:
        yield backend


def page(path: Path, *changes: dict) -> Path:
    """A page of the API with a record for each of the changes to a typical one."""
    path.write_text(json.dumps({"count": len(changes), "data": [TYPICAL | change for change in changes]}))
    return path


def table(path: Path, records: list[dict], delimiter: str = ",") -> Path:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(records[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    written = file.getvalue().encode()
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)
    return path


def rows(reading, engine) -> list[dict]:
    found = engine.to_pyarrow(reading.rows).to_pylist()
    return sorted(found, key=lambda row: [str(value) for value in row.values()])


def refusals(reading, engine) -> set[tuple]:
    found = engine.to_pyarrow(reading.refused).to_pylist()
    return {(each["column"], each["value"], each["rows"]) for each in found}


def test_a_record_becomes_a_row_of_the_shape(engine, tmp_path):
    reading = comtrade.read([page(tmp_path / "a.json", {})], engine)
    assert not reading.complete
    assert reading.rows.columns == tuple(COLUMNS)
    assert engine.to_pyarrow(reading.rows).schema.equals(arrow_schema())
    [row] = rows(reading, engine)
    said = dict(reporter="AM", partner="US", second_partner=None, flow="import", edition="HS2022", unit="C62",
                code="870323", frequency="M", currency="USD", value=100.0, quantity=2.0, mass_kg=4842.5,
                basis="origin", valuation="cif", source="comtrade")  # fmt: skip
    assert {name: row[name] for name in said} == said
    assert str(row["period"]) == "2022-03-01"


def test_json_csv_bulk_and_the_old_portal_say_the_same(engine, tmp_path):
    change = {
        "flowCode": "X",
        "period": "2022",
        "classificationCode": "H5",
        "fobvalue": 100.0,
        "cifvalue": None,
    }
    pages = page(tmp_path / "a.json", change)
    record = {key: "" if value is None else value for key, value in (TYPICAL | change).items()}
    plain = table(tmp_path / "a.csv", [record])
    bulk = table(tmp_path / "bulk.txt.gz", [{key[0].upper() + key[1:]: v for key, v in record.items()}], "\t")
    old = table(
        tmp_path / "old.csv",
        [
            {
                "Classification": "H5", "Year": 2022, "Period": 2022, "Trade Flow Code": 2,
                "Trade Flow": "Export",
                "Reporter Code": 51, "Reporter ISO": "ARM", "Partner Code": 842, "Partner": "USA",
                "2nd Partner Code": "", "Customs Proc. Code": "", "Mode of Transport Code": "",
                "Commodity Code": "870323", "Commodity": "Cars, used", "Qty Unit Code": 5, "Qty": 2,
                "Netweight (kg)": 4842.5, "Trade Value (US$)": 100, "CIF Trade Value (US$)": "",
                "FOB Trade Value (US$)": 100, "Flag": 0,
            }
        ],
    )  # fmt: skip
    assert {sniff(path) for path in (pages, plain, bulk, old)} == {"comtrade"}
    found = [rows(READERS[sniff(path)].read([path], engine), engine) for path in (pages, plain, bulk, old)]
    assert found[0][0]["valuation"] == "fob" and found[0][0]["frequency"] == "A"
    assert found[1:] == [found[0]] * 3
    assert len(rows(comtrade.read([pages, plain, old], engine), engine)) == 3


def test_a_total_stands_for_its_parts(engine, tmp_path):
    path = page(
        tmp_path / "a.json",
        {},
        {"motCode": 3200, "primaryValue": 60.0, "cifvalue": 60.0},
        {"motCode": 1000, "primaryValue": 40.0, "cifvalue": 40.0},
        {"customsCode": "C07", "primaryValue": 30.0, "cifvalue": 30.0},
        {"customsCode": "C07", "motCode": 1000, "primaryValue": 30.0, "cifvalue": 30.0},
    )
    assert [row["value"] for row in rows(comtrade.read([path], engine), engine)] == [100.0]


def test_parts_alone_are_added_up_and_a_mode_stands_for_what_is_of_it(engine, tmp_path):
    path = page(
        tmp_path / "a.json",
        {"motCode": 2000, "primaryValue": 70.0, "cifvalue": 70.0},
        {"motCode": 2100, "primaryValue": 50.0, "cifvalue": 50.0},
        {"motCode": 2200, "primaryValue": 20.0, "cifvalue": 20.0},
        {"motCode": 3200, "primaryValue": 5.0, "cifvalue": 5.0, "netWgt": None},
        {"cmdCode": "870324", "customsCode": "C07", "primaryValue": 3.0, "cifvalue": 3.0},
        {"cmdCode": "870324", "customsCode": "C01", "primaryValue": 4.0, "cifvalue": 4.0},
    )
    first, second = rows(comtrade.read([path], engine), engine)
    assert (first["value"], first["mass_kg"]) == (75.0, None), "the mass of one part is not stated"
    assert (second["value"], second["mass_kg"]) == (7.0, 2 * 4842.5)


def test_second_partners_stand_beside_all_of_them(engine, tmp_path):
    path = page(tmp_path / "a.json", {}, {"partner2Code": 643, "primaryValue": 8.0, "cifvalue": 8.0})
    found = rows(comtrade.read([path], engine), engine)
    assert {(row["second_partner"], row["value"]) for row in found} == {(None, 100.0), ("RU", 8.0)}


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"partnerCode": 0}, "partner", "W1"),
        ({"partnerCode": 490}, "partner", "TW"),
        ({"partnerCode": 899}, "partner", "QU"),
        ({"partnerCode": 492}, "partner", "XR"),  # not Monaco, which has this number in ISO 3166-1
        ({"reporterCode": 757}, "reporter", "CH"),
        ({"reporterCode": 699}, "reporter", "IN"),
        ({"flowCode": "RX"}, "flow", "reexport"),
        ({"flowCode": "DX"}, "flow", "domestic_export"),
        ({"cmdCode": "TOTAL"}, "code", "TOTAL"),
        ({"cmdCode": "9999AA"}, "code", "999999"),
        ({"classificationCode": "HS", "period": "201912"}, "edition", "HS2017"),
        ({"classificationCode": "H3"}, "edition", "HS2007"),
        ({"qtyUnitCode": -1, "qty": 0}, "unit", None),
        ({"qtyUnitCode": -1, "qty": 0}, "quantity", None),
        ({"netWgt": 0}, "mass_kg", None),
        ({"cifvalue": None, "fobvalue": 100.0}, "valuation", "fob"),
        ({"cifvalue": 104.0, "fobvalue": 100.0}, "value", 104.0),
    ],
)
def test_what_codes_stand_for(engine, tmp_path, change, column, value):
    [row] = rows(comtrade.read([page(tmp_path / "a.json", change)], engine), engine)
    assert row[column] == value


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"reporterCode": 97}, "reporterCode", "97"),
        ({"partnerCode": 890}, "partnerCode", "890"),
        ({"partnerCode": 1234}, "partnerCode", "1234"),
        ({"flowCode": "MIP"}, "flowCode", "MIP"),
        ({"classificationCode": "S4"}, "classificationCode", "S4"),
        ({"cmdCode": "AG6"}, "cmdCode", "AG6"),
        ({"period": "202213"}, "period", "202213"),
        ({"primaryValue": -1.0}, "primaryValue", "-1.0"),
        ({"primaryValue": "nan"}, "primaryValue", "nan"),
        ({"primaryValue": None}, "primaryValue", None),
        ({"qtyUnitCode": 77}, "qtyUnitCode", "77"),
    ],
)
def test_what_cannot_be_read_is_refused_and_named(engine, tmp_path, change, column, value):
    reading = comtrade.read([page(tmp_path / "a.json", change, change, {})], engine)
    assert refusals(reading, engine) == {(column, value, 2)}
    assert len(rows(reading, engine)) == 1
    [told] = engine.to_pyarrow(reading.refused).to_pylist()
    assert told["file"].endswith("a.json") and told["reason"]


def test_a_broken_line_is_refused_with_its_number(engine, tmp_path):
    path = table(tmp_path / "a.csv", [TYPICAL, TYPICAL | {"cmdCode": "870324"}])
    path.write_text(path.read_text() + "C,M,2022\n")
    reading = comtrade.read([path], engine)
    [told] = engine.to_pyarrow(reading.refused).to_pylist()
    assert (told["row"], told["value"], told["rows"]) == (4, "C,M,2022", 1)
    assert len(rows(reading, engine)) == 2


@pytest.mark.parametrize("text", ["", "\x00\x01", '{"data": [{"period": ', "a,b\n1,2\n"])
def test_what_is_no_such_file_is_named(engine, tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match=r"broken\.json"):
        READERS[sniff(path)].read([path], engine)


@pytest.mark.skipif(not VEHICLES.is_file(), reason=f"no shared data at {VEHICLES}")
def test_real_records_with_parts_alone_add_up_as_in_pandas(engine, tmp_path):
    """Cars of Armenia, published by mode of transport only, under names of the API."""
    said = pd.read_csv(VEHICLES, dtype=str, encoding="latin-1").fillna("")
    names = {
        "period_desc": "period", "trade_code": "flowCode", "reporter_code": "reporterCode",
        "partner_code": "partnerCode", "commodity_code": "cmdCode", "mot_code": "motCode",
        "QtyUnitCode": "qtyUnitCode", "Qty": "qty", "netweight_kg": "netWgt",
        "trade_value_us": "primaryValue",
    }  # fmt: skip
    said = said[list(names)].rename(columns=names).assign(classificationCode="HS")
    path = tmp_path / "cars.csv"
    said.to_csv(path, index=False)
    reading = comtrade.read([path], engine)
    found = engine.to_pyarrow(reading.rows).to_pandas()
    key = ["period", "flowCode", "partnerCode", "cmdCode", "qtyUnitCode"]
    expected = said.assign(value=said.primaryValue.astype(float)).groupby(key).value.sum()
    assert engine.to_pyarrow(reading.refused).num_rows == 0
    assert len(found) == len(expected)
    assert found.value.sum() == pytest.approx(expected.sum(), rel=1e-12)
    one = found[(found.partner == "DE") & (found.code == "8703") & (found.flow == "import")]
    of = expected.loc[:, "M", "276", "8703"].groupby("period").sum()
    assert one.groupby("period").value.sum().tolist() == pytest.approx(of.tolist())
