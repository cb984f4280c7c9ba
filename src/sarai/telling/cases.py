"""How cases are said: as JSON has them, and the words for what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from sarai.ledger.rows import from_us
from sarai.telling.words import amount, day, holder
from sarai.watch.cases.desk import lot_text
from sarai.watch.finding import told
from sarai.watch.phrases import ENGLISH, Say, said

if TYPE_CHECKING:
    from sarai.watch.cases import Case, Due, Link, Ranked
    from sarai.watch.cases.score import Contribution
    from sarai.watch.cases.stake import Goods, Portion
    from sarai.watch.finding import Alert

MOST_ADVICE = 3


def summary(ranked: Ranked, say: Say = ENGLISH) -> dict[str, Any]:
    """A case in the queue, as JSON has it; what it is about in English, and as ``say`` says it."""
    case = ranked.case
    return _told(ranked, say) | {
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


def described(ranked: Ranked, say: Say = ENGLISH) -> dict[str, Any]:
    """All of a case, as JSON has it; words in English, and as ``say`` says them."""
    case = ranked.case
    return summary(ranked, say) | {
        "merged": case.merged,
        "contributions": [_contribution(each, say) for each in ranked.score.contributions],
        "advice": advice(ranked),
        "goods": [_goods(goods, ranked) for goods in ranked.stake.goods],
        "alerts": [_alert(alert, ranked, say) for alert in case.alerts],
        "steps": [
            {"entry": step.entry, "recorded": from_us(step.recorded), "document": to_builtins(step.document)}
            for step in case.steps
        ],
    }


def _told(ranked: Ranked, say: Say) -> dict[str, Any]:
    if say is ENGLISH:
        return {}
    return {"told": {"headline": said(ranked.case.sentence, say), "advice": advice(ranked, say)}}


def _contribution(each: Contribution, say: Say) -> dict[str, Any]:
    fields = {name: getattr(each, name) for name in each.__struct_fields__ if name != "phrase"}
    return fields if say is ENGLISH else fields | {"told": said(each.phrase, say)}


def _alert(alert: Alert, ranked: Ranked, say: Say) -> dict[str, Any]:
    also = {} if say is ENGLISH else {"told": told(alert, say)}
    return also | {
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


def said_state(case: Case, say: Say = ENGLISH) -> str:
    """How a case stands, and what was decided."""
    state = say.name("state", case.state)
    if not case.verdict:
        return state
    verdict = say.name("verdict", case.verdict)
    if case.is_open:
        return say("{state}, was {verdict}", state=state, verdict=verdict)
    return f"{state}: {verdict}"


def said_due(due: Due, say: Say = ENGLISH) -> str:
    """A clock in words."""
    what = due.what if say is ENGLISH else say.name("clock", due.clock)
    return f"{say('OVERDUE') + ' ' if due.overdue else ''}{what}, {day(due.due)}"


def chance(share: float, say: Say = ENGLISH) -> str:
    """A chance in words; nothing is certain.

    >>> chance(0.0004), chance(0.43), chance(0.9998)
    ('under 1%', '43%', 'over 99%')
    """
    if 0.01 <= share <= 0.99:
        return say("{share:.0%}", share=share)
    text, bound = ("over {share}", 0.99) if share > 0.5 else ("under {share}", 0.01)
    return say(text, share=say("{share:.0%}", share=bound))


def advice(ranked: Ranked, say: Say = ENGLISH) -> list[str]:
    """What the typologies advise to do next, that of the weightiest alert first, each once."""
    from sarai.watch.typologies import TYPOLOGIES

    rows = {
        row.name: row.advice if say is ENGLISH else say.name("advice", row.name)
        for row in TYPOLOGIES if row.advice
    }  # fmt: skip
    alerts = sorted(ranked.case.alerts, key=lambda alert: -alert.score)
    given = (rows.get(alert.typology, "") for alert in alerts)
    return list(dict.fromkeys(filter(None, given)))[:MOST_ADVICE]


def whereabouts(goods: Goods, say: Say = ENGLISH) -> str:
    """Who has what of a lot, inside the country."""
    held = [_portion(each, say) for each in goods.portions]
    return "; ".join(held) or say("nothing any more")


def _portion(portion: Portion, say: Say) -> str:
    if say is ENGLISH:
        return f"{amount(portion.amount, portion.unit)}: {holder(portion.account)}"
    account = portion.account
    marks = [say.name("regime", account.regime)] if account.regime != "home_use" else []
    marks += [say("under way")] if account.state == "reserved" else []
    much = say("{quantity} {unit}", quantity=portion.amount, unit=say.name("unit", portion.unit))
    return f"{much}: {account.party}, {account.place}" + (f" ({', '.join(marks)})" if marks else "")


def said_link(link: Link, ranked: Ranked) -> str:
    """What ties an alert to an earlier one."""
    return f"same {link.what} {link_name(link, ranked)} as {link.alert}"


def link_name(link: Link, ranked: Ranked) -> str:
    """What is shared, as people name it."""
    names = {str(goods.number): lot_text(goods.name) for goods in ranked.stake.goods}
    return names.get(link.name, link.name) if link.what == "lot" else link.name
