"""Commands over statistics: what they say of a small invented world, and of real exports."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html

from cli import invented_flows as invented
from cli.conftest import Run, paper, write
from cli.conftest import line as item
from sarai.cli import main
from sarai.telling.flows_sections import SECTIONS

NOW, BEFORE = "2022-03..2022-12", "2021-03..2021-12"
SENT = ["--from", "DE,PL", "--to", "KZ"]
WAY = ["--from", "DE,PL", "--through", "KZ", "--to", "RU"]
BOTH = ["--span", NOW, "--base", BEFORE]
LONG = ["--span", "2019..2022"]

QUESTIONS = {
    "mirror": [*SENT, *BOTH],
    "reexports": [*WAY, "--span", NOW],
    "surges": [*WAY, *BOTH],
    "anomalies": [*SENT, *BOTH, "--least", "1000000"],
    "growth": ["--from", "DE,PL", "--to", "KZ,RU", *BOTH],
    "lost": [*SENT, *BOTH],
    "substitution": [*WAY, *BOTH],
    "concentration": ["--from", "DE,PL", "--to", "KZ,RU", "--span", "2022"],
    "origins": [*SENT, "--span", "2022"],
    "breaks": ["--from", "DE,PL", "--to", "KZ,RU", *LONG, "--by", "importer"],
    "did": [*SENT, *LONG, "--since", "2022", "--treated", invented.CUT, "--annual"],
    "sources": ["offices", "second", "--from", "DE", "--to", "KZ", "--span", "2022", "--by", "code"],
}
PLOTTED = ("mirror", "reexports", "surges", "anomalies", "growth", "breaks", "did")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of statistics with both sources."""
    place = tmp_path_factory.mktemp("flows")
    for name, (file, mapping) in invented.write(place).items():
        status = main(
            ["flows", "load", str(file), "--mapping", str(mapping), "--store", str(place / "st"), "--json"]
        )
        assert status == (1 if name == "second" else 0)
    return place


