"""The one thread that writes: requests wait in a queue, and share commits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from time import monotonic
from typing import Any, NamedTuple

from sarai.goods import BookError, Document, Refusal, SaraiError
from sarai.ledger import Book, Result
from sarai.server.problems import Problem

LINES = ("lines", "inputs", "outputs")
WRITING_ENDED = "writing has ended"  # a fault that the server does not get over by itself

Mark = tuple[str, str]

TRIED: Mark = ("server", "tried")


class Documents(NamedTuple):
    """Documents to be recorded; ``checked`` if a reader made them; ``mark`` is kept with them."""

    documents: Sequence[Document]
    mode: str
    checked: bool
    mark: Mark | None
    lines: int
    done: Future[list[Result]]

    def joins(self, other: Job) -> bool:
        """Whether both can go into one commit."""
        return (
            isinstance(other, Documents)
            and (self.mode, self.checked) == (other.mode, other.checked)
            and self.mark is other.mark is None
        )


class Work(NamedTuple):
    """Anything else that writes, such as an officer's step."""

    do: Callable[[Book], Any]
    done: Future[Any]
    lines: int = 1


Job = Documents | Work


class Writer:
    """Records what is handed in, in order; what is handed in together may share a commit.

    Parameters
    ----------
    book
        Only this thread writes it.
    tick_s
        How often the book is told the time, so that waybills past their deadline expire.
    wrote
        Called in this thread after each commit.
    told
        Called in this thread when the book takes nothing, and when it does again.
    """

    def __init__(
        self,
        book: Book,
        queue_lines: int,
        batch_lines: int,
        tick_s: float,
        wrote: Callable[[], None],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._book, self._wrote, self._told = book, wrote, told
        self._tick_s, self._ticked = tick_s, monotonic()
        self._most, self._batch = queue_lines, batch_lines
        self._jobs: deque[Job] = deque()
        self._there = Condition()
        self._stopping = False
        self.waiting_lines = 0
        self.fault = ""
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    # -- handing in --------------------------------------------------------------------------------

    def record(
        self, documents: Sequence[Document], mode: str, *, checked: bool = False, mark: Mark | None = None
    ) -> Future[list[Result]]:
        """Hand in documents; the results come when they are on disk."""
        lines = sum(map(weight, documents))
        return self._hand_in(Documents(documents, mode, checked, mark, lines, Future()))

    def refuse(self, refusals: Sequence[Refusal]) -> Future[list[Result]]:
        """Hand in what a reader could not make documents of."""
        return self.work(lambda book: book.refuse(refusals))

    def work(self, do: Callable[[Book], Any]) -> Future[Any]:
        """Hand in anything else that writes."""
        return self._hand_in(Work(do, Future()))

    def _hand_in(self, job: Job) -> Future[Any]:
        with self._there:
            if self._stopping:
                raise Problem(503, "Stopping", "the server is being stopped; come again in a while")
            if self.waiting_lines and self.waiting_lines + job.lines > self._most:
                raise Problem(
                    503, "Busy", f"{self.waiting_lines:,} goods lines wait to be recorded; come again soon",
                    headers={"Retry-After": "1"},
                )  # fmt: skip
            self._jobs.append(job)
            self.waiting_lines += job.lines
            self._there.notify()
        return job.done

    @property
    def _ended(self) -> bool:
        with self._there:
            return self._stopping and not self._jobs

    # -- writing -----------------------------------------------------------------------------------

    def _run(self) -> None:
        batch: list[Job] = []
        try:
            while not self._ended:
                batch = self._next()
                jobs = [job for job in batch if job.done.set_running_or_notify_cancel()]
                if jobs:
                    self._do(jobs)
                with self._there:
                    self.waiting_lines -= sum(job.lines for job in batch)
                    self._there.notify_all()
        except BaseException as fault:
            self._give_up(batch, fault)
            raise

    def _give_up(self, batch: list[Job], fault: BaseException) -> None:
        """Nobody waits for what will never come."""
        with self._there:
            self._stopping, self.fault = True, f"{WRITING_ENDED}: {type(fault).__name__}: {fault}"
            left = [job for job in (*batch, *self._jobs) if not job.done.done()]
            self._jobs.clear()
        for job in left:
            job.done.set_exception(BookError(self.fault))

    def _next(self) -> list[Job]:
        """The jobs of the next commit; after a while, the time."""
        with self._there:
            left_s = max(0.0, self._ticked + self._tick_s - monotonic())
            self._there.wait_for(lambda: self._jobs or self._stopping, left_s)
            if not self._stopping and monotonic() - self._ticked >= self._tick_s:
                self._ticked = monotonic()
                return [Work(_try if self.fault else Book.expire, Future(), 0)]
            batch = [self._jobs.popleft()] if self._jobs else []
            lines = batch[0].lines if batch else 0
            while self._jobs and isinstance(batch[0], Documents) and batch[0].joins(self._jobs[0]):
                lines += self._jobs[0].lines
                if lines > self._batch:
                    break
                batch.append(self._jobs.popleft())
            return batch

    def _do(self, jobs: list[Job]) -> None:
        try:
            results = self._write(jobs)
        except (SaraiError, Problem, OSError) as fault:
            if isinstance(fault, BookError | OSError):
                self._failed(f"{fault}")
            for job in jobs:
                job.done.set_exception(fault)
            return
        if any(results):
            self._failed("")
            self._wrote()
        for job, result in zip(jobs, results, strict=True):
            job.done.set_result(result)

    def _failed(self, fault: str) -> None:
        if fault != self.fault:
            self.fault = fault
            self._told()

    def _write(self, jobs: list[Job]) -> list[Any]:
        first = jobs[0]
        if isinstance(first, Work):
            return [first.do(self._book)]
        documents = [document for job in jobs for document in job.documents]  # type: ignore[union-attr]
        more: dict[str, Any] = {"mark": first.mark} if first.mark else {}
        results = iter(self._book.record(documents, None, first.mode, checked=first.checked, **more))
        return [[next(results) for _ in job.documents] for job in jobs]  # type: ignore[union-attr]

    def stop(self, patience_s: float) -> bool:
        """Take nothing more, and finish what is there; whether that was done in time."""
        with self._there:
            self._stopping = True
            self._there.notify_all()
        self._thread.join(patience_s)
        return not self._thread.is_alive()


def _try(book: Book) -> bool:
    """Whether the book takes something again; while it did not, nobody may be sent here to find out."""
    book.record((), mark=TRIED)
    return True


def weight(document: Document) -> int:
    """How many goods lines a document has, at least one."""
    inner = getattr(document, "replacement", None) or document
    return max(1, sum(len(getattr(inner, name, ())) for name in LINES))
