"""A trace in words: what was chosen in the picture, the ends as a table, the way as a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.ledger import Account, Destination, DocumentName, LotName, Origin, Step
from sarai.reference import units
from sarai.reference.units import Dimension
from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, facts, link, tag, when
from sarai.server.pages.trace_asked import Asked, Traced, holders
from sarai.server.pages.trace_graph import Moved, Ribbon
from sarai.server.pages.trace_svg import account_words, box_lines, days, document_words, heading, percent
from sarai.server.words import Words
from sarai.telling.html import shown
from sarai.telling.layers import Key

MOST_LISTED = 50  # documents beside the picture, and holders of one box, in full
MOST_OPENED = 2_000  # that can be opened beyond these, each in a line
MOST_ENDS = 50  # rows of the table
MOST_TOLD = 300  # steps of the list; nobody reads more, and the API has all
SUMMED = "What is least stands together, for it could not be told apart; choose it to see what is in it."
CUT = "The way goes on further than is drawn; trace one item, or from where it ends."
BY_METHOD = "The ribbons are as booked; shares at the origins are by the method chosen."


class Teller:
    """Says parts of an answer in a language.

    Parameters
    ----------
    links
        Whether names lead to pages; labels, which stand for names, lead nowhere.
    """

    def __init__(self, found: Traced, words: Words, *, links: bool = True) -> None:
        self.found, self.words, self.links = found, words, links

    # -- what was chosen -----------------------------------------------------------------------------

    def chosen(self, name: str) -> Markup:
        """What a ribbon (``r3``) or a box (``b0``) is; nothing, if there is none of that name."""
        graph, place = self.found.graph, int(name[1:]) if name[1:].isdecimal() and name.isascii() else -1
        if name[:1] == "r" and 0 <= place < len(graph.ribbons):
            return self._ribbon(graph.ribbons[place])
        if name[:1] == "b" and 0 <= place < len(graph.boxes):
            return self._holder(place)
        return Markup("")

    def _ribbon(self, ribbon: Ribbon) -> Markup:
        words, moved = self.words, ribbon.moved
        amounts = ", ".join(words.quantity(round(amount, 3), unit) for unit, amount in ribbon.amounts.items())
        rows: list[tuple[str, Content]] = [
            (words("Time"), days(moved[0].sent, moved[-1].time, words)),
            (words("Quantity"), amounts),
            (words("Share"), "" if ribbon.share is None else percent(min(ribbon.share, 1.0), words)),
        ]
        listed = [tag("li", *self._moved(each)) for each in moved[:MOST_LISTED]]
        further = [self._line(each) for each in moved[MOST_LISTED : MOST_LISTED + MOST_OPENED]]
        return Markup("").join(
            [
                tag("h2", shown(document_words(ribbon, words))),
                facts(rows),
                tag("ol", *listed),
                self._opened(further),
                self._more(len(moved) - MOST_LISTED - MOST_OPENED),
            ]
        )

    def _line(self, each: Moved) -> Markup:
        """A movement in short."""
        much = self.words.quantity(round(each.amount, 3), each.unit)
        whom = f"{self.account(each.giver)} → {self.account(each.taker)}"
        return tag("li", self.document(each.document), " · ", much, tag("div", whom, class_="quiet"))

    def _opened(self, rows: Sequence[Markup]) -> Markup:
        """What is there for whoever asks for it."""
        if not rows:
            return Markup("")
        said = f"{self.words('Show all')} (+{self.words.number(len(rows))})"
        return tag("details", tag("summary", said, class_="button"), tag("ol", *rows))

    def _moved(self, each: Moved) -> list[Markup]:
        words = self.words
        about = f"{words.quantity(round(each.amount, 3), each.unit)} · {words('HS code')} {each.hs}"
        answer = self.document(each.answer) if each.answer else Markup("")
        return [
            tag("div", self.document(each.document), *([" → ", answer] if answer else [])),
            tag("div", f"{self.account(each.giver)} → {self.account(each.taker)}"),
            tag("div", about),
            tag("div", self.lot(each.lot), class_="quiet"),
            tag("div", when(words, each.time), class_="quiet"),
        ]

    def _holder(self, place: int) -> Markup:
        graph, words = self.found.graph, self.words
        key = list(graph.boxes)[place]
        name, *more = box_lines(key, graph, words)
        holders = [tag("li", self._party(account), *much) for account, much in self._shares(key)]
        several = holders[:MOST_LISTED]
        lots = [tag("li", self.lot(lot)) for lot in graph.born.get(key, ())[:MOST_LISTED]]
        came = [tag("li", self._brief(each)) for each in graph.ribbons if each.path[-1] == key][:MOST_LISTED]
        left = [tag("li", self._brief(each)) for each in graph.ribbons if each.path[0] == key][:MOST_LISTED]
        parts = [tag("h2", shown(name)), *(tag("p", shown(line)) for line in more)]
        for title, rows in (
            (words("Holder"), several), (words("Lots"), lots),
            (words("Came in"), came), (words("Went out"), left),
        ):  # fmt: skip
            if rows:
                parts += [tag("h3", title), tag("ol", *rows)]
            if rows is several:
                parts.append(self._opened(holders[MOST_LISTED:]))
        return Markup("").join(parts)

    def _shares(self, key: Key) -> list[tuple[Account, list[str]]]:
        """Whose goods a box is, who had most first; where there are several, how much each had."""
        graph = self.found.graph
        came = [
            (each.taker, each) for ribbon in graph.ribbons if ribbon.path[-1] == key for each in ribbon.moved
        ]
        left = [
            (each.giver, each) for ribbon in graph.ribbons if ribbon.path[0] == key for each in ribbon.moved
        ]
        had: dict[Account, dict[str, Decimal]] = {account: {} for account in graph.accounts[key]}
        for account, each in came or left:
            sums = had.setdefault(account, {})
            sums[each.unit] = sums.get(each.unit, Decimal(0)) + each.amount
        if len(had) == 1:
            return [(account, []) for account in had]
        rows = sorted(had.items(), key=lambda row: (-max(row[1].values(), default=Decimal(0)), row[0]))
        return [
            (account, [": ", ", ".join(self.words.quantity(round(a, 3), u) for u, a in sums.items())])
            for account, sums in rows
        ]

    def _brief(self, ribbon: Ribbon) -> Markup:
        amounts = ", ".join(
            self.words.quantity(round(amount, 3), unit) for unit, amount in ribbon.amounts.items()
        )
        return Markup("{}<br>{}").format(shown(document_words(ribbon, self.words)), amounts)

    def _party(self, account: Account) -> Content:
        said = self.account(account)
        if not self.links or not account.place:
            return said
        return link(said, f"/balances?{urlencode({'party': account.party})}")

    def _more(self, count: int) -> Markup:
        if count <= 0:
            return Markup("")
        return tag("p", self.words("{count} more; the API has all.", count=count), class_="quiet")

    # -- names ---------------------------------------------------------------------------------------

    def account(self, account: Account) -> str:
        """Who holds goods."""
        return shown(account_words(account, self.words))

    def document(self, name: DocumentName) -> Content:
        """A document, with the way to it."""
        said = shown(f"{self.words.name('kind', name.kind)} {name.issuer}/{name.number}")
        query = urlencode({"issuer": name.issuer, "number": name.number})
        return link(said, f"/book/document?{query}") if self.links else said

    def lot(self, name: LotName) -> Content:
        """A lot, with the way on to where it went."""
        if not name.number:
            return self.words("no document names the lot")
        said = shown(f"{self.words('Lot')} {name.issuer}/{name.number}#{name.item}")
        on = Asked(issuer=name.issuer, number=name.number, item=name.item or None, direction="down")
        return link(said, on.url) if self.links else said

    # -- the ends ------------------------------------------------------------------------------------

    def ends(self) -> Markup:
        """Origins or holders as a table."""
        if self.found.up:
            columns, rows = self._origins(self.found.ends)  # type: ignore[arg-type]
        else:
            columns, rows = self._destinations(self.found.ends)  # type: ignore[arg-type]
        more = self._more(len(rows) - MOST_ENDS)
        return forms.table(columns, rows[:MOST_ENDS], caption=heading(self.found, self.words), foot=more)

    def _origins(self, ends: Sequence[Origin]) -> tuple[list[Column], list[list[Content]]]:
        words = self.words
        bounded = any(end.low is not None for end in ends)
        columns = [
            Column(words("Lot"), leads=True), Column(words("Item"), numeric=True),
            Column(words("Share"), numeric=True), Column(words("Quantity"), numeric=True),
            Column(words("Country")), Column(words("HS code")),
        ]  # fmt: skip
        rows = []
        for end in ends:
            came = words.country(end.country) if end.country else words.name("kind", end.kind)
            row: list[Content] = [self.lot(end.lot), str(end.item), percent(end.share, words),
                                  self.base(end.quantity, end.dimension), came, end.hs]  # fmt: skip
            rows.append([*row, self._bounds(end)] if bounded else row)
        return [*columns, Column(words("Could be"))] if bounded else columns, rows

    def _bounds(self, end: Origin) -> str:
        if end.low is None or end.high is None:
            return ""
        least, most = (self.base(limit, end.dimension) for limit in (end.low, end.high))
        said = self.words("Between {least} and {most}", least=least, most=most)
        return said if end.exact else f"{said} ({self.words('not the least bounds')})"

    def _destinations(self, ends: Sequence[Destination]) -> tuple[list[Column], list[list[Content]]]:
        words = self.words
        rows: list[list[Content]] = []
        totals: dict[int, float] = {}
        found = holders(ends)
        for _, dimension, quantity in found:
            totals[dimension] = totals.get(dimension, 0.0) + quantity
        for account, dimension, quantity in found:
            state = words.name("regime", account.regime) if account.regime else ""
            share = percent(quantity / totals[dimension], words) if totals[dimension] else ""
            rows.append([self._party(account), state, share, self.base(quantity, dimension)])
        columns = [
            Column(words("Holder"), leads=True), Column(words("Procedure")),
            Column(words("Share"), numeric=True), Column(words("Quantity"), numeric=True),
        ]  # fmt: skip
        return columns, rows

    def base(self, quantity: float, dimension: int) -> str:
        """A quantity in base units, in the unit that people use."""
        unit = units.base_unit(Dimension(dimension))
        return self.words.quantity(round(Decimal(units.from_base(round(quantity), unit)), 3), unit)

    # -- the way -------------------------------------------------------------------------------------

    def way(self) -> Markup:
        """Every step as a list; only a fork indents."""
        rows, left = self._steps(self.found.steps, MOST_TOLD)
        more = "" if left else self.words("Only {count} steps are listed; the API has all.", count=MOST_TOLD)
        return tag("ul", *rows, class_="trace-tree") + tag("p", more, class_="quiet")

    def _steps(self, steps: Iterable[Step], left: int) -> tuple[list[Markup], int]:
        """The rows of these and all that follow, as far as there is room; and how much room is left."""
        rows = []
        for first in steps:
            chain: list[Step] = [first]
            while len(chain[-1].links) == 1 and len(chain) < left:
                chain.append(chain[-1].links[0])
            if left <= 0:
                break
            rows += [tag("li", *self._step(step)) for step in chain]
            left -= len(chain)
            if len(chain[-1].links) > 1 and left:
                forks, left = self._steps(chain[-1].links, left)
                rows.append(tag("li", tag("ul", *forks)))
        return rows, left

    def _step(self, step: Step) -> list[Content]:
        words = self.words
        return [
            when(words, step.time), " ", self.document(step.document), " · ",
            words.quantity(round(step.amount, 3), step.unit),
            tag("span", f"{self.account(step.giver)} → {self.account(step.taker)}", class_="quiet"),
        ]  # fmt: skip

    def note(self) -> str:
        """What the picture does not show one by one, and by which method shares are told."""
        graph, said = self.found.graph, []
        if graph.is_summed:
            said.append(SUMMED)
        if graph.cut:
            said.append(CUT)
        if self.found.up and self.found.asked.method != "booked":
            said.append(BY_METHOD)
        return " ".join(map(self.words, said))
