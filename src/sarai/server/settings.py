"""Every bound of the server, with its reason."""

from __future__ import annotations

from msgspec import Struct


class ServerSettings(Struct, frozen=True, kw_only=True):
    """Bounds and habits of a server.

    Attributes
    ----------
    mode
        In which documents are recorded that do not say: ``observe``, for a state must see what traders
        do, also where it does not add up.
    request_bytes
        The most that a request may bring: an hour of a large post. More comes in several.
    queue_lines
        Goods lines that may wait to be recorded; beyond them a client is asked to wait (503).
    batch_lines
        Goods lines that are recorded in one commit; larger ones are no faster.
    page, page_most
        Rows of an answer, by default and at most.
    readers
        Threads that answer questions; each waits for the store most of the time.
    subscribers, behind
        How many may listen to the stream, and how many items one may lag before it is sent away, to come
        again from where it was.
    remember_s
        How often the watch writes down what it remembers; after a crash it judges so much again. A large
        memory, which takes a second to write, is written less often.
    tick_s
        How often the watch is told the time, when nothing comes in.
    goods_s
        How old what the desk knows of where goods are may be; for an officer's own step it is read anew.
        With a few thousand cases that takes some milliseconds, and every open page asks.
    drain_s
        How long a stopping server waits for what was handed in.
    flows_memory_mb
        What a question to trade statistics may hold in memory; more goes to files beside the book. The
        desk needs about half a gigabyte itself, and one question is worked out at a time.
    flows_threads
        How many threads such a question uses: one processor is left to the desk on a machine of two.
    flows_s
        How long it may take; whoever asks looks at a page that waits.
    corridors_s
        How long a question to the network may take, and how long it may wait for its turn: one is worked
        out at a time, most in two seconds.
    minerals_s
        How long a question about raw materials may take, and wait: plans solve several programs.
    standing_s
        How long a question of standing may take, and wait: most take a second, the game's program more.
    """

    mode: str = "observe"
    request_bytes: int = 256 * 2**20
    queue_lines: int = 50_000
    batch_lines: int = 2_000
    page: int = 100
    page_most: int = 1_000
    readers: int = 8
    subscribers: int = 500
    behind: int = 1_000
    remember_s: float = 60.0
    tick_s: float = 5.0
    goods_s: float = 1.0
    drain_s: float = 30.0
    flows_memory_mb: int = 1_024
    flows_threads: int = 1
    flows_s: float = 60.0
    corridors_s: float = 30.0
    minerals_s: float = 60.0
    standing_s: float = 30.0
