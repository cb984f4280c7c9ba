"""Codes of countries as statistical offices write them, and the ISO 3166-1 codes that they stand for.

What is no country has a code of those that ISO 3166-1 leaves to its users: Eurostat's own (QP to QZ), and
for the remainders of regions that the UN uses one each of ours, so that no two of them fall together. A
group of countries, or one that was divided, stands for none: its rows are refused.

Sources: UN Statistics Division, *Comtrade reference tables* (reporters, partner areas); Eurostat, *GEONOM*;
CEPII, *BACI country codes*. Licence: facts, typed in; Apache-2.0. Date: November 2026.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sarai.flows.readers.reading import Lookup
from sarai.flows.shape import WORLD
from sarai.reference import countries

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["NO_COUNTRY", "comtrade_areas", "eurostat_areas", "iso3_areas", "why"]

NO_COUNTRY = "no country of this code is known; correct it, or add it to the areas of this reader"
GROUP = "a group of countries; its members are read by themselves"
DIVIDED = "a country that was divided or joined with another, so that no code of ISO 3166-1 stands for it"

OF_THE_UN = {
    "0": WORLD,
    "251": "FR",  # with Monaco and the overseas departments
    "381": "IT",  # with San Marino
    "490": "TW",  # "Other Asia, not elsewhere specified": by convention what Taiwan trades
    "579": "NO",  # with Svalbard and Jan Mayen
    "699": "IN",
    "736": "SD",  # before 2012, with what became South Sudan
    "757": "CH",  # with Liechtenstein
    "842": "US",  # with Puerto Rico and the Virgin Islands
    "80": "XZ",  # British Antarctic Territory
    "129": "XH",  # Caribbean, remainder
    "221": "XD",  # Eastern Europe, remainder
    "290": "XG",  # Northern Africa, remainder
    "471": "XJ",  # Central American Common Market, remainder
    "472": "XP",  # Africa CAMEU region, remainder
    "473": "XQ",  # Latin American Integration Association, remainder
    "492": "XR",  # EU, remainder; the number that ISO 3166-1 gives Monaco
    "527": "XO",  # Oceania, remainder
    "536": "XV",  # neutral zone
    "568": "XE",  # other Europe, remainder
    "577": "XA",  # other Africa, remainder
    "636": "XM",  # rest of America, remainder
    "637": "XN",  # North and Central America, remainder
    "697": "XT",  # EFTA, remainder
    "837": "QQ",  # bunkers: stores and provisions
    "838": "XF",  # free zones
    "839": "QX",  # special categories: not specified for commercial or military reasons
    "849": "XY",  # miscellaneous Pacific islands of the United States
    "879": "XW",  # Western Asia, remainder
    "899": "QU",  # areas not elsewhere specified
}
GROUPS_OF_THE_UN = ("97", "711", "975")  # EU, Southern African Customs Union, ASEAN
DIVIDED_OF_THE_UN = (
    "58", "200", "230", "278", "280", "530", "532", "582", "588", "590", "592", "658", "717", "720", "810",
    "835", "836", "841", "866", "868", "886", "890", "891",
)  # fmt: skip

OF_CEPII = {"S19": "TW", "PUS": "XY"}  # in files with letters; by numbers CEPII writes as the UN does
GROUPS_OF_CEPII = ("ZA1", "R20")
DIVIDED_OF_CEPII = ("ANT", "BLX", "CSK", "DDR", "SCG", "SUN", "YUG", "YMD")

OF_EUROSTAT = {
    "EL": "GR",
    "UK": "GB",
    "XI": "GB",  # Northern Ireland, apart from the rest since 2021; added to it
    "XU": "GB",  # the United Kingdom without Northern Ireland
    "XS": "RS",
    "WORLD": WORLD,
}
GROUPS_OF_EUROSTAT = ("EU", "EA", "EXT", "INT")
DIVIDED_OF_EUROSTAT = ("AN", "CS", "DD", "SU", "YU")

USER_ASSIGNED = [
    "AA",
    *(f"Q{last}" for last in "MNOPQRSTUVWXYZ"),
    *(f"X{chr(65 + n)}" for n in range(26)),
    "ZZ",
]


@cache
def comtrade_areas() -> Lookup:
    """By number without leading zeros, as UN Comtrade and BACI write them."""
    numbers = {str(n): countries.alpha2(str(n)) for n in range(1, 900)}
    found = {number: (code, None) for number, code in numbers.items() if code}
    return found | _known(OF_THE_UN, GROUPS_OF_THE_UN, DIVIDED_OF_THE_UN)


@cache
def iso3_areas() -> Lookup:
    """By three letters, as BACI's derivatives write them."""
    found = {}
    for code in _alpha2():
        country = countries.country(code)
        if country.alpha3:
            found[country.alpha3] = (code, None)
    return found | _known(OF_CEPII, GROUPS_OF_CEPII, DIVIDED_OF_CEPII)


@cache
def eurostat_areas() -> Lookup:
    """By two letters, as Eurostat writes them; its special areas are those that ISO leaves to its users."""
    found = {code: (code, None) for code in (*_alpha2(), *USER_ASSIGNED)}
    return found | _known(OF_EUROSTAT, GROUPS_OF_EUROSTAT, DIVIDED_OF_EUROSTAT)


def why(table: ir.Table, name: str) -> ir.StringValue:
    """Why a looked-up column stands for no country."""
    return table[f"{name}_why"].fill_null(NO_COUNTRY)


def _alpha2() -> list[str]:
    letters = [chr(65 + n) for n in range(26)]
    codes = [first + last for first in letters for last in letters]
    return [code for code in codes if countries.exists(code) and code not in USER_ASSIGNED] + ["XK"]


def _known(codes: dict[str, str], groups: tuple[str, ...], divided: tuple[str, ...]) -> Lookup:
    return (
        {said: (code, None) for said, code in codes.items()}
        | dict.fromkeys(groups, (None, GROUP))
        | dict.fromkeys(divided, (None, DIVIDED))
    )
