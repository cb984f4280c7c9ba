"""EPCIS 2.0: GS1's interface to capture and query events, and how they land in the book."""

from sarai.server.epcis.hashing import event_hash
from sarai.server.epcis.repository import Repository
from sarai.server.epcis.routes import router
from sarai.server.epcis.settings import EpcisSettings
from sarai.server.epcis.views import View, guarded, unguarded
from sarai.server.epcis.wares import NAMESPACE, read_wares

__all__ = [
    "NAMESPACE",
    "EpcisSettings",
    "Repository",
    "View",
    "event_hash",
    "guarded",
    "read_wares",
    "router",
    "unguarded",
]
