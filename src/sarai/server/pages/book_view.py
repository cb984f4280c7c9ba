"""The page Book as HTML: the search, and a document with all that the book knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from msgspec import Struct

from sarai.goods import KINDS, Code
from sarai.ledger import BalanceRow, Fact
from sarai.ledger.search import Line
from sarai.server.pages import forms
from sarai.server.pages.book_document import Cell, Readable, Table, readable, trace
from sarai.server.pages.book_proof import Proved, Step
from sarai.server.pages.book_search import OUTCOMES, Page, Wanted, address
from sarai.server.pages.book_seen import Shown
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, empty, facts, link, panel, tag, when
from sarai.server.words import Words

PATH = "/book"
MOST_WHERE = 100  # accounts that are listed; the trace has them all


class Known(Struct, frozen=True, kw_only=True):
    """What the book knows of an entry, as somebody may see it.

    Attributes
    ----------
    versions
        All entries of the same number, the latest first.
    where
        Where its goods are now; None if that is not to be seen.
    proved
        None if proofs are not to be seen.
    names
        Whether names are shown as they are, so that they lead somewhere.
    """

    shown: Shown
    facts: tuple[Fact, ...] = ()
    versions: tuple[Line, ...] = ()
    where: tuple[BalanceRow, ...] | None = None
    proved: Proved | None = None
    names: bool = True


# -- the search ------------------------------------------------------------------------------------


def search_page(page: Page, question: Wanted, words: Words) -> Markup:
    """The form and what was found."""
    return tag("div", search_form(question, words), found(page, question, words), style=forms.STACK)


def search_form(question: Wanted, words: Words) -> Markup:
    """What one may look for."""
    kinds = [("", words("All")), *((kind, words.name("kind", kind)) for kind in KINDS)]
    outcomes = {"posted": "Posted", "refused": "Refused"}
    fields = [
        forms.field(words("Number"), "number", question.number, maxlength=200),
        forms.field(words("Issuer"), "issuer", question.issuer, maxlength=200),
        forms.choice(words("Kind"), "kind", kinds, question.kind),
        forms.field(words("Party or other words"), "words", " ".join(question.words), maxlength=200),
        forms.field(words("Recorded on"), "day", str(question.day or ""), kind="date"),
        forms.choice(
            words("Result"), "outcome",
            [("", words("All")), *((each, words(outcomes[each])) for each in OUTCOMES)], question.outcome,
        ),
    ]  # fmt: skip
    clear = "" if question.is_open else link(words("Clear filters"), PATH, "button")
    return panel(
        words("Find any document"),
        forms.asking(PATH, fields, forms.button(words("Search")), clear, label=words("Find any document")),
    )


def found(page: Page, question: Wanted, words: Words) -> Markup:
    """The entries that fit, and the way further back."""
    further = address(PATH, question, before=page.looked) if page.looked else ""
    if not page.found:
        return _nothing(question, further, words)
    columns = [
        Column(words("Document"), leads=True),
        Column(words("Kind")),
        Column(words("Issuer")),
        Column(words("Recorded"), short=True),
        Column(words("Result")),
        Column(words("Entry"), numeric=True),
    ]
    rows = [_found(each, words) for each in page.found]
    text = words.count("{count} document", "{count} documents", len(page.found))
    foot = tag("nav", tag("span", text, class_="quiet"),
               link(words("Latest"), address(PATH, question, before=0), "button") if question.before else "",
               link(words("Further back"), further, "button") if further else "",
               class_="pager", aria_label=words("Pages"))  # fmt: skip
    return forms.table(columns, rows, caption=words("Documents"), foot=foot)


def _found(shown: Shown, words: Words) -> Sequence[Content]:
    path = entry_path(shown.entry)
    return (
        link(shown.number or words("without a number"), path),
        words.name("kind", shown.kind) if shown.kind else "",
        shown.issuer,
        when(words, shown.recorded),
        result(shown, words),
        link(str(shown.entry), path),
    )


def _nothing(question: Wanted, further: str, words: Words) -> Markup:
    if further:
        said = words(
            "Nothing fits among the entries looked at, down to {entry}.", entry=further.rpartition("=")[2]
        )
        return empty(said, action=link(words("Look further back"), further, "button main"))
    if question.is_open:
        return empty(
            words("The book is empty. Post the first document."),
            action=link(words("Post"), "/post", "button main"),
        )
    return empty(
        words("No document fits. Check the number, or search for a part of it."),
        action=link(words("Clear filters"), PATH, "button"),
    )


def entry_path(entry: int) -> str:
    """The page of an entry."""
    return f"{PATH}/entry/{entry}"


def result(shown: Shown | Line, words: Words) -> Markup:
    """What became of it."""
    if shown.code <= Code.REPEATED:
        return badge(words, "good", words("Posted"))
    why = tag("div", words.name("code", shown.code.name), class_="quiet")
    return tag("div", badge(words, "critical", words("Refused")), why)


# -- an entry --------------------------------------------------------------------------------------


def entry_page(known: Known, words: Words) -> Markup:
    """A document, and what the book knows of it."""
    shown = known.shown
    read = _readable(shown, known, words)
    parts: list[Content] = [_head(known, read, words)]
    parts += [_refused(shown, words)] if not shown.is_posted else []
    parts += [_table(each, words) for each in read.tables] if read else []
    parts += [_noticed(known.facts, words, hidden=not known.names)] if known.facts else []
    parts += [_proof(known, words)] if known.proved else []
    parts += [_where(known, words)] if known.where is not None and shown.is_posted else []
    parts += [_versions(known.versions, shown, words)] if len(known.versions) > 1 else []
    parts.append(_raw(shown, words, names=known.names))
    return tag("div", *parts, style=forms.STACK)


def _readable(shown: Shown, known: Known, words: Words) -> Readable | None:
    return readable(shown.content, words, links=known.names) if isinstance(shown.content, Mapping) else None


def _head(known: Known, read: Readable | None, words: Words) -> Markup:
    shown = known.shown
    rows: list[tuple[str, Content]] = [
        (words("Kind"), words.name("kind", shown.kind) if shown.kind else ""),
        (words("Issuer"), shown.issuer),
        (words("Number"), shown.number),
        (words("Version"), str(shown.version) if shown.version > 1 else ""),
        (words("Result"), result(shown, words)),
        (words("When the book learnt of it"), when(words, shown.recorded, offset=True)),
        (words("Entry"), str(shown.entry)),
    ]
    rows += [(each.label, _cell(each.cell)) for each in read.head] if read else []
    ways = []
    if shown.is_posted and known.names and shown.number:
        ways = [
            link(words("Where it came from"), trace(shown.issuer, shown.number), "button"),
            link(words("Where it went"), trace(shown.issuer, shown.number, direction="down"), "button"),
        ]
    parts = (facts(rows), forms.buttons(*ways)) if ways else (facts(rows),)
    return panel(words("Document"), tag("div", *parts, style=forms.STACK))


def _cell(cell: Cell) -> Content:
    return link(cell.text, cell.href) if cell.href else cell.text


def _refused(shown: Shown, words: Words) -> Markup:
    rows = [
        (words("Why"), words.name("code", shown.code.name)),
        (words("What to do"), shown.message),
        (words("Field"), tag("code", shown.pointer) if shown.pointer else ""),
    ]
    return panel(words("Refused"), facts(rows), severity="critical")


def _table(table: Table, words: Words) -> Markup:
    numeric = [any(row[place].numeric for row in table.rows) for place in range(len(table.columns))]
    columns = [Column(name, numeric=numeric[place]) for place, name in enumerate(table.columns)]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    return tag(
        "section", tag("h2", table.title), forms.table(columns, rows, caption=table.title), style=forms.STACK
    )


def _noticed(noticed: Sequence[Fact], words: Words, *, hidden: bool) -> Markup:
    rows = [
        tag(
            "li", badge(words, "serious", words.name("fact", each.code.name)),
            f" {words('Item')} {each.item}" if each.item else "", " ", "" if hidden else each.detail,
        )
        for each in noticed
    ]  # fmt: skip
    return panel(words("What the book noticed"), tag("ul", *rows), severity="serious")


def _versions(versions: Iterable[Line], shown: Shown, words: Words) -> Markup:
    columns = [
        Column(words("Version"), leads=True),
        Column(words("Kind")),
        Column(words("Recorded"), short=True),
        Column(words("Entry"), numeric=True),
    ]
    rows = [
        (
            f"{each.version} {words('(this one)')}" if each.entry == shown.entry else str(each.version),
            words.name("kind", each.kind),
            when(words, each.recorded),
            link(str(each.entry), entry_path(each.entry)),
        )
        for each in versions
    ]
    return _section(words("Versions and corrections"), columns, rows)


def _section(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]], foot: Content = ""
) -> Markup:
    return tag(
        "section", tag("h2", title), forms.table(columns, rows, caption=title, foot=foot), style=forms.STACK
    )


def _where(known: Known, words: Words) -> Markup:
    rows, title = known.where or (), words("Where its goods are now")
    if not rows:
        said = words("It brought no goods into the book; the trace shows the way of what it moved.")
        return panel(title, tag("p", said, class_="quiet"))
    columns = [
        Column(words("Holder"), leads=True),
        Column(words("Place")),
        Column(words("State")),
        Column(words("Item"), numeric=True),
        Column(words("HS code")),
        Column(words("Quantity"), numeric=True),
    ]
    cells = [
        (
            holder(row, words), row.place, state(row, words), str(row.lot.item), row.hs,
            words.base_quantity(row.quantity, row.dimension),
        )
        for row in rows[:MOST_WHERE]
    ]  # fmt: skip
    more = words("{count} more; the trace has them all.", count=len(rows) - MOST_WHERE)
    foot = tag("p", more, class_="quiet", style="padding:var(--space-3)") if len(rows) > MOST_WHERE else ""
    return _section(title, columns, cells, foot)


def holder(row: BalanceRow, words: Words) -> str:
    """Whose hands goods are in; those outside by their names."""
    if row.state:
        return row.party
    what, _, country = row.party.partition(":")
    return f"{words.name('account', what)}{': ' + words.country(country) if country else ''}"


def state(row: BalanceRow, words: Words) -> str:
    """Under which procedure goods are, and whether they are under way."""
    regime = words.name("regime", row.regime) if row.regime else ""
    return ", ".join(filter(None, (regime, words("under way") if row.state == "reserved" else "")))


def _raw(shown: Shown, words: Words, *, names: bool) -> Markup:
    """What came in, as it came."""
    text = shown.content if isinstance(shown.content, str) else pretty(shown.content)
    title = words("As it was sent") if names else words("What you may see of it")
    summary = tag("summary", title, class_="button", style="display:inline-flex")
    take = link(words("Download"), f"{entry_path(shown.entry)}/document.json", "button") if names else ""
    return tag("details", summary, tag("pre", text, tabindex="0", style="margin-top:var(--space-3)"), take)


def pretty(content: object) -> str:
    """JSON as people read it."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


