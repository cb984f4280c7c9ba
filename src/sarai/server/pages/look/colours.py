"""Colours by what they mean, in light and in dark; and the pairs of them that text is set in."""

from __future__ import annotations

from typing import NamedTuple

SEVERITIES = ("critical", "serious", "notice", "good", "neutral")
"""From what cannot wait to what is not rated. Each has its own shape too: not all tell colours apart."""


class Colour(NamedTuple):
    """A colour by its meaning, as hexadecimal sRGB."""

    name: str
    light: str
    dark: str


COLOURS = (
    Colour("ground", "#f3f5f8", "#12161c"),  # the page
    Colour("surface", "#ffffff", "#1a2029"),  # what lies on it
    Colour("sunken", "#e9edf2", "#0d1116"),  # what lies in it: fields, code, wells
    Colour("ink", "#1a222d", "#e8ecf2"),
    Colour("quiet", "#55606e", "#a3aebb"),  # labels, what is less important
    Colour("line", "#d9dee6", "#2f3844"),
    Colour("edge", "#76818f", "#7c8898"),  # of what can be operated: seen at 3:1
    Colour("accent", "#2c5f93", "#82b4e6"),  # what can be clicked, what is chosen
    Colour("accent-strong", "#1f4a75", "#a5caf0"),  # the same, under the pointer
    Colour("on-accent", "#ffffff", "#0d1722"),
    Colour("accent-soft", "#e4edf6", "#20344a"),
    Colour("focus", "#1468c7", "#9cc9ff"),
    Colour("critical", "#9f1f14", "#ff9c8c"),
    Colour("critical-soft", "#fbe6e3", "#43201b"),
    Colour("serious", "#874300", "#f3b26b"),
    Colour("serious-soft", "#fdeedb", "#3a2813"),
    Colour("notice", "#665000", "#e3cf6a"),
    Colour("notice-soft", "#fbf3d0", "#332d12"),
    Colour("good", "#1f6340", "#7cc79a"),
    Colour("good-soft", "#e2f3e8", "#17301f"),
    Colour("neutral", "#4b5664", "#b3bdc9"),
    Colour("neutral-soft", "#e9edf2", "#252d38"),
    Colour("land", "#e6e9e1", "#262f36"),  # of the map
    Colour("sea", "#d5e2ec", "#141b23"),
    Colour("border", "#a9b3a4", "#46535e"),
)

_PAPERS = ("ground", "surface", "sunken")
TEXT_PAIRS = (
    *((text, paper) for text in ("ink", "quiet", "accent", "accent-strong") for paper in _PAPERS),
    *((text, paper) for text in SEVERITIES for paper in ("ground", "surface", f"{text}-soft")),
    *(("ink", f"{severity}-soft") for severity in SEVERITIES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "accent-soft"),
    ("accent", "accent-soft"),
    ("quiet", "accent-soft"),
    ("ink", "land"),
    ("ink", "sea"),
)
"""Text on background: at least 4.5:1 (WCAG 2.2, 1.4.3)."""

SHAPE_PAIRS = (
    *(("edge", paper) for paper in _PAPERS),
    *(("focus", paper) for paper in (*_PAPERS, "accent-soft")),
    *((severity, ground) for severity in SEVERITIES for ground in ("land", "sea")),
)
"""What must be seen but not read: at least 3:1 (WCAG 2.2, 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2).

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
