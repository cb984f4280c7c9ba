"""What an importer buys from whom, how concentrated that is, and how risky by the GeoPolRisk method.

The score is that of Gemechu et al. 2016 (J. Ind. Ecol. 20) as Santillan-Saldivar et al. 2022 state it, before
it is weighed by price::

    score = HHI of world production x  sum over origins (instability x imports)  /  (imports + own production)

with instability the World Bank's indicator of political stability, turned round and brought to 0-1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from sarai.goods import BadSetting
from sarai.minerals.sources.baci import Trade
from sarai.reference.countries import alpha2, country, members

__all__ = [
    "EU", "UNKNOWN_INSTABILITY", "Flows", "GeoPolRisk", "Share", "apart", "flows", "geopolrisk", "hhi",
    "import_shares", "importer_code", "instability", "joined", "of_importer", "shares_of",
]  # fmt: skip

EU = "EU"
WEIGHED = 0.95  # of the value must have a quantity, or value itself is counted
UNKNOWN_INSTABILITY = 0.5  # of who is not rated: the middle, as the method has it


class Flows(NamedTuple):
    """One year's trade in one material.

    Attributes
    ----------
    amounts : float array, shape (countries, countries)
        From the row's country to the column's; none to itself.
    unit : str
        ``t`` or ``kUSD``.
    estimated : float
        Share of the value whose tonnes are not stated, and reckoned from the mean worth of a tonne.
    """

    countries: tuple[str, ...]
    amounts: np.ndarray
    unit: str
    estimated: float = 0.0

    def at(self, code: str) -> int:
        """The place of a country.

        Raises
        ------
        BadSetting
            It neither sold nor bought anything in the data.
        """
        if code not in self.countries:
            raise BadSetting(f"{code} has no trade in the data; name another importer or another year")
        return self.countries.index(code)


class Share(NamedTuple):
    """A country's part of a whole."""

    country: str
    share: float


class GeoPolRisk(NamedTuple):
    """A score and what it is made of; all between 0 and 1."""

    score: float
    hhi: float
    import_risk: float


# -- from columns to one year's network ----------------------------------------------------------


def flows(trade: Trade, codes: Iterable[str], year: int, unit: str = "") -> Flows:
    """The trade of a year in codes together, in tonnes where they are known for nearly all of the value.

    Parameters
    ----------
    unit : str
        ``t`` or ``kUSD``, to have that in any case. Tonnes that are not stated are then reckoned from what a
        tonne of the code is worth in the mean of the year.
    """
    picked = trade.only(codes, (year,))
    value, tonnes = picked.value_kusd, picked.quantity_t.copy()
    lacking = ~(tonnes > 0)
    worth = float(value.sum())
    estimated = float(value[lacking].sum()) / worth if worth > 0 else 0.0
    unit = unit or ("t" if estimated <= 1 - WEIGHED else "kUSD")
    if unit == "t":
        _reckon(picked, tonnes, lacking)
    amounts = np.zeros((len(trade.countries),) * 2)
    np.add.at(amounts, (picked.exporter, picked.importer), tonnes if unit == "t" else value)
    np.fill_diagonal(amounts, 0.0)
    return Flows(trade.countries, amounts, unit, estimated if unit == "t" else 0.0)


def _reckon(picked: Trade, tonnes: np.ndarray, lacking: np.ndarray) -> None:
    """Put in place of tonnes that lack those that the value buys of the same code."""
    for code in np.unique(picked.code[lacking]):
        of = picked.code == code
        stated, missing = of & ~lacking, of & lacking
        bought = picked.value_kusd[stated].sum()
        tonnes[missing] = picked.value_kusd[missing] * (tonnes[stated].sum() / bought) if bought > 0 else 0.0


def joined(network: Flows, group: Iterable[str], name: str) -> Flows:
    """The same trade with several countries as one; what they sell each other is left out."""
    inside = frozenset(group)
    kept = tuple(each for each in network.countries if each not in inside)
    names = (*kept, name)
    place = np.array([len(kept) if each in inside else names.index(each) for each in network.countries])
    amounts = np.zeros((len(names),) * 2)
    np.add.at(amounts, (place[:, None], place[None, :]), network.amounts)
    np.fill_diagonal(amounts, 0.0)
    return network._replace(countries=names, amounts=amounts)


