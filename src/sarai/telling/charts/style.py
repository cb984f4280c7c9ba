"""How charts look: the desk's colours by their meaning, and those that only charts need.

A chart is drawn in the colours of one scheme. Where it stands in a page, each is replaced by the variable
of its name, so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from typing import NamedTuple


class Token(NamedTuple):
    """A colour by its meaning, as hexadecimal sRGB."""

    name: str
    light: str
    dark: str


DESK = (  # the same as the desk's, which a test holds
    Token("ground", "#f3f5f8", "#12161c"),
    Token("surface", "#ffffff", "#1a2029"),
    Token("sunken", "#e9edf2", "#0d1116"),
    Token("ink", "#1a222d", "#e8ecf2"),
    Token("quiet", "#55606e", "#a3aebb"),
    Token("line", "#d9dee6", "#2f3844"),
    Token("edge", "#76818f", "#7c8898"),
    Token("accent", "#2c5f93", "#82b4e6"),
    Token("focus", "#1468c7", "#9cc9ff"),
    Token("serious", "#874300", "#f3b26b"),
    Token("serious-soft", "#fdeedb", "#3a2813"),
    Token("good", "#1f6340", "#7cc79a"),
    Token("land", "#e6e9e1", "#262f36"),
    Token("sea", "#d5e2ec", "#141b23"),
    Token("border", "#a9b3a4", "#46535e"),
)

OWN = (
    Token("series-1", "#1585c5", "#4a90e2"),  # told apart by those who see no red or no green, a test holds
    Token("series-2", "#c4620e", "#d98a3d"),
    Token("series-3", "#07564a", "#3fe0a0"),
    Token("series-4", "#47126a", "#f0b8f5"),
    Token("scale-1", "#dbe9f5", "#22384b"),  # from little to much
    Token("scale-2", "#a9cbe6", "#2e5a80"),
    Token("scale-3", "#6fa5d0", "#4583b4"),
    Token("scale-4", "#3b7bb0", "#72addd"),
    Token("scale-5", "#174f80", "#b9daf6"),
)

TOKENS = (*DESK, *OWN)
SERIES = tuple(token.name for token in OWN if token.name.startswith("series"))
SCALE = tuple(token.name for token in OWN if token.name.startswith("scale"))

DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))  # of series, so that colour is not alone
HATCH = "////"  # of a hole

FONT = "DejaVu Sans"  # comes with matplotlib: what widths are reckoned by, on any machine
FONTS = (
    'system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif'  # what a page shows
)

TITLE_PT, TEXT_PT, SMALL_PT = 14.0, 11.0, 10.0


def colours(*, dark: bool = False) -> dict[str, str]:
    """Every colour by its name, in one scheme."""
    return {token.name: token.dark if dark else token.light for token in TOKENS}


def variables(*, own: bool = False) -> str:
    """The colours as CSS variables for light, dark and paper: all, or only those that the desk lacks."""
    tokens = OWN if own else TOKENS
    light = " ".join(f"--{token.name}: {token.light};" for token in tokens)
    dark = " ".join(f"--{token.name}: {token.dark};" for token in tokens)
    return f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
