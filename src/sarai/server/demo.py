"""A state that is played: a simulated month, of which the last days come in as one watches.

Time is the simulation's: it goes on at a chosen speed, and may be stopped. The play begins a little
before goods that were declared for here are sent elsewhere, so that one can stop them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from msgspec import convert

from sarai.goods import Diversion, Document, DocumentRef, SaraiError, SealEvent, Waybill
from sarai.simulation import SCHEMES, Event, Scenario, Simulation
from sarai.watch.register import Firm, Register

if TYPE_CHECKING:
    from sarai.server.house import House
    from sarai.server.streams import Fleet

ORIGIN = "demo.example/book"
AUTHORITY = "customs:KZ"
HOME = "KZ"
ALARMS = ("removed", "broken", "silent", "off_route")
SPEED = 600.0  # seconds of the state in one of ours: a day in two and a half minutes
LEAD_S = 30.0  # of ours, from the beginning of the play to the first diversion
WARM_DAYS = 12  # of trade at least before the play begins: else nothing is known to be usual
AT_ONCE = 1_000  # documents handed in together before the play begins
LOOK_S = 0.2  # between two looks at the clock
SCHEMES_PLAYED = {**dict.fromkeys(SCHEMES, 5), "false_transit": 20}  # to 1,000 traders: some of each kind


class Cast(NamedTuple):
    """Parties of a state that is played, for which a trader and a carrier sign in."""

    trader: str
    carrier: str


class PlayClock:
    """A clock that runs faster than ours, from a given time on.

    Parameters
    ----------
    begin
        Its first time.
    speed
        Seconds of it in one of ours; 0 stops it.
    tick
        Our monotonic clock, in seconds.
    """

    def __init__(self, begin: datetime, speed: float, tick: Callable[[], float] = monotonic) -> None:
        self._time, self._speed, self._tick = begin, 0.0, tick
        self._since = tick()
        self._lock = Lock()
        self.speed = speed

    def __call__(self) -> datetime:
        """What time it is."""
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        return self._time + timedelta(seconds=(self._tick() - self._since) * self._speed)

    @property
    def speed(self) -> float:
        """Seconds of it in one of ours."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """Go on at another speed from here."""
        with self._lock:
            self._time, self._since = self._now(), self._tick()
            self._speed = max(0.0, speed)


class Play:
    """A simulated state, cut into what was before and what comes.

    Attributes
    ----------
    begin
        When the play begins, in the state's time.
    """

    def __init__(self, traders: int, days: int, seed: int, speed: float = SPEED) -> None:
        scenario = Scenario(traders=traders, days=days, schemes=SCHEMES_PLAYED)
        simulation = Simulation(scenario, seed)
        self.events: list[Event] = list(simulation)
        self.register = Register(convert(firm, Firm) for firm in simulation.register())
        self.seed, self.speed = seed, speed
        self.begin = self._begin(scenario)
        self.clock = PlayClock(self.begin, 0.0)

    def _begin(self, scenario: Scenario) -> datetime:
        """A little before the first sign, late enough, that a transit goes astray."""
        first = self.events[0].record_time + timedelta(days=min(WARM_DAYS, scenario.days / 2))
        lead = timedelta(seconds=LEAD_S * self.speed)
        documents = [event.document for event in self.events]
        astray = {document.consignment for document in documents if _leads_abroad(document)}
        signs = (event.record_time for event in self.events if _is_sign(event.document, astray))
        return next((time for time in signs if time - lead >= first), first + lead) - lead

    @property
    def cast(self) -> Cast:
        """Who sends most waybills in what comes, and who carries most."""
        waybills = [event.document for event in self.after() if isinstance(event.document, Waybill)]
        senders = Counter(each.consignor.id for each in waybills)
        carriers = Counter(each.carrier.id for each in waybills if each.carrier)
        (trader, _), (carrier, _) = senders.most_common(1)[0], carriers.most_common(1)[0]
        return Cast(trader, carrier)

    def before(self) -> Iterable[tuple[datetime, Sequence[Event]]]:
        """What was recorded before the play, by and by: when it was known last, and the events."""
        some: list[Event] = []
        for event in self.events:
            if event.record_time >= self.begin:
                break
            if len(some) >= AT_ONCE and event.record_time != some[-1].record_time:
                yield some[-1].record_time, some
                some = []
            some.append(event)
        if some:
            yield some[-1].record_time, some

    def after(self) -> list[Event]:
        """What comes."""
        return [event for event in self.events if event.record_time >= self.begin]


def _leads_abroad(document: Document) -> TypeGuard[Diversion]:
    return isinstance(document, Diversion) and document.destination_country not in ("", HOME)


def _is_sign(document: Document, astray: Container[DocumentRef]) -> bool:
    """Whether it shows that one of these consignments is not where it should be."""
    alarmed = isinstance(document, SealEvent) and document.event in ALARMS and document.consignment in astray
    return alarmed or _leads_abroad(document)


class Player:
    """A thread that hands in what comes, when its time has come.

    Parameters
    ----------
    events
        In order of record.
    hand_in
        Records documents, and returns when that is done.

    Attributes
    ----------
    done
        How many of the events were handed in.
    fleet
        Seals that ride along what is handed in, for whoever lets them speak.
    """

    def __init__(
        self, events: Sequence[Event], clock: PlayClock, speed: float, hand_in: Callable[[list], object]
    ) -> None:
        self._events, self._clock, self._speed, self._hand_in = events, clock, speed, hand_in
        self._stopping = Signal()
        self.done, self.fault = 0, ""
        self.fleet: Fleet | None = None
        self._thread = Thread(target=self._run, name="player", daemon=True)

    @property
    def clock(self) -> PlayClock:
        """The state's clock, whose speed may be set."""
        return self._clock

    def since(self, count: int) -> list[Document]:
        """The documents that were handed in after the first so many."""
        return [event.document for event in self._events[count : self.done]]

    def start(self) -> None:
        """Begin: the clock goes on from where the play begins."""
        self._clock.speed = self._speed
        self._thread.start()

    def stop(self) -> None:
        """Hand in nothing more."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to come."""
        return self.done == len(self._events)

    def _run(self) -> None:
        while not self.is_over and not self._stopping.wait(LOOK_S):
            now, end = self._clock(), self.done
            while end < len(self._events) and self._events[end].record_time <= now:
                end += 1
            if end > self.done:
                try:
                    self._hand_in([event.document for event in self._events[self.done : end]])
                except SaraiError as fault:
                    self.fault = str(fault)
                    continue
                self.done, self.fault = end, ""


def play(state: Play, directory: Path, **studied: Any) -> House:
    """A house over a new book with what was before; it plays once it is open. ``studied`` are data of it."""
    from sarai.ledger import Settings, SigningKey, open_book
    from sarai.server.demo_seals import fleet_of
    from sarai.server.house import House
    from sarai.watch import Given

    directory.mkdir(parents=True, exist_ok=True)
    ledger = str(directory / "book.db")
    with open_book(ledger, Settings(origin=ORIGIN, authorities=(AUTHORITY,))) as book:
        for now, events in state.before():
            book.record([event.document for event in events], now, "observe", checked=True)
            book.expire(now)
    house = House(
        ledger, directory, given=Given(register=state.register), clock=state.clock, demo=state.cast,
        **studied,
    )  # fmt: skip
    house.keys = (SigningKey.generate(ORIGIN),)
    house.player = Player(
        state.after(),
        state.clock,
        state.speed,
        lambda documents: house.record_soon(documents, checked=True).result(),
    )
    house.player.fleet = fleet_of(state.events, state.begin, state.seed, state.speed)
    return house
