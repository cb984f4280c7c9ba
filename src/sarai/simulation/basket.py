"""The goods of the made-up state: codes, what they are worth and weigh, and when they are traded.

Codes and siblings are facts (HS 2022); values, weights and sizes are round figures of the right
order, made up for the simulation.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sarai.reference import priority

EVEN = "555555555555"
HARVEST = "543222358976"
SPRING = "357875433333"
SUMMER = "234678876432"
WINTER = "764322234678"
FEAST = "457744445569"


class Good(NamedTuple):
    """One commodity of the basket.

    ``unit_value_cusd`` is US cents per unit, ``unit_mass_g`` grams per unit, ``usual`` the units
    in a middling consignment, ``season`` twelve digits weighing the months, ``sibling`` another
    code of the same heading ("" if there is none).
    """

    sector: str
    hs: str
    name: str
    unit: str
    unit_value_cusd: int
    unit_mass_g: int
    usual: int
    season: str = EVEN
    sibling: str = ""


_KG = {
    "food": (
        ("100199", "wheat", 26, 68_000, HARVEST, "100191"),
        ("110100", "wheat flour", 38, 40_000, EVEN, ""),
        ("120600", "sunflower seed", 55, 45_000, HARVEST, ""),
        ("151211", "sunflower oil, crude", 110, 22_000, EVEN, "151219"),
        ("230630", "sunflower cake", 22, 20_000, EVEN, ""),
        ("170199", "sugar", 70, 44_000, EVEN, "170191"),
        ("020714", "poultry cuts, frozen", 170, 20_000, EVEN, "020712"),
        ("020230", "beef, frozen", 480, 14_000, WINTER, "020220"),
        ("040221", "milk powder", 360, 9_000, EVEN, "040210"),
        ("040690", "cheese", 520, 6_000, EVEN, "040610"),
        ("080810", "apples", 75, 20_000, HARVEST, ""),
        ("080510", "oranges", 80, 20_000, WINTER, "080550"),
        ("070200", "tomatoes", 95, 18_000, SUMMER, ""),
        ("070310", "onions", 35, 22_000, HARVEST, "070320"),
        ("090240", "tea, black", 310, 6_000, EVEN, "090230"),
        ("100630", "rice", 75, 40_000, EVEN, "100640"),
        ("180632", "chocolate", 560, 5_000, FEAST, "180690"),
        ("190531", "biscuits", 260, 8_000, FEAST, "190590"),
        ("220210", "soft drinks", 60, 20_000, SUMMER, "220299"),
        ("220421", "wine", 380, 6_000, FEAST, "220410"),
        ("210690", "food preparations", 480, 4_000, EVEN, "210610"),
    ),
    "household": (
        ("610910", "T-shirts, cotton", 1_500, 1_500, SUMMER, "610990"),
        ("620342", "trousers, men's", 1_700, 1_800, EVEN, "620343"),
        ("611020", "jerseys, cotton", 1_800, 1_600, WINTER, "611030"),
        ("640399", "footwear, leather", 2_200, 2_000, EVEN, "640391"),
        ("630260", "towels", 800, 1_500, EVEN, "630293"),
        ("420222", "handbags", 1_600, 900, FEAST, "420229"),
        ("950300", "toys", 750, 3_000, FEAST, ""),
        ("940360", "furniture, wooden", 340, 7_000, EVEN, "940350"),
        ("330499", "skin care", 1_900, 1_200, FEAST, "330491"),
        ("340250", "washing powder", 140, 10_000, EVEN, "340290"),
        ("392410", "plastic tableware", 320, 4_000, EVEN, "392490"),
        ("691110", "porcelain tableware", 260, 3_500, FEAST, "691190"),
        ("520100", "cotton, not carded", 190, 40_000, HARVEST, ""),
        ("520512", "cotton yarn", 300, 20_000, EVEN, "520513"),
    ),
    "pharma": (
        ("300490", "medicaments, packed", 6_500, 600, WINTER, "300420"),
        ("300215", "immunological products", 42_000, 60, EVEN, "300212"),
        ("901839", "catheters, cannulae", 7_000, 300, EVEN, "901832"),
        ("901890", "medical instruments", 9_000, 250, EVEN, "901850"),
        ("340111", "soap, toilet", 210, 5_000, EVEN, "340119"),
    ),
    "building": (
        ("252329", "cement", 7, 68_000, SUMMER, "252390"),
        ("690721", "ceramic tiles", 45, 22_000, SUMMER, "690722"),
        ("730890", "steel structures", 220, 20_000, SUMMER, "730820"),
        ("731815", "screws and bolts", 240, 6_000, EVEN, "731816"),
        ("700529", "float glass", 55, 20_000, SUMMER, "700510"),
        ("680911", "plasterboard", 28, 22_000, SUMMER, "680919"),
        ("441011", "particle board", 48, 22_000, EVEN, "441012"),
        ("320910", "paints", 210, 8_000, SUMMER, "320990"),
        ("391723", "PVC pipes", 180, 12_000, SUMMER, "391721"),
        ("761010", "aluminium doors", 480, 4_000, SUMMER, "761090"),
    ),
    "metals": (
        ("720839", "hot-rolled coil", 72, 66_000, EVEN, "720838"),
        ("721420", "reinforcing bars", 68, 66_000, SUMMER, "721499"),
        ("760120", "aluminium alloys", 250, 22_000, EVEN, "760110"),
        ("740311", "copper cathodes", 880, 44_000, EVEN, "740319"),
        ("740811", "copper wire", 940, 20_000, EVEN, "740819"),
        ("260300", "copper concentrate", 210, 68_000, EVEN, ""),
        ("790111", "zinc, unwrought", 270, 44_000, EVEN, "790112"),
        ("720241", "ferro-chromium", 180, 44_000, EVEN, "720249"),
        ("810890", "titanium articles", 4_200, 2_000, EVEN, "810820"),
    ),
    "fuels": (
        ("270900", "crude oil", 55, 600_000, EVEN, ""),
        ("271012", "petrol", 78, 60_000, SUMMER, "271019"),
        ("271019", "diesel", 82, 60_000, HARVEST, "271012"),
        ("271311", "petroleum coke", 14, 60_000, EVEN, "271320"),
        ("270112", "coal", 6, 690_000, WINTER, "270119"),
        ("271112", "propane", 48, 38_000, WINTER, "271113"),
    ),
    "chemicals": (
        ("310210", "urea", 38, 66_000, SPRING, "310230"),
        ("310520", "NPK fertilizer", 46, 66_000, SPRING, "310530"),
        ("280300", "carbon black", 130, 20_000, EVEN, ""),
        ("283711", "sodium cyanide", 260, 20_000, EVEN, "283719"),
        ("290511", "methanol", 42, 40_000, EVEN, "290512"),
        ("390120", "polyethylene", 125, 24_000, EVEN, "390110"),
        ("390210", "polypropylene", 120, 24_000, EVEN, "390230"),
        ("390410", "PVC resin", 95, 24_000, EVEN, "390421"),
        ("380891", "insecticides", 1_100, 3_000, SPRING, "380892"),
        ("401120", "lorry tyres", 330, 12_000, EVEN, "401110"),
    ),
    "machinery": (
        ("843149", "excavator parts", 780, 3_000, EVEN, "843143"),
        ("848180", "taps and valves", 1_400, 2_500, EVEN, "848190"),
        ("841391", "pump parts", 1_600, 1_500, EVEN, "841392"),
        ("848340", "gears", 1_500, 2_000, EVEN, "848390"),
        ("840999", "diesel engine parts", 1_500, 2_000, EVEN, "840991"),
        ("842199", "filter parts", 1_900, 800, EVEN, "842191"),
        ("848299", "bearing parts", 700, 1_500, EVEN, "848291"),
    ),
    "vehicles": (
        ("870899", "vehicle parts", 950, 5_000, EVEN, "870829"),
        ("870840", "gear boxes", 1_700, 2_000, EVEN, "870850"),
        ("851220", "vehicle lamps", 2_400, 700, EVEN, "851290"),
    ),
    "electronics": (
        ("854449", "insulated cable", 850, 5_000, EVEN, "854442"),
        ("847330", "computer parts", 9_500, 300, EVEN, "847350"),
        ("853229", "capacitors, other", 4_000, 200, EVEN, "853290"),
    ),
}
_PIECES = {
    "machinery": (
        ("842952", "excavator, 360 degrees", 9_500_000, 22_000_000, 2, SPRING, "842959"),
        ("841370", "centrifugal pump", 62_000, 85_000, 40, EVEN, "841381"),
        ("843351", "combine harvester", 16_000_000, 14_500_000, 2, SUMMER, "843359"),
        ("850211", "generating set, diesel", 920_000, 900_000, 6, WINTER, "850212"),
        ("845811", "lathe, numerically controlled", 7_800_000, 4_200_000, 2, EVEN, "845819"),
        ("845710", "machining centre", 14_000_000, 6_500_000, 1, EVEN, "845720"),
        ("848210", "ball bearing", 420, 350, 8_000, EVEN, "848280"),
    ),
    "vehicles": (
        ("870323", "car, petrol, 1.5 to 3 l", 1_850_000, 1_500_000, 10, EVEN, "870324"),
        ("870322", "car, petrol, 1 to 1.5 l", 1_150_000, 1_150_000, 12, EVEN, "870321"),
        ("870421", "lorry, diesel, to 5 t", 2_400_000, 2_600_000, 4, EVEN, "870422"),
        ("870121", "road tractor", 8_200_000, 8_000_000, 3, EVEN, "870129"),
        ("871680", "handcart, other vehicle", 9_000, 25_000, 60, EVEN, "871690"),
        ("880730", "aircraft parts", 185_000, 4_500, 12, EVEN, "880790"),
    ),
    "electronics": (
        ("847130", "laptop", 52_000, 2_200, 300, HARVEST, "847141"),
        ("851713", "smartphone", 24_000, 400, 900, FEAST, "851714"),
        ("852872", "television", 26_000, 12_000, 150, FEAST, "852871"),
        ("841810", "refrigerator-freezer", 31_000, 68_000, 70, SUMMER, "841821"),
        ("845011", "washing machine", 24_000, 62_000, 80, EVEN, "845012"),
        ("841510", "air conditioner", 28_000, 38_000, 70, SUMMER, "841581"),
        ("851830", "headphones", 1_800, 250, 1_500, FEAST, "851829"),
        ("852852", "monitor", 13_000, 5_500, 200, EVEN, "852859"),
        ("850760", "lithium battery", 3_200, 900, 600, EVEN, "850780"),
        ("844331", "multifunction printer", 16_000, 11_000, 80, EVEN, "844332"),
    ),
    "components": (
        ("854231", "processor circuit", 1_450, 8, 4_000, EVEN, "854290"),
        ("854232", "memory circuit", 620, 4, 6_000, EVEN, "854290"),
        ("854239", "integrated circuit, other", 240, 3, 9_000, EVEN, "854290"),
        ("847150", "processing unit", 135_000, 14_000, 30, EVEN, "847190"),
        ("851762", "router, switch", 14_500, 1_800, 180, EVEN, "851779"),
        ("852691", "satellite navigation set", 21_000, 900, 120, EVEN, "852692"),
        ("853221", "tantalum capacitor", 65, 1, 20_000, EVEN, "853290"),
        ("853224", "ceramic capacitor", 3, 1, 90_000, EVEN, "853290"),
        ("854129", "power transistor", 180, 5, 9_000, EVEN, "854190"),
        ("853400", "printed circuit", 950, 60, 1_500, EVEN, ""),
        ("853120", "indicator panel", 2_600, 300, 300, EVEN, "853190"),
    ),
}

SECTORS = tuple(dict.fromkeys((*_KG, *_PIECES)))
GOODS: dict[str, Good] = {
    row[0]: Good(sector, row[0], row[1], "KGM", row[2], 1_000, *row[3:])
    for sector, rows in _KG.items()
    for row in rows
} | {
    row[0]: Good(sector, row[0], row[1], "NAR", *row[2:]) for sector, rows in _PIECES.items() for row in rows
}
"""The basket by code; one code is counted in one unit everywhere."""

BY_SECTOR = {sector: tuple(g for g in GOODS.values() if g.sector == sector) for sector in SECTORS}


@cache
def priority_goods() -> tuple[Good, ...]:
    """The goods of the basket that stand on the Common High Priority List."""
    return tuple(good for good in GOODS.values() if priority.tier(good.hs))


class Recipe(NamedTuple):
    """A way of making goods: units in and units out per batch, with the outputs' shares."""

    sector: str
    inputs: tuple[tuple[str, int], ...]
    outputs: tuple[tuple[str, int, int], ...]


