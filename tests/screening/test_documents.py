"""Documents against the lists: who is named in them, asked once, and which goods are controlled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from sarai.goods import KINDS, AnyDocument, Correction, Export, Import, Line, Part, Party, Split, Waybill
from sarai.goods.document import DocumentRef, ItemQuantity
from sarai.screening import documents as room
from sarai.screening.controls import ControlList, Controls
from sarai.screening.decisions import Log, Verdict
from sarai.screening.documents import DocumentScreener, Named, screen_document, subjects
from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedEntity, ListedName, Publication
from sarai.screening.numbers import tax_number
from sarai.screening.screener import Screener
from sarai.screening.vessels import vessel

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
HEAD = {"issuer": "KZ-50000", "number": "1", "time": NOW, "place": "ALA"}
BIN = "930740000137"  # sound by its check digit, of nobody in these tests

LISTED = Publication(
    list="own", publisher="own",
    entities=(
        ListedEntity(id="own-1", kind=Kind.ORGANISATION, names=(ListedName("Orbita Export LLP"),),
                     identifiers=(Identifier(IdentifierKind.BIN, BIN),)),
        ListedEntity(id="own-2", kind=Kind.VESSEL, names=(ListedName("Caspian Lantern"),),
                     identifiers=(Identifier(IdentifierKind.IMO, "9074729"),)),
    ),
)  # fmt: skip
HARMLESS = Party(id="KZ-1", name="Quiet Meadow Bakery LLP", country="KZ")
BAD = Party(id="KZ-2", name="ТОО «Орбита Экспорт»", country="KZ")


def line(hs: str = "854231", item: int = 1) -> Line:
    return Line(item=item, hs=hs, quantity=Decimal(1))


def entry(importer: Party = HARMLESS, **fields: object) -> Import:
    return Import(**{**HEAD, "importer": importer, "country": "DE", "lines": [line()], **fields})


class Counting(Screener):
    """A screener that remembers whom it was asked about."""

    def __init__(self, log: Log | None = None) -> None:
        super().__init__([LISTED], log)
        self.asked: list[str] = []

    def screen(self, subjects, *more):
        subjects = list(subjects)
        self.asked += [each.name for each in subjects]
        return super().screen(subjects, *more)


def roles(document: AnyDocument) -> dict[str, tuple[str, ...]]:
    return {each.id: each.roles for each in subjects(document)}


# -- who is named ----------------------------------------------------------------------------------


def test_everybody_that_the_examples_name_is_found():
    """Held against the JSON itself, in which a party is an object with an ``id``."""

    def ids(value: object) -> set[str]:
        below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        own = {value["id"]} if isinstance(value, dict) and "id" in value else set()
        return own.union(*map(ids, below))

    kinds = set()
    files = [ROOT / "examples" / name for name in ("documents.jsonl", "case.jsonl")]
    for text in [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]:
        written = msgspec.json.decode(text)
        kinds.add(written["kind"])
        assert set(roles(msgspec.json.decode(text, type=AnyDocument))) == ids(written)
    assert kinds == set(KINDS)


def test_a_party_in_several_roles_is_named_once():
    assert roles(entry(declarant=HARMLESS, seller=BAD)) == {
        "KZ-1": ("importer", "declarant"),
        "KZ-2": ("seller",),
    }


def test_one_identifier_under_two_names_is_two_to_ask_about():
    other = Party(id="KZ-1", name="Orbita Export", country="KZ")
    named = subjects(entry(declarant=other))
    assert [each.subject.name for each in named] == ["Quiet Meadow Bakery LLP", "Orbita Export"]


def test_parts_and_replacements_name_parties_and_cancellations_nobody():
    about = DocumentRef(issuer="KZ-50000", number="T")
    items = [ItemQuantity(item=1, quantity=Decimal(1))]
    head = {"issuer": "a", "number": "1", "time": NOW}
    parts = [Part(number="1", destination="X", consignee=BAD, items=items),
             Part(number="2", destination="X", items=items)]  # fmt: skip
    assert roles(Split(**head, consignment=about, parts=parts)) == {"KZ-2": ("consignee",)}
    corrected = Correction(**{**head, "version": 2}, replacement=entry(BAD, version=2))
    assert roles(corrected) == {"KZ-2": ("importer",)}
    assert subjects(Correction(**{**head, "version": 2})) == []


def test_a_party_keeps_its_own_name_so_that_decisions_on_it_count_for_no_other():
    (named,) = subjects(entry(Party(id="name:X", name="X Y", country="ZZ")))
    assert (named.subject.subject, named.subject.countries) == ("name:X", ())


@pytest.mark.parametrize("name", ["", " ", "\u202e", "---"])
def test_without_name_or_number_there_is_nothing_to_ask_by(name: str):
    (named,) = subjects(entry(Party(id="KZ-BIN-0001", name=name)))
    assert named == Named(roles=("importer",), id="KZ-BIN-0001", subject=None)


@pytest.mark.parametrize(
    ("id", "country", "found"),
    [
        (BIN, "KZ", "bin"), (BIN, "", "bin"), (f"KZ-{BIN}", "", "bin"), (f"BIN:{BIN}", "KZ", "bin"),
        (BIN, "DE", "tax"),  # twelve digits of somebody else
        ("930740000138", "KZ", "tax"),  # a check digit that is wrong
        ("7707083893", "RU", "inn"), ("7707083894", "RU", "tax"), ("7707083893", "", "tax"),
        ("123456789", "KZ", None), ("KZ-BIN-0001", "KZ", None), ("93074000013７", "KZ", None),
        ("1234567890123", "", None),
    ],
)  # fmt: skip
def test_numbers_are_told_by_country_and_check_digits(id: str, country: str, found: str | None):
    number = tax_number(id, country)
    assert (number and number.kind.value) == found


def test_real_numbers_are_told():
    """The EU and the OFAC print them with what they are."""
    path = SHARED / "data/sanctions/eu_journal_2026-08-22/consolidated"
    if not path.exists():
        pytest.skip("the lists are not beside this checkout")
    from sarai.screening.lists.reading import read

    printed = [
        each for found in read(path).publications for entity in found.entities for each in entity.identifiers
        if each.value.isdecimal() and len(each.value) in (10, 12)
    ]  # fmt: skip
    bins = [each for each in printed if each.kind == IdentifierKind.BIN]
    inns = [each for each in printed if each.kind == IdentifierKind.INN]
    assert bins
    assert {tax_number(each.value).kind for each in bins} == {IdentifierKind.BIN}
    told = [tax_number(each.value, "RU").kind for each in inns]
    assert told.count(IdentifierKind.INN) > 0.98 * len(told) > 500  # the EU has misprints


@pytest.mark.parametrize(
    ("vehicle", "name", "imo"),
    [
        ("m/v Caspian Lantern", "Caspian Lantern", ()),
        ("Caspian Lantern (IMO 9074729)", "Caspian Lantern", ("9074729",)),
        ("IMO No. 9074729", "", ("9074729",)),
        ("теплоход «Каспий»", "«Каспий»", ()),
        ("CASPIAN LANTERN IMO 9074728", "CASPIAN LANTERN", ()),  # a check digit that is wrong
    ],
)
def test_ships_are_asked_about(vehicle: str, name: str, imo: tuple[str, ...]):
    ship = vessel(vehicle)
    assert (ship.name, ship.kind) == (name, Kind.VESSEL)
    assert tuple(each.value for each in ship.identifiers) == imo


@pytest.mark.parametrize(
    "vehicle", ["", "wagon 52711234", "123 ABC 02", "MVZ 1234", "IMO 1", "vessel", "IMO 9074728"]
)
def test_lorries_and_wagons_are_not(vehicle: str):
    assert vessel(vehicle) is None


# -- what the lists say ----------------------------------------------------------------------------


def test_hits_are_told_of_the_party_with_reasons():
    found = screen_document(Screener([LISTED]), None, entry(HARMLESS, seller=BAD), NOW)
    (party,) = found.open
    (hit,) = party.open
    assert (party.named.roles, hit.entity) == (("seller",), "own-1")
    assert hit.reasons
    assert found.lines == ()


def test_a_number_decides_where_there_is_no_name():
    (party,) = screen_document(Screener([LISTED]), None, entry(Party(id=f"KZ-{BIN}")), NOW).open
    assert party.open[0].entity == "own-1"


def test_a_ship_is_hit_by_its_number():
    papers = Waybill(**HEAD, consignor=HARMLESS, consignee=HARMLESS, destination="X", deadline=NOW,
                     vehicle="IMO 9074729", lines=[line()])  # fmt: skip
    (party,) = screen_document(Screener([LISTED]), None, papers, NOW).open
    assert (party.named.roles, party.open[0].entity) == (("vehicle",), "own-2")


def test_the_same_party_in_many_documents_is_asked_about_once(tmp_path: Path):
    with Log.open(tmp_path / "log.db") as log:
        screener = Counting(log)
        many = DocumentScreener(screener)
        first = many.screen([entry(BAD, seller=HARMLESS), entry(BAD)], NOW)
        second = many.screen([entry(BAD), entry(Party(id="KZ-9"))], NOW)
        assert sorted(screener.asked) == sorted([BAD.name, HARMLESS.name])
        assert many.asked == 2
        assert len(log.database.query("SELECT 1 FROM screening")) == 2
        assert [bool(each.open) for each in (*first, *second)] == [True, True, True, False]


def test_a_decision_counts_at_once_though_nobody_is_asked_again(tmp_path: Path):
    with Log.open(tmp_path / "log.db") as log:
        screener = Screener([LISTED], log)
        many = DocumentScreener(screener)
        (found,) = many.screen([entry(BAD)], NOW)
        number = found.parties[0].answer.screening
        screener.decide(number, "own-1", Verdict.CLEAR, "another firm", "officer-7", NOW + timedelta(hours=1))
        (again,) = many.screen([entry(BAD)], NOW)
        assert (again.open, again.parties[0].answer.hits[0].decision) == ((), "clear")
        other = Party(id="KZ-3", name=BAD.name, country="KZ")  # the same name, another party
        assert many.screen([entry(other)], NOW)[0].open


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "REMEMBERED", 3)
    many = DocumentScreener(Counting())
    for number in range(10):
        many.screen([entry(Party(id=f"KZ-{number}", name=f"Firm {number}"))], NOW)
    assert len(many._answers) <= 4
    assert many.asked == 10


# -- goods -------------------------------------------------------------------------------------------


def controls(tmp_path: Path, destinations: str) -> Controls:
    path = tmp_path / "own.csv"
    path.write_text(
        f"list,code,nomenclature,from,destinations\nown,854231,HS2022,2026-01-01,{destinations}\n",
        encoding="utf-8",
    )
    return Controls([ControlList.read(path)])


def hits(document: AnyDocument, lists: Controls) -> list[tuple[int, str]]:
    found = screen_document(Screener([]), lists, document, NOW).lines
    return [(each.item, hit.certainty.value) for each in found for hit in each.hits]


def test_lines_are_checked_by_where_and_when_they_go(tmp_path: Path):
    out = {**HEAD, "exporter": HARMLESS, "lines": [line("010121"), line(item=2)]}
    lists = controls(tmp_path, "RU")
    assert hits(Export(**out, country="RU"), lists) == [(2, "certain")]
    assert hits(Export(**out, country="DE"), lists) == []
    assert hits(Export(**{**out, "time": NOW - timedelta(days=365)}, country="RU"), lists) == []


def test_goods_that_come_in_go_to_the_importer(tmp_path: Path):
    lists = controls(tmp_path, "KZ")
    assert hits(entry(), lists) == [(1, "certain")]
    assert hits(entry(Party(id="x", name="X Y")), lists) == [(1, "possible")]  # nobody says where
    assert hits(entry(Party(id="x", name="X Y", country="??")), lists) == [(1, "possible")]


def test_the_priority_list_watches_a_correction_too():
    corrected = Correction(issuer="a", number="1", version=2, time=NOW, replacement=entry(version=2))
    assert hits(corrected, Controls([ControlList.priority()])) == [(1, "certain")]
