"""Documents that meet: a small world in which pools run dry, papers come late, and parties err.

Most of a document is chosen from what the auditor holds at that moment, so that draws find stock,
answers find consignments and corrections find documents; a few per cent are wrong on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from auditor import oracle
from auditor.model import Auditor
from auditor.state import Account, Consignment, Effect
from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Consumption,
    Correction,
    CountedLine,
    Diversion,
    Document,
    DocumentRef,
    Exit,
    Export,
    Hold,
    Import,
    ItemAnswer,
    ItemQuantity,
    Line,
    LotRef,
    OutputLine,
    Part,
    Party,
    Processing,
    Regime,
    Release,
    SealEvent,
    Seizure,
    Split,
    StockCount,
    Transit,
    Waybill,
)

START = datetime(2024, 3, 1, tzinfo=UTC)
AUTHORITY = "KZ-CUSTOMS"
CASES = ("", "1", "2")
FINAL = (Split, Diversion, Hold, Release, CaseStep)  # nothing replaces these
PARTIES = tuple(Party(id=name) for name in ("A", "B", "C", "D"))
ISSUERS = ("A", "B", "C", "D", AUTHORITY)
PLACES = ("P", "Q", "R")
REGIMES = (Regime.HOME_USE, Regime.WAREHOUSE)
CODES = (
    ("851712", "HS2017"), ("851713", "HS2022"), ("851714", "HS2022"), ("100630", "HS2022"),
    ("851712", "HS2012"), ("100630", "HS2017"), ("999998", "HS2022"), ("851712", "HS2022"),
)  # fmt: skip
SMALLEST = {"mass": "MGM", "volume": "MLT"}  # so that one unit of a document is one base unit
NOWHERE = "UU"  # no country, and none that ISO 3166-1 leaves to its users
ORIGINS = ("", "", "CN", "DE")
SLIPS = {  # seldom, a line is wrong in itself
    96: {"unit": "XXX"}, 97: {"quantity": Decimal("0.5")}, 98: {"description": "a bell \x07"},
    99: {"origin": NOWHERE},
}  # fmt: skip
LAST_DAY = 12
MODES = st.sampled_from(("strict", "strict", "observe"))
TICKS = st.sampled_from((0, 0, 0, 0, 0, 0, 1, 1, 2, -1))  # days that pass; a clock may be put back


def day(number: int) -> datetime:
    """A time of the small window; whole days, so that there are ties."""
    return START + timedelta(days=number)


class Draw:
    """The dice of one document, and what they may refer to.

    Hypothesis draws the seed alone: to draw every field would cost more than all the rest, and a
    failure is cut down by leaving out papers (`auditor.reduce`), not by making them smaller.
    """

    def __init__(self, seed: int, auditor: Auditor, today: int):
        self.dice, self.auditor, self.today = Random(seed), auditor, today

    def one(self, options):
        return self.dice.choice(options)

    def upto(self, most: int, least: int = 0) -> int:
        return self.dice.randint(least, most)

    def rarely(self, percent: int = 4) -> bool:
        """True now and then."""
        return self.upto(99) >= 100 - percent

    def time(self, least: int = 0) -> datetime:
        latest = min(LAST_DAY, self.today + (3 if self.rarely(3) else 1))
        return day(self.upto(max(least, latest), least))

    # Lines

    def line(self, item: int, kind: type = Line, most: int = 9, **said):
        """Any line; `said` are the fields already known."""
        if "hs" not in said:
            said["hs"], said["edition"] = self.one(CODES)
        if "unit" not in said:
            said["unit"] = SMALLEST[self.one(("mass", "mass", "volume"))]
        if "quantity" not in said:
            said["quantity"] = self.quantity(most)
        mood = self.upto(99)  # one throw for all that is seldom
        said |= {"origin": ORIGINS[mood % len(ORIGINS)]} | SLIPS.get(mood, {})
        if kind is not CountedLine and 90 <= mood < 96:
            said["lot"] = self.some_lot()
        return kind(item=item, **said)

    def quantity(self, most: int, least: int = 1) -> Decimal:
        return Decimal(self.upto(max(most, least), least))

    def some_lot(self) -> LotRef:
        lots = self.auditor.state.lots
        if not lots or self.rarely():
            return LotRef(issuer="A", number="nobody's", item=1)
        issuer, number, item = self.one(lots).name
        return LotRef(issuer=issuer, number=number, item=item)

    def items(self, first: int = 1) -> list[int]:
        """One to three item numbers, seldom in order, very seldom twice."""
        mood = self.upto(99)
        items = list(range(first, first + 1 + mood % 3))
        if mood > 65:
            items.reverse()
        return [*items, items[0]] if mood > 97 else items

    def new_lines(self) -> list:
        """Lines about goods that come from outside; half the time all of them are of one code."""
        code, edition = self.one(CODES)
        said = {"hs": code, "edition": edition} if self.upto(1) else {}
        return [self.line(item, **said) for item in self.items()]

    def stock(self) -> tuple[dict, list[int]]:
        """Party, place, regime and time for a document that draws, and layers that have something left."""
        state = self.auditor.state
        by_account: dict[Account, list[int]] = {}
        for number, left in state.left.items():
            account = state.moves[number].taker
            if account.state == "free" and left:
                by_account.setdefault(account, []).append(number)
        if not by_account or self.rarely():
            head = {"party": self.one(PARTIES), "place": self.one(PLACES), "regime": self.one(REGIMES)}
            return head | {"time": self.time()}, []
        account = self.one(list(by_account))
        layers = by_account[account]
        since = 0 if self.rarely(10) else (state.moves[self.one(layers)].time - START).days
        head = {"party": Party(id=account.party), "place": account.place}
        return head | {"regime": Regime(account.regime), "time": self.time(least=since)}, layers

    def drawn_lines(self, layers: list[int], kind: type = Line) -> list:
        """Lines that mostly ask for what the layers have, a little less or a little more."""
        return [self.drawn_line(item, layers, kind) for item in self.items()]

    def drawn_line(self, item: int, layers: list[int], kind: type):
        mood = self.upto(99)
        if not layers or mood > 95:
            return self.line(item, kind)
        number = self.one(layers)
        lot = self.auditor.state.lots[self.auditor.state.moves[number].lot]
        same = [c for c in CODES if oracle.is_compatible(c, (lot.hs, lot.edition))]
        least = 0 if kind is CountedLine else 1
        said = {"quantity": self.quantity(self.auditor.state.left[number] + 2, least)}
        if kind is not CountedLine and mood > 75:
            said["lot"] = LotRef(issuer=lot.issuer, number=lot.number, item=lot.item)
        code, edition = self.one(CODES if "lot" in said and mood > 85 else same)
        said |= {"hs": code + ("00" if mood % 2 else ""), "edition": edition, "unit": SMALLEST[lot.kind]}
        return self.line(item, kind, **said)

    # References

    def consignment(self, kind: str = "") -> tuple[DocumentRef, Consignment | None]:
        """Mostly an open one of the right kind; else any, else one that is unknown."""
        names = dict.fromkeys(c.name for c in self.auditor.state.consignments)
        known = [self.auditor.consignment(name) for name in names]
        right = [c for c in known if c.state == "open" and kind in ("", c.kind)]
        known = right if right and not self.rarely(15) else known
        if not known or self.rarely(2):
            return DocumentRef(issuer="A", number="nobody's"), None
        found = self.one(known)
        return DocumentRef(issuer=found.name[0], number=found.name[1]), found

    def after(self, found: Consignment | None) -> datetime:
        """A time that is mostly not before the consignment."""
        opened = (found.opened - START).days if found and not self.rarely() else 0
        return self.time(least=opened)

    def items_of(self, found: Consignment | None) -> dict[int, int]:
        """What is left of the items of a consignment, in whole units of its lines."""
        left = self.auditor.left(found.name) if found else {}
        units = dict(found.units) if found else {}
        return {item: quantity // oracle.FACTORS[units[item]][1] for item, quantity in left.items()} or {1: 1}

    def some_items(self, found: Consignment | None) -> list[tuple[int, int]]:
        """Some of the items with what is left; very seldom one that is unknown, or one twice."""
        chosen = [pair for pair in self.items_of(found).items() if self.upto(1)]
        if self.rarely(2):
            chosen.append((9, 1))
        if chosen and self.rarely(2):
            chosen.append(chosen[0])
        return chosen

    def shortages(self, found: Consignment | None) -> list[ItemQuantity]:
        return [ItemQuantity(item=item, quantity=self.missing(left)) for item, left in self.some_items(found)]

    def missing(self, left: int) -> Decimal:
        if self.rarely(2):
            return Decimal("0.5")
        return self.quantity(left + (1 if self.rarely() else 0))


# One maker for each kind: the fields beside issuer, number, version and time, and the time.


def an_import(d: Draw) -> dict:
    return {
        "time": d.time(), "importer": d.one(PARTIES), "place": d.one(PLACES), "regime": d.one(REGIMES),
        "country": d.one((NOWHERE, "") if d.rarely(2) else ("CN", "DE")), "lines": d.new_lines(),
    }  # fmt: skip


def a_change_of_regime(d: Draw) -> dict:
    account, layers = d.stock()
    return {
        "time": account["time"], "importer": account["party"], "place": account["place"],
        "previous_regime": account["regime"], "regime": d.one(REGIMES), "lines": d.drawn_lines(layers),
    }  # fmt: skip


def an_export(d: Draw) -> dict:
    account, layers = d.stock()
    head = {"exporter": account.pop("party"), "country": d.one(("RU", "UZ"))}
    return head | account | {"lines": d.drawn_lines(layers)}


def a_consumption(d: Draw) -> dict:
    account, layers = d.stock()
    return {"holder": account.pop("party")} | account | {"lines": d.drawn_lines(layers)}


def a_stock_count(d: Draw) -> dict:
    account, layers = d.stock()
    lines = d.drawn_lines(layers, CountedLine)
    return {"holder": account.pop("party")} | account | {"lines": lines}


def a_processing(d: Draw) -> dict:
    account, layers = d.stock()
    inputs = d.drawn_lines(layers)
    outputs = [d.line(item, OutputLine) for item in d.items(1 + max(line.item for line in inputs))]
    if d.upto(1):
        shares = (None, 0, 1, 2, 5)
        outputs = [changed(line, share=d.one(shares)) for line in outputs]
    head = {"processor": account.pop("party")}
    return head | account | {"inputs": inputs, "outputs": outputs}


def a_waybill(d: Draw) -> dict:
    account, layers = d.stock()
    time = account["time"]
    return {
        "consignor": account.pop("party"), "consignee": d.one(PARTIES), **account,
        "destination": d.one(PLACES), "deadline": time + timedelta(days=d.upto(4) - (1 if d.rarely() else 0)),
        "lines": d.drawn_lines(layers),
    }  # fmt: skip


def a_transit(d: Draw) -> dict:
    account, layers = d.stock()
    time, enters = account["time"], d.upto(1)
    return {
        "principal": account.pop("party"), **account, "destination": d.one(PLACES),
        "deadline": time + timedelta(days=d.upto(4) - (1 if d.rarely() else 0)),
        "destination_country": d.one(("", "RU", "UZ")), "country": "CN" if enters else "",
        "consignee": d.one((None, *PARTIES)), "lines": d.new_lines() if enters else d.drawn_lines(layers),
    }  # fmt: skip


def an_arrival(d: Draw) -> dict:
    ref, found = d.consignment("transit")
    place = found.destination if found and d.upto(2) else d.one(PLACES)
    return {
        "time": d.after(found), "consignment": ref, "holder": d.one(PARTIES), "place": place,
        "regime": d.one(REGIMES), "shortages": d.shortages(found),
    }  # fmt: skip


def an_exit(d: Draw) -> dict:
    ref, found = d.consignment("transit")
    place = found.destination if found and d.upto(2) else d.one(PLACES)
    return {
        "time": d.after(found), "consignment": ref, "place": place, "country": d.one(("RU", "UZ")),
        "shortages": d.shortages(found),
    }  # fmt: skip


def an_answer(d: Draw) -> dict:
    ref, found = d.consignment("waybill")
    decisions = ("confirm", "partial", "partial", "decline", "revoke")
    decision = d.one((*decisions, "expire") if d.rarely() else decisions)
    items = []
    for item, left in d.some_items(found) if decision == "partial" else []:
        accepted = d.quantity(left, 0)
        items.append(
            ItemAnswer(item=item, accepted=accepted, shortage=d.quantity(max(0, left - int(accepted)), 0))
        )
    entitled = (found.consignee if found else "") or "A"
    if found and decision == "revoke":
        entitled = d.one((found.consignor, found.issuer))
    head = {"issuer": entitled} if not d.rarely(12) else {}
    return head | {"time": d.after(found), "consignment": ref, "decision": decision, "items": items}


def a_diversion(d: Draw) -> dict:
    ref, found = d.consignment()
    return {
        "time": d.after(found), "consignment": ref, "destination": d.one(PLACES),
        "destination_country": d.one(("", "RU", "UZ")), "consignee": d.one((None, *PARTIES)),
    }  # fmt: skip


def a_split(d: Draw) -> dict:
    ref, found = d.consignment()
    shares: list[list[ItemQuantity]] = [[], []]
    for item, left in d.items_of(found).items():
        first = d.upto(left)
        rest = left - first + (1 if d.rarely(3) else 0)
        for part, quantity in ((0, first), (1, rest)):
            if quantity:
                shares[part].append(ItemQuantity(item=item, quantity=Decimal(quantity)))
    time = d.after(found)
    made = [part for part in shares if part]
    while len(made) < 2:
        made.append([ItemQuantity(item=1, quantity=Decimal(1))])
    return {
        "time": time,
        "consignment": ref,
        "parts": [a_part(d, i, items, time) for i, items in enumerate(made)],
    }


def a_part(d: Draw, index: int, items: list[ItemQuantity], time: datetime) -> Part:
    own = str(len(d.auditor.entries))
    number = d.one((own, "1 part 1")) if d.rarely(3) else f"{own} part {index}"
    deadline = time + timedelta(days=d.upto(4) - (1 if d.rarely() else 0)) if d.upto(1) else None
    return Part(
        number=number, destination=d.one(PLACES), consignee=d.one((None, *PARTIES)), deadline=deadline,
        items=items,
    )  # fmt: skip


def a_seizure(d: Draw) -> dict:
    if d.upto(1):
        account, layers = d.stock()
        return {"holder": account.pop("party")} | account | {"lines": d.drawn_lines(layers)}
    ref, found = d.consignment()
    units = dict(found.units) if found else {}
    lines = [
        d.line(item, most=left + 1, unit=units.get(item, "MGM")) for item, left in d.some_items(found)
    ] or [d.line(1)]
    head = {"time": d.after(found), "consignment": ref, "lines": lines}
    return head | {"holder": d.one(PARTIES), "place": d.one(PLACES)}


def a_seal_event(d: Draw) -> dict:
    ref, found = d.consignment()
    return {"time": d.after(found), "consignment": ref, "seal": "s", "event": d.one(("applied", "broken"))}


def a_hold(d: Draw) -> dict:
    """Mostly of lots that somebody has."""
    state = d.auditor.state
    there = [state.lots[state.moves[layer].lot].name for layer, left in sorted(state.left.items()) if left]
    names = [d.one(there) for _ in range(d.upto(2, 1))] if there else []
    return by_authority(d) | {"lots": some_lots(d, names), "case": d.one(CASES)}


def a_release(d: Draw) -> dict:
    """Mostly of lots that are held, and often for the same case."""
    held = d.auditor.state.holds
    chosen = [d.one(held) for _ in range(d.upto(2, 1))] if held else []
    case = chosen[0].case if chosen and d.upto(1) else d.one(CASES)
    names = [d.auditor.state.lots[each.lot].name for each in chosen]
    return by_authority(d) | {"lots": some_lots(d, names), "case": case}


def some_lots(d: Draw, names: list[tuple[str, str, int]]) -> list[LotRef]:
    """Lots of these names, each once; seldom any other, or one twice."""
    lots = [LotRef(issuer=issuer, number=number, item=item) for issuer, number, item in dict.fromkeys(names)]
    if not lots or d.rarely(8):
        lots.append(d.some_lot())
    return lots


def a_case_step(d: Draw) -> dict:
    return by_authority(d) | {"case": "1", "step": d.one(("open", "note", "decide")), "officer": "o"}


def by_authority(d: Draw) -> dict:
    """The head of what mostly an authority issues."""
    return {"time": d.time()} | ({} if d.rarely(8) else {"issuer": AUTHORITY})


MAKERS: tuple[tuple[type[Document], Callable[[Draw], dict], int], ...] = (  # the last is the weight
    (Import, an_import, 4), (Import, a_change_of_regime, 2), (Export, an_export, 3),
    (Consumption, a_consumption, 2), (StockCount, a_stock_count, 2), (Processing, a_processing, 2),
    (Waybill, a_waybill, 7), (Transit, a_transit, 4), (Arrival, an_arrival, 3), (Exit, an_exit, 3),
    (Answer, an_answer, 14), (Diversion, a_diversion, 3), (Split, a_split, 5), (Seizure, a_seizure, 3),
    (SealEvent, a_seal_event, 1), (Hold, a_hold, 2), (Release, a_release, 4), (CaseStep, a_case_step, 1),
)  # fmt: skip


def makers_now(auditor: Auditor) -> list:
    """Every kind by its weight; those that need a consignment or stock mostly wait for one."""
    open_kinds = {c.kind for c in auditor.state.consignments if c.state == "open"}
    needs = {Arrival: {"transit"}, Exit: {"transit"}, Answer: {"waybill"}}
    needs |= {kind: {"transit", "waybill"} for kind in (Split, Diversion, SealEvent)}
    nothing_held = not auditor.state.holds
    weighted = []
    for maker in MAKERS:
        is_idle = maker[0] in needs and not needs[maker[0]] & open_kinds
        is_idle |= maker[0] is not Import and not auditor.state.left
        is_idle |= maker[0] is Release and nothing_held
        weighted += [maker] * (1 if is_idle else 10 * maker[2])
    return weighted


def changed(record, **fields):
    """The same record with other values in some fields."""
    return type(record)(**{name: getattr(record, name) for name in record.__struct_fields__} | fields)


def papers(auditor: Auditor, today: int) -> st.SearchStrategy[Document]:
    """The next document that somebody hands in."""
    return st.integers(0, 2**64).map(lambda seed: a_paper(Draw(seed, auditor, today)))


def a_paper(d: Draw) -> Document:
    """A correction, a paper that has been handed in before, or a new document."""
    mood = d.upto(99)
    if d.auditor.state.effects and mood > 74:
        return a_correction(d)
    if d.auditor.entries and mood > 71:
        return d.one(d.auditor.entries).document
    return a_document(d)


def a_document(d: Draw) -> Document:
    """Any document but a correction, under a number of its own or (seldom) one that is in use."""
    cls, make, _ = d.one(makers_now(d.auditor))
    mood = d.upto(99)
    fields = {"issuer": ISSUERS[mood % len(ISSUERS)], "number": str(len(d.auditor.entries))} | make(d)
    if mood in (96, 97) and d.auditor.entries:
        used = d.one(d.auditor.entries).document
        fields |= {"issuer": used.issuer, "number": used.number, "version": used.version}
    if mood == 98:
        fields |= {"issuer": "book"}
    if mood == 99:
        fields |= {"version": 2}
    return cls(**fields)


def a_correction(d: Draw) -> Correction:
    """The cancellation or the replacement of a document that stands, mostly with the next version."""
    effects = d.auditor.state.effects
    issuer, number = d.one(one_sort_of_effect(d) or list(effects))
    effect = effects[issuer, number]
    version = d.auditor.version((issuer, number)) + 1 + (d.one((-1, 1)) if d.rarely() else 0)
    head = {"issuer": issuer, "number": number, "version": version}
    replacement = None if d.upto(2) == 0 or effect.document is None else a_replacement(d, effect, head)
    return Correction(time=d.time(), replacement=replacement, **head)


def one_sort_of_effect(d: Draw) -> list[tuple[str, str]]:
    """Names of documents that stand: births whose lots may be kept, openings of consignments, or all."""
    sort = d.one(("births", "openings", "all", "all", "cancelled too"))
    return [
        name
        for name, effect in d.auditor.state.effects.items()
        if sort == "cancelled too"
        or (sort == "births" and getattr(effect.document, "previous_regime", "") is None)
        or (sort == "openings" and effect.opened and effect.document is not None)
        or (sort == "all" and effect.document is not None)
    ]


def a_replacement(d: Draw, effect: Effect, head: dict) -> Document:
    """The same document with something changed, or seldom quite another."""
    former = effect.document
    if isinstance(former, FINAL) or d.rarely(8):
        cls, make, _ = d.one([m for m in MAKERS if m[0] not in FINAL])
        return cls(**make(d) | head)
    fields = dict(head)
    if isinstance(former, Answer | Arrival | Exit) and d.upto(1):
        make = {Answer: an_answer, Arrival: an_arrival, Exit: an_exit}[type(former)]
        fields = make(d) | {"consignment": former.consignment} | head
    if d.rarely(25):
        fields["time"] = d.time()
    if getattr(former, "lines", None):
        fields["lines"] = mended_lines(d, former.lines)
    if d.rarely(15) and hasattr(former, "place"):
        fields["place"] = d.one(PLACES)
    if d.rarely(2):
        fields["number"] = "another"
    return changed(former, **fields)


def mended_lines(d: Draw, lines: list) -> list:
    """Other quantities, a line less, a line more, another code or edition or origin."""
    mended = [changed(line, quantity=d.quantity(int(line.quantity) + 3)) for line in lines]
    if len(mended) > 1 and d.rarely(20):
        mended.pop(d.upto(len(mended) - 1))
    if d.rarely(20):
        mended.append(d.line(1 + max(line.item for line in lines), type(lines[0])))
    if d.rarely(20):
        same = [c for c in CODES if c[0] == mended[0].hs[:6]]
        code, edition = d.one(same or CODES) if d.upto(1) else d.one(CODES)
        mended[0] = changed(mended[0], hs=code, edition=edition)
    if d.rarely(10):
        mended[0] = changed(mended[0], origin=d.one(ORIGINS))
    if d.rarely(10):
        mended.reverse()
    return mended
