"""Lists of the United Nations and the United Kingdom, made up and real."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from sarai.screening.listed import Address, Identifier, IdentifierKind, Kind, ListedName, Strength
from sarai.screening.lists import ods, uk, un_xml
from sarai.screening.lists.reading import HEAD, ListError

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions"
UN_REAL = LISTS / "un_2026-02-27" / "UN_consolidated.xml"
UK_REAL = LISTS / "uk_2025-08-11" / "uk_sanctions_list.ods"

UN = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z">
  <INDIVIDUALS><INDIVIDUAL>
    <DATAID>1</DATAID><FIRST_NAME>IVAN</FIRST_NAME><SECOND_NAME>TESTOV</SECOND_NAME>
    <UN_LIST_TYPE>TEST</UN_LIST_TYPE><REFERENCE_NUMBER>TSi.001</REFERENCE_NUMBER>
    <LISTED_ON>2012-12-31</LISTED_ON><GENDER>Male</GENDER><COMMENTS1>A remark.</COMMENTS1>
    <NAME_ORIGINAL_SCRIPT>Иван Тестов</NAME_ORIGINAL_SCRIPT>
    <DESIGNATION><VALUE>General</VALUE></DESIGNATION>
    <NATIONALITY><VALUE>Iran (Islamic Republic of)</VALUE></NATIONALITY>
    <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Iwan Testow</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Vanya</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ADDRESS><CITY>Goma</CITY><COUNTRY>Democratic Republic of the Congo</COUNTRY>
      <NOTE>as of 2016</NOTE></INDIVIDUAL_ADDRESS>
    <INDIVIDUAL_ADDRESS><COUNTRY>Rwanda</COUNTRY></INDIVIDUAL_ADDRESS>
    <INDIVIDUAL_DATE_OF_BIRTH><DATE>1971-02-03</DATE></INDIVIDUAL_DATE_OF_BIRTH>
    <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>
      <FROM_YEAR>1973</FROM_YEAR><TO_YEAR>1974</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
    <INDIVIDUAL_PLACE_OF_BIRTH><CITY>Omsk</CITY>
      <COUNTRY>Russian Federation</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
    <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>N1</NUMBER>
      <ISSUING_COUNTRY>Pakistan</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
    <INDIVIDUAL_DOCUMENT/>
  </INDIVIDUAL></INDIVIDUALS>
  <ENTITIES><ENTITY>
    <DATAID>2</DATAID><FIRST_NAME>TEST TRADING (TT)</FIRST_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE>
    <REFERENCE_NUMBER>TSe.001</REFERENCE_NUMBER><LISTED_ON>2010-06-09</LISTED_ON>
    <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>OLD TEST</ALIAS_NAME></ENTITY_ALIAS>
  </ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"""
BOMB = '<!DOCTYPE bomb [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def un(tmp_path: Path, text: str):
    path = tmp_path / "consolidated.xml"
    path.write_text(text, encoding="utf-8")
    assert not text or un_xml.READER.takes(path, text.encode()[:HEAD])
    return un_xml.READER.read([path])[0]


def test_the_un_list(tmp_path):
    publication = un(tmp_path, UN)
    person, entity = publication.entities
    assert (publication.list, publication.published, person.id) == ("un", "2026-02-27", "un-TSi.001")
    assert person.names == (
        ListedName("IVAN TESTOV"),
        ListedName("Иван Тестов", Strength.STRONG),
        ListedName("Iwan Testow", Strength.STRONG),
        ListedName("Vanya", Strength.WEAK),
    )
    assert (person.births, person.birthplaces) == (
        ("1971-02-03", "1973", "1974"),
        ("Omsk, Russian Federation",),
    )
    assert person.addresses == (Address("Goma, Democratic Republic of the Congo (as of 2016)", "CD"),)
    assert (person.countries, person.gender, person.listed) == (("IR", "RW"), "male", "2012-12-31")
    assert person.identifiers == (Identifier(IdentifierKind.PASSPORT, "N1", "PK"),)
    assert (entity.kind, [name.text for name in entity.names]) == (
        Kind.ORGANISATION, ["TEST TRADING", "TT", "OLD TEST"])  # fmt: skip
    assert entity.names[2].strength is Strength.FORMER


