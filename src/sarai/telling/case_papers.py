"""The documents in the file of a case, each with its proof, and how whoever receives it can check them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml.html import HtmlElement

from sarai.telling.html import H, tag
from sarai.telling.plain import plain
from sarai.telling.words import minute, plainly
from sarai.watch.cases.dossier import Dossier, Paper
from sarai.watch.phrases import ENGLISH, Phrase, Say, said

NO_DOCUMENTS = ("alert", "step", "refused input")  # kinds of what is in the file beside documents


def when(moment: datetime) -> HtmlElement:
    """A time, for people and machines."""
    stated = moment.astimezone(UTC).isoformat(timespec="seconds")
    return H.time({"datetime": stated}, f"{minute(moment)} UTC")


def code_name(say: Say, of: str, code: str) -> str:
    """The name of a code; in English the code itself, as people write it."""
    return plainly(code) if say is ENGLISH else say.name(of, code)


def kind_name(kind: str, say: Say) -> str:
    """What sort of thing it is: a kind of document, or what else there is in the file."""
    return say(kind) if kind in NO_DOCUMENTS else plainly(code_name(say, "kind", kind))


def noticed(fact: Phrase, say: Say) -> str:
    """What the book noticed."""
    return say("noticed: {what}", what=said(fact, say))


def documents(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    """All documents, as they happened."""
    yield H.h2(say("Documents"))
    if made.left_out:
        left = say("{count:,} more moved the same goods; there was no room for them.", count=made.left_out)
        yield H.p(left)
    yield from (_paper(each, say) for each in made.papers)


def _paper(paper: Paper, say: Say) -> HtmlElement:
    entry = say("entry {entry}, recorded {time} UTC", entry=f"{paper.entry:,}", time=minute(paper.recorded))
    naming = say("named by: {alerts}", alerts=", ".join(paper.alerts))
    return H.article(
        {"id": f"entry-{paper.entry}"},
        H.header(
            H.h3(f"{kind_name(paper.kind, say)} {paper.name}"),
            when(paper.time),
            tag("span", "quiet", entry),
        ),
        H.p(said(paper.words, say)),
        *(tag("p", "noticed", noticed(each, say)) for each in paper.noticed),
        *([tag("p", "quiet", naming)] if paper.alerts else []),
        _proof(paper, say),
    )


def _proof(paper: Paper, say: Say) -> HtmlElement:
    """The document as it is in the book, the entry that stands for it, and the way to the root."""
    proof = paper.proof
    whole = json.dumps(plain(proof), indent=2).encode()
    hashes = "\n".join(proof.hashes) or say("none: it is the only entry")
    leaf = say("The entry, leaf {index:,} of {size:,}:", index=proof.index, size=proof.size)
    return H.details(
        H.summary(say("The document and its proof")),
        H.pre(proof.document),
        tag("p", "quiet", leaf),
        H.pre(proof.lines),
        tag("p", "quiet", say("Hashes from the leaf upwards, {coding}:", coding="base64")),
        H.pre(hashes),
        tag(
            "a", "save", say("Save this proof as a file"), download=f"proof-{paper.entry}.json",
            href=f"data:application/json;base64,{b64encode(whole).decode()}",
        ),
    )  # fmt: skip


def steps(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    """What officers did."""
    yield H.h2(say("What officers did"))
    if not made.steps:
        yield H.p(say("Nothing yet."))
    yield from (_paper(each, say) for each in made.steps)


HOW = (
    "You need not trust this page. Every document above is an entry of the book {origin}, and has its proof. "
    "Take the SHA-256 of the document: it is the fifth line of the entry. Hash the entry as a leaf, then "
    "with each hash of the proof upwards: the result is the root in the checkpoint below. The page "
    "{page} of Sarai says each step, with only SHA-256 and Ed25519. Or save the proof and run:"
)
SIGNED = "It is signed with this key; hold it against the one that the keeper gave you by another way:"
UNSIGNED = "It is not signed: ask the keeper for a signed one."


UNSEEN = (
    "Characters that cannot be seen are shown by their number, such as [U+202E]; the saved proof has the "
    "document exactly as it is in the book."
)


def check(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    """How to check it all."""
    yield H.h2(say("How to check this file"))
    yield H.p(say(HOW, origin=made.origin, page="docs/proofs.md"))
    yield H.pre("sarai prove --check proof-N.json --verifier KEY")
    yield H.p(say("The checkpoint:"))
    yield H.pre(made.checkpoint)
    yield H.p(say(SIGNED if made.verifier else UNSIGNED))
    if made.verifier:
        yield H.pre(made.verifier)
    yield tag("p", "quiet", say(UNSEEN))
