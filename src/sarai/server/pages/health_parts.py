"""How each part of the house fares: green, amber or red, and in words what that means and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sarai.ledger.rows import from_us
from sarai.server.words import Words
from sarai.server.writing import WRITING_ENDED

GOOD, NOTICE, CRITICAL = "good", "notice", "critical"
LIGHTS = (CRITICAL, NOTICE, GOOD)

QUEUE_HALF = 0.5  # of the queue: from here on clients may soon be asked to wait
BEHIND_ENTRIES = 2_000  # the watch judges some 5,000 a second: half a second
BEHIND_FAR_ENTRIES = 100_000
EVENTS_BEHIND = 1_000  # ten deliveries of a hundred; one that is told once a day may lag so too
DISK_LOW_BYTES = 10 * 2**30  # a busy state writes some 3 GiB a day
DISK_FULL_BYTES = 2**30
LISTENERS_MANY = 0.9
CLOCK_BACK = timedelta(minutes=2)  # clocks that are kept by NTP differ by milliseconds


class Said(NamedTuple):
    """Words with what fills them, said when somebody's language is known."""

    text: str
    values: Mapping[str, Any] = {}

    def to(self, words: Words) -> str:
        """In somebody's language; times as that writes them."""
        filled = {
            name: words.moment(value) if isinstance(value, datetime) else value
            for name, value in self.values.items()
        }
        return words(self.text, **filled)


class Part(NamedTuple):
    """A part of the house.

    Attributes
    ----------
    light
        ``good``, ``notice`` or ``critical``.
    said
        What that means, and what to do; the first sentence is the one that counts.
    figures
        Names of figures, and the figures: numbers, times, texts.
    """

    name: str
    light: str
    said: tuple[Said, ...]
    figures: tuple[tuple[str, Any], ...] = ()


class Feeding(Protocol):
    """What is asked of a feeder from a broker."""

    name: str
    state: Any  # sarai.server.streams.feeder.State


class Bytes(int):
    """A number of bytes, to be said as such."""


class Disk(NamedTuple):
    """What is left of a disk, in bytes."""

    free: int
    total: int


def disk_of(directory: Path) -> Disk:
    """What is left where a directory lies."""
    usage = shutil.disk_usage(directory)
    return Disk(usage.free, usage.total)


# -- the parts -------------------------------------------------------------------------------------


def book_part(book: Mapping[str, Any], now: datetime, clock: str = "") -> Part:
    """The book: it takes documents, and its clock neither jumps nor runs back.

    Parameters
    ----------
    clock
        Why the machine's clock is not believed, if it is not.
    """
    last = from_us(book["last_recorded_us"]) if book["entries"] else None
    said = [Said("The book takes documents.")]
    light = GOOD
    if book["fault"]:
        light = CRITICAL
        ended = book["fault"].startswith(WRITING_ENDED)
        said = [
            Said("The book takes nothing: {fault}", {"fault": book["fault"]}),
            Said("What was acknowledged is on disk. Mend the cause, then start the server again.")
            if ended
            else Said("What was acknowledged is on disk. Once the cause is mended it goes on by itself."),
        ]
    elif clock:
        light = NOTICE
        said = [Said("The machine's clock is not believed: {why}", {"why": clock})]
    elif last is not None and last - now > CLOCK_BACK:
        light = NOTICE
        said = [Said("The clock was moved. Times may look odd; the order of entries stands.")]
    figures: tuple[tuple[str, Any], ...] = (("Entries in the book", book["entries"]),)
    return Part("Book", light, tuple(said), (*figures, ("Last entry", last)) if last else figures)


def queue_part(waiting_lines: int, most: int) -> Part:
    """What waits to be recorded."""
    light, said = GOOD, Said("Documents are recorded as they come.")
    if waiting_lines >= most:
        light, said = CRITICAL, Said("The queue is full: clients are asked to come again.")
    elif waiting_lines >= QUEUE_HALF * most:
        light, said = (
            NOTICE,
            Said("More comes in than is recorded; before long clients will have to wait."),
        )
    return Part("Waiting to be recorded", light, (said,), (("Goods lines", waiting_lines), ("At most", most)))


