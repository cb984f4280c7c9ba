"""Every bound of the streams, with its reason."""

from __future__ import annotations

from msgspec import Struct


class StreamSettings(Struct, frozen=True, kw_only=True):
    """Bounds of what reads from brokers; seconds where the name ends in ``_s``.

    Attributes
    ----------
    batch
        Messages that are taken at once; a broker may not send more before they are acknowledged, so that
        is also what comes again after a crash.
    commit_documents
        Documents after which a commit is closed, be the batch done or not; larger ones are no faster.
    gather_s
        How long a batch waits for more messages once it has one: what a message may lose for company.
    fetch_s
        How long one request for messages stands; a broker that is gone is noticed after it at the latest.
    ack_wait_s
        After which a broker sends a message again that was not acknowledged; a commit takes well under it.
    timeout_s
        For any answer of a broker.
    backoff_s, backoff_most_s
        The first pause after a failure, and the longest; each is twice the one before.
    session_s
        How long a broker keeps what comes for a server that is away: a long weekend.
    keepalive_s
        After which a silent connection counts as lost.
    message_bytes
        The most that one message may hold; NATS allows 1 MiB unless told otherwise.
    """

    batch: int = 100
    commit_documents: int = 2_000
    gather_s: float = 0.05
    fetch_s: float = 2.0
    ack_wait_s: float = 60.0
    timeout_s: float = 10.0
    backoff_s: float = 0.25
    backoff_most_s: float = 30.0
    session_s: int = 4 * 86_400
    keepalive_s: int = 30
    message_bytes: int = 8 * 2**20


class WhereaboutsSettings(Struct, frozen=True, kw_only=True):
    """Bounds of what is remembered of consignments; some 10 kB each at most, under 1 kB as a rule.

    Attributes
    ----------
    open
        Consignments under way: 5,000 move at a time; papers that are lost leave others open for ever.
    ended
        That have ended: days' worth, for officers who look back and papers that are corrected.
    positions
        Of each seal, the latest: two days at a quarter of an hour.
    words
        Of each seal, the latest of what is no position: one that alarms more often is broken.
    seals
        Of each consignment; a document names no more.
    track
        Points that are told of a consignment, the latest: what a map can show.
    block
        Entries that are read before others get a turn.
    on_way_least
        Share of the way, in per cent, before which no time of arrival is guessed from it.
    """

    open: int = 50_000
    ended: int = 15_000
    positions: int = 200
    words: int = 50
    seals: int = 100
    track: int = 500
    block: int = 4_000
    on_way_least: int = 5