def apart(network: Flows, wanted: Mapping[str, float], others: Mapping[str, float]) -> Flows:
    """Of trade under a code that materials share, what is likely to be one of them.

    A country sends them as it produces them; who produces none, as the world does. This is an estimate: the
    code itself does not tell.

    Parameters
    ----------
    wanted, others : mapping
        Tonnes that each country produces of the one, and of the rest together.
    """
    world = sum(wanted.values()) / ((sum(wanted.values()) + sum(others.values())) or 1.0)
    parts = []
    for each in network.countries:
        one, rest = wanted.get(each, 0.0), others.get(each, 0.0)
        parts.append(one / (one + rest) if one + rest > 0 else world)
    return network._replace(amounts=network.amounts * np.array(parts)[:, None])


def importer_code(text: str) -> str:
    """The code of an importer: of a country, in any ISO spelling, or ``EU``.

    Raises
    ------
    BadSetting
        There is no such country.

    >>> importer_code("eu"), importer_code("jpn")
    ('EU', 'JP')
    """
    said = text.strip().upper()
    code = EU if said == EU else alpha2(said)
    if code is None or (code != EU and not country(code).alpha3):
        raise BadSetting(f"importer {text!r} is not known; use an ISO 3166-1 code such as JP, or EU")
    return code


def of_importer(importer: str, year: int) -> frozenset[str]:
    """The countries that an importer is: one, or the members of the Union at the end of a year."""
    return members(EU, date(year, 12, 31)) if importer == EU else frozenset((importer,))


# -- measures ------------------------------------------------------------------------------------


def import_shares(network: Flows, importer: str) -> tuple[Share, ...]:
    """Who sells to an importer, the largest first; nobody where it imports nothing."""
    return shares_of(network.countries, network.amounts[:, network.at(importer)])


def shares_of(names: Iterable[str], amounts: np.ndarray) -> tuple[Share, ...]:
    """Amounts as parts of their sum, the largest first, without zeros."""
    whole = float(amounts.sum())
    if whole <= 0:
        return ()
    parts = (
        Share(name, float(amount) / whole) for name, amount in zip(names, amounts, strict=True) if amount
    )
    return tuple(sorted(parts, key=lambda each: (-each.share, each.country)))


def hhi(amounts: Iterable[float]) -> float:
    """The Herfindahl-Hirschman index of amounts, from 0 to 1.

    >>> hhi([5, 5]), hhi([3]), hhi([])
    (0.5, 1.0, 0.0)
    """
    each = np.fromiter(amounts, float)
    whole = each.sum()
    return float((each @ each) / whole**2) if whole > 0 else 0.0


def instability(stability: float) -> float:
    """The indicator of political stability (-2.5 to 2.5) turned round, from 0 (stable) to 1.

    >>> instability(2.5), instability(0), instability(-3.0)
    (0.0, 0.5, 1.0)
    """
    return min(1.0, max(0.0, 0.5 - stability / 5))


def geopolrisk(
    bought: Mapping[str, float], production: Mapping[str, float], unstable: Mapping[str, float],
    own: Iterable[str],
) -> GeoPolRisk:  # fmt: skip
    """The score of an importer for one material in one year.

    Parameters
    ----------
    bought : mapping
        Tonnes that it imports, by origin; what members of a group sell each other counts as theirs.
    production : mapping
        Tonnes that each country of the world produces.
    unstable : mapping
        `instability` by country; who is not in it is in the middle.
    own : iterable of str
        The countries that the importer is.
    """
    inside = frozenset(own)
    foreign = {origin: tonnes for origin, tonnes in bought.items() if origin not in inside}
    risk = sum(unstable.get(each, UNKNOWN_INSTABILITY) * tonnes for each, tonnes in foreign.items())
    supply = sum(bought.values()) + sum(production.get(each, 0.0) for each in sorted(inside))
    world, risky = hhi(production.values()), float(risk / supply) if supply > 0 else 0.0
    return GeoPolRisk(world * risky, world, risky)
