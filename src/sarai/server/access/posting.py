"""Who may write which document: in its own name, and for goods that it answers for.

The book itself checks who may answer for a consignment, and who is an authority (docs/book.md); it does
not know who hands a document in. That is checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sarai.goods import (
    CaseStep,
    Code,
    Correction,
    Diversion,
    Document,
    DocumentRef,
    Hold,
    Refusal,
    Release,
    Seizure,
    Split,
)
from sarai.server.access.eyes import Eyes
from sarai.server.access.roles import Scope
from sarai.server.access.rules import allowed
from sarai.server.access.scope import Consigned

ANSWERS_FOR: dict[str, str] = {
    "import": "importer",
    "export": "exporter",
    "transit": "principal",
    "waybill": "consignor",
    "processing": "processor",
    "consumption": "holder",
    "stock_count": "holder",
}
"""Documents of a trader, with the field that names whose goods they are."""

OF_CONSIGNMENT: dict[str, tuple[str, ...]] = {
    "answer": ("sender", "consignee"),
    "diversion": ("sender", "consignee", "carrier"),
    "split": ("sender", "consignee", "carrier"),
    "seal_event": ("carrier",),
}
"""Documents about a consignment, with who of it may write them."""

BY_CARRIER = frozenset({"diversion", "split", "seal_event"})
RIGHTS = {Hold: "lots.hold", Seizure: "lots.hold", Release: "lots.release"}


def refused(eyes: Eyes, document: Document, consigned: Callable[[DocumentRef], Consigned]) -> Refusal | None:
    """Why somebody may not hand in a document; None if it may.

    Parameters
    ----------
    eyes
        With the scope of ``documents.post``.
    consigned
        Tells who has to do with a consignment; all empty if there is none of that name.
    """
    found = (
        _by_authority(eyes, document) if eyes.scope is Scope.ALL else _in_own_name(eyes, document, consigned)
    )
    if found is None:
        return None
    pointer, message = found
    return Refusal(code=Code.NOT_ENTITLED, message=message, pointer=pointer)


Found = tuple[str, str] | None


def runs(eyes: Eyes, read: Iterable[Document | Refusal]) -> Iterator[list[Document | Refusal]]:
    """What came in together, in parts: each can be judged once those before it are recorded.

    Who may write about a consignment is told by the documents that made or changed it, and these may be
    among what came in. Who may write everything needs no parts.
    """
    run: list[Document | Refusal] = []
    made: set[tuple[str, str]] = set()
    for each in read:
        if eyes.scope is Scope.OWN and not isinstance(each, Refusal):
            inner = getattr(each, "replacement", None) or each
            about = getattr(inner, "consignment", None)
            if about is not None and (about.issuer, about.number) in made:
                yield run
                run, made = [], set()
            made.update(_makes(each, about))
        run.append(each)
    yield run


def _makes(document: Document, about: DocumentRef | None) -> Iterator[tuple[str, str]]:
    """Consignments of which a document may change who has to do with them."""
    yield document.issuer, document.number
    if about is not None and isinstance(document, Diversion):
        yield about.issuer, about.number
    for part in document.parts if isinstance(document, Split) else ():
        yield document.issuer, part.number


def _by_authority(eyes: Eyes, document: Document) -> Found:
    """What officers hand in; what only an authority may issue, they issue as themselves."""
    right = _right_of(document)
    if right is None:
        return None
    visitor = eyes.visitor
    if allowed(visitor, right) is None:
        return "", f"the role {visitor.role.value} lacks the right {right}; ask somebody who has it"
    if document.issuer != visitor.authority:
        return "/issuer", (
            f"{document.issuer} is not the authority that you act for ({visitor.authority or 'none'}); issue "
            "it in that one's name"
        )
    if isinstance(document, CaseStep) and document.officer != visitor.officer:
        return "/officer", (
            f"{document.officer} is not you ({visitor.officer or 'no officer'}); a step names who takes it"
        )
    return None


def _right_of(document: Document) -> str | None:
    if isinstance(document, CaseStep):
        return "cases.decide" if document.step == "decide" else "cases.act"
    if isinstance(document, Correction) and document.replacement is not None:
        return _right_of(document.replacement)
    return RIGHTS.get(type(document))


def _in_own_name(eyes: Eyes, document: Document, consigned: Callable[[DocumentRef], Consigned]) -> Found:
    """What traders and carriers hand in."""
    kind, own = document.__struct_config__.tag, ", ".join(eyes.visitor.parties) or "no party yet"
    if not eyes.owns((document.issuer,)):
        return "/issuer", f"{document.issuer} is not you; issue it in your own name ({own})"
    if isinstance(document, Correction):
        return _correction(eyes, document, consigned)
    if kind in OF_CONSIGNMENT and (not eyes.carries or kind in BY_CARRIER):
        return _of_consignment(eyes, document, consigned(document.consignment))
    if kind not in ANSWERS_FOR or eyes.carries:
        return "/kind", f"a {eyes.visitor.role.value} issues no {kind}; an office does"
    party = getattr(document, ANSWERS_FOR[kind]).id
    if eyes.owns((party,)):
        return None
    return f"/{ANSWERS_FOR[kind]}/id", f"{party} is not you; write for goods of your own ({own})"


def _of_consignment(eyes: Eyes, document: Document, of: Consigned) -> Found:
    """What those write who have to do with a consignment."""
    kind = document.__struct_config__.tag
    if eyes.owns(getattr(of, field) for field in OF_CONSIGNMENT[kind]):
        return None
    who, about = " or ".join(OF_CONSIGNMENT[kind]), document.consignment
    return "/consignment", f"you are not the {who} of {about.issuer}/{about.number}; ask them for the {kind}"


def _correction(eyes: Eyes, document: Correction, consigned: Callable[[DocumentRef], Consigned]) -> Found:
    """Its issuer is that of what it corrects; the replacement must be one's own too."""
    if document.replacement is None:
        return None
    found = _in_own_name(eyes, document.replacement, consigned)
    return found and (f"/replacement{found[0]}", found[1])
