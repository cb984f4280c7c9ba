"""The file of a case as one HTML page: no script, nothing from elsewhere, for light, dark and paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement, tostring

from sarai.ledger.rows import from_us
from sarai.telling.case_papers import check, code_name, documents, kind_name, noticed, steps, when
from sarai.telling.case_style import STYLE
from sarai.telling.cases import advice, chance, link_name, said_due, said_state, whereabouts
from sarai.telling.html import H, shown, tag
from sarai.telling.picture import draw
from sarai.telling.words import minute, plainly
from sarai.watch.cases.desk import lot_text
from sarai.watch.cases.dossier import Dossier, Event
from sarai.watch.finding import Alert, told
from sarai.watch.phrases import ENGLISH, Say, said

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(made: Dossier, say: Say = ENGLISH, language: str = "en") -> str:
    """The whole page, as ``say`` says it in a language; documents and proofs stay as they are in the book."""
    title = say("Case {name}", name=made.ranked.case.id)
    tree = H.html(
        {"lang": language},
        H.head(
            H.meta(charset="utf-8"),
            H.meta({"http-equiv": "Content-Security-Policy", "content": POLICY}),
            H.meta(name="viewport", content="width=device-width, initial-scale=1"),
            H.meta(name="referrer", content="no-referrer"),
            H.title(title),
            H.style(STYLE),
        ),
        H.body(
            H.main(
                _head(made, title, say), *_why(made, say), *_goods(made, say), *_timeline(made, say),
                *_picture(made, say), *documents(made, say), *steps(made, say), *check(made, say),
            )
        ),
    )  # fmt: skip
    return tostring(tree, encoding="unicode", doctype="<!doctype html>") + "\n"


# -- what it is ----------------------------------------------------------------------------------


def _head(made: Dossier, title: str, say: Say) -> HtmlElement:
    ranked = made.ranked
    case, score = ranked.case, ranked.score
    likely = chance(score.chance, say)
    value = [say("{currency} {value:,.2f}", currency=c, value=v) for c, v in ranked.stake.value.items()]
    facts: list[tuple[str, str]] = [
        ("Score", say("{points:.2f} points; chance that it is confirmed: {chance}", points=score.points,
                      chance=likely)),
        ("In hand of", case.assignee or say("nobody")),
        ("To be decided since", f"{minute(from_us(case.since))} UTC"),
        ("Parties", ", ".join(case.parties) or say("none named")),
        ("Value at stake", ", ".join(value)),
        ("Goods", say(_reach(made))),
        ("Due", "; ".join(said_due(each, say) for each in ranked.due)),
        ("Merged into it", ", ".join(each.case for each in case.merged)),
        ("Book", say("{origin}, {count:,} entries", origin=made.origin, count=made.size)),
        ("Written", f"{minute(made.made)} UTC"),
    ]  # fmt: skip
    return H.header(
        tag("p", "over", say("Case file")),
        H.h1(title),
        H.p(*_badges(made, say)),
        tag("p", "lead", said(case.sentence, say)),
        tag("dl", "facts", *(H.div(H.dt(say(name)), H.dd(each)) for name, each in facts if each)),
        *_next(made, say),
    )


def _next(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    given = advice(made.ranked, say) if made.ranked.case.is_open else []
    if given:
        yield H.h2(say("What to do next"))
        yield H.ol(*map(H.li, given))


def _reach(made: Dossier) -> str:
    stake = made.ranked.stake
    if stake.under_way:
        return "under way: they can be stopped on the road"
    return "in the country" if stake.in_reach else "no longer in the country"


def _badges(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    ranked = made.ranked
    yield tag("span", "badge", said_state(ranked.case, say))
    if ranked.overdue:
        yield tag("span", "badge wrong", say("overdue"))
    if ranked.held:
        held = say.count("{count} lot held", "{count} lots held", len(ranked.held))
        yield tag("span", "badge right", held)
    if ranked.stake.tier:
        yield tag("span", "badge wrong", say("priority goods, tier {tier}", tier=ranked.stake.tier))


# -- why -----------------------------------------------------------------------------------------


def _why(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    score = made.ranked.score
    most = max((abs(each.points) for each in score.contributions), default=1.0)
    rows = [
        [
            tag("td", "key", _feature(each.feature, say)),
            H.td(said(each.phrase, say), tag("span", "bar", style=f"width: {abs(each.points) / most:.0%}")),
            tag("td", "number", say("{points:.2f}", points=each.points), **{"data-label": say("points")}),
        ]
        for each in score.contributions
    ]
    sum_of = tag("td", "number", say("{points:.2f}", points=score.points))
    total = H.tr({"class": "sum"}, H.td(say("Score")), H.td(), sum_of)
    yield H.h2(say("Why"))
    yield _table([say("what counts"), "", f"#{say('points')}"], rows, total)
    for alert in made.ranked.case.alerts:
        yield _alert(alert, made, say)


def _feature(name: str, say: Say) -> str:
    """What counts: a typology, or one of the few others."""
    if say is ENGLISH:
        return name
    found = say.name("typology", name)
    return found if found != plainly(name) else say(name.capitalize())


def _alert(alert: Alert, made: Dossier, say: Say) -> HtmlElement:
    """An alert; what speaks for it beside its own finding stands in the table above."""
    links = made.ranked.case.links.get(alert.id, ())
    notes = [_points(alert, say)]
    notes += [
        say("tied to this case by the same {what}: {name}", what=say(each.what),
            name=link_name(each, made.ranked))
        for each in links[:1]
    ]  # fmt: skip
    title = plainly(code_name(say, "typology", alert.typology).replace("-", " "))
    return H.article(
        H.header(H.h3(title), when(from_us(alert.raised))),
        H.p(told(alert, say).sentence),
        tag("p", "quiet", say("Alert {alert}: {notes}.", alert=alert.id, notes="; ".join(notes))),
    )


def _points(alert: Alert, say: Say) -> str:
    own = say("{points:.2f} points", points=alert.reasons[0].points)
    beside = [
        say("{name} {points:.2f}", name=_feature(each.typology, say), points=each.points)
        for each in alert.reasons[1:]
    ]
    if not beside:
        return own
    return say("{own}, with {beside}: {points:.2f}", own=own, beside=", ".join(beside), points=alert.score)


def _table(titles: list[str], rows: Iterable[list[HtmlElement]], *totals: HtmlElement) -> HtmlElement:
    """A table that stands in one column on a phone; ``#`` begins the title of a column of numbers."""
    head = [tag("th", "number" if title.startswith("#") else "", title.removeprefix("#")) for title in titles]
    body = H.tbody(*(H.tr(*row) for row in rows), *totals)
    return tag("div", "wide", tag("table", "stack", H.thead(H.tr(*head)), body))


