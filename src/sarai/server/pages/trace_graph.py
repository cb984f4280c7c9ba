"""From the steps of a trace to what a page draws: boxes in columns, ribbons between them, few enough to read.

Who holds next to nothing is drawn with others in one box, and documents between the same two boxes
in one ribbon, as soon as there are more than anybody could tell apart. Nothing is left out by that: what was
put together says of how many it is, and sums them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from sarai.ledger import Account, DocumentName, LotName, Step
from sarai.telling import layers
from sarai.telling.layers import Box, Flow, Key

MOST_BOXES = 12  # in one column: about what a screen shows without scrolling
LEAST_TOLD = Decimal("0.01")  # of what the box of most has; in a crowd, who has less stands with others
MOST_BESIDE = 3  # ribbons between the same two boxes, before they are put together
MOST_RIBBONS = 120  # in all, before every pair of boxes gets one ribbon of each kind
MOST_COLUMNS = layers.MOST_COLUMNS
REST = "rest"

Pair = tuple[Key, Key]


class Moved(NamedTuple):
    """A movement of the way, with so much of it as belongs to what is traced.

    ``answer`` is the document that ended it, where goods were under way from ``sent`` to ``time``.
    """

    document: DocumentName
    answer: DocumentName | None
    sent: datetime
    time: datetime
    item: int
    giver: Account
    taker: Account
    lot: LotName
    hs: str
    amount: Decimal
    unit: str


class Ribbon(Struct, frozen=True, kw_only=True):
    """What moved between two boxes, by one document or by several of a kind.

    Attributes
    ----------
    path
        From giver to taker, with a passage in each column between.
    amounts
        By unit.
    share
        Of all that is traced, in the unit of which most is; None if nothing is in that unit.
    moved
        Every movement of it, the earliest first.
    """

    kind: str
    path: tuple[Key, ...]
    amounts: Mapping[str, Decimal]
    share: float | None
    moved: tuple[Moved, ...]

    @property
    def documents(self) -> list[DocumentName]:
        """Its documents, each once, as they happened."""
        return list(dict.fromkeys(each.document for each in self.moved))


class Graph(Struct, frozen=True, kw_only=True):
    """What is to be drawn.

    Attributes
    ----------
    boxes
        By where they stand; column 0 is the last.
    accounts
        Whose each box is; of the holders that stand together, all of them.
    kept
        What came into a box and did not leave it, by unit.
    born
        The lots that were born out of a box.
    cut
        There was more than a trace may tell.
    """

    boxes: dict[Key, Box]
    accounts: dict[Key, tuple[Account, ...]]
    kept: dict[Key, dict[str, Decimal]]
    born: dict[Key, tuple[LotName, ...]]
    ribbons: tuple[Ribbon, ...]
    cut: bool

    @property
    def is_summed(self) -> bool:
        """Whether several holders or documents were put together."""
        return any(key[1] == (REST,) for key in self.boxes) or any(
            len(each.documents) > 1 for each in self.ribbons
        )


def graph(steps: Sequence[Step], *, up: bool) -> Graph:
    """Lay out the trees of a trace; ``up`` says whether they lead back or on."""
    flows, moved, cut = _flows(steps, up)
    moved = _joined(flows, moved)
    ends = _ends(flows)
    boxes: dict[Key, Box] = {}
    for number, pair in ends.items():
        flow = flows[number]
        for key, account in zip(pair, (flow.giver, flow.taker), strict=True):
            boxes.setdefault(key, layers.box_of(account, flow))
    into = _folded(boxes, flows, ends)
    ends = {number: (into[giver], into[taker]) for number, (giver, taker) in ends.items()}
    accounts = _accounts(flows, ends)
    boxes |= {key: Box("rest", str(len(some)), ()) for key, some in accounts.items() if key[1] == (REST,)}
    total = _total(steps)
    return Graph(
        boxes={key: boxes[key] for key in sorted(accounts)},
        accounts=accounts,
        kept=_kept(flows, ends),
        born=_born(flows, moved, ends),
        ribbons=tuple(
            _ribbon(pair, kind, some, flows, moved, total) for pair, kind, some in _grouped(flows, ends)
        ),
        cut=cut,
    )


def _flows(steps: Sequence[Step], up: bool) -> tuple[dict[int, Flow], dict[int, Moved], bool]:
    """The movements of the trees, each once with all of it, tied to those before and after it."""
    flows: dict[int, Flow] = {}
    said: dict[int, Step] = {}
    waiting = [(step, 0, 0) for step in steps]
    cut = False
    for step, before, depth in waiting:
        if depth >= MOST_COLUMNS:
            cut = True
            continue
        flow = flows.setdefault(step.movement, layers.flow_of(step))
        said.setdefault(step.movement, step)
        flow.amount += step.amount
        if before:
            early, late = (step.movement, before) if up else (before, step.movement)
            flows[early].later.add(late)
            flows[late].earlier.add(early)
        waiting += [(link, step.movement, depth + 1) for link in step.links]
        cut = cut or step.cut
    return flows, {number: _moved(said[number], flow) for number, flow in flows.items()}, cut


def _moved(step: Step, flow: Flow) -> Moved:
    return Moved(
        step.document, None, step.time, step.time, step.item, step.giver, step.taker, step.lot, step.hs,
        flow.amount, flow.unit,
    )  # fmt: skip


def _joined(flows: dict[int, Flow], moved: dict[int, Moved]) -> dict[int, Moved]:
    """Make one of a waybill and its answer, as `layers` does, with both documents kept."""
    after = {number: min(flow.later, default=0) for number, flow in flows.items()}
    layers.join_waybills(flows)
    left = {number: moved[number] for number in flows}
    for number in sorted(set(moved) - set(flows)):
        sent, answer = moved[number], moved[after[number]]
        left[after[number]] = answer._replace(
            document=sent.document, answer=answer.document, sent=sent.time, giver=sent.giver
        )
    return left


def _ends(flows: Mapping[int, Flow]) -> dict[int, tuple[Key, Key]]:
    """From which box to which each movement goes."""
    columns = layers.columns_of(dict(flows))
    ends = {}
    for number in sorted(flows):
        flow = flows[number]
        start = max((columns[each] for each in flow.earlier), default=columns[number] + 1)
        ends[number] = (
            layers.key_of(start, flow.giver, flow),
            layers.key_of(columns[number], flow.taker, flow),
        )
    return ends


def _folded(
    boxes: Mapping[Key, Box], flows: Mapping[int, Flow], ends: Mapping[int, tuple[Key, Key]]
) -> dict[Key, Key]:
    """Which box each goes into: of crowded columns, the holders of least stand together."""
    weight: dict[Key, Decimal] = dict.fromkeys(boxes, Decimal(0))
    most = _most(flows.values())
    for number, pair in ends.items():
        for key in pair:
            weight[key] += flows[number].amount / most[flows[number].unit]
    columns: dict[int, list[Key]] = {}
    for key in boxes:
        columns.setdefault(key[0], []).append(key)
    into = {key: key for key in boxes}
    least = LEAST_TOLD * max(weight.values())
    for column, keys in columns.items():
        holders = sorted(
            (key for key in keys if boxes[key].kind == "box"), key=lambda key: (-weight[key], key)
        )
        if len(holders) > MOST_BOXES:
            told = [key for key in holders[: MOST_BOXES - 1] if weight[key] >= least]
            into |= dict.fromkeys(holders[len(told) :], (column, (REST,)))
    return into


def _accounts(flows: Mapping[int, Flow], ends: Mapping[int, Pair]) -> dict[Key, tuple[Account, ...]]:
    found: dict[Key, dict[Account, None]] = {}
    for number, (giver, taker) in ends.items():
        found.setdefault(giver, {})[flows[number].giver] = None
        found.setdefault(taker, {})[flows[number].taker] = None
    return {key: tuple(sorted(some)) for key, some in found.items()}


def _kept(flows: Mapping[int, Flow], ends: Mapping[int, Pair]) -> dict[Key, dict[str, Decimal]]:
    left: dict[Key, dict[str, Decimal]] = {}
    for number, (giver, taker) in ends.items():
        flow = flows[number]
        for key, amount in ((giver, -flow.amount), (taker, flow.amount)):
            of_unit = left.setdefault(key, {})
            of_unit[flow.unit] = of_unit.get(flow.unit, Decimal(0)) + amount
    return {
        key: some for key, of_unit in left.items() if (some := {u: a for u, a in of_unit.items() if a > 0})
    }


def _born(
    flows: Mapping[int, Flow], moved: Mapping[int, Moved], ends: Mapping[int, Pair]
) -> dict[Key, tuple[LotName, ...]]:
    found: dict[Key, dict[LotName, None]] = {}
    for number, (giver, _) in ends.items():
        if not flows[number].giver.state:
            found.setdefault(giver, {})[moved[number].lot] = None
    return {key: tuple(lots) for key, lots in found.items()}


def _most(flows: Iterable[Flow]) -> dict[str, Decimal]:
    """The sum of each unit, so that units can be weighed against one another; never 0."""
    sums: dict[str, Decimal] = {}
    for flow in flows:
        sums[flow.unit] = sums.get(flow.unit, Decimal(0)) + flow.amount
    return {unit: amount or Decimal(1) for unit, amount in sums.items()}


def _grouped(flows: Mapping[int, Flow], ends: Mapping[int, Pair]) -> list[tuple[Pair, str, list[int]]]:
    """The movements of each ribbon: of one document, or of a kind where documents are too many."""
    by_pair: dict[Pair, dict[tuple[str, str, str], list[int]]] = {}
    for number in sorted(ends):
        name = flows[number].kind, flows[number].issuer, flows[number].number
        by_pair.setdefault(ends[number], {}).setdefault(name, []).append(number)
    crowded = sum(map(len, by_pair.values())) > MOST_RIBBONS
    found = []
    for pair, by_name in by_pair.items():
        sums: dict[tuple[str, ...], list[int]] = {}
        for name, numbers in by_name.items():
            key = name[:1] if crowded or len(by_name) > MOST_BESIDE else name
            sums.setdefault(key, []).extend(numbers)
        found += [(pair, key[0], numbers) for key, numbers in sums.items()]
    return found


def _ribbon(
    pair: Pair, kind: str, numbers: Sequence[int], flows: Mapping[int, Flow], moved: Mapping[int, Moved],
    total: tuple[str, Decimal],
) -> Ribbon:  # fmt: skip
    amounts: dict[str, Decimal] = {}
    for number in numbers:
        flow = flows[number]
        amounts[flow.unit] = amounts.get(flow.unit, Decimal(0)) + flow.amount
    unit, all_of_it = total
    giver, taker = pair
    passages = [(column, ("", *giver[1], *taker[1], kind)) for column in range(giver[0] - 1, taker[0], -1)]
    some = sorted((moved[number] for number in numbers), key=lambda each: each.time)
    share = float(amounts[unit] / all_of_it) if unit in amounts and all_of_it else None
    return Ribbon(kind=kind, path=(giver, *passages, taker), amounts=amounts, share=share, moved=tuple(some))


def _total(steps: Sequence[Step]) -> tuple[str, Decimal]:
    """How much is traced, in the unit of which there is most."""
    sums: dict[str, Decimal] = {}
    for step in steps:
        sums[step.unit] = sums.get(step.unit, Decimal(0)) + step.amount
    return max(sums.items(), key=lambda each: (each[1], each[0]), default=("", Decimal(0)))