# -- the proof -------------------------------------------------------------------------------------


def _proof(known: Known, words: Words) -> Markup:
    proved, shown = known.proved, known.shown
    assert proved is not None
    return proof_panel(proved, f"{entry_path(shown.entry)}/proof.json", words)


def proof_panel(proved: Proved, path: str, words: Words) -> Markup:
    """The proof, step by step, with what each step means."""
    if not proved.holds:
        verdict = words("The proof does not hold. Stop working with this book and call the auditor.")
        look, mark = "critical", "does not hold"
    elif not proved.proof.document:
        verdict = words("It is in the book. Compare the fingerprint, to know that yours is the same.")
        look, mark = "good", "holds"
    elif proved.is_signed:
        verdict = words("This document is in the book, unaltered. Checked just now.")
        look, mark = "good", "holds"
    else:
        verdict = words("This document is in the book, unaltered; but nobody has signed for the book.")
        look, mark = "notice", "not signed"
    steps = tag("ol", *(tag("li", *_step(each, words)) for each in proved.steps), style="padding-left:1.2rem")
    ways = forms.buttons(
        link(words("Download the proof"), path, "button"),
        link(words("Checkpoint"), f"{PATH}/checkpoint", "button"),
    )
    return panel(
        words("Proof"), tag("p", badge(words, look, words(mark)), " ", tag("strong", verdict)), steps, ways,
        severity="critical" if look == "critical" else "",
    )  # fmt: skip


