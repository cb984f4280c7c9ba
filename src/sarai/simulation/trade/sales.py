"""Sales inside the country: a waybill, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sarai.simulation import inland
from sarai.simulation.calendar import DAY_S
from sarai.simulation.deeds import Consignment, State, divert, holding
from sarai.simulation.dice import Weighted
from sarai.simulation.trade.wares import LINES, chosen, part
from sarai.simulation.traders import Trader

OUTCOMES = Weighted(
    (("confirm", 915), ("partial", 38), ("decline", 14), ("revoke", 9), ("split", 10), ("divert", 8))
)
DEADLINE_DAYS = Weighted(((20, 70), (10, 20), (3, 10)))
RETURNED = 12  # per mille of confirmed consignments, some of which goes back


def sell(state: State, seller: Trader, place: str) -> None:
    """Some of the stock goes to a customer."""
    if seller.customers is None:
        return
    buyer = state.dice.weighted(seller.customers)
    inputs = [hs for hs, _ in buyer.recipe.inputs] if buyer.recipe else None
    wares = chosen(state, holding(seller, place), state.dice.weighted(LINES), low=15, high=80, among=inputs)
    if wares:
        _plan_outcome(state, inland.dispatch(state, seller, place, buyer, wares, deadline=_deadline(state)))


def transfer(state: State, owner: Trader, place: str) -> None:
    """A firm moves goods between its own places."""
    other = owner.depot if place == owner.home else owner.home
    wares = chosen(state, holding(owner, place), 6, low=30, high=80) if other else []
    if wares:
        sent = inland.dispatch(
            state, owner, place, owner, wares, deadline=_deadline(state), destination=other
        )
        _answer_later(state, sent, 6, 60, _confirm)


def _deadline(state: State) -> int:
    return state.now + state.dice.weighted(DEADLINE_DAYS) * DAY_S


def _plan_outcome(state: State, sent: Consignment) -> None:
    if state.dice.chance(state.scenario.cancelled):
        return _answer_later(state, sent, 1, 8, inland.cancel)
    if state.dice.chance(state.scenario.silent):
        return state.clock.at(sent.deadline, inland.lapse, state, sent)
    outcome = state.dice.weighted(OUTCOMES)
    low_h, high_h = _TIMES.get(outcome, (5, 80))
    return _answer_later(state, sent, low_h, high_h, _OUTCOMES[outcome])


def _answer_later(
    state: State, sent: Consignment, low_h: int, high_h: int, action: Callable[[State, Consignment], object]
) -> None:
    """Plan an answer; whom the deadline overtakes does not answer any more."""
    time = state.soon(low_h, high_h)
    if time < sent.deadline:
        state.clock.at(time, action, state, sent)
    else:
        state.clock.at(sent.deadline, inland.lapse, state, sent)


def _confirm(state: State, sent: Consignment) -> None:
    inland.confirm(state, sent)
    state.stocked(state, sent.consignee, sent.destination)
    if state.dice.chance(RETURNED):
        state.later(20, 150, _return, sent)


def _return(state: State, sent: Consignment) -> None:
    """The buyer sends some of the goods back, as far as they are still there."""
    buyer, seller = sent.consignee, state.people.by_id[sent.source[0]]
    sold = {ware.good.hs for ware in sent.wares.values()}
    wares = chosen(state, holding(buyer, sent.destination), 2, low=5, high=50, among=sold)
    if wares and seller is not buyer:
        back = inland.dispatch(
            state,
            buyer,
            sent.destination,
            seller,
            wares,
            deadline=_deadline(state),
            destination=sent.source[1],
        )
        _answer_later(state, back, 6, 60, _confirm)


def _accept_partly(state: State, sent: Consignment) -> None:
    """One or more items came short, or were partly refused."""
    findings: dict[int, tuple[int, int]] = {}
    for item, ware in sent.wares.items():
        if findings and not state.dice.chance(200):
            continue
        accepted = part(ware.good, ware.quantity, state.dice.between(60, 99))
        wanting = ware.quantity - accepted
        findings[item] = (accepted, wanting if state.dice.chance(650) else 0)
    inland.accept_partly(state, sent, findings)
    state.stocked(state, sent.consignee, sent.destination)


def _split(state: State, sent: Consignment) -> None:
    """The carrier divides the load; the parts arrive apart, at one or two places of the consignee."""
    buyer = sent.consignee
    count = state.dice.between(2, 3)
    if any(ware.quantity < count * 1000 for ware in sent.wares.values()):
        return _confirm(state, sent)
    places = [sent.destination, buyer.depot or sent.destination, sent.destination][:count]
    for each in inland.split(state, sent, places):
        _answer_later(state, each, 8, 70, _confirm)
    return None


def _divert(state: State, sent: Consignment) -> None:
    """The seller's other customer takes the goods instead."""
    seller = state.people.by_id[sent.source[0]]
    buyer = state.dice.weighted(seller.customers)
    if buyer is sent.consignee:
        return _confirm(state, sent)
    divert(state, sent, buyer.home, "sold to another customer", consignee=buyer)
    return _answer_later(state, sent, 6, 50, _confirm)


_TIMES = {"split": (2, 12), "divert": (2, 12)}
_OUTCOMES = {
    "confirm": _confirm,
    "decline": partial(inland.turn_back, decision="decline"),
    "revoke": partial(inland.turn_back, decision="revoke"),
    "partial": _accept_partly,
    "split": _split,
    "divert": _divert,
}
