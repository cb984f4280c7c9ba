"""The page Balances as HTML, out of what was asked and found."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from markupsafe import Markup
from msgspec import Struct

from sarai.goods import Regime
from sarai.reference import priority
from sarai.server.access import ANOTHER, Scope
from sarai.server.pages import forms
from sarai.server.pages.balances_rows import BY, PAGE, Asked, Row, Sheet, address
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, empty, link, panel, tag, tile
from sarai.server.words import Words

PATH = "/balances"
SAID_BY = {"lot": "By lot", "holder": "By holder", "goods": "By commodity"}


class May(Struct, frozen=True, kw_only=True):
    """What a visitor may, beside seeing balances.

    Attributes
    ----------
    scope
        Of ``balances.read``.
    own
        The parties it acts for.
    """

    scope: Scope = Scope.ALL
    own: tuple[str, ...] = ()
    trace: bool = True
    read: bool = True
    held: bool = True


def body(sheet: Sheet, question: Asked, words: Words, may: May) -> Markup:
    """Filters, totals and rows."""
    return tag("div", filters(question, words, may), answer(sheet, question, words, may), style=forms.STACK)


def answer(sheet: Sheet, question: Asked, words: Words, may: May) -> Markup:
    """What was found."""
    if not sheet.rows:
        none = words("No balances: nothing was posted yet, or nothing fits the filter.")
        action = "" if question.is_open else link(words("Clear filters"), PATH, "button")
        return empty(none, action=action)
    by = question.by
    chips = [(words(SAID_BY[each]), address(PATH, question, by=each), each == by) for each in BY]
    take = link(words("Download as CSV"), address(f"{PATH}.csv", question), "button")
    bar = tag(
        "div",
        forms.chips(words("Rows"), chips),
        take,
        class_="buttons",
        style="justify-content:space-between",
    )
    return tag("div", _totals(sheet, words, may), bar, _table(sheet, question, words, may), style=forms.STACK)


# -- filters ---------------------------------------------------------------------------------------


def filters(question: Asked, words: Words, may: May) -> Markup:
    """The form that narrows the question."""
    regimes = [("", words("All"))] + [(each.value, words.name("regime", each.value)) for each in Regime]
    fields = [
        _party(question, words, may),
        forms.field(words("Place"), "place", question.place, maxlength=128),
        forms.choice(words("Procedure"), "regime", regimes, question.regime),
        forms.field(
            words("HS code"), "hs", question.hs, inputmode="numeric", pattern="[0-9]{0,6}", maxlength=6,
            placeholder=words("first digits, such as 8542"),
        ),
        forms.field(words("As it was at"), "at", _local(question.at, words), kind="datetime-local"),
        forms.field(
            words("As it was known at"), "as_known", _local(question.as_known, words), kind="datetime-local"
        ),
        forms.tick(words("Priority goods only"), "priority", on=question.priority),
        forms.unseen("by", question.by),
    ]  # fmt: skip
    shown = [forms.button(words("Show"))]
    if question != Asked(by=question.by, page=question.page):
        shown.append(link(words("Clear filters"), PATH, "button"))
    open_ = not question.is_open or question.at is not None or question.as_known is not None
    summary = tag(
        "summary", words("Filter"), class_="button", style="display:inline-flex;margin-bottom:var(--space-3)"
    )
    form = forms.asking(PATH, fields, *shown, label=words("Filter"))
    return tag("details", summary, panel(words("Filter"), form), open=open_)


def _party(question: Asked, words: Words, may: May) -> Markup:
    if may.scope is not Scope.OWN:
        return forms.field(words("Party"), "party", question.party, maxlength=128)
    own = [("", words("All of mine")), *((party, party) for party in may.own)]
    return forms.choice(words("Party"), "party", own, question.party)


def _local(when: object, words: Words) -> str:
    """A time as a field for times wants it, in the page's time zone."""
    return f"{when.astimezone(words.zone):%Y-%m-%dT%H:%M}" if when else ""


# -- figures ---------------------------------------------------------------------------------------


def _totals(sheet: Sheet, words: Words, may: May) -> Markup:
    """What all rows come to, one tile for each kind of unit."""
    several = (
        tile(words("Total"), words.base_quantity(row.total, row.dimension), note=_note(row, words, may))
        for row in sheet.totals
    )
    wide = "grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr))"  # figures may be long
    return tag("div", *several, class_="tiles", style=wide)


def _note(row: Row, words: Words, may: May) -> str:
    said = [words("under way: {quantity}", quantity=words.base_quantity(row.reserved, row.dimension))]
    if may.held and row.held:
        said.append(words("held: {quantity}", quantity=words.base_quantity(row.held, row.dimension)))
    return " · ".join(said) if row.reserved or row.held else ""


