"""Commands of standing: each answers as a table, as JSON and as a picture, with sources and dates."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sarai.cli import main

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "balance"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data beside the checkout")


@pytest.fixture
def ask(capsys, monkeypatch):
    """Ask a command; its status, and what it said on both streams."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        status = main(["standing", *map(str, arguments)])
        return status, *capsys.readouterr()

    return run


def test_show_tells_each_channel_with_date_and_sources_and_what_conflicts(ask):
    status, out, _ = ask("show")
    assert status == 0
    assert "trade (trade-kz, 2023): worldnewsam-2023" in out
    assert "by another measure, trade-cn 2023: EU 28 %" in out
    assert "by another measure, fdi-net 2022: 6.1 USD bn in all" in out
    assert "sources say 31.4 (trend-cn-2023) or 31.5 (astanatimes-2024-02)" in out


def test_every_figure_of_a_channel_carries_its_source_and_date(ask):
    _, out, _ = ask("show", "fdi", "--json")
    found = json.loads(out)
    assert {each["measure"] for each in found["figures"]} == set(found["measures"])
    assert len(found["measures"]) == 4
    for each in found["figures"]:
        assert each["of"] and each["said"] and each["kind"]
    both = [each["value"] for each in found["figures"] if each["conflicts"]]
    assert both == [23.7, 23.8]


@pytest.mark.parametrize(
    "question", [[], ["fdi"], ["trade"], ["debt"], ["transit"], ["arms"], ["memberships"]]
)
def test_at_80_columns_no_date_code_or_amount_is_broken(ask, monkeypatch, question):
    from sarai.standing import shipped

    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = ask("show", *question)
    assert max(map(len, out.splitlines())) <= 80
    table, _, notes = out.partition("Spread: 1 - sum")
    assert "Spread" in table, "the last heading stands whole"
    found = json.loads(ask("show", *question, "--json")[1])
    words = set(table.split())
    if question:
        said = [date for each in found["figures"] for date in each["of"].split("/")]
        assert {*said, *(each["source"] for each in found["figures"])} <= {
            part for each in words for part in (each, *each.split("/"))
        }
        amounts = {f"{each['value']:.4g}" for each in found["figures"] if each["value"] is not None}
        assert amounts <= {each.rstrip("*") for each in words}
    else:
        assert {each["channel"] for each in found["channels"]} <= words
        assert {each["shares"]["of"] for each in found["channels"]} <= words
        assert all(each.name in " ".join(notes.split()) for each in shipped().powers)


def test_a_source_is_told_in_words(ask):
    _, out, _ = ask("show", "fdi")
    said = " ".join(out.split())
    assert "fdi-stock-2021: Stock of FDI in the middle of 2021" in said
    assert "Kazinform; 2019-09-05; https://en.inform.kz/news/independent-kazakhstan" in said
    assert "Source(" not in said


def test_compare_tells_exposures_as_reckoned(ask):
    from sarai.standing import exposures, shipped

    _, out, _ = ask("compare", "--json")
    found = json.loads(out)
    assert [each["net"] for each in found["exposures"]] == [each.net for each in exposures(shipped())]
    assert set(found["sources"]) >= {code for each in found["exposures"] for code in each["sources"]}


def test_whatif_tells_before_and_after(ask):
    status, out, _ = ask("whatif", "shut pipeline:CPC; leave CSTO")
    assert status == 0
    assert "carried 54.9 Mt (2024)" in out
    assert "Nothing changes." in ask("whatif", "join EAEU")[1]


VOTES = ["compare", "votes", "--data", SHARED, "--with", "UZ", "--years", "2019..2024"]


@pytest.mark.parametrize(
    "question",
    [["show"], ["show", "trade"], ["compare"], ["compare", "trade"], ["whatif", "invest CN 2bn"],
     pytest.param(VOTES, marks=needs_shared)],
    ids=lambda question: " ".join(map(str, question[:2])),
)  # fmt: skip
def test_each_has_a_picture_that_says_what_it_shows(ask, tmp_path, question):
    for dark in ("light.svg", "picture.png"):
        assert ask(*question, "--plot", tmp_path / dark)[0] == 0
    tree = ElementTree.parse(tmp_path / "light.svg").getroot()
    texts = "".join(each.text or "" for each in tree.iter())
    assert "Source" in texts and "NaN" not in texts
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


@needs_shared
def test_votes_are_told_for_any_states(ask):
    _, out, _ = ask("compare", "votes", "--data", SHARED, "--with", "UZ,AM", "--years", "2024", "--json")
    found = json.loads(out)
    assert found["countries"] == ["KZ", "UZ", "AM"]
    assert {(each["country"], each["pole"]) for each in found["distances"]} == {
        (country, pole) for country in ("KZ", "UZ", "AM") for pole in ("EU", "US", "CN", "RU", "TR")
    }
    assert all(0 <= each["low"] < each["high"] for each in found["distances"])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (["show", "tade"], "'tade' is no channel and no measure; take one of trade"),
        (["show", "trade", "--year", "1999"], "has no figures of 1999; its dates are 2022"),
        (["show", "votes"], "ask: sarai standing compare votes --data DIR"),
        (["compare", "votes"], "give it with --data DIR"),
        (["show", "--alone"], "give a folder with --tables"),
        (["whatif", "dance"], "cannot be read; write one of"),
    ],
)
def test_what_cannot_be_says_what_can(ask, question, said):
    status, _, err = ask(*question)
    assert status != 0
    assert said in " ".join(err.split())


def test_ones_own_tables_stand_alone(ask, tmp_path):
    tables = {
        "powers": "code,name\nNO,North\nSO,South\n",
        "channels": "code,name\ntrade,Trade\n",
        "measures": "code,channel,name,unit\nt,trade,turnover,USD bn\n",
        "sources": "code,title,kind\nbook,A book,published\n",
        "figures": "measure,power,of,value,source\nt,*,2020,10,book\nt,NO,2020,4,book\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    found = json.loads(ask("show", "--tables", tmp_path, "--alone", "--json")[1])
    assert [each["share"] for each in found["channels"][0]["shares"]["powers"]] == [0.4, None]
