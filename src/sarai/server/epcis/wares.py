"""Which commodity a class of goods is: what was declared about it, in the order in which it counts."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.server.epcis.context import expand
from sarai.server.epcis.keys import canonical

NAMESPACE = "urn:sarai:epcis:"
"""Of our own extension fields; declare it as ``"sarai": "urn:sarai:epcis:"`` in the ``@context``."""

EDITIONS = ("HS2012", "HS2017", "HS2022")
COLUMNS = ("class", "hs")

_INSTANCE = re.compile(r"(https://id\.gs1\.org/(?:01|8006)/\d+)/(?:21|10|235)/.+\Z")


class Ware(Struct, frozen=True, omit_defaults=True):
    """A commodity: what a line of a document says of it."""

    hs: str
    edition: str = "HS2022"
    origin: str = ""
    description: str = ""


def product(link: str) -> str:
    """The product that a lot or instance is of, by its canonical link; others as they are.

    >>> product("https://id.gs1.org/01/04012345111118/21/9876")
    'https://id.gs1.org/01/04012345111118'
    """
    found = _INSTANCE.match(link)
    return found[1] if found else link


def read_wares(path: str | Path) -> dict[str, Ware]:
    """Read a table of classes: CSV with ``class`` and ``hs``, perhaps edition, origin and description.

    Raises `BadSetting`, with the line, if it cannot be used.
    """
    found: dict[str, Ware] = {}
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if not set(COLUMNS) <= set(rows.fieldnames or ()):
                raise BadSetting(f"{path}: the table of wares needs columns named class and hs; add them")
            for row in rows:
                found[canonical(row["class"].strip())] = _ware(row, f"{path}, line {rows.line_num}")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadSetting(f"{path}: the table of wares cannot be read: {fault}; mend the path") from fault
    return found


def _ware(row: Mapping[str, str | None], place: str) -> Ware:
    told = {name: (row.get(name) or "").strip() for name in Ware.__struct_fields__}
    told["edition"] = told["edition"] or "HS2022"
    if not re.fullmatch(r"[0-9]{6,12}", told["hs"]):
        raise BadSetting(f"{place}: {told['hs']!r} is no HS code; give 6 to 12 digits")
    if told["edition"] not in EDITIONS:
        raise BadSetting(f"{place}: {told['edition']!r} is no edition; give one of {', '.join(EDITIONS)}")
    return Ware(**told)


def own(part: Mapping[str, Any], known: Mapping[str, str], name: str) -> Any:
    """What a field of ours says, in an event or its ilmd; None if it is not there."""
    for place in (part, part.get("ilmd", {})):
        for key, value in place.items():
            if ":" in key and (key == f"sarai:{name}" or expand(key, known) == NAMESPACE + name):
                return value
    return None


def own_of_class(part: Mapping[str, Any], known: Mapping[str, str], name: str, link: str) -> str:
    """The same of one class, where the field says it class by class; empty if it is not there."""
    value = own(part, known, name)
    if isinstance(value, dict):
        by_link = {canonical(expand(key, known)): each for key, each in value.items()}
        value = by_link.get(link, by_link.get(product(link)))
    return value if isinstance(value, str) else ""