@pytest.mark.parametrize(
    "text",
    [UN[: len(UN) // 2], UN.replace("?>", f"?>{BOMB}", 1), UN.replace("TSe.001", ""),
     UN.replace("Иван", "&undeclared;"), "",
     re.sub("<INDIVIDUALS>.*</ENTITIES>", "", UN, flags=re.DOTALL)],
)  # fmt: skip
def test_a_damaged_un_list_is_refused(tmp_path, text):
    with pytest.raises(ListError, match="download it again"):
        un(tmp_path, text)


@pytest.mark.skipif(not UN_REAL.is_file(), reason=f"no shared list at {UN_REAL}")
def test_the_real_un_list():
    text = UN_REAL.read_text("utf-8")
    (publication,) = un_xml.READER.read([UN_REAL])
    kinds = [entity.kind for entity in publication.entities]
    assert kinds.count(Kind.PERSON) == text.count("<INDIVIDUAL>") == 730
    assert kinds.count(Kind.ORGANISATION) == text.count("<ENTITY>") == 273
    assert {entity.id for entity in publication.entities} == {
        f"un-{number.strip()}" for number in re.findall("<REFERENCE_NUMBER>([^<]+)<", text)
    }
    names = {name.text for entity in publication.entities for name in entity.names}
    original = {" ".join(name.split()) for name in re.findall("<NAME_ORIGINAL_SCRIPT>([^<]+)<", text)}
    assert len([name for name in original if name in names]) > 0.95 * len(original)
    assert all(entity.names and entity.listed for entity in publication.entities)
    births = len(re.findall("<(?:DATE|YEAR|FROM_YEAR)>[^<]", text))
    assert sum(len(entity.births) for entity in publication.entities) > 0.95 * births


# The UK list

HEADER = """Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,
Name 4,Name 5,Name type,Alias strength,Title,Name non-latin script,Non-latin script type,
Non-latin script language,Regime Name,Designation Type,Designation source,
Sanctions Imposed,Other Information,UK Statement of Reasons,Address Line 1,Address Line 2,
Address Line 3,Address Line 4,Address Line 5,Address Line 6,Address Postal Code,
Address Country,Phone number,Website,Email address,Date Designated,D.O.B,Nationality(/ies),
National Identifier number,National Identifier additional information,Passport number,
Passport additional information,Position,Gender,Town of birth,Country of birth,
Type of entity,Subsidiaries,Parent company,Business registration number (s),IMO number,
Current owner/operator (s),Previous owner/operator (s),Current believed flag of ship,
Previous flags,Type of ship,Tonnage of ship,Length of ship,Year Built,
Hull identification number (HIN)"""
COLUMNS = HEADER.replace("\n", "").split(",")
PERSON = {
    "Unique ID": "TST0001", "OFSI Group ID": "1", "Designation Type": "Individual",
    "Regime Name": "Test Regulations",
    "Date Designated": "25/02/2022", "Sanctions Imposed": "Asset freeze|Travel Ban", "D.O.B": "dd/mm/1952",
    "Nationality(/ies)": "Russia", "Address Line 1": "1 Abai Ave", "Address Line 6": "Almaty",
    "Address Country": "Kazakhstan", "Passport number": "N1", "Passport additional information": "Russia",
    "Gender": "Male",
    "Town of birth": "Omsk", "Country of birth": "Russia", "Position": "Director",
}  # fmt: skip
NAMES = (
    {"Name 1": "Ivan", "Name 2": "Ivanovich", "Name 6": "TESTOV", "Name type": "Primary Name",
     "Name non-latin script": "Иван ТЕСТОВ"},
    {"Name 1": "Iwan", "Name 6": "TESTOW", "Name type": "Alias", "Alias strength": "Good quality a.k.a"},
    {"Name 6": "Vanya", "Name type": "ALias", "Alias strength": "Low quality a.k.a"},
)  # fmt: skip
SHIP = {
    "Unique ID": "TST0002", "Designation Type": "Ship", "Name 6": "TEST STAR", "Name type": "Primary name",
    "IMO number": "IMO9000001", "Current believed flag of ship": "Gabon", "Date Designated": "31/07/2024",
}  # fmt: skip
ROWS = [*(PERSON | name for name in NAMES), SHIP]
XML = """<?xml version="1.0" encoding="utf-8"?>
<Designations xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <DateGenerated>02/10/2026</DateGenerated>
  <Designation>
    <DateDesignated>25/02/2022</DateDesignated><UniqueID>TST0001</UniqueID>
    <OFSIGroupID>1</OFSIGroupID><Names>
      <Name><Name1>Ivan</Name1><Name2>Ivanovich</Name2><Name6>TESTOV</Name6>
        <NameType>Primary Name</NameType></Name>
      <Name><Name1>Iwan</Name1><Name6>TESTOW</Name6><NameType>Alias</NameType></Name>
      <Name><Name6>Vanya</Name6><NameType>ALias</NameType>
        <AliasStrength>Low quality a.k.a</AliasStrength></Name>
    </Names>
    <NonLatinNames><NonLatinName><NameNonLatinScript>Иван ТЕСТОВ</NameNonLatinScript></NonLatinName>
    </NonLatinNames>
    <RegimeName>Test Regulations</RegimeName>
    <IndividualEntityShip>Individual</IndividualEntityShip>
    <SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
    <Addresses><Address><AddressLine1>1 Abai Ave</AddressLine1><AddressLine6>Almaty</AddressLine6>
      <AddressCountry>Kazakhstan</AddressCountry></Address></Addresses>
    <IndividualDetails><Individual>
      <DOBs><DOB>dd/mm/1952</DOB></DOBs><Nationalities><Nationality>Russia</Nationality></Nationalities>
      <PassportDetails><Passport><PassportNumber>N1</PassportNumber>
        <PassportAdditionalInformation>Russia</PassportAdditionalInformation></Passport></PassportDetails>
      <Positions><Position>Director</Position></Positions><Genders><Gender>Male</Gender></Genders>
      <BirthDetails><Location><TownOfBirth>Omsk</TownOfBirth>
        <CountryOfBirth>Russia</CountryOfBirth></Location></BirthDetails>
    </Individual></IndividualDetails>
  </Designation>
  <Designation>
    <UniqueID>TST0002</UniqueID><DateDesignated>31/07/2024</DateDesignated>
    <Names><Name><Name6>TEST STAR</Name6><NameType>Primary name</NameType></Name></Names>
    <IndividualEntityShip>Ship</IndividualEntityShip>
    <ShipDetails><Ship><IMONumbers><IMONumber>IMO9000001</IMONumber></IMONumbers><CurrentBelievedFlagOfShips>
      <CurrentBelievedFlagOfShip>Gabon</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips></Ship></ShipDetails>
  </Designation>
</Designations>"""


def lines(rows=ROWS, columns=COLUMNS) -> list[list[str]]:
    return [["Report Date: 02-Oct-2026"], columns, *([row.get(name, "") for name in columns] for row in rows)]


def csv_text(rows=ROWS, columns=COLUMNS) -> str:
    return "".join(",".join(cells) + "\r\n" for cells in lines(rows, columns))


def content(rows: list[list[str]]) -> str:
    """A sheet as spreadsheets write it: equal cells together, empty rows and columns to the end."""
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = "".join(
        "<table:table-row>" + "".join(cell.format(text.replace(" ", "<text:s/>")) for text in cells)
        + '<table:table-cell table:number-columns-repeated="16300"/></table:table-row>'
        for cells in rows
    )  # fmt: skip
    return (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><table:table>'
        f'{body}<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        "</table:table></office:document-content>"
    )


def ods_bytes(tmp_path: Path, text: str, name: str = "content.xml") -> bytes:
    path = tmp_path / "made.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(name, text)
    return path.read_bytes()


def read_uk(tmp_path: Path, data: bytes, suffix: str):
    path = tmp_path / f"UK_Sanctions_List{suffix}"
    path.write_bytes(data)
    return uk.READER.read([path])[0]


def test_the_uk_list_says_the_same_in_all_its_layouts(tmp_path):
    table = read_uk(tmp_path, csv_text().encode(), ".csv")
    xml = read_uk(tmp_path, XML.encode(), ".xml")
    sheet = read_uk(tmp_path, ods_bytes(tmp_path, content(lines())), ".ods")
    assert table.entities == sheet.entities
    for one, other in zip(table.entities, xml.entities, strict=True):
        assert set(one.names) == set(other.names)
        assert [getattr(one, name) for name in one.__struct_fields__ if name != "names"] == [
            getattr(other, name) for name in one.__struct_fields__ if name != "names"
        ]
    assert table.published == sheet.published == xml.published == "2026-10-02"
    for suffix, data in ((".csv", csv_text().encode()), (".xml", XML.encode()), (".ods", b"PK\x03\x04")):
        assert uk.READER.takes(tmp_path / f"UK_Sanctions_List{suffix}", data[:HEAD])
        assert not uk.READER.takes(tmp_path / "other.csv", b"query,candidate\r\na,b\r\n")


def test_an_entry_of_the_uk_list(tmp_path):
    person, ship = read_uk(tmp_path, csv_text().encode(), ".csv").entities
    assert (person.id, person.listed, person.births) == ("uk-TST0001", "2022-02-25", ("1952",))
    assert person.names == (
        ListedName("Ivan Ivanovich TESTOV"),
        ListedName("Иван ТЕСТОВ", Strength.STRONG),
        ListedName("Iwan TESTOW", Strength.STRONG),
        ListedName("Vanya", Strength.WEAK),
    )
    assert person.addresses == (Address("1 Abai Ave, Almaty, Kazakhstan", "KZ"),)
    assert person.identifiers == (Identifier(IdentifierKind.PASSPORT, "N1", "RU"),)
    assert (person.birthplaces, person.countries, person.gender) == (("Omsk, Russia",), ("RU",), "male")
    assert (ship.kind, ship.countries) == (Kind.VESSEL, ("GA",))
    assert ship.identifiers == (Identifier(IdentifierKind.IMO, "9000001"),)


def test_the_short_spreadsheet_has_names_alone(tmp_path):
    header = [
        "Unique ID",
        "OFSI Group ID",
        "Name",
        "Regime Name",
        "Type",
        "Date Designated",
        "Sanctions Imposed",
    ]
    rows = [header, ["TST0001", "1", "TESTOV Ivan", "Test", "Individual", "29-06-2012", "Asset freeze"],
            ["TST0002", "2", "", "Test", "Entity", "29-06-2012", "Asset freeze"]]  # fmt: skip
    person, nameless = read_uk(tmp_path, ods_bytes(tmp_path, content(rows)), ".ods").entities
    assert (person.names, person.listed) == ((ListedName("TESTOV Ivan"),), "2012-06-29")
    assert nameless.names == ()


@pytest.mark.parametrize(
    ("text", "suffix"),
    [(csv_text()[:-20], ".csv"), (csv_text(columns=COLUMNS[1:16]), ".csv"), (csv_text([]), ".csv"),
     ("", ".csv"),
     (csv_text([PERSON | {"Unique ID": "?"}]), ".csv"),
     (csv_text([PERSON | {"Designation Type": "Planet"}]), ".csv"), (csv_text() + '"open', ".csv"),
     (XML[: len(XML) // 2], ".xml"), (XML.replace("?>", f"?>{BOMB}", 1), ".xml"),
     (XML.replace("<UniqueID>TST0001</UniqueID>", ""), ".xml"), ("no archive", ".ods")],
)  # fmt: skip
def test_a_damaged_uk_list_is_refused(tmp_path, text, suffix):
    with pytest.raises(ListError, match="download it again"):
        read_uk(tmp_path, text.encode(), suffix)


def test_a_damaged_spreadsheet_is_refused(tmp_path, monkeypatch):
    whole = ods_bytes(tmp_path, content(lines()))
    sheet = content(lines())
    unwhole = (ods_bytes(tmp_path, text) for text in (sheet[:-40], BOMB + sheet, "<a/>"))
    renamed = ods_bytes(tmp_path, sheet, "other.xml")
    for data in (whole[: len(whole) // 2], whole.replace(b"TESTOV", b"TESTOW"), renamed, *unwhole):
        with pytest.raises(ListError, match="download it again"):
            read_uk(tmp_path, data, ".ods")
    monkeypatch.setattr(ods, "MAX_BYTES", 1_000)
    with pytest.raises(ListError, match="unpacks into"):
        read_uk(tmp_path, whole, ".ods")


@pytest.mark.skipif(not UK_REAL.is_file(), reason=f"no shared list at {UK_REAL}")
def test_the_real_uk_list():
    with ZipFile(UK_REAL) as archive:
        text = archive.read("content.xml").decode()
    ids = set(re.findall(r"<text:p>([A-Z]{3}\d{4})</text:p>", text))
    assert uk.READER.takes(UK_REAL, UK_REAL.read_bytes()[:HEAD])
    (publication,) = uk.READER.read([UK_REAL])
    assert {entity.id for entity in publication.entities} == {f"uk-{id}" for id in ids}
    assert len(publication.entities) == len(ids) == 5_302
    kinds = [entity.kind for entity in publication.entities]
    for kind, word in ((Kind.PERSON, "Individual"), (Kind.ORGANISATION, "Entity"), (Kind.VESSEL, "Ship")):
        assert kinds.count(kind) == text.count(f"<text:p>{word}</text:p>")
    cell = r"\s*</table:table-cell>\s*<table:table-cell[^>]*>\s*"
    nameless = rf"<text:p>[A-Z]{{3}}\d{{4}}</text:p>{cell}<text:p>[^<]*</text:p>{cell}<text:p>\s*</text:p>"
    assert sum(not entity.names for entity in publication.entities) == len(re.findall(nameless, text))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", entity.listed) for entity in publication.entities)
