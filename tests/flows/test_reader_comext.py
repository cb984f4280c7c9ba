"""Eurostat COMEXT in bulk and by SDMX."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sarai.flows.engines import duckdb_engine
from sarai.flows.readers import READERS, UnreadableFile, comext, sdmx, sniff

NEW = (
    "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA21,PRODUCT_CPA22,PRODUCT_BEC,PRODUCT_BEC5,"
    "PRODUCT_SECTION,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,VALUE_NAC,QUANTITY_KG,QUANTITY_SUPPL_UNIT"
)
OLD = (
    "DECLARANT,DECLARANT_ISO,PARTNER,PARTNER_ISO,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA2002,"
    "PRODUCT_CPA2008,PRODUCT_CPA2_1,PRODUCT_BEC,PRODUCT_SECTION,FLOW,STAT_REGIME,SUPP_UNIT,PERIOD,"
    "VALUE_IN_EUROS,QUANTITY_IN_KG,SUP_QUANTITY"
)


@pytest.fixture(scope="module")
def engine():
    with duckdb_engine() as backend:
        yield backend


def new(reporter="AT", partner="KZ", kind="E", code="85423190", flow=2, procedure=1, unit="NO_SU",
        period=202402, value=65, mass=3, quantity=0) -> str:  # fmt: skip
    return (
        f"{reporter},{partner},{kind},{code},1,1,1,1,1,06,{flow},{procedure},{unit},{period},"
        f"{value},{value},{mass},{quantity}"
    )


def old(code="85423190", regime=1, period=201012, value=65) -> str:
    return f"038,AT,0079,KZ,E,{code},1,1,1,1,1,06,2,{regime},,{period},{value},3,0"


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows(reading, engine) -> list[dict]:
    found = engine.to_pyarrow(reading.rows).to_pylist()
    return sorted(found, key=lambda row: [str(value) for value in row.values()])


def refusals(reading, engine) -> set[tuple]:
    found = engine.to_pyarrow(reading.refused).to_pylist()
    return {(each["column"], each["value"], each["rows"]) for each in found}


def test_procedures_are_added_up(engine, tmp_path):
    path = written(
        tmp_path / "full_v2_202402.dat", NEW, new(), new(procedure=2, value=5, mass=1), new(flow=1)
    )
    reading = comext.read([path], engine)
    assert sniff(path) == "comext"
    assert reading.complete
    out, into = rows(reading, engine)
    said = dict(source="comext", reporter="AT", partner="KZ", flow="export", edition="HS2022",
                code="85423190", frequency="M", currency="EUR", value=70.0, mass_kg=4.0,
                quantity=None, unit=None,
                basis="destination", valuation="fob")  # fmt: skip
    assert {name: out[name] for name in said} == said
    assert (into["flow"], into["basis"], into["valuation"]) == ("import", "origin", "cif")


def test_the_old_layout_has_the_total_as_a_procedure(engine, tmp_path):
    lines = [old(regime=1, value=60), old(regime=2, value=5), old(regime=4, value=65)]
    path = written(tmp_path / "full201012.dat", OLD, *lines, old(regime=1, period=201052, value=700))
    month, year = sorted(rows(comext.read([path], engine), engine), key=lambda row: row["value"])
    assert (month["value"], month["frequency"], month["edition"], month["partner"]) == (
        65.0,
        "M",
        "HS2007",
        "KZ",
    )
    assert (year["value"], year["frequency"], str(year["period"])) == (700.0, "A", "2010-01-01")


def test_both_layouts_are_read_together(engine, tmp_path):
    files = [written(tmp_path / "full201012.dat", OLD, old()), written(tmp_path / "new.dat", NEW, new())]
    assert [str(row["period"]) for row in rows(comext.read(files, engine), engine)] == [
        "2010-12-01",
        "2024-02-01",
    ]


def test_northern_ireland_is_added_and_special_areas_stay(engine, tmp_path):
    path = written(
        tmp_path / "a.dat", NEW,
        new(partner="XI", kind="I", value=1), new(partner="GB", value=2), new(partner="XS"),
        new(partner="QS"), new(partner="XK"), new(reporter="EL"),
    )  # fmt: skip
    found = {
        (row["reporter"], row["partner"]): row["value"] for row in rows(comext.read([path], engine), engine)
    }
    assert found == {("AT", "GB"): 3, ("AT", "RS"): 65, ("AT", "QS"): 65, ("AT", "XK"): 65, ("GR", "KZ"): 65}


def test_a_purchase_from_a_member_is_by_consignment(engine, tmp_path):
    path = written(tmp_path / "a.dat", NEW, new(partner="DE", kind="I", flow=1))
    assert rows(comext.read([path], engine), engine)[0]["basis"] == "consignment"


def test_supplementary_units(engine, tmp_path):
    path = written(
        tmp_path / "a.dat", NEW, new(unit="P_ST", quantity=7), new(code="22041000", unit="VAT", quantity=2)
    )
    for units, quantity in ((None, None), ({"VAT": "LTR"}, 2.0)):
        reading = comext.read([path], engine, units=units)
        wine, chips = rows(reading, engine)
        assert (chips["quantity"], chips["unit"]) == (7.0, "C62")
        assert (wine["quantity"], wine["value"]) == (quantity, 65.0)
        assert refusals(reading, engine) == (set() if units else {("SUPPL_UNIT", "VAT", 1)})


def test_refusals(engine, tmp_path):
    path = written(
        tmp_path / "full_partxixu_202402.dat", NEW, new(), new(code="TOTAL"), new(code="39XXXXXX"),
        new(code="39XXXXXX"), new(code="99SSS999"), new(reporter="EU"), new(partner="AN"), new(flow=3),
        new(period=202413), new(value=-5), new(mass="x"), new(code="8542319"),
    )  # fmt: skip
    reading = comext.read([path], engine)
    assert not reading.complete, "a file with some partners only"
    assert refusals(reading, engine) == {
        ("PRODUCT_NC", "39XXXXXX", 2), ("PRODUCT_NC", "99SSS999", 1), ("REPORTER", "EU", 1),
        ("PARTNER", "AN", 1), ("FLOW", "3", 1), ("PERIOD", "202413", 1),
        ("VALUE_EUR", "-5", 1), ("QUANTITY_KG", "x", 1),
        ("PRODUCT_NC", "8542319", 1),
    }  # fmt: skip
    assert [row["code"] for row in rows(reading, engine)] == ["85423190", "TOTAL"]


KEYS = ("FREQ", "REPORTER", "PARTNER", "PRODUCT", "FLOW", "INDICATORS")
SERIES = {
    ("M", "DE", "KZ", "85423190", "2", "VALUE_IN_EUROS"): {"2023-01": "100", "2023-02": "0"},
    ("M", "DE", "KZ", "85423190", "2", "QUANTITY_IN_100KG"): {"2023-01": "1.5"},
    ("M", "DE", "KZ", "85423190", "2", "SUPPLEMENTARY_QUANTITY"): {"2023-01": "40"},
    ("M", "FR", "DE", "TOTAL", "1", "VALUE_IN_EUROS"): {"2023-01": "7"},
    ("M", "FR", "WORLD", "TOTAL", "1", "VALUE_IN_EUROS"): {"2023-01": "70"},
    ("M", "EU27_2020", "KZ", "TOTAL", "2", "VALUE_IN_EUROS"): {"2023-01": "9"},
}
NAMESPACES = (
    'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
    'xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"'
)


def csv_1(path: Path) -> Path:
    lines = [
        f"ESTAT:DS-045409(1.0),16/07/26 11:00:00,{','.join(key)},{time},{value},"
        for key, values in SERIES.items()
        for time, value in values.items()
    ]
    header = f"DATAFLOW,LAST UPDATE,{','.join(KEYS).lower()},TIME_PERIOD,OBS_VALUE,OBS_FLAG"
    return written(path, header, *lines)


def csv_2(path: Path) -> Path:
    lines = [
        f"dataflow,ESTAT:DS-045409(1.0),I,{','.join(f'{each}: words' for each in key)},{time}: {time},{value}"
        for key, values in SERIES.items()
        for time, value in values.items()
    ]
    header = ",".join(f"{key}: Words of it" for key in KEYS)
    return written(path, f"STRUCTURE,STRUCTURE_ID,ACTION,{header},TIME_PERIOD: Time,OBS_VALUE: Value", *lines)


def message(kind: str, body: str) -> str:
    return f'<?xml version="1.0"?>\n<m:{kind} {NAMESPACES}><m:DataSet>{body}</m:DataSet></m:{kind}>'


def generic(path: Path) -> Path:
    body = ""
    for key, values in SERIES.items():
        ids = "".join(
            f'<g:Value id="{name}" value="{value}"/>' for name, value in zip(KEYS, key, strict=True)
        )
        body += f"<g:Series><g:SeriesKey>{ids}</g:SeriesKey>"
        for time, value in values.items():
            body += f'<g:Obs><g:ObsDimension value="{time}"/><g:ObsValue value="{value}"/></g:Obs>'
        body += "</g:Series>"
    return written(path, message("GenericData", body))


def generic_flat(path: Path) -> Path:
    body = ""
    for key, values in SERIES.items():
        for time, value in values.items():
            named = [*zip(KEYS, key, strict=True), ("TIME_PERIOD", time)]
            ids = "".join(f'<g:Value id="{name}" value="{each}"/>' for name, each in named)
            body += f'<g:Obs><g:ObsKey>{ids}</g:ObsKey><g:ObsValue value="{value}"/></g:Obs>'
    return written(path, message("GenericData", body))


def specific(path: Path) -> Path:
    body = ""
    for key, values in SERIES.items():
        ids = " ".join(f'{name}="{value}"' for name, value in zip(KEYS, key, strict=True))
        observed = "".join(
            f'<Obs TIME_PERIOD="{time}" OBS_VALUE="{value}"/>' for time, value in values.items()
        )
        body += f"<Series {ids}>{observed}</Series>"
    path.write_bytes(gzip.compress(message("StructureSpecificData", body).encode()))
    return path


@pytest.mark.parametrize("write", [csv_1, csv_2, generic, generic_flat, specific])
def test_every_form_of_sdmx_says_the_same(engine, tmp_path, write):
    path = write(tmp_path / "answer")
    reading = sdmx.read([path], engine, units={"85423190": "C62"})
    assert sniff(path) == "sdmx"
    assert not reading.complete
    keys = ("reporter", "partner", "flow", "code", "value", "mass_kg", "quantity", "unit", "basis", "edition")
    assert [(*(row[key] for key in keys), str(row["period"])) for row in rows(reading, engine)] == [
        ("DE", "KZ", "export", "85423190", 100.0, 150.0, 40.0, "C62", "destination", "HS2022", "2023-01-01"),
        ("DE", "KZ", "export", "85423190", 0.0, None, None, None, "destination", "HS2022", "2023-02-01"),
        ("FR", "DE", "import", "TOTAL", 7.0, None, None, None, "consignment", "HS2022", "2023-01-01"),
        ("FR", "W1", "import", "TOTAL", 70.0, None, None, None, "origin", "HS2022", "2023-01-01"),
    ]
    assert refusals(reading, engine) == {("REPORTER", "EU27_2020", 1)}


def test_a_quantity_without_a_unit_is_left_out_and_told(engine, tmp_path):
    reading = sdmx.read([csv_1(tmp_path / "a.csv")], engine)
    assert ("PRODUCT", "85423190", 1) in refusals(reading, engine)
    assert [row["quantity"] for row in rows(reading, engine)] == [None] * 4


def test_entities_are_not_followed(engine, tmp_path):
    secret = written(tmp_path / "secret", "7")
    path = written(
        tmp_path / "a.xml",
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        f"<m:GenericData {NAMESPACES}><m:DataSet><Series a='DE'>&e;</Series></m:DataSet></m:GenericData>",
    )
    assert rows(sdmx.read([path], engine), engine) == []


def test_a_cut_message_is_named(engine, tmp_path):
    path = generic(tmp_path / "cut.xml")
    path.write_text(path.read_text()[:-60])
    with pytest.raises(UnreadableFile, match=r"cut\.xml"):
        READERS["sdmx"].read([path], engine)
