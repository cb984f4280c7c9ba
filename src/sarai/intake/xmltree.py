"""XML from strangers: only what it says, within bounds, and nothing that reaches outside of it."""

from __future__ import annotations

from io import BufferedReader

from lxml import etree
from msgspec import Struct

from sarai.goods import Code
from sarai.intake.jsonlines import too_large
from sarai.intake.record import Limits, Refused

CHUNK_BYTES = 2**16


class Node(Struct, frozen=True, array_like=True):
    """An element that says something: its text, or elements below it that do."""

    tag: str
    text: str
    children: list[Node]

    def all(self, path: str) -> list[Node]:
        """The elements at a path such as ``Traders/Consignee``, in the order of the file."""
        nodes = [self]
        for tag in path.split("/"):
            nodes = [child for node in nodes for child in node.children if child.tag == tag]
        return nodes

    def get(self, path: str) -> str:
        """The text of the first element at a path that has one; empty if none does."""
        return next((node.text for node in self.all(path) if node.text), "")


def parse(stream: BufferedReader, limits: Limits) -> Node:
    """Parse a stream into the elements that say something.

    White space is folded; comments, attributes, processing instructions and elements without
    text are left out. Raises Refused for what is cut, malformed, too large, or has a document
    type (the door to entity bombs and external entities).
    """
    target = _Target(limits)
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    at_end, size = False, 0
    try:
        while chunk := stream.read(CHUNK_BYTES):
            size += len(chunk)
            if size > limits.max_file_bytes:
                raise too_large(limits.max_file_bytes)
            parser.feed(chunk)
        at_end = True
        return parser.close()[0]
    except etree.XMLSyntaxError as error:
        raise _explain(error, at_end) from None


class _Target:
    """Builds the tree; elements that say nothing are let go when they end."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.kept = 0
        self.open: list[tuple[str, list[str], list[Node]]] = [("", [], [])]

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        message = f"the file declares a document type ({name}), which may hide entities; remove <!DOCTYPE"
        raise Refused(Code.FORBIDDEN_CONSTRUCT, message)

    def start(self, tag: str, attributes: object) -> None:
        if len(self.open) > self.limits.max_depth:
            raise Refused(Code.MALFORMED, f"elements nest deeper than {self.limits.max_depth}; mend the file")
        self.open.append((tag, [], []))

    def data(self, text: str) -> None:
        self.open[-1][1].append(text)

    def end(self, tag: str) -> None:
        tag, texts, children = self.open.pop()
        text = " ".join("".join(texts).split())
        if not (text or children or len(self.open) == 1):
            return
        self.kept += 1
        if self.kept > self.limits.max_elements:
            raise Refused(Code.TOO_LARGE, f"more than {self.limits.max_elements:,} elements; split the file")
        self.open[-1][2].append(Node(tag, text, children))

    def close(self) -> list[Node]:
        """The root, in a list; without it if the file broke off before its end."""
        return self.open[0][2]


_ENCODING_ERRORS = {
    etree.ErrorTypes.ERR_INVALID_CHAR,
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
}
_TOO_LARGE = {110, 114}  # a name too long, a resource limit: not all versions of lxml name them


def _explain(error: etree.XMLSyntaxError, at_end: bool) -> Refused:
    line = error.position[0]
    if at_end:
        return Refused(Code.TRUNCATED, f"the file ends in the middle (line {line}); send it again in full")
    if error.code in _ENCODING_ERRORS:
        message = f"line {line} is not text in the encoding that the file declares; save it as UTF-8"
        return Refused(Code.NOT_TEXT, message)
    if error.code in _TOO_LARGE:
        return Refused(Code.TOO_LARGE, f"{error.msg}; no declaration needs that")
    if error.code == etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
        return Refused(Code.FORBIDDEN_CONSTRUCT, f"{error.msg}; write the character itself")
    return Refused(Code.MALFORMED, f"not well-formed XML: {error.msg}")
