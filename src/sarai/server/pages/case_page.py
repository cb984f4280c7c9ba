"""A case as HTML: what it is about, what is due, why, what is at stake, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.ledger import HeldLot
from sarai.ledger.rows import from_us
from sarai.server.pages import forms
from sarai.server.pages.alerts_list import points_words
from sarai.server.pages.alerts_rows import severity
from sarai.server.pages.case_seen import Seen
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, Happening, badge, facts, link, panel, tag, timeline, when
from sarai.server.pages.trace_asked import Asked
from sarai.server.pages.trace_svg import account_words
from sarai.server.words import Words
from sarai.telling.cases import MOST_ADVICE, link_name
from sarai.telling.html import shown
from sarai.watch import Alert
from sarai.watch.cases import Due, Ranked
from sarai.watch.cases.desk import lot_text
from sarai.watch.cases.dossier import Paper
from sarai.watch.cases.stake import Goods
from sarai.watch.finding import sentence

MOST_GOODS = 100  # lots of a case that are shown
MOST_PARTIES = 12
AT_FIRST = 10  # alerts that are shown before one asks for all
LATEST = 60  # events of the timeline, the same
WEIGHTY = {"diversion": "serious", "seizure": "serious", "export": "notice", "exit": "notice"}


class CasePage:
    """Says a case in a language.

    Parameters
    ----------
    party
        How a party is named: by its name, or by the label that stands for it.
    """

    def __init__(self, found: Seen, words: Words, party) -> None:
        self.found, self.words, self.party = found, words, party
        self.ranked: Ranked = found.ranked
        self.case = found.ranked.case
        self.full = found.file is not None
        self.papers: dict[int, Paper] = {
            each.entry: each for each in (found.file.papers if found.file else ())
        }

    # -- what it is --------------------------------------------------------------------------------

    def head(self) -> Markup:
        """Marks, the headline, and what one must know."""
        lead = tag("p", shown(self.words.told(self.case.sentence)), class_="lead") if self.full else ""
        return tag("div", tag("p", *self._marks(), class_="marks"), lead, class_="case-head")

    def _marks(self) -> Iterator[Markup]:
        words, ranked, stake = self.words, self.ranked, self.ranked.stake
        yield badge(words, severity(ranked.score.points))
        said = words.name("state", self.case.state)
        verdict = words.name("verdict", self.case.verdict) if self.case.verdict else ""
        yield badge(words, "neutral", f"{said}: {verdict}" if verdict else said)
        if ranked.overdue:
            yield badge(words, "critical", words("Overdue"))
        if ranked.held:
            lots = words.count("{count} lot", "{count} lots", len(ranked.held))
            yield badge(words, "good", words("Held: {lots}", lots=lots))
        if stake.tier:
            yield badge(words, "serious", words("Priority goods, tier {tier}", tier=stake.tier))

    def facts(self) -> Markup:
        """Score, who has it, since when, whose goods, what they are worth, where they are."""
        words, case, ranked = self.words, self.case, self.ranked
        value = ", ".join(words.money(amount, currency) for currency, amount in ranked.stake.value.items())
        rows: list[tuple[str, Content]] = [
            (words("Score"), f"{points_words(ranked.score.points, words, 2)} {words('points')}"),
            (words("Chance that it is confirmed"), _chance(ranked.score.chance, words)),
            (words("Assigned to"), (shown(case.assignee) or words("Nobody")) if self.full else ""),
            (words("Since"), when(words, from_us(case.since))),
            (words("Value"), value),
            (words("Goods"), self._reach()),
            (words("Parties"), self._parties()),
            (words("Merged into it"), ", ".join(each.case for each in case.merged) if self.full else ""),
        ]
        return tag("section", facts(rows), class_="panel case-facts")

    def _reach(self) -> str:
        stake, words = self.ranked.stake, self.words
        if stake.under_way:
            return words("The goods are on a lorry.")
        return words("The goods are in reach.") if stake.in_reach else words("The goods are gone.")

    def _parties(self) -> Content:
        several = self.case.parties[:MOST_PARTIES]
        links = [self._party(each) for each in several]
        more = len(self.case.parties) - len(several)
        parted = [part for each in links for part in (", ", each)][1:]
        return tag("span", *parted, f" +{more}" if more else "")

    def _party(self, name: str) -> Content:
        said = shown(self.party(name))
        return link(said, f"/balances?{urlencode({'party': name})}") if self.full else said

    def clocks(self) -> Markup:
        """What is due, what is late in red and in words."""
        words = self.words
        if not self.ranked.due:
            return tag("p", words("Nothing is due."), class_="quiet")
        return tag("ul", *map(self._clock, self.ranked.due), class_="clocks")

    def _clock(self, due: Due) -> Markup:
        words = self.words
        said = tag("strong", words.name("clock", due.clock))
        if due.overdue:
            mark = badge(words, "critical", words("Overdue"))
            return tag("li", mark, " ", said, " ", when(words, due.due), class_="late")
        return tag("li", said, " ", when(words, due.due))

    def advice(self) -> Markup:
        """What the typologies advise to do next."""
        from sarai.watch.typologies import TYPOLOGIES

        given = {row.name for row in TYPOLOGIES if row.advice}
        alerts = sorted(self.case.alerts, key=lambda alert: -alert.score)
        names = list(dict.fromkeys(alert.typology for alert in alerts if alert.typology in given))[
            :MOST_ADVICE
        ]
        rows = [tag("li", self.words.name("advice", name)) for name in names]
        if not rows or not self.case.is_open:
            return Markup("")
        return panel(self.words("What to do next"), tag("ol", *rows))

    # -- why ---------------------------------------------------------------------------------------

    def why(self) -> Markup:
        """Every contribution exactly, and their sum."""
        words, score = self.words, self.ranked.score
        most = max((abs(each.points) for each in score.contributions), default=1.0)
        columns = [
            Column(words("What counts"), leads=True),
            Column(words("Why")),
            Column(words("Points"), numeric=True),
        ]
        rows: list[list[Content]] = []
        for each in score.contributions:
            bar = tag("span", class_="bar-share", style=f"width:{abs(each.points) / most:.0%}")
            said = shown(words.told(each.phrase)) if self.full else ""
            rows.append(
                [self._feature(each.feature), tag("div", said, bar), points_words(each.points, words, 2)]
            )
        rows.append([tag("strong", words("Score")), "", tag("strong", points_words(score.points, words, 2))])
        return panel(words("What speaks for it"), forms.table(columns, rows, caption=words("What counts")))

    def _feature(self, name: str) -> str:
        said = self.words.name("typology", name)
        return said if said != name.replace("_", " ") else self.words(name.capitalize())

    def alerts(self) -> Markup:
        """The alerts, with their reasons and the documents that show them."""
        alerts = sorted(self.case.alerts, key=lambda alert: (-alert.score, alert.raised))
        rows = [self._alert(alert) for alert in alerts]
        return panel(self.words("Alerts of this case"), *rows[:AT_FIRST], self._further(rows[AT_FIRST:]))

    def _further(self, rows: Sequence[Content]) -> Content:
        """What is shown only if somebody asks for it."""
        if not rows:
            return ""
        said = f"{self.words('Show all')} (+{self.words.number(len(rows))})"
        return tag("details", tag("summary", said, class_="button"), *rows)

    def _alert(self, alert: Alert) -> Markup:
        words = self.words
        head = tag(
            "header",
            badge(words, severity(alert.score), points_words(alert.score, words)),
            " ",
            tag("strong", words.name("typology", alert.typology)),
            " ",
            when(words, from_us(alert.raised)),
        )
        if not self.full:
            return tag("article", head, class_="alert")
        links = self.case.links.get(alert.id, ())
        tied = [
            tag(
                "p",
                words(
                    "Tied to this case by the same {what}: {name}",
                    what=words(each.what),
                    name=shown(link_name(each, self.ranked)),
                ),
                class_="quiet",
            )
            for each in links[:1]
        ]
        reasons = [
            tag(
                "li",
                f"{words.name('typology', each.typology)}: {points_words(each.points, words, 2)} ",
                *self._documents(each.entries),
            )
            for each in alert.reasons
        ]
        body = (tag("p", shown(words.told(sentence(alert)))), tag("ul", *reasons, class_="quiet"), *tied)
        return tag("article", head, *body, class_="alert", id=f"alert-{alert.id}")

    def _documents(self, entries: Iterable[int]) -> Iterator[Content]:
        for entry in entries:
            paper = self.papers.get(entry)
            if paper is not None:
                yield self.document(paper)
                yield " "

    def document(self, paper: Paper) -> Content:
        """A document, with the way to it in the book."""
        said = shown(f"{self.words.name('kind', paper.kind)} {paper.number or paper.entry}")
        if not paper.number:
            return said
        return link(said, f"/book/document?{urlencode({'issuer': paper.issuer, 'number': paper.number})}")

    # -- what is at stake ----------------------------------------------------------------------------

    def goods(self) -> Markup:
        """The lots: what, where, with whom, who holds them."""
        words, stake = self.words, self.ranked.stake
        if not stake.goods:
            return Markup("")
        columns = [
            Column(words("Lot"), leads=True), Column(words("Goods")), Column(words("In the country")),
            Column(words("Held")),
        ]  # fmt: skip
        rows = [self._lot(goods) for goods in stake.goods[:MOST_GOODS]]
        more = len(stake.goods) - MOST_GOODS
        foot = (
            tag("p", words.count("{count} more lot", "{count} more lots", more), class_="quiet")
            if more > 0
            else ""
        )
        return panel(
            words("Goods of this case"),
            forms.table(columns, rows, caption=words("Goods of this case"), foot=foot),
        )

    def _lot(self, goods: Goods) -> list[Content]:
        words, name = self.words, goods.name
        where = [
            tag("div", f"{words.quantity(each.amount, each.unit)}: {self._holder(each.account)}")
            for each in goods.portions
        ]
        on = Asked(issuer=name.issuer, number=name.number, item=name.item, direction="down")
        lot = link(shown(lot_text(name)), on.url) if self.full else words("Lot")
        held = tag("div", *map(self._hold, self.ranked.held.get(name, ())))
        tier = badge(words, "serious", goods.tier) if goods.tier else ""
        country = words.country(goods.origin) if goods.origin else ""
        what = tag("div", tag("div", goods.hs, " ", tier), tag("div", country, class_="quiet"))
        return [lot, what, tag("div", *where) if where else words("nothing any more"), held]

    def _hold(self, hold: HeldLot) -> Content:
        mark = badge(self.words, "good", self.words("Held"))
        if not self.full:
            return mark
        query = urlencode({"issuer": hold.issuer, "number": hold.number})
        return tag("div", mark, " ", link(shown(hold.number), f"/book/document?{query}"))

    def _holder(self, account) -> str:
        said = account_words(account._replace(party=self.party(account.party)), self.words)
        return shown(f"{said} ({self.words('under way')})" if account.state == "reserved" else said)

    # -- what happened ---------------------------------------------------------------------------------

    def happened(self) -> Markup:
        """Documents as they happened, alerts and steps as they were known."""
        words, file = self.words, self.found.file
        if file is None:
            return Markup("")
        events = [self._paper(each) for each in file.papers]
        for alert in self.case.alerts:
            title = f"{words('Alert')}: {words.name('typology', alert.typology)}"
            events.append(
                Happening(from_us(alert.raised), title, shown(words.told(sentence(alert))), "critical")
            )
        for step in file.steps:
            title = tag("span", words("Step"), " ", self.document(step))
            events.append(Happening(step.recorded, title, shown(words.told(step.words)), "good"))
        events.sort(key=lambda event: event.time)
        earlier = self._further([timeline(words, events[:-LATEST])] if len(events) > LATEST else [])
        more = tag("p", words("{count} more moved the same goods.", count=file.left_out), class_="quiet")
        return panel(
            words("What happened"), earlier, timeline(words, events[-LATEST:]), more if file.left_out else ""
        )

    def _paper(self, paper: Paper) -> Happening:
        words = self.words
        noticed = "; ".join(map(words.told, paper.noticed))
        said = shown(words.told(paper.words)) + (
            f" — {words('noticed')}: {shown(noticed)}" if noticed else ""
        )
        weight = "serious" if paper.noticed or paper.refused else WEIGHTY.get(paper.kind, "neutral")
        return Happening(paper.time, self.document(paper), said, weight)


def _chance(share: float, words: Words) -> str:
    """A chance; nothing is certain."""
    if 0.01 <= share <= 0.99:
        return words.percent(share)
    said, bound = ("over {share}", 0.99) if share > 0.5 else ("under {share}", 0.01)
    return words(said, share=words.percent(bound))
