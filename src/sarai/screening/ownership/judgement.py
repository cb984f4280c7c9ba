"""The nouns of an answer: a verdict, the links and steps that show it, the findings beside it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """One of three."""

    BLOCKED = "blocked"
    NOT_BLOCKED = "not blocked"
    CANNOT_BE_TOLD = "cannot be told"


class Finding(Struct, frozen=True):
    """Something about a company's stakes that is not as it should be, and the lines that say so."""

    company: str
    message: str
    places: tuple[int, ...] = ()


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stake or control that counts towards a verdict.

    Attributes
    ----------
    owner
        For control: the controller.
    low, high
        At least and at most so many parts per billion.
    control
        The kind, if this is control; with ``?`` where it is only suspected.
    joint
        Name of the joint arrangement under which it counts.
    sold
        Whether the stake was sold, but the sale is not recognised, or may not be.
    listed, verdict
        Of the owner.
    place
        The line of the file; 0: none.
    """

    owner: str
    company: str
    low: int = 0
    high: int = 0
    control: str = ""
    joint: str = ""
    sold: bool = False
    listed: bool = False
    verdict: Verdict
    place: int = 0

    @property
    def is_open(self) -> bool:
        """Whether its share or its force is not known."""
        return self.low < self.high or self.control.endswith("?")


class Step(Struct, frozen=True):
    """A company, and the links from those before it that make it blocked, or possibly so."""

    company: str
    verdict: Verdict
    links: tuple[Link, ...]


class Judgement(Struct, frozen=True, kw_only=True):
    """All that is to be said of one company under one rule.

    Attributes
    ----------
    rule, since, source, applies
        The rule's name, the day from which this set of it is in force, the text behind it, and
        whether it looks at ownership at all on the day.
    low, high
        At least and at most so many parts per billion are held by the blocked (under a rule that
        looks at each person alone: by the one who holds the most).
    unnamed
        What nobody named holds for certain.
    chain
        From the listed down to the company; only the nearest steps, if ``cut``.
    open
        The links whose share or force is not known, and on which "cannot be told" hangs.
    findings
        What is wrong with the stakes of the company or of those in its chain.
    """

    company: str
    label: str = ""
    rule: str
    since: date | None
    source: str
    on: date
    applies: bool
    verdict: Verdict
    listed: bool
    low: int
    high: int
    unnamed: int
    chain: tuple[Step, ...]
    cut: bool = False
    open: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()
