"""Where questions about raw materials are worked out: one at a time, in a thread, within a time, and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.goods import SaraiError
from sarai.server.asking import Turns

if TYPE_CHECKING:
    from sarai.corridors import Network
    from sarai.server.settings import ServerSettings

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
