"""Events in a real book: what becomes a document, what is refused, what is a sighting."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from epcis_desk import document, event, open_desk

from sarai.goods import BadSetting, Code
from sarai.server.epcis import EpcisSettings, View, read_wares
from sarai.server.epcis.wares import Ware

LOT = "urn:epc:class:lgtin:4012345.012345.998877"
LINK = "https://id.gs1.org/01/04012345123456"
A, B = "urn:sarai:party:KZ-A", "urn:sarai:party:KZ-B"
STORE_A, STORE_B = "urn:sarai:place:KZ-STORE-A", "urn:sarai:place:KZ-STORE-B"
ADVICE = [{"type": "desadv", "bizTransaction": "urn:x:advice:1"}]


def moved(
    step: str, source: str = A, destination: str = B, quantity: Any = 10, **more: Any
) -> dict[str, Any]:
    """A shipment or its receipt."""
    told = {
        "epcList": None, "bizStep": step, "bizTransactionList": ADVICE,
        "quantityList": [{"epcClass": LOT, "quantity": quantity, "uom": "KGM"}],
        "sourceList": [
            {"type": "possessing_party", "source": source},
            {"type": "location", "source": STORE_A},
        ],
        "destinationList": [
            {"type": "possessing_party", "destination": destination},
            {"type": "location", "destination": STORE_B},
        ],
        "sarai:hs": "854231",
    }  # fmt: skip
    return event(**(told | more))


def imported(**more: Any) -> dict[str, Any]:
    """Goods from abroad for A."""
    told = moved("receiving", "urn:x:abroad", A, 100, bizTransactionList=None, **{"sarai:country": "DE"})
    told["destinationList"][1]["destination"] = STORE_A
    return (
        told | {"eventTime": "2026-03-01T09:00:00Z", "sarai:origin": "DE", "eventID": "urn:x:import"} | more
    )


async def became(desk, *names: str) -> list[tuple[str, int | None]]:
    found = [(await desk.outcomes(name))[-1] for name in names]
    return [(each["state"], each.get("code")) for each in found]


def named(told: dict[str, Any], name: str) -> dict[str, Any]:
    return told | {"eventID": f"urn:x:{name}"}


def test_goods_come_are_sent_and_received(play):
    async def story(desk):
        sent, got = named(moved("shipping"), "sent"), named(moved("receiving"), "got")
        await desk.capture([imported(), sent])
        await desk.capture([got | {"eventTime": "2026-03-03T09:00:00Z"}])
        names = ("urn:x:import", "urn:x:sent", "urn:x:got")
        assert await became(desk, *names) == [("posted", 0)] * 3
        (told,) = await desk.outcomes("urn:x:sent")
        assert (told["issuer"], told["number"], told["entry"]) == ("KZ-A", "urn:x:advice:1", 2)
        assert (balance(desk, "KZ-A"), balance(desk, "KZ-B")) == (90_000_000, 10_000_000)

    play(story, mode="strict")


def balance(desk, party: str) -> int:
    return sum(row.quantity for row in desk.house.book.balance(party=party).rows if row.state == "free")


def test_all_of_it_in_one_document(play):
    async def story(desk):
        got = named(moved("receiving"), "got") | {"eventTime": "2026-03-03T09:00:00Z"}
        await desk.capture([imported(), named(moved("shipping"), "sent"), got])
        assert await became(desk, "urn:x:sent", "urn:x:got") == [("posted", 0)] * 2
        assert balance(desk, "KZ-B") == 10_000_000

    play(story, mode="strict")


def test_less_arrives_than_was_sent(play):
    async def story(desk):
        got = named(moved("receiving", quantity=7), "got") | {"eventTime": "2026-03-03T09:00:00Z"}
        more = named(moved("receiving", quantity=17), "more") | {"eventTime": "2026-03-03T08:00:00Z"}
        await desk.capture([imported(), named(moved("shipping"), "sent"), more, got])
        assert await became(desk, "urn:x:more", "urn:x:got") == [("refused", 307), ("posted", 0)]
        assert balance(desk, "KZ-B") == 7_000_000

    play(story, mode="strict")


def test_what_was_told_twice_moves_once(play):
    async def story(desk):
        await desk.capture([imported(), named(moved("shipping"), "sent"), named(moved("departing"), "left")])
        later = {"eventTime": "2026-03-03T09:00:00Z"}
        await desk.capture(
            [named(moved("arriving"), "came") | later, named(moved("receiving"), "got") | later]
        )
        names = ("urn:x:sent", "urn:x:left", "urn:x:came", "urn:x:got")
        states = [state for state, _ in await became(desk, *names)]
        assert states == ["posted", "sighting", "posted", "sighting"]

    play(story, mode="strict")


def test_what_is_not_held_is_refused_and_the_event_stays(play):
    async def story(desk):
        assert (await desk.capture([named(moved("shipping"), "sent")]))["success"]
        (told,) = await desk.outcomes("urn:x:sent")
        assert (told["state"], told["code"]) == ("refused", Code.NOT_HELD)
        assert told["entry"] == 1
        assert len(await desk.found(EQ_eventID="urn:x:sent")) == 1

    play(story, mode="strict")


def test_without_hs_code_it_is_refused_with_the_place(play):
    async def story(desk):
        told = named(moved("shipping", **{"sarai:hs": None}), "sent")
        await desk.capture([told])
        (outcome,) = await desk.outcomes("urn:x:sent")
        assert (outcome["state"], outcome["code"]) == ("refused", Code.MISSING_FIELD)
        assert outcome["pointer"] == "/quantityList/0/epcClass"

    play(story)


MASTER = {"epcisMasterData": {"vocabularyList": [{
    "type": "urn:epcglobal:epcis:vtype:EPCClass",
    "vocabularyElementList": [{"id": LINK, "attributes": [{"id": "sarai:hs", "attribute": "854231"}]}],
}]}}  # fmt: skip


@pytest.mark.parametrize("way", ["ilmd", "class by class", "master data", "table"])
def test_where_the_hs_code_may_be_declared(play, tmp_path, way):
    table = tmp_path / "wares.csv"
    table.write_text(
        "class,hs,origin\n" + (f"{LINK},854231,DE\n" if way == "table" else ""), encoding="utf-8"
    )

    async def story(desk):
        told = imported(**{"sarai:hs": None})
        del told["sarai:hs"]
        if way == "ilmd":
            told |= {"action": "ADD", "ilmd": {"sarai:hs": "854231", "cbvmda:countryOfOrigin": "DE"}}
        if way == "class by class":
            told |= {"sarai:hs": {LOT: "854231", "urn:x:other": "010121"}}
        await desk.capture([told], **({"epcisHeader": MASTER} if way == "master data" else {}))
        assert await became(desk, "urn:x:import") == [("posted", 0)]
        (row,) = desk.house.book.balance(party="KZ-A").rows
        assert row.hs.startswith("854231")

    play(story, wares=table)


def test_an_export_and_a_transit(play):
    async def story(desk):
        out = moved("shipping", bizTransactionList=None, **{"sarai:country": "AM"})
        through = moved(
            "departing", bizTransactionList=[{"type": "bol", "bizTransaction": "urn:x:bol:1"}],
            **{"sarai:country": "CN", "sarai:regime": "transit", "sarai:deadline": "2026-04-01T00:00:00Z"},
        )  # fmt: skip
        ends = through | {"bizStep": "arriving", "eventTime": "2026-03-05T00:00:00Z", "sarai:country": "AM"}
        await desk.capture([imported(), named(out, "out"), named(through, "through"), named(ends, "ends")])
        assert await became(desk, "urn:x:out", "urn:x:through", "urn:x:ends") == [("posted", 0)] * 3
        kinds = [each.__struct_config__.tag for each in desk.house.recorded]
        assert kinds == ["import", "export", "transit", "exit"]

    play(story, mode="strict")


def test_processing(play):
    async def story(desk):
        made = event(
            type="TransformationEvent", action=None, epcList=None, eventID="urn:x:made",
            inputQuantityList=[{"epcClass": LOT, "quantity": 10, "uom": "KGM"}],
            outputQuantityList=[{"epcClass": "urn:x:board", "quantity": 4}],
            bizLocation={"id": STORE_A}, sourceList=[{"type": "owning_party", "source": A}],
            **{"sarai:hs": {LOT: "854231", "urn:x:board": "853400"}},
        )  # fmt: skip
        await desk.capture([imported(), made])
        assert await became(desk, "urn:x:made") == [("posted", 0)]
        assert {row.hs for row in desk.house.book.balance(party="KZ-A").rows} == {"854231", "853400"}

    play(story, mode="strict")


def test_what_is_declared_wrong_is_taken_back_and_told_anew(play):
    async def story(desk):
        sent = named(moved("shipping"), "sent")
        wrong = sent | {
            "errorDeclaration": {"declarationTime": "2026-03-04T00:00:00Z", "reason": "incorrect_data"}
        }
        right = named(moved("shipping", quantity=5), "right")
        got = named(moved("receiving", quantity=5), "got") | {"eventTime": "2026-03-05T00:00:00Z"}
        await desk.capture([imported(), sent, wrong, right, got])
        assert [each["state"] for each in await desk.outcomes("urn:x:sent")] == ["posted", "posted"]
        assert await became(desk, "urn:x:right", "urn:x:got") == [("posted", 0)] * 2
        assert (balance(desk, "KZ-A"), balance(desk, "KZ-B")) == (95_000_000, 5_000_000)

    play(story, mode="strict")


def test_sightings_say_why(play):
    async def story(desk):
        told = {
            "step": named(event(bizStep="storing"), "step"),
            "who": named(moved("shipping", sourceList=None), "who"),
            "to": named(moved("shipping", destinationList=None), "to"),
            "what": named(
                moved("shipping", quantityList=None, epcList=["urn:epc:id:sscc:4012345.0000000333"]), "what"
            ),
            "lost": named(moved("receiving"), "lost"),
        }
        await desk.capture(list(told.values()))
        for name, words in {
            "step": "no movement", "who": "sourceList", "to": "destinationList", "what": "no quantity",
            "lost": "no consignment",
        }.items():  # fmt: skip
            (outcome,) = await desk.outcomes(f"urn:x:{name}")
            assert outcome["state"] == "sighting"
            assert words in outcome["words"]

    play(story)


def test_instances_count_by_their_product(play):
    async def story(desk):
        told = imported() | {
            "quantityList": [],
            "epcList": [f"urn:epc:id:sgtin:4012345.011111.{n}" for n in range(3)],
        }
        await desk.capture([told])
        assert await became(desk, "urn:x:import") == [("posted", 0)]
        (line,) = desk.house.recorded[0].lines
        assert (line.quantity, line.unit) == (Decimal(3), "C62")

    play(story)


def test_a_book_that_will_not_answer_is_asked_again(play, monkeypatch):
    monkeypatch.setattr("sarai.server.epcis.repository.PAUSE_S", 0.01)

    async def story(desk):
        desk.house.down = 3
        await desk.capture([imported()])
        assert await became(desk, "urn:x:import") == [("posted", 0)]

    play(story)


def test_nobody_writes_in_the_name_of_another(tmp_path):
    async def story():
        async with open_desk(tmp_path) as desk:
            told = imported() | {"@context": document([])["@context"]}
            await desk.repository.capture_event(json.dumps(told).encode(), View("b", "trader", ("KZ-B",)))
            (outcome,) = await desk.outcomes("urn:x:import")
            assert (outcome["state"], outcome["code"]) == ("refused", Code.NOT_ENTITLED)
            other = told | {"eventID": "urn:x:own"}
            await desk.repository.capture_event(json.dumps(other).encode(), View("a", "trader", ("KZ-A",)))
            assert await became(desk, "urn:x:own") == [("posted", 0)]

    asyncio.run(story())


def test_the_table_of_wares(tmp_path):
    table = tmp_path / "wares.csv"
    table.write_text(f"class,hs,edition,description\n{LOT},8542310000,HS2017,chips\n", encoding="utf-8")
    assert read_wares(table) == {f"{LINK}/10/998877": Ware("8542310000", "HS2017", "", "chips")}


@pytest.mark.parametrize(
    "text", ["name\n", "class,hs\nurn:x:1,85\n", "class,hs,edition\nurn:x:1,854231,HS1900\n"]
)
def test_a_table_that_cannot_be_used(tmp_path, text):
    table = tmp_path / "wares.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=r"wares\.csv"):
        read_wares(table)


def test_a_deadline_by_default(play):
    async def story(desk):
        await desk.capture([imported(), named(moved("shipping"), "sent")])
        await became(desk, "urn:x:sent")
        waybill = desk.house.recorded[1]
        assert (waybill.deadline - waybill.time).days == 3

    play(story, EpcisSettings(answer_days=3))
