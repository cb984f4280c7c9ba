"""What if: agreements, sanctions, investments and routes that shut, as words that change the tables.

====================================  ==================================================================
``join BODY``                         a body of the table of memberships; ``join NAME of CN RU`` a new one
``leave BODY``
``sanction RU trade 30%``             a power cuts so much of what it has in a channel
``invest CN 2bn``                     gross inflow of direct investment, ``bn`` or ``m`` of USD
``shut pipeline:CPC``                 a route; what it carried goes over what the others' limits leave
====================================  ==================================================================

Several stand with ``;`` between. What is not changed is left as it is, and drawn as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.standing.bodies import BODIES
from sarai.standing.channels import amounts, latest, measured
from sarai.standing.exposure import capacities, rerouted
from sarai.standing.tables import TOTAL, Figure, Membership, Standing, year_of

__all__ = ["CAME", "GRAMMAR", "Came", "Step", "apply", "apply_each", "parse"]

GRAMMAR = "join BODY, leave BODY, sanction CC CHANNEL 30%, invest CC 2bn, shut pipeline:CPC"
FORMS = {
    "join": r"join (?P<body>\S+)(?: of (?P<powers>[A-Z]{2}(?: [A-Z]{2})*))?",
    "leave": r"leave (?P<body>\S+)",
    "sanction": r"sanction (?P<power>[A-Z]{2}) (?P<channel>\S+) (?P<share>\d+(?:\.\d+)?)%",
    "invest": r"invest (?P<power>[A-Z]{2}) (?P<amount>\d+(?:\.\d+)?) ?(?P<unit>bn|m)",
    "shut": r"shut (?:[a-z]+:)?(?P<route>\S+)",
}
IN_BN = {"bn": 1.0, "m": 0.001}
SUPPOSED = "assumed"  # the source of what a question supposes
CAME = {
    "held": "holds since {since}, so nothing changes",
    "joined": "{body}, from {day}",
    "left": "{body}, until {day}",
    "cut": "{cut:.3g} {unit} of {had:.3g} cut ({of}), {elsewhere:.3g} had elsewhere, {lost:.3g} lost",
    "more": "{more:.3g} {unit} more of {measure} ({of})",
    "shut": "carried {had:.3g} {unit} ({of}); others take: {took}; {lost:.3g} finds no way",
}
"""What can come of a change, in words with blanks."""


class Step(Struct, frozen=True):
    """One change: what it is called, and what its words name."""

    verb: str
    said: dict[str, str]
    words: str


class Came(Struct, frozen=True, kw_only=True):
    """What came of a change: `words` are those of the change, `how` names a text of `CAME`.

    `values` fill it in; what others `took` is by route.
    """

    words: str
    how: str
    values: dict[str, Any]

    def __str__(self) -> str:
        took = ", ".join(f"{name} {more:.3g}" for name, more in self.values.get("took", {}).items()) or "none"
        return f"{self.words}: {CAME[self.how].format_map({**self.values, 'took': took})}"


class Changed(Struct, frozen=True):
    """Tables after a change, and what came of it: a text of `CAME`, and what fills it in."""

    standing: Standing
    how: str
    values: dict[str, Any]


def parse(words: str) -> tuple[Step, ...]:
    """The changes that words mean; raises `BadSetting` at the first that cannot be read.

    >>> [step.verb for step in parse("join BRICS; shut pipeline:CPC")]
    ['join', 'shut']
    """
    return tuple(_step(each.strip()) for each in words.split(";") if each.strip())


def _step(words: str) -> Step:
    verb = words.partition(" ")[0]
    found = re.fullmatch(FORMS[verb], words) if verb in FORMS else None
    if found is None:
        raise BadSetting(f"change {words!r} cannot be read; write one of: {GRAMMAR}")
    return Step(verb, {name: text for name, text in found.groupdict().items() if text}, words)


def apply(
    standing: Standing, steps: Sequence[Step], *, year: int | None = None, network: Network | None = None
) -> tuple[Standing, list[str]]:
    """The tables with changes made one after another, and what came of each in words; see `apply_each`."""
    after, came = apply_each(standing, steps, year=year, network=network)
    return after, list(map(str, came))


def apply_each(
    standing: Standing, steps: Sequence[Step], *, year: int | None = None, network: Network | None = None
) -> tuple[Standing, list[Came]]:
    """The tables with changes made one after another, and what came of each.

    Parameters
    ----------
    year : int, optional
        Whose figures are changed; else those that are best known.
    network : Network, optional
        Whose limits bound routes; the packaged one if none is given.

    Raises
    ------
    BadSetting
        A body, power, channel or route that is not there, or cannot be changed so.
    """
    came = []
    for step in steps:
        changed = CHANGES[step.verb](standing, step.said, year, network)
        standing = changed.standing
        came.append(Came(words=step.words, how=changed.how, values=changed.values))
    return standing, came


# -- memberships ---------------------------------------------------------------------------------


def _join(standing: Standing, said: dict[str, str], year: int | None, network: Network | None) -> Changed:
    day = _day(standing, year)
    found = _body(standing, said["body"])
    if found is None:
        if "powers" not in said:
            known = ", ".join(each.code for each in standing.memberships)
            raise BadSetting(
                f"body {said['body']!r} is not known; take one of {known}, or write whose it is: join "
                f"{said['body']} of CN RU"
            )
        powers = [_power(standing, each) for each in said["powers"].split()]
        found = Membership(code=said["body"], name=said["body"], powers=" ".join(powers), source=SUPPOSED)
        standing = replace(standing, memberships=(*standing.memberships, found))
    if found.holds(day):
        return Changed(standing, "held", {"since": found.since})
    joined = _with_body(standing, replace(found, since=day, until=""))
    return Changed(joined, "joined", {"body": found.name, "day": day})


def _leave(standing: Standing, said: dict[str, str], year: int | None, network: Network | None) -> Changed:
    day, found = _day(standing, year), _body(standing, said["body"])
    if found is None or not found.holds(day):
        held = ", ".join(each.code for each in standing.memberships if each.holds(day))
        raise BadSetting(f"body {said['body']!r} is not one that holds on {day}; those are {held}")
    left = _with_body(standing, replace(found, until=day))
    return Changed(left, "left", {"body": found.name, "day": day})


def _day(standing: Standing, year: int | None) -> str:
    """The end of the year whose bodies are counted."""
    for each in standing.measures:
        if each.code in BODIES:
            of = latest(standing, each.code, year)
            if of is not None:
                return f"{of}-12-31"
    raise BadSetting(
        f"no memberships are known{f' in {year}' if year else ''}; give another year, or a table"
    )


def _body(standing: Standing, code: str) -> Membership | None:
    return next((each for each in standing.memberships if each.code.lower() == code.lower()), None)


def _with_body(standing: Standing, body: Membership) -> Standing:
    return replace(standing, memberships=tuple(
        body if each.code == body.code else each for each in standing.memberships
    ))  # fmt: skip


# -- amounts -------------------------------------------------------------------------------------


def _sanction(standing: Standing, said: dict[str, str], year: int | None, network: Network | None) -> Changed:
    power, channel = _power(standing, said["power"]), said["channel"]
    measure, share = measured(standing, channel), float(said["share"]) / 100
    if share > 1:
        raise BadSetting(f"a sanction of {said['share']}% is more than there is; write at most 100%")
    if measure.code in BODIES or any(each.measure == measure.code for each in standing.routes):
        raise BadSetting(f"{channel} is made of {'bodies' if measure.code in BODIES else 'routes'}; write "
                         f"{'leave BODY' if measure.code in BODIES else 'shut ROUTE'}")  # fmt: skip
    of = _date(standing, measure.code, year)
    had = sum(value for (who, _), value in amounts(standing, measure.code, of).items() if who == power)
    if not had:
        raise BadSetting(f"no figure of {power} in {channel} is known ({of}), so none can be cut; add a row")
    rules = {each.power: each for each in standing.replacing if each.channel == measure.channel}
    rule = rules.get(power) or rules.get("*")
    cut = had * share
    lost = cut * (1 - (rule.share if rule else 0.0))
    figures = [
        _scaled(each, 1 - share) if each.power == power
        else _moved(each, -lost) if each.power == TOTAL else each
        for each in _rows(standing, measure.code, of)
    ]  # fmt: skip
    values = {"cut": cut, "unit": measure.unit, "had": had, "of": of, "elsewhere": cut - lost, "lost": lost}
    return Changed(_with_figures(standing, measure.code, of, figures), "cut", values)


def _invest(standing: Standing, said: dict[str, str], year: int | None, network: Network | None) -> Changed:
    power, measure = _power(standing, said["power"]), measured(standing, "fdi")
    of = _date(standing, measure.code, year)
    more = float(said["amount"]) * IN_BN[said["unit"]]
    rows = _rows(standing, measure.code, of)
    parts = [each.part for each in rows if each.power == power and each.value is not None]
    figures = [
        _moved(each, more)
        if each.power == TOTAL or (each.power == power and each.part in parts[:1]) else each
        for each in rows
    ]  # fmt: skip
    if not parts:
        supposed = "what is supposed, beside nothing that is known"
        figures.append(Figure(measure=measure.code, power=power, part="supposed", of=of, value=more,
                              source=SUPPOSED, note=supposed))  # fmt: skip
    values = {"more": more, "unit": measure.unit, "measure": measure.name, "of": of}
    return Changed(_with_figures(standing, measure.code, of, figures), "more", values)


def _date(standing: Standing, measure: str, year: int | None) -> str:
    of = latest(standing, measure, year)
    if of is None:
        known = ", ".join(
            sorted({str(year_of(each.of)) for each in standing.figures if each.measure == measure})
        )
        raise BadSetting(
            f"{measure} has no figures{f' of {year}' if year else ''}; its years are {known or 'none'}"
        )
    return of


def _power(standing: Standing, code: str) -> str:
    if code not in {each.code for each in standing.powers}:
        raise BadSetting(f"power {code!r} is not known; take {', '.join(e.code for e in standing.powers)}")
    return code


def _rows(standing: Standing, measure: str, of: str) -> list[Figure]:
    return [each for each in standing.figures if (each.measure, each.of) == (measure, of)]


def _with_figures(standing: Standing, measure: str, of: str, rows: Sequence[Figure]) -> Standing:
    others = [each for each in standing.figures if (each.measure, each.of) != (measure, of)]
    return replace(standing, figures=(*others, *rows))


def _scaled(row: Figure, times: float) -> Figure:
    return _each(row, lambda value: value * times)


def _moved(row: Figure, by: float) -> Figure:
    return _each(row, lambda value: max(0.0, value + by))


def _each(row: Figure, change: Callable[[float], float]) -> Figure:
    changed = {n: change(v) for n in ("value", "low", "high") if (v := getattr(row, n)) is not None}
    return replace(row, **changed)


# -- routes --------------------------------------------------------------------------------------


def _shut(standing: Standing, said: dict[str, str], year: int | None, network: Network | None) -> Changed:
    code = said["route"].lower()
    route = next((each for each in standing.routes if each.code.lower() == code), None)
    if route is None:
        known = ", ".join(each.code for each in standing.routes)
        raise BadSetting(f"route {said['route']!r} is not known, or shut already; take one of {known}")
    of = _date(standing, route.measure, year)
    routes = [each for each in standing.routes if each.measure == route.measure]
    carried = amounts(standing, route.measure, of)
    moved = rerouted({route.code}, routes, carried, capacities(routes, network))
    had = sum(value for (who, part), value in carried.items() if part == route.code and who != TOTAL)
    lost = had - sum(moved.values())
    figures = [
        _moved(each, -lost if each.power == TOTAL else moved.get(each.part, 0.0))
        for each in _rows(standing, route.measure, of) if each.part != route.code
    ]  # fmt: skip
    standing = replace(standing, routes=tuple(each for each in standing.routes if each is not route))
    took = {name: more for name, more in moved.items() if more > 0}
    unit = measured(standing, route.measure).unit
    values = {"had": had, "unit": unit, "of": of, "took": took, "lost": lost}
    return Changed(_with_figures(standing, route.measure, of, figures), "shut", values)


CHANGES: dict[str, Callable[..., Changed]] = {
    "join": _join, "leave": _leave, "sanction": _sanction, "invest": _invest, "shut": _shut,
}  # fmt: skip
