"""Trade statistics from their public addresses into files: only when somebody asks, whole, and once.

A *plan* is a list of parts, each one request and one file. Pulling it fetches what is missing, goes on
where it broke off, and notes each part with its SHA-256 in a manifest beside the files.
"""

from sarai.flows.pulling.manifest import MANIFEST, Noted, noted
from sarai.flows.pulling.plans import Part, Plan, Source
from sarai.flows.pulling.pull import Pulled, pull
from sarai.flows.pulling.sources import (
    SOURCES,
    baci,
    comext_api,
    comext_bulk,
    comtrade,
    ecb_rates,
    eurostat,
)
from sarai.flows.pulling.unpacking import unpack
from sarai.flows.pulling.web import PullError, PullSettings, Web

__all__ = [
    "MANIFEST",
    "SOURCES",
    "Noted",
    "Part",
    "Plan",
    "PullError",
    "PullSettings",
    "Pulled",
    "Source",
    "Web",
    "baci",
    "comext_api",
    "comext_bulk",
    "comtrade",
    "ecb_rates",
    "eurostat",
    "noted",
    "pull",
    "unpack",
]
