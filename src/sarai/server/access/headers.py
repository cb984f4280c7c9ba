"""What a browser is told to keep to, beside each answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

PAGE_MARK = "x-nicegui-content"  # NiceGUI's own word that it built this answer, and it a page
HSTS_S = 365 * 86_400
SCRIPT = re.compile(rb"<script(?=[\s>])")

COMMON: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

BASE: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""The policy of what is not a page: no script but files of our own.

``style-src 'unsafe-inline'``: Quasar, Leaflet and ECharts set style attributes, and a case's file brings
its own style. A style can deface; it cannot act.
``img-src data: blob:``: icons within Quasar's style sheets, and pictures that a chart saves.
``font-src data:``: the icons of AG Grid are a font within its style sheet.
"""


def policy(nonce: str = "") -> str:
    """The Content-Security-Policy of an answer; with a nonce, of a page.

    A page needs two exceptions. ``'nonce-...'``: NiceGUI writes its start-up script into the page; only the
    scripts that stand in it when it leaves the house run, none that comes in by a text later.
    ``'unsafe-eval'``: Vue compiles templates in the browser, and NiceGUI sends what a handler does as text
    over its own socket.
    """
    words = dict(BASE)
    if nonce:
        words["script-src"] = f"'self' 'nonce-{nonce}' 'unsafe-eval'"
    return "; ".join(f"{name} {value}" for name, value in words.items())


def with_nonce(page: bytes, nonce: str) -> bytes:
    """A page whose scripts bear a nonce. Texts in it cannot open one: NiceGUI escapes ``<`` in them."""
    return SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), page)


def told(headers: Mapping[str, str], *, secure: bool, nonce: str = "") -> dict[str, str]:
    """The headers that an answer lacks; what a route says itself stands.

    Parameters
    ----------
    headers
        Of the answer, names in small letters.
    secure
        Whether the connection is TLS: then the browser is told to come by TLS only.
    """
    wanted = {**COMMON, "content-security-policy": policy(nonce)}
    if secure:
        wanted["strict-transport-security"] = f"max-age={HSTS_S}"
    return {name: value for name, value in wanted.items() if name not in headers}
