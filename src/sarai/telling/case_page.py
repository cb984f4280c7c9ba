"""The file of a case as one HTML page: no script, nothing from elsewhere, for light, dark and paper."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from lxml import etree
from lxml.html import HtmlElement, tostring

from sarai.ledger.rows import from_us
from sarai.telling.case_style import STYLE
from sarai.telling.cases import advice, chance, link_name, said_due, said_state, whereabouts
from sarai.telling.html import H, shown, tag
from sarai.telling.picture import draw
from sarai.telling.plain import plain
from sarai.telling.words import minute, plainly
from sarai.watch.cases.desk import lot_text
from sarai.watch.cases.dossier import Dossier, Paper
from sarai.watch.finding import Alert

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(made: Dossier) -> str:
    """The whole page."""
    case = made.ranked.case
    tree = H.html(
        {"lang": "en"},
        H.head(
            H.meta(charset="utf-8"),
            H.meta({"http-equiv": "Content-Security-Policy", "content": POLICY}),
            H.meta(name="viewport", content="width=device-width, initial-scale=1"),
            H.meta(name="referrer", content="no-referrer"),
            H.title(f"Case {case.id}"),
            H.style(STYLE),
        ),
        H.body(
            H.main(
                _head(made), *_why(made), *_goods(made), *_timeline(made), *_picture(made),
                *_documents(made), *_steps(made), *_check(made),
            )
        ),
    )  # fmt: skip
    return tostring(tree, encoding="unicode", doctype="<!doctype html>") + "\n"


def _when(moment: datetime) -> HtmlElement:
    stated = moment.astimezone(UTC).isoformat(timespec="seconds")
    return H.time({"datetime": stated}, f"{minute(moment)} UTC")


# -- what it is ----------------------------------------------------------------------------------


def _head(made: Dossier) -> HtmlElement:
    ranked = made.ranked
    case, score = ranked.case, ranked.score
    facts: list[tuple[str, str]] = [
        ("Score", f"{score.points:.2f} points; chance that it is confirmed: {chance(score.chance)}"),
        ("In hand of", case.assignee or "nobody"),
        ("To be decided since", f"{minute(from_us(case.since))} UTC"),
        ("Parties", ", ".join(case.parties) or "none named"),
        ("Value at stake", ", ".join(f"{name} {value:,.2f}" for name, value in ranked.stake.value.items())),
        ("Goods", _reach(made)),
        ("Due", "; ".join(map(said_due, ranked.due))),
        ("Merged into it", ", ".join(each.case for each in case.merged)),
        ("Book", f"{made.origin}, {made.size:,} entries"),
        ("Written", f"{minute(made.made)} UTC"),
    ]
    return H.header(
        tag("p", "over", "Case file"),
        H.h1(f"Case {case.id}"),
        H.p(*_badges(made)),
        tag("p", "lead", case.headline),
        tag("dl", "facts", *(H.div(H.dt(name), H.dd(said)) for name, said in facts if said)),
        *_next(made),
    )


def _next(made: Dossier) -> Iterator[HtmlElement]:
    said = advice(made.ranked) if made.ranked.case.is_open else []
    if said:
        yield H.h2("What to do next")
        yield H.ol(*map(H.li, said))


def _reach(made: Dossier) -> str:
    stake = made.ranked.stake
    if stake.under_way:
        return "under way: they can be stopped on the road"
    return "in the country" if stake.in_reach else "no longer in the country"


def _badges(made: Dossier) -> Iterator[HtmlElement]:
    ranked = made.ranked
    yield tag("span", "badge", said_state(ranked.case))
    if ranked.overdue:
        yield tag("span", "badge wrong", "overdue")
    if ranked.held:
        lots = "lot" if len(ranked.held) == 1 else "lots"
        yield tag("span", "badge right", f"{len(ranked.held):,} {lots} held")
    if ranked.stake.tier:
        yield tag("span", "badge wrong", f"priority goods, tier {ranked.stake.tier}")


# -- why -----------------------------------------------------------------------------------------


def _why(made: Dossier) -> Iterator[HtmlElement]:
    score = made.ranked.score
    most = max((abs(each.points) for each in score.contributions), default=1.0)
    rows = [
        [
            tag("td", "key", each.feature),
            H.td(each.words, tag("span", "bar", style=f"width: {abs(each.points) / most:.0%}")),
            tag("td", "number", f"{each.points:.2f}", **{"data-label": "points"}),
        ]
        for each in score.contributions
    ]
    total = H.tr({"class": "sum"}, H.td("Score"), H.td(), tag("td", "number", f"{score.points:.2f}"))
    yield H.h2("Why")
    yield _table(["what counts", "", "#points"], rows, total)
    for alert in made.ranked.case.alerts:
        yield _alert(alert, made)


def _alert(alert: Alert, made: Dossier) -> HtmlElement:
    """An alert; what speaks for it beside its own finding stands in the table above."""
    beside = ", ".join(f"{each.typology} {each.points:.2f}" for each in alert.reasons[1:])
    links = made.ranked.case.links.get(alert.id, ())
    own = alert.reasons[0].points
    notes = [f"{own:.2f} points" + (f", with {beside}: {alert.score:.2f}" if beside else "")]
    notes += [
        f"tied to this case by the same {each.what}: {link_name(each, made.ranked)}" for each in links[:1]
    ]
    return H.article(
        H.header(H.h3(plainly(alert.typology.replace("-", " "))), _when(from_us(alert.raised))),
        H.p(alert.words),
        tag("p", "quiet", f"Alert {alert.id}: {'; '.join(notes)}."),
    )


def _table(titles: list[str], rows: Iterable[list[HtmlElement]], *totals: HtmlElement) -> HtmlElement:
    """A table that stands in one column on a phone; ``#`` begins the title of a column of numbers."""
    head = [tag("th", "number" if title.startswith("#") else "", title.removeprefix("#")) for title in titles]
    body = H.tbody(*(H.tr(*row) for row in rows), *totals)
    return tag("div", "wide", tag("table", "stack", H.thead(H.tr(*head)), body))


