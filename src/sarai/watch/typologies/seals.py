"""What seals tell: off the way, silent, broken; and papers that say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from sarai.goods import Arrival, Exit, SealEvent
from sarai.ledger.rows import from_us
from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.transits import FAR
from sarai.watch.memory.underway import ODD, Told, Underway, begin, told
from sarai.watch.memory.ways import Astray
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.seen import DAY_US, DUE, HOUR_US, Seen, name_of
from sarai.watch.typologies.consignments import consignment_name, finding, weight
from sarai.watch.typology import Parameters, Typology

REPORTS = {
    "off_route": phrase("that it left its route"),
    "silent": phrase("a loss of signal"),
    "broken": phrase("that it was broken"),
    "position": phrase("its position"),
    "applied": phrase("that it was applied"),
    "removed": phrase("that it was removed"),
}


def _trust(memory: Memory, event: str, given: Parameters) -> float:
    """What a seal's word is worth: less where such words are often harmless."""
    return given["where_often_harmless"] if memory.transits.share(event) > given["often"] else 1.0


LONG_SILENT = "has not been heard from for {hours:.0f} hours; nearly all are within {bound_h:.0f}"
OFF_THE_WAY = ", {off_km:.0f} km off the way; on this way {bound_km:.0f} km would be far"
TOO_FAST = ", {km:.0f} km away, which takes {kmh:.0f} km/h (hardly any do {bound_kmh:.0f})"


def at(word: Told | SealEvent) -> str | Phrase:
    """In words: where a seal told something."""
    return phrase("at {place}", place=word.place) if word.place else ""


def unfit(astray: Astray) -> str | Phrase:
    """In words: how that does not fit."""
    if astray.country:
        return phrase(", in {country}, which is not on the way", country=astray.country)
    if astray.off_km:
        return phrase(OFF_THE_WAY, off_km=astray.off_km, bound_km=astray.bound_km)
    return ""


