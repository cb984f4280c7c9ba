"""Tables of declarations: what is read of them, and what is refused with its line and the reason."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from inspected import COLUMNS, START_S, TOML, history, write

from sarai.goods.errors import BadSetting
from sarai.watch.targeting import Columns, header_of, read_declarations
from sarai.watch.targeting.declarations import NEVER

DAY_S = 86_400


def table(tmp_path: Path, *rows: str, head: str = "id,time,outcome,importer,mass_kg") -> Path:
    path = tmp_path / "declarations.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


SMALL = Columns(categories={"importer": "importer"}, numbers={"mass_kg": "mass_kg"})


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = history(300)
    read = read_declarations(write(tmp_path / "a.csv", made), COLUMNS, lag_days=10)
    for name in ("time_s", "known_s", "outcome", "value", "propensity", "lines"):
        np.testing.assert_array_equal(getattr(read, name), getattr(made, name))
    assert read.ids == made.ids
    for name, category in made.categories.items():
        assert [read.categories[name].text(row) for row in range(300)] == list(map(category.text, range(300)))
    for name, numbers in made.numbers.items():
        np.testing.assert_array_equal(read.numbers[name], numbers)
    assert len(read.digest) == 64


def test_what_a_row_does_not_say(tmp_path: Path) -> None:
    read = read_declarations(table(tmp_path, "a,2025-01-01,,,", "b,2025-01-02,1,I1,2.5"), SMALL, 30)
    assert np.isnan(read.outcome[0])
    assert read.known_s.tolist() == [NEVER, START_S + 31 * DAY_S]
    assert math.isnan(read.numbers["mass_kg"][0])
    assert (read.categories["importer"].text(0), read.propensity[0], read.value[0]) == ("", 1, 0)


def test_times_have_a_zone_a_form_or_are_utc(tmp_path: Path) -> None:
    rows = ["a,2025-01-01T05:00:00+05:00,0,I,1", "b,2025-01-01T00:00:00Z,0,I,1", "c,2025-01-01,0,I,1"]
    assert set(read_declarations(table(tmp_path, *rows), SMALL, 30).time_s.tolist()) == {START_S}
    written = Columns(categories={"importer": "importer"}, date="%d.%m.%y")
    assert read_declarations(table(tmp_path, "a,01.01.25,0,I,1"), written, 30).time_s.tolist() == [START_S]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("x,yesterday,0,I,1", "'yesterday' is no time written as ISO 8601"),
        ("x,2025-01-01,maybe,I,1", "outcome 'maybe' is none of 1, true, yes, 0, false, no"),
        ("x,2025-01-01,0,I,heavy", "mass_kg 'heavy' is no number"),
        ("x,2025-01-01,0,I,nan", "mass_kg 'nan' is no number"),
        ("x,2025-01-01,0,I", "4 columns where the header has 5"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_alone(tmp_path: Path, row: str, why: str) -> None:
    read = read_declarations(table(tmp_path, "a,2025-01-01,0,I,1", row, "b,2025-01-01,1,I,1"), SMALL, 30)
    assert read.ids == ["a", "b"]
    (refused,) = read.refused
    assert refused.line == 3
    assert refused.error.startswith("line 3: ")
    assert why in refused.error


@pytest.mark.parametrize(
    ("cells", "why"),
    [("2024-12-31,0.5", "before the declaration was made"), ("2025-01-09,0", "propensity"),
     ("2025-01-09,1.5", "propensity")],
)  # fmt: skip
def test_when_it_was_known_and_with_which_propensity(tmp_path: Path, cells: str, why: str) -> None:
    head = "id,time,outcome,importer,known,propensity"
    columns = Columns(categories={"importer": "importer"}, known="known", propensity="propensity")
    path = table(tmp_path, f"a,2025-01-01,0,I,{cells}", "b,2025-01-01,1,I,2025-01-04,0.25", head=head)
    read = read_declarations(path, columns, 30)
    assert why in read.refused[0].error
    assert (read.known_s.tolist(), read.propensity.tolist()) == ([START_S + 3 * DAY_S], [0.25])


def test_what_would_steer_a_terminal_is_taken_out(tmp_path: Path) -> None:
    read = read_declarations(table(tmp_path, "a\x1b[2J,2025-01-01,0,I\x1f\x07,1"), SMALL, 30)
    assert (read.ids[0], read.categories["importer"].text(0)) == ("a [2J", "I  ")


@pytest.mark.parametrize(
    ("text", "why"),
    [("id,time,importer,mass_kg\n", "no column outcome"), ("id,time,outcome,importer\n", "no column mass_kg"),
     ("id,time,outcome,importer,mass_kg\n", "no declaration that can be read"),
     ("id,time,outcome,importer,mass_kg\na,b,c,d,e\n", "line 2: 'b' is no time"),
     ("id,time,outcome,importer,mass_kg\n\xff", "no CSV in UTF-8")],
)  # fmt: skip
def test_a_table_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSetting, match=why):
        read_declarations(path, SMALL, 30)


def test_outcomes_need_not_be_there_to_rank(tmp_path: Path) -> None:
    path = table(tmp_path, "a,2025-01-01,I,1", head="id,time,importer,mass_kg")
    assert np.isnan(read_declarations(path, SMALL, 30, outcome=False).outcome).all()


# -- the table of columns ------------------------------------------------------------------------------


def test_columns_are_read_from_toml(tmp_path: Path) -> None:
    (tmp_path / "columns.toml").write_text(TOML)
    assert Columns.read(tmp_path / "columns.toml") == COLUMNS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[categories", "columns"),
        ("colour = 'red'", "unknown field"),
        ("", "neither categories nor numbers"),
        ("together = [['hs', 'origin']]\n[categories]\nhs = 'hs'", "'origin' is no category"),
        (
            "[numbers]\nprice = 'p'\n[ratios]\nu = {of='price', per='mass', usual_for='hs'}",
            "'hs' is no category",
        ),
        ("[categories]\nhs='hs'\n[numbers]\nhs='hs'", "'hs' is there twice"),
        ("[categories]\nhs = { column = 'hs', first = 0 }", "first"),
        ("[categories]\n'HS code' = 'hs'", "categories"),
    ],
)
def test_columns_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "columns.toml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=why):
        Columns.read(path)


def test_our_own_names_need_no_table(tmp_path: Path) -> None:
    head = "id;time;outcome;Importer;hs;origin;value;mass_kg"
    path = table(tmp_path, "a;2025-01-01;1;I;854231;DE;100;2", head=head)
    columns = Columns.usual(header_of(path))
    assert set(columns.categories) == {"importer", "hs", "heading", "chapter", "origin"}
    assert set(columns.numbers) == {"value", "mass_kg"}
    assert columns.together == (("hs", "origin"), ("heading", "origin"), ("importer", "heading"))
    assert set(columns.ratios) == {"unit_value"}
    read = read_declarations(path, columns, 30)
    assert read.categories["heading"].text(0) == "8542"
    assert read.value.tolist() == [100]
