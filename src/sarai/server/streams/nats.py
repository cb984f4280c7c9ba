"""Documents from NATS JetStream: each message has its effect once.

The book decides where to go on: with the documents of a message, the same commit keeps the message's
sequence number in the stream. A session begins by making the consumer anew behind that number, so that
nothing hangs on what a broker believes to have been acknowledged: whatever died, and when, and also if
the book was put back from a backup. A message is acknowledged when the book has it, and not before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from sarai.goods import BadSetting, Code, Document, Refusal
from sarai.intake import Limits, read
from sarai.ledger import Result
from sarai.server.streams.feeder import Feeder, Keeper, Lost, obey_cancellation
from sarai.server.streams.settings import StreamSettings

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext
    from nats.js.api import StreamInfo


class NatsSource(Struct, frozen=True, kw_only=True):
    """Where documents come from.

    Attributes
    ----------
    servers
        ``nats://HOST:PORT``, or ``tls://…``; a user and password, or a token, may stand before the host.
    stream, subject
        The stream, made if it is absent, and what it listens to.
    durable
        The name of the consumer, as the broker's own tools show it.
    answers
        Answers go to this subject with ``.refused`` behind it, and, if ``results``, with ``.results``.
    """

    servers: tuple[str, ...] = ("nats://127.0.0.1:4222",)
    stream: str = "DOCUMENTS"
    subject: str = "sarai.documents"
    durable: str = "sarai"
    answers: str = "sarai.documents"
    results: bool = False

    def __repr__(self) -> str:
        hosts = ", ".join(server.rpartition("@")[2] for server in self.servers)
        return f"NatsSource({self.stream} at {hosts})"  # no log shall have the password

    def __post_init__(self) -> None:
        for subject in (f"{self.answers}.refused", f"{self.answers}.results"):
            if listens(self.subject, subject):
                raise BadSetting(
                    f"subject {self.subject!r} would hear {subject!r}; give answers another name"
                )


def listens(pattern: str, subject: str) -> bool:
    """Whether a subscription to a subject, with ``*`` or ``>``, hears another.

    >>> listens("in.>", "in.a.b"), listens("in.*", "in.a.b"), listens("in", "in")
    (True, False, True)
    """
    wanted, given = pattern.split("."), subject.split(".")
    for at, token in enumerate(wanted):
        if token == ">":
            return len(given) > at
        if at >= len(given) or token not in ("*", given[at]):
            return False
    return len(wanted) == len(given)


class Brought(NamedTuple):
    """What a message brought."""

    message: Msg
    sequence: int
    documents: list[Document]
    refusals: list[Refusal]


class NatsFeeder(Feeder):
    """Reads one stream into the book; there may be one for a stream and a book."""

    def __init__(
        self,
        house: Keeper,
        source: NatsSource,
        settings: StreamSettings | None = None,
        mode: str | None = None,
    ) -> None:
        from nats.errors import Error  # nats-py costs 60 ms

        super().__init__(house, settings, mode)
        self.source, self.name = source, f"nats:{source.stream}"
        self.faults = (*Feeder.faults, Error, TimeoutError)
        self.limits = Limits(
            max_file_bytes=self.settings.message_bytes, max_inflated_bytes=self.settings.message_bytes
        )
        self.state.position = house.mark(self.name)

    # -- the connection ----------------------------------------------------------------------------

    async def _session(self) -> None:
        import nats

        bounds, source = self.settings, self.source
        client = await nats.connect(
            list(source.servers), name="sarai", allow_reconnect=False, connect_timeout=bounds.timeout_s,
            max_reconnect_attempts=1, reconnect_time_wait=0, closed_cb=self._closed, error_cb=_quietly,
        )  # fmt: skip
        try:
            jetstream = client.jetstream(timeout=bounds.timeout_s)
            position = await self._consume_after(jetstream)
            subscription = await jetstream.pull_subscribe_bind(source.durable, source.stream)
            self._connected()
            await self._feed(client, subscription, position)
        finally:
            await client.close()

    async def _closed(self) -> None:
        self._disconnected("the connection was lost")

    async def _consume_after(self, jetstream: JetStreamContext) -> int:
        """Make the consumer anew, behind what the book has; the last sequence that it has."""
        from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
        from nats.js.errors import NotFoundError

        info = await self._stream(jetstream)
        position = self._position(info, await asyncio.to_thread(self.house.mark, self.name))
        with suppress(NotFoundError):
            await jetstream.delete_consumer(self.source.stream, self.source.durable)
        await jetstream.add_consumer(
            self.source.stream,
            ConsumerConfig(
                durable_name=self.source.durable,
                description="reads documents into a book of Sarai; the book decides from where",
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=position + 1,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=self.settings.ack_wait_s,
                max_ack_pending=self.settings.batch,
                filter_subject=self.source.subject,
            ),
        )
        return position

    async def _stream(self, jetstream: JetStreamContext) -> StreamInfo:
        """The stream, made if it is not there."""
        from nats.js.api import RetentionPolicy, StorageType
        from nats.js.errors import NotFoundError

        name = self.source.stream
        try:
            info = await jetstream.stream_info(name)
        except NotFoundError:
            await jetstream.add_stream(name=name, subjects=[self.source.subject], storage=StorageType.FILE)
            info = await jetstream.stream_info(name)
        if info.config.retention != RetentionPolicy.LIMITS:
            raise Lost(
                f"stream {name} has retention {info.config.retention}, which drops what another has read; "
                "make it with retention limits"
            )
        return info

    def _position(self, info: StreamInfo, mark: str) -> int:
        """The last sequence that the book has of this stream; 0 if it is another of the same name.

        Reading from the beginning again does no harm: what the book has is repeated.
        """
        kept, _, born = mark.partition(" of ")
        position = int(kept or 0)
        self._born = info.created.isoformat() if info.created else ""
        if born != self._born or position > info.state.last_seq:
            position = 0
        elif info.state.first_seq > position + 1:
            self.state.missed += info.state.first_seq - position - 1
        return position

    # -- messages ----------------------------------------------------------------------------------

    async def _feed(
        self, client: Client, subscription: JetStreamContext.PullSubscription, position: int
    ) -> None:
        deliveries = 0
        while not client.is_closed:
            obey_cancellation()
            messages = await self._fetch(subscription)
            for message in messages:
                deliveries += 1
                if message.metadata.sequence.consumer != deliveries:
                    raise Lost("a message went astray on the way; asking for it again")
            for brought in self._commits(messages, position):
                position = brought[-1].sequence
                await self._take_in(client, brought)
            for message in messages:
                await message.ack()

    async def _fetch(self, subscription: JetStreamContext.PullSubscription) -> Sequence[Msg]:
        """The next messages; none if none came for a while."""
        from nats.errors import TimeoutError as Timeout

        bounds = self.settings
        try:
            messages = await subscription.fetch(1, bounds.fetch_s)
        except Timeout:
            self.state.lag = 0
            return ()
        if bounds.batch > 1 and messages[0].metadata.num_pending:
            with suppress(Timeout):
                messages += await subscription.fetch(bounds.batch - 1, bounds.gather_s)
        self.state.lag = messages[-1].metadata.num_pending
        return messages

    def _commits(self, messages: Sequence[Msg], position: int) -> Iterator[list[Brought]]:
        """What is new in messages, in portions for a commit; what the book has already is left out."""
        portion: list[Brought] = []
        documents = 0
        for message in messages:
            sequence = message.metadata.sequence.stream
            if sequence <= position:
                continue
            position = sequence
            portion.append(self._read(message, sequence))
            documents += len(portion[-1].documents)
            if documents >= self.settings.commit_documents:
                yield portion
                portion, documents = [], 0
        if portion:
            yield portion

    def _read(self, message: Msg, sequence: int) -> Brought:
        """One document, an array of them, or one a line."""
        stream = BytesIO(message.data)
        stream.name = f"{self.name}/{sequence}"  # what a refusal names as its source
        steps = list(read(stream, limits=self.limits))
        return Brought(
            message,
            sequence,
            [step.document for step in steps if step.document is not None],
            [step.refusal for step in steps if step.refusal is not None],
        )

    async def _take_in(self, client: Client, brought: Sequence[Brought]) -> None:
        """Into the book, in one commit with the position; then tell what became of it."""
        self.state.messages += len(brought)
        position = f"{brought[-1].sequence} of {self._born}"
        documents = [document for each in brought for document in each.documents]
        refusals = [refusal for each in brought for refusal in each.refusals]
        kept, results = await self._record(documents, refusals, (self.name, position))
        self.state.position = position
        unread, recorded = iter(kept), iter(results)
        for each in brought:
            told = [_told(None, next(unread)) for _ in each.refusals]
            told += [_told(document, next(recorded)) for document in each.documents]
            await self._answer(client, each.sequence, told)

    async def _answer(self, client: Client, sequence: int, told: Sequence[Told]) -> None:
        """Tell whoever listens. The book is what counts: what is lost on the way is not told again."""
        refused = [each for each in told if each.code not in (Code.POSTED, Code.REPEATED)]
        for name, answers in (("refused", refused), ("results", told if self.source.results else ())):
            if answers:
                body = msgspec.json.encode({"sequence": sequence, name: answers})
                await client.publish(f"{self.source.answers}.{name}", body)


class Told(Struct, frozen=True, omit_defaults=True):
    """What became of a document, or of what is none."""

    code: int
    entry: int
    issuer: str = ""
    number: str = ""
    version: int = 0
    pointer: str = ""
    message: str = ""


def _told(document: Document | None, result: Result) -> Told:
    name = (document.issuer, document.number, document.version) if document else ("", "", 0)
    return Told(int(result.code), result.entry, *name, result.pointer, result.message)


async def _quietly(fault: Exception) -> None:
    """A session that fails says so itself; the library need not print it too."""
