"""How the book names parties, places and shipments of events."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sarai.server.epcis.context import expand
from sarai.server.epcis.keys import canonical

OWN_NAMES = ("urn:sarai:party:", "urn:sarai:place:")
MAX_ID = 128  # of the book
ROOM = 16  # for what is put after a number
RECEIVED = "/received"  # after the number of a shipment, the number of its receipt


def named(uri: str, known: Mapping[str, str]) -> str:
    """How the book names a party or place: by its own name if the URI carries one, else by the URI.

    >>> named("urn:sarai:party:KZ-BIN-0001", {})
    'KZ-BIN-0001'
    """
    uri = expand(uri, known)
    for own_name in OWN_NAMES:
        uri = uri.removeprefix(own_name)
    return short_number(canonical(uri)) if uri else ""


def short_number(text: str) -> str:
    """A text as an identifier of the book: itself, or its hash if it is too long."""
    if len(text) <= MAX_ID - ROOM:
        return text
    return "sha-256:" + hashlib.sha256(text.encode()).hexdigest()
