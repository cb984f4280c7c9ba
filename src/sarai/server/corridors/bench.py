"""Where questions to the network are worked out: one at a time, in a thread, within a time, and kept."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sarai.corridors import Network
from sarai.server.asking import InTime, Turns
from sarai.server.corridors.answer import Answer, Flows, Mapped
from sarai.server.corridors.asked import Asked, Meant, understood, what_if
from sarai.server.corridors.knobs import Knobs
from sarai.telling.corridors_asked import Given

if TYPE_CHECKING:
    from sarai.server.settings import ServerSettings
    from sarai.telling.corridors_shocked import PairShocked

__all__ = ["Bench"]

KEPT = 32  # answers: a slider goes to and fro, and pages are loaded again
SHORTER = "ask for fewer ways, or for a place nearer by"


class Bench:
    """Asks a network; its methods are for threads, and any thread may call them.

    Parameters
    ----------
    folders : sequence of Path
        Tables of one's own over the packaged network.
    """

    def __init__(self, settings: ServerSettings, folders: Sequence[Path] = ()) -> None:
        self.settings, self.given = settings, Given(folders=tuple(folders))
        self._turns, self._loading = Turns("the network", settings.corridors_s, SHORTER, KEPT), Lock()
        self._network: Network | None = None

    # -- the network -------------------------------------------------------------------------------

    @property
    def network(self) -> Network:
        """As it is; raises `NetworkFaulty` if tables of one's own have faults."""
        with self._loading:
            if self._network is None:
                self._network = self.given.before()
            return self._network

    def mapped(self) -> Mapped:
        """The network as a map draws it."""
        from sarai.server.corridors.mapped import mapped

        return self._turns.kept.once("mapped", lambda: mapped(self.network))

    # -- questions ---------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        """Ways, before and after what is changed.

        Raises
        ------
        Unclear
            It cannot be asked so.
        Unreachable
            There is no way even before.
        Crowded, TooMuch
            Others wait already, or it takes too long.
        """
        from sarai.server.corridors import answering

        meant = understood(self.network, asked)

        def work(in_time: InTime) -> Answer:
            before = self._turns.kept.once(
                _as_it_is(meant), lambda: answering.ways(self.network, meant, in_time)
            )
            return answering.answer(self.network, meant, before, in_time)

        return self._turns.answer(("ways", meant), work)

    def flows(self, asked: Asked) -> Flows:
        """A year's flows of all goods, before and after what is changed; faults as of `answer`."""
        from sarai.server.corridors import answering
        from sarai.telling.corridors_carried import carried

        knobs, changes = what_if(self.network, asked)
        seconds = self.settings.corridors_s

        def work(in_time: InTime) -> Flows:
            first = self._turns.kept.once("carried", lambda: carried(self.network, seconds=seconds))
            in_time()
            return answering.flows(self.network, knobs, changes, first, seconds)

        return self._turns.answer(("flows", knobs, changes), work)

    def pair(self, asked: Asked) -> PairShocked:
        """The best ways between two places, before and after what is changed; faults as of `answer`."""
        from sarai.server.corridors.asked import changed
        from sarai.telling.corridors_shocked import shocked_pair

        meant = understood(self.network, asked)

        def work(in_time: InTime) -> PairShocked:
            return shocked_pair(
                self.network, changed(self.network, meant.knobs, meant.changes), meant.start.code,
                meant.end.code, good=meant.good.code, month=meant.month, by=meant.by, best=meant.best,
                changes=list(map(str, meant.changes)),
            )  # fmt: skip

        return self._turns.answer(("pair", meant), work)


def _as_it_is(meant: Meant) -> Hashable:
    return "before", replace(meant, knobs=Knobs(), changes=())
