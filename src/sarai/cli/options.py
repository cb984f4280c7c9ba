"""What several commands have in common: options, and how an argument is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sarai.ledger import Book

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Moment(click.ParamType):
    """A point in time with its zone (RFC 3339)."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse it; a usage error if it is no time or has no zone."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time; write one such as 2026-03-02T09:15:00+05:00", param, ctx)
        if moment.tzinfo is None:
            clock = "" if "T" in value else "T00:00:00"
            self.fail(f"{value!r} has no zone; write it such as {value}{clock}+00:00", param, ctx)
        return moment


TIME = Moment()

ledger = click.option(
    "--ledger", metavar="URL", envvar="SARAI_LEDGER", show_envvar=True, required=True,
    help="The book: path of a SQLite file, or postgresql://...",
)  # fmt: skip

as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output, nothing else."
)

key = click.option(
    "--key", metavar="FILE", envvar="SARAI_KEY", show_envvar=True,
    help="Sign with this key (see sarai key new).",
)  # fmt: skip

item = click.option("--item", type=click.IntRange(1, 65_535), metavar="N", help="Only this item.")

seed = click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same month.")


def document(*, required: bool = True) -> Decorator:
    """The arguments that name a document: ``ISSUER/NUMBER``, or the two apart."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        number = click.argument("number", required=False, metavar="[NUMBER]")
        metavar = "ISSUER/NUMBER" if required else "[ISSUER/NUMBER]"
        return click.argument("issuer", required=required, metavar=metavar)(number(command))

    return decorate


def named(issuer: str, number: str | None) -> tuple[str, str]:
    """Issuer and number; given as one, they part at the first slash, since numbers have slashes too.

    >>> named("customs:A/A/0107/5", None), named("a/b", "5")
    (('customs:A', 'A/0107/5'), ('a/b', '5'))
    """
    if number is None:
        issuer, slash, number = issuer.partition("/")
        if not (issuer and slash and number):
            raise click.UsageError(f"{issuer!r} names no document; write ISSUER/NUMBER, or the two apart")
    return issuer, number


def open_book(url: str, *, create: bool = False) -> Book:
    """The book at an address; BookError if there is none."""
    import sarai

    return sarai.open(url, create=create)
