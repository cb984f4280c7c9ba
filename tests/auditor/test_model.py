"""The auditor against sums worked out by hand from docs/book.md. Quantities are in kg."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from auditor.model import Auditor, Verdict
from auditor.posting import largest_remainder, proportional
from auditor.state import LOST, MADE, SEIZED, UNEXPLAINED, USED, Account, abroad
from sarai.goods import (
    Answer,
    Arrival,
    Code,
    Consumption,
    Correction,
    CountedLine,
    Diversion,
    DocumentRef,
    Exit,
    Export,
    FactCode,
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
NOW = START + timedelta(days=30)
KG = 1_000_000
A, B, C = (Party(id=name) for name in "ABC")
A_FREE = Account("A", "P", "home_use", "free")
A_RESERVED = Account("A", "P", "home_use", "reserved")
B_FREE = Account("B", "Q", "home_use", "free")


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def line(kg: str | int, item: int = 1, hs: str = "100630", kind: type = Line, **more):
    return kind(item=item, hs=hs, quantity=Decimal(kg), **more)


def imported(number: str, when: int, *lines: Line, **more) -> Import:
    head = {"importer": A, "place": "P", "country": "CN", "issuer": "customs"}
    return Import(number=number, time=day(when), lines=list(lines), **(head | more))


def exported(number: str, when: int, *lines: Line, **more) -> Export:
    head = {"exporter": A, "place": "P", "country": "RU", "issuer": "A"}
    return Export(number=number, time=day(when), lines=list(lines), **(head | more))


def waybill(number: str, when: int, *lines: Line, **more) -> Waybill:
    head = {"consignor": A, "consignee": B, "place": "P", "destination": "Q", "issuer": "A"}
    return Waybill(number=number, time=day(when), lines=list(lines), **({"deadline": day(20)} | head | more))


def answer(when: int, decision: str, *items: ItemAnswer, issuer: str = "B", to: str = "W", **more) -> Answer:
    named = DocumentRef(issuer="A", number=to)
    head = {"number": f"answer {when}", "consignment": named}
    return Answer(issuer=issuer, time=day(when), decision=decision, items=list(items), **(head | more))


def transit(when: int, *lines: Line, **more) -> Transit:
    head = {"principal": A, "place": "P", "destination": "Q", "issuer": "A", "number": "T"}
    return Transit(time=day(when), deadline=day(9), lines=list(lines), **(head | more))


def corrected(document, replacement=None, version: int = 2) -> Correction:
    return Correction(
        issuer=document.issuer, number=document.number, version=version, time=day(20), replacement=replacement
    )


def again(document, version: int = 2, **changed):
    fields = {name: getattr(document, name) for name in document.__struct_fields__}
    return type(document)(**(fields | {"version": version} | changed))


def book(*documents, mode: str = "strict", attribution: str = "fifo") -> Auditor:
    """An auditor in which all of these are posted."""
    auditor = Auditor(attribution, ("KZ-CUSTOMS",))
    for document in documents:
        assert auditor.record(document, NOW, mode).code == Code.POSTED
    return auditor


def kg(auditor: Auditor, account: Account, number: str | None = None, **when) -> Decimal:
    """What an account holds (of the lots of one document)."""
    held = auditor.balance(**when).items()
    total = sum(q for (a, lot), q in held if a == account and number in (None, lot.number))
    return Decimal(total) / KG


def code(auditor: Auditor, document, mode: str = "strict") -> Code:
    return auditor.record(document, NOW, mode).code


def facts(auditor: Auditor, document, mode: str = "strict") -> tuple:
    verdict = auditor.record(document, NOW, mode)
    assert verdict.code == Code.POSTED
    return verdict.facts


@pytest.fixture(autouse=True)
def sound(monkeypatch):
    """Whatever a test does, the model must keep its own invariants."""
    seen = []
    made = Auditor.__init__
    monkeypatch.setattr(Auditor, "__init__", lambda self, *args: (made(self, *args), seen.append(self))[0])
    yield
    assert [auditor.findings() for auditor in seen] == [[] for _ in seen]


# Journal


def test_the_same_again_is_repeated_and_other_content_is_refused():
    auditor = book(imported("I", 1, line(10)))
    assert auditor.record(imported("I", 1, line(10)), NOW) == Verdict(Code.REPEATED, 1)
    assert auditor.record(imported("I", 1, line(11)), NOW) == Verdict(Code.IDENTITY_CONFLICT, 2)
    assert kg(auditor, A_FREE) == 10


def test_a_refused_document_can_be_mended_and_the_same_refusal_is_entered_once():
    auditor = Auditor()
    wrong, mended = exported("E", 1, line(5)), exported("E", 2, line(4))
    assert auditor.record(wrong, NOW) == Verdict(Code.NOT_HELD, 1)
    assert auditor.record(wrong, NOW) == Verdict(Code.NOT_HELD, 1)
    assert auditor.record(imported("I", 2, line(4)), NOW) == Verdict(Code.POSTED, 2)
    assert auditor.record(mended, NOW) == Verdict(Code.POSTED, 3)
    assert auditor.record(wrong, NOW) == Verdict(Code.IDENTITY_CONFLICT, 4)


def test_the_clock_does_not_run_backwards():
    auditor = book(imported("I", 1, line(10)))
    auditor.record(imported("J", 2, line(5)), day(3))
    assert kg(auditor, A_FREE, as_known=NOW) == 15


def test_versions_come_one_by_one_and_from_corrections_alone():
    doc = imported("I", 1, line(10))
    auditor = book(doc)
    assert code(auditor, imported("J", 1, line(1), version=2)) == Code.NOT_FIRST_VERSION
    assert code(auditor, corrected(doc, version=3)) == Code.NOTHING_TO_CORRECT
    assert code(auditor, corrected(imported("J", 1, line(1)))) == Code.NOTHING_TO_CORRECT
    assert code(auditor, corrected(doc, again(doc, version=3))) == Code.REPLACEMENT_MISMATCH
    assert code(auditor, corrected(doc)) == Code.POSTED
    assert code(auditor, corrected(doc, version=3)) == Code.NOTHING_TO_CORRECT


def test_the_book_issues_nothing_but_its_own_expiries():
    assert code(Auditor(), imported("I", 1, line(10), issuer="book")) == Code.NOT_ENTITLED


# Drawing


def test_first_in_first_out_goes_by_event_time_not_by_record():
    auditor = book(imported("late", 5, line(10)), imported("early", 1, line(10)), exported("E", 6, line(12)))
    assert kg(auditor, abroad("RU"), "early") == 10
    assert kg(auditor, abroad("RU"), "late") == 2
    assert kg(auditor, A_FREE, "late") == 8


def test_what_is_acquired_later_cannot_be_drawn_earlier():
    auditor = book(imported("I", 5, line(10)))
    assert code(auditor, exported("E", 4, line(1))) == Code.NOT_HELD
    assert code(auditor, exported("E", 5, line(1))) == Code.POSTED


def test_proportional_shares_are_rounded_down_and_the_rest_goes_to_the_largest_remainders():
    assert proportional([6, 3, 1], 4) == [3, 1, 0]  # 2.4, 1.2, 0.4: one over, 0.4 ties, the earlier
    assert proportional([6, 3, 1], 5) == [3, 2, 0]  # 3.0, 1.5, 0.5
    assert proportional([6, 3, 1], 12) == [6, 3, 1]
    assert largest_remainder([1, 1, 1], 5) == [2, 2, 1]
    lots = [imported("I", 1, line(6)), imported("J", 2, line(3)), imported("K", 3, line(1))]
    auditor = book(*lots, exported("E", 4, line(5)), attribution="proportional")
    assert [kg(auditor, abroad("RU"), n) for n in "IJK"] == [Decimal("3"), Decimal("1.5"), Decimal("0.5")]


def test_a_named_lot_is_drawn_whatever_code_the_line_states_and_the_drift_is_noted():
    named = LotRef(issuer="customs", number="J", item=1)
    auditor = book(imported("I", 1, line(5)), imported("J", 2, line(5, origin="CN")))
    drawn = line(3, hs="851713", lot=named, origin="UZ")
    assert facts(auditor, exported("E", 3, drawn)) == ((1, FactCode.CODE_DRIFT), (1, FactCode.ORIGIN_DRIFT))
    assert kg(auditor, abroad("RU"), "J") == 3
    assert code(auditor, exported("F", 3, line(3, lot=named))) == Code.NOT_HELD
    assert code(auditor, exported("F", 3, line(3, lot=LotRef(issuer="customs", number="X", item=1)))) == 301


def test_codes_that_convert_to_one_another_share_a_pool_and_others_do_not():
    auditor = book(imported("I", 1, line(5, hs="8517130000"), line(5, item=2, hs="851714")))
    assert code(auditor, exported("E", 2, line(6, hs="851713"))) == Code.NOT_HELD
    assert facts(auditor, exported("E", 2, line(6, hs="851712", edition="HS2017"))) == ()
    assert kg(auditor, A_FREE) == 4
    auditor = book(imported("I", 1, line(5, hs="851712", edition="HS2012")))
    assert facts(auditor, exported("E", 2, line(3, hs="851714"))) == ()


def test_other_kinds_of_unit_are_other_goods_and_units_of_one_kind_are_not():
    auditor = book(imported("I", 1, line(1, unit="TNE")))
    assert code(auditor, exported("E", 2, line(1, unit="LTR"))) == Code.NOT_HELD
    assert code(auditor, exported("E", 2, line(250))) == Code.POSTED
    assert kg(auditor, A_FREE) == 750


def test_strict_refuses_the_whole_document_and_observe_lends_the_rest():
    stock = imported("I", 1, line(4))
    twice = exported("E", 2, line(3), line(3, item=2))
    assert code(book(stock), twice) == Code.NOT_HELD
    auditor = book(stock)
    assert facts(auditor, twice, "observe") == ((2, FactCode.UNEXPLAINED),)
    assert kg(auditor, abroad("RU"), "I") == 4
    assert kg(auditor, abroad("RU"), "E") == 2
    assert kg(auditor, UNEXPLAINED, "E") == -2
    assert kg(auditor, A_FREE) == 0


def test_an_unknown_lot_is_lent_whole_in_observe_mode():
    auditor = book(imported("I", 1, line(4)))
    unknown = exported("E", 2, line(3, lot=LotRef(issuer="x", number="x", item=1)))
    assert facts(auditor, unknown, "observe") == ((1, FactCode.UNEXPLAINED),)
    assert kg(auditor, A_FREE, "I") == 4
    assert kg(auditor, UNEXPLAINED) == -3


def test_a_change_of_regime_moves_the_lot_on():
    auditor = book(
        imported("I", 1, line(10), regime=Regime.WAREHOUSE),
        imported("J", 2, line(4), previous_regime=Regime.WAREHOUSE, country=""),
    )
    assert kg(auditor, Account("A", "P", "warehouse", "free"), "I") == 6
    assert kg(auditor, A_FREE, "I") == 4


# Consignments


def test_a_confirmed_waybill_moves_from_reserved_to_the_consignee():
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)))
    assert (kg(auditor, A_FREE), kg(auditor, A_RESERVED), kg(auditor, B_FREE)) == (4, 6, 0)
    assert code(auditor, exported("E", 3, line(5))) == Code.NOT_HELD
    assert code(auditor, answer(4, "confirm")) == Code.POSTED
    assert (kg(auditor, A_RESERVED), kg(auditor, B_FREE)) == (0, 6)
    assert auditor.consignment(("A", "W")).state == "confirmed"
    assert code(auditor, answer(5, "confirm")) == Code.CONSIGNMENT_CLOSED


def test_who_may_answer_and_when():
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6), issuer="A"))
    assert code(auditor, answer(3, "confirm", to="X")) == Code.CONSIGNMENT_UNKNOWN
    assert code(auditor, answer(3, "confirm", issuer="A")) == Code.NOT_ENTITLED
    assert code(auditor, answer(3, "revoke", issuer="B")) == Code.NOT_ENTITLED
    assert code(auditor, answer(3, "expire", issuer="KZ-CUSTOMS")) == Code.NOT_ENTITLED
    assert code(auditor, answer(1, "confirm")) == Code.TIME_BEFORE_CONSIGNMENT
    assert facts(auditor, answer(21, "decline", issuer="KZ-CUSTOMS")) == ((0, FactCode.LATE),)
    assert kg(auditor, A_FREE) == 10


def test_partial_accepts_misses_and_returns():
    auditor = book(
        imported("I", 1, line(10), line(10, item=2)),
        waybill("W", 2, line(6), line(5, item=2, lot=LotRef(issuer="customs", number="I", item=2))),
    )
    beyond = ItemAnswer(item=1, accepted=Decimal(5), shortage=Decimal(2))
    assert code(auditor, answer(3, "partial", beyond)) == Code.MORE_THAN_DISPATCHED
    assert code(auditor, answer(3, "partial", ItemAnswer(item=3, accepted=Decimal(1)))) == Code.ITEM_UNKNOWN
    said = ItemAnswer(item=1, accepted=Decimal(3), shortage=Decimal(1))
    assert facts(auditor, answer(3, "partial", said)) == ((1, FactCode.SHORTAGE),)
    assert kg(auditor, B_FREE) == 3 + 5
    assert kg(auditor, LOST) == 1
    assert kg(auditor, A_FREE) == 20 - 11 + 2


def test_expiry_answers_at_the_deadline_in_order():
    first, second = waybill("W", 2, line(6), deadline=day(5)), waybill("V", 3, line(1), deadline=day(4))
    auditor = Auditor()
    for document in (imported("I", 1, line(10)), first, second):
        auditor.record(document, day(3))
    assert auditor.expire(day(4)) == []
    expected = ((0, FactCode.EXPIRED),)
    assert auditor.expire(day(6)) == [Verdict(Code.POSTED, 4, expected), Verdict(Code.POSTED, 5, expected)]
    assert [entry.document.number for entry in auditor.entries[3:]] == ["expire:3", "expire:2"]
    assert kg(auditor, A_FREE, at=day(4)) == 4
    assert kg(auditor, A_FREE, at=day(5)) == 10
    assert auditor.consignment(("A", "W")).state == "expired"
    assert code(auditor, corrected(auditor.entries[4].document)) == Code.NOT_ENTITLED


def test_a_transit_that_enters_is_born_reserved_and_false_transit_leaves_facts():
    regime = Account("A", "P", "transit", "reserved")
    auditor = book(transit(1, line(10), line(5, item=2), country="DE", destination_country="KZ"))
    assert kg(auditor, regime) == 15
    ref = DocumentRef(issuer="A", number="T")
    diverted = Diversion(issuer="A", number="D", time=day(2), consignment=ref, destination="R")
    assert facts(auditor, diverted) == ((0, FactCode.DIVERTED),)
    left = Exit(
        issuer="gate", number="X", time=day(10), consignment=ref, place="R", country="RU",
        shortages=[ItemQuantity(item=2, quantity=Decimal(1))],
    )  # fmt: skip
    wanted = ((0, FactCode.EXITED_ELSEWHERE), (0, FactCode.LATE), (2, FactCode.SHORTAGE))
    assert facts(auditor, left) == wanted
    assert (kg(auditor, abroad("RU")), kg(auditor, LOST), kg(auditor, regime)) == (14, 1, 0)
    assert code(auditor, answer(3, "confirm", to="T")) == Code.CONSIGNMENT_CLOSED


def test_an_answer_is_for_waybills_and_an_arrival_for_transits():
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)), transit(2, line(4)))
    assert code(auditor, answer(3, "confirm", to="T")) == Code.WRONG_CONSIGNMENT_KIND
    arrival = {"issuer": "g", "number": "R", "time": day(3), "holder": B, "place": "Q"}
    wrong = Arrival(consignment=DocumentRef(issuer="A", number="W"), **arrival)
    assert code(auditor, wrong) == Code.WRONG_CONSIGNMENT_KIND
    assert facts(auditor, Arrival(consignment=DocumentRef(issuer="A", number="T"), **arrival)) == ()
    assert kg(auditor, Account("B", "Q", "temporary_storage", "free")) == 4


def split(when: int, *shares: str, number: str = "S", of: str = "W") -> Split:
    parts = [
        Part(number=f"{number}{i}", destination="R", items=[ItemQuantity(item=1, quantity=Decimal(share))])
        for i, share in enumerate(shares, start=1)
    ]
    return Split(
        issuer="C", number=number, time=day(when), consignment=DocumentRef(issuer="A", number=of), parts=parts
    )


def test_a_split_shares_out_exactly_and_its_parts_go_their_own_ways():
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)))
    assert code(auditor, split(3, "4", "1")) == Code.NOT_SPLIT_EXACTLY
    assert code(auditor, split(3, "4", "3")) == Code.MORE_THAN_DISPATCHED
    assert code(auditor, split(3, "4", "2")) == Code.POSTED
    assert code(auditor, split(3, "4", "2", number="Z")) == Code.CONSIGNMENT_CLOSED
    first, second = (DocumentRef(issuer="C", number=f"S{i}") for i in (1, 2))
    assert code(auditor, answer(2, "confirm", consignment=first)) == Code.TIME_BEFORE_CONSIGNMENT
    assert code(auditor, answer(4, "confirm", consignment=first)) == Code.POSTED
    assert code(auditor, answer(5, "revoke", issuer="C", consignment=second)) == Code.POSTED
    assert kg(auditor, Account("B", "R", "home_use", "free")) == 4
    assert kg(auditor, A_FREE) == 6


def test_the_number_of_a_part_is_taken_for_ever():
    doc = split(3, "4", "2")
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)), doc, corrected(doc))
    assert auditor.consignment(("A", "W")).state == "open"
    assert auditor.consignment(("C", "S1")).state == "corrected"
    assert code(auditor, again(doc, version=1, number="U")) == Code.IDENTITY_CONFLICT
    assert code(auditor, exported("S1", 3, line(1), issuer="C")) == Code.IDENTITY_CONFLICT
    assert code(auditor, answer(4, "confirm")) == Code.POSTED


def test_a_part_whose_deadline_passed_before_the_split_expires_at_the_split():
    auditor = Auditor()
    stock, paper = imported("I", 1, line(10)), waybill("W", 2, line(6), deadline=day(4))
    for document in (stock, paper, split(5, "4", "2")):
        auditor.record(document, day(5))
    auditor.expire(day(6))
    assert [e.document.number for e in auditor.entries[3:]] == ["expire:3.1", "expire:3.2"]
    assert kg(auditor, A_FREE, at=day(4)) == 4
    assert kg(auditor, A_FREE, at=day(5)) == 10


def test_a_seizure_takes_from_the_consignment_and_may_end_it():
    ref = DocumentRef(issuer="A", number="W")
    head = {"issuer": "KZ-CUSTOMS", "time": day(3), "holder": C, "place": "X", "consignment": ref}
    first = Seizure(number="Z1", lines=[line(4)], **head)
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)), first)
    assert auditor.left(("A", "W")) == {1: 2 * KG}
    assert code(auditor, Seizure(number="Z2", lines=[line(3)], **head)) == Code.MORE_THAN_DISPATCHED
    assert code(auditor, Seizure(number="Z2", lines=[line(1, unit="LTR")], **head)) == Code.ITEM_UNKNOWN
    assert code(auditor, Seizure(number="Z2", lines=[line(2)], **head)) == Code.POSTED
    assert kg(auditor, SEIZED) == 6
    assert auditor.consignment(("A", "W")).state == "seized"
    assert code(auditor, corrected(first)) == Code.POSTED
    assert auditor.consignment(("A", "W")).state == "open"
    assert auditor.left(("A", "W")) == {1: 4 * KG}


def test_seals_move_nothing_and_may_tell_after_the_end():
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)), answer(3, "confirm"))
    told = {"issuer": "g", "number": "L", "seal": "s", "event": "broken"}
    ref = DocumentRef(issuer="A", number="W")
    assert code(auditor, SealEvent(time=day(1), consignment=ref, **told)) == Code.TIME_BEFORE_CONSIGNMENT
    assert code(auditor, SealEvent(time=day(4), consignment=ref, **told)) == Code.POSTED


# Processing, consumption, stock count


def test_processing_uses_makes_and_remembers_its_parents():
    made = [
        line(3, item=2, hs="851713", kind=OutputLine, share=1),
        line(1, item=3, hs="851714", kind=OutputLine, share=2),
        line(1, item=4, hs="851714", kind=OutputLine),
    ]
    head = {"issuer": "A", "number": "M", "time": day(2), "processor": A, "place": "P"}
    auditor = book(imported("I", 1, line(6)), imported("J", 1, line(6)))
    assert code(auditor, Processing(inputs=[line(10)], outputs=made, **head)) == Code.POSTED
    assert (kg(auditor, USED, "I"), kg(auditor, USED, "J")) == (6, 4)
    assert (kg(auditor, A_FREE, "M"), kg(auditor, MADE)) == (5, 0)
    shares = [(child, parent, share) for child, parent, _, share in auditor.state.parents]
    third = KG // 3  # 4 kg by 1:2 is 1,333,333.3 and 2,666,666.7 mg
    assert shares == [(2, 0, 2 * KG), (3, 0, 4 * KG), (2, 1, KG + third), (3, 1, 2 * KG + 2 * third + 1)]
    nothing = [line(3, item=2, kind=OutputLine, share=0)]
    assert code(auditor, Processing(inputs=[line(1)], outputs=nothing, **head | {"number": "N"})) == 105
    twice = [line(3, kind=OutputLine)]
    assert code(auditor, Processing(inputs=[line(1)], outputs=twice, **head | {"number": "N"})) == 207


def test_a_stock_count_moves_the_book_to_what_was_found():
    def count(number: str, found: str) -> StockCount:
        lines = [line(found, kind=CountedLine)]
        return StockCount(issuer="A", number=number, time=day(3), holder=A, place="P", lines=lines)

    auditor = book(imported("I", 1, line(10)), imported("J", 5, line(10)))
    assert facts(auditor, count("N1", "12")) == ((1, FactCode.COUNT_SURPLUS),)
    assert (kg(auditor, A_FREE, "N1"), kg(auditor, UNEXPLAINED)) == (2, -2)
    assert facts(auditor, count("N2", "12")) == ()
    assert facts(auditor, count("N3", "1")) == ((1, FactCode.COUNT_LOSS),)
    assert (kg(auditor, LOST, "I"), kg(auditor, LOST, "N1"), kg(auditor, A_FREE, "J")) == (10, 1, 10)


# Correction


def test_a_cancelled_import_takes_its_birth_back_unless_the_goods_moved_on():
    doc = imported("I", 1, line(10))
    auditor = book(doc)
    assert code(auditor, corrected(doc)) == Code.POSTED
    assert not auditor.balance()
    auditor = book(doc, exported("E", 2, line(4)))
    assert code(auditor, corrected(doc)) == Code.MOVED_ON
    assert facts(auditor, corrected(doc), "observe") == ((1, FactCode.TAKEN_BACK_UNEXPLAINED),)
    assert (kg(auditor, abroad("RU")), kg(auditor, UNEXPLAINED), kg(auditor, A_FREE)) == (4, -4, 0)


def test_an_import_of_the_same_head_keeps_its_lots_and_moves_the_difference():
    doc = imported("I", 1, line(10), line(5, item=2), line(7, item=3))
    auditor = book(doc, exported("E", 2, line(4)))
    mended = again(doc, lines=[line(8), line(6, item=2), line(1, item=4)])
    assert code(auditor, corrected(doc, mended)) == Code.POSTED
    balance = {lot.item: q for (a, lot), q in auditor.balance().items() if a == A_FREE}
    assert balance == {1: 4 * KG, 2: 6 * KG, 4: 1 * KG}
    assert len(auditor.state.lots) == 4
    too_little = again(doc, version=3, lines=[line(3)])
    assert code(auditor, corrected(doc, too_little, version=3)) == Code.MOVED_ON
    assert code(auditor, corrected(doc, again(doc, version=3, lines=[line(4)]), version=3)) == Code.POSTED
    assert kg(auditor, A_FREE) == 0


def test_less_of_a_kept_lot_comes_from_layers_that_still_hold_something():
    doc = imported("I", 1, line(10))
    more = again(doc, lines=[line(12)])
    named = LotRef(issuer="customs", number="I", item=1)
    auditor = book(doc, corrected(doc, more), exported("E", 2, line(11, lot=named)))
    less = again(doc, version=3, lines=[line(9)])
    assert code(auditor, corrected(doc, less, version=3)) == Code.MOVED_ON
    assert facts(auditor, corrected(doc, less, version=3), "observe") == ((1, 13),)
    assert (kg(auditor, UNEXPLAINED), kg(auditor, abroad("RU")), kg(auditor, A_FREE)) == (-2, 11, 0)


def test_an_import_of_another_time_is_born_anew():
    doc = imported("I", 1, line(10))
    auditor = book(doc, corrected(doc, again(doc, time=day(2))))
    assert len(auditor.state.lots) == 2
    assert (kg(auditor, A_FREE, at=day(1)), kg(auditor, A_FREE, at=day(2))) == (0, 10)


def test_a_cancelled_answer_opens_the_waybill_again():
    doc = answer(3, "confirm")
    stock, paper = imported("I", 1, line(10)), waybill("W", 2, line(6))
    auditor = book(stock, paper, doc)
    assert code(auditor, corrected(paper)) == Code.NOT_CORRECTABLE
    assert code(auditor, corrected(doc, again(doc, decision="decline"))) == Code.POSTED
    assert kg(auditor, A_FREE) == 10
    assert code(auditor, corrected(doc, version=3)) == Code.POSTED
    assert (kg(auditor, A_RESERVED), auditor.consignment(("A", "W")).state) == (6, "open")
    assert code(auditor, corrected(paper, again(paper, consignee=C))) == Code.NOT_CORRECTABLE
    assert code(auditor, corrected(paper, again(paper, time=day(1)))) == Code.NOT_CORRECTABLE
    assert code(auditor, corrected(paper, again(paper, time=day(3), lines=[line(2)]))) == Code.POSTED
    assert (kg(auditor, A_RESERVED), kg(auditor, A_FREE)) == (2, 8)


def test_after_a_diversion_nothing_and_after_a_cancelled_seizure_everything_can_be_corrected():
    ref = DocumentRef(issuer="A", number="W")
    paper = waybill("W", 2, line(6))
    head = {"issuer": "K", "number": "Z", "time": day(3), "holder": A, "place": "P", "consignment": ref}
    seizure = Seizure(lines=[line(4)], **head)
    auditor = book(imported("I", 1, line(10)), paper, seizure)
    assert code(auditor, corrected(paper)) == Code.NOT_CORRECTABLE
    assert code(auditor, corrected(seizure)) == Code.POSTED
    diversion = Diversion(issuer="A", number="D", time=day(3), consignment=ref, destination="R")
    assert code(auditor, corrected(paper, again(paper, lines=[line(5)]))) == Code.POSTED
    assert code(auditor, diversion) == Code.POSTED
    assert code(auditor, corrected(paper, version=3)) == Code.NOT_CORRECTABLE
    assert code(auditor, corrected(diversion)) == Code.NOT_CORRECTABLE


def test_a_seizure_out_of_what_has_ended_since_stays():
    ref = DocumentRef(issuer="A", number="W")
    head = {"issuer": "K", "number": "Z", "time": day(3), "holder": A, "place": "P", "consignment": ref}
    seizure = Seizure(lines=[line(4)], **head)
    auditor = book(imported("I", 1, line(10)), waybill("W", 2, line(6)), seizure, answer(4, "confirm"))
    assert code(auditor, corrected(seizure)) == Code.NOT_CORRECTABLE


def test_a_name_means_the_lot_of_the_latest_version():
    doc = imported("I", 1, line(10))
    auditor = book(doc, corrected(doc, again(doc, lines=[line(3, hs="851713")])))
    named = LotRef(issuer="customs", number="I", item=1)
    assert facts(auditor, exported("E", 2, line(2, hs="851713", lot=named))) == ()
    assert kg(auditor, A_FREE) == 1


# Holds and cases

FIRST = LotRef(issuer="customs", number="I", item=1)


def hold(number: str, *lots: LotRef, issuer: str = "KZ-CUSTOMS", case: str = "1", kind: type = Hold):
    return kind(issuer=issuer, number=number, time=day(9), lots=list(lots or [FIRST]), case=case)


def with_held(*documents, attribution: str = "fifo") -> Auditor:
    """10 kg that are held, and 5 kg that came a day later and are not."""
    stock = (imported("I", 1, line(10)), imported("J", 2, line(5)))
    return book(*stock, *documents, hold("H"), attribution=attribution)


@pytest.mark.parametrize("mode", ["strict", "observe"])
def test_what_is_held_is_passed_over_and_nothing_is_lent_for_it(mode):
    auditor = with_held()
    assert code(auditor, exported("E1", 3, line(6)), mode) == Code.LOT_HELD
    assert code(auditor, exported("E2", 3, line(60)), mode) == Code.LOT_HELD
    assert code(auditor, exported("E3", 3, line(1, lot=FIRST)), mode) == Code.LOT_HELD
    assert code(auditor, exported("E4", 3, line(5)), mode) == Code.POSTED
    assert (kg(auditor, A_FREE, "I"), kg(auditor, A_FREE, "J")) == (10, 0)


def test_goods_under_way_may_only_come_home():
    auditor = with_held(waybill("W", 2, line(4)))
    for issuer, decision in (("B", "confirm"), ("B", "partial"), ("KZ-CUSTOMS", "confirm")):
        assert code(auditor, answer(3, decision, issuer=issuer)) == Code.LOT_HELD
    assert code(auditor, answer(3, "decline")) == Code.POSTED
    assert kg(auditor, A_FREE, "I") == 10


def test_the_authority_seizes_what_it_holds_and_a_count_finds_it_missing():
    taken = Seizure(issuer="B", number="Z", time=day(3), holder=A, place="P", lines=[line(12)])
    auditor = with_held()
    assert code(auditor, taken) == Code.LOT_HELD
    assert code(auditor, again(taken, 1, issuer="KZ-CUSTOMS")) == Code.POSTED
    assert kg(auditor, SEIZED, "I") == 10
    found = StockCount(
        issuer="A", number="N", time=day(3), holder=A, place="P", lines=[line(1, kind=CountedLine)]
    )
    auditor = with_held()
    assert facts(auditor, found) == ((1, FactCode.COUNT_LOSS),)
    assert kg(auditor, LOST, "I") == 10


def test_a_correction_leaves_held_lots_alone_but_they_may_grow():
    doc = imported("I", 1, line(10), line(3, item=2))
    auditor = book(doc, hold("H"))
    assert code(auditor, corrected(doc), "observe") == Code.LOT_HELD
    less = again(doc, lines=[line(9), line(3, item=2)])
    assert code(auditor, corrected(doc, less), "observe") == Code.LOT_HELD
    more = again(doc, lines=[line(11), line(2, item=2)])
    assert code(auditor, corrected(doc, more)) == Code.POSTED
    assert code(auditor, corrected(hold("H"))) == Code.NOT_CORRECTABLE


def test_each_release_lifts_the_holds_of_its_case():
    auditor = with_held(hold("H2", case="2"))
    released = [hold(f"R{case}", case=case, kind=Release) for case in ("1", "2", "")]
    assert code(auditor, released[0]) == Code.POSTED
    assert code(auditor, exported("E", 3, line(6))) == Code.LOT_HELD
    assert code(auditor, again(released[0], 1, number="R1 again")) == Code.NO_HOLD
    assert code(auditor, released[1]) == Code.POSTED
    assert code(auditor, exported("E", 3, line(6))) == Code.POSTED
    assert code(auditor, released[2]) == Code.NO_HOLD
    assert code(auditor, hold("H3", issuer="A")) == Code.NOT_ENTITLED


# Time and the order of the checks


def test_balances_as_it_was_and_as_it_was_known():
    auditor = Auditor()
    auditor.record(imported("I", 1, line(10)), day(2))
    auditor.record(imported("J", 1, line(5)), day(4))
    assert kg(auditor, A_FREE, at=day(1), as_known=day(3)) == 10
    assert kg(auditor, A_FREE, at=day(1)) == 15
    assert kg(auditor, A_FREE, at=START) == 0
    late = day(6) + timedelta(seconds=1)
    assert auditor.record(again(imported("K", 6, line(5)), 1, time=late), day(5)).code == Code.IN_THE_FUTURE
    assert auditor.record(imported("L", 6, line(5)), day(5)).code == Code.POSTED


WRONG = Line(item=1, hs="100630", quantity=Decimal("0.0000001"), unit="XXX")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (imported("I", 33, WRONG, WRONG, country=""), Code.IN_THE_FUTURE),
        (transit(10, WRONG, WRONG, country="UU"), Code.DEADLINE_BEFORE_TIME),
        (imported("I", 1, WRONG, WRONG, country=""), Code.COUNTRY_MISSING),
        (imported("I", 1, WRONG, WRONG, country="UU"), Code.UNKNOWN_COUNTRY),
        (imported("I", 1, line(1), line(1, item=2, origin="UU", unit="XXX")), Code.UNKNOWN_COUNTRY),
        (imported("I", 1, WRONG, WRONG), Code.DUPLICATE_ITEM),
        (imported("I", 1, WRONG), Code.UNKNOWN_UNIT),
        (imported("I", 1, line("0.0000001")), Code.TOO_FINE),
        (exported("E", 1, line(1), line("0.0000001", item=2)), Code.TOO_FINE),
        (exported("E", 1, line(1), line(1, item=2, lot=LotRef(issuer="x", number="x", item=1))), 300),
        (exported("E", 1, line(1, lot=LotRef(issuer="x", number="x", item=1)), line(1, item=2)), 301),
    ],
)
def test_the_first_check_that_fails_gives_the_code(document, expected):
    assert code(Auditor(), document) == expected


def test_a_code_that_is_in_no_table_is_noted_and_counts_as_itself():
    auditor = Auditor()
    doc = imported("I", 1, line(5, hs="999998"), line(1, item=2))
    assert facts(auditor, doc) == ((1, FactCode.UNKNOWN_HS),)
    drawn = exported("E", 2, line(5, hs="999998", edition="HS2012"))
    assert facts(auditor, drawn) == ((1, FactCode.UNKNOWN_HS),)


def test_a_consumption_is_used_up():
    doc = Consumption(issuer="A", number="U", time=day(2), holder=A, place="P", lines=[line(3)])
    auditor = book(imported("I", 1, line(10)), doc)
    assert (kg(auditor, USED), kg(auditor, A_FREE)) == (3, 7)
