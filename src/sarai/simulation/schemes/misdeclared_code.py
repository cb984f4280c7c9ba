"""A mis-declared code: goods of the priority list go under the code of something harmless.

Either from the border on, or the code drifts further down the chain while the papers still name
the lot. Source: mirror analysis of codes at partner exit and at entry (red flag RF33).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.basket import GOODS, Good, priority_goods
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import RUSSIA, SUPPLIERS, contraband, newcomers, note, pass_on
from sarai.simulation.stock import Lot
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """How often the code drifts later, what is declared of the value, and which code hides which."""

    drift: int = 500  # per mille of cases: the code changes down the chain only
    value_kept: int = 60  # per cent of the real value that the disguise declares
    disguises: tuple[tuple[str, str], ...] = (
        ("854231", "853120"), ("854232", "853120"), ("854239", "853120"), ("847150", "847130"),
        ("851762", "851830"), ("852691", "851830"), ("853221", "853120"), ("853224", "853120"),
        ("854129", "853120"), ("853400", "853120"), ("848210", "871680"), ("880730", "871680"),
        ("845811", "841370"), ("845710", "841370"),
    )  # fmt: skip


SETTINGS = Settings()
DISGUISES = dict(SETTINGS.disguises)


def stage(state: State, case: Case) -> None:
    """Goods are imported under a false code, or under the true one and sold under a false one."""
    drift = state.dice.chance(SETTINGS.drift)
    case.variant = "code drifts" if drift else "from the border"
    chain = newcomers(state, case, 2, "importer")
    among = [good for good in priority_goods() if good.hs in DISGUISES]
    real = contraband(state, lines=1, among=among)
    wares = real if drift else disguised(real)
    border.bring_in(state, chain[0], state.dice.weighted(SUPPLIERS), wares, case=case)
    lots = state.stock.lots[-len(wares) :] if drift else []
    state.later(10, 60, _sell, case, chain, disguised(real, lots))


def disguised(wares: list[Ware], lots: list[Lot] | tuple[()] = ()) -> list[Ware]:
    """The same goods under harmless codes; each line names its lot, where lots are given."""
    named = list(lots) or [None] * len(wares)
    return [_disguise(ware, lot) for ware, lot in zip(wares, named, strict=True)]


def _disguise(ware: Ware, lot: Lot | None) -> Ware:
    harmless = GOODS[DISGUISES[ware.good.hs]]
    price = _price(ware.good, harmless)
    return Ware(harmless, ware.quantity, lot=lot, price=price, actual_hs=ware.good.hs, actual=ware.actual)


def _price(real: Good, harmless: Good) -> int:
    """Per cent of the harmless good's usual value that comes to the share of the real value kept."""
    return max(1, real.unit_value_cusd * SETTINGS.value_kept // harmless.unit_value_cusd)


def _sell(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
    lots = [ware.lot for ware in wares]

    def export(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
        for ware, lot in zip(wares, lots, strict=True):
            ware.lot = lot
        note(case, "exported under another code", wares)
        border.send_out(state, chain[0], chain[0].home, RUSSIA, wares, case=case)

    pass_on(state, case, chain, chain[0].home, wares, export)
