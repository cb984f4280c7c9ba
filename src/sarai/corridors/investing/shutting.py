"""Shocks as right-hand sides: what is closed or narrowed has less capacity, and nothing else changes.

What a shock closes stands under a limit of its own, which never binds but under the shock, and then is 0. A
limit that a shock narrows keeps the same share of all that it has, with what projects have added to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from sarai.corridors.capacity.bounds import capacities
from sarai.corridors.changes import Change, Selector, apply, parse
from sarai.corridors.changes.selecting import directions, must_name
from sarai.corridors.network import Network
from sarai.corridors.tables import Limit
from sarai.goods import BadSetting, NotInNetwork

__all__ = ["Shut", "limits_of", "shut"]

LEAST_OPEN = 1e-3  # of a year: what is closed for longer than the rest has no steps at all


class Shut(Struct, frozen=True):
    """What a shock does: ways that it closes, as `Limit.on` has them, and the share left of limits."""

    name: str
    ways: tuple[str, ...]
    left: Mapping[str, float]

    @property
    def limit(self) -> str:
        """The code of the limit over what it closes."""
        return f"shock:{self.name}"

    @property
    def shares(self) -> Mapping[str, float]:
        """What is left of limits, by code; nothing of the one over what it closes."""
        return {**self.left, **({self.limit: 0.0} if self.ways else {})}


def shut(network: Network, name: str, does: str) -> Shut:
    """A shock in words; raises `BadSetting` and `NotInNetwork`, which name the shock.

    Parameters
    ----------
    does : str
        ``close WHAT`` and ``widen limit:CODE x0.5`` with what makes it narrower; empty for an ordinary year.
    """
    try:
        return _shut(network, name, parse(does))
    except (BadSetting, NotInNetwork) as fault:
        raise type(fault)(f"shock {name!r}: {fault}") from fault


def limits_of(shuts: Iterable[Shut], most_t: float) -> list[Limit]:
    """The limits over what shocks close; `most_t` is what can ever be on a step in a year."""
    plenty = most_t / LEAST_OPEN
    return [
        Limit(code=each.limit, name=each.name, on=" ".join(each.ways), capacity=plenty, source="")
        for each in shuts
        if each.ways
    ]


def _shut(network: Network, name: str, changes: Iterable[Change]) -> Shut:
    ways: dict[str, None] = {}
    left: dict[str, float] = {}
    for change in changes:
        what = change.what
        if change.verb == "close" and isinstance(what, Selector):
            must_name(network, what)
            closed = sorted(directions(network, what))
            ways |= dict.fromkeys(f"leg:{code}{'<' if backwards else '>'}" for code, backwards in closed)
        elif change.verb == "widen":
            left |= {limit: left.get(limit, 1.0) * share for limit, share in _narrowed(network, change)}
        else:
            raise BadSetting(
                f"{change} changes what ways take, not what can be delivered; write close WHAT or "
                f"widen limit:CODE x0.5"
            )
    return Shut(name, tuple(ways), left)


def _narrowed(network: Network, change: Change) -> list[tuple[str, float]]:
    before, after = capacities(network), capacities(apply(network, [change]))
    shares = [(code, after[code] / was) for code, was in before.items() if was and after[code] != was]
    if any(share > 1 for _, share in shares):
        raise BadSetting(f"{change} is no shock: it leaves more than there was")
    return shares
