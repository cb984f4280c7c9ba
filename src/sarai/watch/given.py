"""What the watch is given beside the book: the register of firms, lists, owners, control lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sarai.goods import BadSetting
from sarai.watch.register import Register

if TYPE_CHECKING:
    from sarai.screening.controls import ControlHit, Controls
    from sarai.screening.ownership import Graph
    from sarai.screening.screener import Screener
    from sarai.watch.listed import Lists
    from sarai.watch.owners import Owners

CODES = 50_000  # with destination and day


class Given:
    """Of each what there is; a typology that needs what was not given says nothing.

    Parameters
    ----------
    screener
        The lists of parties, with the decisions of officers if it has a log.
    stakes
        Who owns whom. Those owners count as listed whose name is a hit of the screener.
    controls
        Lists of goods.
    """

    def __init__(
        self,
        register: Register | None = None,
        screener: Screener | None = None,
        stakes: Graph | None = None,
        controls: Controls | None = None,
    ) -> None:
        if stakes is not None and screener is None:
            raise BadSetting("stakes tell nothing without lists that say which owners are listed; give both")
        self.register = register or Register()
        self.screener, self.stakes, self.controls = screener, stakes, controls
        self.controlled = lru_cache(CODES)(self._check)

    @classmethod
    def read(
        cls,
        register: Path | None = None,
        lists: Sequence[str | Path] = (),
        owners: Path | None = None,
        controls: Sequence[str | Path] = (),
        decisions: Path | None = None,
    ) -> Self:
        """Read it from files; BadSetting, ListError or OwnershipError name what cannot be read."""
        return cls(
            Register.read(register) if register else None,
            _screener(lists, decisions) if lists else None,
            _stakes(owners) if owners else None,
            _controls(controls) if controls else None,
        )

    @property
    def lacks(self) -> frozenset[str]:
        """What was not given, as typologies name what they need."""
        known = {"lists": self.screener, "owners": self.stakes, "controls": self.controls}
        return frozenset(name for name, what in known.items() if what is None)

    @cached_property
    def lists(self) -> Lists | None:
        """Who is on the lists, by name and by address."""
        from sarai.watch.listed import Lists

        return Lists(self.screener, self.register) if self.screener else None

    @cached_property
    def owners(self) -> Owners | None:
        """Who is owned by the listed."""
        from sarai.watch.owners import Owners

        given = self.stakes is not None and self.screener is not None
        return Owners.on_lists(self.stakes, self.screener, self.register) if given else None

    def _check(self, code: str, edition: str, destination: str, day: date) -> list[ControlHit]:
        """Under which entries goods fall that go to a country."""
        return self.controls.check(code, edition, destination, day) if self.controls else []


def _screener(lists: Sequence[str | Path], decisions: Path | None) -> Screener:
    from sarai.screening.decisions import Log
    from sarai.screening.screener import Screener

    return Screener.from_paths(lists, log=Log.open(decisions, create=False) if decisions else None)


def _stakes(path: Path) -> Graph:
    from sarai.screening.ownership import read_stakes

    return read_stakes(path)


def _controls(paths: Sequence[str | Path]) -> Controls:
    from sarai.screening.controls import ControlList, Controls

    return Controls(map(ControlList.read, paths))