def watch_part(watch: Mapping[str, Any]) -> Part:
    """The watch: how far behind the book it is."""
    behind = watch["behind"]
    light, said = GOOD, [Said("Every document is judged as it comes.")]
    if watch["fault"]:
        light = CRITICAL
        said = [
            Said("The watch stands still: {fault}", {"fault": watch["fault"]}),
            Said("Documents are still recorded; when the watch runs again it judges what it missed."),
        ]
    elif behind > BEHIND_ENTRIES:
        light = CRITICAL if behind > BEHIND_FAR_ENTRIES else NOTICE
        said = [Said("The watch is {behind} entries behind; alerts come late.", {"behind": behind})]
    figures = (
        ("Judged up to entry", watch["judged"]),
        ("Entries behind", behind),
        ("Alerts", watch["alerts"]),
    )
    return Part("Watch", light, tuple(said), figures)


def typologies_part(off: Mapping[str, str], there: int) -> Part:
    """The typologies: those that failed are off, so that the others go on."""
    if not off:
        said = (Said("All typologies judge."),)
        return Part("Typologies", GOOD, said, (("On", there),))
    said = tuple(Said("{name} is off: {why}", {"name": name, "why": off[name]}) for name in sorted(off))
    more = Said("The others go on. What it missed it judges when its next version is installed.")
    return Part("Typologies", NOTICE, (*said, more), (("On", there - len(off)), ("Off", len(off))))


def listeners_part(listeners: int, most: int) -> Part:
    """Who follows what happens live."""
    light, said = GOOD, Said("Pages and streams are live.")
    if listeners >= LISTENERS_MANY * most:
        light, said = NOTICE, Said("Nearly as many listen as may; others will be asked to come again.")
    return Part("Live stream", light, (said,), (("Listeners", listeners), ("At most", most)))


def files_part(files: Mapping[str, str]) -> Part:
    """The files of the server's own, beside the book."""
    light, said = GOOD, [Said("The server's own files can be written.")]
    broken = [(name, why) for name, why in files.items() if why]
    if broken:
        light = CRITICAL
        said = [
            Said("{name} could not be written: {why}", {"name": name, "why": why}) for name, why in broken
        ]
    return Part("Files of the server", light, tuple(said), (("Files", len(files)),))


def disk_part(disk: Disk) -> Part:
    """The disk on which the server keeps what is its own."""
    light, said = GOOD, Said("There is space.")
    if disk.free < DISK_FULL_BYTES:
        light, said = CRITICAL, Said("The disk is full. Nothing is accepted until there is space.")
    elif disk.free < DISK_LOW_BYTES:
        light, said = NOTICE, Said("Space runs low; make some before nothing is accepted any more.")
    return Part("Disk space left", light, (said,), (("Free", Bytes(disk.free)), ("Of", Bytes(disk.total))))


def whereabouts_part(whereabouts: Mapping[str, Any], ended: Mapping[str, str]) -> Part:
    """Where consignments are: how far behind the book that is known, and whether somebody still looks.

    Parameters
    ----------
    ended
        Parts that have ended by a fault, and why.
    """
    behind = whereabouts["behind"]
    light, said = GOOD, [Said("Where consignments are is known as it is told.")]
    if fault := ended.get("follower"):
        light, said = NOTICE, [Said("Nobody follows consignments any more; start the server again.")]
        said.append(Said("Reason: {why}", {"why": fault}))
    elif behind > BEHIND_ENTRIES:
        light, said = (
            NOTICE,
            [Said("Where consignments are is known with a delay; the journal is being read.")],
        )
    figures = (("Read up to entry", whereabouts["read"]), ("Entries behind", behind))
    return Part("Consignments under way", light, tuple(said), figures)