def _step(step: Step, words: Words) -> list[Content]:
    """What was held against what, in the words of somebody who need not know how."""
    looks = {True: ("good", "holds"), False: ("critical", "does not hold"), None: ("neutral", "not checked")}
    look, mark = looks[step.holds]
    title, meaning = {"document": _document_step, "entry": _entry_step, "checkpoint": _checkpoint_step}[
        step.what
    ](step, words)
    parts: list[Content] = [tag("strong", title), " ", badge(words, look, words(mark)), tag("p", meaning)]
    parts += [tag("p", step.fault, class_="code")] if step.fault else []
    parts += [tag("p", each, class_="code quiet") for each in _figures(step)]
    return parts


def _document_step(step: Step, words: Words) -> tuple[str, str]:
    title = words("The document is the one that was entered")
    if step.holds is None:
        return title, words(
            "Take the fingerprint (SHA-256) of the document that you hold, and compare it with this one."
        )
    return title, words(
        "Its fingerprint (SHA-256) is the one that the entry names: not a letter of it was changed."
    )


def _entry_step(step: Step, words: Words) -> tuple[str, str]:
    title = words("The entry stands in the book")
    return title, words(
        "Entry {entry} of {size}: {hashes} fingerprints of its neighbours lead from it to the fingerprint of "
        "the whole book. If one entry were changed, left out or put in later, they would not.",
        entry=step.values["entry"], size=step.values["size"], hashes=step.values["hashes"],
    )  # fmt: skip


