"""Markets for the tests of prices: small ones by hand, and random ones."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from sarai.minerals.shocks.clearing import Elasticities, Market, Shock, calm, market

SIMPLE = Elasticities(
    supply=(0.3, 0.3), demand=(0.2, 0.2), trade=(3.0, 3.0), spare=(0.2, 0.2), stock_days=0.0
)


def chosen(**others: object) -> Elasticities:
    """`SIMPLE`, but for what is named."""
    return replace(SIMPLE, **others)


def random_market(
    seed: int, countries: int, elasticities: Elasticities = SIMPLE, stocked: bool = True
) -> Market:
    """Countries of which half produce, with trade between two in five pairs, and stocks in some."""
    random = np.random.default_rng(seed)
    codes = [f"{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(countries)]
    made = random.lognormal(5, 1.5, countries) * (random.random(countries) < 0.5)
    made[0] += 1000.0
    trade = {
        (giver, taker): made[at] * random.random() * 0.8 / countries / 0.4
        for at, giver in enumerate(codes)
        for taker in codes
        if giver != taker and (random.random() < 0.4 or taker == codes[at - 1])
    }
    held = {code: float(random.lognormal(2, 1)) for code in codes if stocked and random.random() < 0.5}
    return market(trade, dict(zip(codes, made.tolist(), strict=True)), elasticities, held)


def shut(of: Market, giver: int, months: int, share: float = 1.0, lost: float = 0.0) -> Shock:
    """A country's links cut by a share, and its production by another."""
    like = calm(of, months)
    caps, gone = like.caps.copy(), like.lost.copy()
    ours = of.links[:, 0] == giver
    caps[:, ours] = (1 - share) * of.flows[ours] if share > 0 else np.inf
    gone[:, giver] = lost
    return Shock(caps=caps, lost=gone, added=like.added)
