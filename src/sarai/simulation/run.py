"""The run of a simulation: day by day, papers out in the order in which the book gets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from itertools import chain
from pathlib import Path

import msgspec

from sarai.goods.canonical import canonical
from sarai.simulation.calendar import midnight
from sarai.simulation.deeds import Clock, State
from sarai.simulation.dice import Dice
from sarai.simulation.paper import Desk, Event
from sarai.simulation.scenario import Scenario
from sarai.simulation.schemes import plan_schemes
from sarai.simulation.stock import Lot, Stock
from sarai.simulation.trade import open_books, plan_day, stocked, who_orders
from sarai.simulation.traders import Trader, populate
from sarai.simulation.truth import Record, Truth, identity

_encode = msgspec.json.Encoder(order="sorted").encode


class Simulation:
    """One run: iterate it once for the events; then ``truth()`` tells what really happened.

    Parameters
    ----------
    scenario
        The settings.
    seed
        Any integer. The same seed and settings give the same bytes everywhere.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        truth = Truth()
        self._state = State(
            scenario=scenario,
            dice=Dice(seed, "trade"),
            clock=Clock(midnight(scenario.start)),
            people=populate(scenario, Dice(seed, "people")),
            stock=Stock(),
            desk=Desk(scenario, Dice(seed, "paper"), truth),
            truth=truth,
            stocked=stocked,
        )
        plan_schemes(self._state)

    def __iter__(self) -> Iterator[Event]:
        return chain.from_iterable(self.by_day())

    def by_day(self) -> Iterator[Iterator[Event]]:
        """The same events, day of record by day; papers that are later than the run come with its last day.

        Take a day's events before the next day.
        """
        state, days = self._state, self.scenario.days
        importers = who_orders(state)
        open_books(state)
        for done in range(1, days + 1):
            plan_day(state, self.scenario.start + timedelta(days=done - 1), importers)
            end = midnight(self.scenario.start + timedelta(days=done))
            state.clock.run_until(end)
            yield state.desk.recorded_before(end) if done < days else state.desk.rest()
        state.truth.reckon(state.stock, _underway(state))

    def truth(self) -> list[Record]:
        """The records of the truth, complete once all events have been taken."""
        settings = {f.name: getattr(self.scenario, f.name) for f in fields(self.scenario)}
        head = {"record": "scenario", "seed": self.seed, "settings": settings}
        return [head, *self._trader_records(), *self._state.truth.records]

    def register(self) -> list[Record]:
        """The public register of firms, by identifier: what an officer could look up of each."""
        return [
            {
                "id": trader.id,
                "name": trader.party.name,
                "activity": f"{trader.role}, {trader.sector}",
                "seat": trader.home,
                "address": trader.address,
                "phone": trader.phone,
                "director": trader.director,
                "founded": trader.founded,
            }
            for trader in self._by_id()
        ]

    def _by_id(self) -> list[Trader]:
        return sorted(self._state.people.traders, key=lambda trader: trader.id)

    def _trader_records(self) -> list[Record]:
        return [{"record": "trader", "id": t.id, "role": t.role, "honest": t.honest} for t in self._by_id()]


def _underway(state: State) -> dict[Lot, int]:
    """What open consignments hold of each lot."""
    sums: dict[Lot, int] = {}
    for consignment in state.underway.values():
        for ware in consignment.wares.values():
            for layer, quantity in ware.portions:
                sums[layer.lot] = sums.get(layer.lot, 0) + quantity
    return sums


def simulate(settings: Scenario, seed: int) -> Iterator[Event]:
    """The documents of a scenario, in order of their time of record."""
    return iter(Simulation(settings, seed))


def write(
    scenario: Scenario,
    seed: int,
    directory: Path,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a run as JSON Lines, in files that correspond line by line where it matters.

    ``documents.jsonl``: canonical documents in order of record, one a line; ``arrivals.jsonl``:
    for each of its lines the time of record and the identity; ``register.jsonl``: the firms;
    ``truth.jsonl``: what really happened. ``progress(done, days)`` is called after each day.
    """
    directory.mkdir(parents=True, exist_ok=True)
    simulation = Simulation(scenario, seed)
    with (
        (directory / "documents.jsonl").open("wb") as papers,
        (directory / "arrivals.jsonl").open("wb") as arrivals,
    ):
        for done, events in enumerate(simulation.by_day(), start=1):
            for record_time, document in events:
                papers.write(canonical(document) + b"\n")
                arrivals.write(_encode({"record_time": record_time} | identity(document)) + b"\n")
            if progress:
                progress(done, scenario.days)
    for name, rows in (("register", simulation.register()), ("truth", simulation.truth())):
        (directory / f"{name}.jsonl").write_bytes(b"".join(_encode(row) + b"\n" for row in rows))
