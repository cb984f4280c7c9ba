"""Lists of one's own as CSV, and FollowTheMoney entities."""

import json
import re
from pathlib import Path

import pytest

from sarai.screening.listed import Address, Identifier, IdentifierKind, Kind, ListedName, Strength
from sarai.screening.lists import followthemoney, plain
from sarai.screening.lists.reading import HEAD, ListError

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions"


def taken(path: Path, reader=plain.READER) -> bool:
    return reader.takes(path, path.read_bytes()[:HEAD])


def only(path: Path, reader=plain.READER):
    assert taken(path, reader)
    (publication,) = reader.read([path])
    return publication


# --- one's own CSV -----------------------------------------------------------------------------

OWN = """id,name,kind,alias,weak_alias,country,birth_date,bin,iin,imo,address,programme,listed,ends,remarks
7,ТОО Пример,organisation,Example LLP; Мысал ЖШС,EX,kz,,990140000002,,,"1 Street, Almaty",P1,2024-01-02,,a
8,Alpha Example,person,,,Kazakhstan,1971-02-18;1972,,800101300017,,,P1,,2030-12-31,
7,ТОО Пример,organisation,,,KZ,,,,,,P2,2023-05,,b
,=cmd|'/c calc'!A1,,,,,,,,1234567,,,,,
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "watch.csv"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_every_column_is_read(own: Path) -> None:
    publication = only(own)
    company, person, _ = publication.entities
    assert (publication.list, publication.sources) == ("watch", ("watch.csv",))
    assert (company.id, company.kind) == ("watch-7", Kind.ORGANISATION)
    assert company.names == (
        ListedName("ТОО Пример"),
        ListedName("Example LLP", Strength.STRONG),
        ListedName("Мысал ЖШС", Strength.STRONG),
        ListedName("EX", Strength.WEAK),
    )
    assert (company.programmes, company.listed, company.remarks) == (("P1", "P2"), "2023-05", "a; b")
    assert company.identifiers == (Identifier(IdentifierKind.BIN, "990140000002"),)
    assert company.addresses == (Address("1 Street, Almaty", "KZ"),)
    assert (person.countries, person.births, person.ends) == (("KZ",), ("1971-02-18", "1972"), "2030-12-31")


def test_a_cell_that_begins_like_a_formula_is_text(own: Path) -> None:
    entity = only(own).entities[-1]
    assert entity.names[0].text == "=cmd|'/c calc'!A1"
    assert entity.identifiers == (Identifier(IdentifierKind.IMO, "1234567"),)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_may_part_cells_otherwise(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "own.csv"
    rows = (("name", "alias", "country"), ("Example LLP", '"EX; EL"', "KZ"))
    path.write_text("\r\n".join(map(delimiter.join, rows)), encoding="utf-8-sig", newline="")
    assert [name.text for name in only(path).entities[0].names] == ["Example LLP", "EX", "EL"]


def test_control_characters_and_turned_writing_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("name\nAL\x00PHA\u202e \x07EXAMPLE\n".encode())
    assert only(path).entities[0].names[0].text == "ALPHA EXAMPLE"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("8,Alpha Example,person", "8,Alpha Example,ghost", "line 3: kind 'ghost'; use one of person,"),
        ("Kazakhstan", "Atlantis", "line 3: country 'Atlantis' is not known"),
        ("1971-02-18", "18.02.1971", "line 3: birth_date '18.02.1971'; write it such as 2026-03-21"),
        ("1971-02-18", "1971-02-30", "line 3: birth_date '1971-02-30'"),
        ("8,Alpha Example", "8, ", "line 3: no name"),
        (",2030-12-31,", ",2030-12-31,,", "line 3: 16 columns where there should be 15"),
        ('"1 Street', '"1" Street', "line 2: ',' expected after"),
    ],
)
def test_a_fault_is_told_with_its_line(own: Path, old: str, new: str, says: str) -> None:
    text = own.read_text(encoding="utf-8")
    assert old in text
    own.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ListError, match=re.escape(says)):
        plain.READER.read([own])


def test_another_encoding_is_refused(own: Path) -> None:
    own.write_bytes(own.read_text(encoding="utf-8").encode("cp1251", "replace"))
    with pytest.raises(ListError, match="is not text in utf-8"):
        plain.READER.read([own])


@pytest.mark.parametrize(
    "header",
    [
        "query,candidate,expected,schema,source",
        "full_name,first_name,nationality",
        "id,schema,name,aliases,birth_date,countries",
        "ID,Name,Type,Country",
        "alias,country",
        "name,name",
        '"name',
        "",
        '{"name": 1}',
    ],
)
def test_another_layout_is_not_taken(tmp_path: Path, header: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(f"{header}\n1,2\n")
    assert not taken(path)


@pytest.mark.skipif(not LISTS.exists(), reason="the shared lists are not beside this checkout")
def test_no_published_list_or_benchmark_is_taken_for_ones_own() -> None:
    files = [path for path in LISTS.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert not [path for path in files for each in (plain, followthemoney) if taken(path, each.READER)]


# --- FollowTheMoney ----------------------------------------------------------------------------

ENTITIES = [
    {"id": "s1", "schema": "Sanction", "properties": {
        "entity": ["c1"], "program": ["P1"], "startDate": ["2022-03-03"], "listingDate": ["2022-03-05"],
        "reason": ["because"]}},
    {"id": "c1", "schema": "Company", "caption": "x", "datasets": ["test_list"], "properties": {
        "name": ["Example LLP", "Мысал ЖШС"], "weakAlias": ["EX"], "previousName": ["Old Example"],
        "country": ["kz"], "registrationNumber": ["990140000002"], "innCode": ["7703000002"],
        "addressEntity": ["a1"], "address": ["2 Test Street"], "unknownProperty": ["x"]}},
    {"id": "a1", "schema": "Address", "properties": {"full": ["1 Test Street, Almaty"], "country": ["kz"]}},
    {"id": "p1", "schema": "Person", "datasets": ["test_list"], "target": True, "properties": {
        "firstName": ["Alpha"], "lastName": ["Example"], "birthDate": ["1971-02-18"], "gender": ["Male"],
        "passportNumber": ["X123"], "nationality": ["ru"], "position": ["Director"], "birthPlace": ["Omsk"]}},
    {"id": "s2", "schema": "Sanction", "properties": {
        "entity": ["p1"], "programId": ["T-2"], "startDate": ["2020"], "endDate": ["2024-01-01"]}},
    {"id": "p2", "schema": "Person", "datasets": ["test_list"], "target": False, "properties": {
        "name": ["Kin"]}},
    {"id": "o1", "schema": "Ownership", "properties": {"owner": ["p1"], "asset": ["c1"]}},
    {"id": "v1", "schema": "Vessel", "datasets": ["test_list"], "properties": {
        "name": ["GAMMA STAR"], "imoNumber": ["IMO1234567"], "flag": ["pa"]}},
    {"id": "f1", "schema": "Airplane", "datasets": ["test_list"], "properties": {
        "name": ["EP-AAA"], "registrationNumber": ["EP-AAA"]}},
]  # fmt: skip


@pytest.fixture
def ftm(tmp_path: Path) -> Path:
    path = tmp_path / "entities.ftm.json"
    path.write_text(
        "\n".join(json.dumps(each, ensure_ascii=False) for each in ENTITIES) + "\n", encoding="utf-8"
    )
    return path


def test_entities_are_joined_with_sanctions_and_addresses(ftm: Path) -> None:
    publication = only(ftm, followthemoney.READER)
    company, person, vessel, aircraft = publication.entities
    assert publication.list == "ftm-test_list"
    assert company.id == "ftm-c1"
    assert company.names == (
        ListedName("Example LLP"),
        ListedName("Мысал ЖШС", Strength.STRONG),
        ListedName("EX", Strength.WEAK),
        ListedName("Old Example", Strength.FORMER),
    )
    assert (company.programmes, company.listed, company.ends) == (("P1",), "2022-03-03", "")
    assert company.addresses == (Address("1 Test Street, Almaty", "KZ"), Address("2 Test Street"))
    assert {(each.kind, each.value) for each in company.identifiers} == {
        (IdentifierKind.INN, "7703000002"),
        (IdentifierKind.BIN, "990140000002"),
    }
    assert company.remarks == "because"
    assert person.names == (ListedName("Alpha Example"),)
    assert (person.kind, person.births, person.gender) == (Kind.PERSON, ("1971-02-18",), "male")
    assert (person.programmes, person.ends, person.countries) == (("T-2",), "2024-01-01", ("RU",))
    assert vessel.identifiers == (Identifier(IdentifierKind.IMO, "IMO1234567"),)
    assert aircraft.identifiers == (Identifier(IdentifierKind.TAIL, "EP-AAA"),)


def test_a_list_of_several_datasets_is_called_by_its_file(ftm: Path) -> None:
    ftm.write_text(ftm.read_text().replace('["test_list"]', '["other"]', 1))
    assert only(ftm, followthemoney.READER).list == "ftm-entities"


def test_a_cut_or_mended_line_is_refused_with_its_number(ftm: Path) -> None:
    text = ftm.read_text()
    ftm.write_text(text[: len(text) - 40])
    with pytest.raises(ListError, match=f"line {len(ENTITIES)}: .*stays in force"):
        followthemoney.READER.read([ftm])
    ftm.write_text(text.replace('"properties": {"full"', '"property": {"full"'))
    with pytest.raises(ListError, match=r"line 3: .*`properties`"):
        followthemoney.READER.read([ftm])
    ftm.write_bytes(text.encode().replace(b"GAMMA", b"GAM\xff\xfe"))
    with pytest.raises(ListError, match="line 8: "):
        followthemoney.READER.read([ftm])


@pytest.mark.parametrize(
    "text",
    ['{"kind": "import", "issuer": "x"}', '{"$schema": "x", "properties": {}}', '{\n"schema": 1}', "[]", ""],
)
def test_other_json_is_not_taken(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert not taken(path, followthemoney.READER)
