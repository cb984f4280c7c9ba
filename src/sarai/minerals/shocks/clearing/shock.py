"""What befalls a market, as arrays by month: links capped or dearer, production lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.goods.errors import BadSetting

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.shocks.clearing.calibrating import Market

__all__ = ["MONTHS_MOST", "Shock", "calm", "checked"]

MONTHS_MOST = 120  # the elasticities know no more than a long run of five years


class Shock(Struct, frozen=True, kw_only=True):
    """A shock of T months on a market of n countries and m links.

    Attributes
    ----------
    caps : ndarray (T, m)
        Most that goes on a link, tonnes a month: 0 an embargo, infinity no bound.
    lost : ndarray (T, n)
        Share of a country's production, and of its capacity, that is lost; in [0, 1].
    added : ndarray (T, m)
        What a link costs more, as a share of the base price: a dearer corridor, a duty.
    """

    caps: np.ndarray
    lost: np.ndarray
    added: np.ndarray

    @property
    def months(self) -> int:
        """How many."""
        return len(self.lost)


def calm(market: Market, months: int) -> Shock:
    """No shock.

    Raises
    ------
    BadSetting
        The months are out of bounds.
    """
    import numpy as np

    if not 1 <= months <= MONTHS_MOST:
        raise BadSetting(f"{months} months are out of bounds; ask for 1 to {MONTHS_MOST}")
    links, countries = len(market.links), len(market.countries)
    return Shock(
        caps=np.full((months, links), np.inf),
        lost=np.zeros((months, countries)),
        added=np.zeros((months, links)),
    )


def checked(market: Market, shock: Shock, months: int) -> Shock:
    """The shock, if it fits the market.

    Raises
    ------
    BadSetting
        An array has another shape, or a figure out of bounds.
    """
    import numpy as np

    like = calm(market, months)
    for name in ("caps", "lost", "added"):
        has, needs = getattr(shock, name), getattr(like, name)
        if np.shape(has) != needs.shape:
            raise BadSetting(
                f"{name} of the shock have shape {np.shape(has)}; this market needs {needs.shape}"
            )
        most = 1.0 if name == "lost" else np.inf
        wrong = ~((has >= 0) & (has <= most))
        if wrong.any() or (name == "added" and not np.isfinite(has).all()):
            raise BadSetting(
                f"{name} of the shock are out of bounds; give 0 or more, and of `lost` at most 1"
            )
    return shock
