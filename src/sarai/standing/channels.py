"""Who a state depends on, channel by channel: each power's share of an amount, with what sources say of it.

Parts of a power add up. Sources that disagree about one part are never averaged: a share is that of the
row named first, every stated value stands beside it, and its interval holds them all, since each draw takes
one source and a value within its range. What no power is named for is the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.standing.bodies import BODIES, body_figures
from sarai.standing.tables import TOTAL, Figure, Measure, Standing, year_of

__all__ = [
    "Amounts",
    "Share",
    "Shares",
    "amounts",
    "dates",
    "draws_of",
    "interval",
    "latest",
    "measured",
    "shares",
]

DRAWS = 400
LOW, HIGH = 0.05, 0.95
Amounts = dict[tuple[str, str], float]
"""By power and part, in the measure's unit; the total under ``("*", "")`` where it is known."""


class Share(Struct, frozen=True, kw_only=True):
    """What of a channel hangs on a power.

    Attributes
    ----------
    share, low, high : float or None
        Of the total; none where an amount or the total is not known.
    amount : float or None
        In the measure's unit.
    figures : tuple of Figure
        Every row that speaks of it, those that conflict among them.
    conflicts : bool
        Whether sources give one part different values.
    reason : str
        Why there is no share.
    """

    power: str
    share: float | None
    low: float | None = None
    high: float | None = None
    amount: float | None = None
    figures: tuple[Figure, ...] = ()
    conflicts: bool = False
    reason: str = ""


class Shares(Struct, frozen=True, kw_only=True):
    """A channel by one measure at one date.

    Attributes
    ----------
    rest : float or None
        What is with no power that is named.
    total : tuple of Figure
        What sources say the total is.
    scaled : bool
        Whether powers add up to more than the total, and their shares were divided by their sum.
    """

    channel: str
    measure: str
    unit: str
    of: str
    powers: tuple[Share, ...]
    rest: float | None
    total: tuple[Figure, ...]
    scaled: bool = False
    note: str = ""


def measured(standing: Standing, code: str) -> Measure:
    """A measure by its code, or the first of a channel; raises `BadSetting`."""
    for each in standing.measures:
        if code in (each.code, each.channel):
            return each
    known = [each.code for each in (*standing.channels, *standing.measures)]
    raise BadSetting(f"{code!r} is no channel and no measure; take one of {', '.join(known)}")


def dates(standing: Standing, measure: str) -> list[str]:
    """The dates that a measure has figures for, the latest last."""
    rows = _of_measure(standing, measured(standing, measure))
    return sorted({each.of for each in rows}, key=lambda of: (year_of(of), len(of) == 4, of))


def latest(standing: Standing, measure: str, year: int | None = None) -> str | None:
    """The date at which most powers have a share, the latest of them; only of a year if one is given."""
    best: tuple[int, int, str] | None = None
    for place, of in enumerate(dates(standing, measure)):
        if year is not None and year_of(of) != year:
            continue
        known = sum(each.share is not None for each in shares(standing, measure, of, draws=0).powers)
        if best is None or (known, place) >= best[:2]:
            best = (known, place, of)
    return best[2] if best else None


# -- amounts -------------------------------------------------------------------------------------


def _of_measure(standing: Standing, measure: Measure) -> Sequence[Figure]:
    if measure.code in BODIES:
        return body_figures(standing, measure.code)
    return [each for each in standing.figures if each.measure == measure.code]