def _checkpoint_step(step: Step, words: Words) -> tuple[str, str]:
    title = words("The keeper answers for the book")
    if step.holds is None:
        return title, words(
            "The checkpoint is not signed: the server was given no key. Start it with --key FILE."
        )
    return title, words(
        "The fingerprint of the whole book is signed with the keeper's key. Whoever kept an earlier "
        "checkpoint can tell if the book was rewritten since."
    )


def _figures(step: Step) -> list[str]:
    names = {"document": ("digest",), "entry": ("root",), "checkpoint": ("origin", "key")}[step.what]
    return [step.values[name] for name in names if name in step.values]


# -- for who may only check ------------------------------------------------------------------------


def partner_form(issuer: str, number: str, words: Words) -> Markup:
    """How a partner asks for the proof of a document that it was given."""
    fields = [
        forms.field(words("Issuer"), "issuer", issuer, required=True, maxlength=200),
        forms.field(words("Number"), "number", number, required=True, maxlength=200),
    ]
    lead = tag("p", words("Name a document that you were given: you get the proof that it is in the book."))
    return panel(words("Check the proof"), lead, forms.asking(PATH, fields, forms.button(words("Check"))))


def proof_path(issuer: str, number: str) -> str:
    """Where a partner takes a proof away."""
    return f"{PATH}/proof.json?{urlencode({'issuer': issuer, 'number': number})}"
