"""Numbers as people say them, in charts and in sentences about them."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

HOLE = "not published"
_STEPS = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


def compact(value: float) -> str:
    """A number with three digits that count, and its thousands in a word.

    >>> [compact(each) for each in (1_234_567, -999_999, 950, 0.1234, 0, 28e6)]
    ['1.23 m', '-1 m', '950', '0.123', '0', '28 m']
    """
    size = abs(rounded(value))
    for step, word in _STEPS:
        if size >= step:
            return f"{_plain(rounded(value) / step)} {word}"
    return _plain(rounded(value))


def rounded(value: float, digits: int = 3) -> float:
    """A number to so many digits that count.

    >>> rounded(1234.5), rounded(0.0012345, 2)
    (1230.0, 0.0012)
    """
    return round(value, digits - 1 - floor(log10(abs(value)))) if value else 0.0


def whole(value: float | None) -> str:
    """A number of a table, its thousands apart; what is small keeps three digits that count.

    >>> whole(1234567.2), whole(0.01234), whole(None)
    ('1,234,567', '0.0123', 'not published')
    """
    if value is None:
        return HOLE
    return (
        f"{value:,.0f}"
        if abs(value) >= 1000 or value == int(value)
        else _plain(rounded(value, 4 if abs(value) >= 1 else 3))
    )


def percent(share: float | None) -> str:
    """A share in hundredths.

    >>> percent(0.4712), percent(-0.0214), percent(None)
    ('47 %', '-2.1 %', 'not published')
    """
    if share is None:
        return HOLE
    return f"{100 * share:.1f} %" if abs(share) < 0.1 and share else f"{100 * share:,.0f} %"


def classes(values: Sequence[float | None], most: int) -> tuple[float, ...]:
    """Upper bounds of at most so many classes that hold about as many values each; zeros and holes are apart.

    >>> classes([0.0, None, 1.0, 2.0, 3.0, 4.0], 2)
    (2.0, 4.0)
    """
    known = sorted(value for value in values if value)
    if not known:
        return ()
    ends = {known[-(-len(known) * part // most) - 1] for part in range(1, most + 1)}
    return tuple(sorted(ends))


def class_of(value: float, bounds: Sequence[float]) -> int:
    """The class of a value, from 0."""
    return next((number for number, bound in enumerate(bounds) if value <= bound), len(bounds) - 1)


def ranges(values: Sequence[float | None], bounds: Sequence[float]) -> list[str]:
    """What each class holds, as its smallest and its largest value."""
    held: list[list[float]] = [[] for _ in bounds]
    for value in values:
        if value:
            held[class_of(value, bounds)].append(value)
    said = [(compact(min(each)), compact(max(each))) for each in held]
    return [low if low == high else f"{low} to {high}" for low, high in said]


def _plain(value: float) -> str:
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"
