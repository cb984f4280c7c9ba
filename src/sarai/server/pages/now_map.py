"""The map: our own land and borders, posts, ways, marks for what is under way; nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from sarai.reference.places import Place
from sarai.server.pages.now_cells import Cell, View
from sarai.server.pages.now_points import Way
from sarai.server.pages.now_view import Links, mark
from sarai.server.pages.our_map import ESM, OurMap
from sarai.server.streams import place_of
from sarai.server.words import Words

STYLE = Path(__file__).with_name("now_map.css")
POST_KINDS = ("post", "port")


class NowMap(OurMap, component="now_map.js", esm=ESM):
    """A map in which one can pan and zoom.

    Parameters
    ----------
    on_view
        Called with what is on the screen, when that changes.
    """

    def __init__(
        self, words: Words, posts: Iterable[Place], view: View, on_view: Callable[[View], Any]
    ) -> None:
        seen = [[view.south, view.west], [view.north, view.east]]
        super().__init__(words, words("Map of consignments under way"), seen)
        self.props["posts"] = [
            [each.latitude_deg, each.longitude_deg, each.name(words.code)] for each in posts
        ]

        def told(event: Any) -> None:
            view = View.of(event.args)
            if view is not None:
                on_view(view)

        self.on("view", told)

    def show(self, put: Sequence[Cell], gone: Sequence[str], words: Words, links: Links) -> None:
        """Show marks that are new or other, and let go of those that are gone."""
        if put or gone:
            self.run_method("show_marks", [mark(each, words, links) for each in put], list(gone))

    def show_ways(self, several: Iterable[Way]) -> None:
        """Draw the ways that are used, the wider the more."""
        self.run_method("show_ways", [drawn for way in several if (drawn := _way(way))])


def _way(way: Way) -> list[float] | None:
    one, other = place_of(way.origin), place_of(way.destination)
    return [*one, *other, way.count] if one and other else None
