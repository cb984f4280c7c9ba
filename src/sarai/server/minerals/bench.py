"""Where questions about raw materials are worked out: one at a time, in a thread, within a time, and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.goods import SaraiError
from sarai.server.asking import Turns

if TYPE_CHECKING:
    from sarai.corridors import Network
    from sarai.minerals.dependence import Exposure
    from sarai.server.minerals.answer import Carried, Overview, Risks, Sheet
    from sarai.server.minerals.asked import Asked, Meant
    from sarai.server.minerals.diversify_asked import Asked as PlanAsked
    from sarai.server.minerals.shock_asked import Asked as ShockAsked
    from sarai.server.settings import ServerSettings
    from sarai.telling.minerals_diversify import Told
    from sarai.telling.minerals_exposure import Told as Exposed
    from sarai.telling.minerals_footprint import Told as Emitted
    from sarai.telling.minerals_played import Played
    from sarai.telling.minerals_risk import Told as Weighed
    from sarai.telling.minerals_shock import Price, Question, ShockTold

__all__ = ["Bench", "NoData"]

KEPT = 32  # answers: a page is loaded again, and a material is looked at from several sides
SHORTER = "ask for one material, or fewer draws or years"


class NoData(SaraiError):
    """The server was given no folder of data about raw materials."""


class Bench:
    """Asks a folder of data; its methods are for threads, and any thread may call them.

    Parameters
    ----------
    folder : Path, optional
        With the tables of the EU, WGI, world mining and BACI.
    network : callable
        The corridors that carry materials; read when they are first needed.
    """

    def __init__(self, settings: ServerSettings, folder: Path | None, network: Callable[[], Network]) -> None:
        self.settings, self.given, self._network = settings, folder, network
        self.turns = Turns("raw materials", settings.minerals_s, SHORTER, KEPT)

    @property
    def folder(self) -> Path:
        """Raises `NoData` where none was given."""
        if self.given is None:
            raise NoData(
                "no data about raw materials: start the server with --minerals DIR, the folder with the "
                "tables of the EU, WGI, world mining and BACI"
            )
        return self.given

    @property
    def network(self) -> Network:
        """The corridors; raises `NetworkFaulty` if tables of one's own have faults."""
        return self._network()

    def years(self) -> tuple[int, ...]:
        """The years of which there is trade, ascending; none if the folder has no trade."""
        from sarai.minerals.sources import baci, held

        folder = self.folder
        known = self.turns.kept.once
        return known("years", lambda: baci.of_folder(folder).years) if held(folder, "trade") else ()

    # -- who depends on whom -----------------------------------------------------------------------

    def overview(self, asked: Asked) -> Overview:
        """All materials for an importer and a year; faults as of `sheet`."""
        from sarai.server.minerals import answering
        from sarai.server.minerals.asked import understood

        meant = understood(asked, self.years())
        return self.turns.answer(
            ("overview", meant),
            lambda in_time: answering.overview(self.folder, meant, lambda: self._risks(meant), in_time),
        )

    def sheet(self, asked: Asked) -> Sheet:
        """One material from all sides.

        Raises
        ------
        NoData
            There is no folder.
        Unclear
            It cannot be asked so.
        Crowded, TooMuch
            Others wait already, or it takes too long.
        """
        from sarai.server.minerals import answering
        from sarai.server.minerals.asked import understood

        years = self.years()
        meant = understood(asked, years)
        return self.turns.answer(
            ("sheet", meant),
            lambda in_time: answering.sheet(self.folder, meant, years, lambda: self._risks(meant), in_time),
        )

    def _risks(self, meant: Meant) -> Risks:
        """Supply risk of all materials; of the EU it hangs on no year."""
        from sarai.minerals.dependence import EU
        from sarai.server.minerals import answering

        year = 0 if meant.importer == EU else meant.year
        return self.turns.kept.once(
            ("risks", meant.importer, year), lambda: answering.risks(self.folder, meant.importer, year)
        )

    def carried(self, exposed: Exposure) -> Carried:
        """The footprint of the chain from the largest seller that the corridors reach."""
        from sarai.server.minerals import answering

        seller = exposed.direct[0].country if exposed.direct else ""
        key = ("carried", exposed.material, exposed.importer, seller)
        return self.turns.answer(key, lambda in_time: answering.carried(self.network, exposed, in_time))

    # -- as the commands tell it -------------------------------------------------------------------

    def risk(self, several: Sequence[str], importer: str, year: int | None) -> Weighed:
        """Supply risk of some materials or all; faults as of `sheet`."""
        from sarai.server.minerals.asked import code_of, who
        from sarai.telling import minerals_risk

        codes, importer = tuple(map(code_of, several)), who(importer)
        return self.turns.answer(
            ("risk", codes, importer, year),
            lambda _: minerals_risk.told(self.folder, codes, importer, year),
        )

    def exposure(self, several: Sequence[str], asked: Asked) -> Exposed:
        """Who sells and who supplies some materials or all; faults as of `sheet`."""
        from sarai.server.minerals.asked import code_of, understood
        from sarai.telling import minerals_exposure

        codes, meant = tuple(map(code_of, several)), understood(asked, self.years())
        return self.turns.answer(
            ("exposure", codes, meant),
            lambda _: minerals_exposure.told(self.folder, codes, meant.importer, meant.year, meant.stage),
        )

    def footprint(
        self, material: str, start: str, via: Sequence[str], end: str, *, route: str = "",
        year: int | None = None, way: str = "usual",
    ) -> Emitted:  # fmt: skip
        """The footprint of a chain, which needs no folder."""
        from sarai.minerals.footprint import overseas
        from sarai.server.minerals.asked import code_of
        from sarai.telling.minerals_footprint import footprint_of

        code = code_of(material)
        return self.turns.answer(
            ("footprint", code, start, tuple(via), end, route, year, way),
            lambda _: footprint_of(overseas(self.network), code, start, via, end, route=route, year=year,
                                   way=way),
        )  # fmt: skip

    # -- what a shock does, and what would replace it ----------------------------------------------

    def shock(self, asked: ShockAsked) -> ShockTold:
        """What a shock does by the cascade, without prices; faults as of `sheet`."""
        from sarai.server.minerals import shock
        from sarai.server.minerals.shock_asked import understood

        meant = understood(asked, self.folder, self.years())
        return self.turns.answer(
            ("shock", meant), lambda in_time: shock.spread(meant, self._played(meant), in_time)
        )

    def prices(self, asked: ShockAsked) -> tuple[Price, ...]:
        """What the price model says of the same shock; faults as of `sheet`."""
        from sarai.server.minerals import shock
        from sarai.server.minerals.shock_asked import understood

        meant = understood(asked, self.folder, self.years())
        return self.turns.answer(
            ("prices", meant), lambda in_time: shock.prices(self._played(meant), in_time)
        )

    def _played(self, meant: Question) -> Played:
        from sarai.server.minerals import shock

        return self.turns.kept.once(("played", meant), lambda: shock.played(meant, lambda: self.network))

    def diversify(self, asked: PlanAsked) -> Told:
        """The plan, what its rules cost, and its frontier; faults as of `sheet`."""
        from sarai.server.minerals import diversify
        from sarai.server.minerals.diversify_asked import understood

        meant, seconds = understood(asked, self.folder), self.settings.minerals_s
        return self.turns.answer(("plan", meant), lambda in_time: diversify.planned(meant, seconds, in_time))
