"""Lists that come as XML: their elements one after another, and nothing that reaches outside the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sarai.screening.lists.reading import ListError

if TYPE_CHECKING:
    from lxml import etree

AGAIN = "download it again; the version loaded before stays in force"


def elements(path: Path, root: str, tags: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    """The elements of these tags as they end, each with its tag; it is emptied when the next is asked for.

    Namespaces do not count: publishers change theirs from one year to the next.

    Raises
    ------
    ListError
        The file is cut or not well-formed, has another root, or declares a document type.
    """
    from lxml import etree

    within = False
    try:
        with path.open("rb") as stream:
            for event, element in _events(stream, {root, *tags}):
                tag = local(element)
                if not within:
                    _check_root(path, element, root)
                    within = True
                elif event == "end" and tag in tags:
                    yield tag, element
                    _let_go(element)
    except etree.XMLSyntaxError as error:
        raise ListError(f"{path}, line {error.lineno}: {error.msg}; {AGAIN}") from None
    if not within:
        raise ListError(f"{path} has no element {root}; {AGAIN}")


def local(element: etree._Element) -> str:
    """An element's tag without its namespace."""
    return element.tag.rpartition("}")[2]


def said(element: etree._Element, path: str) -> str:
    """The text of the first element at a path of tags that has one; empty if none does."""
    return next((text for each in below(element, path) if (text := (each.text or "").strip())), "")


def below(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at a path of tags, in the order of the file."""
    return element.iterfind(_in_any_namespace(path))


@cache
def _in_any_namespace(path: str) -> str:
    return "/".join(f"{{*}}{tag}" for tag in path.split("/"))


def _events(stream: BinaryIO, tags: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    from lxml import etree

    return etree.iterparse(
        stream,
        events=("start", "end"),
        tag=[f"{{*}}{tag}" for tag in sorted(tags)],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_root(path: Path, element: etree._Element, root: str) -> None:
    if element.getroottree().docinfo.doctype:
        raise ListError(f"{path} declares a document type, which may hide entities; {AGAIN}")
    if element.getparent() is not None or local(element) != root:
        raise ListError(f"{path}, line {element.sourceline}: the root is not {root}; {AGAIN}")


def _let_go(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
