"""The root command, and the edge at which every fault becomes one clear line.

Nothing is imported here but click: a command's module is loaded when the command is called, and
what is heavy only within it. So ``sarai --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from sarai import __version__

FINDINGS = 1  # what was asked has an answer, and it is not the good one
USAGE = 2
FAULT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # as shells have it for Ctrl-C

EXTRAS = {
    "duckdb": "flows", "ibis": "flows", "matplotlib": "flows", "pyarrow": "flows", "statsmodels": "flows",
    "highspy": "corridors", "osmium": "corridors", "pyproj": "corridors", "shapely": "corridors",
    "simpy": "corridors", "pyspark": "spark", "fastapi": "server", "nicegui": "server",
}  # fmt: skip
"""By package, the extra that brings it."""

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Keep the book": {
        "new": ("keep", "Make a new book with settings of its own."),
        "post": ("post", "Post documents to the book."),
        "expire": ("keep", "Tell the book the time: waybills past their deadline expire."),
    },
    "Ask it": {
        "balance": ("balance", "Who holds what, now or at any time."),
        "where": ("balance", "Where the goods of a document are."),
        "trace": ("trace", "Where the goods of a document came from, or where they went."),
    },
    "Prove it": {
        "verify": ("keep", "Compute the book again from its documents and compare."),
        "checkpoint": ("proof", "The size and root of the book, signed (C2SP tlog-checkpoint)."),
        "prove": ("proof", "Prove that a document is in the book, or check a proof."),
        "key": ("proof", "Keys that sign checkpoints."),
    },
    "Screen": {
        "screen": ("screen", "Screen a NAME, a table of names, goods or owners."),
        "decide": ("deciding", "Clear or confirm a hit, once for the same facts."),
        "rescreen": ("deciding", "What new lists change about those who were screened before."),
        "lists": ("lists", "Lists of sanctions and export control, in every version."),
    },
    "Watch": {
        "watch": ("watch", "Typologies of evasion over the book, and their alerts."),
        "cases": ("cases", "Cases: alerts that belong together, what to do about them, until when."),
        "target": ("target", "Learn from inspections which declarations to open, and pick them."),
    },
    "Read statistics": {
        "flows": ("flows", "What trade statistics give away: gaps, re-exports, surges, breaks."),
    },
    "Find the way": {
        "corridor": ("corridor", "The way between: routes, capacity, simulation, what-ifs, investment."),
    },
    "Weigh": {
        "minerals": ("minerals", "Raw materials: supply risk, exposure, shocks, diversification, footprint."),
        "standing": ("standing", "The balance between powers, and the game of carrots and sticks."),
    },
    "Serve": {
        "serve": ("serve", "The desk: pages, HTTP, EPCIS and streams over one book."),
    },
    "Try it": {
        "tour": ("tour", "A month of a made-up state, from its documents to a proof."),
        "simulate": ("simulate", "Write the documents of a made-up transit state."),
        "schema": ("simulate", "The format of documents as JSON Schema (draft 2020-12)."),
    },
}


class Lazy(click.Group):
    """A group that knows its commands by name and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return [name for commands in SECTIONS.values() for name in commands]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load the module of a command."""
        for commands in SECTIONS.values():
            if name in commands:
                return getattr(import_module(f"sarai.cli.{commands[name][0]}"), name)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in commands.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def root() -> None:
    """Sarai keeps the book of goods of a country that lies between powers.

    The book is a SQLite file or a PostgreSQL database: name it with --ledger, or once and for all
    with the environment variable SARAI_LEDGER. Every command has --json.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status. The only place where every exception is caught."""
    try:
        return root.main(arguments, prog_name="sarai", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("sarai: stopped", err=True)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except Exception as error:  # noqa: BLE001 the edge: people see one line, the details go to a file
        return _fail(error)


def _fail(error: Exception) -> int:
    from sarai.goods import BadSetting, BookDamaged, BookError, SaraiError, TooLarge
    from sarai.intake import SourceError
    from sarai.screening.database import StoreError
    from sarai.screening.lists.reading import ListError
    from sarai.screening.ownership.shares import OwnershipError

    if isinstance(error, OSError) and error.filename is not None:
        click.echo(f"sarai: {error.filename}: {error.strerror}; name another file, or mend it", err=True)
        return USAGE
    if isinstance(error, ModuleNotFoundError) and (extra := EXTRAS.get((error.name or "").partition(".")[0])):
        click.echo(f"sarai: this needs {error.name}; install it with: pip install 'sarai[{extra}]'", err=True)
        return USAGE
    if not isinstance(error, SaraiError):
        click.echo(f"sarai: a fault of the program ({type(error).__name__}): {_details(error)}", err=True)
        return FAULT
    click.echo(f"sarai: {error}", err=True)
    if isinstance(error, BookDamaged):
        return FINDINGS
    unusable = BadSetting | BookError | ListError | OwnershipError | SourceError | StoreError | TooLarge
    return USAGE if isinstance(error, unusable) else FINDINGS


def _details(error: Exception) -> str:
    """Write the traceback to a file of its own; says where."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="sarai-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError as why:
        return f"{error}; its details could not be written: {why}"
    return f"please report it with the details in {file.name}"