def _cell(label: str, text: str, kind: str = "") -> HtmlElement:
    return tag("td", kind, text, **{"data-label": label})


# -- what is at stake, and what happened ---------------------------------------------------------


def _goods(made: Dossier) -> Iterator[HtmlElement]:
    ranked = made.ranked
    if not ranked.stake.goods:
        return
    rows = [
        [
            _cell("lot", lot_text(goods.name), "key"),
            _cell("HS", goods.hs, "key"),
            _cell("origin", goods.origin, "key"),
            _cell("tier", goods.tier, "key"),
            _cell("in the country", whereabouts(goods)),
            _cell("held by", ", ".join(f"{h.issuer}/{h.number}" for h in ranked.held.get(goods.name, ()))),
        ]
        for goods in ranked.stake.goods
    ]
    yield H.h2("Goods")
    yield _table(["lot", "HS", "origin", "tier", "in the country", "held by"], rows)


def _timeline(made: Dossier) -> Iterator[HtmlElement]:
    yield H.h2("What happened")
    yield tag(
        "ol", "time",
        *(
            tag(
                "li", event.kind,
                _when(event.time),
                H.div(
                    tag("span", "kind", plainly(event.kind)), f" {event.name}",
                    H.br(), event.words,
                    *(tag("div", "noticed", f"noticed: {said}") for said in event.noticed),
                ),
            )
            for event in made.timeline
        ),
    )  # fmt: skip


def _picture(made: Dossier) -> Iterator[HtmlElement]:
    way = made.way
    if way is None:
        return
    yield H.h2("The way of the goods")
    yield H.figure(etree.fromstring(shown(draw(way.steps, up=way.up, title=way.title)).encode()))
    if way.left_out:
        yield tag(
            "p",
            "quiet",
            f"{way.left_out:,} more lots went too many ways to be drawn: sarai trace shows each.",
        )


# -- the documents and their proofs --------------------------------------------------------------


def _documents(made: Dossier) -> Iterator[HtmlElement]:
    yield H.h2("Documents")
    if made.left_out:
        yield H.p(f"{made.left_out:,} more moved the same goods; there was no room for them.")
    yield from map(_paper, made.papers)


def _paper(paper: Paper) -> HtmlElement:
    return H.article(
        {"id": f"entry-{paper.entry}"},
        H.header(
            H.h3(f"{plainly(paper.kind)} {paper.name}"),
            _when(paper.time),
            tag("span", "quiet", f"entry {paper.entry:,}, recorded {minute(paper.recorded)} UTC"),
        ),
        H.p(paper.words),
        *(tag("p", "noticed", f"noticed: {said}") for said in paper.noticed),
        *([tag("p", "quiet", f"named by: {', '.join(paper.alerts)}")] if paper.alerts else []),
        _proof(paper),
    )


def _proof(paper: Paper) -> HtmlElement:
    """The document as it is in the book, the entry that stands for it, and the way to the root."""
    proof = paper.proof
    whole = json.dumps(plain(proof), indent=2).encode()
    hashes = "\n".join(proof.hashes) or "none: it is the only entry"
    return H.details(
        H.summary("The document and its proof"),
        H.pre(proof.document),
        tag("p", "quiet", f"The entry, leaf {proof.index:,} of {proof.size:,}:"),
        H.pre(proof.lines),
        tag("p", "quiet", "Hashes from the leaf upwards, base64:"),
        H.pre(hashes),
        tag(
            "a", "save", "Save this proof as a file", download=f"proof-{paper.entry}.json",
            href=f"data:application/json;base64,{b64encode(whole).decode()}",
        ),
    )  # fmt: skip


def _steps(made: Dossier) -> Iterator[HtmlElement]:
    yield H.h2("What officers did")
    if not made.steps:
        yield H.p("Nothing yet.")
    yield from map(_paper, made.steps)


HOW = (
    "You need not trust this page. Every document above is an entry of the book {origin}, and has its proof. "
    "Take the SHA-256 of the document: it is the fifth line of the entry. Hash the entry as a leaf, then "
    "with each hash of the proof upwards: the result is the root in the checkpoint below. The page "
    "docs/proofs.md of Sarai says each step, with only SHA-256 and Ed25519. Or save the proof and run:"
)
SIGNED = "It is signed with this key; hold it against the one that the keeper gave you by another way:"
UNSIGNED = "It is not signed: ask the keeper for a signed one."


def _check(made: Dossier) -> Iterator[HtmlElement]:
    yield H.h2("How to check this file")
    yield H.p(HOW.format(origin=made.origin))
    yield H.pre("sarai prove --check proof-N.json --verifier KEY")
    yield H.p("The checkpoint:")
    yield H.pre(made.checkpoint)
    yield H.p(SIGNED if made.verifier else UNSIGNED)
    if made.verifier:
        yield H.pre(made.verifier)
    yield tag(
        "p", "quiet",
        "Characters that cannot be seen are shown by their number, such as [U+202E]; the saved proof has the "
        "document exactly as it is in the book.",
    )  # fmt: skip
