"""How the pages look: theme, frame and parts. Text is escaped here, and nothing is fetched from elsewhere."""

from sarai.server.pages.look.colours import SEVERITIES, contrast
from sarai.server.pages.look.elements import element, put, show, unseen
from sarai.server.pages.look.frame import NAVIGATION, Frame, Item, Viewer, choice, frame
from sarai.server.pages.look.icons import icon
from sarai.server.pages.look.markup import (
    Happening,
    badge,
    empty,
    facts,
    hidden,
    link,
    panel,
    tag,
    tile,
    tiles,
    timeline,
    when,
)
from sarai.server.pages.look.parts import Answer, button, confirm, toast
from sarai.server.pages.look.table import Column, Table
from sarai.server.pages.look.theme import address, install

__all__ = [
    "NAVIGATION",
    "SEVERITIES",
    "Answer",
    "Column",
    "Frame",
    "Happening",
    "Item",
    "Table",
    "Viewer",
    "address",
    "badge",
    "button",
    "choice",
    "confirm",
    "contrast",
    "element",
    "empty",
    "facts",
    "frame",
    "hidden",
    "icon",
    "install",
    "link",
    "panel",
    "put",
    "show",
    "tag",
    "tile",
    "tiles",
    "timeline",
    "toast",
    "unseen",
    "when",
]
