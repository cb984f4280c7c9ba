"""sarai tour: a month of a made-up state, from its documents to a proof."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.output import answer, busy, console, grid, note, progress
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.cli.checking import Check
    from sarai.cli.findings import Note, Watch
    from sarai.ledger import Book
    from sarai.watch import Alert

ORIGIN = "tour.example/book"
FALSE_TRANSITS = 20  # per 1,000 traders: so many that a month of few traders has one that was rerouted
BATCH = 1_000
SHOWN = 3  # alerts
MADE = ("documents.jsonl", "arrivals.jsonl", "register.jsonl", "truth.jsonl", "book.db", "book.db-wal",
        "book.db-shm", "alerts.db", "alerts.db-wal", "alerts.db-shm", "tour.key", "tour.verifier",
        "checkpoint.txt", "proof.json", "trace.svg")  # fmt: skip


@dataclass(slots=True)
class Stops:
    """What the tour did at each stop, for people as it goes and for JSON at the end."""

    screen: Console | None
    told: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def at(self, title: str, why: str) -> None:
        """Begin a stop: its title, and why one would do this."""
        self.count += 1
        if self.screen:
            from rich.rule import Rule
            from rich.text import Text

            line = "─" if self.screen.encoding.startswith("utf") else "-"
            self.screen.print()
            self.screen.print(
                Rule(Text(f"{self.count}. {title}", style="bold"), align="left", characters=line)
            )
            note(self.screen, why)
            self.screen.print()

    def tell(self, name: str, value: Any, show: Callable[[Console], None]) -> None:
        """Say what was found."""
        self.told[name] = value
        if self.screen:
            show(self.screen)


@click.command()
@click.option("--dir", "directory", metavar="D", default="out/tour", show_default=True,
              type=click.Path(file_okay=False), help="Where; replaces an earlier tour.")  # fmt: skip
@click.option("--traders", type=int, default=400, show_default=True, help="How many traders there are.")
@click.option("--days", type=int, default=30, show_default=True, help="How many days they trade.")
@options.seed
@options.as_json
def tour(directory: str, traders: int, days: int, seed: int, as_json: bool) -> int:
    """A month of a made-up state, from its documents to a proof.

    Simulates a month of trade, posts it, finds goods that were declared for here and went elsewhere,
    lets the watch look, traces goods back, verifies the book, and proves to an outsider that the export
    is in it.
    """
    began = time.monotonic()
    there = _cleared(Path(directory))
    stops = Stops(None if as_json else console())
    _simulated(stops, there, traders, days, seed)
    with _new_book(there / "book.db") as book:
        watch = _posted(stops, book, there / "documents.jsonl")
        story = _found(stops, watch)
        alerts = _watched(stops, book, there)
        export = story[-1].document if story else (watch.exports[-1] if watch.exports else None)
        if export is not None:
            _traced(stops, book, export)
        party = _party(watch)
        if party:
            _balanced(stops, book, party)
        _verified(stops, book)
        if export is not None:
            _proved(stops, book, export, there)
        _next(stops, book, watch, party, there, alerts)
    stops.told["seconds"] = round(time.monotonic() - began, 1)
    if as_json:
        answer(True, stops.told, lambda screen: None)
    else:
        note(stops.screen, f"\nThe tour took {stops.told['seconds']} s.")
    proved = all(step.holds for step in stops.told.get("proved", {}).get("checks", ()))
    return 0 if stops.told["verified"]["ok"] and proved else FINDINGS


def _cleared(there: Path) -> Path:
    """The directory without what an earlier tour made in it."""
    there.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        (there / name).unlink(missing_ok=True)
    return there


def _new_book(path: Path) -> Book:
    import sarai

    return sarai.open(str(path), sarai.BookSettings(origin=ORIGIN))


def _simulated(stops: Stops, there: Path, traders: int, days: int, seed: int) -> None:
    from sarai.simulation import SCHEMES, Scenario, write

    stops.at(
        f"A month of {traders} traders" if 28 <= days <= 31 else f"{days} days of {traders} traders",
        "A made-up transit state: imports, transits, waybills, processing, exports; a few firms cheat.",
    )
    schemes = dict.fromkeys(SCHEMES, 3) | {"false_transit": FALSE_TRANSITS}
    with busy("simulating"):
        write(Scenario(traders=traders, days=days, schemes=schemes), seed, there)
    with (there / "documents.jsonl").open("rb") as file:
        count = sum(1 for _ in file)
    value = {"documents": count, "directory": str(there), "seed": seed}
    stops.tell(
        "simulated", value, lambda screen: screen.print(f"{count:,} documents in {there}/documents.jsonl")
    )


def _posted(stops: Stops, book: Book, documents: Path) -> Watch:
    from sarai.cli.findings import Watch
    from sarai.cli.post import Feed, show_summary, summarised
    from sarai.cli.poster import Poster, batches

    stops.at(
        "Every document is posted",
        "Each moves goods from one account to another. In observe mode, paper that does not add up is "
        "booked too, and what does not add up is a fact.",
    )
    began = time.monotonic()
    feed, poster, watch = Feed([str(documents)]), Poster(book, "observe", replay=True), Watch()
    with progress("posting", feed.total) as show:
        for batch in batches(feed.reads(), BATCH, lambda: False):
            watch.see(poster.post(batch))
            show(feed.done)
    seconds, tally = time.monotonic() - began, poster.tally
    stops.tell("posted", summarised(tally, seconds), lambda screen: show_summary(screen, tally, seconds))
    return watch


def _found(stops: Stops, watch: Watch) -> list[Note]:
    stops.at(
        "Goods that were declared for here, and went elsewhere",
        "False transit: a consignment is bound for a buyer here, its destination is changed on the way, "
        "and it leaves the country. Found from documents and facts alone.",
    )
    stories = watch.elsewhere()
    story = stories[0] if stories else []

    def show(screen: Console) -> None:
        if not story:
            screen.print(
                "None this month: try another --seed, or more --traders. Here is an honest export instead."
            )
            return
        screen.print(f"Found: {len(stories)}. The first:\n")
        screen.print(grid(screen, ["UTC", "document", "what it says"], _story_rows(story)))

    told = [
        {"document": f"{each.document.issuer}/{each.document.number}", "time": each.document.time,
         "kind": type(each.document).__struct_config__.tag, "noticed": each.noticed}
        for each in story
    ]  # fmt: skip
    stops.tell("diverted", {"found": len(stories), "story": told}, show)
    return story


def _story_rows(story: list[Note]) -> list[list[str]]:
    from sarai.telling import words

    rows = []
    for each in story:
        rows.append([words.minute(each.document.time), *_told(each.document)])
        rows += [["", "", f"noticed: {fact}"] for fact in each.noticed]
    return rows


def _told(document: Any) -> tuple[str, str]:
    """What kind of document it is, and what it says of a consignment."""
    kind = type(document).__struct_config__.tag
    if kind == "transit":
        buyer = f", for {document.consignee.id}" if document.consignee else ""
        return kind, f"from {document.country} to {document.destination}{buyer}"
    if kind == "diversion":
        return kind, f"to {document.destination}: {document.reason or 'no reason given'}"
    if kind == "exit":
        return kind, f"at {document.place} to {document.country}"
    return "seal", f"{document.event.replace('_', ' ')} at {document.place or 'a place not said'}"


def _watched(stops: Stops, book: Book, there: Path) -> list[Alert]:
    """The alerts of the month, the weightiest first."""
    from sarai.watch import AlertStore, Given, Watching

    stops.at(
        "What does the watch say?",
        "Typologies of evasion look at every entry in turn; what is usual comes from the month itself.",
    )
    with AlertStore.open(there / "alerts.db") as store:
        watching = Watching(book, store, Given.read(there / "register.jsonl"))
        with progress("judging", watching.backlog) as show:
            alerts = sorted(watching.run(progress=show), key=lambda alert: (-alert.score, alert.id))

    def shown(screen: Console) -> None:
        screen.print(f"{len(alerts)} alerts. The weightiest:\n" if alerts else "No alerts.")
        rows = [[f"{alert.score:.1f}", alert.typology, alert.words] for alert in alerts[:SHOWN]]
        if rows:
            screen.print(grid(screen, [">Score", "typology", "what it says"], rows))

    value = [{"id": each.id, "typology": each.typology, "words": each.words} for each in alerts[:SHOWN]]
    stops.tell("watched", {"alerts": len(alerts), "weightiest": value}, shown)
    return alerts


def _traced(stops: Stops, book: Book, export: Any) -> None:
    from sarai.cli.trace import show_trace
    from sarai.telling.traces import flat

    stops.at("Where did it come from?", "Read off the movements themselves, back to the border.")
    found = book.trace(export.issuer, export.number)
    value = {"subject": found.subject, "origins": found.origins, "steps": flat(found.tree)}
    stops.tell("traced", value, lambda screen: show_trace(screen, found, up=True))


def _party(watch: Watch) -> str | None:
    return watch.exports[-1].exporter.id if watch.exports else None


def _balanced(stops: Stops, book: Book, party: str) -> None:
    from sarai.cli.balance import show_balance, summed

    stops.at(f"What does {party} hold?", "A balance is a sum over movements: now, or as it was at any time.")
    rows = summed(book.balance(party=party).rows, "hs")
    stops.tell("balance", {"party": party, "rows": rows}, lambda screen: show_balance(screen, rows, "hs"))


def _verified(stops: Stops, book: Book) -> None:
    from sarai.cli.keep import show_verification

    stops.at(
        "Is the book what its documents say?",
        "Every document is posted once more into an empty book, and every stored row is compared.",
    )
    with progress("verifying") as show:
        result = book.verify(show)
    value = {"ok": result.ok, "entries": result.entries, "movements": result.movements, "root": result.root}
    stops.tell("verified", value, lambda screen: show_verification(screen, result))


def _proved(stops: Stops, book: Book, export: Any, there: Path) -> None:
    import json

    from sarai.cli.checking import check, read_proof
    from sarai.cli.output import plain
    from sarai.cli.proof import show_checks
    from sarai.ledger import SigningKey

    stops.at(
        "Can you prove it?",
        "The keeper signs the root of the log. With the proof, anyone who has the document and the keeper's "
        "verifier key can check that it is in the book, without the book.",
    )
    key = SigningKey.generate(ORIGIN)
    key.save(there / "tour.key")
    (there / "tour.verifier").write_text(f"{key.verifier}\n", encoding="utf-8")
    (there / "checkpoint.txt").write_text(book.checkpoint(key), encoding="utf-8")
    proof = book.prove(export.issuer, export.number, key)
    (there / "proof.json").write_text(json.dumps(plain(proof), indent=2) + "\n", encoding="utf-8")
    checks: list[Check] = check(read_proof((there / "proof.json").read_bytes(), "proof.json"), key.verifier)
    value = {"verifier": str(key.verifier), "checks": checks}
    stops.tell("proved", value, lambda screen: show_checks(screen, checks))


def _next(
    stops: Stops, book: Book, watch: Watch, party: str | None, there: Path, alerts: list[Alert]
) -> None:
    """A few commands that work as printed."""
    from sarai.cli.findings import longest

    stops.at("Try next", "These work as they stand.")
    with busy("looking for an export with a long way"):
        traced = longest(book, watch.exports)
    ledger = ["--ledger", str(there / "book.db")]
    commands: list[list[str]] = []
    if traced:
        commands.append(["trace", traced, *ledger, "--plot", str(there / "trace.svg")])
    if party:
        commands.append(["balance", *ledger, "--party", party, "--by", "lot"])
    if alerts:
        commands.append(["watch", "explain", alerts[0].id, *ledger, "--alerts", str(there / "alerts.db")])
    if "proved" in stops.told:
        key = str(there / "tour.verifier")
        commands.append(["prove", "--check", str(there / "proof.json"), "--verifier", key])
    lines = [shlex.join([*_program(), *command]) for command in commands]
    said = "\n".join(f"  {line}" for line in lines)
    stops.tell("next", lines, lambda screen: screen.print(said, soft_wrap=True))


def _program() -> list[str]:
    """How this program was called, as one would type it."""
    here = Path(sys.argv[0])
    if here.name != "sarai":
        return [sys.executable, "-m", "sarai.cli"]
    found = shutil.which("sarai")
    return ["sarai" if found and Path(found).samefile(here) else str(here)]
