"""A page that uses every part of the look, with made-up content, for the browser to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from fastapi import FastAPI
from markupsafe import Markup
from nicegui import ui

from sarai.server.pages import look
from sarai.server.words import Words

NOW = datetime(2026, 11, 22, 5, 4, tzinfo=UTC)


class Shown(NamedTuple):
    """A row of the demo's table."""

    name: str
    severity: str
    typology: str
    goods: Decimal
    raised: datetime


ROWS = [
    Shown(f"C-{number:04x}", look.SEVERITIES[number % 4], typology, Decimal(1250 * (number % 37) + 5), NOW)
    for number, typology in enumerate(["seal-broken", "quick-reexport", "code-drift", "transit-overdue"] * 30)
]


def create() -> FastAPI:
    """An application with nothing but the demo's pages."""
    app = FastAPI()
    look.install(app)
    ui.page("/now")(demo)
    ui.page("/empty")(bare)
    ui.run_with(app, title="Sarai", tailwind=False, show_welcome_message=False)
    return app


def viewer(language: str, scheme: str, name: str = "A. Officer") -> look.Viewer:
    return look.Viewer(
        words=Words(language),
        state="Sarai",
        now=NOW,
        name=name,
        role="officer" if name else "",
        scheme=scheme,
        on_language=lambda code: ui.navigate.to(f"/now?language={code}&scheme={scheme}"),
        on_leave=lambda: ui.navigate.to("/empty"),
    )


def demo(language: str = "en", scheme: str = "auto") -> None:
    """Everything at once."""
    looking = viewer(language, scheme)
    words = looking.words
    beside = Markup("{} {}").format(
        look.badge(words, "good", words("Live")), words("As of {time}", time=words.clock(NOW))
    )
    with look.frame(looking, words("Now"), active="now", tallies={"alerts": 120}, beside=beside) as around:
        look.show(tiles(words))
        look.show(look.panel(words("What needs me first"), facts(words), severity="critical"))
        actions(words, around)
        look.Table(
            words,
            columns(words),
            ROWS,
            nothing="",
            caption=words("Alerts"),
            sort=3,
            descending=True,
            page_rows=5,
        )
        look.show(look.panel(words("Timeline"), look.timeline(words, happenings(words))))
        text = words("No alerts yet: the watch looks at every document as it comes.")
        look.Table(words, columns(words), [], nothing=text, caption=words("Alerts"))


def bare(language: str = "en", scheme: str = "auto") -> None:
    """A page before login."""
    looking = viewer(language, scheme, name="")
    with look.frame(looking, looking.words("Log in"), navigation=()):
        look.show(look.empty(looking.words("Nobody has an account yet. The first one may do everything.")))


def tiles(words: Words) -> Markup:
    overdue = words.count("{count} day overdue", "{count} days overdue", 3)
    held = words.quantity(Decimal("24800"), "KGM")
    return look.tiles(
        [
            look.tile(words("Open cases"), words.number(17), note=overdue, to="/alerts", severity="critical"),
            look.tile(words("Under way"), words.number(1204), to="/now"),
            look.tile(words("Goods on hold"), held, severity="serious"),
            look.tile(words("Documents today"), words.number(18250), severity="good"),
        ]
    )


def facts(words: Words) -> Markup:
    badges = Markup(" ").join(look.badge(words, severity) for severity in look.SEVERITIES)
    return look.facts(
        [
            (words("Case"), look.link("C-531f", "/case/C-531f")),
            (words("Weightiness"), badges),
            (words("Due"), look.when(words, NOW + timedelta(days=1))),
            (words("Origin"), words.country("CN")),
            (words("Party"), "<script>alert(1)</script>"),
            (words("Reason"), ""),
        ]
    )


def actions(words: Words, around: look.Frame) -> None:
    async def hold() -> None:
        question = words("Hold the goods of this case?")
        consequence = words("Nobody can move them until they are released.")
        answer = await look.confirm(words, question, consequence, words("Hold"), grave=True, reason=True)
        if answer:
            look.toast(words("The goods are held."), "good")
            around.announce(words("The goods are held."))
            around.tally("alerts", 3, words)

    with look.element("div", class_="buttons"):
        look.button(words("Take the case in hand"), lambda: look.toast(words("Saved"), "good"), "main")
        look.button(words("Note"), lambda: None)
        look.button(words("Hold"), hold, "grave")


def columns(words: Words) -> list[look.Column[Shown]]:
    return [
        look.Column(
            words("Case"), lambda row: look.link(row.name, f"/case/{row.name}"), lambda row: row.name, "short"
        ),
        look.Column(words("Weightiness"), lambda row: look.badge(words, row.severity), kind="short"),
        look.Column(words("What was found"), lambda row: words.name("typology", row.typology)),
        look.Column(
            words("Quantity"), lambda row: words.quantity(row.goods, "KGM"), lambda row: row.goods, "number"
        ),
        look.Column(
            words("Since"), lambda row: look.when(words, row.raised), lambda row: row.raised, "short"
        ),
    ]


def happenings(words: Words) -> list[look.Happening]:
    kinds = (("transit", "neutral"), ("seal_event", "serious"), ("diversion", "critical"), ("hold", "good"))
    return [
        look.Happening(
            NOW + timedelta(hours=3 * index), words.name("kind", kind), "KZHOR \u2192 KZAAU", severity
        )
        for index, (kind, severity) in enumerate(kinds)
    ]
