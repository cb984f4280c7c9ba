"""An inspection plan that was handed over: which of a day's declarations to open, drawn as it says.

A plan says of each checkpoint, shift and check with which probability a consignment is opened. Whoever is
deterred by it counts on that probability, so the draw keeps it for every declaration alike; and inspectors
can open only so many, so that number is kept too. At each place the numbers to open are whole ones next to
what is expected, drawn by a comb (systematic sampling, Madow 1949): those of each check and their sum are
rounded up or down and right on average. Which declarations they are is drawn without order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import accumulate, pairwise
from math import ceil, isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.screening.batch import lines
from sarai.watch.targeting.declarations import Declarations, Refused

__all__ = ["Check", "Draw", "Drawn", "Plan", "Stratum", "draw_by", "read_plan"]

NEEDED = ("place", "shift", "typology", "propensity", "consignments")
NEAR = 1e-9  # of one declaration: what sums of shares are off by
MOST_CHECKS = 100_000


class Check(Struct, frozen=True, kw_only=True):
    """A check of the plan: `propensity` is the share of a shift's `consignments` that is opened for it."""

    place: str
    shift: str
    typology: str
    propensity: float
    consignments: float

    @property
    def opens(self) -> float:
        """Consignments opened in a shift, on average: what its inspectors can."""
        return self.propensity * self.consignments


class Plan(Struct, frozen=True, kw_only=True):
    """All checks, and the SHA-256 of the file."""

    checks: tuple[Check, ...]
    digest: str


class Drawn(Struct, frozen=True, kw_only=True):
    """A declaration to be opened, for which check, and with which probability it was to be."""

    id: str
    line: int
    place: str
    shift: str
    check: str
    propensity: float


class Stratum(Struct, frozen=True, kw_only=True):
    """Declarations that the plan treats alike: those of a place, and of a shift if they say which.

    Attributes
    ----------
    planned, capacity : float
        The share that the plan opens, and how many that is of the traffic that it was made for.
    propensity : float
        With which each is opened: as planned, or less if more are declared than inspectors can open so.
    opened : int
    """

    place: str
    shift: str
    declared: int
    planned: float
    capacity: float
    propensity: float
    opened: int


class Draw(Struct, frozen=True, kw_only=True):
    """What is to be opened; `propensities` has a probability for each declaration that the plan reaches."""

    plan: str
    declarations: int
    seed: int
    picks: tuple[Drawn, ...]
    strata: tuple[Stratum, ...]
    propensities: dict[int, float]
    refused: tuple[Refused, ...]


# -- the file ------------------------------------------------------------------------------------


def read_plan(path: Path) -> Plan:
    """A plan from the CSV that ``sarai standing game --plan`` writes.

    Raises
    ------
    BadSetting
        A column is lacking, a line says what cannot be, or checks of a shift come to more than all.
    """
    checks = []
    for line in lines(path, *([name] for name in NEEDED)):
        if line.error or len(checks) >= MOST_CHECKS:
            raise BadSetting(
                f"{path}, line {line.number}: {line.error or f'more than {MOST_CHECKS:,} checks'}"
            )
        checks.append(
            _check({name: line.row[name].strip() for name in NEEDED}, f"{path}, line {line.number}")
        )
    if not checks:
        raise BadSetting(f"{path} has no check; write a plan with sarai standing game --plan")
    _check_sums(checks, path)
    return Plan(checks=tuple(checks), digest=sha256(path.read_bytes()).hexdigest())


def _check_sums(checks: Iterable[Check], path: Path) -> None:
    shares: dict[tuple[str, str], float] = {}
    for each in checks:
        at = each.place, each.shift
        shares[at] = shares.get(at, 0.0) + each.propensity
        if shares[at] > 1 + NEAR:
            raise BadSetting(
                f"{path}: checks at {' '.join(at)} open {shares[at]:.3g} of all; lower them to 1"
            )


def _check(said: dict[str, str], where: str) -> Check:
    numbers = {name: _number(said[name], f"{where}: {name}") for name in ("propensity", "consignments")}
    if not 0 < numbers["propensity"] <= 1 or numbers["consignments"] <= 0:
        raise BadSetting(f"{where}: propensity must be more than 0 and at most 1, consignments more than 0")
    if not said["place"] or not said["typology"]:
        raise BadSetting(f"{where}: place or typology is empty; say where, and what is checked for")
    return Check(place=said["place"], shift=said["shift"], typology=said["typology"], **numbers)


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not isfinite(number):
        raise BadSetting(f"{where} {text[:40]!r} is no number; write it such as 0.05")
    return number


# -- the draw ------------------------------------------------------------------------------------


