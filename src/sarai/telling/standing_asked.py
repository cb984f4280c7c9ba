"""A question of standing as people ask it: which tables, which votes, which network, which year."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.standing import Standing, Votes, load, shipped, votes

__all__ = ["Given", "years_in"]

FIRST, LAST = 1946, 2100


class Given(Struct, frozen=True, kw_only=True):
    """Which tables are asked.

    Attributes
    ----------
    tables : tuple of Path
        Folders of one's own, over the packaged ones.
    alone : bool
        Without the packaged ones.
    data : Path, optional
        The folder with the file of votes.
    folders : tuple of Path
        Tables of corridors of one's own, over the packaged network: limits of routes.
    year : int, optional
        Only figures of it; else those that are best known.
    seed : int
        Of the draws.
    """

    tables: tuple[Path, ...] = ()
    alone: bool = False
    data: Path | None = None
    folders: tuple[Path, ...] = ()
    year: int | None = None
    seed: int = 0

    def standing(self) -> Standing:
        """The tables; raises `StandingFaulty` with all that is wrong with them."""
        base = None if self.alone else shipped()
        if base is None and not self.tables:
            raise BadSetting("--alone leaves no tables; give a folder with --tables")
        return load(self.tables, base) if self.tables else base

    def network(self) -> Network | None:
        """The network whose limits bound routes, if it is not the packaged one alone.

        Raises `NetworkFaulty` with all that is wrong with its rows.
        """
        if not self.folders:
            return None
        from sarai.telling import corridors_asked

        return corridors_asked.Given(folders=self.folders).network()

    def votes(self, series: str = "fp") -> Votes:
        """The ideal points; raises `BadSetting` without a folder."""
        if self.data is None:
            raise BadSetting(f"votes are read from a folder with {votes.PATTERN}; give it with --data DIR")
        return votes.read(votes.find(self.data), series)


def years_in(said: str) -> range:
    """Years as they are written.

    >>> list(years_in("2021..2023"))
    [2021, 2022, 2023]
    """
    first, dots, last = said.partition("..")
    try:
        years = range(int(first), int(last if dots else first) + 1)
    except ValueError:
        years = range(0)
    if not years or years[0] < FIRST or years[-1] > LAST:
        raise BadSetting(f"years {said!r} cannot be read; write as 1992..2024")
    return years
