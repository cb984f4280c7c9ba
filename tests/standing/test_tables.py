"""Tables of standing: what is packaged holds, what is laid over it counts, what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarai.corridors import shipped as network
from sarai.goods import BadSetting
from sarai.standing import StandingFaulty, load, shipped
from sarai.standing.tables import TABLES


def test_every_packaged_figure_has_a_source_that_exists_and_a_date():
    standing = shipped()
    sources = {each.code: each for each in standing.sources}
    assert len(standing.figures) > 80
    for each in (*standing.figures, *standing.memberships, *standing.replacing, *standing.routes):
        assert each.source in sources
    for each in standing.figures:
        assert each.of[:4].isdecimal() and 1990 < int(each.of[:4]) < 2027
    for each in standing.sources:
        assert each.title and each.kind in ("published", "secondary", "computed", "assumed")
        assert each.address.startswith("http") or each.kind != "published" or "packaged" in each.title


def test_every_source_is_used():
    standing = shipped()
    used = {each.source for name in ("figures", "memberships", "replacing", "routes")
            for each in getattr(standing, name)}  # fmt: skip
    told = " ".join([*(each.title for each in standing.sources), *(each.note for each in standing.figures)])
    unused = [each.code for each in standing.sources if each.code not in used and each.code not in told]
    assert unused == ["bodies-count"]  # of what is counted, not of a row


def test_what_has_no_value_says_why():
    assert all(each.note for each in shipped().figures if each.value is None)


def test_limits_of_routes_are_in_the_packaged_network():
    known = {each.code for each in network().limits}
    assert {limit for each in shipped().routes for limit in each.limits.split()} <= known


def write(folder: Path, name: str, text: str) -> Path:
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_row_of_ones_own_takes_the_place(tmp_path):
    folder = write(tmp_path, "figures", "measure,power,part,of,value,source\n"
                   "trade-kz,EU,,2023,99,worldnewsam-2023\ntrade-kz,EU,,2023,50,assumed\n")  # fmt: skip
    found = load([folder], shipped())
    rows = [
        (e.value, e.source) for e in found.figures if (e.measure, e.power, e.of) == ("trade-kz", "EU", "2023")
    ]
    assert rows == [(99.0, "worldnewsam-2023"), (50.0, "assumed")]
    assert len(found.figures) == len(shipped().figures) + 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("figures", "measure,power,of,value,source\ntrade-kz,XX,2023,1,assumed\n", "power 'XX' is not known"),
        (
            "figures",
            "measure,power,of,value,source\ntrade-kz,EU,2023,1,nobody\n",
            "source 'nobody' is not known",
        ),
        ("figures", "measure,power,of,value,source\ntrade-kz,EU,May,1,assumed\n", "of 'May' is no date"),
        ("figures", "measure,power,of,value,source\ntrade-kz,EU,2019,,assumed\n", "say why in the note"),
        ("figures", "measure,power,of,value,source\ntrade-kz,EU,2019,x,assumed\n", "line 2: value 'x'"),
        ("figures", "measure,power,of,value,low,source\ntrade-kz,EU,2019,1,2,assumed\n", "are not in order"),
        ("figures", "measure,power,of,value,source\ntrade-kz,EU,2019,-1,assumed\n", "are not in order"),
        ("figures", "measure,power,of,value,source\ntrade-kz,EU,2019,nan,assumed\n", "are not in order"),
        ("figures", "measure,power,of\n", "source"),
        ("figures", "measure,power,of,value,source\na,b\n", "more or fewer fields"),
        ("replacing", "channel,power,share,source\ntrade,EU,2,assumed\n", "are not in order from 0 to 1"),
        ("memberships", "code,name,since,source\nX,X,2020,assumed\n", "is no day"),
        (
            "routes",
            "measure,code,name,needs,source\noil-route,X,X,RU QQ,assumed\n",
            "needs 'QQ' is not known",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, name, text, said):
    with pytest.raises(StandingFaulty) as fault:
        load([write(tmp_path, name, text)], shipped())
    assert said in str(fault.value)
    assert name in str(fault.value)


def test_a_row_that_stands_twice_is_told(tmp_path):
    text = "measure,power,of,value,source\n" + "trade-kz,EU,2019,1,assumed\ntrade-kz,EU,2019,2,assumed\n"
    with pytest.raises(StandingFaulty, match="line 3: is known by the same"):
        load([write(tmp_path, "figures", text)], shipped())


def test_a_folder_without_tables_says_what_it_takes(tmp_path):
    with pytest.raises(BadSetting, match=", ".join(TABLES)):
        load([tmp_path])
