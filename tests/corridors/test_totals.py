"""The page says what the model says for published totals, as it comes out."""

from __future__ import annotations

from pathlib import Path

from benchmarks.corridors_totals import compared, markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "corridors.md"


def test_the_page_has_the_totals_as_they_come_out():
    """To bring it up to date: python -m benchmarks.corridors_totals, between the two marks of the page."""
    text = PAGE.read_text("utf-8")
    told = text.partition("<!-- totals -->")[2].partition("<!-- end of totals -->")[0]
    assert told.strip() == markdown(compared())


def test_the_way_is_the_one_that_was_published():
    """A total of the northern route must not be held against a way by the Caspian."""
    ways = {(each.names, each.way): each for each in compared()}
    assert len(ways) > 15
    assert ways["Shanghai - Genoa", "sea, by the Cape"].modelled > 40
