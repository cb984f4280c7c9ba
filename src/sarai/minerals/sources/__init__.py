"""Readers of a folder of publishers' data; every row that cannot be read is told with its line."""

from sarai.minerals.sources.eu import GROUPS, Assessed, Supply, named, read_assessed, read_supply
from sarai.minerals.sources.finding import PUBLISHED, Published, find, held
from sarai.minerals.sources.mining import MINED, Produced, read_produced
from sarai.minerals.sources.recycling import read_recycled
from sarai.minerals.sources.rows import Odd
from sarai.minerals.sources.wgi import Governance, read_governance

__all__ = [
    "GROUPS",
    "MINED",
    "PUBLISHED",
    "Assessed",
    "Governance",
    "Odd",
    "Produced",
    "Published",
    "Supply",
    "find",
    "held",
    "named",
    "read_assessed",
    "read_governance",
    "read_produced",
    "read_recycled",
    "read_supply",
]
