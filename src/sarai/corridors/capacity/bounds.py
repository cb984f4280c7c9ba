"""Limits as rows: what each is on, step by step, in what unit it counts, and how much of it is open.

What counts against what, for a tonne of goods:

- ``leg:X`` each step along the leg, both ways together; ``leg:X>`` and ``leg:X<`` one way.
- ``place:P`` each loading, delivering and change there, once: goods that come by rail and leave by sea count
  once, and so do goods that start there. Wagons and lorries that go on as they are from one service to the
  next are not handled and do not count.
- ``service:S`` each step along its leg. If it has several legs, each leg is a row of its own, for what one
  departure carries on one leg does not take room on the next.

Units: ``t`` counts tonnes; ``teu`` containers alone; ``train`` tonnes by the good's train. What services
carry by themselves (departures in a year times what one takes, each way, leg by leg) and what handlings do in
a day are limits too, ``service:S`` and ``handling:P:START:END:FORM``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from sarai.corridors.network import Network, carriage
from sarai.corridors.steps import DELIVERED, DOOR, MOVES_ON, Step
from sarai.corridors.tables import Good, Handling, Limit
from sarai.goods import BadSetting

__all__ = ["UNITS", "Bound", "bounds", "capacities", "open_share", "parts_of", "per_tonne"]

WEEKS, DAYS = 52, 365
COUNTED = ("t", "teu", "train")
ROOM_T_PER_TEU = 14.0
"""What else than containers goes on a ship counted in TEU takes a slot by so many tonnes: ships' slots are
rated at 14 t homogeneous load."""


class Bound(Struct, frozen=True):
    """A row: what goes over some steps in the time asked about.

    Attributes
    ----------
    code : str
        The limit's, with what of it where a limit has several rows.
    limit : str
        The limit whose capacity holds.
    on : tuple of str
        Parts: ``leg:X>``, ``leg:X<``, ``place:P`` or a handling.
    unit : str
        ``t``, ``teu``, ``train``, or ``slot`` and ``unit`` for what services and handlings count.
    open_share : float
        Of the capacity of a year: what is open, and the month's twelfth if it is about a month.
    """

    code: str
    limit: str
    on: tuple[str, ...]
    unit: str
    open_share: float


def capacities(network: Network) -> dict[str, float]:
    """A year's capacity by the code of the limit; those of services and handlings among them."""
    found = {each.code: each.capacity for each in network.limits}
    for service in network.services:
        if service.units > 0:
            found[f"service:{service.code}"] = service.per_week * WEEKS * service.units
    for code, row in _handlings(network):
        found[code] = row.per_day * DAYS
    return found


def bounds(network: Network, month: int | None) -> list[Bound]:
    """All rows of a year or a month."""
    share, closed = 1.0 if month is None else 1 / 12, closings(network, month)
    rows = [row for limit in network.limits for row in _of_limit(network, limit)]
    for service in network.services:
        if service.units > 0:
            unit, code = "slot" if service.form == "container" else "unit_t", f"service:{service.code}"
            rows += [(f"{code}/{part}", code, (part,), unit) for part in _of_service(network, service.code)]
    rows += [(code, code, (code,), "unit") for code, _ in _handlings(network)]
    found = []
    for code, limit, on, unit in rows:
        opened = {part: open_share(network, part, closed) for part in on}
        widest = max(opened.values(), default=1.0)
        found.append(Bound(code, limit, on, unit, share * widest))
        for part in on:  # what is closed for longer than the rest has less time of its own
            if opened[part] < widest:
                found.append(Bound(f"{code}@{part}", limit, (part,), unit, share * opened[part]))
    return found


