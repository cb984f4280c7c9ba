"""BACI: exporters' exports in whole dollars and kilograms."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sarai.flows.engines import duckdb_engine
from sarai.flows.readers import UnreadableFile, baci, sniff
from sarai.goods import BadSetting

MATERIALS = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "minerals"
    / "baci_raw_materials_1995_2024.csv.gz"
)


@pytest.fixture(scope="module")
def engine():
    with duckdb_engine() as backend:
        yield backend


def test_numbers_of_countries_and_lost_zeros(engine, tmp_path):
    path = tmp_path / "BACI_HS17_Y2022_V202401b.csv"
    path.write_text(
        "t,i,j,k,v,q\n2022,4,699,10511,1.5,0.25\n2022,490,842,854231,2,NA\n2022,711,842,854231,2,1\n"
    )
    reading = baci.read([path], engine)
    india, usa = sorted(engine.to_pyarrow(reading.rows).to_pylist(), key=lambda row: row["partner"])
    assert sniff(path) == "baci"
    said = dict(reporter="AF", partner="IN", flow="export", edition="HS2017", code="010511", frequency="A",
                value=1500.0, mass_kg=250.0, quantity=None, valuation="fob", basis="destination")  # fmt: skip
    assert {name: india[name] for name in said} == said
    assert (usa["reporter"], usa["mass_kg"]) == ("TW", None)
    [told] = engine.to_pyarrow(reading.refused).to_pylist()
    assert (told["column"], told["value"]) == ("i", "711")


def test_the_edition_must_be_known(engine, tmp_path):
    paths = [tmp_path / name for name in ("BACI_HS17_Y2022.csv", "BACI_HS92_Y2022.csv", "baci.csv")]
    for path in paths:
        path.write_text("t,i,j,k,v,q\n")
    with pytest.raises(UnreadableFile, match="several editions"):
        baci.read(paths[:2], engine)
    with pytest.raises(BadSetting, match=r"baci\.csv says no edition"):
        baci.read(paths[2:], engine)
    with pytest.raises(BadSetting, match="HS2018"):
        baci.read(paths[2:], engine, edition="HS2018")


@pytest.mark.skipif(not MATERIALS.is_file(), reason=f"no shared data at {MATERIALS}")
def test_real_trade_is_taken_or_refused_as_pandas_has_it(engine):
    reading = baci.read([MATERIALS], engine, edition="HS1992")
    said = pd.read_csv(MATERIALS, dtype={"k": str}, keep_default_na=False, na_values=[""])
    unknown = {"ZA1", "SCG", "ANT"}
    fine = said[~said.exp.isin(unknown) & ~said.imp.isin(unknown)]
    told = engine.to_pyarrow(reading.refused).to_pandas()
    total = engine.to_pyarrow(
        reading.rows.aggregate(
            n=reading.rows.count(), value=reading.rows.value.sum(), kg=reading.rows.mass_kg.sum()
        )
    ).to_pylist()[0]
    assert told.rows.sum() + total["n"] == len(said)
    assert set(told.value) == unknown
    assert total["n"] == len(fine)
    assert total["value"] == pytest.approx(fine.v.sum() * 1000, rel=1e-12)
    assert total["kg"] == pytest.approx(fine.q.sum() * 1000, rel=1e-12)