RECIPES = (
    Recipe("food", (("100199", 1_000),), (("110100", 760, 10),)),
    Recipe("food", (("120600", 1_000),), (("151211", 430, 85), ("230630", 380, 15))),
    Recipe("food", (("110100", 600), ("170199", 250), ("151211", 90)), (("190531", 880, 1),)),
    Recipe("food", (("170199", 480), ("040221", 220)), (("180632", 690, 1),)),
    Recipe("household", (("520100", 1_000),), (("520512", 840, 1),)),
    Recipe("household", (("520512", 500),), (("610910", 430, 1),)),
    Recipe("building", (("720839", 1_000), ("731815", 12)), (("730890", 955, 1),)),
    Recipe("building", (("390410", 1_000),), (("391723", 970, 1),)),
    Recipe("metals", (("260300", 1_000),), (("740311", 245, 1),)),
    Recipe("metals", (("740311", 1_000),), (("740811", 985, 1),)),
    Recipe("fuels", (("270900", 1_000),), (("271019", 380, 45), ("271012", 300, 45), ("271311", 120, 10))),
    Recipe("electronics", (("847330", 6), ("852852", 1), ("854231", 2)), (("847150", 1, 1),)),
    Recipe("components", (("854239", 30), ("853400", 4), ("853224", 150)), (("851762", 4, 1),)),
)

PRODUCTS = {"food": ("100199", "120600"), "metals": ("260300", "720241"), "fuels": ("270900", "270112")}
"""What the country grows, mines and pumps itself."""
