"""Streams on a network made into a `Plan`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

from sarai.corridors.network import Network
from sarai.corridors.simulation.needing import is_handled, room, servers
from sarai.corridors.simulation.plan import (
    WHY,
    Aboard,
    Act,
    Leave,
    Open,
    Parts,
    Plan,
    Stay,
    StreamPlan,
    Use,
)
from sarai.corridors.simulation.sharing import Shared, on_leg, selectors
from sarai.corridors.simulation.streams import Resolved
from sarai.corridors.steps import DELIVERED, Step
from sarai.goods import BadSetting

__all__ = ["planned"]

DRAWN = ("moving", "border", "handling")


def planned(network: Network, streams: Sequence[Resolved], counts: Mapping[str, int] | None = None) -> Plan:
    """The plan of streams on a network.

    Parameters
    ----------
    counts : mapping of str to int, optional
        How many servers share a rate, by the server's name (``limit:CODE``, ``handling:...``); else one.

    Raises
    ------
    BadSetting
        A closure or a number of servers cannot be; the text says which.
    Infeasible
        A stream needs something with a capacity of nothing.
    """
    _check_closures(network)
    shared = Shared(network, counts or {})
    plans = tuple(_acted(shared, each) for each in streams)
    names = [each.name for each in shared.servers]
    if unknown := set(counts or {}).difference(names):
        raise BadSetting(f"no stream uses a server {min(unknown)!r}; there are: {', '.join(names) or 'none'}")
    return Plan(plans, tuple(shared.servers), tuple(shared.stops), tuple(shared.gates), network.closures)


def _check_closures(network: Network) -> None:
    for each in network.closures:
        if not 0 <= each.share <= 1 or each.mean_h <= 0:
            raise BadSetting(
                f"the closure of {each.on} takes {each.share:g} of its months, {each.mean_h:g} h at a time; "
                "state a share from 0 to 1 and more than 0 h"
            )


# -- a stream --------------------------------------------------------------------------------------


def _acted(shared: Shared, stream: Resolved) -> StreamPlan:
    """A stream as acts."""
    way, columns = stream.way, _Columns()
    acts: list[Act] = []
    for at, step in enumerate(way):
        if step.kind == "leg":
            acts += _along(shared, stream, at, columns)
        else:
            acts += _at_place(shared, stream, at, columns)
    return StreamPlan(
        stream.name, stream.good.code, way[0].place, way[-1].place, stream.priority,
        stream.units_per_h / stream.batch, stream.batch, stream.due_h,
        sum(step.criteria.hours for step in way), sum(step.criteria.variance_h2 for step in way),
        *columns.laid_out(acts),
    )  # fmt: skip


def _along(shared: Shared, stream: Resolved, at: int, columns: _Columns) -> Iterator[Act]:
    """Along a leg: once it is open, past its stop if already aboard, and for as long as it takes."""
    step = stream.way[at]
    stop = shared.stop(step)
    gate = shared.gate(*on_leg(shared.network, step))
    if gate >= 0:
        yield Open(gate)
    if stop >= 0 and stream.way[at - 1].kind == "leg" and shared.stops[stop].units:
        yield Aboard(stop, room(shared, stream.good, step))
    used = servers(shared, stream, stream.way, at)
    yield from _served(used, columns, gate)
    yield from columns.stay(step, selectors(step)[1] if stop >= 0 else "", served=bool(used))


def _at_place(shared: Shared, stream: Resolved, at: int, columns: _Columns) -> Iterator[Act]:
    """Into, out of or over to a carriage, and away with it."""
    step = stream.way[at]
    gate = -1
    if is_handled(shared.network, stream.good, step):
        gate = shared.gate(f"place:{step.place}")
    if gate >= 0:
        yield Open(gate)
    used = servers(shared, stream, stream.way, at)
    yield from _served(used, columns, gate)
    yield from columns.stay(step, "", served=bool(used))
    if step.end != DELIVERED:
        stop = shared.stop(stream.way[at + 1])
        if stop >= 0:
            yield Leave(stop, room(shared, stream.good, stream.way[at + 1]))


def _served(used: Sequence[tuple[int, float]], columns: _Columns, gate: int) -> Iterator[Act]:
    """By all servers of a step; what closed meanwhile must open again."""
    for server, h_per_unit in used:
        yield Use(server, h_per_unit, columns.factor())
    if used and gate >= 0:
        yield Open(gate)


class _Columns:
    """The columns of what is drawn for a consignment: hours first, then factors of work.

    While a way is read, each part of a step has a column. In the end stays that follow each other are one,
    with a column for each reason.
    """

    def __init__(self) -> None:
        self.parts: list[tuple[float, float]] = []
        self.factors = 0

    def stay(self, step: Step, ride: str, served: bool) -> Iterator[Stay]:
        """The hours of a step that are drawn."""
        hours = []
        for part in step.parts:
            if part.why in DRAWN and part.hours > 0:
                hours.append((WHY.index(part.why), len(self.parts)))
                self.parts.append((part.hours, part.variance_h2))
        if hours or served:
            yield Stay(tuple(hours), ride, served)

    def factor(self) -> int:
        """One more, for the work of a server."""
        self.factors += 1
        return self.factors - 1

    def laid_out(self, acts: Iterable[Act]) -> tuple[tuple[Act, ...], tuple[Parts, ...], int]:
        """The acts with their final columns, the parts that each column of hours sums, and the factors."""
        columns: list[Parts] = []
        found: list[Act] = []
        for act in _merged(acts):
            if isinstance(act, Stay):
                whys = dict.fromkeys(why for why, _ in act.hours)
                found.append(act._replace(hours=tuple((why, len(columns) + n) for n, why in enumerate(whys))))
                columns += [tuple(self.parts[at] for other, at in act.hours if other == why) for why in whys]
            else:
                found.append(act)
        shift = len(columns)
        laid = [act._replace(column=act.column + shift) if isinstance(act, Use) else act for act in found]
        return tuple(laid), tuple(columns), self.factors


def _merged(acts: Iterable[Act]) -> list[Act]:
    """Stays of who goes alone and meets nobody in between, as one."""
    merged: list[Act] = []
    for act in acts:
        before = merged[-1] if merged else None
        if _is_plain(act) and _is_plain(before):
            merged[-1] = before._replace(hours=before.hours + act.hours)
        else:
            merged.append(act)
    return merged


def _is_plain(act: Act | None) -> TypeGuard[Stay]:
    return isinstance(act, Stay) and not act.ride and not act.served
