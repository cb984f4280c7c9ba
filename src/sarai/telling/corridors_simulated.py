"""Times as distributions: streams put together from what people ask, and the outcome as rows to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from sarai.corridors import Network
from sarai.corridors.simulation import Outcome, QueueOutcome, Stream, StreamOutcome
from sarai.corridors.worth import of_goods, worth_of
from sarai.goods import BadSetting
from sarai.telling.charts import Bar, Bars, Chart, Words

__all__ = ["Place", "Row", "Told", "picture", "stream_in", "streams_of", "told"]

WHY = {
    "moving": "moving", "border": "borders", "handling": "handling", "waiting": "departures",
    "queue": "queues", "closed": "closures",
}  # fmt: skip
"""Where hours go, in words."""

WAITED_H = 0.05  # a queue in which less is waited on average is not told
MOST_QUEUES = 10
ROOM = 0.9  # of every limit, that demands may take
SHARED = "The demands go the ways of least cost that leave a tenth of each limit free; the rest stays behind."
LEAST_T = 100.0  # a year: less is the rounding of a flow
WEEKS = 8766.0 / 168.0  # in a year


class Row(Struct, frozen=True, kw_only=True):
    """A stream: hours from door to door.

    Attributes
    ----------
    name : str
    on_time : float or None
        Share within the hours that were expected of the way, or that were asked for.
    error_h : float or None
        Standard error of the median.
    spent_h : dict of str to float
        Where the mean hours go.
    """

    code: str
    name: str
    consignments: int
    expected_h: float
    p10_h: float | None
    p50_h: float | None
    p90_h: float | None
    error_h: float | None
    on_time: float | None
    t_per_week: float | None
    under_way_units: float
    spent_h: dict[str, float]


class Place(Struct, frozen=True, kw_only=True):
    """Where consignments wait.

    Attributes
    ----------
    load : float or None
        What is asked of it as a share of what it can do.
    """

    where: str
    name: str
    load: float | None
    utilisation: float | None
    mean_wait_h: float | None
    longest_queue: int


class Told(Struct, frozen=True, kw_only=True):
    """An outcome as it is read, and the whole of it."""

    rows: tuple[Row, ...]
    queues: tuple[Place, ...]
    words: tuple[str, ...]
    outcome: Outcome


def stream_in(network: Network, said: str) -> Stream:
    """The stream that ``GOOD:FROM:TO:TONNES_A_WEEK`` means.

    Raises
    ------
    BadSetting
        It is not written so.
    NotInNetwork
        The good or a place is not known.
    """
    parts = [part.strip() for part in said.split(":")]
    try:
        code, start, end, tonnes = parts
        weekly = float(tonnes.replace("_", ""))
    except ValueError:
        raise BadSetting(
            f"stream {said!r} cannot be read; write GOOD:FROM:TO:TONNES_A_WEEK, as grain:A:B:5000"
        ) from None
    if not 0 < weekly < float("inf"):
        raise BadSetting(f"stream {said!r} sends {tonnes} tonnes a week; state more than 0")
    good = network.good(code)
    return Stream(
        good=code, start=network.place(start).code, end=network.place(end).code, t_per_week=weekly,
        usd_per_t_h=worth_of(good).usd_per_t_h,
    )  # fmt: skip


def streams_of(network: Network, said: Sequence[str]) -> tuple[Stream, ...]:
    """The streams that are named, or those of the network's demands on the ways that have room for them.

    Raises
    ------
    BadSetting
        One cannot be read, or the network has no demands.
    """
    if said:
        return tuple(stream_in(network, each) for each in said)
    if not network.demands:
        raise BadSetting(
            "the network has no demands; name what goes with --stream GOOD:FROM:TO:TONNES_A_WEEK"
        )
    return tuple(_with_room(network))


def _with_room(network: Network) -> Iterator[Stream]:
    """Demands on the ways of least cost that keep a tenth of each limit free: at the full, queues grow."""
    from sarai.corridors.capacity import Prices, Problem, answered, prepared

    flow = prepared(Problem.of(network, prices=Prices(of_goods=of_goods(network))))
    found = answered(flow, flow.found({code: ROOM * each for code, each in flow.capacities.items()}))
    ways = [
        (way, each, number)
        for each in found.demands for number, way in enumerate(each.ways, 1) if way.t >= LEAST_T
    ]  # fmt: skip
    for way, each, number in sorted(ways, key=lambda found: -found[0].t):
        code = f"{each.good} {each.start}-{each.end}" + (f" way {number}" if number > 1 else "")
        yield Stream(good=each.good, start=each.start, end=each.end, way=way.steps, t_per_week=way.t / WEEKS,
                     code=code)  # fmt: skip


def told(network: Network, outcome: Outcome, *, demanded: bool = False) -> Told:
    """An outcome as rows, and where is waited most; `demanded` if its streams are the network's demands."""
    waits = sorted(
        (each for each in outcome.queues if (each.mean_wait_h.value or 0.0) >= WAITED_H),
        key=lambda each: (-(each.mean_wait_h.value or 0.0) * each.visits, each.where),
    )
    return Told(
        rows=tuple(_row(network, each) for each in outcome.streams),
        queues=tuple(_place(network, each) for each in waits[:MOST_QUEUES]),
        words=(*_words(network, outcome), *([SHARED] if demanded else [])), outcome=outcome,
    )  # fmt: skip


