"""Cases that press and courts described: each is caught among honest trade, and told so that one understands.

With ``-s`` the texts are shown as an officer reads them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from press_cases import (
    CHIP_BUYER,
    DRONE_BUYER,
    FATHER,
    RECEIVER,
    REROUTED,
    RESELLER,
    SON,
    all_arrive,
    among_honest_trade,
    day,
    drones,
    false_transit,
    son_of_a_seller,
)
from watching import watch

from sarai.ledger.rows import to_us
from sarai.watch.finding import Alert

END = day(75)


@pytest.fixture(scope="module")
def alerts() -> list[Alert]:
    """All three cases among the same honest trade."""
    papers, given = among_honest_trade(false_transit(), son_of_a_seller(), drones())
    return watch(papers, given, until=END)


def of(alerts: Iterable[Alert], *parties: str, consignment: str = "") -> list[Alert]:
    """Those about one of these parties or this consignment, with their texts shown."""
    found = [
        alert for alert in alerts
        if set(parties) & set(alert.parties) or (consignment and alert.consignment == consignment)
    ]  # fmt: skip
    for alert in found:
        print(f"\n{alert.typology}, score {alert.score}: {alert.words}")
        for reason in alert.reasons[1:]:
            print(f"    {reason.points:+.2f} {reason.typology}: {reason.words}")
    return found


def all_words(alerts: Iterable[Alert]) -> str:
    return "\n".join(reason.words for alert in alerts for reason in alert.reasons)


# -- false transit through a Belarusian store (OCCRP, February 2024) ------------------------------------


@pytest.mark.parametrize("number", range(5))
def test_goods_sent_on_to_russia_from_the_store_are_told_as_that_is_recorded(alerts, number: int):
    """Two days before the goods leave it."""
    told = of(alerts, consignment=f"customs:BYMSQ/BYMSQ/{number:06d}")
    first = told[0]
    assert first.typology == "diverted-before-arrival"
    assert first.raised < to_us(day(10 + 2 * number + 5.1))
    for word in (REROUTED.id, "KZALA", "RUMOW", "RU", "854231", f"D-{number}"):
        assert word in first.words
    assert REROUTED.id in first.parties


@pytest.mark.parametrize("number", range(3))
def test_that_they_left_for_russia_is_told_too(alerts, number: int):
    told = of(alerts, consignment=f"customs:BYMSQ/BYMSQ/{number:06d}")
    (left,) = [alert for alert in told if alert.typology == "exit-elsewhere"]
    assert "KZALA" in left.words
    assert "RUMOW" in left.words
    assert len(left.entries) >= 3, "the transit, the diversion and the exit"


@pytest.mark.parametrize("number", range(5, 8))
def test_goods_of_which_no_paper_tells_are_told_by_their_seal_and_then_by_their_deadline(alerts, number: int):
    told = of(alerts, consignment=f"customs:BYMSQ/BYMSQ/{number:06d}")
    off_route, overdue = (
        next(alert for alert in told if alert.typology == name) for name in ("off-route", "transit-overdue")
    )
    start = 10 + 2 * number
    assert off_route.raised == to_us(day(start, 100)) + 60_000_000, "as soon as the seal says so"
    assert to_us(day(start + 14)) < overdue.raised <= to_us(day(start + 14 + 7))
    assert "KZALA" in overdue.words
    assert "June 2022" in overdue.words


def test_goods_that_rest_in_the_same_store_and_come_are_left_alone():
    papers, given = among_honest_trade(all_arrive())
    assert of(watch(papers, given, until=END), REROUTED.id, RECEIVER.id) == []


# -- a firm founded weeks after February 2022, whose owner's father sells chips in Germany ---------------


def test_the_son_of_a_seller_is_told_by_his_second_delivery(alerts):
    told = of(alerts, SON.id)
    assert told
    assert told[0].raised <= to_us(day(12 + 5 + 3.1))
    words = all_words(told)
    for word in ("founded", "854231", "RU", "3 days", "100%", CHIP_BUYER.id):
        assert word in words


def test_that_the_seller_has_the_same_telephone_is_told_too(alerts):
    assert FATHER.id in all_words(of(alerts, SON.id))


# -- drones, all for one buyer ---------------------------------------------------------------------------


def test_drones_that_may_not_go_to_russia_are_told_with_every_export(alerts):
    told = [alert for alert in of(alerts, RESELLER.id) if alert.typology == "controlled-goods"]
    assert len(told) == 4
    assert told[0].words == (
        "Goods of Trader 0003 LLP (KZ-990003) on customs:KZPPK/PPK/0 (880624) may not go to RU: they are on "
        "ban of unmanned aircraft. 880624 of HS2022 lies in 8806 of HS2022 (ban of unmanned aircraft). "
        "Destination RU is named."
    )


def test_that_one_buyer_gets_all_of_them_is_told_even_if_no_list_forbids_it():
    papers, given = among_honest_trade(drones())
    given.controls = None
    told = of(watch(papers, given, until=END), RESELLER.id)
    assert told
    assert DRONE_BUYER.id in all_words(told)
    assert "880624" in all_words(told)


# -- and nobody else -------------------------------------------------------------------------------------


def test_of_the_honest_hardly_anybody_is_told(alerts):
    honest, _ = among_honest_trade()
    case = {party.id for party in (REROUTED, RECEIVER, SON, FATHER, CHIP_BUYER, RESELLER, DRONE_BUYER)}
    others = [
        alert for alert in alerts
        if not case & set(alert.parties) and not alert.consignment.startswith("customs:BYMSQ/")
    ]  # fmt: skip
    assert len(others) <= len(honest) / 1000
