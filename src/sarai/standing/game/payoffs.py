"""The game as arrays: what every choice is worth to both, affine in where inspectors stand.

A *post* is a check for one typology at one checkpoint in one shift; coverage ``x`` is the number of
inspectors at each post on average. A trader complies at a checkpoint and shift, or commits a violation
there. With o the share of consignments that one inspector opens there and d what a check finds, he gains

    comply:   -route + access * sum(o x)              over the posts there
    violate:  -route + gain - (gain + fine) d o x     at the post for it

and the state, beside what inspectors cost,

    comply:   -borne * access * sum(o x)
    violate:  -(loss + threat) + (loss + threat + fine) d o x
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from msgspec import Struct

from sarai.goods import BadSetting
from sarai.standing.game.table import Game, Trader

__all__ = ["COMPLY", "Action", "Choices", "Payoffs", "Post", "payoffs"]

COMPLY = "comply"


class Post(Struct, frozen=True, kw_only=True):
    """A check at a checkpoint in a shift; `opened` is the share that one inspector opens."""

    checkpoint: str
    shift: str
    typology: str
    opened: float
    found: float


class Action(Struct, frozen=True, kw_only=True):
    """What a trader does: ``comply`` or a typology, and where and when."""

    does: str
    checkpoint: str
    shift: str


@dataclass(frozen=True)
class Choices:
    """A type of traders: its weight, and its actions with both payoffs, ``base + slope @ x``.

    `own` and `state` are bases (actions,), `own_slope` and `state_slope` (actions, posts).
    """

    code: str
    weight: float
    actions: tuple[Action, ...]
    own: np.ndarray
    own_slope: np.ndarray
    state: np.ndarray
    state_slope: np.ndarray


@dataclass(frozen=True)
class Payoffs:
    """The whole game as arrays.

    Attributes
    ----------
    stratum : ndarray (posts,)
        To which checkpoint and shift a post belongs; they stand together.
    room : ndarray (strata,)
        Inspectors that can stand there at once, and whom there is work for.
    least : ndarray (posts,)
        Inspectors that must be there on average.
    """

    posts: tuple[Post, ...]
    stratum: np.ndarray
    room: np.ndarray
    least: np.ndarray
    staff: int
    cost: float
    traders: tuple[Choices, ...]

    @property
    def scale(self) -> float:
        """The size of the money in it, for tolerances."""
        parts = [np.abs(part).max() for each in self.traders
                 for part in (each.own, each.own_slope, each.state, each.state_slope)]  # fmt: skip
        return float(max(1e-12, *parts))

    @property
    def size(self) -> float:
        """The money of all traders in a day."""
        return self.scale * max(1.0, sum(each.weight for each in self.traders))


def payoffs(game: Game) -> Payoffs:
    """The arrays of a game; raises `BadSetting` if there are too few inspectors for its `least`."""
    posts, stratum, room = [], [], []
    for at, (point, shift) in enumerate(_strata(game)):
        traffic = point.consignments * shift.traffic
        room.append(min(point.room, max(1, int(traffic / max(each.opens for each in game.typologies)))))
        for each in game.typologies:
            opened = min(1.0, each.opens / traffic)
            posts.append(
                Post(checkpoint=point.code, shift=shift.code, typology=each.code, opened=opened,
                     found=opened * each.detection * point.skill)
            )  # fmt: skip
            stratum.append(at)
    made = Payoffs(
        posts=tuple(posts),
        stratum=np.array(stratum),
        room=np.array(room, float),
        least=np.array([game.least / each.opened for each in posts]),
        staff=game.staff,
        cost=game.cost,
        traders=tuple(_choices(game, each, posts) for each in game.traders),
    )
    _check_least(made, game)
    return made


def _strata(game: Game) -> Iterator[tuple]:
    return ((point, shift) for point in game.checkpoints for shift in game.shifts)


def _check_least(made: Payoffs, game: Game) -> None:
    needed = made.least.sum()
    there = np.bincount(made.stratum, made.least)
    if needed > made.staff + 1e-9 or (there > made.room + 1e-9).any():
        raise BadSetting(
            f"to check {game.least:.2%} everywhere takes {needed:.1f} inspectors of {made.staff}, at one "
            f"checkpoint {there.max():.1f}; lower the least share or give more inspectors"
        )


def _choices(game: Game, trader: Trader, posts: list[Post]) -> Choices:
    """Both payoffs of all that a type can do."""
    rows = list(_rows(game, trader, posts))
    own, own_slope, state, state_slope = (np.array([row[at] for row in rows]) for at in range(1, 5))
    return Choices(trader.code, trader.consignments, tuple(row[0] for row in rows), own, own_slope, state,
                   state_slope)  # fmt: skip


def _rows(game: Game, trader: Trader, posts: list[Post]) -> Iterator[tuple]:
    opened = np.array([each.opened for each in posts])
    found = np.array([each.found for each in posts])
    levers = game.levers
    routes = trader.route or {each.code: 0.0 for each in game.checkpoints}
    for point, shift in _strata(game):
        if point.code not in routes:
            continue
        route = routes[point.code]
        here = np.array([each.checkpoint == point.code and each.shift == shift.code for each in posts])
        yield (Action(does=COMPLY, checkpoint=point.code, shift=shift.code), -route,
               levers.access * opened * here, 0.0, -levers.borne * levers.access * opened * here)  # fmt: skip
        for each in game.typologies:
            if each.code not in trader.gain:
                continue
            gain, loss = trader.gain[each.code], each.loss + levers.threat
            caught = found * here * np.array([post.typology == each.code for post in posts])
            yield (Action(does=each.code, checkpoint=point.code, shift=shift.code), gain - route,
                   -(gain + each.fine) * caught, -loss, (loss + each.fine) * caught)  # fmt: skip