@pytest.fixture
def flows(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Ask the statistics, in a pipe of 80 columns."""
    monkeypatch.setenv("SARAI_STATISTICS", str(folder / "st"))
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: run("flows", *arguments)


def rows(flows: Run, name: str, *more: str) -> list[dict]:
    ran = flows(name, *QUESTIONS[name], *more, "--json")
    assert (ran.status, ran.err) == (0, "")
    return ran.json["rows"]


def reported(
    flow: str, months: str, reporters: str, partners: str, codes: str = "", basis: str = ""
) -> float:
    """The sum of invented rows, plainly."""
    first, last = months.split("..")
    return sum(
        row[5]
        for row in invented.world()
        if row[2] == flow and row[0] in reporters.split(",") and row[1] in partners.split(",")
        and first <= row[4] <= last and basis in ("", row[7])
    )  # fmt: skip


# -- every command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_fits_a_pipe_and_says_its_terms(flows: Run, name: str):
    ran = flows(name, *QUESTIONS[name])
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.isascii()
    assert max(map(len, ran.out.splitlines())) <= 80
    assert re.search(r"In\s+USD", ran.out)
    in_table = ran.out.split("\n---")[-1]
    assert ("-:" in in_table) == bool(re.search(r" -( |$)", in_table, re.MULTILINE))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_is_json_without_infinity(flows: Run, name: str):
    ran = flows(name, *QUESTIONS[name], "--json")

    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is no JSON")

    found = json.loads(ran.out, parse_constant=refuse)
    assert found["currency"] == "USD"
    assert found["rows"]


@pytest.mark.parametrize(("name", "form"), [*((name, "svg") for name in PLOTTED), ("growth", "png")])
def test_pictures_are_pictures(flows: Run, tmp_path: Path, name: str, form: str):
    path = tmp_path / f"drawn.{form}"
    ran = flows(name, *QUESTIONS[name], "--plot", path)
    assert (ran.status, ran.err) == (0, "")
    if form == "png":
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        return
    tree = ElementTree.parse(path).getroot()
    below = {child.tag.rpartition("}")[2] for child in tree.iter()}
    assert {"title", "desc", "path"} <= below


# -- figures ---------------------------------------------------------------------------------------


def test_growth_is_that_of_the_rows(flows: Run):
    found = {row["importer"]: row for row in rows(flows, "growth")}
    for importer in ("KZ", "RU"):
        now, then = (reported("export", span, "DE,PL", importer) for span in (NOW, BEFORE))
        assert found[importer]["growth"] == pytest.approx(now / then - 1)


def test_what_was_lost_in_transit(flows: Run):
    (row,) = rows(flows, "lost")
    sent = reported("export", NOW, "DE,PL", "KZ") - reported("export", BEFORE, "DE,PL", "KZ")
    seen = reported("import", NOW, "KZ", "DE,PL", basis="origin") - reported(
        "import", BEFORE, "KZ", "DE,PL", basis="origin"
    )
    assert row["share"] == pytest.approx((sent - seen) / sent)


def test_the_line_that_was_cut_off_is_found(flows: Run):
    assert {row["code"] for row in rows(flows, "mirror", "--top", "4")} == {invented.CUT}
    assert [row["code"] for row in rows(flows, "surges") if row["surge"]] == [invented.CUT]
    assert {row["code"] for row in rows(flows, "anomalies")} == {invented.CUT}
    assert rows(flows, "reexports")[0]["code"] == invented.CUT
    assert rows(flows, "substitution")[0]["code"] == invented.CUT
    broke = [row for row in rows(flows, "breaks") if row["group"] == "RU"]
    assert broke[0]["earliest"][:7] <= invented.EVENT <= broke[0]["latest"][:7]


def test_how_much_came_back_is_estimated_where_the_series_are_long(flows: Run):
    question = [*WAY, "--span", NOW, "--base", "2019-03..2019-12", "--codes", invented.CUT, "--by", "all"]
    found = flows("substitution", *question, "--json").json
    assert found["no_diversion"] == ""
    assert found["diversion"]["share"]["low"] < found["diversion"]["share"]["high"]
    assert "came back" in flows("substitution", *question).out
    short = flows("substitution", *WAY, *BOTH, "--json").json
    assert short["diversion"] is None
    assert "24" in short["no_diversion"] or "26" in short["no_diversion"]


def test_two_sources_and_two_bases(flows: Run):
    assert all(row["ratio"] == pytest.approx(1 / 1.1) for row in rows(flows, "sources"))
    assert all(row["share"] == pytest.approx(0.2, abs=1e-5) for row in rows(flows, "origins"))


def test_concentration_is_the_sum_of_squared_shares(flows: Run):
    parts = [reported("export", "2022-01..2022-12", "DE", importer) for importer in ("KZ", "RU")]
    found = {row["exporter"]: row["hhi"] for row in rows(flows, "concentration")}
    assert found["DE"] == pytest.approx(sum((part / sum(parts)) ** 2 for part in parts))


def test_a_hole_is_no_zero(flows: Run):
    found = rows(flows, "lost")[0]
    assert found["imported"] > 0
    hole = flows("lost", "--from", "DE,PL", "--to", "RU", *BOTH, "--json").json["rows"][0]
    assert (hole["imported"], hole["unrecorded"], hole["share"]) == (None, None, None)
    assert "-: not known" in flows("lost", "--from", "DE,PL", "--to", "RU", *BOTH).out


def test_growth_from_zero_is_said_and_is_no_number(flows: Run, tmp_path: Path, run: Run):
    file, mapping, store = tmp_path / "new.csv", tmp_path / "new.toml", tmp_path / "st"
    lines = [",".join(invented.COLUMNS), "DE,KZ,export,854231,2022-01,5,1,destination",
             "DE,KG,export,854231,2021-01,5,1,destination"]  # fmt: skip
    file.write_text("\n".join(lines))
    mapping.write_text(invented.MAPPING.format(source="new"))
    assert run("flows", "load", file, "--mapping", mapping, "--store", store).status == 0
    question = ["growth", "--from", "DE", "--to", "KZ,KG", "--span", "2022-01", "--base", "2021-01",
                "--store", store]  # fmt: skip
    found = {row["importer"]: row for row in run("flows", *question, "--json").json["rows"]}
    assert (found["KZ"]["growth"], found["KZ"]["from_zero"]) == (None, True)
    assert (found["KG"]["growth"], found["KG"]["from_zero"]) == (-1.0, False)
    assert "from 0" in run("flows", *question).out


def test_figures_are_of_those_who_report_them(run: Run, tmp_path: Path):
    """A source with imports of DE from KZ says nothing of imports of KZ from DE."""
    for name, row in (
        ("back", "DE,KZ,import,854231,2022-01,3,1,origin"),
        ("sent", "DE,KZ,export,854231,2022-01,9,1,destination"),
        ("taken", "KZ,DE,import,854231,2022-01,5,1,origin"),
    ):
        file, mapping = tmp_path / f"{name}.csv", tmp_path / f"{name}.toml"
        file.write_text(f"{','.join(invented.COLUMNS)}\n{row}\n")
        mapping.write_text(invented.MAPPING.format(source=name))
        assert run("flows", "load", file, "--mapping", mapping, "--store", tmp_path / "st").status == 0
    found = run("flows", "mirror", "--from", "DE", "--to", "KZ", "--span", "2022-01", "--base", "2021-01",
                "--by", "gap", "--store", tmp_path / "st", "--json").json  # fmt: skip
    assert found["sources"] == {"exported": "sent", "imported": "taken"}
    assert [(row["exported"], row["imported"]) for row in found["rows"]] == [(9, 5)]


# -- what is at hand -------------------------------------------------------------------------------


def test_holes_are_told_as_ranges(flows: Run):
    found = flows("held", "--span", "2021-06..2022-12")
    assert "2022-01..2022-12" in found.out
    told = flows("held", "--span", "2021-06..2022-12", "--json").json["holes"]
    russia = [row for row in told if (row["reporter"], row["flow"]) == ("RU", "import")]
    assert [(row["first"], row["last"], row["periods"]) for row in russia] == [
        ("2022-01-01", "2022-12-01", 12)
    ]
    keys = [(row["source"], row["reporter"], row["flow"], row["first"]) for row in told]
    assert keys == sorted(keys)


def test_what_is_refused_is_told_by_the_name_of_the_file(run: Run, tmp_path: Path):
    (_, _), (file, mapping) = invented.write(tmp_path).values()
    ran = run("flows", "load", file, "--mapping", mapping, "--store", tmp_path / "st")
    assert ran.status == 1
    assert "second.csv" in ran.out
    assert "Atlantis" in ran.out
    assert str(tmp_path) not in ran.out
    again = run("flows", "load", file, "--mapping", mapping, "--store", tmp_path / "st")
    assert (again.status, "nothing to do" in again.out) == (0, True)


def test_a_zip_stands_for_what_is_in_it(run: Run, tmp_path: Path):
    (file, mapping), _ = invented.write(tmp_path).values()
    packed = tmp_path / "offices.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(file, "offices.csv")
    loaded = run("flows", "load", packed, "--mapping", mapping, "--store", tmp_path / "st", "--json").json
    assert loaded["load"]["files"] == ["offices.csv"]
    same = run("flows", "load", file, "--mapping", mapping, "--store", tmp_path / "st", "--json").json
    assert same["repeated"]


# -- the report ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    """A report of the whole world."""
    out = folder / "report.html"
    spans = ["--span", NOW, "--base", "2019-01..2022-02"]
    arguments = ["flows", "report", "--store", folder / "st", *WAY, *spans, "--least", "1000000",
                 "--treated", invented.CUT, "--out", out]  # fmt: skip
    assert main([str(each) for each in arguments]) == 0
    return out.read_text(encoding="utf-8")


def test_the_report_has_every_section_and_needs_nothing_else(page: str):
    tree = html.fromstring(page)
    assert {each.name for each in SECTIONS} <= set(tree.xpath("//section/@id"))
    assert [each for each in tree.xpath("//@href | //@src") if not each.startswith("#")] == []
    assert tree.xpath("//script | //link | //iframe") == []
    assert tree.xpath("//*[@class='lacking']") == []  # nothing is lacking of this world


def test_the_report_says_what_was_found(page: str):
    words = " ".join(html.fromstring(page).text_content().split())
    assert "12 of 240 periods asked for were not published" in words
    assert "1 of 9 lines surged on both legs" in words
    assert "with periods drawn anew" in words.casefold()
    assert "Poisson pseudo-maximum likelihood" in words
    assert "are compared with 2021-03 to 2021-12" in words
    assert "no country of this name or code is known" in words


def test_the_report_as_figures_is_that_of_the_commands(flows: Run):
    found = flows("report", *WAY, *BOTH, "--json").json
    (row,) = rows(flows, "lost")
    assert found["lost"][0]["share"] == row["share"]
    assert {each["code"] for each in found["surges"] if each["surged"]} == {invented.CUT}


def test_a_report_without_a_country_in_between_says_what_it_lacks(flows: Run, tmp_path: Path):
    ran = flows("report", *SENT, *BOTH, "--out", tmp_path / "r.html")
    assert (ran.status, ran.err) == (0, "")
    assert "--through" in ran.out
    page = html.fromstring((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "--through" in page.get_element_by_id("surges").text_content()


def test_several_countries_in_between_need_a_report_each(flows: Run, tmp_path: Path):
    question = ["--from", "DE", "--through", "KZ,KG", "--to", "RU", *BOTH]
    ran = flows("report", *question, "--out", tmp_path / "r.html")
    assert (ran.status, "KZ, KG" in ran.err) == (2, True)


# -- what is wrong is said -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mirror", "--from", "ATLANTIS", "--to", "KZ", *BOTH], ("--from", "ATLANTIS", "EU")),
        (["mirror", "--from", "DE", "--to", "KZ", "--codes", "85x", *BOTH], ("--codes", "85x", "chpl")),
        (["growth", *SENT, "--span", "2022-13", "--base", "2021"], ("2022-13", "2021-03..2021-11")),
        (["growth", *SENT, "--span", "2022..2021", "--base", "2021"], ("2022..2021", "ends before")),
        (["growth", *SENT, *BOTH, "--edition", "HS2019"], ("--edition", "HS2019", "HS2017")),
        (["growth", *SENT, *BOTH, "--currency", "dollars"], ("--currency", "DOLLARS", "USD")),
        (["growth", *SENT, *BOTH, "--by", "moon"], ("--by", "moon", "exporter")),
        (["growth", *SENT, *BOTH, "--store", "nowhere"], ("nowhere", "sarai flows load")),
        (["growth", *SENT, *BOTH, "--plot", "a.gif"], ("a.gif", ".svg")),
        (["sources", "offices", "third", *SENT, "--span", "2022"], ("third", "offices, second")),
        (["surges", "--from", "DE", "--through", "KZ,KG", "--to", "RU", *BOTH], ("KZ, KG", "by itself")),
        (["surges", "--from", "DE", "--through", "KZ", *BOTH], ("--to",)),
        (["did", *SENT, *LONG, "--since", "2022-03", "--treated", "chips"], ("--treated", "chips")),
        (["report", *WAY, *BOTH], ("--out FILE.html", "--json")),
        (["growth", *SENT, "--span", NOW, "--base", "2021"], ("12 periods", "same months")),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_value_place_and_next_step(flows: Run, arguments: list[str], said: tuple):
    ran = flows(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert all(each.casefold() in ran.err.casefold() for each in said), ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["growth", *SENT, *BOTH, "--exports-by", "third"], ("third", "offices, second")),
        (["growth", "--from", "FR", "--to", "KG", *BOTH], ("sarai flows held",)),
        (["growth", *SENT, *BOTH, "--digits", "8"], ("8 digits", "fewer")),
        (
            ["sources", "offices", "second", *SENT, "--span", "2022", "--flow", "import"],
            ("second", "imports"),
        ),
        (["mirror", "--from", "DE", "--to", "RU", *BOTH, "--plot", "none.svg"], ("none.svg", "not drawn")),
        (["did", *SENT, *LONG, "--since", "2030-01", "--treated", "854231"], ("2030-01", "longer span")),
    ],
)
def test_what_is_not_there_is_a_finding(flows: Run, arguments: list[str], said: tuple):
    ran = flows(*arguments)
    assert ran.status == 1
    assert all(each.casefold() in ran.err.casefold() for each in said), ran.err


def test_several_currencies_have_to_be_chosen_between(run: Run, tmp_path: Path):
    for number, currency in enumerate(("USD", "EUR")):
        file, mapping = tmp_path / f"{currency}.csv", tmp_path / f"{currency}.toml"
        file.write_text(
            f"{','.join(invented.COLUMNS)}\nDE,KZ,export,{invented.CUT},2022-0{number + 1},5,1,destination\n"
        )
        mapping.write_text(invented.MAPPING.format(source="x").replace("USD", currency))
        assert run("flows", "load", file, "--mapping", mapping, "--store", tmp_path / "st").status == 0
    question = [
        "flows",
        "growth",
        *SENT,
        "--span",
        "2022-02",
        "--base",
        "2022-01",
        "--store",
        tmp_path / "st",
    ]
    ran = run(*question)
    assert (ran.status, "EUR and USD" in ran.err, "--currency" in ran.err) == (2, True, True)
    assert run(*question, "--currency", "USD").status == 0


# -- the book's own documents ----------------------------------------------------------------------


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> Path:
    """A book of KZ: 40 kg from DE under the code, and 25 kg under another of the heading."""
    firm = {"id": "KZ-A"}
    lines = [item(1, "854231", "40", origin="DE", net_mass_kg="40", value="4000", currency="USD")]
    other = [item(1, "854239", "25", origin="DE", net_mass_kg="25", value="2000", currency="USD")]
    papers = [
        paper("import", "customs/1", 2, importer=firm, place="ALA", country="DE", lines=lines),
        paper("import", "customs/2", 3, importer=firm, place="ALA", country="DE", lines=other),
    ]
    ledger = tmp_path / "b.db"
    assert run("post", write(tmp_path / "d.jsonl", papers), "--ledger", ledger).status == 0
    return ledger


@pytest.fixture
def partner(run: Run, tmp_path: Path) -> Path:
    """What DE reports of the same month: 65 kg, all under the first code."""
    file, mapping = tmp_path / "de.csv", tmp_path / "de.toml"
    row = f"DE,KZ,export,{invented.CUT},2026-01,6500,65,destination"
    file.write_text(f"{','.join(invented.COLUMNS)}\n{row}\n")
    mapping.write_text(invented.MAPPING.format(source="destatis"))
    assert run("flows", "load", file, "--mapping", mapping, "--store", tmp_path / "st").status == 0
    return tmp_path / "st"


def test_the_book_as_a_source(run: Run, kept: Path, partner: Path):
    taken = ["flows", "book", "--ledger", kept, "--reporter", "KZ", "--store", partner]
    ran = run(*taken, "--json")
    assert (ran.status, ran.json["months"]) == (0, "2026-01..2026-01")
    assert "nothing to do" in run(*taken).out
    wide = run(*taken, "--span", "2025-12..2026-03", "--json")
    assert wide.status == 0
    held = run("flows", "held", "--store", partner, "--json").json["held"]
    assert {(row["periods"], row["first"]) for row in held if row["source"] == "book"} == {(4, "2025-12-01")}
    gap = run("flows", "mirror", "--from", "DE", "--to", "KZ", "--span", "2026-01", "--base", "2025-12",
              "--by", "gap", "--store", partner, "--json").json["rows"]  # fmt: skip
    assert (gap[0]["code"], gap[0]["exported"], gap[0]["imported"]) == (invented.CUT, 6500, 4000)


def test_documents_that_may_explain_a_gap(run: Run, kept: Path, partner: Path):
    question = ["flows", "explain", "--ledger", kept, "--reporter", "KZ", "--from", "DE", "--to", "KZ",
                "--codes", invented.CUT, "--span", "2026-01", "--store", partner]  # fmt: skip
    ran = run(*question, "--json")
    assert ran.status == 0  # the document under the other code has all that is missing
    assert (ran.json["ours"], ran.json["theirs"], ran.json["gap"]) == (40, 65, 25)
    (one,) = ran.json["candidates"]
    assert (one["reason"], one["where"], one["papers"][0]["number"]) == ("code", "854239", "2")
    assert "customs/2" in run(*question).out
    by_value = run(*question, "--by", "value", "--json").json
    assert by_value["gap"] == 2500
    several = run(*question, "--codes", "854231,854239")
    assert (several.status, "--codes" in several.err) == (2, True)
    astray = run(*question, "--reporter", "KZ,DE")
    assert (astray.status, "--reporter" in astray.err) == (2, True)


# -- real figures ----------------------------------------------------------------------------------

SHARED = Path(__file__).resolve().parents[3] / "shared/data/trade/eurostat_cn8_monthly"
CN8 = SHARED / "eu_exports_sanctioned_cn8.parquet"
COMEXT = """
source = "comext"
complete = true
[columns]
reporter = { column = "reporter" }
partner = { column = "partner" }
flow = { column = "flow" }
code = { column = "code" }
period = { column = "month", format = "%Y-%m" }
currency = { constant = "EUR" }
value = { column = "value_eur" }
"""
LATER, EARLIER = "2021-03..2021-11", "2020-03..2020-11"


@pytest.mark.skipif(not CN8.exists(), reason="the exports of the EU by CN8 are not beside the checkout")
def test_growth_and_anomalies_of_real_exports_are_those_of_pandas(run: Run, tmp_path: Path):
    import pandas as pd

    (tmp_path / "cn8.toml").write_text(COMEXT)
    store = tmp_path / "st"
    assert run("flows", "load", CN8, "--mapping", tmp_path / "cn8.toml", "--store", store).status == 0
    neighbours = {
        "Kazakhstan": "KZ",
        "Kyrgyzstan": "KG",
        "Armenia": "AM",
        "Georgia": "GE",
        "Uzbekistan": "UZ",
    }
    sides = ["--from", "EU", "--to", ",".join(neighbours.values())]
    asked = [*sides, "--span", LATER, "--base", EARLIER, "--store", store, "--json"]

    frame = pd.read_parquet(CN8)
    frame = frame.assign(partner=frame.partner.map(neighbours), six=frame.code.str[:6])
    later, earlier = (frame[frame.month.between(*span.split(".."))] for span in (LATER, EARLIER))

    found = {row["importer"]: row for row in run("flows", "growth", *asked).json["rows"]}
    sums = [each.groupby("partner").value_eur.sum() for each in (later, earlier)]
    assert set(found) == set(neighbours.values())
    for name in found:
        assert found[name]["growth"] == pytest.approx(sums[0][name] / sums[1][name] - 1)

    market = ["reporter", "partner", "six"]
    markets = pd.DataFrame({"now": later.groupby(market).value_eur.sum(),
                            "then": earlier.groupby(market).value_eur.sum()}).fillna(0)  # fmt: skip
    large = markets[(markets.now > 10e6) & (markets.now > 2 * markets["then"])]
    answer = run("flows", "anomalies", *asked, "--top", "1000").json
    named = sorted((row["importer"], row["code"], row["value"]) for row in answer["rows"])
    plain = sorted((partner, six, now) for (_, partner, six), now in large.now.items())
    assert [each[:2] for each in named] == [each[:2] for each in plain]
    assert [each[2] for each in named] == pytest.approx([each[2] for each in plain])
    assert answer["share"] == pytest.approx(large.now.sum() / markets.now.sum())


def test_codes_tells_the_weight_of_every_split(run):
    found = run("flows", "codes", "854151,8549", "--json").json
    born = [row for row in found["rows"] if row["code"] == "854151"]
    assert [(row["target_code"], row["weight"], row["rule"]) for row in born] == [
        ("854150", 1, "nomenclature")
    ]
    assert {row["has_past"] for row in found["rows"] if row["code"] == "854921"} == {False}
    assert "854921" in run("flows", "codes", "8549").out
    assert run("flows", "codes", "999999").status == 1
