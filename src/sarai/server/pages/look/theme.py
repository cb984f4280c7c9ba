"""The theme: scales and colours as CSS variables, and the files that every page links to."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sarai.server.pages.look.colours import COLOURS

if TYPE_CHECKING:
    from fastapi import FastAPI

TYPE_SCALE = {"tiny": "0.75rem", "small": "0.875rem", "base": "1rem", "large": "1.1875rem", "title": "1.5rem",
              "figure": "1.875rem"}  # fmt: skip
"""Sizes of type; beside them only what a browser sets itself."""

SPACES = {"1": "0.25rem", "2": "0.5rem", "3": "0.75rem", "4": "1rem", "5": "1.5rem", "6": "2.5rem"}
"""Distances; nothing is set apart by another one."""

FONTS = {  # of the machine itself: each has Cyrillic with the letters of Kazakh (ә ғ қ ң ө ұ ү һ і)
    "sans": 'system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif',
    "mono": 'ui-monospace, "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace',
}

SHAPES = {
    "radius": "0.5rem",
    "radius-small": "0.25rem",
    "target": "2.75rem",
    "side": "14rem",
    "bar": "3.5rem",
}

FOREVER = "public, max-age=31536000, immutable"  # the name has the hash of the content in it


class Asset(NamedTuple):
    """A file that pages link to."""

    stem: str
    suffix: str
    media_type: str
    read: Callable[[], bytes]


def stylesheet() -> str:
    """The whole stylesheet: variables, then the rules that use them."""
    return f"{variables()}\n{_packaged('look.css').decode()}"


def variables() -> str:
    """Scales and colours. The body's class (Quasar sets it) outdoes what the system prefers."""
    scales = {f"type-{name}": size for name, size in TYPE_SCALE.items()}
    scales |= {f"space-{name}": size for name, size in SPACES.items()} | SHAPES
    scales |= {f"font-{name}": fonts for name, fonts in FONTS.items()}
    light = _declared({colour.name: colour.light for colour in COLOURS})
    dark = _declared({colour.name: colour.dark for colour in COLOURS})
    return "\n".join([
        f":root {{ color-scheme: light; {_declared(scales)} {light} }}",
        f"@media (prefers-color-scheme: dark) {{ :root {{ color-scheme: dark; {dark} }} }}",
        f"body.body--light {{ color-scheme: light; {light} }}",
        f"body.body--dark {{ color-scheme: dark; {dark} }}",
    ])  # fmt: skip


def _declared(values: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _packaged(name: str) -> bytes:
    from importlib.resources import files

    return files("sarai.server.pages.look").joinpath(name).read_bytes()


def _base_map() -> bytes:
    from sarai.reference.places import base_map_bytes

    return base_map_bytes()


ASSETS = (
    Asset("sarai", "css", "text/css; charset=utf-8", lambda: stylesheet().encode()),
    Asset("sarai", "js", "text/javascript; charset=utf-8", lambda: _packaged("look.js")),
    Asset("map", "json", "application/geo+json", _base_map),
)


class Served(NamedTuple):
    """An asset as it is sent, plain and compressed."""

    media_type: str
    plain: bytes
    compressed: bytes


@cache
def served() -> dict[str, Served]:
    """Every asset under the last part of its address, which changes with the content."""
    made = {}
    for asset in ASSETS:
        plain = asset.read()
        name = f"{asset.stem}.{sha256(plain).hexdigest()[:12]}.{asset.suffix}"
        made[name] = Served(asset.media_type, plain, gzip.compress(plain, mtime=0))
    return made


def address(suffix: str) -> str:
    """The path of the stylesheet (``css``), the script (``js``) or the base map (``json``)."""
    name = next(name for name in served() if name.endswith(f".{suffix}"))
    return f"/look/{name}"


def head() -> str:
    """What goes into the head of every page."""
    return f'<link rel="stylesheet" href="{address("css")}"><script defer src="{address("js")}"></script>'


def install(app: FastAPI) -> None:
    """Serve the assets under ``/look``. To be called before NiceGUI is mounted; needs no login."""
    from starlette.requests import Request
    from starlette.responses import Response

    async def look(request: Request) -> Response:
        found = served().get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        headers |= {"Content-Encoding": "gzip"} if packed else {}
        return Response(found.compressed if packed else found.plain, 200, headers, found.media_type)

    app.add_route("/look/{name}", look, methods=["GET", "HEAD"], include_in_schema=False)
