"""How cases are said: as JSON has them, and as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from sarai.cli.output import grid, note
from sarai.cli.words import amount, day, holder, minute
from sarai.ledger.rows import from_us
from sarai.watch.cases.desk import lot_text
from sarai.watch.cases.telling import tell

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.watch.cases import Case, Due, Link, Ranked, Weights
    from sarai.watch.cases.stake import Goods
    from sarai.watch.finding import Alert

SHOWN_LOTS = 20
SHOWN_ALERTS = 12
MOST_ADVICE = 3


def summary(ranked: Ranked) -> dict[str, Any]:
    """A case in the queue, as JSON has it."""
    case = ranked.case
    return {
        "id": case.id,
        "state": case.state,
        "verdict": case.verdict,
        "assignee": case.assignee,
        "since": from_us(case.since),
        "overdue": ranked.overdue,
        "due": ranked.due,
        "score": ranked.score.points,
        "chance": ranked.score.chance,
        "alerts": len(case.alerts),
        "parties": case.parties,
        "in_reach": ranked.stake.in_reach,
        "under_way": ranked.stake.under_way,
        "held": len(ranked.held),
        "value": ranked.stake.value,
        "headline": case.headline,
    }


def described(ranked: Ranked) -> dict[str, Any]:
    """All of a case, as JSON has it."""
    case = ranked.case
    return summary(ranked) | {
        "merged": case.merged,
        "contributions": ranked.score.contributions,
        "advice": advice(ranked),
        "goods": [_goods(goods, ranked) for goods in ranked.stake.goods],
        "alerts": [_alert(alert, ranked) for alert in case.alerts],
        "steps": [
            {"entry": step.entry, "recorded": from_us(step.recorded), "document": to_builtins(step.document)}
            for step in case.steps
        ],
    }


def _alert(alert: Alert, ranked: Ranked) -> dict[str, Any]:
    return {
        "id": alert.id,
        "typology": alert.typology,
        "raised": from_us(alert.raised),
        "score": alert.score,
        "words": alert.words,
        "reasons": alert.reasons,
        "links": [
            {"what": link.what, "name": link_name(link, ranked), "alert": link.alert}
            for link in ranked.case.links.get(alert.id, ())
        ],
    }


def _goods(goods: Goods, ranked: Ranked) -> dict[str, Any]:
    return {
        "lot": goods.name,
        "hs": goods.hs,
        "origin": goods.origin,
        "tier": goods.tier,
        "portions": goods.portions,
        "held": ranked.held.get(goods.name, ()),
    }


# -- for people ----------------------------------------------------------------------------------


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


def said_state(case: Case) -> str:
    """How a case stands, and what was decided."""
    if not case.verdict:
        return case.state
    return f"{case.state}, was {case.verdict}" if case.is_open else f"{case.state}: {case.verdict}"


def next_due(ranked: Ranked) -> str:
    """What must be done next, and by when."""
    return said_due(ranked.due[0]) if ranked.due else ""


def said_due(due: Due) -> str:
    """A clock in words."""
    return f"{'OVERDUE ' if due.overdue else ''}{due.what}, {day(due.due)}"


def chance(share: float) -> str:
    """A chance in words; nothing is certain.

    >>> chance(0.0004), chance(0.43), chance(0.9998)
    ('under 1%', '43%', 'over 99%')
    """
    if 0.01 <= share <= 0.99:
        return f"{share:.0%}"
    return "over 99%" if share > 0.5 else "under 1%"


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
        steps = [[minute(from_us(s.recorded)), f"{s.entry:,}", tell(s.document)] for s in case.steps]
        screen.print()
        screen.print(grid(screen, ["Recorded (UTC)", ">entry", "step"], steps))


def advice(ranked: Ranked) -> list[str]:
    """What the typologies advise to do next, that of the weightiest alert first, each once."""
    from sarai.watch.typologies import TYPOLOGIES

    rows = {row.name: row.advice for row in TYPOLOGIES}
    alerts = sorted(ranked.case.alerts, key=lambda alert: -alert.score)
    said = (rows.get(alert.typology, "") for alert in alerts)
    return list(dict.fromkeys(filter(None, said)))[:MOST_ADVICE]


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


def whereabouts(goods: Goods) -> str:
    """Who has what of a lot, inside the country."""
    said = [f"{amount(each.amount, each.unit)}: {holder(each.account)}" for each in goods.portions]
    return "; ".join(said) or "nothing any more"


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


def said_link(link: Link, ranked: Ranked) -> str:
    """What ties an alert to an earlier one."""
    return f"same {link.what} {link_name(link, ranked)} as {link.alert}"


def link_name(link: Link, ranked: Ranked) -> str:
    """What is shared, as people name it."""
    names = {str(goods.number): lot_text(goods.name) for goods in ranked.stake.goods}
    return names.get(link.name, link.name) if link.what == "lot" else link.name
