"""Which file of a folder is which publisher's: found by the name that the publisher gives it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting

__all__ = ["PUBLISHED", "Published", "find", "held"]


class Published(Struct, frozen=True):
    """A file by the pattern of its name, what it is, and whose."""

    pattern: str
    what: str
    publisher: str


PUBLISHED = {
    "world-shares": Published("eu_crm_fact_GlobalSupplyShares*.csv", "shares of world supply",
                              "European Commission, study on critical raw materials"),
    "eu-shares": Published("eu_crm_fact_EUSupplyShares*.csv", "shares of the EU's supply",
                           "European Commission, study on critical raw materials"),
    "assessed": Published("eu_crm_dimension_CRMsOverTime*.csv", "supply risk as published",
                          "European Commission, lists of critical raw materials"),
    "governance": Published("wgi_full*.csv", "Worldwide Governance Indicators", "World Bank"),
    "mining": Published("world_mining_data*.csv", "mine production by country",
                        "World Mining Data, Federal Ministry of Finance of Austria"),
    "recycling": Published("crm*profile*.csv", "recycling input rates (EoL-RIR)", "SCRREEN factsheets"),
    "trade": Published("baci_raw_materials*.csv*", "bilateral trade", "CEPII, BACI"),
}  # fmt: skip
"""By kind."""


def find(folder: Path, kind: str) -> Path:
    """The file of a kind.

    Raises
    ------
    BadSetting
        There is none, or several.
    """
    file = PUBLISHED[kind]
    found = sorted(folder.glob(file.pattern))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.name for each in found)
        raise BadSetting(
            f"{folder} has {len(found)} files of {file.what}: {names}; keep one of {file.pattern}"
        )
    raise BadSetting(
        f"{folder} has no {file.pattern} ({file.what}; {file.publisher}); put the file there, "
        "or name another folder with --data"
    )


def held(folder: Path, kind: str) -> bool:
    """Whether there is any file of a kind."""
    return any(folder.glob(PUBLISHED[kind].pattern))
