"""Deeds with goods at rest: processing, consumption, stock counts, seizures."""

from __future__ import annotations

from sarai.goods import Consumption, CountedLine, OutputLine, Processing, Regime, Seizure, StockCount
from sarai.simulation.basket import Good
from sarai.simulation.calendar import moment
from sarai.simulation.deeds import State, Ware, bear, by_trader, holding, line, lines, take
from sarai.simulation.stock import end
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case, decimal

AUTHORITY = "customs:inspection"


def process(
    state: State, maker: Trader, place: str, inputs: list[Ware], outputs: list[tuple[Ware, int]]
) -> Processing:
    """Inputs are used and outputs made; every output lot has all that was used for its parents."""
    name = by_trader(state, maker, "P")
    for ware in inputs:
        take(state, holding(maker, place), ware)
        end(ware.portions, "used")
    first = len(inputs) + 1
    made = [ware for ware, _ in outputs]
    parents = tuple(portion for ware in inputs for portion in ware.portions)
    for lot in bear(state, name, made, first=first):
        lot.parents = parents
        state.stock.put(holding(maker, place), lot, lot.born, state.now)
    document = Processing(
        **name,
        time=moment(state.now),
        processor=maker.party,
        place=place,
        inputs=lines(inputs),
        outputs=[_output(item, ware, share) for item, (ware, share) in enumerate(outputs, start=first)],
    )
    state.file(document)
    return document


def _output(item: int, ware: Ware, share: int) -> OutputLine:
    plain = line(item, ware)
    return OutputLine(share=share, **{name: getattr(plain, name) for name in plain.__struct_fields__})


def consume(
    state: State, keeper: Trader, place: str, wares: list[Ware], reason: str, case: Case | None = None
) -> Consumption:
    """Goods are used up, sold to consumers or destroyed."""
    for ware in wares:
        take(state, holding(keeper, place), ware, case)
        end(ware.portions, "used")
    document = Consumption(
        **by_trader(state, keeper, "C"),
        time=moment(state.now),
        holder=keeper.party,
        place=place,
        reason=reason,
        lines=lines(wares),
    )
    state.file(document, case)
    return document


def count(state: State, keeper: Trader, place: str, found: list[tuple[Good, int]]) -> StockCount:
    """Stock is counted; what was found beyond the known is a new lot, what is wanting was lost."""
    name = by_trader(state, keeper, "N")
    home = holding(keeper, place)
    for item, (good, quantity) in enumerate(found, start=1):
        known = state.stock.held(home, good.hs)
        if quantity > known:
            _find(state, home, name, item, good, quantity - known)
        elif quantity < known:
            end(state.stock.draw(home, good.hs, known - quantity), "lost")
    document = StockCount(
        **name,
        time=moment(state.now),
        holder=keeper.party,
        place=place,
        lines=[
            CountedLine(item=item, hs=good.hs, quantity=decimal(quantity), unit=good.unit)
            for item, (good, quantity) in enumerate(found, start=1)
        ],
    )
    state.file(document)
    return document


def _find(
    state: State, home: tuple[str, str, Regime], name: dict[str, str], item: int, good: Good, surplus: int
) -> None:
    (lot,) = bear(state, name, [Ware(good, surplus)], first=item)
    state.stock.put(home, lot, surplus, state.now)


def seize(state: State, keeper: Trader, place: str, wares: list[Ware], reason: str) -> Seizure:
    """The authority takes goods from a holder's stock."""
    for ware in wares:
        take(state, holding(keeper, place), ware)
        end(ware.portions, "seized")
    document = Seizure(
        issuer=AUTHORITY,
        number=state.desk.number(AUTHORITY, "Z"),
        time=moment(state.now),
        holder=keeper.party,
        place=place,
        reason=reason,
        lines=lines(wares),
    )
    state.file(document)
    return document
