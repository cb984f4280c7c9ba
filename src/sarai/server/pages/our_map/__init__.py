"""What our maps have in common: our own land and borders; nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nicegui.element import Element
from nicegui.elements import leaflet

from sarai.server.pages.look import address
from sarai.server.words import Words

__all__ = ["ESM", "OurMap"]

LEAFLET = Path(str(leaflet.__file__)).parent / "dist"
ESM = {"nicegui-leaflet": str(LEAFLET), "sarai-map": str(Path(__file__).parent)}
"""Modules that the component of a map may import."""


class OurMap(Element):
    """A map in which one can pan and zoom, by pointer and by keyboard; pages say what lies on it.

    Parameters
    ----------
    label : str
        What it is a map of, for those who do not see it.
    bounds : pair of pairs
        South and west, north and east, of what is seen first.
    """

    def __init__(self, words: Words, label: str, bounds: Sequence[Sequence[float]]) -> None:
        super().__init__()
        self.add_resource(LEAFLET)
        self.props.update(
            land=address("json"), bounds=bounds,
            words={
                "map": label, "in": words("Zoom in"), "out": words("Zoom out"),
                "source": words("Land and borders: Natural Earth"),
            },
        )  # fmt: skip
