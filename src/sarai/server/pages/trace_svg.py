"""A graph of a trace as SVG that a page can bring to life: all of it can be chosen, and says what it is.

Texts come from traders; each is escaped, and what cannot be seen in it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from sarai.ledger import Account, LotName
from sarai.server.pages.trace_asked import ByMethod, Traced, by_method, largest
from sarai.server.pages.trace_graph import REST, Graph, Ribbon
from sarai.server.words import Words
from sarai.telling import picture
from sarai.telling.html import shown
from sarai.telling.layers import Key, ties
from sarai.telling.picture import BOX_W, LABEL_CHARS, MARGIN, NAME_CHARS, TITLE_H, Place

ROUND = 6  # corners of a box


class Drawn(Struct, frozen=True, kw_only=True):
    """A picture, and what a page needs to let time run in it.

    Attributes
    ----------
    svg
        Ribbons have the ids ``r0``, ``r1`` ... in the order of the graph's, boxes ``b0``, ``b1`` ...
    course
        Of each ribbon: when goods set off and came (minutes since 1970), and how much each time.
    begin, end
        The first and the last time in it.
    """

    svg: str
    width: int
    height: int
    course: list[dict[str, Any]]
    begin: datetime
    end: datetime


def draw(found: Traced, words: Words) -> Drawn:
    """Draw the answer to a trace."""
    graph = found.graph
    places = picture.places_of(graph)  # type: ignore[arg-type]
    width = max((place.x for place in places.values()), default=0.0) + BOX_W + MARGIN
    bottom = max((place.y + place.height for place in places.values()), default=MARGIN + TITLE_H)
    said = by_method(found.ends) if found.up else {}  # type: ignore[arg-type]
    parts = list(_ribbons(graph, places, said, words))
    parts += [_box(number, key, graph, places[key], words) for number, key in enumerate(graph.boxes)]
    top = TITLE_H - MARGIN / 2
    size = round(max(width, 320)), round(bottom + MARGIN - top)
    times = [time for ribbon in graph.ribbons for each in ribbon.moved for time in (each.sent, each.time)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {top:.0f} {size[0]} {size[1]}" '
        f'role="group" aria-label={_attribute(heading(found, words))}>{"".join(parts)}</svg>'
    )
    return Drawn(
        svg=svg, width=size[0], height=size[1], course=_course(graph, words),
        begin=min(times), end=max(times),
    )  # fmt: skip


def heading(found: Traced, words: Words) -> str:
    """What the picture shows."""
    name = shown(found.asked.name)
    return f"{words('Where it came from') if found.up else words('Where it went')}: {name}"


# -- ribbons ---------------------------------------------------------------------------------------


def _ribbons(
    graph: Graph, places: Mapping[Key, Place], said: Mapping[LotName, ByMethod], words: Words
) -> Iterator[str]:
    """The ribbons, then all their labels, so that no label lies under a ribbon."""
    widest = picture.widest_of(graph.ribbons)  # type: ignore[arg-type]
    heights = iter(picture.slots_of(ties(graph.ribbons), dict(places)))  # type: ignore[arg-type]
    labels = []
    for number, ribbon in enumerate(graph.ribbons):
        thickness = picture.thickness_of(ribbon, widest)  # type: ignore[arg-type]
        line, middle = _line(ribbon, places, heights)
        lines = ribbon_lines(ribbon, said, words)
        spoken = f"{lines[0]}, {lines[1]}; {ends_of(ribbon, words)}"
        yield (
            f'<g id="r{number}" class="ribbon {ribbon.kind}" tabindex="0" role="button" '
            f"aria-label={_attribute(spoken)}><title>{_text(spoken)}</title>"
            f'<path class="wide" data-wide="{thickness:.1f}" stroke-width="{thickness:.1f}" d="{line}"/>'
            f'<path class="reach" stroke-width="{max(thickness, 24):.0f}" d="{line}"/></g>'
        )
        labels.append(_label(number, lines, *middle))
    yield from labels


def _line(ribbon: Ribbon, places: Mapping[Key, Place], heights: Iterator) -> tuple[str, tuple[float, float]]:
    """The line of a ribbon by its passages, and where its label stands."""
    parts, middle = [], (0.0, 0.0)
    for number, (giver, taker) in enumerate(zip(ribbon.path, ribbon.path[1:], strict=False)):
        begin, end = next(heights)
        x1, x2 = places[giver].x + BOX_W, places[taker].x
        if number:
            begin = places[giver].y + places[giver].height / 2
            parts.append(f"H{x1:.0f}")
        else:
            middle = (x1 + x2) / 2, (begin + end) / 2
            parts.append(f"M{x1:.0f},{begin:.1f}")
        if number + 2 < len(ribbon.path):
            end = places[taker].y + places[taker].height / 2
        half = (x1 + x2) / 2
        parts.append(f"C{half:.0f},{begin:.1f} {half:.0f},{end:.1f} {x2:.0f},{end:.1f}")
    return " ".join(parts), middle


def ribbon_lines(ribbon: Ribbon, said: Mapping[LotName, ByMethod], words: Words) -> tuple[str, str]:
    """The two lines of a label: which share by which document, when and how much."""
    share = _share(ribbon, said, words)
    first = " · ".join(filter(None, (share, document_words(ribbon, words))))
    amounts = ", ".join(words.quantity(round(amount, 3), unit) for unit, amount in ribbon.amounts.items())
    return first, f"{days(ribbon.moved[0].sent, ribbon.moved[-1].time, words)} · {amounts}"


def document_words(ribbon: Ribbon, words: Words) -> str:
    """The document of a ribbon, or how many there are."""
    kind, documents = words.name("kind", ribbon.kind), ribbon.documents
    if len(documents) == 1:
        return f"{kind} {documents[0].number}"
    return f"{kind}: {words.count('{count} document', '{count} documents', len(documents))}"


def _share(ribbon: Ribbon, said: Mapping[LotName, ByMethod], words: Words) -> str:
    """The share; where goods were born, by the method asked for, with its bounds if they are known."""
    lots = {each.lot for each in ribbon.moved} if not ribbon.moved[0].giver.state else set()
    known = [said[lot] for lot in sorted(lots) if lot in said]
    if not lots or not said:
        return "" if ribbon.share is None else percent(min(ribbon.share, 1.0), words)
    share = percent(sum(each.share for each in known), words)
    if not known or any(each.low is None or each.high is None for each in known):
        return share
    low, high = (sum(getattr(each, name) for each in known) for name in ("low", "high"))
    least, most = percent(low, words), percent(min(high, 1.0), words)
    return share if least == share == most else f"{share} ({least}–{most})"


def percent(share: float, words: Words) -> str:
    """A share, with as many decimals as small ones need.

    >>> percent(0.5, Words()), percent(0.0123, Words()), percent(0.00004, Words())
    ('50%', '1.2%', '<0.1%')
    """
    if 0 < share < 0.001:
        return f"<{words.percent(0.001, 1)}"
    return words.percent(share, 1 if share < 0.1 and share else 0)


def days(first: datetime, last: datetime, words: Words) -> str:
    """A day, or from which to which."""
    from babel.dates import format_interval

    if words.day(first) == words.day(last):
        return words.day(first)
    return format_interval(first, last, "yMMMd", tzinfo=words.zone, locale=words.locale)


def ends_of(ribbon: Ribbon, words: Words) -> str:
    """From whom to whom."""
    givers = list(dict.fromkeys(each.giver for each in ribbon.moved))
    takers = list(dict.fromkeys(each.taker for each in ribbon.moved))
    return " → ".join(
        account_words(some[0], words)
        if len(some) == 1
        else words.count("{count} holder", "{count} holders", len(some))
        for some in (givers, takers)
    )


def fitted(text: str, most: int) -> str:
    """A text that fits: its beginning, which says what it is, and its end, where numbers differ.

    >>> fitted("100% · Export KZALA/060126/0000013", 29)
    '100% · Export …060126/0000013'
    """
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[half + 1 - most :]}"


def _label(number: int, lines: Sequence[str], x: float, y: float) -> str:
    first, second = (
        fitted(shown(line), LABEL_CHARS + more) for line, more in zip(lines, (-2, 5), strict=True)
    )
    return (
        f'<g class="label" data-of="r{number}" aria-hidden="true">'
        f'<text class="name" x="{x:.0f}" y="{y - 5:.1f}" text-anchor="middle">{escape(first)}</text>'
        f'<text class="much" x="{x:.0f}" y="{y + 14:.1f}" text-anchor="middle">{escape(second)}</text></g>'
    )


# -- boxes -----------------------------------------------------------------------------------------


def account_words(account: Account, words: Words) -> str:
    """Who holds goods, where; what stands for what is outside, by its name."""
    if not account.state:
        name, _, country = account.party.partition(":")
        said = words.name("account", name) if account.party != "another party" else words("another party")
        return f"{said}: {words.country(country)}" if country else said
    if not account.place:
        return words("another party") if account.party == "another party" else account.party
    return f"{account.party}, {account.place}"


def box_lines(key: Key, graph: Graph, words: Words) -> tuple[str, ...]:
    """What stands in a box: a name, and up to two lines."""
    box, accounts = graph.boxes[key], graph.accounts[key]
    if key[1] == (REST,):
        return _several(key, graph, words), *_kept(key, graph, words)
    if box.name == "processing":
        return words.name("kind", "processing"), *box.lines
    (account,) = accounts[:1]
    if not account.state:
        return account_words(account, words), *_born(graph.born.get(key, ()), words)
    marks = [words.name("regime", account.regime)] if account.regime not in ("home_use", "") else []
    marks += [words("under way")] if account.state == "reserved" else []
    where = ", ".join(filter(None, (account.place, *marks)))
    return account.party, *filter(None, (where,)), *_kept(key, graph, words)


def _several(key: Key, graph: Graph, words: Words) -> str:
    """How many stand together; beside those who stand for themselves, how many more."""
    count = len(graph.accounts[key])
    if any(other != key and other[0] == key[0] and box.kind == "box" for other, box in graph.boxes.items()):
        return words.count("{count} more holder", "{count} more holders", count)
    return words.count("{count} holder", "{count} holders", count)


def _born(lots: Sequence[LotName], words: Words) -> list[str]:
    if len(lots) == 1:
        return [f"{words('Lot')} {lots[0].number}#{lots[0].item}"]
    return [words.count("{count} lot", "{count} lots", len(lots))] if lots else []


def _kept(key: Key, graph: Graph, words: Words) -> list[str]:
    if key not in graph.kept:
        return []
    unit, amount = largest(graph.kept[key])
    return [words("keeps {amount}", amount=words.quantity(round(amount, 3), unit))]


def _box(number: int, key: Key, graph: Graph, place: Place, words: Words) -> str:
    lines = [shown(line) for line in box_lines(key, graph, words)]
    kind = graph.boxes[key].kind
    left, top = place.x + 12, place.y + place.height / 2 - 7 * (len(lines) - 1) + 4
    said = [
        f'<text class="{"small" if row else "name"}" x="{left:.0f}" y="{top + 15 * row:.1f}">'
        f"{escape(picture.short(line, NAME_CHARS + (4 if row else 0)))}</text>"
        for row, line in enumerate(lines)
    ]
    whole = ", ".join(lines)
    return (
        f'<g id="b{number}" class="holder {kind}" tabindex="0" role="button" aria-label={quoteattr(whole)}>'
        f'<title>{escape(whole)}</title><rect x="{place.x:.0f}" y="{place.y:.1f}" width="{BOX_W}" '
        f'height="{place.height:.1f}" rx="{ROUND}"/>{"".join(said)}</g>'
    )


# -- time ------------------------------------------------------------------------------------------


def _course(graph: Graph, words: Words) -> list[dict[str, Any]]:
    """When what moved on each ribbon, of the unit of which it has most; and the boxes at its ends."""
    boxes = {key: number for number, key in enumerate(graph.boxes)}
    course = []
    for ribbon in graph.ribbons:
        unit, total = largest(ribbon.amounts)
        some = [each for each in ribbon.moved if each.unit == unit]
        course.append(
            {
                "from": f"b{boxes[ribbon.path[0]]}",
                "to": f"b{boxes[ribbon.path[-1]]}",
                "born": not ribbon.moved[0].giver.state,
                "sent": [minutes(each.sent) for each in some],
                "came": [minutes(each.time) for each in some],
                "part": [round(float(each.amount / total), 6) if total else 0 for each in some],
                "total": float(total),
                "unit": words.name("unit", unit),
            }
        )
    return course


def minutes(moment: datetime) -> int:
    """Whole minutes since 1970, UTC."""
    return int(moment.astimezone(UTC).timestamp() // 60)


def _text(text: str) -> str:
    return escape(shown(text))


def _attribute(text: str) -> str:
    return quoteattr(shown(text))