def _cell(label: str, text: str, kind: str = "") -> HtmlElement:
    return tag("td", kind, text, **{"data-label": label})


# -- what is at stake, and what happened ---------------------------------------------------------


def _goods(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    ranked = made.ranked
    if not ranked.stake.goods:
        return
    titles = list(map(say, ("lot", "HS", "origin", "tier", "in the country", "held by")))
    rows = [
        [
            _cell(titles[0], lot_text(goods.name), "key"),
            _cell(titles[1], goods.hs, "key"),
            _cell(titles[2], goods.origin, "key"),
            _cell(titles[3], goods.tier, "key"),
            _cell(titles[4], whereabouts(goods, say)),
            _cell(titles[5], ", ".join(f"{h.issuer}/{h.number}" for h in ranked.held.get(goods.name, ()))),
        ]
        for goods in ranked.stake.goods
    ]
    yield H.h2(say("Goods"))
    yield _table(titles, rows)


def _timeline(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    yield H.h2(say("What happened"))
    yield tag(
        "ol", "time",
        *(
            tag(
                "li", event.kind,
                when(event.time),
                H.div(
                    tag("span", "kind", kind_name(event.kind, say)), f" {_event(event, say)}",
                    H.br(), said(event.words, say),
                    *(tag("div", "noticed", noticed(each, say)) for each in event.noticed),
                ),
            )
            for event in made.timeline
        ),
    )  # fmt: skip


def _event(event: Event, say: Say) -> str:
    return _feature(event.name, say) if event.kind == "alert" else event.name


def _picture(made: Dossier, say: Say) -> Iterator[HtmlElement]:
    way = made.way
    if way is None:
        return
    yield H.h2(say("The way of the goods"))
    yield H.figure(etree.fromstring(shown(draw(way.steps, up=way.up, title=way.title)).encode()))
    if way.left_out:
        yield tag(
            "p",
            "quiet",
            say(
                "{count:,} more lots went too many ways to be drawn: {command} shows each.",
                count=way.left_out,
                command="sarai trace",
            ),
        )
