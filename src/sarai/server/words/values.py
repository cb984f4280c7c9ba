"""Numbers, quantities, dates and times as a language writes them (CLDR, by babel)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from babel import Locale

MINUS = "\u2212"
SHOWN_DECIMALS = 6  # of a number that does not say how many
NO_BREAK = "\u00a0"
DECIMALS = re.compile(r"\.(\d+)[f%]$")
STEPS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


class Values:
    """How values are written in one locale and one time zone. Times must be aware."""

    def __init__(self, locale: str, zone: ZoneInfo) -> None:
        self._locale_name = locale
        self.zone = zone

    @property
    def locale(self) -> Locale:
        """The locale; babel keeps those that it has read."""
        from babel import Locale

        return Locale.parse(self._locale_name)

    # -- numbers ---------------------------------------------------------------------------------

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """A number with its thousands apart; to so many decimals, else as many as it has (at most six)."""
        from babel.numbers import format_decimal

        shape = "#,##0." + ("#" * SHOWN_DECIMALS if decimals is None else "0" * decimals)
        return format_decimal(value, shape, locale=self.locale)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share of one, in per cent."""
        from babel.numbers import format_percent

        shape = (
            "#,##0" + ("." + "0" * decimals if decimals else "") + (NO_BREAK if self._spaced() else "") + "%"
        )
        return format_percent(share, shape, locale=self.locale)

    def _spaced(self) -> bool:
        """Whether the language sets the sign apart from the number."""
        return NO_BREAK in self.locale.percent_formats[None].pattern

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount and its currency, by its code: signs such as ``$`` are of several countries."""
        return f"{self.number(amount, 2)}{NO_BREAK}{currency}" if currency else self.number(amount, 2)

    def written(self, value: Any, spec: str = "") -> str:
        """A value as a text asks for it, by the specifications of Python's format strings.

        Of those, decimals, per cent and the names of days and times are heeded, and times are said in
        UTC; several values have the specification between them, by default a comma; and a space stands
        before what may be missing.

        >>> values = Values("ru_KZ", ZoneInfo("Asia/Almaty"))
        >>> values.written(0.125, ".1%"), values.written(12500.0, ",.0f"), values.written(1.5)
        ('12,5\xa0%', '12\xa0500', '1,5')
        >>> values.written(datetime(2026, 3, 2, 8, tzinfo=UTC), "%d %B %Y, %H:%M")
        '2 марта 2026\u202fг., 08:00'
        """
        if isinstance(value, list | tuple):
            return (spec or ", ").join(map(self.written, value))
        if isinstance(value, datetime):
            return self._told(value.astimezone(UTC), spec)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return self._figure(value, spec)
        return f" {value}" if spec == " " and value else str(value)

    def _figure(self, value: float | Decimal, spec: str) -> str:
        found = DECIMALS.search(spec)
        decimals = int(found[1]) if found else None
        if spec.endswith("%"):
            return self.percent(float(value), decimals or 0)
        return self.number(value, decimals if spec.endswith("f") else None)

    def _told(self, moment: datetime, spec: str) -> str:
        from babel.dates import format_date

        day = format_date(moment, "long", locale=self.locale)
        return f"{day}, {moment:%H:%M}" if "%H" in spec or not spec else day

    # -- times -----------------------------------------------------------------------------------

    def day(self, when: date) -> str:
        """A date; of a time, its day in the time zone."""
        from babel.dates import format_date

        local = when.astimezone(self.zone) if isinstance(when, datetime) else when
        return format_date(local, "medium", locale=self.locale)

    def clock(self, when: datetime) -> str:
        """The time of day, to the minute."""
        return f"{when.astimezone(self.zone):%H:%M}"

    def moment(self, when: datetime, *, offset: bool = True) -> str:
        """A time to the minute; without the offset where the page says it once for all."""
        said = f"{self.day(when)}, {self.clock(when)}"
        return f"{said} {self.offset(when)}" if offset else said

    def offset(self, when: datetime) -> str:
        """How far the time zone was from UTC then, such as ``UTC+5``."""
        minutes = round((when.astimezone(self.zone).utcoffset() or timedelta()).total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        said = f"{hours}:{rest:02}" if rest else str(hours)
        return f"UTC{MINUS if minutes < 0 else '+'}{said}" if minutes else "UTC"

    def duration(self, length: timedelta) -> str:
        """A length of time in its two largest units: 3 hrs 20 mins."""
        left = max(0, round(length.total_seconds()))
        parts = []
        for step, seconds in STEPS:
            whole, left = divmod(left, seconds)
            if whole or parts or step == "second":
                parts.append((step, whole))
        said = [part for index, part in enumerate(parts[:2]) if part[1] or not index]
        return " ".join(self._measured(step, whole) for step, whole in said)

    def _measured(self, step: str, whole: int) -> str:
        from babel.units import format_unit

        return format_unit(whole, f"duration-{step}", length="short", locale=self.locale).replace(
            " ", NO_BREAK
        )

    def ago(self, when: datetime, now: datetime) -> str:
        """How long ago, or in how long: 5 minutes ago, in 2 days."""
        from babel.dates import format_timedelta

        return format_timedelta(when - now, add_direction=True, locale=self.locale)

    # -- words that the locale knows ---------------------------------------------------------------

    def country(self, code: str) -> str:
        """The name of a country by its alpha-2 code; of one that CLDR does not know, the code."""
        return self.locale.territories.get(code, code)

    def items(self, several: Sequence[str]) -> str:
        """Several things in a row, with the "and" of the language before the last."""
        from babel.lists import format_list

        return format_list(list(several), style="standard", locale=self.locale)


def iso(when: datetime) -> str:
    """A time for a machine to read, as the ``datetime`` of an HTML ``time``."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
