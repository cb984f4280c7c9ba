"""Subscribers are told: at every event or by their schedule, again until they have heard."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from sarai.goods import SaraiError
from sarai.server.epcis.asking import BadParameter
from sarai.server.epcis.conditions import Query
from sarai.server.epcis.documents import query_document
from sarai.server.epcis.events import EventStore, Stored
from sarai.server.epcis.queries import QueryStore, Subscription, read_query
from sarai.server.epcis.reading import encode
from sarai.server.epcis.refusing import EpcisProblem
from sarai.server.epcis.schedule import Schedule
from sarai.server.epcis.settings import EpcisSettings

if TYPE_CHECKING:
    import httpx

NAP_S = 3600.0  # the longest sleep of a schedule: clocks jump
TOO_LARGE = 413

logger = logging.getLogger("sarai.epcis")


class Batch(NamedTuple):
    """What there is to tell, and how far it reaches."""

    events: list[Stored]
    position: int
    too_many: int = 0


class Interest(Struct):
    """What somebody listens for, and how far it was told; ``batch`` shrinks where it is asked to.

    Attributes
    ----------
    schedule
        When to look; None: at every event.
    report_empty
        Whether a look that finds nothing is told.
    """

    query: Query
    position: int
    schedule: Schedule | None
    report_empty: bool
    batch: int


class Delivery:
    """Tells subscribers through webhooks, and lets others listen.

    Parameters
    ----------
    events, queries
        Where they are kept.
    now
        What time it is.
    """

    def __init__(
        self, events: EventStore, queries: QueryStore, settings: EpcisSettings, now: Callable[[], datetime]
    ) -> None:
        self._events, self._queries, self._settings, self._now = events, queries, settings, now
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wakes: set[asyncio.Event] = set()
        self._client: httpx.AsyncClient | None = None

    async def start(self) -> None:
        """Take up the subscriptions that there are."""
        import httpx

        self._client = httpx.AsyncClient(
            timeout=self._settings.delivery_s, follow_redirects=False, trust_env=False
        )  # fmt: skip
        for each in await asyncio.to_thread(self._queries.subscriptions):
            self.tell(each)

    async def stop(self) -> None:
        """Tell no more; each subscriber goes on where it was after the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def stir(self) -> None:
        """There are new events."""
        for wake in self._wakes:
            wake.set()

    def tell(self, subscription: Subscription) -> None:
        """Begin to tell a subscriber."""
        task = asyncio.create_task(self._tell(subscription), name=f"epcis subscription {subscription.id}")
        self._tasks[subscription.id] = task
        task.add_done_callback(lambda done: self._tasks.pop(subscription.id, None))

    def end(self, subscription_id: str) -> None:
        """Tell a subscriber no more."""
        task = self._tasks.pop(subscription_id, None)
        if task is not None:
            task.cancel()

    # -- what there is to tell ---------------------------------------------------------------------

    async def batches(self, interest: Interest) -> AsyncIterator[Batch]:
        """What is new to somebody, as it comes; what was yielded counts as told."""
        wake = asyncio.Event()
        wake.set()
        self._wakes.add(wake)
        try:
            while True:
                await self._wait(interest, wake)
                wake.clear()
                async for batch in self._look(interest):
                    yield batch
        finally:
            self._wakes.discard(wake)

    async def _wait(self, interest: Interest, wake: asyncio.Event) -> None:
        if interest.schedule is None:
            await wake.wait()
            return
        due = interest.schedule.next(self._now())
        while due is not None and (left := (due - self._now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, NAP_S))

    async def _look(self, interest: Interest) -> AsyncIterator[Batch]:
        """What is new now; nothing, if that need not be told."""
        top = await asyncio.to_thread(self._events.top)
        told = False
        if interest.query.most and interest.position < top:
            found = await asyncio.to_thread(self._count, interest)
            if found > interest.query.most:
                yield Batch([], top, found)
                interest.position = top
                return
        while interest.position < top:
            page, after = await asyncio.to_thread(self._page, interest)
            position = page[-1].seq if after else top
            if page:
                told = True
                yield Batch(page, position)
            interest.position = max(interest.position, position)
        if not told and interest.report_empty and interest.schedule is not None:
            yield Batch([], top)

    def _page(self, interest: Interest) -> tuple[list[Stored], Any]:
        query = Query(interest.query.conditions)
        return self._events.find(query, interest.batch, self._settings.page_bytes, since=interest.position)

    def _count(self, interest: Interest) -> int:
        return self._events.count(interest.query, interest.query.most, interest.position)

    # -- webhooks ----------------------------------------------------------------------------------

    async def _tell(self, subscription: Subscription) -> None:
        """Tell one subscriber for as long as it wants."""
        try:
            told = await asyncio.to_thread(self._queries.query, subscription.query)
            query = read_query(told, {}, self._settings.values)
            query = query.with_condition(*subscription.view.condition())
        except BadParameter as fault:
            logger.error("epcis: subscription %s: %s", subscription.id, fault)
            return
        interest = Interest(
            query, subscription.position, subscription.schedule(),
            subscription.body.get("reportIfEmpty", False), self._settings.batch_events,
        )  # fmt: skip
        while True:
            try:
                async for batch in self.batches(interest):
                    await self._deliver(subscription, interest, batch)
                    await asyncio.to_thread(
                        self._queries.move_on, subscription.id, batch.position, self._now(), True
                    )
            except SaraiError as fault:
                logger.warning("epcis: subscription %s: %s", subscription.id, fault)
                await asyncio.sleep(self._settings.retry_most_s)

    async def _deliver(self, subscription: Subscription, interest: Interest, batch: Batch) -> None:
        """Send a batch until it is taken; in parts, where the subscriber asks for less at once."""
        waiting, pause = batch.events, self._settings.retry_s
        first = True
        while waiting or first:
            part = waiting[: interest.batch]
            status = await self._send(subscription, self._body(subscription, batch, part))
            if 200 <= status < 300:
                first, waiting, pause = False, waiting[len(part) :], self._settings.retry_s
            elif status == TOO_LARGE and len(part) > 1:
                interest.batch = max(1, len(part) // 2)
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, self._settings.retry_most_s)

    def _body(self, subscription: Subscription, batch: Batch, part: list[Stored]) -> bytes:
        if batch.too_many:
            return encode(
                EpcisProblem(
                    413, "QueryTooLargeException", "Query result is too large",
                    f"query {subscription.query} finds more than its maxEventCount",
                    subscriptionID=subscription.id,
                ).body()
            )  # fmt: skip
        return encode(query_document(part, subscription.query, self._now(), subscription=subscription.id))

    async def _send(self, subscription: Subscription, body: bytes) -> int:
        """The status that the subscriber answers; 0 if it cannot be reached."""
        import httpx

        headers = {
            "Content-Type": "application/json",
            "GS1-EPCIS-Version": "2.0.0",
            "GS1-CBV-Version": "2.0.0",
        }
        token = subscription.body.get("signatureToken", "")
        if token:
            headers["GS1-Signature"] = "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
        assert self._client is not None
        try:
            answer = await self._client.post(subscription.body["dest"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            logger.info("epcis: subscription %s: %s", subscription.id, fault)
            return 0
        return answer.status_code
