"""ASYCUDA World: one declaration (single administrative document) as XML, one to a file.

What a declaration leaves open is settled here once, and told in docs/documents.md: its
identity, its time, the place of the goods, and the regime from the procedure codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BufferedReader

import msgspec

from sarai.goods import AnyDocument, Code, Regime
from sarai.intake.asycuda_dates import Dates, attached_dates, edition_at
from sarai.intake.asycuda_items import lines, procedures
from sarai.intake.explain import DECODE_ERRORS, explain, shown
from sarai.intake.record import Limits, Read, Refused
from sarai.intake.xmltree import Node, parse

KINDS = {"IM": "import", "EX": "export"}
