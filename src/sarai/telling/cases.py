"""How cases are said: as JSON has them, and the words for what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from sarai.ledger.rows import from_us
from sarai.telling.words import amount, day, holder
from sarai.watch.cases.desk import lot_text

if TYPE_CHECKING:
    from sarai.watch.cases import Case, Due, Link, Ranked
    from sarai.watch.cases.stake import Goods
    from sarai.watch.finding import Alert

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


def said_state(case: Case) -> str:
    """How a case stands, and what was decided."""
    if not case.verdict:
        return case.state
    return f"{case.state}, was {case.verdict}" if case.is_open else f"{case.state}: {case.verdict}"


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


def advice(ranked: Ranked) -> list[str]:
    """What the typologies advise to do next, that of the weightiest alert first, each once."""
    from sarai.watch.typologies import TYPOLOGIES

    rows = {row.name: row.advice for row in TYPOLOGIES}
    alerts = sorted(ranked.case.alerts, key=lambda alert: -alert.score)
    said = (rows.get(alert.typology, "") for alert in alerts)
    return list(dict.fromkeys(filter(None, said)))[:MOST_ADVICE]


def whereabouts(goods: Goods) -> str:
    """Who has what of a lot, inside the country."""
    said = [f"{amount(each.amount, each.unit)}: {holder(each.account)}" for each in goods.portions]
    return "; ".join(said) or "nothing any more"


def said_link(link: Link, ranked: Ranked) -> str:
    """What ties an alert to an earlier one."""
    return f"same {link.what} {link_name(link, ranked)} as {link.alert}"


def link_name(link: Link, ranked: Ranked) -> str:
    """What is shared, as people name it."""
    names = {str(goods.number): lot_text(goods.name) for goods in ranked.stake.goods}
    return names.get(link.name, link.name) if link.what == "lot" else link.name