def stream_part(feeder: Feeding) -> Part:
    """A feeder from a broker."""
    state = feeder.state
    light, said = GOOD, [Said("It reads what comes, and keeps its place in the book.")]
    if state.waiting or not state.connected:
        light = NOTICE
        said = [Said("The broker does not answer. Documents wait with it; nothing is lost.")]
        if state.connected:
            said = [Said("The book takes nothing now. Documents wait with the broker; nothing is lost.")]
        if state.waiting:
            said.append(Said("Reason: {why}", {"why": state.waiting}))
    if state.missed:
        light = CRITICAL
        said.append(
            Said("The broker let go {count} messages before they were read.", {"count": state.missed})
        )
    figures: list[tuple[str, Any]] = [("Since", state.since), ("Messages", state.messages)]
    figures += [("Posted", state.posted), ("Repeated", state.repeated), ("Refused", state.refused)]
    if state.lag is not None:
        figures.append(("Waiting at the broker", state.lag))
    return Part(feeder.name, light, tuple(said), tuple(figures))


def epcis_part(positions: Sequence[int], last: int) -> Part:
    """The subscribers of EPCIS events.

    Parameters
    ----------
    positions
        The last event that each was told of.
    last
        The last event that there is.
    """
    behind = max((last - each for each in positions), default=0)
    light, said = GOOD, Said("Subscribers are told as events come.")
    if behind > EVENTS_BEHIND:
        light = NOTICE
        said = Said("A subscriber is {behind} events behind; it may not answer.", {"behind": behind})
    figures = (("Events", last), ("Subscriptions", len(positions)), ("Events behind", behind))
    return Part("EPCIS", light, (said,), figures)


def play_part(fault: str, done: int, over: bool) -> Part:
    """The state that is played, in a demonstration."""
    light, said = GOOD, Said("The demonstration goes on.")
    if fault:
        light, said = NOTICE, Said("The demonstration waits: {fault}", {"fault": fault})
    elif over:
        said = Said("The demonstration is over; start the server again to play it anew.")
    return Part("Demonstration", light, (said,), (("Documents", done),))


# -- all of them -----------------------------------------------------------------------------------


class Bounds(NamedTuple):
    """What the figures are measured against."""

    queue_lines: int
    subscribers: int
    typologies: int


def parts_of(
    fares: Mapping[str, Any],
    bounds: Bounds,
    disk: Disk,
    now: datetime,
    feeders: Iterable[Feeding] = (),
    others: Iterable[Part] = (),
) -> list[Part]:
    """Every part, what is worst first, else in their order.

    Parameters
    ----------
    fares
        As the route ``/health`` tells.
    others
        Parts that tell of themselves.
    """
    watch = fares["watch"]
    parts = [
        book_part(fares["book"], now, fares["clock"]["notice"]),
        queue_part(fares["book"]["waiting_lines"], bounds.queue_lines),
        watch_part(watch),
        typologies_part(watch["off"], bounds.typologies),
        whereabouts_part(fares["whereabouts"], fares["ended"]),
        *(stream_part(feeder) for feeder in feeders),
        *others,
        files_part(fares["files"]),
        disk_part(disk),
        listeners_part(fares["live"]["listeners"], bounds.subscribers),
    ]
    return sorted(parts, key=lambda part: LIGHTS.index(part.light))


def worst(parts: Iterable[Part]) -> str:
    """The light of the whole.

    >>> worst([queue_part(0, 10), queue_part(10, 10)])
    'critical'
    """
    lights = {part.light for part in parts}
    return next((light for light in LIGHTS if light in lights), GOOD)


def verdict(light: str) -> Said:
    """The whole in words."""
    return Said({
        GOOD: "Everything works.",
        NOTICE: "Something needs looking after.",
        CRITICAL: "Something does not work.",
    }[light])  # fmt: skip


UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def size(count: int, words: Words) -> str:
    """Bytes as people say them.

    >>> size(900, Words()), size(3 * 2**30 // 2, Words()), size(2**50, Words())
    ('900\xa0B', '1.5\xa0GiB', '1,024\xa0TiB')
    """
    step = min(max(0, (count.bit_length() - 1) // 10), len(UNITS) - 1)
    tenths = Decimal(count * 10 >> (10 * step)) / 10
    return f"{words.number(tenths)}\N{NO-BREAK SPACE}{UNITS[step]}"
