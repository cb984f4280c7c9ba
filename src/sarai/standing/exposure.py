"""What would be lost if a power withdrew: its share of each channel, less what could be had elsewhere.

Of a channel whose parts are routes, all that need the power stop, and what they carried goes over what the
limits of the others leave free, in the order of the table. Of any other channel the power's share is lost
but for the share that the table of replacing states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from msgspec import Struct

from sarai.corridors import Network
from sarai.goods import NotInNetwork
from sarai.standing.channels import DRAWS, Amounts, amounts, draws_of, interval, latest, measured, portions
from sarai.standing.tables import TOTAL, Replacing, Route, Standing, within

__all__ = ["Exposure", "Mean", "capacities", "exposure", "exposures", "means", "rerouted", "stopped"]

NOTHING = 1e-12  # of what stops: the rounding of a sum


class Exposure(Struct, frozen=True, kw_only=True):
    """What a power's withdrawal takes of a channel.

    Attributes
    ----------
    gross : float or None
        The share that stops.
    net, low, high : float or None
        The share that is lost after a year of replacing, with its interval.
    by : str
        How what is replaced was reckoned, in words.
    """

    channel: str
    measure: str
    of: str
    power: str
    gross: float | None = None
    net: float | None = None
    low: float | None = None
    high: float | None = None
    by: str = ""
    sources: tuple[str, ...] = ()


class Mean(Struct, frozen=True, kw_only=True):
    """A power's exposures over channels: their mean by weight, and the worst of them.

    `low` and `high` are the means of the channels' ends: wider than nine draws in ten, if channels err apart.
    """

    power: str
    mean: float | None
    low: float | None
    high: float | None
    worst: str
    channels: int


def exposures(
    standing: Standing,
    *,
    year: int | None = None,
    network: Network | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Exposure]:
    """The exposure to each power in each channel, by its first measure at its best known date.

    Parameters
    ----------
    year : int, optional
        Only figures of it.
    network : Network, optional
        Whose limits bound routes; the packaged one if none is given.
    """
    found = []
    for channel in standing.channels:
        if not any(each.channel == channel.code for each in standing.measures):
            continue
        of = latest(standing, channel.code, year)
        if of is not None:
            found += exposure(standing, channel.code, of, network=network, draws=draws, seed=seed)
    return found


def exposure(
    standing: Standing,
    measure: str,
    of: str,
    *,
    network: Network | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Exposure]:
    """The exposure to each power by a measure at a date."""
    found = measured(standing, measure)
    central = amounts(standing, found.code, of)
    drawn = draws_of(standing, found.code, of, draws=draws, seed=seed)
    routes = [each for each in standing.routes if each.measure == found.code]
    sources = tuple(dict.fromkeys(
        each.source for each in (*standing.figures, *routes) if each.measure == found.code and each.of == of
    ))  # fmt: skip
    about = {"channel": found.channel, "measure": found.code, "of": of, "sources": sources}
    if routes:
        return [
            Exposure(power=each.code, **about, **_by_routes(each.code, routes, central, drawn, network, seed))
            for each in standing.powers
        ]
    return [
        Exposure(power=each.code, **about, **_by_share(each.code, _rule(standing, found.channel, each.code),
                                                       central, drawn, seed))
        for each in standing.powers
    ]  # fmt: skip


def means(standing: Standing, found: Sequence[Exposure]) -> list[Mean]:
    """Each power's mean over the channels that have a figure, by their weights."""
    weights = {each.code: each.weight for each in standing.channels}
    made = []
    for power in standing.powers:
        known = [each for each in found if each.power == power.code and each.net is not None]
        whole = sum(weights[each.channel] for each in known)
        worst = max(known, key=lambda each: each.net, default=None)
        mean, low, high = (
            sum(weights[each.channel] * getattr(each, name) for each in known) / whole if whole else None
            for name in ("net", "low", "high")
        )
        made.append(Mean(power=power.code, mean=mean, low=low, high=high, channels=len(known),
                         worst=worst.channel if worst else ""))  # fmt: skip
    return made


# -- by share ------------------------------------------------------------------------------------


def _rule(standing: Standing, channel: str, power: str) -> Replacing | None:
    for who in (power, "*"):
        for each in standing.replacing:
            if (each.channel, each.power) == (channel, who):
                return each
    return None


