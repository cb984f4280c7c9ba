"""Typologies of who takes part: what must be found, with points and words, and what must not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from watching import findings, imported, line, on, party, ref, row, sold, transited, watch, words

from sarai.goods import BadSetting, Diversion, Document, ItemQuantity, Part, Party, Split
from sarai.screening.controls import ControlList, Controls
from sarai.screening.controls.control_list import Entry
from sarai.screening.controls.nomenclature import nomenclature
from sarai.screening.decisions import Log, Verdict
from sarai.screening.listed import Address, Kind, ListedEntity, ListedName, Publication
from sarai.screening.ownership import Graph
from sarai.screening.screener import Screener
from sarai.watch.finding import Finding
from sarai.watch.given import Given
from sarai.watch.register import Firm, Register

SEAT = "12 Example Lane, office 34, Omsk"
LISTED = Publication(
    list="own", publisher="own",
    entities=(
        ListedEntity(
            id="own-1", kind=Kind.ORGANISATION, names=(ListedName("Orbita Export LLP"),), countries=("RU",),
            addresses=(Address(SEAT, "RU"),),
        ),
        ListedEntity(id="own-2", kind=Kind.ORGANISATION, names=(ListedName("Partner 0007 (DE)"),)),
    ),
)  # fmt: skip
CHIPS = line("854231", 100, 5_000)
BAD = Party(id="P-1", name="ТОО «Орбита Экспорт»", country="KZ")
QUIET = Party(id="P-2", name="Quiet Meadow Bakery LLP", country="KZ")


def lists(log: Log | None = None, firms: tuple[Firm, ...] = (), **more: object) -> Given:
    return Given(register=Register(firms), screener=Screener([LISTED], log), **more)


def points(found: list[Finding], typology: str) -> list[float]:
    return [round(finding.strength * row(typology).points, 3) for finding in found]


# -- near-listed ---------------------------------------------------------------------------------------


def test_a_listed_importer_is_an_alert_by_itself_once_and_tells_whom_he_is_like():
    papers = [imported(str(day), on(day), BAD, CHIPS) for day in range(3)]
    (alert,) = watch(papers, lists(), [row("near-listed")])
    assert alert.words.startswith(
        "ТОО «Орбита Экспорт» (P-1), importer of customs/0, is taken to be Orbita Export LLP (own-1 on own): "
    )
    assert (alert.entry, alert.parties, len(alert.lots)) == (1, ("P-1",), 1)


@pytest.mark.parametrize(
    ("role", "paper"),
    [
        ("seller", imported("1", on(0), QUIET, CHIPS, seller=BAD)),
        ("declarant", imported("1", on(0), QUIET, CHIPS, declarant=BAD)),
        ("carrier", imported("1", on(0), QUIET, CHIPS, carrier=BAD)),
        ("consignee", transited("1", on(0), BAD, CHIPS)),
        ("principal", transited("1", on(0), QUIET, CHIPS, principal=BAD)),
        ("consignor", sold("1", on(0), BAD, QUIET, CHIPS)[0]),
    ],
)
def test_in_whatever_role_and_who_answers_for_others_is_no_party_of_it(role: str, paper: Document):
    (finding,) = findings([paper], "near-listed", lists())
    assert str(finding.facts["role"]) == role
    assert ("P-1" in finding.parties) is (role in ("seller", "consignee", "consignor"))


def test_a_carrier_is_told_once_for_each_whom_he_serves():
    papers = [imported(f"{who}{day}", on(day), who, CHIPS, carrier=BAD) for day in (0, 1) for who in "ab"]
    assert [finding.parties for finding in findings(papers, "near-listed", lists())] == [("a",), ("b",)]


def test_consignees_of_diversions_and_of_parts_are_asked_about():
    way = transited("1", on(0), QUIET, CHIPS)
    diverted = Diversion(
        issuer="customs", number="2", time=on(1), consignment=ref(way), destination="RUOMS", consignee=BAD
    )
    (finding,) = findings([way, diverted], "near-listed", lists())
    assert (finding.consignment, finding.parties) == ("customs/1", ("P-1",))
    parts = [
        Part(
            number=f"1/{n}",
            destination="KZALA",
            consignee=who,
            items=[ItemQuantity(item=1, quantity=Decimal(50))],
        )
        for n, who in enumerate((QUIET, BAD))
    ]
    split = Split(issuer="customs", number="3", time=on(1), consignment=ref(way), parts=parts)
    (finding,) = findings([way, split], "near-listed", lists())
    assert (finding.consignment, finding.parties) == ("customs/1", ("P-1",))


def test_nobody_listed_nobody_found_nor_without_lists():
    papers = [imported("1", on(0), QUIET, CHIPS), imported("2", on(0), Party(id="P-9"), CHIPS)]
    assert findings(papers, "near-listed", lists()) == []
    assert findings([imported("1", on(0), BAD, CHIPS)], "near-listed") == []


def test_the_name_that_the_register_has_counts_too():
    firm = Firm(id="P-9", name="Orbita Export LLP")
    (finding,) = findings([imported("1", on(0), Party(id="P-9"), CHIPS)], "near-listed", lists(firms=(firm,)))
    assert finding.facts["party"] == "P-9"


def test_a_name_below_the_threshold_counts_little_and_only_with_another_sign():
    far = Party(id="P-3", name="Orbita 7 Export LLP", country="RU")
    (like,) = lists().lists.like(far, 0.6)
    assert 0.6 <= like.hit.score < 0.7
    (finding,) = findings([imported("1", on(0), far, CHIPS)], "near-listed", lists())
    assert points([finding], "near-listed") == [1.0]
    said = words(finding, "near-listed")
    assert "has a name like Orbita Export LLP" in said
    assert said.endswith("They have country in common.")
    elsewhere = Party(id="P-3", name=far.name)
    assert findings([imported("1", on(0), elsewhere, CHIPS)], "near-listed", lists()) == []
    neighbour = Party(id="P-3", name=far.name, address="Omsk, Example Lane 12, of. 34")
    (finding,) = findings([imported("1", on(0), neighbour, CHIPS)], "near-listed", lists())
    assert points([finding], "near-listed") == [1.0]


def test_a_cleared_hit_is_silent_and_a_confirmed_one_is_not(tmp_path):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with Log.open(tmp_path / "log.db") as log:
        given = lists(log)
        paper = imported("1", on(0), BAD, CHIPS)
        assert len(findings([paper], "near-listed", given)) == 1
        ((subject, hit, _),) = given.lists.like(BAD, 0.7)
        (answer,) = given.screener.screen([subject], now)
        given.screener.decide(answer.screening, hit.entity, Verdict.CLEAR, "another BIN", "O-1", now)
        assert findings([paper], "near-listed", given) == []
        renamed = Party(id="P-1", name="Orbita Export", country="KZ")
        assert len(findings([imported("1", on(0), renamed, CHIPS)], "near-listed", given)) == 1
        given.screener.decide(answer.screening, hit.entity, Verdict.CONFIRM, "the same", "O-1", now)
        assert len(findings([paper], "near-listed", given)) == 1


def test_each_party_is_asked_about_once():
    class Counting(Screener):
        asked = 0

        def screen(self, subjects, *more, **settings):
            subjects = list(subjects)
            self.asked += len(subjects)
            return super().screen(subjects, *more, **settings)

    screener = Counting([LISTED])
    papers = [imported(str(day), on(day), (BAD, QUIET)[day % 2], CHIPS) for day in range(10)]
    watch(papers, Given(screener=screener), [row("near-listed")])
    assert screener.asked == 2


# -- listed-address ------------------------------------------------------------------------------------


def at(address: str, beside: int = 0) -> list[float]:
    firms = (Firm(id="P-2", address=address), *(Firm(id=f"N-{n}", address=address) for n in range(beside)))
    given = lists(firms=firms)
    found = findings([imported("1", on(0), party("P-2"), CHIPS)], "listed-address", given)
    return points(found, "listed-address")


def test_a_firm_at_a_listed_address_however_it_is_written():
    assert at(SEAT) == at("Omsk 644000, Example Ln. 12, of. 34, Russia") == [2.0]
    assert at("12 Example Lane, Omsk") == at("12 Example Lane, block 2, office 34, Omsk") == [1.0]


@pytest.mark.parametrize(
    "address", ["", "Omsk", "12 Omsk", "14 Example Lane, office 34, Omsk", "12 Other Street, office 34, Omsk",
                "12 Example Lane, office 34, Tomsk"],
)  # fmt: skip
def test_another_address_is_none(address: str):
    assert at(address) == []


def test_where_dozens_sit_an_address_says_little():
    assert (at(SEAT, beside=3), at(SEAT, beside=30)) == ([2.0], [0.5])


def test_the_words_name_both_addresses():
    given = lists(firms=(Firm(id="P-2", address="Omsk, Example Lane 12, of. 34"),))
    (finding,) = findings([imported("1", on(0), QUIET, CHIPS)], "listed-address", given)
    assert words(finding, "listed-address") == (
        "Quiet Meadow Bakery LLP (P-2), importer of customs/1, is at Omsk, Example Lane 12, of. 34: the same "
        f"address as that of Orbita Export LLP (own-1), {SEAT}. Other firms registered there: 0."
    )


# -- owner-half-listed ---------------------------------------------------------------------------------


def owned(*stakes: tuple[str, ...], day: float = 0, **more: str) -> list[Finding]:
    graph = Graph()
    for stake in stakes:
        graph.stake(*stake, **more)
    paper = imported("1", on(day), QUIET, CHIPS)
    return findings([paper], "owner-half-listed", lists(stakes=graph))


@pytest.mark.parametrize(
    ("stakes", "worth"),
    [
        ([("Orbita Export LLP", "P-2", "50%")], [3.0]),
        ([("Orbita Export LLP", "Holding", "60%"), ("Holding", "P-2", "50%")], [3.0]),
        ([("Orbita Export LLP", "P-2", "30%"), ("Partner 0007 (DE)", "P-2", "20%")], [3.0]),
        ([("Orbita Export LLP", "P-2", "?")], [1.5]),
        ([("Orbita Export LLP", "P-2", "49%")], [1.0]),
        ([("Orbita Export LLP", "P-2", "25%")], [1.0]),
        ([("Orbita Export LLP", "P-2", "24%")], []),
        ([("Quiet Pension Fund", "P-2", "100%")], []),
        ([("Orbita Export LLP", "Another LLP", "100%")], []),
    ],
)
def test_owned_by_the_listed(stakes, worth):
    assert points(owned(*stakes), "owner-half-listed") == worth


def test_the_chain_is_told():
    (finding,) = owned(("Orbita Export LLP", "Holding 1", "60%"), ("Holding 1", "P-2", "50%"))
    assert words(finding, "owner-half-listed") == (
        "Quiet Meadow Bakery LLP (P-2), importer of customs/1, is blocked under rule eu: "
        "the listed hold 50 % of it. Orbita Export LLP (listed) holds 60 % of Holding 1, "
        "Holding 1 holds 50 % of P-2."
    )
    (finding,) = owned(("Orbita Export LLP", "P-2", "?"))
    assert (
        "the listed hold 0 % to 100 % of it. Orbita Export LLP (listed) holds 0 % to 100 % of P-2."
        in words(finding, "owner-half-listed")
    )


def test_stakes_count_on_the_day_of_the_document():
    sold_on = {"until": on(5).date().isoformat()}
    stake = ("Orbita Export LLP", "P-2", "100%")
    assert (len(owned(stake, day=4, **sold_on)), len(owned(stake, day=6, **sold_on))) == (1, 0)


def test_a_company_is_known_by_its_name_too():
    assert len(owned(("Orbita Export LLP", "Quiet Meadow Bakery LLP", "100%"))) == 1


def test_stakes_without_lists_are_refused():
    with pytest.raises(BadSetting, match="give both"):
        Given(stakes=Graph())


# -- controlled-goods ----------------------------------------------------------------------------------


def controls(**more: object) -> Given:
    entry = Entry(list="own-ban", code="8542", nomenclature=nomenclature("HS2022"), **more)
    return Given(controls=Controls([ControlList((entry,)), ControlList.priority()]))


def sent(country: str, given: Given, hs: str = "854231") -> list[float]:
    way = transited("1", on(0), QUIET, line(hs), destination_country=country)
    return points(findings([way], "controlled-goods", given), "controlled-goods")


def test_goods_that_may_not_go_there():
    banned = controls(destinations=("RU", "BY"))
    assert (sent("RU", banned), sent("KZ", banned), sent("RU", banned, "847150")) == ([3.0], [], [])
    (finding,) = findings(
        [transited("1", on(0), QUIET, CHIPS, destination_country="RU")], "controlled-goods", banned
    )
    assert words(finding, "controlled-goods").startswith(
        "Goods of Quiet Meadow Bakery LLP (P-2) on customs/1 (854231) may not go to RU: they are on own-ban. "
    )


def test_a_list_that_excepts_some_controls_the_others_and_one_that_watches_anywhere_forbids_nothing():
    assert sent("RU", controls(destinations=("*",), excepted=("EAEU",))) == []
    assert sent("CN", controls(destinations=("*",), excepted=("EAEU",))) == [3.0]
    assert sent("CN", controls()) == []


def test_what_hangs_on_the_end_user_is_in_doubt_and_what_is_not_in_force_counts_for_nothing():
    assert sent("RU", controls(destinations=("RU",), end_use="military")) == [1.0]
    assert sent("RU", controls(destinations=("RU",), since=date(2026, 4, 1))) == []
    assert sent("RU", Given()) == []


# -- all of it from files ------------------------------------------------------------------------------


def test_what_is_given_is_read_from_files(tmp_path):
    def file(name: str, text: str):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    Log.open(tmp_path / "log.db").close()
    given = Given.read(
        file("register.jsonl", f'{{"id":"P-2","name":"Quiet Meadow Bakery LLP","address":"{SEAT}"}}\n'),
        [file("own.csv", f'id,name,kind,address\n1,Orbita Export LLP,organisation,"{SEAT}"\n')],
        file("stakes.csv", "owner,company,share\nOrbita Export LLP,P-2,60%\n"),
        [file("ban.csv", "list,code,nomenclature,destinations\nown-ban,8542,HS2022,RU\n")],
        tmp_path / "log.db",
    )
    way = transited("1", on(0), QUIET, CHIPS, destination_country="RU", principal=BAD)
    told = {alert.typology for alert in watch([way], given, [row(name) for name in PARTY_ROWS])}
    assert told == set(PARTY_ROWS)
    assert Given.read().lists is Given.read().owners is None


PARTY_ROWS = ("near-listed", "listed-address", "owner-half-listed", "controlled-goods")
