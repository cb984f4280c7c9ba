"""What a question of standing is answered with."""

from __future__ import annotations

from msgspec import Struct

from sarai.standing import Standing
from sarai.telling.standing_compared import Compared, Exposed
from sarai.telling.standing_shown import Overview

__all__ = ["Answer"]


class Answer(Struct, frozen=True, kw_only=True):
    """All channels in short, or one of them at all its dates.

    Attributes
    ----------
    standing : Standing
        The tables that all figures are from.
    exposed : Exposed or None
        What each power's withdrawal takes; none where no channel has a figure of the year.
    channel : str
        The one that is opened.
    opened : tuple of Compared
        Its measures, each at every date.
    """

    standing: Standing
    overview: Overview
    exposed: Exposed | None
    channel: str = ""
    opened: tuple[Compared, ...] = ()
