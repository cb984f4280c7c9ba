"""Stakes from files: both layouts, what they mean, and faults that name their line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from sarai.screening.ownership import (
    WHOLE,
    Graph,
    OwnershipError,
    Share,
    Verdict,
    judge,
    judge_file,
    percent,
    read_stakes,
    share,
)

ON = date(2024, 9, 1)


def write(tmp_path: Path, text: str, name: str = "stakes.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("33.333%", 333_330_000, 333_330_000),
        ("33,333", 333_330_000, 333_330_000),
        (" 100 % ", WHOLE, WHOLE),
        ("0", 0, 0),
        ("0.5", 5_000_000, 5_000_000),
        ("33.33333333333", 333_333_333, 333_333_334),
        ("50.00000000", WHOLE // 2, WHOLE // 2),
        ("25-50%", WHOLE // 4, WHOLE // 2),
        ("25% to 50%", WHOLE // 4, WHOLE // 2),
        ("75.0 – 100", 3 * WHOLE // 4, WHOLE),
        (">50%", WHOLE // 2 + 1, WHOLE),
        (">= 50", WHOLE // 2, WHOLE),
        ("<25", 0, WHOLE // 4 - 1),
        ("", 0, WHOLE),
        ("?", 0, WHOLE),
        ("Unknown", 0, WHOLE),
    ],
)
def test_shares(text: str, low: int, high: int) -> None:
    assert share(text) == Share(low, high)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-5%", "negative"),
        ("-0.00000000001", "negative"),
        ("100.0000001", "over 100 %"),
        ("100.00000000001", "over 100 %"),
        ("150%", "over 100 %"),
        (">100", "over 100 %"),
        ("50-25", "high to low"),
        ("half", "no percentage"),
        ("NaN", "no percentage"),
        ("1e2", "no percentage"),
        ("٥٠", "no percentage"),
        ("9" * 5_000, "longer than"),
    ],
)
def test_shares_that_are_none(text: str, says: str) -> None:
    with pytest.raises(OwnershipError, match=says):
        share(text)


def test_a_share_of_ones_own_is_checked_too() -> None:
    for low, high in [(-1, 5), (0, WHOLE + 1), (5, 4)]:
        with pytest.raises(OwnershipError, match="share"):
            Graph().stake("X", "A", Share(low, high))


def test_percent_is_read_back() -> None:
    for parts in (0, 1, 10**7, 333_330_000, WHOLE - 1, WHOLE):
        assert share(percent(parts)) == Share(parts, parts)


CSV = """\
owner,company,share,from,until,control,arrangement,outside_us,source
X,A,50%,2020-01-01,,,,,register
A,"B, Ltd",60,,2024-09-02,,,,
Y,C,?,,,,,,
Y,D,10,,,right to appoint the board,,,
X,E,,,,director?,,,
X,F,60,,2024-01-01,,,yes,
X,G,30,,,,pact,,
Y,G,25,,,,pact,,
"""
VERDICTS = {
    "ofac": {"A": "blocked", "B, Ltd": "blocked", "C": "cannot be told", "G": "blocked"},
    "eu": {
        "A": "blocked", "B, Ltd": "blocked", "C": "cannot be told", "D": "blocked", "E": "cannot be told",
        "G": "blocked",
    },
    "uk": {"C": "cannot be told", "D": "blocked", "E": "cannot be told", "G": "blocked"},
}  # fmt: skip


@pytest.mark.parametrize("layout", ["as it is", "byte order mark", "semicolons", "CRLF", "blank lines"])
def test_csv(tmp_path: Path, layout: str) -> None:
    text = {
        "byte order mark": "\ufeff" + CSV,
        "semicolons": CSV.replace(",", ";").replace("B; Ltd", "B, Ltd"),
        "CRLF": CSV.replace("\n", "\r\n"),
        "blank lines": CSV.replace("\n", "\n\n"),
    }.get(layout, CSV)
    found = judge_file(write(tmp_path, text), {"X", "Y"}, list(VERDICTS), ON)
    assert [each.rule for each in found] == [rule for rule in VERDICTS for _ in "ABCDEFG"]
    told = {
        rule: {f.company: str(f.verdict) for f in found if f.rule == rule and f.verdict != "not blocked"}
        for rule in VERDICTS
    }
    assert told == VERDICTS


def test_a_judgement_is_a_line_of_json(tmp_path: Path) -> None:
    found = judge_file(write(tmp_path, CSV), {"X"}, ["ofac"], ON)[1]
    line = json.loads(msgspec.json.encode(found))
    assert {name: line[name] for name in ("company", "rule", "verdict", "low", "high", "on", "cut")} == {
        "company": "B, Ltd", "rule": "ofac", "verdict": "blocked",
        "low": 600_000_000, "high": 600_000_000, "on": "2024-09-01", "cut": False,
    }  # fmt: skip
    assert [(step["company"], step["links"][0]["place"]) for step in line["chain"]] == [
        ("A", 2),
        ("B, Ltd", 3),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("X,A,-5%,,", r"line 3: share '-5%' is negative"),
        ("X,A,101,,", r"line 3: share '101' is over 100 %"),
        ("X,A,much,,", r"line 3: share 'much' is no percentage"),
        ("X,A,50,2024-02-30,", r"line 3: date '2024-02-30' does not exist"),
        ("X,A,50,1.2.2024,", r"line 3: date '1.2.2024' is not like 2024-07-03"),
        ("X,A,50,2024-02-03,2024-02-03", r"line 3: it ends on '2024-02-03'"),
        (",A,50,,", r"line 3: an owner or company has no name"),
        ("X, \u200b ,50,,", r"line 3: an owner or company has no name"),
        ("X,A,50", r"line 3: 3 columns where the header has 5"),
        ("X,A,50,,,,", r"line 3: 7 columns where the header has 5"),
        (f"{'X' * 1001},A,50,,", r"line 3: name 'XXX.* more than 1000"),
        ('"X,A,50,,', r"line 3: .* quote"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, line: str, says: str) -> None:
    path = write(tmp_path, f"owner,company,share,from,until\nX,B,10,,\n{line}\nX,C,10,,\n")
    with pytest.raises(OwnershipError, match=f"stakes.csv, {says}"):
        read_stakes(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("owner,share\nX,5\n", "line 1: no column company"),
        ("", "line 1: no column owner, company"),
        ("owner,company,share,untill\n", "line 1: column 'untill' is not known"),
        ("owner,company,share,share\n", "line 1: column 'share' is there twice"),
        ("owner,company,outside_us\nX,A,maybe\n", "line 2: outside_us is 'maybe'"),
    ],
)
def test_headers(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(OwnershipError, match=says):
        read_stakes(write(tmp_path, text))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OwnershipError, match="No such file"):
        read_stakes(tmp_path / "none.csv")
    path = tmp_path / "latin.csv"
    path.write_bytes(b"owner,company\nX,A\nM\xfcller,B\n")
    with pytest.raises(OwnershipError, match="not UTF-8"):
        read_stakes(path)


def test_names_are_the_same_however_they_are_spaced_and_composed(tmp_path: Path) -> None:
    text = "owner,company,share\n X\u0301 ,A,30\n\u202eX\u0301,\u200bA ,31\n"
    graph = read_stakes(write(tmp_path, text))
    assert len(graph.names) == 2
    assert judge(graph, {"X\u0301"}, "eu", ON).verdict("A") is Verdict.CANNOT_BE_TOLD


# -- FollowTheMoney ----------------------------------------------------------------------------


def entity(id: str, schema: str, **properties: list[str]) -> str:
    return json.dumps({"id": id, "schema": schema, "caption": "-", "properties": properties}) + "\n"


FTM = (
    entity("x", "Person", name=["Some One", "S. One"])
    + entity("a", "Company", name=["First Company"])
    + entity("1", "Ownership", owner=["x"], asset=["a"], percentage=["50.0"], startDate=["2020"])
    + "\n"
    + entity("2", "Ownership", owner=["a"], asset=["b", "c"], percentage=["45", "50-75%"])
    + entity("3", "Ownership", owner=["x"], asset=["d"])
    + entity("4", "Directorship", director=["x"], organization=["e"], role=["chairman"])
    + entity("5", "Ownership", owner=["x"], asset=["f"], percentage=["100"], endDate=["2024-08-31T10:00:00"])
)


def test_follow_the_money(tmp_path: Path) -> None:
    path = write(tmp_path, FTM, "entities.ftm.json")
    for listed in ({"x"}, {"Some One"}):
        found = {each.company: each for each in judge_file(path, listed, ["eu"], ON)}
        assert {name: str(each.verdict) for name, each in found.items()} == {
            "a": "blocked", "b": "cannot be told", "c": "cannot be told", "d": "cannot be told",
            "e": "cannot be told", "f": "not blocked",
        }  # fmt: skip
    assert (found["a"].label, found["b"].label) == ("First Company", "")
    assert [(link.low, link.high, link.place) for link in found["b"].open] == [
        (45 * WHOLE // 100, 75 * WHOLE // 100, 5)
    ]
    assert [link.control for link in found["e"].open] == ["chairman?"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id": "1", "schema": "Own', "truncated"),
        ('{"id": "1"}\n', "schema"),
        (entity("1", "Ownership", owner=["x"]), "Ownership '1' has no asset"),
        (entity("1", "Directorship", organization=["x"]), "Directorship '1' has no director"),
        (entity("1", "Ownership", owner=["x"], asset=["a"], percentage=["-1"]), "negative"),
        (entity("1", "Ownership", owner=["x"], asset=["a"], startDate=["soon"]), "date 'soon'"),
        ("[1]\n", "Expected `object`"),
    ],
)
def test_faulty_entities_name_their_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(OwnershipError, match=f"line 9: .*{says}"):
        read_stakes(write(tmp_path, FTM + line, "entities.jsonl"))
