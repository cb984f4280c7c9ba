"""Texts and values in one language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sarai.goods.errors import BadSetting
from sarai.reference import units
from sarai.reference.units import Dimension
from sarai.server.words.catalogue import Language, language, translations
from sarai.server.words.values import NO_BREAK, Values
from sarai.watch.phrases import ENGLISH, Phrase, Say, said

DEFAULT_ZONE = "Asia/Almaty"
LARGE_KG = Decimal(10_000)  # from here on a mass is shown in tonnes


class Words(Values):
    """What the pages say to one person: texts, and values as the language writes them.

    Whatever is filled into a text is data and is never read as a text itself; pages escape it as they
    escape everything. Whole and decimal numbers among it are written as the language writes numbers;
    what is a number only in form (that of an entry) is handed in as text.

    Parameters
    ----------
    code
        Of a language in ``LANGUAGES``.
    zone
        In which times are said.

    Raises
    ------
    BadSetting
        There is no such language or time zone.

    >>> words = Words("ru")
    >>> words("Go to {page}", page=words("Now")), words.count("{count} case", "{count} cases", 3)
    ('Перейти: Сейчас', '3 дела')
    >>> words.name("kind", "stock_count"), words.name("kind", "not_yet_named")
    ('Инвентаризация', 'not yet named')
    """

    def __init__(self, code: str = "en", zone: str = DEFAULT_ZONE) -> None:
        try:
            super().__init__(language(code).locale, ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise BadSetting(f"time zone {zone!r} is not known; use a name such as {DEFAULT_ZONE}") from fault
        self.code = code

    @cached_property
    def language(self) -> Language:
        """The language that is spoken."""
        return language(self.code)

    def __call__(self, text: str, /, **values: Any) -> str:
        """A text by its English, filled in; where the catalogue does not have it, the English itself."""
        return self._filled(translations(self.code).gettext(text), values) if text else ""

    def count(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """A text in the form that goes with a number; ``{count}`` stands for it."""
        text = translations(self.code).ngettext(one, many, count)
        return self._filled(text, {"count": count, **values})

    def name(self, of: str, code: str) -> str:
        """The name of a code: of a ``kind``, ``regime``, ``state``, ``role``, ``fact`` and so on.

        A code that has no name yet is shown as it is written, with its words apart.
        """
        said = translations(self.code).pgettext(of, code)
        return said if said != code else code.replace("_", " ")

    def quantity(self, amount: Decimal, unit: str) -> str:
        """A quantity in a unit of UN/ECE Recommendation 20; large masses in tonnes."""
        if unit == "KGM" and abs(amount) >= LARGE_KG:
            amount, unit = amount.scaleb(-3), "TNE"
        return f"{self.number(amount)}{NO_BREAK}{self.name('unit', unit)}"

    def base_quantity(self, base: int, dimension: int) -> str:
        """So many base units of a dimension, in the unit in which it is shown."""
        unit = units.base_unit(Dimension(dimension))
        return self.quantity(units.from_base(base, unit), unit)

    @property
    def say(self) -> Say:
        """How what the watch says is said in this language; its English is as the watch itself writes it."""
        return ENGLISH if self.code == "en" else self

    def told(self, what: str | Phrase) -> str:
        """Words of the watch; what is text already is said as it is."""
        return said(what, self.say) if isinstance(what, Phrase) else what

    def times(self, now: datetime) -> str:
        """In which time zone times are said, and how far it is from UTC now."""
        return self("Times are {zone} ({offset})", zone=self.zone.key, offset=self.offset(now))

    def _filled(self, text: str, values: dict[str, Any]) -> str:
        if not values:
            return text
        return text.format_map({name: _Blank(value, self) for name, value in values.items()})


class _Blank:
    """A value on its way into a text: the text says how it is to be written, the language writes it."""

    __slots__ = ("_value", "_words")

    def __init__(self, value: Any, words: Words) -> None:
        self._value, self._words = value, words

    def __format__(self, spec: str) -> str:
        return self._words.written(self._value, spec)
