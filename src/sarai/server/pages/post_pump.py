"""From a dropped file into the book: read in a thread of its own, whoever looks on, and all of it answered.

Nobody waits for the whole: what was answered is on disk, and counted as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from sarai.goods import Code, Document, DocumentRef, SaraiError, canonical
from sarai.intake import LIMITS, Read, read
from sarai.ledger import Result
from sarai.server.access import Consigned, Eyes, refused
from sarai.server.house import House
from sarai.server.pages.post_drops import Drop, DropStore, RefusedRecord
from sarai.server.problems import Problem
from sarai.server.routes.sight import consigned_of
from sarai.server.writing import weight

AT_ONCE_LINES = 1_000  # goods lines that are handed in together: a commit every half second at the usual pace
AT_ONCE = 3  # files read side by side; the book has one writer anyway
BUSY_S = 0.2  # until a book that has too much to write is asked again
HEADER_BYTES = 64 * 2**10  # of a table's header, which every refused row needs to be read again
JSON_FORMS = (b"{", b"[")


class Answered(NamedTuple):
    """A step of reading, and what the book said to it."""

    step: Read
    result: Result


class Pump:
    """Takes dropped files in, one after another, and tells how far each is.

    Parameters
    ----------
    house
        Whose book it is.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self._workers = ThreadPoolExecutor(AT_ONCE, "drop")
        self._running: set[int] = set()
        self._lock = Lock()
        with self.store() as store:
            store.broken_off()

    def store(self) -> DropStore:
        """The file of drops, for the thread that asks."""
        return DropStore.within(self.house.directory)

    def take(self, eyes: Eyes, name: str, content: Path) -> Drop:
        """Keep a file (on the disk of the house; it is moved), and begin to read it."""
        with self.store() as store:
            drop = store.add(eyes.visitor.account, name, self.house.now(), content)
        self.go_on(eyes, drop.id)
        return drop

    def go_on(self, eyes: Eyes, drop: int) -> Future[None] | None:
        """Read it, from the beginning; None if that is being done."""
        with self._lock:
            if drop in self._running:
                return None
            self._running.add(drop)
        return self._workers.submit(self._run, eyes, drop)

    def _run(self, eyes: Eyes, number: int) -> None:
        with self.store() as store:
            drop = store.one(number)
            try:
                if drop.state != "done":
                    drop = store.begin(number)
                    for reached, told in self._answers(store, drop, eyes):
                        drop = reached
                        store.keep(drop, told)
                    store.keep(drop._replace(state="done", bytes_read=drop.size))
            except (SaraiError, Problem, OSError) as fault:
                store.keep(store.one(number)._replace(state="stopped", fault=str(fault)))
            finally:
                with self._lock:
                    self._running.discard(number)

    def _answers(
        self, store: DropStore, drop: Drop, eyes: Eyes
    ) -> Iterator[tuple[Drop, list[RefusedRecord]]]:
        """How far a drop is after each portion, and what of it was refused."""
        begun, known = monotonic(), store.mended(drop.id)
        path = store.bytes_of(drop.id)
        header = header_of(path)
        with path.open("rb") as file:
            steps = read(_Named(file, drop.name), default_time=self.house.now())
            for answered in self.post(eyes, steps):
                drop = counted(drop, answered)._replace(
                    bytes_read=min(file.tell(), drop.size), seconds=monotonic() - begun
                )
                told = [record for each in answered for record in refusals(drop.id, each, header)]
                yield drop, [each for each in told if each.position not in known]

    # -- into the book -----------------------------------------------------------------------------

    def post(self, eyes: Eyes, steps: Iterable[Read]) -> Iterator[list[Answered]]:
        """Hand steps in by portions, and tell what became of each, in order, once it is on disk."""
        portion: list[Read] = []
        lines = 0
        consigned = consigned_of(self.house.book)
        for step in steps:
            entitled = _entitled(eyes, step, consigned)
            if entitled is not step and portion and _is_about_consignment(step):
                yield self._record(portion)  # what opened the consignment may be among them
                portion, lines = [], 0
                entitled = _entitled(eyes, step, consigned)
            portion.append(entitled)
            lines += weight(step.document) if step.document is not None else 1
            if lines >= AT_ONCE_LINES:
                yield self._record(portion)
                portion, lines = [], 0
        if portion:
            yield self._record(portion)

    def _record(self, portion: list[Read]) -> list[Answered]:
        documents = [step.document for step in portion if step.document is not None]
        unread = [step.refusal for step in portion if step.refusal is not None]
        soon = []
        if documents:
            soon.append(self._handed_in(lambda: self.house.record_soon(documents, checked=True)))
        if unread:
            soon.append(self._handed_in(lambda: self.house.refuse_soon(unread)))
        results = [iter(each.result()) for each in soon]
        of_documents, of_refusals = results[0], results[-1]
        return [
            Answered(step, next(of_refusals if step.document is None else of_documents)) for step in portion
        ]

    def _handed_in(self, hand_in: Callable[[], Future[list[Result]]]) -> Future[list[Result]]:
        """Wait for a book that has too much to write; a server that stops raises."""
        while True:
            try:
                return hand_in()
            except Problem as problem:
                if self.house.stopping or "Retry-After" not in problem.headers:
                    raise
            sleep(BUSY_S)

    def mend(self, eyes: Eyes, record: RefusedRecord, text: str, *, keep: bool = True) -> RefusedRecord:
        """Post a mended text in the place of what was refused, and tell how that stands now.

        Parameters
        ----------
        keep
            Whether the record is one of a drop, and is to be kept as it stands now.
        """
        amended = amend(record, text, self.answered(eyes, text))
        if keep:
            with self.store() as store:
                store.amend(amended)
        return amended

    def answered(self, eyes: Eyes, text: str) -> list[Answered]:
        """Post a text: documents as JSON, a table, a declaration."""
        stream = BytesIO(text.encode())
        stream.name = "typed in"
        steps = read(stream, default_time=self.house.now())
        return [each for portion in self.post(eyes, steps) for each in portion]

    def close(self) -> None:
        """Begin nothing new."""
        self._workers.shutdown(wait=False, cancel_futures=True)


