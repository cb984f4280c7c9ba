"""What the game of inspectors and traders is made of; money in one currency, for a consignment or a day."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from sarai.goods import BadSetting

__all__ = ["Checkpoint", "Game", "Levers", "Shift", "Trader", "Typology"]

Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z", max_length=40)]
Money = Annotated[float, Meta(ge=0, le=1e12)]
Share = Annotated[float, Meta(ge=0, le=1)]
Some = Annotated[float, Meta(gt=0, le=1e7)]


class Checkpoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where goods pass and inspectors can stand.

    Attributes
    ----------
    place : str
        What documents call it, for the watch; the code if empty.
    consignments : float
        That pass in an ordinary shift.
    room : int
        Inspectors that can work there at once.
    skill : float
        Of what a check finds elsewhere, the share that it finds here.
    """

    code: Code
    name: str = ""
    place: str = ""
    consignments: Some
    room: Annotated[int, Meta(ge=1, le=1000)]
    skill: Share = 1.0


class Shift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the day; `traffic` is what passes in it, beside an ordinary shift."""

    code: Code
    traffic: Some = 1.0


class Typology(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of violation, and the check for it.

    Attributes
    ----------
    fine : float
        Paid by who is caught, and taken by the state.
    loss : float
        Of the state by one that is not caught, before what partners threaten.
    opens : float
        Consignments that one inspector checks for it in a shift.
    detection : float
        The probability that a check finds it where it is.
    """

    code: Code
    name: str = ""
    fine: Money
    loss: Money
    opens: Some
    detection: Annotated[float, Meta(gt=0, le=1)]


class Trader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A type of traders, who choose together what pays best.

    Attributes
    ----------
    consignments : float
        Of such traders in a day: the weight of the type.
    gain : dict of str to float
        By a violation that is not caught, by typology; those not named are beyond them.
    route : dict of str to float
        What a consignment costs by a checkpoint more than by the cheapest; those not named are beyond them.
        Without any, all cost the same.
    """

    code: Code
    name: str = ""
    consignments: Some
    gain: dict[str, Money]
    route: dict[str, Money] = {}


class Levers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What partners offer and threaten.

    Attributes
    ----------
    aid : float
        A day, for inspectors: whole ones at `inspector_price`.
    access : float
        Worth to a trader of market access for verified compliance: the reward of one inspected consignment.
    borne : float
        The share of `access` that the state pays.
    threat : float
        What measures threatened for a violation that is not caught would cost the state.
    """

    aid: Money = 0.0
    inspector_price: Annotated[float, Meta(gt=0, le=1e9)] = 1.0
    access: Money = 0.0
    borne: Share = 1.0
    threat: Money = 0.0


class Game(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it.

    Attributes
    ----------
    inspectors : int
        A day, each for one shift, without those that aid pays.
    cost : float
        Of an inspector for a shift.
    least : float
        The share of consignments that is checked for every typology at every checkpoint and shift whatever
        else, so that nothing is never looked at.
    """

    name: str
    note: str = ""
    inspectors: Annotated[int, Meta(ge=0, le=100_000)]
    cost: Money
    least: Share = 0.0
    levers: Levers = Levers()
    checkpoints: tuple[Checkpoint, ...]
    shifts: tuple[Shift, ...] = (Shift(code="day"),)
    typologies: tuple[Typology, ...]
    traders: tuple[Trader, ...]

    def __post_init__(self) -> None:
        for what in ("checkpoints", "shifts", "typologies", "traders"):
            codes = [each.code for each in getattr(self, what)]
            if not codes:
                raise BadSetting(f"game {self.name!r} has no {what}; give at least one")
            if twice := sorted({code for code in codes if codes.count(code) > 1}):
                raise BadSetting(f"game {self.name!r} has {twice[0]!r} twice among its {what}; keep one")
        for each in self.traders:
            _known(each, "gain", [one.code for one in self.typologies])
            _known(each, "route", [one.code for one in self.checkpoints])

    @property
    def staff(self) -> int:
        """Inspectors a day, with those that aid pays."""
        return self.inspectors + int(self.levers.aid / self.levers.inspector_price + 1e-9)


def _known(trader: Trader, of: str, known: list[str]) -> None:
    for code in getattr(trader, of):
        if code not in known:
            raise BadSetting(f"{of} of traders {trader.code!r} names {code!r}; take {', '.join(known)}")