def _by_share(
    power: str, rule: Replacing | None, central: Amounts, drawn: Sequence[Amounts], seed: int
) -> dict:  # fmt: skip
    share = portions(central)[0].get(power)
    if share is None:
        return {"by": "no share is known"}
    said = "nothing is known to replace it"
    replaced = 0.0
    if rule is not None:
        replaced = rule.share
        said = f"{rule.share:.0%} replaced within a year ({rule.source})" + (
            f": {rule.note}" if rule.note else ""
        )
    dice = Random(f"{seed} replacing {power}")
    nets = [
        known[power] * (1 - (_at(rule, dice.random()) if rule else 0.0))
        for known in (portions(each)[0] for each in drawn) if power in known
    ]  # fmt: skip
    low, high = interval(nets)
    return {"gross": share, "net": share * (1 - replaced), "low": low, "high": high, "by": said}


def _at(rule: Replacing, share: float) -> float:
    low = rule.share if rule.low is None else rule.low
    high = rule.share if rule.high is None else rule.high
    return within(low, rule.share, high, share)


# -- by routes -----------------------------------------------------------------------------------


def _by_routes(
    power: str, routes: Sequence[Route], central: Amounts, drawn: Sequence[Amounts], network: Network | None,
    seed: int,
) -> dict:  # fmt: skip
    shut = {each.code for each in routes if power in each.needs.split()}
    if not shut:
        return {"by": "none of the routes needs it"}
    ranges = _limits(routes, network)
    middle = {code: value for code, (_, value, _) in ranges.items()}
    total = central.get((TOTAL, ""))
    if not total:
        return {"by": "the total is not known"}
    gross, lost = stopped(shut, routes, central, middle)
    dice = Random(f"{seed} limits")
    nets = []
    for each in drawn:
        caps = {code: within(*ends, dice.random()) for code, ends in ranges.items()}
        whole = max(each[TOTAL, ""], sum(v for (who, _), v in each.items() if who != TOTAL))
        nets.append(stopped(shut, routes, each, caps)[1] / whole)
    low, high = interval(nets)
    by = f"routes that stop: {' '.join(sorted(shut))}; others take what their limits leave"
    whole = max(total, sum(v for (who, _), v in central.items() if who != TOTAL))
    return {"gross": gross / whole, "net": lost / whole, "low": low, "high": high, "by": by}


def stopped(
    shut: set[str], routes: Sequence[Route], carried: Amounts, caps: Mapping[str, float]
) -> tuple[float, float]:
    """What routes carry that are shut, and what of it the others have no room for."""
    moved = rerouted(shut, routes, carried, caps)
    gross = sum(value for (who, part), value in carried.items() if part in shut and who != TOTAL)
    lost = gross - sum(moved.values())
    return gross, lost if lost > NOTHING * gross else 0.0


def rerouted(
    shut: set[str], routes: Sequence[Route], carried: Amounts, caps: Mapping[str, float]
) -> dict[str, float]:
    """What each open route takes over, in the order of the table, within every limit that it shares.

    Parameters
    ----------
    caps : mapping of str to float
        By code of limit, in its own unit; a route without limits takes no more.
    """
    by_part = {part: value for (who, part), value in carried.items() if who != TOTAL}
    left = sum(value for part, value in by_part.items() if part in shut)
    free = dict(caps)
    for route in routes:
        if route.code not in shut:
            for limit in route.limits.split():
                free[limit] -= by_part.get(route.code, 0.0) / route.per_unit
    taken: dict[str, float] = {}
    for route in routes:
        limits = route.limits.split()
        if route.code in shut or not limits:
            continue
        more = max(0.0, min(left, *(free[each] * route.per_unit for each in limits)))
        taken[route.code] = more
        left -= more
        for limit in limits:
            free[limit] -= more / route.per_unit
    return taken


def _limits(routes: Sequence[Route], network: Network | None) -> dict[str, tuple[float, float, float]]:
    """Low, value and high of each limit that routes name, of a network of corridors.

    Raises
    ------
    NotInNetwork
        It does not have one.
    """
    from sarai.corridors import shipped

    known = {each.code: each for each in (network or shipped()).limits}
    found = {}
    for code in dict.fromkeys(limit for each in routes for limit in each.limits.split()):
        if code not in known:
            raise NotInNetwork(
                f"limit {code!r} of the routes is not in the network; give it, or mend routes.csv"
            )
        row = known[code]
        low = row.capacity if row.capacity_low is None else row.capacity_low
        high = row.capacity if row.capacity_high is None else row.capacity_high
        found[code] = low, row.capacity, high
    return found


def capacities(routes: Sequence[Route], network: Network | None = None) -> dict[str, float]:
    """The stated capacity of each limit that routes name."""
    return {code: value for code, (_, value, _) in _limits(routes, network).items()}
