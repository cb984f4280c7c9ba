"""Steps that can be sent twice: with an Idempotency-Key, the same request has its effect once.

An answer that got lost is no reason to act again. Whoever sends the same key and the same body is told
the answer of the first time; what was done is known by its own name, so also after a crash between the
deed and the line here that tells of it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import Header, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.server.access.file import AccountsUnavailable
from sarai.server.access.settings import AccessSettings
from sarai.server.kept import KeptFile
from sarai.server.problems import MEDIA_TYPE, Problem

SCHEMA = (
    "CREATE TABLE answer (account TEXT NOT NULL, key BLOB NOT NULL, body BLOB NOT NULL, began INTEGER NOT "
    "NULL, status INTEGER, type TEXT, told BLOB, PRIMARY KEY (account, key)) WITHOUT ROWID",
    "CREATE INDEX answer_began ON answer (began)",
)
FORM = re.compile(r'"?([!#-~]{1,255}?)"?', re.ASCII)  # the draft of the IETF quotes it, hardly anybody does
SECOND_US = 1_000_000
CONTENT = "application/json"

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=257,
        description="A name of yours for this request, as a UUID: sent again, it has no second effect.",
    ),
]
"""What a route takes that can be sent twice."""

Answer = tuple[int, str, bytes]

log = logging.getLogger(__name__)


class Sent(NamedTuple):
    """A request with a key.

    Attributes
    ----------
    key, body
        Digests: keys and bodies are nobody's business afterwards.
    """

    account: str
    key: bytes
    body: bytes

    @property
    def name(self) -> str:
        """What is done for it is done under this name; nobody else can make the same."""
        whole = b"\0".join((self.key, self.body, self.account.encode()))
        return f"key/{sha256(whole).hexdigest()[:32]}"


class Answers(KeptFile):
    """What was answered to requests with a key, in a file of its own; from any thread.

    Parameters
    ----------
    clock
        Microseconds.
    """

    schema, mark, fault = SCHEMA, 0x53415249, AccountsUnavailable
    private = True

    def __init__(self, path: str | Path, settings: AccessSettings, clock: Callable[[], int]) -> None:
        super().__init__(path)
        self._settings, self._clock = settings, clock
        self._under_way: set[tuple[str, bytes]] = set()
        self._taking = Lock()

    def begin(self, sent: Sent) -> Answer | None:
        """The answer, if there is one; else it is under way until `finish` or `give_up`.

        Problem 422 if the key stood for another body, 409 while the first is under way.
        """
        with self._taking:
            if sent[:2] in self._under_way:
                raise Problem(
                    409, "Under way", "the first request of this key is not answered yet; ask again soon",
                    headers={"Retry-After": "1"},
                )  # fmt: skip
            self._under_way.add(sent[:2])
        try:
            found = self._begun(sent)
        except BaseException:
            self._end(sent)
            raise
        if found is not None:
            self._end(sent)
        return found

    def _begun(self, sent: Sent) -> Answer | None:
        now, bounds = self._clock(), self._settings
        with self.writing() as run:
            run("DELETE FROM answer WHERE began < ?", (now - bounds.answers_s * SECOND_US,))
            row = run("SELECT body, status, type, told FROM answer WHERE account = ? AND key = ?", sent[:2])
            for body, *answer in row.fetchall():
                if body != sent.body:
                    raise Problem(
                        422, "Another request", "this key stood for another request; take a new one",
                        name="key-used",
                    )  # fmt: skip
                return tuple(answer) if answer[0] is not None else None  # else the server was stopped
            run("INSERT INTO answer VALUES (?, ?, ?, ?, NULL, NULL, NULL)", (*sent, now))
            run(
                "DELETE FROM answer WHERE account = ? AND key NOT IN (SELECT key FROM answer WHERE "
                "account = ? ORDER BY began DESC, key LIMIT ?)",
                (sent.account, sent.account, bounds.answers_most),
            )
        return None

    def finish(self, sent: Sent, answer: Answer) -> None:
        """Keep the answer."""
        try:
            with self.writing() as run:
                run(
                    "UPDATE answer SET status = ?, type = ?, told = ? WHERE account = ? AND key = ?",
                    (*answer, *sent[:2]),
                )
        except AccountsUnavailable as fault:  # it is done all the same, and found by its name
            log.warning("an answer was not kept: %s", fault)
        finally:
            self._end(sent)

    def give_up(self, sent: Sent) -> None:
        """It could not be done: whoever sends it again may have better luck, or mend it."""
        try:
            with self.writing() as run:
                run("DELETE FROM answer WHERE account = ? AND key = ?", sent[:2])
        except AccountsUnavailable as fault:
            log.warning("a request stays under its key: %s", fault)
        finally:
            self._end(sent)

    def _end(self, sent: Sent) -> None:
        with self._taking:
            self._under_way.discard(sent[:2])


Do = Callable[[str], Awaitable[Response]]


async def once(request: Request, key: str | None, body: Any, do: Do, *, secret: bool = False) -> Response:
    """The answer of a request that may be sent twice.

    Parameters
    ----------
    body
        What was sent, as it was read.
    do
        Acts, under the name that it is given (empty: there was no key), and answers. If something was
        done under that name already, it tells what that was. What it raises counts as not done.
    secret
        Whether the answer is not to be kept; then ``do`` can tell it again.
    """
    if key is None:
        return await do("")
    store = request.state.access.store
    sent = _sent(request, key, body, store.label_key)
    answers: Answers = store.answers
    answer = await run_in_threadpool(answers.begin, sent)
    if answer is not None and not secret:
        return _again(request, answer)
    try:
        response = await do(sent.name)
    except BaseException:
        if answer is None:
            await run_in_threadpool(answers.give_up, sent)
        raise
    if answer is None:
        told = b"" if secret else bytes(response.body)
        await run_in_threadpool(
            answers.finish, sent, (response.status_code, response.media_type or CONTENT, told)
        )
    return response


def _sent(request: Request, key: str, body: Any, salt: bytes) -> Sent:
    form = FORM.fullmatch(key)
    if not form:
        raise Problem(
            400, "Bad key", "an Idempotency-Key has 1 to 255 letters, digits or signs; a UUID does",
            name="bad-key",
        )  # fmt: skip
    what = msgspec.json.encode([request.method, request.url.path, body])
    digests = (hmac(salt, each, sha256).digest() for each in (form[1].encode(), what))
    return Sent(request.state.visitor.account, *digests)


def _again(request: Request, answer: Answer) -> Response:
    """The answer that was given, under the id of this request."""
    status, kind, told = answer
    if kind == MEDIA_TYPE:
        told = msgspec.json.encode(
            msgspec.json.decode(told) | {"request": getattr(request.state, "request_id", "")}
        )
    return Response(told, status, {"Idempotency-Replayed": "true"}, kind)
