"""Where questions of standing are worked out: one at a time, in a thread, within a time, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.goods import BadSetting
from sarai.server.asking import Turns, Unclear
from sarai.server.minerals import NoData
from sarai.telling.standing_asked import Given

if TYPE_CHECKING:
    from sarai.corridors import Network
    from sarai.server.asking import InTime
    from sarai.server.settings import ServerSettings
    from sarai.server.standing.answer import Answer
    from sarai.server.standing.asked import Asked
    from sarai.server.standing.game import Round
    from sarai.server.standing.game_asked import Playing
    from sarai.server.standing.whatif_asked import Supposing
    from sarai.standing import Standing, Votes
    from sarai.telling.standing_compared import Exposed, Voted
    from sarai.telling.standing_shown import Overview, Shown
    from sarai.telling.standing_supposed import Supposed

__all__ = ["Bench", "NoVotes"]

KEPT = 32  # answers: a page is loaded again, and a what-if is turned to and fro
FIRST_YEAR = 1992  # the first whole year of most states that are looked at here
SHORTER = "ask for one channel, or a smaller game"


class NoVotes(NoData):
    """The server was given no file of votes in the United Nations."""


class Bench:
    """Asks the tables of standing; its methods are for threads, and any thread may call them.

    Parameters
    ----------
    tables : sequence of Path
        Folders of one's own over the packaged tables.
    votes : Path, optional
        The folder with the file of votes in the United Nations.
    network : sequence of Path
        Folders of tables over the packaged network of corridors, whose limits bound routes.
    """

    def __init__(
        self, settings: ServerSettings, tables: Sequence[Path] = (), votes: Path | None = None,
        network: Sequence[Path] = (),
    ) -> None:  # fmt: skip
        self.settings = settings
        self.given = Given(tables=tuple(tables), data=votes, folders=tuple(network))
        self.turns = Turns("standing", settings.standing_s, SHORTER, KEPT)

    @property
    def standing(self) -> Standing:
        """The tables; raises `StandingFaulty` if those of one's own have faults."""
        return self.turns.kept.once("tables", self.given.standing)

    @cached_property
    def network(self) -> Network | None:
        """The network that bounds routes; none for the packaged one. Raises `NetworkFaulty`."""
        return self.given.network()

    # -- channels ----------------------------------------------------------------------------------

    def answer(self, question: Asked) -> Answer:
        """All channels in short, and the one that is opened.

        Raises
        ------
        Unclear
            It cannot be asked so.
        Crowded, TooMuch
            Others wait already, or it takes too long.
        """
        from sarai.server.standing import answering
        from sarai.server.standing.asked import understood

        meant = understood(self.standing, question)
        key = "answer", meant.year, meant.channel
        return self.turns.answer(
            key, lambda in_time: answering.answer(self.standing, meant, in_time, self.network)
        )

    def overview(self, year: int | None = None) -> Overview:
        """Every channel in short; faults as of `answer`."""
        from sarai.telling.standing_shown import overview

        return self.turns.answer(("overview", year), lambda _: overview(self.standing, year=year))

    def exposed(self, year: int | None = None) -> Exposed:
        """What each power's withdrawal takes; faults as of `answer`."""
        from sarai.telling.standing_compared import exposed

        return self.turns.answer(
            ("exposed", year), lambda _: exposed(self.standing, year=year, network=self.network)
        )

    def shown(self, channel: str, year: int | None = None) -> Shown:
        """Every figure of a channel or a measure; faults as of `answer`."""
        from sarai.telling.standing_shown import shown

        return self.turns.answer(("shown", channel, year), lambda _: shown(self.standing, channel, year=year))

    # -- what is supposed --------------------------------------------------------------------------

    def whatif(self, question: Supposing) -> Supposed:
        """The standing before and after changes; faults as of `answer`."""
        from sarai.server.standing import whatif
        from sarai.server.standing.whatif_asked import understood

        changes, year = understood(question)
        return self.turns.answer(
            ("whatif", changes, year), lambda _: whatif.answer(self.standing, changes, year, self.network)
        )

    def game(self, question: Playing) -> Round:
        """The game of inspections, whose parts are worked out when they are asked for.

        Raises
        ------
        Unclear
            It cannot be asked so.
        """
        from sarai.server.standing.game import Round
        from sarai.server.standing.game_asked import understood

        return Round(understood(question), self.turns, self.settings.standing_s)

    # -- votes -------------------------------------------------------------------------------------

    def voted(
        self, countries: Sequence[str], first: int = FIRST_YEAR, last: int | None = None, series: str = "fp"
    ) -> Voted:
        """How far states vote from each pole, in years that the file has; faults as of `answer`.

        Raises
        ------
        NoVotes
            The server was given no folder with them.
        """
        from sarai.telling.standing_compared import voted

        votes = self._votes(series)
        years = _years(votes, first, last)

        def work(in_time: InTime) -> Voted:
            try:
                return voted(self.standing, votes, countries, years)
            except BadSetting as fault:
                raise Unclear("countries", str(fault)) from fault

        return self.turns.answer(("voted", tuple(countries), years, series), work)

    def _votes(self, series: str) -> Votes:
        if self.given.data is None:
            raise NoVotes(
                "no votes in the United Nations: start the server with --votes DIR, the folder with "
                "un_ideal_points*.csv as Voeten's United Nations General Assembly Voting Data has it"
            )
        return self.given.votes(series)


def _years(votes: Votes, first: int, last: int | None) -> range:
    """The years that are asked about, as far as the file goes."""
    newest = max(year for _, year in votes.points)
    if first > min(newest, last or newest):
        raise Unclear(
            "from", f"no votes from {first} to {last or newest}; the last of the file are of {newest}"
        )
    return range(first, min(newest, last or newest) + 1)