def _of_limit(network: Network, limit: Limit) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Rows as code, limit, parts and unit: one, or one for each leg of the services it is on."""
    if limit.unit not in COUNTED:
        raise BadSetting(f"limit {limit.code} counts {limit.unit!r}; take {', '.join(COUNTED)}")
    common: list[str] = []
    alone: list[list[str]] = []
    for what in limit.on.split():
        kind, _, code = what.partition(":")
        if kind == "service":
            legs = network.by_service[code].legs.split() if code in network.by_service else []
            alone += [_of_leg(network, leg) for leg in legs]
        else:
            common += _of_leg(network, code) if kind == "leg" else [what]
    if len(alone) <= 1:
        parts = [*common, *(part for leg in alone for part in leg)]
        yield limit.code, limit.code, tuple(dict.fromkeys(parts)), limit.unit
        return
    for parts in alone:
        name = parts[0].removeprefix("leg:").rstrip("<>") if parts else ""
        yield f"{limit.code}/{name}", limit.code, tuple(dict.fromkeys(common + parts)), limit.unit


def _of_leg(network: Network, said: str) -> list[str]:
    """Ways along a leg, of ``X``, ``X>`` or ``X<``."""
    code = said.rstrip("<>")
    if code not in network.by_leg:
        return []
    ways = [f"leg:{code}>", f"leg:{code}<"] if network.by_leg[code].both else [f"leg:{code}>"]
    return [way for way in ways if said == code or way == f"leg:{said}"]


def _of_service(network: Network, code: str) -> list[str]:
    return [way for leg in network.by_service[code].legs.split() for way in _of_leg(network, leg)]


def _handlings(network: Network) -> Iterator[tuple[str, Handling]]:
    """Handlings that can do so much a day, at each place of their kind, by code."""
    for row in network.handlings:
        if row.per_day <= 0:
            continue
        places = [row.place] if row.place else [p.code for p in network.places if p.kind == row.kind]
        for place in places:
            yield f"handling:{place}:{row.start}:{row.end}:{row.form}", row


# -- what is open ----------------------------------------------------------------------------------


def closings(network: Network, month: int | None) -> list[Mapping[str, float]]:
    """By what is closed, the share of each month asked about."""
    return [network.closed_share(each) for each in (range(1, 13) if month is None else (month,))]


def open_share(network: Network, part: str, closed: Sequence[Mapping[str, float]]) -> float:
    """Of the time that a part can be used, by `closings`.

    A leg is closed with its service or either end; what closes together is not counted twice, so the longest
    closing of them counts.
    """
    names = _closed_by(network, part)
    longest = [max(month.get(name, 0.0) for name in names) for month in closed]
    return sum(max(0.0, 1 - share) for share in longest) / len(longest)


def _closed_by(network: Network, part: str) -> list[str]:
    kind, _, rest = part.partition(":")
    if kind != "leg":
        return [f"place:{rest.partition(':')[0]}"]
    leg = network.by_leg[rest.rstrip("<>")]
    service = network.service_of.get(leg.code)
    ends = [f"leg:{leg.code}", part, f"place:{leg.start}", f"place:{leg.end}"]
    return ends + ([f"service:{service.code}"] if service else [])


# -- what counts -----------------------------------------------------------------------------------


def parts_of(network: Network, step: Step, good: Good) -> list[str]:
    """What a step of a good counts as."""
    own = [f"variant:{step.variant}"] if step.variant else []
    if step.kind == "leg":
        return [f"leg:{step.leg}{'<' if step.backwards else '>'}", *own]
    start, end = (carried(network, state) for state in (step.start, step.end))
    row = network.handling(network.by_place[step.place], start, end, good.form)
    if row is None and start == end and start.startswith(MOVES_ON):
        return own
    here = [f"place:{step.place}", *own]
    if row is not None and row.per_day > 0:
        here.append(f"handling:{step.place}:{row.start}:{row.end}:{row.form}")
    return here


def carried(network: Network, state: str) -> str:
    """What goods in a state travel in, as `Handling` has it."""
    if state in (DOOR, DELIVERED):
        return DOOR
    if not state.startswith("service:"):
        return state
    legs = network.by_service[state.removeprefix("service:")].legs.split()
    return carriage(next(network.by_leg[code] for code in legs if code in network.by_leg))


UNITS = {"t": "t", "teu": "teu", "train": "train", "slot": "teu", "unit_t": "t", "unit": "unit"}
"""What a row's unit is called."""


def per_tonne(unit: str, good: Good) -> float:
    """How much of a unit a tonne of a good takes."""
    in_boxes = good.form == "container"
    return {
        "t": 1.0,
        "teu": 1 / good.t_per_unit if in_boxes else 0.0,
        "train": 1 / good.t_per_train if good.t_per_train > 0 else 0.0,
        "slot": 1 / good.t_per_unit if in_boxes else 1 / ROOM_T_PER_TEU,
        "unit_t": 1.0,
        "unit": 1 / good.t_per_unit,
    }[unit]
