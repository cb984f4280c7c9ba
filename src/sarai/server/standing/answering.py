"""A question put to the tables of standing."""

from __future__ import annotations

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.server.asking import InTime
from sarai.server.standing.answer import Answer
from sarai.server.standing.asked import Meant
from sarai.standing import Standing
from sarai.telling.standing_compared import Compared, Exposed, compared, exposed
from sarai.telling.standing_shown import overview

__all__ = ["answer"]


def answer(standing: Standing, meant: Meant, in_time: InTime, network: Network | None = None) -> Answer:
    """All channels in short, what withdrawals take, and the channel that is opened at all its dates."""
    told = overview(standing, year=meant.year)
    in_time()
    lost = _exposed(standing, meant.year, network)
    in_time()
    return Answer(
        standing=standing, overview=told, exposed=lost, channel=meant.channel,
        opened=_opened(standing, meant.channel) if meant.channel else (),
    )  # fmt: skip


def _exposed(standing: Standing, year: int | None, network: Network | None) -> Exposed | None:
    try:
        return exposed(standing, year=year, network=network)
    except BadSetting:  # no channel has a figure of the year, which the overview says of each
        return None


def _opened(standing: Standing, channel: str) -> tuple[Compared, ...]:
    return tuple(compared(standing, each.code) for each in standing.measures if each.channel == channel)
