"""The page Screening as HTML: the question, the hits with every reason, and what officers decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from sarai.screening.decisions import Decision, Screening, Verdict
from sarai.screening.listed import ListedEntity
from sarai.screening.screener import Answer, ScreenHit
from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look import badge, empty, facts, link, panel, tag, when
from sarai.server.pages.look.markup import Content
from sarai.server.pages.screening_asking import KINDS, MOST_NAME, MOST_REASON, RECENT, ListInForce, about
from sarai.server.words import Words

PATH = "/screening"
SAID_KIND = {
    "person": "A person",
    "organisation": "An organisation",
    "vessel": "A ship",
    "aircraft": "An aircraft",
}
SAID_VERDICT = {Verdict.CLEAR: "Somebody else", Verdict.CONFIRM: "Is the listed one"}
SURE, LIKELY = 0.9, 0.8  # scores from which on a hit is marked; from the threshold on it is one
COMMANDS = "sarai lists load lists.db FILE...\nsarai serve --ledger URL --lists lists.db"


class Hits(Struct, frozen=True, kw_only=True):
    """An answer, with what is known of those who were hit.

    Attributes
    ----------
    listed
        By the entity.
    decided
        What officers decided, by the entity; None if that is not to be seen.
    """

    answer: Answer
    listed: Mapping[str, ListedEntity]
    decided: Mapping[str, Sequence[Decision]] | None = None


def ask_form(query: Mapping[str, str], words: Words) -> Markup:
    """Who is asked about."""
    kinds = [("", words("Unknown")), *((kind, words(SAID_KIND[kind])) for kind in KINDS)]
    fields = (
        forms.field(
            words("Name, in any script"), "name", query.get("name", "")[:MOST_NAME], required=True,
            maxlength=MOST_NAME, autocomplete="off", spellcheck="false",
        ),
        forms.choice(words("Kind"), "kind", kinds, query.get("kind", "")),
        forms.field(
            words("Country"), "country", query.get("country", "")[:60], maxlength=60,
            placeholder=words("a code, such as KZ"),
        ),
    )  # fmt: skip
    grid = tag("div", *fields, style=forms.GRID)
    return panel(
        words("Who is to be checked?"), forms.form("ask", grid, forms.buttons(forms.button(words("Check"))))
    )


# -- the answer ------------------------------------------------------------------------------------


def hits(found: Hits, words: Words, *, decide: bool) -> Markup:
    """Every hit, the likeliest first."""
    answer = found.answer
    if not answer.hits:
        return empty(words("No hits. It is kept that you asked, when, and against which lists."))
    count = words.count("{count} hit", "{count} hits", len(answer.hits))
    head = tag("h2", f"{answer.query} · {count}", id="answer", tabindex="-1")
    kept = tag("p", words("Kept as screening {number}.", number=str(answer.screening)), class_="quiet")
    several = (_hit(each, found, words, decide=decide) for each in answer.hits)
    return tag("div", head, kept, *several, style=forms.STACK)


def _hit(hit: ScreenHit, found: Hits, words: Words, *, decide: bool) -> Markup:
    entity = found.listed.get(hit.entity)
    look = "critical" if hit.score >= SURE else "serious" if hit.score >= LIKELY else "notice"
    seen = found.decided is not None
    marks = [badge(words, look, words.percent(hit.score))]
    if seen and hit.decision:
        verdict = Verdict(hit.decision)
        marks.append(
            badge(words, "good" if verdict is Verdict.CLEAR else "critical", words(SAID_VERDICT[verdict]))
        )
    rows = [
        (words("List"), hit.list), (words("Listed as"), hit.name), (words("Number"), hit.entity),
        (words("Kind"), words(SAID_KIND.get(hit.kind, "Unknown"))),
    ]  # fmt: skip
    parts: list[Content] = [tag("p", *marks, class_="buttons"), facts(rows), _reasons(hit, words)]
    parts += [_about(entity, words)] if entity else []
    parts += [_changed(hit, words)] if seen and hit.changed else []
    parts += [_history(found.decided[hit.entity], words)] if seen and found.decided.get(hit.entity) else []
    parts += [_decide(hit, found.answer, words)] if decide else []
    return panel(hit.name, tag("div", *parts, style=forms.STACK), severity=look if look != "notice" else "")


def _reasons(hit: ScreenHit, words: Words) -> Markup:
    """Every feature that was looked at, with what it gave."""
    rows = [each.partition(" ")[::2] for each in hit.reasons]
    columns = [Column(words("Points"), numeric=True), Column(words("Why"))]
    return forms.table(columns, rows, caption=words("Why it is a hit"))


def _about(entity: ListedEntity, words: Words) -> Markup:
    rows = [(words(name), "; ".join(values)) for name, values in about(entity).items()]
    summary = tag("summary", words("What the list says"), class_="button", style="display:inline-flex")
    return tag("details", summary, tag("div", facts(rows), style="margin-top:var(--space-3)"))


def _changed(hit: ScreenHit, words: Words) -> Markup:
    said = tag("p", words("It was decided before, on other facts. What changed:"))
    return tag("div", said, tag("ul", *(tag("li", each) for each in hit.changed)))


def _history(decided: Sequence[Decision], words: Words) -> Markup:
    rows = [
        tag("li", when(words, each.time), " · ", each.officer, " · ",
            tag("strong", words(SAID_VERDICT[each.verdict])), ": ", each.reason)
        for each in decided
    ]  # fmt: skip
    return tag("div", tag("h3", words("What was decided")), tag("ul", *rows))


def _decide(hit: ScreenHit, answer: Answer, words: Words) -> Markup:
    return forms.form(
        "decide",
        forms.unseen("screening", str(answer.screening)),
        forms.unseen("entity", hit.entity),
        forms.words_field(words("Reason"), "reason", required=True, maxlength=MOST_REASON),
        forms.buttons(
            forms.button(words("Somebody else"), look="", act=Verdict.CLEAR.value),
            forms.button(words("Is the listed one"), look="grave", act=Verdict.CONFIRM.value),
        ),
    )


# -- lists, and what was asked before ----------------------------------------------------------------


def lists(several: Sequence[ListInForce], entities: int, words: Words) -> Markup:
    """Which lists are asked."""
    columns = [Column(words("List"), leads=True), Column(words("Version"))]
    rows = [
        (
            each.list,
            words("Version of {date}", date=each.published) if each.published else words("of an unknown day"),
        )
        for each in several
    ]
    said = words("{count} people, firms, ships and things are listed.", count=entities)
    table = forms.table(columns, rows, caption=words("Lists that are asked"))
    return panel(words("Lists that are asked"), tag("p", said, class_="quiet"), table)


def no_lists(words: Words) -> Markup:
    """That there is nothing to ask, and how that is mended."""
    said = words(
        "This server was given no lists, so nobody can be checked. Whoever runs it loads them, and starts it "
        "again:"
    )
    return panel(
        words("No lists are loaded. Ask the administrator to load them."),
        tag("p", said),
        tag("pre", COMMANDS),
    )


def recent(several: Sequence[Screening], words: Words) -> Markup:
    """What was asked before."""
    title = words("What was asked")
    if not several:
        return panel(title, tag("p", words("Nothing was asked yet."), class_="quiet"))
    columns = [
        Column(words("Asked about"), leads=True), Column(words("Time")), Column(words("Hits"), numeric=True),
        Column(words("Likeliest")), Column(words("Number"), numeric=True),
    ]  # fmt: skip
    rows = [
        (
            ", ".join(each.query.get("names", ())), when(words, each.time), words.number(len(each.hits)),
            _likeliest(each, words), str(each.id),
        )
        for each in several
    ]  # fmt: skip
    last = several[-1].id
    further = f"{PATH}?before={last}" if last > 1 and len(several) == RECENT else ""
    foot = tag("nav", link(words("Further back"), further, "button"), class_="pager") if further else ""
    return tag(
        "section", tag("h2", title), forms.table(columns, rows, caption=title, foot=foot), style=forms.STACK
    )


def _likeliest(screening: Screening, words: Words) -> str:
    best = max(screening.hits, key=lambda hit: hit.score, default=None)
    return f"{best.name} · {words.percent(best.score)}" if best else ""
