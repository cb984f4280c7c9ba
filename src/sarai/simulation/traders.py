"""The people of the trade: firms with roles, sizes, customers and an entry in the register.

Sizes follow Zipf's law, as the sizes of firms do (Axtell, Science 293, 2001), with Mandelbrot's
shift that keeps the first few from having it all: the firm of rank r weighs 1/(r + 4). All
names, numbers and addresses are plainly made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sarai.goods import Party
from sarai.simulation.basket import BY_SECTOR, PRODUCTS, RECIPES, SECTORS, Good, Recipe
from sarai.simulation.dice import Dice, Weighted
from sarai.simulation.scenario import Scenario
from sarai.simulation.world import CITIES, HOME, PARTNERS, PLACES, POSTS

SCALE = 1_000_000
SHIFT = 4
ROLES = Weighted(
    (
        ("importer", 20), ("wholesaler", 22), ("processor", 8), ("exporter", 8), ("retailer", 32),
        ("producer", 2), ("carrier", 5), ("forwarder", 3),
    )
)  # fmt: skip
TRADES = Weighted(
    zip(SECTORS, (22, 17, 7, 12, 6, 4, 7, 10, 8, 14, 4), strict=True),
)
CUSTOMERS: dict[str, Weighted[str]] = {
    "importer": Weighted(
        (("wholesaler", 45), ("retailer", 32), ("processor", 12), ("exporter", 8), ("importer", 3))
    ),
    "wholesaler": Weighted((("retailer", 62), ("wholesaler", 16), ("exporter", 12), ("processor", 10))),
    "processor": Weighted((("wholesaler", 48), ("retailer", 22), ("exporter", 20), ("processor", 10))),
    "exporter": Weighted((("wholesaler", 60), ("retailer", 40))),
    "producer": Weighted((("processor", 45), ("exporter", 40), ("wholesaler", 15))),
    "retailer": Weighted((("retailer", 70), ("wholesaler", 30))),
}
NAMES = Weighted(
    (("Trader {} LLP", 50), ("ТОО «Торговец {}»", 28), ("«Саудагер {}» ЖШС", 18), ("IE Trader {}", 4))
)
SEATS = Weighted((place, place.firms) for place in CITIES + POSTS)
FOREIGN_PARTIES = 40
BUSINESS_CENTRES = 12
YOUNG = 60  # per mille of honest firms founded within the last year
SHARED_SEAT = 90  # per mille of honest firms that sit in one of the business centres


@dataclass(slots=True, eq=False)
class Trader:
    """One firm; ``weight`` is its size (in millionths of the largest), ``size`` its lot size, 1 to 8."""

    party: Party
    role: str
    sector: str
    home: str
    founded: date
    address: str
    phone: str
    director: str
    weight: int
    size: int = 1
    depot: str = ""
    recipe: Recipe | None = None
    assortment: tuple[Good, ...] = ()
    customers: Weighted[Trader] | None = None
    honest: bool = True

    @property
    def id(self) -> str:
        """The identifier by which papers and register name the firm."""
        return self.party.id


@dataclass(slots=True, eq=False)
class Population:
    """All firms of the country, and their partners abroad.

    ``established`` firms trade of themselves; those that a scheme founds later only play their part in it.
    """

    dice: Dice
    start: date
    traders: list[Trader] = field(default_factory=list)
    established: tuple[Trader, ...] = ()
    by_role: dict[str, list[Trader]] = field(default_factory=dict)
    by_id: dict[str, Trader] = field(default_factory=dict)
    abroad: dict[str, list[Party]] = field(default_factory=dict)
    offset: int = 0

    def number(self) -> int:
        """A new six-digit number that tells neither rank nor order (a full cycle over 10**6)."""
        return (self.offset + (len(self.traders) + 1) * 611_953) % 1_000_000

    def found(self, role: str, sector: str, weight: int, **known: str | date) -> Trader:
        """Register a new firm; what is not ``known`` of it is made up."""
        number, dice = self.number(), self.dice
        home = str(known.get("home") or dice.weighted(SEATS).code)
        address = str(known.get("address") or self.address(home))
        trader = Trader(
            party=Party(
                id=f"{HOME}-{number:06d}",
                name=dice.weighted(NAMES).format(f"{number:06d}"),
                country=HOME,
                address=address,
            ),
            role=role,
            sector=sector,
            home=home,
            founded=_date(known.get("founded")) or self.founding_day(),
            address=address,
            phone=str(known.get("phone") or f"+7 000 {number:06d}"),
            director=str(known.get("director") or f"Person {dice.below(900_000):06d}"),
            weight=weight,
        )
        self.traders.append(trader)
        self.by_role.setdefault(role, []).append(trader)
        self.by_id[trader.id] = trader
        return trader

    def address(self, home: str) -> str:
        """A made-up address in the firm's seat; some share a business centre."""
        city = PLACES[home].name
        if self.dice.chance(SHARED_SEAT):
            return f"Business Centre {self.dice.below(BUSINESS_CENTRES) + 1}, {city}"
        return f"Street {self.dice.between(1, 400)}, house {self.dice.between(1, 180)}, {city}"

    def founding_day(self) -> date:
        """A day before the start of the run; a few firms are younger than a year."""
        young = self.dice.chance(YOUNG)
        age_days = self.dice.between(20, 365) if young else self.dice.between(366, 9_500)
        return self.start - timedelta(days=age_days)


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def populate(scenario: Scenario, dice: Dice) -> Population:
    """Found the firms of a scenario, by rank, and tie them into a network of customers."""
    population = Population(dice, scenario.start, offset=dice.below(1_000_000))
    for rank in range(1, scenario.traders + 1):
        role, sector = _calling(rank, dice)
        trader = population.found(role, sector, SCALE // (rank + SHIFT))
        trader.size = 1 + min(7, (scenario.traders // rank).bit_length())
        _equip(trader, dice)
    population.established = tuple(population.traders)
    for country in PARTNERS:
        population.abroad[country] = [
            Party(id=f"{country}-F{n:04d}", name=f"Partner {n:04d} ({country})", country=country)
            for n in range(1, FOREIGN_PARTIES + 1)
        ]
    for trader in population.established:
        trader.customers = _customers(trader, population)
    return population


def _calling(rank: int, dice: Dice) -> tuple[str, str]:
    """Role and sector. The first ranks go round the roles, so that no small world lacks one."""
    role = ROLES.choices[rank - 1] if rank <= len(ROLES.choices) else dice.weighted(ROLES)
    if role == "producer":
        return role, dice.pick(tuple(PRODUCTS))
    if role == "processor":
        return role, dice.pick(RECIPES).sector
    return role, dice.weighted(TRADES)


def _equip(trader: Trader, dice: Dice) -> None:
    own = BY_SECTOR[trader.sector]
    trader.assortment = tuple(dice.sample(own, dice.between(4, 18)))
    if dice.chance(350):  # a side line in another sector
        other = BY_SECTOR[dice.weighted(TRADES)]
        trader.assortment += tuple(g for g in dice.sample(other, 5) if g not in trader.assortment)
    if trader.role == "processor":
        trader.recipe = dice.pick([r for r in RECIPES if r.sector == trader.sector])
    if dice.chance(60):
        trader.depot = dice.weighted(SEATS).code
        trader.depot = trader.depot if trader.depot != trader.home else ""


def _customers(seller: Trader, population: Population) -> Weighted[Trader] | None:
    """A standing circle: mostly of the same sector, the larger the more often."""
    roles = CUSTOMERS.get(seller.role)
    if roles is None:
        return None
    circle: dict[str, Trader] = {}
    for _ in range(population.dice.between(4, 9 + 2 * seller.size)):
        candidates = population.by_role.get(population.dice.weighted(roles), ())
        chosen = _acquaintance(seller, candidates, population.dice)
        if chosen is not None and chosen is not seller:
            circle[chosen.id] = chosen
    return Weighted((each, 20_000 + each.weight) for each in circle.values()) if circle else None


def _acquaintance(seller: Trader, candidates: list[Trader] | tuple[()], dice: Dice) -> Trader | None:
    """Of a few met by chance, the first in the same sector; else the last one met."""
    met = None
    for _ in range(12 if candidates else 0):
        met = dice.pick(candidates)
        if met.sector == seller.sector:
            break
    return met
