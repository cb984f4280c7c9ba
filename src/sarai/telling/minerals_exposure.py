"""How exposure is told: who sells beside who really supplies, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence import BENCHMARK, Exposure, Lacking, Share, exposures, importer_code
from sarai.reference.countries import country
from sarai.telling.charts import Bar, Bars, Chart, Link, Sankey, Words

__all__ = ["Passed", "Told", "beside", "chart", "passed", "suppliers", "told"]

SOURCE = "BACI (CEPII), World Mining Data, WGI (World Bank), EU study of critical raw materials"
LEAST_DRAWN = 0.02
OTHERS = "others"


class Told(Struct, frozen=True, kw_only=True):
    """An answer; each of `materials` has figures or a reason."""

    importer: str
    year: int
    materials: tuple[Exposure | Lacking, ...]
    words: tuple[str, ...]

    @property
    def known(self) -> tuple[Exposure, ...]:
        """Materials with figures."""
        return tuple(each for each in self.materials if isinstance(each, Exposure))

    @property
    def lacking(self) -> tuple[Lacking, ...]:
        """Materials with a reason instead."""
        return tuple(each for each in self.materials if isinstance(each, Lacking))


class Passed(Struct, frozen=True, kw_only=True):
    """A hub of a material in words: its share of sales, of origins, and who is behind it."""

    material: str
    hub: str
    direct: float
    traced: float
    behind: tuple[Share, ...]


def told(folder: Path, wanted: Iterable[str], importer: str, year: int, stage: str = "") -> Told:
    """The exposure of an importer, with what a reader of all its figures must know."""
    found = exposures(folder, wanted, importer, year, stage)
    words = [
        f"Over {BENCHMARK:.0%} from one third country is marked *, direct or traced (Critical Raw Materials "
        "Act). HHI and score run from 0 to 1.",
        "Traced: goods mix in each country, and what it sends on is that mix; see docs/minerals.md.",
    ]
    return Told(importer=importer_code(importer), year=year, materials=found, words=tuple(words))


def suppliers(shares: Sequence[Share], over: Sequence[Share], most: int = 3) -> str:
    """The largest suppliers in a line; over the benchmark, with a star.

    >>> suppliers([Share("CN", 0.7), Share("US", 0.3)], [Share("CN", 0.7)])
    'CN* 70%, US 30%'
    """
    marked = {each.country for each in over if each.share > BENCHMARK}
    return ", ".join(
        f"{each.country}{'*' if each.country in marked and each.share > BENCHMARK else ''} {each.share:.0%}"
        for each in shares[:most]
    )


def passed(found: Told, most: int = 4, behind: int = 3) -> Iterator[Passed]:
    """The largest hubs of each material."""
    for each in found.known:
        for hub in each.hubs[:most]:
            yield Passed(material=each.material, hub=hub.country, direct=hub.direct, traced=hub.traced,
                         behind=hub.behind[:behind])  # fmt: skip


def beside(each: Exposure) -> list[tuple[str, float, float]]:
    """Every country's direct and traced share, the larger of both first."""
    direct = {share.country: share.share for share in each.direct}
    begun = {share.country: share.share for share in each.traced}
    rows = [(code, direct.get(code, 0.0), begun.get(code, 0.0)) for code in direct | begun]
    return sorted(rows, key=lambda row: (-max(row[1:]), row[0]))


# -- pictures ------------------------------------------------------------------------------------


def chart(found: Told) -> Chart:
    """Of one material with trade, the way from origin to importer; of several, their scores.

    Raises
    ------
    BadSetting
        No material asked for has figures.
    """
    if not found.known:
        raise BadSetting("no material asked for has figures; ask for another, or another year")
    if len(found.known) == 1 and found.known[0].ways:
        return _ways(found.known[0])
    bars = tuple(
        Bar(name=each.material, value=each.score.score, low=each.low, high=each.high)
        if each.score
        else Bar(name=each.material, value=None)
        for each in found.known
    )
    words = Words(
        title=f"Supply risk of {_name(found.importer)}, {found.year}",
        unit="GeoPolRisk score, 0 to 1",
        source=SOURCE,
        note="Intervals where purchases are not known.",
    )
    return Bars(words=words, bars=bars, dots=True, most=40)


def _ways(each: Exposure) -> Sankey:
    """Origin, seller, importer; what is small or too little to name goes as others."""
    drawn: dict[tuple[str, str], float] = {}
    for way in each.ways:
        ends = (way.origin, way.seller) if way.share >= LEAST_DRAWN else (OTHERS, OTHERS)
        drawn[ends] = drawn.get(ends, 0.0) + way.share
    rest = 1 - sum(drawn.values())
    if rest > 0:
        drawn[OTHERS, OTHERS] = drawn.get((OTHERS, OTHERS), 0.0) + rest
    sold: dict[str, float] = {}
    for (_, seller), share in drawn.items():
        sold[seller] = sold.get(seller, 0.0) + share
    first = [Link(giver=_name(a), taker=_name(b), value=part) for (a, b), part in drawn.items()]
    last = [Link(giver=_name(seller), taker=_name(each.importer), value=share, layer=1)
            for seller, share in sold.items()]  # fmt: skip
    words = Words(
        title=f"{each.material} for {_name(each.importer)}, {each.year}",
        unit="share of purchases",
        source=SOURCE,
        note=f"Origins by proportional mixing; who begins is told by {each.traced_by}.",
    )
    return Sankey(words=words, layers=("from", "sold by", "to"), links=(*first, *last))


def _name(code: str) -> str:
    if code in (OTHERS, "EU"):
        return code
    return country(code).name if len(code) == 2 else code
