"""A past shock where trade is not known: on shares of an importer's supply, held against production alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sarai.minerals.shocks.cases.forecast import Assumed
from sarai.minerals.shocks.cases.known import Case
from sarai.minerals.shocks.cases.spreading import Shortage, play

__all__ = ["Sourced", "World", "ran_on_shares"]

IMPORTER = "ZZ"  # ISO 3166-1 leaves it to its users


class World(Struct, frozen=True, kw_only=True):
    """What the world made in a year, and what of it the exporter did not; tonnes."""

    year: int
    made: float
    elsewhere: float


class Sourced(Struct, frozen=True, kw_only=True):
    """A case run on shares of an importer's supply, for want of flows.

    Attributes
    ----------
    share : float
        Of its supply that came from the exporter.
    world : tuple of World
        Of the year before and those after.
    """

    case: Case
    share: float
    shortage: Shortage
    world: tuple[World, ...]


def ran_on_shares(
    case: Case,
    sourcing: Mapping[str, float],
    own: Sequence[str],
    production: Mapping[int, Mapping[str, float]],
    assumed: Assumed | None = None,
) -> Sourced:
    """Run a case forward where only shares of supply and production are known.

    Nothing but what goes to the importer is seen, so all others can give is what they gave it before.

    Parameters
    ----------
    sourcing : mapping
        By country, which share of the importer's supply comes from there; known before the event.
    own : sequence of str
        Countries that are the importer, which supply themselves.
    production : mapping
        By year, tonnes by country; years after the event are set beside it alone.
    """
    flows = {(giver, IMPORTER): share for giver, share in sourcing.items() if giver not in own}
    made = {IMPORTER: sum(share for giver, share in sourcing.items() if giver in own)}
    played = play(replace(case, importer=IMPORTER), flows, assumed or Assumed(), made)
    return Sourced(
        case=case, share=flows[case.exporter, IMPORTER] / sum(sourcing.values()), shortage=played.shortage,
        world=tuple(_world(case, year, each) for year, each in sorted(production.items())),
    )  # fmt: skip


def _world(case: Case, year: int, made: Mapping[str, float]) -> World:
    whole = sum(made.values())
    return World(year=year, made=whole, elsewhere=whole - made.get(case.exporter, 0.0))
