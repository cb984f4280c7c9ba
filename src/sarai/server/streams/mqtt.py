"""Seals and gates over MQTT 5: each word has its effect once.

Words come with QoS 1 in a session that outlives connections. The broker keeps a word until it is
acknowledged, and it is acknowledged when the book has it: so none is lost, and one may come twice. A word
is told apart by its device and counter, so twice is once. There is no position to keep: over all devices
a broker has no order that one could go on from.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sarai.goods import Code, Refusal, SaraiError, SealEvent
from sarai.ledger import Result
from sarai.server.streams.devices import GATES, SEALS, ConsignmentOf, hear
from sarai.server.streams.feeder import Feeder, Keeper, Lost, obey_cancellation
from sarai.server.streams.settings import StreamSettings

if TYPE_CHECKING:
    from aiomqtt import Client, Message

LEAST_FAILURE = 0x80  # MQTT 5, 2.4: reason codes from here on are errors


class MqttSource(Struct, frozen=True, kw_only=True):
    """Where seals and gates are heard.

    Attributes
    ----------
    identifier
        Of our session; two servers with the same one push each other out.
    tls
        Whether to speak TLS, trusting whom the system trusts, or ``authority`` (path of a certificate).
    """

    host: str = "127.0.0.1"
    port: int = 1883
    identifier: str = "sarai"
    user: str = ""
    password: str = ""
    tls: bool = False
    authority: str = ""

    def __repr__(self) -> str:
        return f"MqttSource({self.host}:{self.port})"  # no log shall have the password


class MqttFeeder(Feeder):
    """Reads what seals and gates say into the book.

    Parameters
    ----------
    consignment_of
        Asked for the consignment of a seal that does not say it.
    catch_up
        Awaited before that, so that what was recorded before a word came is known.
    """

    def __init__(
        self,
        house: Keeper,
        source: MqttSource,
        settings: StreamSettings | None = None,
        mode: str | None = None,
        *,
        consignment_of: ConsignmentOf | None = None,
        catch_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        from aiomqtt import MqttError  # aiomqtt costs 50 ms

        super().__init__(house, settings, mode)
        self.source, self.name = source, f"mqtt:{source.identifier}"
        self.consignment_of, self.catch_up = consignment_of, catch_up
        self.faults = (*Feeder.faults, MqttError, SaraiError)

    async def _session(self) -> None:
        async with mqtt_client(self.source, self.settings) as client:
            for answer in await client.subscribe([(SEALS, _at_least_once()), (GATES, _at_least_once())]):
                if answer.value >= LEAST_FAILURE:
                    raise Lost(f"the broker refused the subscription: {answer}; look at its access list")
            self._connected()
            while True:
                obey_cancellation()
                await self._take_in(client, await self._next(client))

    async def _next(self, client: Client) -> list[Message]:
        """What has come; waits for the first."""
        messages = [await anext(client.messages)]
        while len(messages) < self.settings.batch and len(client.messages):
            messages.append(await anext(client.messages))
        return messages

    async def _take_in(self, client: Client, messages: Sequence[Message]) -> None:
        """Into the book in one commit, then acknowledge."""
        self.state.messages += len(messages)
        if self.catch_up is not None:
            await self.catch_up()
        heard = [hear(str(each.topic), bytes(each.payload), self.consignment_of) for each in messages]
        refusals = [each for each in heard if isinstance(each, Refusal)]
        kept, results = await self._record([each for each in heard if isinstance(each, SealEvent)], refusals)
        self.state.lag = len(client.messages)
        unread, recorded = iter(kept), iter(results)
        for message, each in zip(messages, heard, strict=True):
            result = next(unread if isinstance(each, Refusal) else recorded)
            if result.code not in (Code.POSTED, Code.REPEATED):
                await self._tell_refused(client, message, result)
            client._client.ack(message.mid, message.qos)

    async def _tell_refused(self, client: Client, message: Message, result: Result) -> None:
        told = {
            "code": result.code,
            "entry": result.entry,
            "pointer": result.pointer,
            "message": result.message,
        }
        await client.publish(f"{message.topic}/refused", msgspec.json.encode(told), qos=0)


def mqtt_client(source: MqttSource, bounds: StreamSettings, *, hears: bool = True) -> Client:
    """A connection to a broker, to be entered.

    Parameters
    ----------
    hears
        Whether words are waited for, also while it is away; else it only speaks.
    """
    import aiomqtt
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    wishes = Properties(PacketTypes.CONNECT)
    if hears:
        wishes.SessionExpiryInterval = bounds.session_s
        wishes.ReceiveMaximum = bounds.batch
    client = aiomqtt.Client(
        source.host, source.port, identifier=source.identifier, protocol=aiomqtt.ProtocolVersion.V5,
        username=source.user or None, password=source.password or None, clean_start=not hears,
        properties=wishes, timeout=bounds.timeout_s, keepalive=bounds.keepalive_s,
        tls_params=aiomqtt.TLSParameters(ca_certs=source.authority or None) if source.tls else None,
    )  # fmt: skip
    client._client.manual_ack_set(hears)  # aiomqtt does not hand it through
    return client


def _at_least_once() -> object:
    from paho.mqtt.subscribeoptions import SubscribeOptions

    return SubscribeOptions(qos=1)
