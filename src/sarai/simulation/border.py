"""Deeds at the border: import, clearance, export, transit and its seals, arrival, exit."""

from __future__ import annotations

from decimal import Decimal

from sarai.goods import (
    Arrival,
    Exit,
    Export,
    Import,
    Party,
    Regime,
    SealEvent,
    Transit,
)
from sarai.simulation.calendar import DAY_S, moment
from sarai.simulation.deeds import (
    Consignment,
    State,
    Ware,
    bear,
    carrier,
    close,
    give,
    holding,
    lines,
    set_off,
    take,
    vehicle,
)
from sarai.simulation.stock import end
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case
from sarai.simulation.world import ABROAD, PLACES

SEAL_OPERATOR = "seal-operator"


def bring_in(
    state: State,
    importer: Trader,
    country: str,
    wares: list[Ware],
    *,
    place: str = "",
    regime: Regime = Regime.HOME_USE,
    seller: Party | None = None,
    case: Case | None = None,
) -> Import:
    """Goods are imported; what really came lies with the importer."""
    place = place or importer.home
    name = state.desk.declaration(place, state.now)
    for lot in bear(state, name, wares, case):
        if lot.born:
            state.stock.put(holding(importer, place, regime), lot, lot.born, state.now)
    document = Import(
        **name,
        time=moment(state.now),
        importer=importer.party,
        place=place,
        country=country,
        regime=regime,
        seller=seller or state.dice.pick(state.people.abroad[country]),
        declarant=_declarant(state),
        lines=lines(wares, country),
    )
    state.file(document, case)
    return document


def clear(
    state: State,
    importer: Trader,
    place: str,
    previous: Regime,
    wares: list[Ware],
    case: Case | None = None,
) -> Import:
    """Goods already in the country pass from a customs procedure into home use."""
    for ware in wares:
        take(state, holding(importer, place, previous), ware, case)
        give(state, holding(importer, place), ware.portions)
    document = Import(
        **state.desk.declaration(place, state.now),
        time=moment(state.now),
        importer=importer.party,
        place=place,
        previous_regime=previous,
        declarant=_declarant(state),
        lines=lines(wares, "CN"),
    )
    state.file(document, case)
    return document


def send_out(
    state: State,
    exporter: Trader,
    place: str,
    country: str,
    wares: list[Ware],
    *,
    regime: Regime = Regime.HOME_USE,
    case: Case | None = None,
) -> Export:
    """Goods are exported; the truth keeps where each line really came from."""
    document = Export(
        **state.desk.declaration(place, state.now),
        time=moment(state.now),
        exporter=exporter.party,
        place=place,
        country=country,
        regime=regime,
        consignee=state.dice.pick(state.people.abroad[country]),
        declarant=_declarant(state),
        lines=lines(wares, country),
    )
    for item, ware in enumerate(wares, start=1):
        take(state, holding(exporter, place, regime), ware, case)
        end(ware.portions, f"exported:{country}")
        state.truth.origin(document, item, ware.actual_hs, ware.portions)
    state.file(document, case)
    return document


def enter(
    state: State,
    principal: Trader,
    country: str,
    post: str,
    destination: str,
    wares: list[Ware],
    *,
    days: int,
    consignee: Trader | None = None,
    onward: str = "",
    case: Case | None = None,
) -> Consignment:
    """Goods enter under transit, sealed; ``onward`` is the country they are bound for beyond."""
    name = state.desk.declaration(post, state.now)
    source = holding(principal, post, Regime.TRANSIT)
    for ware, lot in zip(wares, bear(state, name, wares, case), strict=True):
        if lot.born:
            state.stock.put(source, lot, lot.born, state.now)
            ware.portions = state.stock.draw(source, lot.hs, lot.born, lot)
    document = Transit(
        **name,
        time=moment(state.now),
        principal=principal.party,
        place=post,
        destination=destination,
        deadline=moment(state.now + days * DAY_S),
        country=country,
        destination_country=onward,
        consignee=consignee.party if consignee else None,
        carrier=carrier(state),
        vehicle=vehicle(state),
        seals=[f"SEAL-{state.dice.below(10**6):06d}"],
        lines=lines(wares, country),
    )
    return set_off(state, document, wares, source, consignee, case)


def seal(state: State, consignment: Consignment, event: str, place: str = "", toward: int = 0) -> None:
    """The consignment's seal tells something, ``toward`` per cent of the way to its destination.

    With a ``place`` (home or abroad, by code) it tells it from there. Off an open consignment it
    tells nothing.
    """
    if not consignment.open:
        return
    paper = consignment.paper
    assert isinstance(paper, Transit)
    here = PLACES.get(place) or ABROAD.get(place)
    lat, lon = (here.lat_cdeg, here.lon_cdeg) if here else _on_the_way(paper, toward)
    document = SealEvent(
        issuer=SEAL_OPERATOR,
        number=state.desk.number(SEAL_OPERATOR, "E"),
        time=moment(state.now),
        consignment=consignment.ref,
        seal=paper.seals[0],
        event=event,
        place=place,
        latitude_deg=Decimal(lat).scaleb(-2),
        longitude_deg=Decimal(lon).scaleb(-2),
    )
    state.file(document, consignment.case)


def _on_the_way(paper: Transit, per_cent: int) -> tuple[int, int]:
    """The point a share of the way along the straight line, in hundredths of a degree."""
    here, there = PLACES[paper.place], PLACES[paper.destination]
    lat = here.lat_cdeg + (there.lat_cdeg - here.lat_cdeg) * per_cent // 100
    lon = here.lon_cdeg + (there.lon_cdeg - here.lon_cdeg) * per_cent // 100
    return lat, lon


def arrive(
    state: State, consignment: Consignment, keeper: Trader, regime: Regime = Regime.TEMPORARY_STORAGE
) -> Arrival:
    """A transit ends inside the country, in somebody's hands."""
    place = consignment.destination
    document = Arrival(
        **state.desk.declaration(place, state.now),
        time=moment(state.now),
        consignment=consignment.ref,
        holder=keeper.party,
        place=place,
        regime=regime,
    )
    for ware in consignment.wares.values():
        give(state, holding(keeper, place, regime), ware.portions)
    close(state, consignment)
    state.file(document, consignment.case)
    return document


def leave(state: State, consignment: Consignment, post: str, country: str) -> Exit:
    """A transit leaves the country."""
    document = Exit(
        **state.desk.declaration(post, state.now),
        time=moment(state.now),
        consignment=consignment.ref,
        place=post,
        country=country,
    )
    for ware in consignment.wares.values():
        end(ware.portions, f"through:{country}")
    close(state, consignment)
    state.file(document, consignment.case)
    return document


def _declarant(state: State) -> Party | None:
    forwarders = state.people.by_role.get("forwarder")
    return state.dice.pick(forwarders).party if forwarders and state.dice.chance(600) else None
