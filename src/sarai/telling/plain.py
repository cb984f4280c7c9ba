"""What JSON can say of the house's values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any


def plain(value: Any) -> Any:
    """What JSON can say of a value: records as objects, decimals as strings, times in UTC.

    >>> plain((Decimal("1.50"), datetime(2026, 1, 5, tzinfo=UTC), {1: None}))
    ['1.50', '2026-01-05T00:00:00Z', {'1': None}]
    """
    if hasattr(value, "_asdict"):
        value = value._asdict()
    elif hasattr(value, "__struct_fields__"):
        value = {name: getattr(value, name) for name in value.__struct_fields__}
    elif hasattr(value, "__dataclass_fields__"):
        value = {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, IntEnum):
        return value.value
    return value
