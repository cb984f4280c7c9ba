"""A market from what is known of it: flows, what some countries make, and what is assumed of stocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.loading import hs_codes, material
from sarai.minerals.materials import STAGES
from sarai.minerals.shocks.cascade import Market

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.dependence.trade import Flows as Network
    from sarai.minerals.sources.baci import Trade

__all__ = ["ABSORBED", "Flows", "Known", "known", "market_of", "stocked", "trade_of", "worth_of", "worths_of"]

ABSORBED = 0.2
"""Of a shock, borne by consumption before trade; assumed. The paper tries 0 to 1."""

Flows = Mapping[tuple[str, str], float]
"""What goes from an exporter to an importer, by their codes."""


def market_of(
    flows: Flows,
    production: Mapping[str, float] | None = None,
    *,
    reserve_days: float,
    absorbed: float = ABSORBED,
) -> Market:
    """The market of a year, its countries by code.

    Where a country makes less than it exports beyond its imports, or nothing is known of what it makes, that
    much is taken as made: what left must have come from somewhere. So consumption is at least nothing, and
    of an exporter whose production is not known, what it uses at home is not seen.

    Parameters
    ----------
    reserve_days : float
        Of consumption that every country has in stock.
    absorbed : float
        Share of a shock that consumption bears before trade.

    Raises
    ------
    BadSetting
        There are no flows.
    """
    import numpy as np

    made = production or {}
    pairs = {pair: value for pair, value in flows.items() if pair[0] != pair[1] and value > 0}
    if not pairs:
        raise BadSetting("a market without flows; take another year or material")
    countries = tuple(sorted({code for pair in pairs for code in pair} | set(made)))
    at = {code: number for number, code in enumerate(countries)}
    trade = np.zeros((len(countries),) * 2)
    for (giver, taker), value in pairs.items():
        trade[at[giver], at[taker]] = value
    known = np.array([made.get(code, 0.0) for code in countries])
    return stocked(countries, trade, known, np.full(len(countries), reserve_days),
                   np.full(len(countries), absorbed))  # fmt: skip


def stocked(
    countries: tuple[str, ...],
    trade: np.ndarray,
    known: np.ndarray,
    reserve_days: np.ndarray,
    absorbed: np.ndarray,
) -> Market:
    """A market whose production covers its trade, with reserves of so many days of consumption."""
    import numpy as np

    made = np.maximum(known, trade.sum(axis=1) - trade.sum(axis=0))
    supply = np.maximum(made + trade.sum(axis=0) - trade.sum(axis=1), 0.0)
    return Market(countries, trade, made, supply * reserve_days / 365, absorbed)


# -- from a folder of data -----------------------------------------------------------------------


class Known(Struct, frozen=True):
    """What a folder of data knows of a material's market in a year.

    Attributes
    ----------
    flows : mapping
        By exporter and importer.
    production : mapping
        Tonnes by country, of the same stage; empty where it is not known, or trade is in dollars.
    codes : tuple of str
        Under which it is traded.
    unit : str
        ``t`` or ``kUSD``.
    words : tuple of str
        What a reader must know of them.
    usd_per_t : float, optional
        What a tonne is worth in all trade of the year; none where no tonnes are stated.
    """

    flows: Flows
    production: Mapping[str, float]
    material: str
    stage: str
    year: int
    codes: tuple[str, ...]
    unit: str
    words: tuple[str, ...]
    usd_per_t: float | None = None


def known(folder: Path, name: str, year: int, stage: str = "") -> Known:
    """The market of a material in a year, of a stage or of the furthest that has trade.

    Raises
    ------
    BadSetting
        The folder has no trade of it in the year; the text names the codes that were looked for.
    """
    from sarai.minerals.dependence.trade import flows
    from sarai.minerals.sources import baci

    code = material(name).code
    trade = baci.of_folder(folder)
    for each in [stage] if stage else reversed(STAGES):
        codes = tuple(sorted({row.hs for row in hs_codes(code, each)}))
        network = flows(trade, codes, year)
        if network.amounts.any():
            break
    else:
        _nothing(folder, code, stage, year, trade.years)
    traded = set(trade.only(codes, (year,)).code.tolist())
    codes = tuple(each for each in codes if int(each) in traded)
    made = _production(folder, code, each, year) if network.unit == "t" else {}
    words = tuple(_words(code, each, codes, bool(made)))
    worth = worth_of(trade, codes, year)
    return Known(_links(network), made, code, each, year, codes, network.unit, words, worth)


def worth_of(trade: Trade, codes: Sequence[str], year: int, importer: str = "") -> float | None:
    """US dollars a tonne in a year's trade, or an importer's, where tonnes are stated; none if nowhere."""
    of = trade.only(codes, (year,))
    stated = of.quantity_t > 0
    if importer:
        stated = stated & (of.importer == trade.countries.index(importer))
    tonnes = float(of.quantity_t[stated].sum())
    return 1000 * float(of.value_kusd[stated].sum()) / tonnes if tonnes > 0 else None


def _links(network: Network) -> dict[tuple[str, str], float]:
    import numpy as np

    givers, takers = (at.tolist() for at in np.nonzero(network.amounts))
    return {
        (network.countries[giver], network.countries[taker]): float(network.amounts[giver, taker])
        for giver, taker in zip(givers, takers, strict=True)
    }


def _nothing(folder: Path, code: str, stage: str, year: int, years: tuple[int, ...]) -> NoReturn:
    codes = ", ".join(sorted({row.hs for row in hs_codes(code, stage)})) or "no code"
    raise BadSetting(
        f"{folder} has no trade of {code} in {year} (codes {codes}; trade of {years[0]} to {years[-1]}); "
        "take another year or stage, or a file of BACI with these codes"
    )


def _production(folder: Path, code: str, stage: str, year: int) -> dict[str, float]:
    """What World Mining Data count, where they do and the folder has them."""
    from sarai.minerals.sources.finding import find, held
    from sarai.minerals.sources.mining import MINED, read_produced

    names = MINED.get((code, stage), ())
    if not names or not held(folder, "mining"):
        return {}
    made: dict[str, float] = {}
    for each in read_produced(find(folder, "mining"), []):
        if each.material in names and each.year == year and each.unit == "metr. t":
            made[each.country] = made.get(each.country, 0.0) + each.amount
    return made


def _words(code: str, stage: str, codes: tuple[str, ...], counted: bool) -> Iterator[str]:
    shared = sorted({row.hs for row in hs_codes(code, stage) if row.hs in codes and not row.alone})
    if shared:
        yield f"Codes {', '.join(shared)} hold other goods too; what is said is of all that goes under them."
    if counted:
        yield "Production is World Mining Data's, in content; trade is in gross weight."
    else:
        yield "Production is not known: as much is taken as made as leaves a country beyond what it imports."


def trade_of(folder: Path) -> Callable[[Sequence[str], int], Flows]:
    """What a folder's trade gives of codes and a year, in tonnes, as `cases.ran` asks for it."""
    from sarai.minerals.dependence.trade import flows
    from sarai.minerals.sources import baci

    trade = baci.of_folder(folder)
    return lambda codes, year: _links(flows(trade, codes, year, "t"))


def worths_of(folder: Path) -> Callable[[Sequence[str], int, str], float | None]:
    """What a folder's trade gives of codes, a year and an importer: US dollars a tonne (`worth_of`)."""
    from sarai.minerals.sources import baci

    trade = baci.of_folder(folder)
    return lambda codes, year, importer: worth_of(trade, codes, year, importer)
