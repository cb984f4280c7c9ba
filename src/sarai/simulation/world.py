"""The made-up state's geography: places, border posts, partners, corridors, currencies.

It resembles a landlocked transit state; place codes are UN/LOCODE facts (2019-2), coordinates
are rounded to a hundredth of a degree, weights and exchange rates are round figures made up
for the simulation.
"""

from __future__ import annotations

from typing import NamedTuple

HOME = "KZ"


class Place(NamedTuple):
    """A place by its UN/LOCODE; position in hundredths of a degree, weight as a seat of firms."""

    code: str
    name: str
    lat_cdeg: int
    lon_cdeg: int
    firms: int = 0


CITIES = (
    Place("KZALA", "Almaty", 4325, 7695, 340),
    Place("KZAST", "Astana", 5117, 7143, 190),
    Place("KZSHY", "Shymkent", 4232, 6960, 110),
    Place("KZKGF", "Karaganda", 4983, 7317, 80),
    Place("KZAKX", "Aqtobe", 5028, 5717, 60),
    Place("KZPWQ", "Pavlodar", 5200, 7632, 50),
    Place("KZUKK", "Oskemen", 4998, 8260, 50),
    Place("KZGUW", "Atyrau", 4712, 5188, 45),
    Place("KZTAR", "Taraz", 4290, 7137, 40),
    Place("KZKZO", "Kyzylorda", 4485, 6546, 35),
)
POSTS = (
    Place("KZHOR", "Khorgos", 4421, 8004, 20),
    Place("KZDOS", "Dostyk", 4525, 8248, 5),
    Place("KZAAU", "Aktau", 4365, 5115, 30),
    Place("KZKUR", "Kuryk", 4320, 5165, 5),
    Place("KZKOR", "Kordai", 4304, 7471, 5),
    Place("KZSRY", "Saryagach", 4145, 6917, 10),
    Place("KZPPK", "Petropavl", 5487, 6915, 20),
    Place("KZKSN", "Kostanay", 5321, 6362, 25),
    Place("KZURA", "Oral", 5123, 5137, 20),
)
PLACES = {place.code: place for place in CITIES + POSTS}

ABROAD = {
    "RUREN": Place("RUREN", "Orenburg", 5177, 5510),
    "RUTRK": Place("RUTRK", "Troitsk", 5410, 6155),
    "RUOMS": Place("RUOMS", "Omsk", 5499, 7337),
    "RUKUF": Place("RUKUF", "Samara", 5322, 5017),
}

EU = ("DE", "PL", "LT", "IT", "NL")
PARTNERS = (*EU, "CN", "TR", "RU", "KG", "UZ", "AE", "GE", "AZ")

ENTRIES: dict[str, tuple[tuple[str, int], ...]] = {
    "CN": (("KZHOR", 60), ("KZDOS", 40)),
    "RU": (("KZPPK", 30), ("KZKSN", 30), ("KZURA", 40)),
    "KG": (("KZKOR", 100),),
    "UZ": (("KZSRY", 100),),
    **dict.fromkeys(EU, (("KZURA", 55), ("KZAAU", 30), ("KZKUR", 15))),
    **dict.fromkeys(("TR", "GE", "AZ", "AE"), (("KZAAU", 65), ("KZKUR", 35))),
}
"""Which post goods to or from a country pass, with weights."""

BUYS_FROM: dict[str, tuple[tuple[str, int], ...]] = {
    "food": (("RU", 36), ("UZ", 15), ("KG", 10), ("CN", 10), ("TR", 8), ("PL", 6), ("IT", 4), ("NL", 4)),
    "household": (("CN", 46), ("TR", 18), ("UZ", 9), ("RU", 10), ("KG", 7), ("IT", 5), ("PL", 3), ("AE", 2)),
    "pharma": (("DE", 30), ("IT", 12), ("NL", 10), ("RU", 18), ("TR", 12), ("CN", 10), ("PL", 8)),
    "building": (("RU", 38), ("CN", 34), ("TR", 12), ("UZ", 8), ("DE", 4), ("PL", 4)),
    "metals": (("RU", 60), ("CN", 30), ("UZ", 6), ("TR", 4)),
    "fuels": (("RU", 90), ("UZ", 6), ("AZ", 4)),
    "chemicals": (("RU", 40), ("CN", 34), ("DE", 9), ("UZ", 8), ("TR", 5), ("NL", 4)),
    "machinery": (("CN", 42), ("DE", 18), ("RU", 14), ("IT", 9), ("TR", 8), ("PL", 4), ("LT", 3), ("NL", 2)),
    "vehicles": (("CN", 44), ("RU", 22), ("UZ", 14), ("DE", 10), ("GE", 6), ("LT", 4)),
    "electronics": (("CN", 70), ("AE", 10), ("TR", 6), ("DE", 5), ("PL", 5), ("NL", 4)),
    "components": (("CN", 62), ("DE", 11), ("NL", 9), ("LT", 6), ("PL", 5), ("IT", 4), ("AE", 3)),
}
"""Where each sector's imports come from, with weights."""

SELLS_TO: dict[str, tuple[tuple[str, int], ...]] = {
    "food": (("UZ", 34), ("KG", 16), ("CN", 16), ("RU", 18), ("AZ", 8), ("AE", 4), ("TR", 4)),
    "metals": (("CN", 48), ("RU", 16), ("TR", 14), ("UZ", 10), ("DE", 4), ("NL", 8)),
    "fuels": (("IT", 34), ("NL", 20), ("CN", 18), ("UZ", 12), ("KG", 8), ("DE", 8)),
    "components": (("UZ", 40), ("KG", 34), ("AZ", 12), ("GE", 8), ("RU", 6)),
    "": (("RU", 38), ("UZ", 26), ("KG", 20), ("CN", 6), ("AZ", 5), ("GE", 3), ("AE", 2)),
}
"""Where each sector's exports go, with weights; "" for the sectors not listed."""


class Corridor(NamedTuple):
    """A way through the country: from where, in, out, to where; travel time and share."""

    country: str
    entry: str
    leave: str
    onward: str
    days: int
    weight: int


CORRIDORS = (
    Corridor("CN", "KZHOR", "KZAAU", "AZ", 5, 22),
    Corridor("CN", "KZDOS", "KZURA", "RU", 5, 24),
    Corridor("CN", "KZHOR", "KZSRY", "UZ", 3, 16),
    Corridor("CN", "KZHOR", "KZKUR", "AZ", 6, 6),
    Corridor("RU", "KZPPK", "KZSRY", "UZ", 4, 10),
    Corridor("RU", "KZKSN", "KZHOR", "CN", 4, 5),
    Corridor("UZ", "KZSRY", "KZURA", "RU", 4, 6),
    Corridor("KG", "KZKOR", "KZPPK", "RU", 3, 5),
    Corridor("TR", "KZAAU", "KZHOR", "CN", 5, 3),
    Corridor("DE", "KZURA", "KZKOR", "KG", 5, 3),
)

CURRENCIES: dict[str, tuple[str, int]] = {
    HOME: ("KZT", 50_000),
    "CN": ("CNY", 720),
    "RU": ("RUB", 9_000),
    **dict.fromkeys(EU, ("EUR", 92)),
}
"""The currency of trade with a country, in hundredths per US dollar."""
DOLLAR = ("USD", 100)
