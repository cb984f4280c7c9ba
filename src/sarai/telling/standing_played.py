"""How the small games are told: the 2x2 one with its slopes, and the repeated one with its frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from sarai.goods import BadSetting
from sarai.standing.game import (
    Commitment,
    Equilibrium,
    Game,
    Inspection,
    Kept,
    Repeated,
    Statics,
    commitment,
    decisions,
    equilibrium,
    frontier,
    keep,
    statics,
)
from sarai.telling.charts import Bar, Bars, Point, Scatter, Words
from sarai.telling.standing_game import SOURCE

__all__ = ["Played", "Repetition", "kept", "kept_picture", "played", "played_picture"]

# -- the 2x2 game --------------------------------------------------------------------------------


class Played(Struct, frozen=True, kw_only=True):
    """The 2x2 game of one trader and one inspector, at once and with the inspector leading."""

    name: str
    stakes: Inspection
    equilibrium: Equilibrium
    commitment: Commitment
    statics: tuple[Statics, ...]


def played(game: Game | None, stakes: Mapping[str, float] | None = None) -> tuple[Played, ...]:
    """The 2x2 game of each type of traders with each violation open to it; or that of stakes given.

    An inspection costs what an inspector's shift does for each consignment that he opens; the reward is
    access, as if the state paid it all.
    """
    if stakes:
        return (_played("given", _inspection(stakes)),)
    assert game is not None
    kinds = {each.code: each for each in game.typologies}
    found = []
    for trader in game.traders:
        for code, gain in trader.gain.items():
            kind = kinds[code]
            found.append(_played(
                f"{trader.code}: {code}",
                _inspection({"gain": gain, "fine": kind.fine, "reward": game.levers.access,
                             "cost": game.cost / kind.opens, "loss": kind.loss + game.levers.threat}),
            ))  # fmt: skip
    return tuple(found)


def _inspection(stakes: Mapping[str, float]) -> Inspection:
    try:
        return msgspec.convert(dict(stakes), Inspection, strict=False)
    except msgspec.ValidationError as fault:
        raise BadSetting(
            f"the stakes: {fault}; give gain, fine, cost and loss, and a reward if any"
        ) from fault


def _played(name: str, stakes: Inspection) -> Played:
    return Played(name=name, stakes=stakes, equilibrium=equilibrium(stakes), commitment=commitment(stakes),
                  statics=statics(stakes) if stakes.mixes else ())  # fmt: skip


def played_picture(games: Sequence[Played], note: str = "") -> Bars:
    """How often must be inspected so that it deters."""
    return Bars(
        words=Words(title="Inspection that just deters", unit="share of consignments", source=SOURCE,
                    note=note),
        bars=tuple(Bar(name=each.name, value=each.stakes.gain / (each.stakes.gain + each.stakes.fine
                                                                 + each.stakes.reward)) for each in games),
    )  # fmt: skip


# -- the repeated game ---------------------------------------------------------------------------


class Repetition(Struct, frozen=True, kw_only=True):
    """Policies from the cheapest to the one with the fewest re-exports, and the one asked for."""

    game: str
    frontier: tuple[Kept, ...]
    chosen: Kept
    words: tuple[str, ...]


def kept(game: Repeated, level: float | None) -> Repetition:
    """The frontier of cost against re-exports, and the cheapest policy for a level.

    Without a level the policy of half the way from the cheapest to the fewest re-exports is told.
    """
    made = decisions(game)
    found = frontier(made)
    chosen = keep(made, level) if level is not None else found[len(found) // 2]
    return Repetition(game=game.name, frontier=found, chosen=chosen,
                      words=(f"{game.name}: {game.note}",) if game.note else ())  # fmt: skip


def kept_picture(found: Repetition) -> Scatter:
    """Cost against re-exports."""
    points = {(each.leaks, each.cost): each for each in (*found.frontier, found.chosen)}
    return Scatter(
        words=Words(title="What it costs to keep re-exports down", unit="", source=SOURCE,
                    note="; ".join(found.words)),
        x="consignments re-exported in a period", y="cost to partners in a period",
        points=tuple(Point(name=f"{each.cost:.3g}", x=each.leaks, y=each.cost, marked=each == found.chosen)
                     for each in points.values()),
    )  # fmt: skip
