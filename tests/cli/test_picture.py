"""The picture: well-formed, nothing lost, nothing drawn across a box."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

import sarai
from sarai.ledger import Account, DocumentName, LotName, Step
from sarai.telling.layers import layered, ties
from sarai.telling.picture import draw

SVG = "{http://www.w3.org/2000/svg}"
LOT = LotName("c", "1", 1)


def account(party: str, state: str = "free") -> Account:
    return Account(party, "P", "home_use", state)


def step(number: int, kind: str, giver: Account, taker: Account, kg: int, *links: Step) -> Step:
    name = DocumentName(kind, "c", f"{kind}-{number}", 1)
    time = datetime(2026, 1, number, tzinfo=UTC)
    return Step(number, name, time, 1, giver, taker, LOT, "854231", Decimal(kg), "KGM", list(links))


ABROAD = Account("abroad:DE", "", "", "")
GONE = Account("abroad:KG", "", "", "")


def diamond() -> list[Step]:
    """A sells to C directly, and by way of B; C exports both."""

    def bought(kg: int) -> Step:
        return step(1, "import", ABROAD, account("A"), kg)

    long = step(
        3, "sale", account("B"), account("C"), 2, step(2, "sale", account("A"), account("B"), 2, bought(2))
    )
    short = step(4, "sale", account("A"), account("C"), 5, bought(5))
    return [step(5, "export", account("C"), GONE, 2, long), step(6, "export", account("C"), GONE, 5, short)]


def test_what_branches_share_is_drawn_once():
    picture = layered(diamond(), up=True)
    names = Counter(box.name for box in picture.boxes.values())
    assert names == {"abroad:DE": 1, "A": 1, "B": 1, "C": 1, "abroad:KG": 1}
    (imported,) = [ribbon for ribbon in picture.ribbons if ribbon.name.startswith("import")]
    assert imported.amounts == {"KGM": Decimal(7)}


def test_every_ribbon_goes_from_column_to_column():
    picture = layered(diamond(), up=True)
    assert all(giver[0] - taker[0] == 1 for giver, taker in ties(picture.ribbons))
    (direct,) = [ribbon for ribbon in picture.ribbons if ribbon.name == "sale sale-4"]
    assert len(direct.path) == 3  # past the column of B
    assert direct.path[1] not in picture.boxes


def test_waybill_and_answer_are_one_ribbon():
    waybill = step(2, "waybill", account("A"), account("A", "reserved"), 4)
    answer = step(5, "answer", account("A", "reserved"), account("B"), 4, waybill)
    picture = layered([answer], up=True)
    (ribbon,) = picture.ribbons
    assert (ribbon.name, ribbon.when) == ("waybill waybill-2", "2026-01-02 – 05")
    assert [picture.boxes[key].name for key in ribbon.path] == ["A", "B"]


def test_a_waybill_that_was_answered_in_two_stays():
    waybill = step(2, "waybill", account("A"), account("A", "reserved"), 4)
    answers = [
        step(5, "answer", account("A", "reserved"), account("B"), 3, waybill),
        step(6, "answer", account("A", "reserved"), account("A"), 1, waybill),
    ]
    assert len(layered(answers, up=True).ribbons) == 3


@pytest.mark.parametrize("up", [True, False])
def test_a_picture_of_the_book(book: Path, up: bool):
    """The real thing, through processing: boxes apart from one another, every amount said."""
    with sarai.open(str(book), create=False) as opened:
        name = ("customs", "ALA/02/2" if up else "ALA/01/1")
        found = opened.trace(*name, direction="up" if up else "down")
        svg = draw(found.tree, up=up, title="<&>")
    tree = ElementTree.fromstring(svg)
    assert tree.find(f"{SVG}title").text == "<&>"
    boxes = [box for box in tree.iter(f"{SVG}rect") if box.get("rx")]
    places = [tuple(float(box.get(side)) for side in ("x", "y", "width", "height")) for box in boxes]
    for number, (x, y, width, height) in enumerate(places):
        for left, top, wide, high in places[:number]:
            assert x >= left + wide or left >= x + width or y >= top + high or top >= y + height
    said = " ".join(text.text for text in tree.iter(f"{SVG}text"))
    assert "processing" in said
    assert ("4 kg" if up else "30 kg") in said
    width, height = float(tree.get("width")), float(tree.get("height"))
    assert all(x + w <= width and y + h <= height for x, y, w, h in places)


def test_a_picture_of_nothing_is_still_one():
    assert ElementTree.fromstring(draw([], up=True, title="nothing")).tag == f"{SVG}svg"


def test_a_picture_has_a_bound():
    chain = step(28, "sale", account("0"), account("x"), 1)
    for number in range(1, 60):
        link = chain
        chain = step(1 + number % 27, "sale", account(str(number)), account(str(number - 1)), 1, link)
        chain.movement = 1000 - number
    assert layered([chain], up=False).cut
