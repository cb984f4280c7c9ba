"""Shocks by name, each as words of change on the shipped network, with why these and from where."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.corridors.changes.words import Change, parse
from sarai.goods import BadSetting

__all__ = ["SHOCKS", "Shock", "shock"]


class Shock(Struct, frozen=True):
    """Something that may happen to the shipped network.

    Attributes
    ----------
    name : str
    words : str
        What happens, in a sentence.
    changes : str
        The same as `parse` reads it.
    source : str
        Where its figures come from; empty where it has none.
    """

    name: str
    words: str
    changes: str
    source: str = ""


_DRAUGHT = "https://report.az/en/infrastructure/kazakhstan-s-aktau-port-to-launch-dredging-works-in-june"

_ALL = (
    Shock(
        "northern-route-shut",
        "nothing goes through Russia and Belarus by rail or road; pipelines and ports of Russia stay open",
        "close group:northern; close group:trans-siberian; close border:MN-RU; close leg:RUMCX-AZYAL",
    ),
    Shock(
        "cpc-shut",
        "the pipeline of the Caspian Pipeline Consortium to Novorossiysk stands still",
        "close leg:KZGUW-RUNVS",
    ),
    Shock(
        "caspian-lower",
        "the Caspian falls by another metre, and ships load a fifth less: in 2025 tankers loaded 10,000 t "
        "in place of 12,000, in 2023 ships 75 % where 1.2 m of depth were missing",
        """
        widen limit:tc-aktau x0.8; widen limit:tc-kuryk x0.8; widen limit:tc-alat x0.8
        widen limit:tc-feeder-west x0.8; widen limit:tc-feeder-east x0.8; widen limit:tc-ferries x0.8
        widen limit:aktau-oil x0.8
        widen service:tc-feeder-aktau-alat units x0.8; widen service:tc-ferry-kuryk-alat units x0.8
        widen service:tc-ferry-aktau-alat units x0.8; widen service:tc-ferry-turkmenbashi-alat units x0.8
        widen service:tc-feeder-turkmenbashi-alat units x0.8
        """,
        _DRAUGHT,
    ),
    Shock(
        "ferry-lost",
        "one of the fourteen train ferries of the Caspian is lost",
        "widen service:tc-ferry-kuryk-alat x0.93; widen limit:tc-ferries x0.93",
    ),
    Shock(
        "feeder-lost",
        "one of the six container feeders between Aktau and Alat is lost",
        "widen service:tc-feeder-aktau-alat x0.83; widen limit:tc-feeder-west x0.83; "
        "widen limit:tc-feeder-east x0.83",
    ),
    Shock("aktau-shut", "the port of Aktau is shut", "close place:KZAAU"),
    Shock(
        "border-half-speed",
        "crossing from China into Kazakhstan and back takes twice as long",
        "slow border:CN-KZ x2",
    ),
    Shock("china-border-shut", "nothing crosses between China and Kazakhstan", "close border:CN-KZ"),
    Shock("btk-shut", "the railway from Tbilisi to Kars is shut", "close group:btk"),
    Shock("suez-shut", "the Suez Canal is shut; the Cape stays open", "close place:SUEZ"),
    Shock("red-sea-shut", "no ship passes Bab el-Mandeb", "close place:XZBAM"),
    Shock("hormuz-shut", "no ship passes the Strait of Hormuz", "close place:XZHMZ"),
    Shock("bosporus-shut", "no ship passes the Bosporus", "close place:XZBOS"),
    Shock("iran-shut", "nothing enters or crosses Iran", "close country:IR"),
)

SHOCKS: Mapping[str, Shock] = {each.name: each for each in _ALL}
"""By name."""


def shock(name: str) -> tuple[Change, ...]:
    """The changes of a shock; raises `BadSetting` with the names that there are."""
    if name not in SHOCKS:
        raise BadSetting(f"shock {name!r} is not known; take {', '.join(SHOCKS)}")
    return parse(SHOCKS[name].changes)
