"""Papers that name goods otherwise than the lot that they are taken from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sarai.goods import FactCode
from sarai.ledger.rows import DIGITS
from sarai.reference import priority
from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.holdings import line_of
from sarai.watch.phrases import phrase
from sarai.watch.seen import Seen, owner
from sarai.watch.typology import Parameters, Typology

SLIP = "The heading is the same: it may be a slip of the pen."


class Code(NamedTuple):
    """Six digits of an edition."""

    hs: str
    tier: str


def code_drift(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods go under another code than their lot came under."""
    for fact in seen.facts:
        if fact.code != FactCode.CODE_DRIFT:
            continue
        was, said = map(_code, fact.detail.split(" as "))
        strength = _weight(was, said, given)
        if strength < given["least"]:
            continue
        yield Finding(
            subject=f"{seen.name} {fact.item}",
            facts={
                "was": was.hs,
                "said": said.hs,
                "listed": phrase("(priority list, tier {tier})", tier=was.tier) if was.tier else "",
                "slip": phrase(SLIP) if was.hs[:4] == said.hs[:4] else "",
                "firm": owner(seen.document).id,
                "what": phrase(seen.kind),
                "item": fact.item,
                "document": seen.name,
            },
            parties=_parties(seen),
            lots=_lots(seen, fact.item),
            strength=strength,
        )


def _code(text: str) -> Code:
    edition, digits = divmod(int(text), DIGITS)
    hs = f"{digits:06d}"
    return Code(hs, priority.tier(hs, f"HS{edition}") or "")


def _weight(was: Code, said: Code, given: Parameters) -> float:
    near = given["same_heading"] if was.hs[:4] == said.hs[:4] else 1.0
    if was.tier and not said.tier:
        return near
    return near * (given["of_listed"] if was.tier or said.tier else given["of_others"])


def origin_drift(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods go under another origin than their lot came under."""
    drifts = {f.item: f.detail.split(" as ") for f in seen.facts if f.code == FactCode.ORIGIN_DRIFT}
    if not drifts:
        return
    rare = memory.chains.drifted.rarity(given["usual"], int(given["least_lines"]))
    for item, (was, said) in drifts.items():
        line = line_of(seen, item)
        strength = rare * (1.0 if priority.tier(line.hs[:6], line.edition) else given["of_others"])
        if strength < given["least"]:
            continue
        yield Finding(
            subject=f"{seen.name} {item}",
            facts={
                "hs": line.hs[:6],
                "was": was,
                "said": said,
                "firm": owner(seen.document).id,
                "what": phrase(seen.kind),
                "item": item,
                "document": seen.name,
            },
            parties=_parties(seen),
            lots=_lots(seen, item),
            strength=strength,
        )


def _parties(seen: Seen) -> tuple[str, ...]:
    return (owner(seen.document).id,)


def _lots(seen: Seen, item: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(m.lot for m, _, _ in seen.taken() if m.item == item))


DRAWS = ("export", "transit", "waybill", "processing", "consumption", "stock_count", "seizure")

ROWS = (
    Typology(
        name="code-drift",
        title="The code changes on the way",
        source="Mirror analysis of codes at exit and entry (RF33)",
        needs=("named lots",),
        on=DRAWS,
        judge=code_drift,
        points=3.0,
        parameters={
            "same_heading": 0.4,  # the first four digits agree: a slip, or a quarrel over classification
            "of_listed": 0.4,  # from one listed code to another, or to a listed one: nothing is hidden
            "of_others": 0.3,
            "least": 0.15,
        },
        text=(
            "Item {item} of {document} ({what} of {firm}) names as {said} goods that came as "
            "{was}{listed: }.{slip: }"
        ),
        advice="Open the goods; let the laboratory or a technician say what they are.",
    ),
    Typology(
        name="origin-drift",
        title="The origin changes on the way",
        source="Revised Kyoto Convention, specific annex K: origin",
        needs=("origins",),
        on=DRAWS,
        judge=origin_drift,
        points=1.0,
        parameters={
            "usual": 0.01,  # of lines may differ; where more do, one says less
            "least_lines": 200.0,
            "of_others": 0.5,
            "least": 0.2,
        },
        text="Item {item} of {document} ({what} of {firm}): {hs} that came as of {was} goes as of {said}.",
        advice="Ask for the certificate of origin and by whom it was issued.",
    ),
)