class _Post(NamedTuple):
    """A place, or a shift there: what is checked for, the share opened for each, and how many that is."""

    place: str
    shift: str
    kinds: tuple[str, ...]
    shares: tuple[float, ...]
    opens: tuple[float, ...]

    def shares_of(self, declared: int) -> list[float]:
        """The shares of so many declarations that inspectors can open, at most those planned."""
        pairs = zip(self.shares, self.opens, strict=True)
        return [min(share, opens / max(declared, 1)) for share, opens in pairs]


def draw_by(plan: Plan, new: Declarations, seed: int) -> Draw:
    """Draw which declarations to open.

    Parameters
    ----------
    new
        With the category ``place``; with ``shift`` too, each shift is drawn for itself, else all shifts of a
        place together.
    seed
        Who could guess it could tell which declarations will not be opened.

    Raises
    ------
    BadSetting
        Declarations say no place, or no shift though some shift of a place has no check.
    """
    if "place" not in new.categories:
        raise BadSetting("the declarations have no category place; name the column with the checkpoint so")
    posts = _posts(plan, by_shift="shift" in new.categories)
    rows, strays = _rows(new, posts)
    rng = np.random.default_rng(seed)
    picks, strata, propensities = [], [], {}
    for post, there in zip(posts, rows, strict=True):
        shares = post.shares_of(len(there))
        chosen = _chosen(shares, there, rng)
        propensities |= {int(new.lines[row]): sum(shares) for row in there}
        picks += [_drawn(new, row, post, at, sum(shares)) for row, at in chosen]
        strata.append(Stratum(
            place=post.place, shift=post.shift, declared=len(there), planned=sum(post.shares),
            capacity=sum(post.opens), propensity=sum(shares), opened=len(chosen),
        ))  # fmt: skip
    return Draw(
        plan=plan.digest, declarations=len(new), seed=seed, strata=tuple(strata), propensities=propensities,
        picks=tuple(sorted(picks, key=lambda each: each.line)), refused=(*new.refused, *strays),
    )  # fmt: skip


def _posts(plan: Plan, *, by_shift: bool) -> list[_Post]:
    """What the plan opens at each place and shift, or at each place over its shifts by their traffic."""
    checks: dict[tuple[str, str], list[Check]] = {}
    for each in plan.checks:
        checks.setdefault((each.place, each.shift if by_shift else ""), []).append(each)
    shifts = {each.shift for each in plan.checks}
    return [_post(place, shift, several, shifts if not by_shift else {shift})
            for (place, shift), several in checks.items()]  # fmt: skip


def _post(place: str, shift: str, checks: Sequence[Check], shifts: set[str]) -> _Post:
    traffic = {each.shift: each.consignments for each in checks}
    if lacking := sorted(shifts - set(traffic)):
        raise BadSetting(
            f"the plan has no check at {place} in shift {lacking[0]}, so what passes there is not known; "
            "give the declarations a column shift"
        )
    opens: dict[str, float] = {}
    for each in checks:
        opens[each.typology] = opens.get(each.typology, 0.0) + each.opens
    shares = tuple(each / sum(traffic.values()) for each in opens.values())
    return _Post(place, shift, tuple(opens), shares, tuple(opens.values()))


def _rows(new: Declarations, posts: Sequence[_Post]) -> tuple[list[list[int]], list[Refused]]:
    """The rows of each post, and those at which the plan has none."""
    places, shifts = new.categories["place"], new.categories.get("shift")
    number = {(post.place, post.shift): at for at, post in enumerate(posts)}
    rows: list[list[int]] = [[] for _ in posts]
    strays = []
    for row in range(len(new)):
        key = places.text(row), shifts.text(row) if shifts else ""
        if key in number:
            rows[number[key]].append(row)
        else:
            line, where = int(new.lines[row]), " ".join(filter(None, key)) or "a place that is not named"
            known = ", ".join(dict.fromkeys(post.place for post in posts))
            strays.append(Refused(line, f"line {line}: the plan has no check at {where}; it has {known}"))
    return rows, strays


def _chosen(
    shares: Sequence[float], rows: Sequence[int], rng: np.random.Generator
) -> list[tuple[int, int]]:  # fmt: skip
    """Rows to be opened, each with the number of its check.

    The checks lie end to end, each as long as what is expected of it; a comb whose teeth are 1 apart lies on
    them at random, and so many teeth as fall on a check are opened for it.
    """
    ends = [0.0, *accumulate(share * len(rows) for share in shares)]
    at = rng.random()
    teeth = [min(len(rows), ceil(end - at)) for end in ends]
    order = rng.permutation(len(rows))
    return [(rows[order[place]], kind) for kind, (low, high) in enumerate(pairwise(teeth))
            for place in range(low, high)]  # fmt: skip


def _drawn(new: Declarations, row: int, post: _Post, kind: int, propensity: float) -> Drawn:
    shifts = new.categories.get("shift")
    return Drawn(id=new.ids[row], line=int(new.lines[row]), place=post.place, check=post.kinds[kind],
                 shift=shifts.text(row) if shifts else "", propensity=propensity)  # fmt: skip
