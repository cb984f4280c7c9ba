"""Names and figures of the game of inspections, in somebody's language."""

from __future__ import annotations

from sarai.reference.places import place
from sarai.server.words import Words
from sarai.server.words.values import NO_BREAK
from sarai.standing.game import COMPLY, Action, Game, Repeated
from sarai.telling import charts
from sarai.telling.standing_game import AT_ONCE, BEST, NOBODY

__all__ = ["PLANS", "SHIFTS", "Names"]

PLANS = {
    BEST: "Announced (Stackelberg)", AT_ONCE: "Not announced (Nash)", "greedy": "To the greatest harm first",
    "uniform": "Everywhere alike", NOBODY: "Nobody inspects",
}  # fmt: skip
SHIFTS = {"day": "by day", "night": "by night"}


class Names:
    """What a game calls its places, traders and checks; what it alone names stands as it is."""

    def __init__(self, game: Game | Repeated, words: Words) -> None:
        self.words, self.game = words, game
        several = game if isinstance(game, Game) else None
        self._traders = {each.code: each.name for each in several.traders} if several else {}
        self._points = {each.code: each for each in several.checkpoints} if several else {}

    def point(self, code: str) -> str:
        """A checkpoint."""
        known, own = place(code), self._points.get(code)
        return known.name(self.words.code) if known else (own.name if own else "") or code

    def where(self, point: str, shift: str) -> str:
        """A checkpoint in a shift."""
        return f"{self.point(point)}, {self.words(SHIFTS.get(shift, shift))}"

    def check(self, code: str) -> str:
        """A typology."""
        return self.words.name("typology", code)

    def trader(self, code: str) -> str:
        """A type of traders."""
        return self.words(self._traders.get(code) or code)

    def does(self, action: Action) -> str:
        """What a trader does."""
        return self.words("complies") if action.does == COMPLY else self.check(action.does)

    def pair(self, name: str) -> str:
        """A 2x2 game: whose it is, and of which violation."""
        trader, _, code = name.partition(": ")
        return f"{self.trader(trader)}: {self.check(code)}" if code else self.words("Stakes of your own")

    def drawn(self, title: str, unit: str = "") -> charts.Words:
        """What a picture of the game says beside itself."""
        note = self.words(self.game.note) if self.game.note else ""
        source = self.words("the table of the game; computed by Sarai")
        return charts.Words(title=title, unit=unit, source=source, note=note)

    def money(self, value: float, decimals: int = 0) -> str:
        """An amount of the game."""
        return f"{self.words.number(round(value, decimals) + 0.0)}{NO_BREAK}USD"
