"""The map of the page Corridors: the network on our own land, ways on top of it; nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from nicegui.element import Element

from sarai.corridors.routes import Route
from sarai.server.corridors.answer import Mapped, legs_of
from sarai.server.pages.our_map import ESM, OurMap
from sarai.server.words import Words

HOME = ((28.0, 8.0), (60.0, 112.0))  # from the Rhine to the Yellow River


class Laid(Struct, frozen=True, kw_only=True):
    """What lies on the network.

    Attributes
    ----------
    chosen : Route, optional
        Drawn on top, and its places named.
    others : tuple of Route
    before : Route, optional
        The best way before the change.
    widths : tuple of pairs
        Legs, and what they carry as a share of what the most loaded one does.
    binding, closed : tuple of str
        Codes of legs.
    pinched : tuple of str
        Codes of places where something binds.
    """

    chosen: Route | None = None
    others: tuple[Route, ...] = ()
    before: Route | None = None
    widths: tuple[tuple[str, float], ...] = ()
    binding: tuple[str, ...] = ()
    pinched: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


class WaysMap(OurMap, component="corridors_map.js", esm=ESM):
    """A map in which one can pan and zoom, by pointer and by keyboard."""

    def __init__(self, words: Words, network: Mapped) -> None:
        super().__init__(words, words("Map of the network"), HOME)
        self.props.update(
            legs=[[each.code, each.mode, each.points] for each in network.legs],
            places=[[each.code, each.names[words.code], *each.point, each.kind] for each in network.places],
        )

    def lay(self, laid: Laid, *, fit: bool) -> None:
        """Draw what lies on the network; with ``fit``, go where the chosen way is."""
        ways = [["", legs_of(each), "other"] for each in laid.others]
        for each, look in ((laid.before, "before"), (laid.chosen, "chosen")):
            if each is not None:
                ways.append(["", legs_of(each), look])
        named = _turns(laid.chosen) if laid.chosen else []
        widths = [list(each) for each in laid.widths]
        named = named or list(laid.pinched)
        self.run_method("lay", {
            "ways": ways, "named": named, "widths": widths, "binding": laid.binding, "pinched": laid.pinched,
            "closed": laid.closed, "fit": fit,
        })  # fmt: skip


class Hand(Element, component="corridors_hand.js"):
    """Hears what hands do: tells ``ask`` with the fields of the form, and ``choose`` with a way's letter."""


def _turns(route: Route) -> Sequence[str]:
    """Places to be named: both ends, and where the carriage changes, before those between."""
    turns: Iterable[str] = (
        code for stretch in route.stretches for code in (stretch.places[0], stretch.places[-1])
    )
    ends = (route.start, route.end)
    return list(dict.fromkeys([*ends, *turns, *(place.code for place in route.places)]))
