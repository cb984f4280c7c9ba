"""What the page Corridors can turn: each slider and switch as a change of the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.corridors.changes import Amount, Change, shock
from sarai.corridors.tables import Closure
from sarai.goods import BadSetting

__all__ = ["BORDERS", "SLIDERS", "SWITCHES", "TARIFFS", "Knobs", "Slider", "stormier", "words_of"]

LOAD_PER_M = 0.2  # of a ship's load for each metre that the Caspian falls; the shock caspian-lower has it so
PORTS = ("place:KZAAU", "place:KZKUR")  # which wind shuts
LONGEST = 0.95  # of a month: a port that is shut for good is another question


class Slider(Struct, frozen=True):
    """A figure that can be turned: its bounds, step, and where it changes nothing."""

    least: float
    most: float
    step: float
    usual: float


SLIDERS: Mapping[str, Slider] = {
    "caspian": Slider(0.0, 2.0, 0.1, 0.0),  # metres lower
    "weather": Slider(0.5, 2.0, 0.1, 1.0),  # times the hours for which wind shuts the ports
    "border": Slider(0.5, 3.0, 0.1, 1.0),  # times
    "tariff": Slider(-50.0, 50.0, 5.0, 0.0),  # per cent
}
"""By name."""

SWITCHES: Mapping[str, str] = {
    "northern": "northern-route-shut", "suez": "suez-shut", "ferry": "ferry-lost",
}  # fmt: skip
"""By name, the shock that it is."""

BORDERS = ("CN-KZ", "KZ-RU", "BY-PL", "KZ-AZ", "AZ-GE", "GE-TR", "KZ-UZ", "KZ-TM")
"""Whose hours the slider turns; the first if none is named."""

TARIFFS = ("mode:rail", "mode:ferry", "mode:sea", "mode:road", "country:KZ", "country:AZ", "country:RU")
"""Whose tariff the slider turns; likewise."""


class Knobs(Struct, frozen=True, kw_only=True):
    """How all is turned; by default nothing is.

    Attributes
    ----------
    caspian : float
        Metres by which the Caspian is lower.
    weather : float
        Times the time for which wind shuts Aktau and Kuryk.
    border, border_at : float, str
        Times the hours of crossing that border, both ways.
    tariff, tariff_on : float, str
        Per cent by which carriage there is dearer.
    """

    northern: bool = False
    suez: bool = False
    ferry: bool = False
    caspian: float = SLIDERS["caspian"].usual
    weather: float = SLIDERS["weather"].usual
    border: float = SLIDERS["border"].usual
    border_at: str = BORDERS[0]
    tariff: float = SLIDERS["tariff"].usual
    tariff_on: str = TARIFFS[0]

    def __post_init__(self) -> None:
        for name, slider in SLIDERS.items():
            value = getattr(self, name)
            if not slider.least <= value <= slider.most:
                raise BadSetting(
                    f"{name} {value:g} cannot be; turn it from {slider.least:g} to {slider.most:g}"
                )
        for name, known in (("border_at", BORDERS), ("tariff_on", TARIFFS)):
            if getattr(self, name) not in known:
                raise BadSetting(f"{name} {getattr(self, name)!r} is not known; take {', '.join(known)}")


def words_of(knobs: Knobs) -> Iterator[str]:
    """What is turned, in words of change; the weather has none, for it shuts nothing for good.

    What closes comes last: of what is gone no figure can be changed.
    """
    if knobs.caspian:
        yield "; ".join(map(str, _lower(1 - LOAD_PER_M * knobs.caspian)))
    if knobs.border != SLIDERS["border"].usual:
        yield f"slow border:{knobs.border_at} x{knobs.border:g}"
    if knobs.tariff:
        yield f"tax {knobs.tariff_on} {knobs.tariff:+g}%"
    for name, of in SWITCHES.items():
        if getattr(knobs, name):
            yield of


def stormier(network: Network, times: float) -> Network:
    """With ports that wind shuts so many times as long."""
    if times == SLIDERS["weather"].usual:
        return network

    def longer(row: Closure) -> Closure:
        if not set(PORTS) & set(row.on.split()):
            return row
        return replace(row, share=min(row.share * times, LONGEST), share_low=None, share_high=None)

    return network.with_rows(closures=map(longer, network.closures))


def _lower(share: float) -> Iterator[Change]:
    """What ships load, and ports with them, where the sea is shallower."""
    for each in shock("caspian-lower"):
        yield replace(each, amount=Amount("x", round(share, 4)))
