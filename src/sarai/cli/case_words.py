"""Cases as tables, on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.cli.output import grid, note
from sarai.ledger.rows import from_us
from sarai.telling.cases import advice, chance, said_due, said_link, said_state, whereabouts
from sarai.telling.words import minute
from sarai.watch.cases.desk import lot_text
from sarai.watch.cases.telling import tell

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.watch.cases import Ranked, Weights

SHOWN_LOTS = 20
SHOWN_ALERTS = 12


def show_queue(screen: Console, queue: list[Ranked], weights: Weights) -> None:
    """The queue as a table."""
    from rich.text import Text

    if not queue:
        screen.print("No open cases.")
    else:
        rows = [
            [each.case.id, standing(each), Text(next_due(each), style="bold red" if each.overdue else ""),
             f"{each.score.points:.1f}", str(len(each.case.alerts)), _short(each.case.headline)]
            for each in queue
        ]  # fmt: skip
        screen.print(grid(screen, ["Case", "state", "next", ">score", ">alerts", "what"], rows))
    learnt = f"learnt from {weights.decisions:,} decisions, {weights.confirmed:,} of them confirmed"
    note(screen, f"{len(queue):,} cases; scores {learnt if weights.decisions else 'as the typologies say'}")


def standing(ranked: Ranked) -> str:
    """State, verdict, who has it, and whether goods are held."""
    said = said_state(ranked.case)
    said += f", {ranked.case.assignee}" if ranked.case.assignee else ""
    return said + (", held" if ranked.held else "")


def next_due(ranked: Ranked) -> str:
    """What must be done next, and by when."""
    return said_due(ranked.due[0]) if ranked.due else ""


def _short(text: str, most: int = 100) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def show_case(screen: Console, ranked: Ranked) -> None:
    """A case, for people."""
    case, score = ranked.case, ranked.score
    screen.print(f"{case.id}: {standing(ranked)}", style="bold")
    screen.print(case.headline or "Of this case no alert is known here; run sarai watch.", soft_wrap=True)
    screen.print(
        f"Since {minute(from_us(case.since))} UTC. Parties: {', '.join(case.parties) or 'none named'}"
    )
    for each in ranked.due:
        screen.print(said_due(each), style="bold red" if each.overdue else "")
    for said in advice(ranked) if case.is_open else ():
        screen.print(f"Next: {said}", soft_wrap=True)
    screen.print()
    rows = [[each.feature, f"{each.points:.2f}", each.words] for each in score.contributions]
    totals = [["Score", f"{score.points:.2f}", f"chance that it is confirmed: {chance(score.chance)}"]]
    screen.print(grid(screen, ["What counts", ">points", ""], rows, totals))
    _show_goods(screen, ranked)
    _show_alerts(screen, ranked)
    if case.steps:
        steps = [[minute(from_us(s.recorded)), f"{s.entry:,}", str(tell(s.document))] for s in case.steps]
        screen.print()
        screen.print(grid(screen, ["Recorded (UTC)", ">entry", "step"], steps))


def _show_goods(screen: Console, ranked: Ranked) -> None:
    if not ranked.stake.goods:
        return
    rows = [
        [lot_text(goods.name), f"{goods.hs} {goods.origin}".rstrip(), goods.tier, whereabouts(goods),
         "held" if goods.name in ranked.held else ""]
        for goods in ranked.stake.goods[:SHOWN_LOTS]
    ]  # fmt: skip
    screen.print()
    screen.print(grid(screen, ["Lot", "HS", "tier", "in the country", ""], rows))
    if len(ranked.stake.goods) > SHOWN_LOTS:
        note(screen, f"{SHOWN_LOTS} of {len(ranked.stake.goods):,} lots; --json has all")


def _show_alerts(screen: Console, ranked: Ranked) -> None:
    case = ranked.case
    rows = [
        [minute(from_us(alert.raised)), alert.id, f"{alert.score:.1f}", alert.words,
         said_link(case.links[alert.id][0], ranked) if alert.id in case.links else ""]
        for alert in case.alerts[-SHOWN_ALERTS:]
    ]  # fmt: skip
    screen.print()
    screen.print(grid(screen, ["Raised (UTC)", "alert", ">score", "what", "tied by"], rows))
    if len(case.alerts) > SHOWN_ALERTS:
        note(screen, f"the latest {SHOWN_ALERTS} of {len(case.alerts)}; --json has all")
    for merged in case.merged:
        why = f", tied by alert {merged.alert}" if merged.alert else ""
        note(screen, f"{merged.case} was merged into this case{why}")