def picture(found: Told) -> Chart:
    """Medians with the hours between which eight of ten consignments come, by stream."""
    bars = tuple(
        Bar(
            name=each.name, value=_days(each.p50_h), low=_days(each.p10_h), high=_days(each.p90_h)
        )
        for each in found.rows
    )  # fmt: skip
    words = Words(
        title="Days from door to door", unit="median, and the days between which eight of ten come",
        source=f"simulation of the network, seed {found.outcome.seed}",
        note=found.words[0],
    )  # fmt: skip
    return Bars(words=words, bars=bars, dots=True, most=40)


def _days(hours: float | None) -> float | None:
    return None if hours is None else hours / 24


def _row(network: Network, each: StreamOutcome) -> Row:
    start, end = network.by_place[network.place(each.start).code], network.place(each.end)
    good = network.good(each.good)
    units = each.units_per_week.value
    way = each.code.partition(" way ")[2]
    return Row(
        code=each.code, name=f"{start.name} - {end.name}, {each.good}" + (f", way {way}" if way else ""),
        consignments=each.consignments,
        expected_h=each.expected_h, p10_h=each.p10_h.value, p50_h=each.p50_h.value, p90_h=each.p90_h.value,
        error_h=each.p50_h.error, on_time=each.on_time.value,
        t_per_week=None if units is None else units * good.t_per_unit,
        under_way_units=each.under_way_units, spent_h=each.spent_h,
    )  # fmt: skip


def _place(network: Network, each: QueueOutcome) -> Place:
    return Place(
        where=each.where, name=queue_name(network, each.where), load=each.load,
        utilisation=each.utilisation.value, mean_wait_h=each.mean_wait_h.value,
        longest_queue=each.longest_queue,
    )  # fmt: skip


def queue_name(network: Network, where: str) -> str:
    """What is waited for, in words."""
    kind, _, rest = where.partition(":")
    if kind == "limit":
        return next((each.name for each in network.limits if each.code == rest), rest)
    if kind == "service":
        code, _, way = rest.partition(" ")
        service = network.by_service.get(code)
        return f"{service.name if service else code} {way}".strip()
    place, _, how = rest.partition(":")
    if place in network.by_place:
        return f"{network.by_place[place].name}, {how.replace(':', ' to ', 1).replace(':', ', ')}"
    return where


def _words(network: Network, outcome: Outcome) -> tuple[str, ...]:
    months = f"{outcome.months[0]} to {outcome.months[-1]}" if len(outcome.months) > 1 else outcome.months[0]
    found = [
        f"{len(outcome.months)} months ({months}) after {outcome.warm_up} of warm-up, "
        f"{outcome.replications} replications, seed {outcome.seed}."
    ]
    if outcome.overloaded:
        names = ", ".join(queue_name(network, each) for each in outcome.overloaded)
        found.append(f"More comes than can be done at: {names}; hours grow for as long as that lasts.")
    return tuple(found)
