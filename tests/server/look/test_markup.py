"""What is made into HTML: escaped, named, and in the viewer's language."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from sarai.server.pages import look
from sarai.server.pages.look.frame import NAVIGATION
from sarai.server.pages.look.icons import PATHS
from sarai.server.words import Words

NOON = datetime(2026, 11, 22, 7, 4, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>\"'&"


class Seen(HTMLParser):
    """Which elements and attributes a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    "made",
    [
        look.tag("p", EVIL, title=EVIL),
        look.link(EVIL, "/x"),
        look.badge(Words("en"), "critical", EVIL),
        look.tile(EVIL, EVIL, note=EVIL, to="/x"),
        look.facts([(EVIL, EVIL)]),
        look.empty(EVIL),
        look.timeline(Words("en"), [look.Happening(NOON, EVIL, EVIL)]),
        look.panel(EVIL, EVIL, severity=EVIL),
        look.hidden(EVIL),
    ],
)
def test_what_came_from_outside_becomes_no_markup(made):
    seen = Seen(str(made))
    assert "img" not in seen.tags
    assert "onerror" not in dict(seen.attributes)
    assert EVIL in seen.text
    assert isinstance(made, Markup)


@pytest.mark.parametrize(
    "to", ["javascript:alert(1)", "https://host/x", "//host/x", "/\\host", "data:text/html,x", ""]
)
def test_no_link_leads_away(to):
    assert "a" not in Seen(str(look.link("text", to))).tags


def test_a_severity_is_said_in_words_and_not_by_colour_alone():
    for severity in look.SEVERITIES:
        said = Seen(str(look.badge(Words("ru"), severity)))
        assert said.text == Words("ru").name("severity", severity)
        assert "svg" in said.tags
    assert 'class="badge neutral"' in look.badge(Words("en"), "unheard-of", "x")


def test_a_time_is_for_people_and_machines():
    made = look.when(Words("kk"), NOON)
    assert 'datetime="2026-11-22T07:04:00Z"' in made
    assert Seen(str(made)).text == Words("kk").moment(NOON, offset=False)


def test_rows_without_a_value_are_left_out():
    assert Seen(str(look.facts([("a", "1"), ("b", "")]))).tags.count("dt") == 1


def test_attributes_are_left_out_when_they_are_false():
    assert look.tag("p", "x", hidden=False, title=None, inert=True, data_n=0) == '<p inert data-n="0">x</p>'
    assert look.tag("input", type="text") == '<input type="text">'


def test_every_item_of_the_navigation_has_an_icon_and_a_letter_of_its_own():
    assert len({item.key for item in NAVIGATION}) == len(NAVIGATION)
    assert "g" not in {item.key for item in NAVIGATION}
    for item in NAVIGATION:
        assert item.name in PATHS
        assert look.icon(item.name).startswith("<svg")
        assert Words("kk")(item.text) != item.text
