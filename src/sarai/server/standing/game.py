"""The game of inspections, worked out part by part, so that a page has what is quick before what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sarai.corridors.capacity.lp import TimedOut
from sarai.goods import BadSetting
from sarai.server.asking import InTime, TooMuch, Turns, Unclear
from sarai.server.standing.game_asked import Meant
from sarai.standing.game import Game, Repeated
from sarai.telling import standing_game, standing_played
from sarai.telling.standing_game import Planned
from sarai.telling.standing_played import Played, Repetition

__all__ = ["Round"]

T = TypeVar("T")
ANNOUNCED, AT_ONCE = 0.4, 0.6  # of the time: a plan that is not announced takes longer to find


class Round:
    """A question to the game; its methods are for threads, and each part is worked out once.

    Parameters
    ----------
    seconds : float
        How long an answer may take.

    Raises
    ------
    Unclear
        From each method: it cannot be played so.
    Crowded, TooMuch
        Others wait already, or it takes too long.
    """

    def __init__(self, meant: Meant, turns: Turns, seconds: float) -> None:
        self.meant, self._turns, self._seconds = meant, turns, seconds

    # -- the plan ----------------------------------------------------------------------------------

    def announced(self) -> Planned:
        """The plan and what traders answer, without what comes if it is not announced."""
        return self._answer("announced", lambda _: self._announced())

    def _announced(self) -> Planned:
        game = self._of(Game)
        return self._once("announced", lambda: standing_game.announced(game, self._seconds * ANNOUNCED))

    def planned(self) -> Planned:
        """The whole plan, as ``sarai standing game plan`` tells it."""

        def work(in_time: InTime) -> Planned:
            found = self._announced()
            in_time()
            return standing_game.at_once(found, self._of(Game), self._seconds * AT_ONCE)

        return self._answer("planned", work)

    def varied(self, name: str, value: float) -> dict[str, Any]:
        """The best plan for one value of a figure."""
        game = self._of(Game)
        limit = self._seconds * ANNOUNCED
        return self._answer(
            ("varied", name, value), lambda _: standing_game.varied_one(game, name, value, limit)
        )

    # -- the small games ---------------------------------------------------------------------------

    def played(self) -> tuple[Played, ...]:
        """The 2x2 game of each type of traders, or that of the stakes that are given."""
        stakes, game = self.meant.stakes, self._of(Game)
        return self._answer(("played", *stakes.items()), lambda _: standing_played.played(game, stakes))

    def kept(self) -> Repetition:
        """The frontier of the repeated game, and the cheapest policy for a level."""
        level, game = self.meant.level, self._of(Repeated)
        return self._answer(("kept", level), lambda _: standing_played.kept(game, level))

    # -- working out -------------------------------------------------------------------------------

    def _of(self, kind: type[T]) -> T:
        assert isinstance(self.meant.game, kind)
        return self.meant.game

    def _once(self, part: str, make: Callable[[], T]) -> T:
        return self._turns.kept.once(("part", part, self.meant.key), make)

    def _answer(self, part: Any, work: Callable[[InTime], T]) -> T:
        try:
            return self._turns.answer((part, self.meant.key), work)
        except TimedOut as fault:
            raise TooMuch(str(fault)) from fault
        except BadSetting as fault:
            raise Unclear(self._field, str(fault)) from fault

    @property
    def _field(self) -> str:
        """The field that a fault of the game is about."""
        return "level" if self.meant.level is not None else "gain" if self.meant.stakes else "set"
