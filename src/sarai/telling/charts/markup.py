"""What matplotlib wrote as SVG, made fit to stand alone or in a page.

Names that nobody refers to go, those that stay are of this picture alone; parts that were given a name
become classes; the text that describes the picture goes in; and in a page colours become variables.
"""

from __future__ import annotations

import re

from lxml import etree

from sarai.telling.charts.style import FONTS, TOKENS

SVG = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"font-family: [^;]+|(?<=px )'[^;]*(?=;|$)")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_LONG = re.compile(r"-?\d+\.\d{3,}")  # finer than anybody sees
PART = "part-"


def cleaned(drawn: bytes, *, name: str, title: str, description: str, themed: bool) -> bytes:
    """The picture, as it is kept.

    Parameters
    ----------
    name : str
        What sets this picture's names apart from those of others on a page.
    themed : bool
        Colours are variables (`style.variables`), for a page; else as drawn, for a file.
    """
    root = etree.fromstring(drawn, etree.XMLParser(remove_comments=True, remove_blank_text=True))
    for waste in [*root.iter(f"{{{SVG}}}metadata"), *root.iter(f"{{{SVG}}}style")]:
        waste.getparent().remove(waste)
    _rename(root, name)
    for element in root.iter():
        if "d" in element.attrib:
            element.set(
                "d", _LONG.sub(lambda found: f"{float(found[0]):.2f}", " ".join(element.attrib["d"].split()))
            )
        for key in ("style", "fill", "stroke"):
            if key in element.attrib:
                element.set(key, _styled(element.attrib[key], themed=themed))
    _describe(root, name, title, description)
    etree.cleanup_namespaces(root, top_nsmap={None: SVG})
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _rename(root: etree._Element, name: str) -> None:
    """Keep only the names that something refers to, and links without a namespace."""
    used: dict[str, str] = {}
    for element in root.iter():
        if LINK in element.attrib:
            element.set("href", element.attrib.pop(LINK))
        targets = [found for value in element.attrib.values() for found in _REFERENCE.findall(value)]
        if element.get("href", "").startswith("#"):
            targets.append(element.get("href", "")[1:])
        for target in targets:
            used.setdefault(target, f"{name}-{len(used) + 1}")
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old.startswith(PART):
            element.set("class", old.removeprefix(PART))
        elif old in used:
            element.set("id", used[old])
        for key, value in element.attrib.items():
            element.set(key, _REFERENCE.sub(lambda found: f"url(#{used[found[1]]})", value))
        if element.get("href", "").startswith("#"):
            element.set("href", f"#{used[element.get('href', '')[1:]]}")


def _styled(text: str, *, themed: bool) -> str:
    text = _FAMILY.sub(lambda found: f"font-family: {FONTS}" if found[0].startswith("font") else FONTS, text)
    if not themed:
        return text
    return _COLOUR.sub(lambda found: f"var(--{_NAMES[found[0]]})" if found[0] in _NAMES else found[0], text)


_NAMES = {token.light: token.name for token in TOKENS}


def _describe(root: etree._Element, name: str, title: str, description: str) -> None:
    width, height = root.get("viewBox", "0 0 0 0").split()[2:]
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("width", width)
    root.set("height", height)
    root.set("role", "img")
    root.set("style", "stroke-linejoin: round")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = etree.Element(f"{{{SVG}}}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(place, element)
