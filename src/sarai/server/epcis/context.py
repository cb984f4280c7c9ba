"""What EPCIS needs of JSON-LD: prefixes that an ``@context`` declares, and names written with them.

No context is ever fetched: the standard one is known, and those of others only matter as the
prefixes that they write down themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STANDARD_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

STANDARD_PREFIXES: Mapping[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
"""What the standard's context declares (EPCIS 2.0, epcis-context.jsonld)."""


def declared(context: Any) -> dict[str, str]:
    """Prefixes and terms that a context writes down, with what each stands for.

    >>> declared(["https://example.org/x.jsonld", {"ex": "https://example.com/ns/"}])
    {'ex': 'https://example.com/ns/'}
    """
    if isinstance(context, list):
        return {name: iri for part in context for name, iri in declared(part).items()}
    found: dict[str, str] = {}
    if isinstance(context, dict):
        for name, meaning in context.items():
            iri = meaning.get("@id") if isinstance(meaning, dict) else meaning
            if isinstance(iri, str) and not name.startswith("@"):
                found[name] = iri
    return found


def prefixes(*contexts: Any) -> dict[str, str]:
    """The standard's prefixes and those of the contexts, later ones before earlier ones."""
    found = dict(STANDARD_PREFIXES)
    for context in contexts:
        found |= declared(context)
    return {name: expand(iri, STANDARD_PREFIXES) for name, iri in found.items()}


def split(name: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """Namespace and local name of a compact name; None if its prefix is not known.

    >>> split("gs1:Temperature", STANDARD_PREFIXES)
    ('https://gs1.org/voc/', 'Temperature')
    """
    prefix, colon, local = name.partition(":")
    if not colon or local.startswith("//") or prefix not in known:
        return None
    return known[prefix], local


def expand(name: str, known: Mapping[str, str]) -> str:
    """A compact name in full; anything else as it is.

    >>> expand("gs1:Temperature", STANDARD_PREFIXES)
    'https://gs1.org/voc/Temperature'
    """
    parts = split(name, known)
    return "".join(parts) if parts else name
