"""sarai balance, where, trace: the answers, reckoned by hand from the story."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run

EXPORT, MADE, IMPORT = "customs/AST/02/1", "customs/ALA/02/2", "customs/ALA/01/1"


def held(rows: list[dict]) -> dict[tuple, str]:
    return {(row["party"], row["state"], row["hs"]): row["amount"] for row in rows}


def test_balance_by_holder(run: Run, book: Path):
    told = run("balance", "--ledger", book, "--json").json
    assert held(told["rows"]) == {
        ("KZ-A", "free", "854231"): "30",
        ("KZ-A", "reserved", "854231"): "20",
        ("KZ-A", "free", "847130"): "200",
        ("KZ-A", "free", "852352"): "3",
        ("KZ-B", "free", "854231"): "10",
        ("KZ-B", "reserved", "854231"): "7",
    }


def test_balance_narrowed(run: Run, book: Path):
    ask = ("balance", "--ledger", book, "--json")
    assert held(run(*ask, "--party", "KZ-B", "--place", "AST").json["rows"]) == {
        ("KZ-B", "free", "854231"): "10"
    }
    assert {row["hs"] for row in run(*ask, "--hs", "8523").json["rows"]} == {"852352"}
    assert {row["party"] for row in run(*ask, "--regime", "transit").json["rows"]} == {"KZ-B"}
    outside = run(*ask, "--outside").json["rows"]
    assert ("abroad:KG", "", "854231") in held(outside)


def test_balance_as_it_was(run: Run, book: Path):
    rows = run("balance", "--ledger", book, "--at", "2026-01-04T12:00:00Z", "--json").json["rows"]
    assert held(rows)["KZ-B", "free", "854231"] == "40"


def test_balance_before_the_book_is_an_error(run: Run, book: Path):
    for option in ("--at", "--as-known"):
        ran = run("balance", "--ledger", book, option, "2001-01-01T00:00:00Z", "--json")
        assert (ran.status, ran.out) == (1, "")
        assert "2001-01-01" in ran.err


def test_balance_for_people_has_totals(run: Run, book: Path):
    out = run("balance", "--ledger", book, "--by", "lot").out
    assert out.isascii()
    assert [each.split()[-2:] for each in out.splitlines() if each.startswith("Total")] == [
        ["203", "pcs"],
        ["67", "kg"],
    ]
    assert "Nothing is held" in run("balance", "--ledger", book, "--party", "nobody").out


def test_where_of_a_document(run: Run, book: Path):
    told = run("where", IMPORT, "--item", 1, "--ledger", book, "--json").json
    assert told["consignment"] is None
    assert {(row["party"], row["state"]): row["amount"] for row in told["lots"]} == {
        ("KZ-A", "free"): "30",
        ("KZ-A", "reserved"): "20",
        ("KZ-B", "free"): "10",
        ("abroad:KG", ""): "30",
        ("used", ""): "10",
    }


def test_where_of_a_consignment_and_of_both(run: Run, book: Path):
    waybill = run("where", "KZ-A/W-1", "--ledger", book, "--json").json
    assert (waybill["consignment"]["state"], waybill["lots"]) == ("confirmed", [])
    transit = run("where", "customs", "URA/01/7", "--ledger", book, "--json").json
    assert transit["consignment"]["destination"] == "RUREN"
    assert [row["amount"] for row in transit["lots"]] == ["7"]
    said = run("where", "customs/URA/01/7", "--ledger", book).out
    assert "Transit customs/URA/01/7 is open" in said
    assert "RUREN in RU" in said


def test_where_of_nothing(run: Run, book: Path):
    ran = run("where", "customs/unknown", "--ledger", book)
    assert (ran.status, ran.out) == (1, "")
    assert "customs/unknown" in ran.err


def test_trace_up(run: Run, book: Path):
    told = run("trace", EXPORT, "--ledger", book, "--json").json
    (origin,) = told["origins"]
    assert (origin["lot"]["number"], origin["country"], origin["amount"], origin["share"]) == (
        "ALA/01/1", "DE", "30", 1.0,
    )  # fmt: skip
    kinds = [step["document"]["kind"] for step in told["steps"]]
    assert kinds == ["export", "answer", "waybill", "import"]
    assert [step["of"] for step in told["steps"]] == [None, 0, 1, 2]


def test_trace_up_through_processing(run: Run, book: Path):
    told = run("trace", MADE, "--ledger", book, "--json").json
    (origin,) = told["origins"]
    assert (origin["amount"], origin["unit"]) == ("4", "KGM")  # 2 of 5 cards, of 10 kg
    kinds = [step["document"]["kind"] for step in told["steps"]]
    assert kinds == ["export", "processing", "processing", "import"]


def test_trace_down(run: Run, book: Path):
    told = run("trace", IMPORT, "--item", 1, "--down", "--ledger", book, "--json").json
    chips = {end["account"]["party"]: end["amount"] for end in told["destinations"] if end["unit"] == "KGM"}
    assert chips["abroad:KG"] == "30"
    assert chips["KZ-B"] == "10"


@pytest.mark.parametrize("method", ["named", "fifo", "proportional"])
def test_other_methods(run: Run, book: Path, method: str):
    ran = run("trace", EXPORT, "--ledger", book, "--method", method, "--json")
    assert ran.status == 0
    assert ran.json["method"] == method


def test_bounds(run: Run, book: Path):
    (origin,) = run("trace", EXPORT, "--ledger", book, "--bounds", "--json").json["origins"]
    assert origin["low"] == origin["high"] == 30_000_000


def test_the_tree_for_people(run: Run, book: Path):
    out = run("trace", EXPORT, "--ledger", book).out
    assert out.isascii()
    assert "+-- 2026-01-06  export  customs/AST/02/1 item 1" in out
    assert "30 kg of 854231  KZ-A at ALA -> under way" in out
    assert "`-- 2026-01-02  import  customs/ALA/01/1 item 1" in out


def test_a_name_may_be_given_in_two(run: Run, book: Path):
    apart = run("trace", "customs", "AST/02/1", "--ledger", book, "--json")
    assert apart.json == run("trace", EXPORT, "--ledger", book, "--json").json


def test_a_plot_is_svg(run: Run, book: Path, tmp_path: Path):
    plot = tmp_path / "way.svg"
    told = run("trace", EXPORT, "--ledger", book, "--plot", plot, "--json").json
    assert told["plot"] == str(plot)
    assert plot.read_text().startswith("<svg ")
    ran = run("trace", EXPORT, "--ledger", book, "--plot", tmp_path / "way.png")
    assert ran.status == 2
    assert "way.svg" in ran.err
