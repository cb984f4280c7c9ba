"""A question to the network as people ask it: which network, changed how, which good."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network, load, shipped
from sarai.corridors.changes import SHOCKS, Change, apply, parse, shock
from sarai.corridors.checks import demand_sound
from sarai.corridors.tables import MODES
from sarai.goods import BadSetting

__all__ = ["Given", "changes_in", "month_of", "without_modes"]


class Given(Struct, frozen=True, kw_only=True):
    """Which network is asked, and what is changed in it.

    Attributes
    ----------
    folders : tuple of Path
        Tables of one's own, over those before them.
    parts : tuple of str
        Of the packaged network; all of them if none is named.
    alone : bool
        The folders without the packaged network.
    rails : Path, optional
        An OpenStreetMap extract whose rails come along.
    gauge_mm : int
        Of its ways that state none.
    changes : tuple of str
        Words of change, or names of shocks.
    modes : tuple of str
        The only ones that are used; all if none is named.
    """

    folders: tuple[Path, ...] = ()
    parts: tuple[str, ...] = ()
    alone: bool = False
    rails: Path | None = None
    gauge_mm: int = 0
    changes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()

    def unchecked(self) -> Network:
        """The network with what is changed, whatever is wrong with it."""
        network = Network() if self.alone else shipped(*self.parts)
        if self.folders:
            network = load(self.folders, network)
        if self.rails is not None:
            network = _joined(network, self.rails, self.gauge_mm)
        return apply(network, changes_in(self.changes))

    def before(self) -> Network:
        """The network as it is; raises `NetworkFaulty` with all that is wrong with its rows."""
        network = replace(self, changes=()).unchecked()
        return without_modes(demand_sound(network), self.modes)

    def network(self) -> Network:
        """The network with what is changed; raises `NetworkFaulty` as `before` does."""
        return apply(self.before(), changes_in(self.changes))


def changes_in(said: Sequence[str]) -> tuple[Change, ...]:
    """The changes that words or names of shocks mean, in their order."""
    changes: list[Change] = []
    for each in said:
        changes += shock(each) if each in SHOCKS else parse(each)
    return tuple(changes)


def without_modes(network: Network, modes: Sequence[str]) -> Network:
    """Only legs of these modes; of all if none is named."""
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown:
        raise BadSetting(f"mode {unknown[0]!r} is not known; take {', '.join(MODES)}")
    if not modes:
        return network
    others = {leg.mode for leg in network.legs} - set(modes)
    return apply(network, parse("; ".join(f"close mode:{mode}" for mode in sorted(others))))


def month_of(said: str) -> int | None:
    """A month as a number or a name's beginning; none for the average of the year.

    >>> month_of("11"), month_of("nov"), month_of("")
    (11, 11, None)
    """
    from calendar import month_name

    if not said:
        return None
    names = [name.lower() for name in month_name]
    found = [
        at for at in range(1, 13) if said == str(at) or (len(said) > 2 and names[at].startswith(said.lower()))
    ]
    if len(found) != 1:
        raise BadSetting(f"month {said!r} is none; write a number from 1 to 12, or a name such as november")
    return found[0]


def _joined(network: Network, rails: Path, gauge_mm: int) -> Network:
    """With the rails of a map beside it."""
    from sarai.corridors.osm import read_rails

    other = read_rails(rails, gauge_mm)
    return network.with_rows(
        sources=(*network.sources, *other.sources), places=(*network.places, *other.places),
        legs=(*network.legs, *other.legs),
    )  # fmt: skip
