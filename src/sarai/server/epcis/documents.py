"""Answers as EPCISQueryDocuments: events under one context where they can share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sarai.server.epcis.context import STANDARD_CONTEXT
from sarai.server.epcis.events import Stored
from sarai.server.epcis.keys import canonical
from sarai.server.epcis.moments import written

SCHEMA_VERSION = "2.0"
GS1_HOSTS = ("https://ref.gs1.org/", "https://gs1.github.io/EPCIS/", "http://ref.gs1.org/")
URN = "urn:epc:"


def query_document(
    stored: Sequence[Stored], name: str, now: datetime, *, links: bool = False, subscription: str = ""
) -> dict[str, Any]:
    """The document that tells events.

    Parameters
    ----------
    name
        Of the query.
    links
        Whether EPC URNs are given as GS1 Digital Links.
    """
    context, events = _under_one_context(stored)
    results: dict[str, Any] = {"queryName": name}
    if subscription:
        results["subscriptionID"] = subscription
    results["resultsBody"] = {"eventList": [_linked(event) for event in events] if links else events}
    return {
        "@context": context,
        "type": "EPCISQueryDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": written(now),
        "epcisBody": {"queryResults": results},
    }


def _under_one_context(stored: Sequence[Stored]) -> tuple[Any, list[dict[str, Any]]]:
    contexts = list(dict.fromkeys(each.context for each in stored))
    if len(contexts) == 1:
        return msgspec.json.decode(contexts[0]), [each.event for each in stored]
    shared: dict[str, Any] = {}
    joined = {context for context in contexts if _join(shared, msgspec.json.decode(context))}
    events = [
        each.event if each.context in joined or "@context" in each.event
        else {"@context": msgspec.json.decode(each.context)} | each.event
        for each in stored
    ]  # fmt: skip
    return [STANDARD_CONTEXT, shared] if shared else [STANDARD_CONTEXT], events


def _join(shared: dict[str, Any], context: Any) -> bool:
    """Add what a context declares to what is shared, if nothing in it means another thing there.

    Contexts of others are not fetched, so nobody knows what they would change.
    """
    found: dict[str, Any] = {}
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, dict) and not any(name.startswith("@") for name in part):
            found |= part
        elif not isinstance(part, str) or not part.startswith(GS1_HOSTS):
            return False
    if any(shared.get(name, meaning) != meaning for name, meaning in found.items()):
        return False
    shared |= found
    return True


def _linked(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event with its EPC URNs as Digital Links, in the standard fields."""
    told = dict(event)
    for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        if name in told:
            told[name] = [_link(uri) for uri in told[name]]
    for name in ("parentID", "transformationID"):
        if name in told:
            told[name] = _link(told[name])
    for name in ("readPoint", "bizLocation"):
        if name in told:
            told[name] = told[name] | {"id": _link(told[name]["id"])}
    for name, key in LISTS.items():
        if name in told:
            told[name] = [each | {key: _link(each[key])} for each in told[name]]
    return told


LISTS = {
    "quantityList": "epcClass", "childQuantityList": "epcClass", "inputQuantityList": "epcClass",
    "outputQuantityList": "epcClass", "sourceList": "source", "destinationList": "destination",
    "bizTransactionList": "bizTransaction",
}  # fmt: skip


def _link(uri: str) -> str:
    return canonical(uri) if uri.startswith(URN) else uri
