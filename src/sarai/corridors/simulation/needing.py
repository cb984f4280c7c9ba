"""What a step needs of what others need too: servers, with hours of work, and room aboard."""

from __future__ import annotations

from sarai.corridors.faults import Infeasible
from sarai.corridors.network import Network, carriage
from sarai.corridors.simulation.sharing import Shared, selectors
from sarai.corridors.simulation.streams import Resolved
from sarai.corridors.steps import DELIVERED, DOOR, Step
from sarai.corridors.tables import Good, Limit

__all__ = ["is_handled", "room", "servers"]

YEAR_H = 8766.0
DAY_H = 24.0
T_PER_TEU = 14.0  # what a container's place carries of other goods, as a ferry of wagons does; assumed


def room(shared: Shared, good: Good, step: Step) -> float:
    """What a unit of the good takes of a service's units."""
    service = shared.network.service_of.get(step.leg)
    if service is None or (service.form == "container") == (good.form == "container"):
        return 1.0
    return good.t_per_unit if good.form == "container" else 1 / T_PER_TEU


def servers(shared: Shared, stream: Resolved, way: tuple[Step, ...], at: int) -> list[tuple[int, float]]:
    """The servers that a step needs, with hours of work for a unit."""
    found = dict(_handling_server(shared, stream, way[at]))
    for what, leg in _used(shared.network, stream.good, way, at):
        for limit in shared.limits.get(what, ()):
            name, amount = f"limit:{limit.code}", _amount(limit, stream.good)
            if amount and limit.capacity <= 0:
                raise Infeasible(
                    f"stream {stream.name!r} needs {what}, whose limit {limit.code} ({limit.name}) is "
                    f"{limit.capacity:g} {limit.unit} a year; widen it, or send the stream another way"
                )
            if amount:
                name += f"/{leg}" if leg else ""
                server = shared.server(name, stream.priority, *limit.on.split())
                found[server] = YEAR_H * amount / limit.capacity * shared.counts.get(name, 1)
    return list(found.items())


def _handling_server(shared: Shared, stream: Resolved, step: Step) -> list[tuple[int, float]]:
    if step.kind == "leg":
        return []
    network, form = shared.network, stream.good.form
    row = network.handling(network.by_place[step.place], *_carried(network, step), form)
    if row is None or not row.per_day:
        return []
    name = f"handling:{step.place}:{row.start}:{row.end}:{row.form}"
    if row.per_day < 0:
        raise Infeasible(f"{name} handles {row.per_day:g} units a day; state more than 0, or 0 for no bound")
    server = shared.server(name, stream.priority, f"place:{step.place}")
    return [(server, DAY_H / row.per_day * shared.counts.get(name, 1))]


def _used(network: Network, good: Good, way: tuple[Step, ...], at: int) -> list[tuple[str, str]]:
    """What a step takes capacity of, as `Limit.on` names it, and which leg of a service with several.

    Capacity of a service is taken before going aboard, and leg by leg while aboard: what one departure
    carries on one leg does not take room on the next.
    """
    step = way[at]
    variant = [(f"variant:{step.variant}", "")] if step.variant else []
    if step.kind == "leg":
        aboard = way[at - 1].kind == "leg"
        on = [(each, "") for each in selectors(step)] + variant
        return on + (_of_service(network, step) if aboard else [])
    handled = [(f"place:{step.place}", "")] if is_handled(network, good, step) else []
    return handled + variant + ([] if step.end == DELIVERED else _of_service(network, way[at + 1]))


def _of_service(network: Network, step: Step) -> list[tuple[str, str]]:
    service = network.service_of.get(step.leg)
    if service is None:
        return []
    return [(f"service:{service.code}", step.leg if len(service.legs.split()) > 1 else "")]


def _amount(limit: Limit, good: Good) -> float:
    """What a unit of the good takes of a limit; a limit in TEU holds for containers alone."""
    if limit.unit == "teu":
        return 1.0 if good.form == "container" else 0.0
    return good.t_per_unit / (good.t_per_train if limit.unit == "train" else 1.0)


def is_handled(network: Network, good: Good, step: Step) -> bool:
    """Loading and delivering is; wagons that go over to another train as they are, are not."""
    if step.kind != "change":
        return True
    return network.handling(network.by_place[step.place], *_carried(network, step), good.form) is not None


def _carried(network: Network, step: Step) -> tuple[str, str]:
    """What goods are in before and after a step at a place, as `Handling` has it."""
    return _carriage(network, step.start), _carriage(network, DOOR if step.end == DELIVERED else step.end)


def _carriage(network: Network, state: str) -> str:
    if not state.startswith("service:"):
        return state
    legs = network.by_service[state.removeprefix("service:")].legs.split()
    return carriage(network.by_leg[legs[0]])
