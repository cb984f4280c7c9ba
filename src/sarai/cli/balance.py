"""sarai balance, where: who holds what, and where the goods of a document are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.options import TIME, named
from sarai.cli.output import answer, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.ledger import BalanceRow, ConsignmentView


@click.command()
@options.ledger
@click.option("--party", metavar="ID", help="Only what this party holds.")
@click.option("--place", metavar="ID", help="Only what lies at this place.")
@click.option("--regime", metavar="NAME", help="Only under this customs procedure, such as home_use.")
@click.option("--hs", metavar="DIGITS", help="Only codes that begin with these digits, up to six.")
@click.option("--at", type=TIME, metavar="T", help="As it was at this time.")
@click.option("--as-known", type=TIME, metavar="T", help="As the book knew it at this time of record.")
@click.option("--outside", is_flag=True, help="Also what is abroad, used, lost, seized, unexplained.")
@click.option("--by", type=click.Choice(["lot", "holder", "hs"]), default="holder", show_default=True,
              help="One row for each lot, each holder and commodity, or each commodity.")  # fmt: skip
@options.as_json
def balance(ledger: str, by: str, as_json: bool, **question: Any) -> int:
    """Who holds what, now or at any time.

    A balance is summed from movements, so it can be asked as it was (--at) and as it was known then
    (--as-known); a time before the book knew anything is an error, not an empty answer.
    """
    with options.open_book(ledger) as book:
        rows = book.balance(**question).rows
    sums = summed(rows, by)
    asked = {name: value for name, value in question.items() if value}
    answer(as_json, {"asked": asked, "by": by, "rows": sums}, lambda screen: show_balance(screen, sums, by))
    return 0


HOLDER = ("party", "place", "regime", "state")
KEYS: dict[str, tuple[str, ...]] = {
    "lot": (*HOLDER, "hs", "edition", "origin", "lot", "unit"),
    "holder": (*HOLDER, "hs", "edition", "unit"),
    "hs": ("hs", "edition", "unit"),
}


def summed(rows: list[BalanceRow], by: str) -> list[dict[str, Any]]:
    """Rows added up by what ``by`` keeps apart, in the order in which they come."""
    sums: dict[tuple, dict[str, Any]] = {}
    for row in rows:
        fields = {name: getattr(row, name) for name in KEYS[by]}
        key = tuple(fields.values())
        if key in sums:
            sums[key]["amount"] += row.amount
        else:
            sums[key] = {**fields, "amount": row.amount}
    kept = [row for row in sums.values() if row["amount"]]
    return sorted(kept, key=lambda row: (row["hs"], row["unit"])) if by == "hs" else kept


def show_balance(screen: Console, rows: list[dict[str, Any]], by: str) -> None:
    """The balance as a table, with a total for each unit; who holds is said once."""
    from sarai.telling.words import amount

    if not rows:
        screen.print("Nothing is held that fits the question.")
        return
    titles = {
        "lot": ["Held by", "HS", "of lot", "number", ">item", ">amount"],
        "holder": ["Held by", "HS", ">amount"],
        "hs": ["HS", ">amount"],
    }[by]
    cells: list[list[str]] = []
    said = ""
    for row in rows:
        holding = "" if by == "hs" else _holding(row)
        cells.append([*([holding if holding != said else ""] if by != "hs" else []), *_goods(row)])
        said = holding
    blank = [""] * (len(titles) - 2)
    totals = [["Total", *blank, amount(total, unit)] for unit, total in _totals(rows).items()]
    screen.print(grid(screen, titles, cells, totals))


def _holding(row: dict[str, Any]) -> str:
    from sarai.ledger import Account
    from sarai.telling.words import holder

    return holder(Account(row["party"], row["place"], row["regime"], row["state"]))


def _goods(row: dict[str, Any]) -> list[str]:
    from sarai.telling.words import amount

    goods = [f"{row['hs']} {row.get('origin', '')}".rstrip()]
    if "lot" in row:
        goods += [row["lot"].issuer, row["lot"].number, str(row["lot"].item)]
    return [*goods, amount(row["amount"], row["unit"])]


def _totals(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row["unit"]] = totals.get(row["unit"], Decimal(0)) + row["amount"]
    return totals


@click.command()
@options.document()
@options.ledger
@options.item
@options.as_json
def where(issuer: str, number: str | None, ledger: str, item: int | None, as_json: bool) -> int:
    """Where the goods of a document are.

    Names ISSUER/NUMBER an import, a transit or a processing, then every account that now has
    something of the lots which it bore; names it a consignment, then how that stands; or both.
    """
    issuer, number = named(issuer, number)
    with options.open_book(ledger) as book:
        from sarai.goods import NotInBook

        rows, consignment, missing = [], None, []
        try:
            rows = book.where(issuer, number, item)
        except NotInBook as fault:
            missing.append(fault)
        try:
            consignment = book.consignment(issuer, number)
        except NotInBook as fault:
            missing.append(fault)
    if len(missing) == 2:
        raise missing[0]
    lots = summed(rows, "lot")
    answer(
        as_json,
        {"lots": lots, "consignment": consignment},
        lambda screen: show_whereabouts(screen, lots, consignment),
    )
    return 0


def show_whereabouts(
    screen: Console, lots: list[dict[str, Any]], consignment: ConsignmentView | None
) -> None:
    """The state of a consignment, and the accounts that have something of the lots."""
    if consignment is not None:
        _show_consignment(screen, consignment)
    if lots and consignment is not None:
        screen.print()
    if lots:
        screen.print(grid(screen, [">Item", "HS", ">amount", "is with"], _by_item(lots)))


def _by_item(lots: list[dict[str, Any]]) -> Iterator[list[str]]:
    """A row for each account; item and code are said once."""
    from sarai.telling.words import amount

    said = None
    for row in sorted(lots, key=lambda row: row["lot"].item):
        item = [str(row["lot"].item), row["hs"]]
        yield [*(item if item != said else ["", ""]), amount(row["amount"], row["unit"]), _holding(row)]
        said = item


def _show_consignment(screen: Console, view: ConsignmentView) -> None:
    from sarai.telling.words import minute

    bound = (
        f"{view.destination} in {view.destination_country}" if view.destination_country else view.destination
    )
    said = {
        "sent by": view.sender,
        "bound for": bound,
        "consignee": view.consignee or "not said",
        "since": f"{minute(view.began)} UTC",
        "deadline": f"{minute(view.deadline)} UTC",
    }
    screen.print(f"{view.kind.capitalize()} {view.issuer}/{view.number} is {view.state}.", style="bold")
    for name, value in said.items():
        screen.print(f"  {name:<10} {value}")
    left = [str(item) for item, quantity in sorted(view.left.items()) if quantity]
    note(
        screen, f"Still under way: item {', '.join(left)}" if left else "Nothing of it is under way any more."
    )
