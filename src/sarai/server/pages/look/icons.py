"""Icons as lines on a grid of 24: drawn for these pages, in the colour of the text beside them."""

from __future__ import annotations

from markupsafe import Markup

PATHS = {
    "now": "M9 4 3 6.5v13.5l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20",
    "alerts": "M12 3.5 21 19.5H3zM12 10v4.5M12 17v.2",
    "trace": "M5 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM19 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
    "M19 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 12h3c4 0 3-6 7-6M10 12c4 0 3 6 7 6",
    "balances": "M12 4v16M7 20h10M5 7h14M5 7 2.5 13h5zM19 7l-2.5 6h5z",
    "flows": "M3 7h13M12 3l4 4-4 4M21 17H8M12 13l-4 4 4 4",
    "corridors": "M5 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM19 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
    "M7 6h8a3.5 3.5 0 0 1 0 7H9a2.5 2.5 0 0 0 0 5h8",
    "minerals": "M7 4h10l4 6-9 10.5L3 10zM3 10h18M12 20.5 8.5 10 12 4l3.5 6z",
    "standing": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM15.5 8.5l-2 5-5 2 2-5z",
    "screening": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21M8 10.5l2 2 3.5-3.5",
    "book": "M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zM12 6v14",
    "post": "M12 15V4M8 8l4-4 4 4M4 14v5h16v-5",
    "health": "M3 12h4l2.5-6 4.5 12 2.5-6H21",
    "more": "M4.5 12h1M11.5 12h1M18.5 12h1",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
    "up": "M6 14l6-6 6 6",
    "down": "M6 10l6 6 6-6",
    "both": "M8 9l4-4 4 4M8 15l4 4 4-4",
    "critical": "M12 3.5 21.5 20h-19zM12 10v4.5M12 17v.2",
    "serious": "M12 3l9 9-9 9-9-9zM12 8v5M12 15.8v.2",
    "notice": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 8v.2",
    "good": "M5 12.5l4.5 4.5L19 7.5",
    "neutral": "M6 12h12",
    "empty": "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
}


def icon(name: str) -> Markup:
    """An icon; it says nothing by itself, so its meaning must stand beside it in words."""
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>'
    ).format(PATHS[name])
