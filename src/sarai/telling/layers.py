"""From the steps of a trace to boxes in columns with ribbons between them.

Columns count from the right: what happened last is in column 0. A box is whoever held the goods, a
ribbon is what one document moved. A ribbon that passes by other columns has a passage in each, so
that nothing is drawn across a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sarai.ledger import Account, Step
from sarai.telling import words

MOST_COLUMNS = 40
MOST_FLOWS = 600  # a picture with more shows nothing

Key = tuple[int, tuple[str, ...]]  # a column, and what the box in it stands for


@dataclass(slots=True)
class Flow:
    """A movement of the way: what belongs to it of all the branches that share it."""

    kind: str
    issuer: str
    number: str
    first: datetime
    last: datetime
    giver: Account
    taker: Account
    unit: str
    amount: Decimal
    earlier: set[int] = field(default_factory=set)
    later: set[int] = field(default_factory=set)

    @property
    def is_input(self) -> bool:
        """Whether it takes goods into processing."""
        return self.kind == "processing" and self.taker.party == "used"

    @property
    def is_output(self) -> bool:
        """Whether it brings goods out of processing."""
        return self.kind == "processing" and self.giver.party == "made"


class Ribbon(NamedTuple):
    """What a document moved, by kind of unit; ``path`` leads from giver to taker by its passages."""

    name: str
    when: str
    path: tuple[Key, ...]
    amounts: dict[str, Decimal]


class Box(NamedTuple):
    """Whoever held the goods: a kind (``box``, ``end``, ``doubt``), a name and lines beneath it."""

    kind: str
    name: str
    lines: tuple[str, ...]


class Picture(NamedTuple):
    """What is to be drawn. ``cut``: there was more than it may hold."""

    boxes: dict[Key, Box]
    ribbons: list[Ribbon]
    cut: bool


def layered(steps: Sequence[Step], *, up: bool) -> Picture:
    """Lay out the trees of a trace; ``up`` says whether they lead back or on."""
    flows, cut = _flows(steps, up)
    join_waybills(flows)
    columns = columns_of(flows)
    boxes: dict[Key, Box] = {}
    ribbons: dict[tuple, Ribbon] = {}
    for number in sorted(flows):
        flow = flows[number]
        start = max((columns[each] for each in flow.earlier), default=columns[number] + 1)
        giver, taker = key_of(start, flow.giver, flow), key_of(columns[number], flow.taker, flow)
        boxes.setdefault(giver, box_of(flow.giver, flow))
        boxes.setdefault(taker, box_of(flow.taker, flow))
        name, when = f"{words.plainly(flow.kind)} {flow.number}", _days(flow.first, flow.last)
        path = _path(giver, taker, name)
        ribbon = ribbons.setdefault((path, when), Ribbon(name, when, path, {}))
        ribbon.amounts[flow.unit] = ribbon.amounts.get(flow.unit, Decimal(0)) + flow.amount
    return Picture(boxes, list(ribbons.values()), cut)


def _flows(steps: Sequence[Step], up: bool) -> tuple[dict[int, Flow], bool]:
    """The movements of the trees, each once, tied to those before and after it."""
    flows: dict[int, Flow] = {}
    waiting = [(step, 0, 0) for step in steps]
    cut = False
    for step, before, depth in waiting:
        known = step.movement in flows
        if depth >= MOST_COLUMNS or (not known and len(flows) >= MOST_FLOWS):
            cut = True
            continue
        flow = flows.setdefault(step.movement, flow_of(step))
        flow.amount += step.amount
        if before:
            early, late = (step.movement, before) if up else (before, step.movement)
            flows[early].later.add(late)
            flows[late].earlier.add(early)
        waiting += [(link, step.movement, depth + 1) for link in step.links]
        cut = cut or step.cut
    return flows, cut


def flow_of(step: Step) -> Flow:
    """The movement of a step, without an amount yet."""
    name = step.document
    return Flow(
        name.kind, name.issuer, name.number, step.time, step.time, step.giver, step.taker, step.unit,
        Decimal(0),
    )  # fmt: skip


def join_waybills(flows: dict[int, Flow]) -> None:
    """Make one flow of a waybill and the answer to it: it says nothing that goods lay reserved."""
    for number in sorted(flows):
        flow = flows[number]
        if len(flow.later) != 1 or flow.taker != flow.giver._replace(state="reserved"):
            continue
        (after,) = flow.later
        answer = flows[after]
        if answer.earlier != {number} or answer.giver != flow.taker:
            continue
        answer.kind, answer.issuer, answer.number = flow.kind, flow.issuer, flow.number
        answer.first, answer.giver, answer.earlier = flow.first, flow.giver, flow.earlier
        for early in flow.earlier:
            flows[early].later = flows[early].later - {number} | {after}
        del flows[number]


def columns_of(flows: dict[int, Flow]) -> dict[int, int]:
    """The column in which each flow ends: one left of all that comes after it.

    Movements are numbered in the order in which they were made, so descending numbers will do. What
    goes into one processing ends in one column.
    """
    columns: dict[int, int] = {}
    shared: dict[tuple[str, str], int] = {}
    for number in sorted(flows, reverse=True):
        flow = flows[number]
        name = (flow.issuer, flow.number)
        column = max((columns[each] + 1 for each in flow.later), default=0)
        if flow.is_output:
            shared[name] = max(shared.get(name, 0), column + 1)
        columns[number] = max(column, shared.get(name, 0)) if flow.is_input else column
    return columns


def key_of(column: int, account: Account, flow: Flow) -> Key:
    """The box of an account; all that one processing uses, or makes, is one box."""
    if account.party == ("used" if flow.is_input else "made") and flow.kind == "processing":
        return column, ("processing", flow.issuer, flow.number)
    return column, tuple(account)


def box_of(account: Account, flow: Flow) -> Box:
    """What is to be drawn for an account."""
    if account.party in ("used", "made") and flow.kind == "processing":
        return Box("box", "processing", (flow.number,))
    if not account.place:
        doubt = account.party in ("unexplained", "lost", "seized")
        return Box("doubt" if doubt else "end", account.party, ())
    marks = [words.plainly(account.regime)] if account.regime != "home_use" else []
    marks += ["under way"] if account.state == "reserved" else []
    return Box("box", account.party, (account.place, *([", ".join(marks)] if marks else [])))


def _path(giver: Key, taker: Key, name: str) -> tuple[Key, ...]:
    passages = ((column, ("", *giver[1], *taker[1], name)) for column in range(giver[0] - 1, taker[0], -1))
    return (giver, *passages, taker)


def _days(first: datetime, last: datetime) -> str:
    begin, end = words.day(first), words.day(last)
    if begin == end:
        return begin
    same = len("2026-01-") if begin[:7] == end[:7] else len("2026-") if begin[:4] == end[:4] else 0
    return f"{begin} – {end[same:]}"


def ties(ribbons: Iterable[Ribbon]) -> list[tuple[Key, Key]]:
    """Every piece of every ribbon, from column to column."""
    return [piece for ribbon in ribbons for piece in zip(ribbon.path, ribbon.path[1:], strict=False)]