def off_route(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """The seal says that it is off its route, or tells from where its way does not lead."""
    document = seen.document
    if isinstance(document, SealEvent):
        name = consignment_name(document)
        underway, words = memory.transits.known(document), [told(seen, document)]
    elif not seen.former and name_of(document) in memory.transits.early:
        name, underway = name_of(document), begin(seen, document)
        words = memory.transits.early[name].told
    else:
        return
    for word in words if underway is not None else ():
        yield from _off_route(memory, name, underway, word, given)


def _off_route(
    memory: Memory, name: str, underway: Underway, word: Told, given: Parameters
) -> Iterator[Finding]:
    astray = memory.transits.ways.astray(underway, word, word.point)
    worth = _trust(memory, "off_route", given) if word.event == "off_route" else 0.0
    called = given["both"] if word.event in ODD else 0.0
    if astray.country:
        worth = max(worth, 1.0) + called
    elif astray.off_km and word.event != "removed":  # that is seal-broken's to tell
        worth = max(worth, given["far"] * _trust(memory, FAR, given)) + called / 2
    if not worth:
        return
    yield finding(
        name,
        underway,
        {
            "report": REPORTS[word.event],
            "at": at(word),
            "unfit": unfit(astray),
            "time": from_us(word.time),
            "country": astray.country,
            "off_km": round(astray.off_km),
            "bound_km": round(astray.bound_km),
        },
        subject=f"{name} {'far' if astray else 'word'}",
        parties=underway.parties(),
        entries=(word.entry,),
        strength=worth * weight(underway, given),
    )


def silent(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """The seal says that it lost its signal, or has been silent longer than seals are."""
    if seen.kind == DUE:
        yield from _long_silent(seen, memory, given)
        return
    document: SealEvent = seen.document
    underway = memory.transits.known(document) if document.event == "silent" else None
    if underway is None:
        return
    name, how = consignment_name(document), phrase("has lost its signal{at: }", at=at(document))
    yield finding(
        name,
        underway,
        {"how": how, "time": from_us(seen.time), "hours": 0.0, "bound_h": 0.0},
        subject=f"{name} word",
        strength=weight(underway, given) * _trust(memory, "silent", given),
    )


def _long_silent(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Looked at again until the deadline, from when on the transit is overdue anyhow."""
    what, _, name = seen.reference.partition(" ")
    underway = memory.transits.open.get(name) if what == "silence" else None
    if underway is None or seen.time > underway.deadline or underway.seized:
        return
    usual = memory.transits.silent_hours.of(underway.route, given["least_seen"])
    if usual is None or (underway.last is not None and underway.last.event == "removed"):
        memory.due.set(seen.time + DAY_US, seen.reference)
        return
    bound_h = max(given["least_h"], given["beyond"] * usual.quantile(given["quantile"]))
    wanted = underway.heard + int(bound_h * HOUR_US)
    if seen.time < wanted:
        memory.due.set(wanted, seen.reference)
        return
    hours = (seen.time - underway.heard) / HOUR_US
    yield finding(
        name,
        underway,
        {
            "how": phrase(LONG_SILENT, hours=hours, bound_h=bound_h),
            "time": from_us(underway.heard),
            "hours": round(hours, 1),
            "bound_h": round(bound_h, 1),
        },
        subject=f"{name} hours",
        strength=given["hours"] * weight(underway, given),
    )


def broken(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """The seal was broken, or taken off where the way does not end."""
    document: SealEvent = seen.document
    underway = memory.transits.known(document) if document.event in ("broken", "removed") else None
    if underway is None:
        return
    early = document.event == "removed"
    ends = (underway.destination, underway.meant, underway.ended_at or underway.destination)
    if early and (not document.place or document.place in ends):
        return
    name, place = consignment_name(document), at(document)
    yield finding(
        name,
        underway,
        {
            "what": phrase("was removed{at: }, where the way does not end", at=place)
            if early
            else phrase("was broken{at: }", at=place),
            "time": from_us(seen.time),
        },
        subject=f"{name} {document.event}",
        parties=() if early else underway.parties(),
        strength=weight(underway, given) * (given["removed"] if early else _trust(memory, "broken", given)),
    )


def against_seal(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Paper says that goods came to a place to which their seal, by its last word, did not."""
    document: Arrival | Exit | SealEvent = seen.document
    underway = memory.transits.known(document)
    if underway is None:
        return
    if isinstance(document, SealEvent):
        word, time, place = told(seen, document), underway.ended, underway.ended_at
        if not time or word.time > time or (underway.last and underway.last.time > word.time):
            return
    else:
        time, place = seen.time, document.place
        word = next((each for each in reversed(underway.told) if each.time <= time), None)
    if word is None or (word.event == "removed" and word.place in ("", place)):
        return
    told_at, how, worth = _contradiction(memory, underway, word, place, time, given)
    if not worth:
        return
    name = consignment_name(document)
    yield finding(
        name,
        underway,
        {
            "end": place,
            "ended": from_us(time),
            "said": from_us(word.time),
            "hours": round((time - word.time) / HOUR_US, 1),
            "report": REPORTS[word.event],
            "at": told_at,
            "unfit": how,
        },
        parties=underway.parties() if worth >= 1 else (),
        entries=(word.entry,),
        strength=worth * weight(underway, given),
    )


def _contradiction(
    memory: Memory, underway: Underway, word: Told, place: str, time: int, given: Parameters
) -> tuple[str | Phrase, str | Phrase, float]:
    """How a seal's last word does not fit the end: where it was, how that is odd, and what that is worth."""
    ways = memory.transits.ways
    astray = ways.astray(underway, word, word.point)
    if astray or word.event == "off_route":
        event = FAR if astray.off_km else word.event
        return at(word), unfit(astray), 1.0 if astray.country else _trust(memory, event, given)
    dash = ways.dash(word, place, time)
    if dash is not None:
        bound_kmh = max(given["least_kmh"], given["beyond"] * ways.speed_kmh.quantile(given["quantile"]))
        if dash.km > given["least_km"] and dash.kmh > bound_kmh:
            how = phrase(TOO_FAST, km=dash.km, kmh=dash.kmh, bound_kmh=bound_kmh)
            return "", how, given["too_fast"]
    return "", "", 0.0


SOURCE = "EEC Board decision 138 (2023) on navigation seals; Revised Kyoto Convention, specific annex E1"

ROWS = (
    Typology(
        name="off-route",
        title="Off its way",
        source=SOURCE + "; OCCRP, February 2024",
        needs=("transits", "seals"),
        on=("seal_event", "transit"),
        judge=off_route,
        points=2.0,
        # Alone it is an alert where priority goods leave their route, or a seal that calls tells from a
        # country that is not on the way. A position alone (0.75) may be a fault of reception; where seals
        # often cry wolf (more than 5 of 1,000 that go on all right) the word is worth half.
        parameters={
            "of_priority_goods": 1.5, "often": 0.005, "where_often_harmless": 0.5, "both": 0.5, "far": 0.75,
        },
        text=(
            "The seal of transit {consignment} ({goods:; }; from {place} to {destination}) reported "
            "{report}{at: }{unfit}, on {time:%d %B %Y, %H:%M} UTC."
        ),
        advice="Call the carrier; let the next post or patrol stop the vehicle and look at seal and goods.",
    ),
    Typology(
        name="seal-silent",
        title="Seal silent",
        source=SOURCE,
        needs=("transits", "seals"),
        on=("seal_event", DUE),
        judge=silent,
        points=1.0,
        # Valleys and flat batteries silence honest seals: alone it is never an alert. Silence by the clock is
        # worth half: whoever is late is silent for longer, and late will be told apart.
        parameters={
            "of_priority_goods": 1.5, "often": 0.005, "where_often_harmless": 0.5,
            "hours": 0.5, "least_h": 24.0, "beyond": 1.5, "quantile": 0.98, "least_seen": 40,
        },
        text=(
            "The seal of transit {consignment} ({goods:; }; from {place} to {destination}) {how}; "
            "last word {time:%d %B %Y, %H:%M} UTC."
        ),
        advice="Ask the carrier where the vehicle is; look at the seal at the next post.",
    ),
    Typology(
        name="seal-broken",
        title="Seal broken",
        source=SOURCE,
        needs=("transits", "seals"),
        on=("seal_event",),
        judge=broken,
        points=2.0,
        # Accidents break seals too, and are reported; so alone it is an alert for priority goods only.
        parameters={
            "of_priority_goods": 1.5, "often": 0.005, "where_often_harmless": 0.5, "removed": 0.5,
        },
        text=(
            "The seal of transit {consignment} ({goods:; }; from {place} to {destination}) {what}, "
            "on {time:%d %B %Y, %H:%M} UTC."
        ),
        advice="Stop the vehicle; count the goods against the transit declaration; seal it again.",
    ),
    Typology(
        name="arrived-against-seal",
        title="On paper where the seal was not",
        source="OCCRP, February 2024; Financial Times, May 2023",
        needs=("transits", "seals"),
        on=("arrival", "exit", "seal_event"),
        judge=against_seal,
        points=2.0,
        # No lorry or train keeps 120 km/h as the crow flies; positions may be some kilometres wrong.
        parameters={
            "of_priority_goods": 1.5, "often": 0.005, "where_often_harmless": 0.5, "too_fast": 1.0,
            "least_kmh": 120.0, "least_km": 100.0, "beyond": 1.5, "quantile": 0.98,
        },
        text=(
            "Transit {consignment} ({goods:; }) ended at {end} on {ended:%d %B %Y, %H:%M} UTC on paper; "
            "{hours} hours before, its seal had last reported {report}{at: }{unfit}."
        ),
        advice="See the goods where the paper has them; ask who signed; hold what was cleared from them.",
    ),
)  # fmt: skip
