"""Who takes part: near a listed party, at a listed address, owned by the listed; what may not go where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sarai.goods import Export, Line, Party, Split, Transit
from sarai.ledger.rows import from_us
from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.seen import Seen, name_of, owner
from sarai.watch.typology import Parameters, Typology

ROLES = {
    "import": ("importer", "seller", "declarant", "carrier"),
    "export": ("exporter", "consignee", "declarant", "carrier"),
    "transit": ("consignee", "principal", "carrier"),
    "arrival": ("holder",),
    "waybill": ("consignor", "consignee", "carrier"),
    "diversion": ("consignee",),
    "processing": ("processor",),
}
FOR_OTHERS = {"declarant", "carrier", "principal"}  # who answer for goods that are not theirs
IN_COMMON = {
    ("country",): "They have country in common.",
    ("address",): "They have address in common.",
    ("country", "address"): "They have country and address in common.",
}
NAMES = "names: "
UNDER_WAY = ("transit", "waybill")
MOST_LOTS = 40


def named(seen: Seen) -> list[tuple[str, Party]]:
    """Who takes part in a document, by role."""
    document = seen.document
    if isinstance(document, Split):
        return [("consignee", part.consignee) for part in document.parts if part.consignee]
    roles = ((role, getattr(document, role, None)) for role in ROLES.get(seen.kind, ()))
    return [(role, party) for role, party in roles if party is not None]


def about(seen: Seen, role: str, party: Party) -> dict[str, Any]:
    """Whose goods a finding about somebody concerns, which, and under way in what."""
    of = owner(seen.document)
    others = () if of is None or of.id == party.id else (of.id,)
    consignment = getattr(seen.document, "consignment", None)
    return {
        "parties": others if role in FOR_OTHERS else (party.id, *others),
        "lots": tuple(sorted({movement.lot for movement in seen.movements})[:MOST_LOTS]),
        "consignment": name_of(consignment) if consignment else seen.name if seen.kind in UNDER_WAY else "",
    }


def said(seen: Seen, role: str, party: Party) -> dict[str, Any]:
    """The facts of every finding about somebody."""
    name = f"{party.name} ({party.id})" if party.name and party.name != party.id else party.id
    return {"party": name, "role": phrase(role), "document": seen.name}


# -- near a listed party -----------------------------------------------------------------------------


def near_listed(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Somebody who may be listed; who is told once, of a carrier or declarant once for each he serves."""
    lists = memory.given.lists
    if lists is None:
        return
    for role, party in named(seen):
        for found in lists.like(party, given["least"]):
            hit, concerned = found.hit, about(seen, role, party)
            strength, like = _likeness(hit.score, found.common, given)
            if not strength or (role in FOR_OTHERS and strength < 1):
                continue
            served = concerned["parties"][:1] if role in FOR_OTHERS else ()
            yield Finding(
                subject=" ".join((party.id, hit.entity, *served)),
                **concerned,
                facts=said(seen, role, party) | {
                    "like": like, "listed": hit.name, "entity": hit.entity, "list": hit.list,
                    "score": round(hit.score, 2), "reasons": [_reason(each) for each in hit.reasons],
                    "common": phrase(IN_COMMON[found.common]) if found.common else "",
                },
                strength=strength,
            )  # fmt: skip


def _likeness(score: float, common: tuple[str, ...], given: Parameters) -> tuple[float, Phrase | str]:
    """What share of the points a likeness is worth, and how it is called."""
    if score >= given["strong"] or (score >= given["hit"] and common):
        return 1.0, phrase("is taken to be")
    if score >= given["hit"]:
        return given["of_hit"], phrase("may be")
    return (given["of_likeness"], phrase("has a name like")) if common else (0.0, "")


def _reason(said: str) -> Phrase:
    """One of the screener's reasons: points, and what they are for."""
    points, _, what = said.partition(" ")
    if what.startswith(NAMES):
        return phrase("{points} names: {pairs}", points=points, pairs=what.removeprefix(NAMES))
    return phrase("{points} {what}", points=points, what=phrase(what))


# -- at a listed address -----------------------------------------------------------------------------


