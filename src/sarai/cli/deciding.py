"""sarai decide, sarai rescreen: an officer's word on a hit, and what new lists make of old questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.output import answer, grid, note
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.screening.decisions import Hit
    from sarai.screening.screener import Rescreened, ScreenHit

lists = click.option(
    "--lists", multiple=True, required=True, type=click.Path(), metavar="PATH", envvar="SARAI_LISTS",
    show_envvar=True,
    help="A store of lists, a list file, or a directory of them; may be given again.",
)  # fmt: skip
log = click.option("--log", metavar="FILE", required=True, help="Where the screenings are recorded.")


@click.command()
@click.argument("screening", type=click.IntRange(1))
@click.argument("entity")
@click.argument("verdict", metavar="clear|confirm", type=click.Choice(["clear", "confirm"]))
@click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever reads it later.")
@click.option("--officer", required=True, metavar="ID", help="Who decides.")
@lists
@log
@options.as_json
def decide(
    screening: int, entity: str, verdict: str, reason: str, officer: str, lists: tuple[str, ...], log: str,
    as_json: bool,
) -> int:  # fmt: skip
    """Clear or confirm a hit, once for the same facts.

    SCREENING is the number of a recorded screening, ENTITY one of its hits. A hit that is cleared is not
    asked again until something changes that the officer looked at; one that is confirmed stays open.
    """
    from sarai.cli.screening import open_screener
    from sarai.screening.decisions import Verdict

    with open_screener(lists, log=log, create=False) as screener:
        number = screener.decide(screening, entity, Verdict(verdict), reason, officer, datetime.now(UTC))
    told = {"decision": number, "screening": screening, "entity": entity, "verdict": verdict}
    answer(as_json, told, lambda screen: note(screen, f"Decision {number}: {verdict} {entity}"))
    return 0


@click.command()
@lists
@log
@options.as_json
def rescreen(lists: tuple[str, ...], log: str, as_json: bool) -> int:
    """What new lists change about those who were screened before.

    Everybody in the log who was last asked about on other lists is asked about on these, and recorded.
    Only the differences are told. Exit status 1 if a hit appeared, or came back since its facts changed.
    """
    from sarai.cli.screening import open_screener

    told: list[dict[str, Any]] = []
    with open_screener(lists, log=log, create=False) as screener:
        try:
            told.extend(map(_told, screener.rescreen(datetime.now(UTC))))
        except BaseException:  # what is recorded is not asked again: tell it, whatever happened
            if told:
                _tell(told, as_json)
            raise
    _tell(told, as_json)
    return FINDINGS if any(hit.decision != "clear" for each in told for hit in _new(each)) else 0


def _told(found: Rescreened) -> dict[str, Any]:
    """A difference; hits of now with their reasons and decisions, hits of then as they were recorded."""
    now = {(hit.list, hit.entity): hit for hit in found.answer.hits}

    def so_now(hits: Iterable[Hit]) -> list[ScreenHit]:
        return [now[hit.list, hit.entity] for hit in hits]

    changed = found.news.changed
    return {
        "query": found.subject.name,
        "subject": found.subject.subject,
        "screening": found.answer.screening,
        "appeared": so_now(found.news.appeared),
        "changed": so_now(each.new for each in changed),
        "before": [each.old for each in changed],
        "gone": list(found.news.gone),
    }


def _tell(told: list[dict[str, Any]], as_json: bool) -> None:
    answer(as_json, {"differences": told}, lambda screen: _show(screen, told))


def _new(told: dict[str, Any]) -> list[ScreenHit]:
    return [*told["appeared"], *told["changed"]]


def _show(screen: Console, told: list[dict[str, Any]]) -> None:
    if not told:
        note(screen, "Nothing differs for those who were screened before.")
        return
    marks = {"appeared": "+", "changed": "~", "gone": "-"}
    rows = [
        (mark, str(each["screening"]), each["query"] or each["subject"], f"{hit.score:.2f}", hit.list,
         hit.entity, hit.name, getattr(hit, "decision", ""))
        for each in told for what, mark in marks.items() for hit in each[what]
    ]  # fmt: skip
    columns = ("", ">screening", "asked", ">score", "list", "entity", "name", "decision")
    screen.print(grid(screen, columns, rows))
    for each in told:
        for hit in _new(each):
            for change in hit.changed:
                note(screen, f"{hit.entity}: decided before, but {change}")
