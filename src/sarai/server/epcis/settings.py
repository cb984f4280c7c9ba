"""Every bound of the EPCIS part, with its reason."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

EpcFormat = Literal["No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"]


class EpcisSettings(Struct, frozen=True, kw_only=True):
    """Bounds and habits of the capture and query interface.

    Attributes
    ----------
    body_bytes
        The most that a capture may bring; the whole of it is in memory while it is checked.
    capture_events
        Events of one capture: one commit, and one turn at the book, for all of them.
    event_bytes
        One event. A day's readings of a reefer's sensors take a tenth of it.
    depth
        How deep objects and arrays may lie in each other; GS1's deepest example has 14.
    exponent
        The most a power of ten may be in a number; beyond it a few characters would stand for
        gigabytes of digits.
    text_chars
        One text or identifier. Longer than any key of GS1; documents of their own do not belong in it.
    flaws
        How many faults of one document are told; who sees a hundred starts over.
    running_jobs
        Captures that may wait to be carried out; beyond them a client is asked to come again (503).
    jobs_kept
        Capture jobs that can be asked for; the oldest give way.
    url_bytes
        A request's path and query; servers and proxies cut at about this (414). More goes into a named query.
    values
        Values of one query parameter: SQLite takes 32,766 in one statement.
    per_page, per_page_most
        Resources of a page, by default (the standard's 30) and at most.
    page_bytes
        The most that the events of one page may take together; a page is cut short before it.
    token_s
        How long a page's token is good: longer than anybody takes to turn a page.
    tokens_given_up
        Tokens of which it is remembered that they were given up.
    named_queries, subscriptions
        How many there may be. Every captured event is held against every streaming subscription.
    batch_events
        Events in one delivery to a subscriber; halved where it answers 413.
    delivery_s
        How long a subscriber may take to answer.
    retry_s, retry_most_s
        The pause after a failed delivery; it doubles up to the most.
    callback_hosts
        Hosts that a subscription may name. Only this machine, unless the house says otherwise: who
        may subscribe must not be able to make the server ask any address it can reach.
    sockets
        How many may listen through WebSockets at once.
    answer_days
        Days until a consignee must have answered for a waybill made of an event that states no deadline.
    epc_format
        How identifiers come back where the client does not say (`GS1-EPC-Format`). As they were captured,
        so that what was handed in comes back equal.
    """

    body_bytes: int = 32 * 2**20
    capture_events: int = 10_000
    event_bytes: int = 2**20
    depth: int = 64
    exponent: int = 300
    text_chars: int = 16_384
    flaws: int = 100
    running_jobs: int = 64
    jobs_kept: int = 100_000
    url_bytes: int = 8_000
    values: int = 1_000
    per_page: int = 30
    per_page_most: int = 1_000
    page_bytes: int = 32 * 2**20
    token_s: int = 24 * 3600
    tokens_given_up: int = 10_000
    named_queries: int = 1_000
    subscriptions: int = 1_000
    batch_events: int = 100
    delivery_s: float = 10.0
    retry_s: float = 1.0
    retry_most_s: float = 300.0
    callback_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    sockets: int = 100
    answer_days: int = 20
    epc_format: EpcFormat = "Never_Translates"