def listed_address(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Somebody who sits where somebody listed sits."""
    lists = memory.given.lists
    if lists is None:
        return
    for role, party in named(seen):
        address = lists.address(party)
        if not address or role in FOR_OTHERS:
            continue
        for found in lists.at(address)[:1]:
            beside = max(0, memory.given.register.how_many(party.id, "address") - 1)
            yield Finding(
                subject=f"{party.id} {found.entity.id}",
                **about(seen, role, party),
                facts=said(seen, role, party) | {
                    "address": address, "theirs": found.theirs, "entity": found.entity.id,
                    "listed": found.entity.names[0].text, "beside": beside,
                    "near": phrase("the same") if found.near == 1 else phrase("nearly the same"),
                },
                strength=found.near * (given["of_crowd"] if beside >= given["crowd"] else 1.0),
            )  # fmt: skip


# -- owned by the listed -----------------------------------------------------------------------------


def owner_half_listed(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Somebody whom the listed own, or may own, or have a good part of."""
    owners = memory.given.owners
    if owners is None:
        return
    from sarai.watch.owners import chain, held

    for role, party in named(seen):
        company = owners.company(party.id, party.name)
        judged = owners.judgement(company, from_us(seen.time).date()) if company else None
        if judged is None or judged.listed:
            continue
        strength = _owned(judged.verdict, judged.low / 10**7, given)
        if not strength:
            continue
        yield Finding(
            subject=f"{party.id} {judged.verdict}",
            **about(seen, role, party),
            facts=said(seen, role, party) | {
                "rule": judged.rule, "verdict": phrase(str(judged.verdict)),
                "held": held(judged), "chain": chain(judged),
            },
            strength=strength,
        )  # fmt: skip


def _owned(verdict: str, held_percent: float, given: Parameters) -> float:
    """What share of the points a verdict is worth."""
    if verdict == "not blocked":
        return given["of_minority"] if held_percent >= given["minority_percent"] else 0.0
    return 1.0 if verdict == "blocked" else given["of_doubt"]


# -- goods that may not go there ---------------------------------------------------------------------


def controlled_goods(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods on their way to a country for which a control list names them."""
    if memory.given.controls is None:
        return
    document = seen.document
    destination = _destination(document)
    if not destination:
        return
    day = from_us(seen.time).date()
    found = [hit for line in seen.lines for hit in _forbidden(memory, line, destination, day)]
    if not found:
        return
    certain = [hit for hit in found if hit.certainty == "certain"]
    party = owner(document)
    concerned = about(seen, "", party)
    yield Finding(
        subject=seen.name,
        **concerned,
        facts=said(seen, "owner", party) | {
            "destination": destination, "may": phrase("may not") if certain else phrase("perhaps may not"),
            "codes": tuple(dict.fromkeys(hit.code for hit in certain or found)),
            "lists": tuple(dict.fromkeys(hit.entry.list for hit in certain or found)),
            "reasons": " ".join((certain or found)[0].reasons),
        },
        strength=1.0 if certain else given["of_doubt"],
    )  # fmt: skip


def _destination(document: Export | Transit | None) -> str:
    return document.country if isinstance(document, Export) else getattr(document, "destination_country", "")


def _forbidden(memory: Memory, line: Line, destination: str, day: Any) -> list[Any]:
    """The entries that single out this destination; one that watches goods anywhere forbids nothing."""
    hits = memory.given.controlled(line.hs, line.edition, destination, day)
    return [hit for hit in hits if hit.entry.destinations != ("*",) or hit.entry.excepted]


ROWS = (
    Typology(
        name="near-listed",
        title="A party who may be listed",
        source="BIS Red Flag Indicators; Council Regulation (EU) 269/2014, article 2",
        needs=("lists",),
        on=(*ROLES, "split"),
        judge=near_listed,
        points=3.0,
        # `hit` is the matcher's own threshold, from which some hits in a hundred are wrong; from `strong` on
        # hardly any is, and below `least` a name says nothing, whatever else the two have in common.
        parameters={"strong": 0.85, "hit": 0.7, "least": 0.6, "of_hit": 2 / 3, "of_likeness": 1 / 3},
        text=(
            "{party}, {role} of {document}, {like} {listed} ({entity} on {list}): score {score:.2f}; "
            "{reasons}.{common: }"
        ),
        advice="Compare numbers, addresses and owners; clear or confirm the hit with `sarai decide`.",
    ),
    Typology(
        name="listed-address",
        title="A firm at a listed address",
        source="BIS final rule of 12 June 2024 on addresses; BIS Red Flag Indicators",
        needs=("lists", "register"),
        on=(*ROLES, "split"),
        judge=listed_address,
        points=2.0,
        # Dozens of firms in one house are a business centre, where a neighbour says little.
        parameters={"crowd": 12, "of_crowd": 0.25},
        text=(
            "{party}, {role} of {document}, is at {address}: {near} address as that of {listed} "
            "({entity}), {theirs}. Other firms registered there: {beside}."
        ),
        advice="Look who directs and owns both firms, and whether the one took over the other's business.",
    ),
    Typology(
        name="owner-half-listed",
        title="A party owned by the listed",
        source="EU Best Practices of 3 July 2024; OFAC's guidance of 13 August 2014",
        needs=("owners", "lists"),
        on=(*ROLES, "split"),
        judge=owner_half_listed,
        points=3.0,
        # A quarter is where registers of beneficial owners begin to ask (Directive (EU) 2015/849, article 3).
        parameters={"of_doubt": 0.5, "minority_percent": 25, "of_minority": 1 / 3},
        text=(
            "{party}, {role} of {document}, is {verdict} under rule {rule}: the listed hold {held} of it. "
            "{chain}."
        ),
        advice="Ask for the register of shareholders; while it is blocked, hand nothing over to it.",
    ),
    Typology(
        name="controlled-goods",
        title="Goods that may not go there",
        source="the control lists given, such as Council Regulation (EU) 833/2014, articles 2, 2a and 3k",
        needs=("controls",),
        on=("export", "transit"),
        judge=controlled_goods,
        points=3.0,
        parameters={"of_doubt": 1 / 3},
        text=(
            "Goods of {party} on {document} ({codes}) {may} go to {destination}: they are on {lists}. "
            "{reasons}"
        ),
        advice="Do not release the goods without the licence; ask who uses them, and for what.",
    ),
)