# -- rows ------------------------------------------------------------------------------------------


def _table(sheet: Sheet, question: Asked, words: Words, may: May) -> Markup:
    columns = [*_leading(question.by, words), Column(words("Free"), numeric=True)]
    columns += [Column(words("Under way"), numeric=True)]
    columns += [Column(words("Held"), numeric=True)] if may.held else []
    rows = [_cells(row, question, words, may) for row in sheet.page(question.page)]
    return forms.table(columns, rows, caption=words("Who holds what"), foot=_pager(sheet, question, words))


def _leading(by: str, words: Words) -> list[Column]:
    names = {"lot": ("Holder", "Goods", "Lot"), "holder": ("Holder", "Lots"), "goods": ("Goods", "Lots")}[by]
    return [Column(words(name), numeric=name == "Lots", leads=not place) for place, name in enumerate(names)]


def _cells(row: Row, question: Asked, words: Words, may: May) -> Sequence[Content]:
    lots = words.number(row.lots)
    if question.by == "lot":
        cells = [_holder(row, question, words, may), _goods(row, question, words), _lot(row, words, may)]
    elif question.by == "holder":
        cells = [_holder(row, question, words, may), _narrowed(row, question, lots)]
    else:
        cells = [_goods(row, question, words), _narrowed(row, question, lots)]
    figures = [row.free, row.reserved, *((row.held,) if may.held else ())]
    return [*cells, *(words.base_quantity(each, row.dimension) if each else "–" for each in figures)]


def _holder(row: Row, question: Asked, words: Words, may: May) -> Content:
    """Who holds it, where, and under which procedure."""
    key = row.key
    party = (
        key.party
        if may.scope is Scope.OWN
        else link(key.party, address(PATH, question, party=key.party, by="lot"))
    )
    return _over(party, f"{key.place} · {words.name('regime', key.regime)}")


def _over(name: Content, note: Content) -> Markup:
    """A name, and below it what it is told apart by."""
    return tag(
        "div", tag("div", name), tag("div", note, class_="quiet", style=f"{forms.PLAIN};min-width:11rem")
    )


def _goods(row: Row, question: Asked, words: Words) -> Content:
    """The code, its tier if it is watched above others, and the origin."""
    key = row.key
    tier = priority.tier(key.hs, key.edition)
    edition = "" if key.edition == "HS2022" else f" ({key.edition})"
    code = link(f"{key.hs}{edition}", address(PATH, question, hs=key.hs, by="lot"))
    mark = (" ", badge(words, "serious", words("Tier {tier}", tier=tier))) if tier else ()
    note = " · ".join(filter(None, (words.country(key.origin), priority.label(key.hs))))
    return _over(tag("span", code, *mark), note)


def _narrowed(row: Row, question: Asked, text: str) -> Content:
    """A number of lots, leading to them."""
    key = row.key
    changes = (
        {"hs": key.hs}
        if question.by == "goods"
        else {"party": key.party, "place": key.place, "regime": key.regime}
    )
    return link(text, address(PATH, question, by="lot", **changes))


def _lot(row: Row, words: Words, may: May) -> Content:
    """A lot's name, with the ways to its trace and to its document."""
    lot = row.key.lot
    if lot is None:
        return ""
    name = f"{lot.issuer}/{lot.number} · {lot.item}" if lot.number else lot.issuer
    if may.scope is Scope.SUMMARY or lot.issuer == ANOTHER:
        return name
    query = {"issuer": lot.issuer, "number": lot.number}
    ways = []
    if may.trace:
        ways.append(
            link(words("Trace"), f"/trace?{urlencode({**query, 'item': lot.item, 'direction': 'down'})}")
        )
    if may.read:
        ways.append(link(words("Document"), f"/book/document?{urlencode(query)}"))
    parted = [part for each in ways for part in (" · ", each)][1:]
    return _over(forms.breakable(name), tag("span", *parted))


def _pager(sheet: Sheet, question: Asked, words: Words) -> Markup:
    last = sheet.pages()
    first = min((question.page - 1) * PAGE + 1, len(sheet.rows))
    text = words(
        "{first} to {last} of {count}",
        first=first,
        last=min(first + PAGE - 1, len(sheet.rows)),
        count=len(sheet.rows),
    )
    return forms.pager(
        words,
        text,
        previous=address(PATH, question, page=question.page - 1) if question.page > 1 else "",
        following=address(PATH, question, page=question.page + 1) if question.page < last else "",
    )
