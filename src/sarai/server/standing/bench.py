"""Where questions of standing are worked out: one at a time, in a thread, within a time, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.server.asking import Turns
from sarai.telling.standing_asked import Given

if TYPE_CHECKING:
    from sarai.server.settings import ServerSettings
    from sarai.standing import Standing

__all__ = ["Bench"]

KEPT = 32  # answers: a page is loaded again, and a what-if is turned to and fro
SHORTER = "ask for one channel, or a smaller game"


class Bench:
    """Asks the tables of standing; its methods are for threads, and any thread may call them.

    Parameters
    ----------
    tables : sequence of Path
        Folders of one's own over the packaged tables.
    votes : Path, optional
        The folder with the file of votes in the United Nations.
    """

    def __init__(
        self, settings: ServerSettings, tables: Sequence[Path] = (), votes: Path | None = None
    ) -> None:
        self.settings = settings
        self.given = Given(tables=tuple(tables), data=votes)
        self.turns = Turns("standing", settings.standing_s, SHORTER, KEPT)

    @property
    def standing(self) -> Standing:
        """The tables; raises `StandingFaulty` if those of one's own have faults."""
        return self.turns.kept.once("tables", self.given.standing)