def _grouped(rows: Iterable[Figure]) -> dict[tuple[str, str], list[Figure]]:
    """By power and part, what sources state."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for each in rows:
        if each.value is not None:
            groups.setdefault((each.power, each.part), []).append(each)
    return groups


def _stated(standing: Standing, measure: Measure, of: str) -> tuple[dict, dict]:
    """Rows by power and part: those of the measure, and those of its base."""
    own = _grouped(each for each in _of_measure(standing, measure) if each.of == of)
    base = measured(standing, measure.base) if measure.base else None
    lent = _grouped(each for each in _of_measure(standing, base) if each.of == of) if base else {}
    return own, lent


def _joined(own: Mapping[tuple[str, str], float], lent: Mapping[tuple[str, str], float]) -> Amounts:
    """Amounts of a measure with what its base lends; the total grows by what the measure says more."""
    if not lent:
        return dict(own)
    mine, theirs = ({power for power, _ in each} for each in (own, lent))
    joined = {key: value for key, value in lent.items() if key[0] not in mine} | dict(own)
    total = lent.get((TOTAL, ""))
    if (TOTAL, "") not in own and total is not None:
        # where the base does not know the power, it is within the base's total already
        more = sum(value for (power, _), value in own.items() if power in theirs)
        less = sum(value for (power, _), value in lent.items() if power in mine)
        joined[TOTAL, ""] = total + more - less
    return joined


def amounts(standing: Standing, measure: str, of: str) -> Amounts:
    """What the rows named first state at a date."""
    own, lent = _stated(standing, measured(standing, measure), of)
    return _joined(*({key: rows[0].value for key, rows in each.items()} for each in (own, lent)))


def draws_of(
    standing: Standing, measure: str, of: str, *, draws: int = DRAWS, seed: int = 0
) -> list[Amounts]:
    """Amounts drawn: of each power and part one source, and a value of its range.

    What is drawn for a part hangs on the seed and the part alone, so that states which differ in one figure
    are drawn alike in all others.
    """
    found = measured(standing, measure)
    drawn = [
        {key: _drawn(rows, f"{seed} {rows[0].measure} {of} {key}", draws) for key, rows in each.items()}
        for each in _stated(standing, found, of)
    ]
    return [
        _joined(*({key: values[n] for key, values in each.items()} for each in drawn)) for n in range(draws)
    ]


def _drawn(rows: Sequence[Figure], seed: str, draws: int) -> list[float]:
    dice = Random(seed)
    return [rows[int(dice.random() * len(rows))].at(dice.random()) for _ in range(draws)]


# -- shares --------------------------------------------------------------------------------------


def portions(found: Amounts) -> tuple[dict[str, float], bool]:
    """Each power's share of the total, and whether they had to be scaled down to it; none without a total."""
    total = found.get((TOTAL, ""))
    if not total:
        return {}, False
    sums: dict[str, float] = {}
    for (power, _), value in found.items():
        if power != TOTAL:
            sums[power] = sums.get(power, 0.0) + value
    whole = max(total, sum(sums.values()))
    return {power: value / whole for power, value in sums.items()}, whole > total * (1 + 1e-9)


def interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The 5th and 95th percentile, each a value that was drawn."""
    if not values:
        return None, None
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[int(LOW * last)], ordered[-1 - int((1 - HIGH) * last)]


def shares(standing: Standing, measure: str, of: str, *, draws: int = DRAWS, seed: int = 0) -> Shares:
    """Every power's share of a measure at a date."""
    found = measured(standing, measure)
    central = amounts(standing, found.code, of)
    known, scaled = portions(central)
    drawn = [portions(each)[0] for each in draws_of(standing, found.code, of, draws=draws, seed=seed)]
    rows = [each for each in _of_measure(standing, found) if each.of == of]
    lent = [each for each in standing.figures if each.measure == found.base and each.of == of]
    mine = {each.power for each in rows if each.value is not None}
    rows += [each for each in lent if each.power not in mine]
    powers = tuple(
        _share(power.code, [each for each in rows if each.power == power.code], central, known, drawn)
        for power in standing.powers
    )
    return Shares(
        channel=found.channel, measure=found.code, unit=found.unit, of=of, powers=powers,
        rest=1 - sum(known.values()) if known else None, scaled=scaled, note=found.note,
        total=tuple(each for each in rows if each.power == TOTAL),
    )  # fmt: skip


def _share(
    power: str, rows: Sequence[Figure], central: Amounts, known: Mapping[str, float],
    drawn: Sequence[Mapping[str, float]],
) -> Share:  # fmt: skip
    parts = [value for (owner, _), value in central.items() if owner == power]
    groups = _grouped(rows).values()
    made = Share(
        power=power, share=known.get(power), amount=sum(parts) if parts else None, figures=tuple(rows),
        conflicts=any(len({each.value for each in group}) > 1 for group in groups),
    )  # fmt: skip
    if made.share is None:
        said = "; ".join(dict.fromkeys(each.note for each in rows if each.value is None and each.note))
        return replace(made, reason=said or ("the total is not known" if parts else "no figure is known"))
    low, high = interval([each[power] for each in drawn if power in each])
    return replace(made, low=low, high=high)
