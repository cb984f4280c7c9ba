"""EPCIS XML in the form that JSON gives it; the hash vectors come in both, and the desk reads only JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree

LISTS = {
    "epcList", "childEPCs", "inputEPCList", "outputEPCList", "quantityList", "childQuantityList",
    "inputQuantityList", "outputQuantityList", "bizTransactionList", "sourceList", "destinationList",
    "sensorElementList",
}  # fmt: skip
NUMBERS = {
    "quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue",
}  # fmt: skip


class Form:
    """Reads one document; ``prefixes`` are what its names in full were shortened to."""

    def __init__(self, text: bytes) -> None:
        self.root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, remove_comments=True))
        self.prefixes: dict[str, str] = {}

    def events(self) -> list[dict[str, Any]]:
        """The events, in the form of JSON."""
        found = [event for body in self.root.iter("EventList") for each in body for event in unwrapped(each)]
        return [{"type": event.tag} | self._record(event) for event in found]

    def ignored(self) -> list[str]:
        """Extension fields that the document says do not count."""
        return [
            self._name(field)
            for each in self.root.iter(etree.Element)
            if etree.QName(each).localname == "ignoreFields"
            for field in each
        ]

    def _prefix(self, namespace: str) -> str:
        return self.prefixes.setdefault(namespace, f"n{len(self.prefixes)}")

    def _name(self, name: Any) -> str:
        name = etree.QName(name)
        return f"{self._prefix(name.namespace)}:{name.localname}" if name.namespace else name.localname

    def _record(self, element: Any) -> dict[str, Any]:
        found = {self._name(name): number(name, value) for name, value in element.attrib.items()}
        for child in (inner for each in element for inner in unwrapped(each)):
            name, value = self._name(child), self._value(child)
            if name in found:
                before = found[name]
                found[name] = [*(before if isinstance(before, list) else [before]), value]
            else:
                found[name] = value
        return found

    def _value(self, element: Any) -> Any:
        if element.tag in LISTS:
            return [self._item(child) for child in element]
        if element.tag == "persistentDisposition":
            return {part: [each.text for each in element.findall(part)] for part in ("set", "unset")}
        if len(element) or element.attrib:
            return self._record(element)
        return number(element.tag, (element.text or "").strip())

    def _item(self, element: Any) -> Any:
        if element.tag in ("bizTransaction", "source", "destination"):
            return {element.tag: element.text.strip(), **element.attrib}
        return self._value(element)


def unwrapped(element: Any) -> list[Any]:
    """What an extension point of version 1 wraps."""
    if element.tag in ("extension", "baseExtension"):
        return [inner for child in element for inner in unwrapped(child)]
    return [element]


def number(name: str, text: str) -> str | Decimal:
    """A value of a field that is a number."""
    return Decimal(text) if name in NUMBERS else text
