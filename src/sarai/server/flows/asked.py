"""A question to statistics as it stands in an address, and what is meant by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from sarai.flows.measures.terms import year_before
from sarai.flows.naming import codes_named, countries_named
from sarai.flows.periods import Span, span
from sarai.flows.question import Question
from sarai.goods import BadSetting
from sarai.server.asking import Unclear

MOST_TEXT = 400  # characters of a field: the codes of a list of priority goods, and the EU country by country
YEARS = (1900, 2100)  # of which there are statistics, or may be
MOST_MONTHS = 480  # of span and base together: older editions cannot be carried further back
DIGITS = ("0", "2", "4", "6", "8")
LEAST = 10_000_000.0  # of a market that is looked at, in the currency of the answer

NAMES = {
    "exporters": "from", "through": "through", "importers": "to", "codes": "codes", "span": "span",
    "base": "base", "digits": "digits", "currency": "currency", "annual": "annual", "least": "least",
}  # fmt: skip
"""What the fields of a question are called in an address."""


class Asked(Struct, frozen=True, kw_only=True):
    """A question as it was typed; what is empty is open.

    Attributes
    ----------
    annual : str
        ``1`` for years instead of months.
    least : str
        The value above which a market is looked at.
    """

    exporters: str = ""
    through: str = ""
    importers: str = ""
    codes: str = ""
    span: str = ""
    base: str = ""
    digits: str = "6"
    currency: str = ""
    annual: str = ""
    least: str = ""

    @property
    def address(self) -> dict[str, str]:
        """The fields that say something, as an address has them."""
        said = {name: getattr(self, name) for name in NAMES}
        return {NAMES[name]: text for name, text in said.items() if text and (name, text) != ("digits", "6")}

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked yet."""
        return not self.address


class Meant(NamedTuple):
    """What is meant: the question, its span, the past that it is compared with, and the least of a market."""

    question: Question
    span: Span
    base: Span
    least: float


def asked(query: Mapping[str, str]) -> Asked:
    """A question out of an address."""
    return Asked(**{
        name: text
        for name, word in NAMES.items()
        if (text := query.get(word, "").strip()[:MOST_TEXT])
    })  # fmt: skip


def understood(question: Asked) -> Meant:
    """What is meant by a question.

    Raises
    ------
    Unclear
        A field says nothing that can be understood, with its value and what to write instead.
    """
    later = _span("span", question.span)
    base = _span("base", question.base) if question.base else _before(later)
    whole = Span(min(base.first, later.first), max(base.last, later.last))
    if _months(whole) > MOST_MONTHS:
        raise Unclear("base", f"{whole} is {_months(whole)} months; ask for {MOST_MONTHS} or fewer")
    if question.digits not in DIGITS:
        raise Unclear("digits", f"{question.digits!r} digits: give one of {', '.join(DIGITS)}")
    codes, of = _codes(question.codes)
    if longer := [code for code in codes if len(code) > int(question.digits)]:
        raise Unclear(
            "digits",
            f"{question.digits} digits do not tell code {longer[0]} from others; ask for more digits",
        )
    return Meant(
        Question(
            exporters=_countries("from", question.exporters, whole),
            through=_one("through", _countries("through", question.through, whole)),
            importers=_countries("to", question.importers, whole),
            codes=codes, codes_of=of, span=whole, frequency="A" if question.annual else "M",
            digits=int(question.digits), currency=_currency(question.currency),
        ),
        later, base, _least(question.least),
    )  # fmt: skip


def _span(field: str, text: str) -> Span:
    if not text:
        raise Unclear(
            field, "no time is given; write the months that are asked about, such as 2022-03..2022-11"
        )
    try:
        found = span(text)
    except BadSetting as error:
        raise Unclear(field, str(error)) from error
    if not YEARS[0] <= found.first.year <= found.last.year <= YEARS[1]:
        raise Unclear(field, f"{text!r} is not between {YEARS[0]} and {YEARS[1]}")
    return found


def _months(whole: Span) -> int:
    return 12 * (whole.last.year - whole.first.year) + whole.last.month - whole.first.month + 1


def _before(later: Span) -> Span:
    """The same months in as many earlier years: the seasonal base."""
    return year_before(later, -(-_months(later) // 12))


def _countries(field: str, text: str, on: Span) -> tuple[str, ...]:
    try:
        return countries_named(text, on.last)
    except BadSetting as error:
        raise Unclear(field, str(error)) from error


def _one(field: str, several: tuple[str, ...]) -> tuple[str, ...]:
    if len(several) > 1:
        raise Unclear(field, f"goods go through one country at a time; ask for {several[0]} alone")
    return several


def _codes(text: str) -> tuple[tuple[str, ...], str]:
    try:
        return codes_named(text)
    except BadSetting as error:
        raise Unclear("codes", str(error)) from error


def _currency(text: str) -> str:
    code = text.upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Unclear("currency", f"currency {text!r}: give its code of three letters, such as USD")
    return code


def _least(text: str) -> float:
    plain = text.replace(" ", "").replace(",", "").replace("_", "")
    if not plain:
        return LEAST
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 15):
        raise Unclear("least", f"{text!r} is no value; write a whole number, such as 10000000")
    return float(plain)