class _Named:
    """A stream under the name that its sender gave it: the name may tell its format."""

    def __init__(self, stream: object, name: str) -> None:
        self.read, self.name = stream.read, name  # type: ignore[attr-defined]


# -- pure ------------------------------------------------------------------------------------------


def _entitled(eyes: Eyes, step: Read, consigned: Callable[[DocumentRef], Consigned]) -> Read:
    """The step itself, or its refusal if the document is not the visitor's to write."""
    if step.document is None:
        return step
    why = refused(eyes, step.document, consigned)
    if why is None:
        return step
    raw = canonical(step.document)[: LIMITS.max_raw_kept]
    refusal = replace(why, source=step.source, position=step.position, raw=raw)
    return Read(None, refusal, step.position, step.source, step.records)


def _is_about_consignment(step: Read) -> bool:
    return getattr(step.document, "consignment", None) is not None


def counted(drop: Drop, answered: Iterable[Answered]) -> Drop:
    """A drop with these added to its figures."""
    answered = list(answered)
    codes = [result.code for _, result in answered]
    posted, repeated = codes.count(Code.POSTED), codes.count(Code.REPEATED)
    return drop._replace(
        records=drop.records + sum(step.records for step, _ in answered),
        lines=drop.lines + sum(weight(step.document) for step, _ in answered if step.document is not None),
        posted=drop.posted + posted,
        repeated=drop.repeated + repeated,
        refused=drop.refused + len(codes) - posted - repeated,
    )


def refusals(drop: int, answered: Answered, header: str = "") -> list[RefusedRecord]:
    """What is to be shown of a record that was refused; of another, nothing.

    Parameters
    ----------
    header
        Of a table: a row by itself tells nobody what its columns are.
    """
    step, result = answered
    if result.ok:
        return []
    document = step.document
    text, whole = document_text(document), True
    if document is None and step.refusal is not None:
        raw = step.refusal.raw
        text, whole = raw_text(raw, header), is_whole(raw)
    issuer, number = (document.issuer, document.number) if document else named_in(text)
    return [
        RefusedRecord(
            0, drop, step.position, int(result.code), issuer, number, result.pointer, result.message,
            result.entry, text, whole,
        )
    ]  # fmt: skip


def amend(record: RefusedRecord, text: str, answered: list[Answered]) -> RefusedRecord:
    """How a record stands after its mended text was posted; of several, the first that was refused tells."""
    if not answered:
        return record._replace(text=text, message="there is nothing in it; write the document")
    wrong = next((each for each in answered if not each.result.ok), None)
    step, result = wrong or answered[0]
    document = step.document
    issuer, number = (document.issuer, document.number) if document else named_in(text)
    return record._replace(
        code=int(result.code), issuer=issuer, number=number, pointer=result.pointer, message=result.message,
        entry=result.entry if wrong else record.entry, text=text, mended=0 if wrong else result.entry,
    )  # fmt: skip


def document_text(document: Document | None) -> str:
    """A document as one reads and mends it."""
    if document is None:
        return ""
    return msgspec.json.format(canonical(document), indent=2).decode()


def raw_text(raw: bytes, header: str = "") -> str:
    """What came in as one reads and mends it: JSON in lines, rows of a table under their header."""
    if raw.lstrip()[:1] in JSON_FORMS:
        try:
            return msgspec.json.format(raw, indent=2).decode()
        except (msgspec.DecodeError, UnicodeDecodeError):
            return raw.decode(errors="replace")
    text = raw.decode(errors="replace").rstrip("\r\n")
    return text if not header or text.startswith(header) else f"{header}\n{text}"


def is_whole(raw: bytes) -> bool:
    """Whether all of a record was kept, and as text, so that it can be mended here."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return 0 < len(raw) < LIMITS.max_raw_kept


def header_of(path: Path) -> str:
    """The first line of a table; empty for everything else."""
    from sarai.intake import detect
    from sarai.intake.source import opened

    if detect(path) != "csv":
        return ""
    with opened(path, LIMITS) as stream:
        line = stream.readline(HEADER_BYTES)
    return line.decode(errors="replace").rstrip("\r\n")


def named_in(text: str) -> tuple[str, str]:
    """Issuer and number in a text that is no document, if it has them."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    issuer, number = found.get("issuer", ""), found.get("number", "")
    return (issuer if isinstance(issuer, str) else ""), (number if isinstance(number, str) else "")
