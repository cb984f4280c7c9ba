"""Lists of the United States, made up and real; counts of the real ones are taken from the bytes by regex."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedName, Strength
from sarai.screening.lists import bis_dpl, csl, ofac_csv, ofac_remarks, ofac_sdn_xml, ofac_xml
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.reading import HEAD, ListError
from sarai.screening.lists.us_identifiers import KINDS, identifier, stated_identifier

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions"
READERS = (ofac_csv.READER, ofac_xml.READER, ofac_sdn_xml.READER, csl.READER, bis_dpl.READER)
real = pytest.mark.skipif(not LISTS.exists(), reason="the shared lists are not beside this checkout")


def publications(directory: Path, reader=ofac_csv.READER):
    files = sorted(path for path in directory.iterdir() if reader.takes(path, path.read_bytes()[:HEAD]))
    return reader.read(files)


def only(directory: Path, reader=ofac_csv.READER):
    (publication,) = publications(directory, reader)
    return publication


def by_id(publication):
    return {entity.id: entity for entity in publication.entities}


# --- OFAC, CSV ---------------------------------------------------------------------------------

SDN = (
    '1,"EXAMPLE, Alpha","individual","SDGT] [IFSR","Director; Chairman",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 18 Feb 1971; alt. DOB 1972; POB Omsk, Russia; nationality Russia; citizen Kazakhstan; Gender Male; '
    "Passport X123 (Russia) expires 01 Jan 2030; National ID No. 800101300017 (Kazakhstan); "
    "a.k.a. 'ALPHA'; Linked To: BETA TRADING.\"\r\n"
    '2,"BETA TRADING",-0- ,"RUSSIA-EO14024",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"Tax ID No. 7703000002 (Russia); Registration Number 1027700000001 (Russia); Government Gazette Number '
    '00000001 (Russia); SWIFT/BIC TESTRUMM; Business Number 990140000002 (Kazakhstan); Unknown Number 5."\r\n'
    '3,"GAMMA STAR","vessel","NPWMD",-0- ,"CALL1","Tug","100","90","Panama","Nobody Ltd.",'
    '"Vessel Registration Identification IMO 1234567; MMSI 123456789."\r\n'
    "\x1a"
)
ADD = (
    '1,11,"1 Test Street","Omsk","Russia",-0- \r\n2,12,-0- ,"Almaty","Kazakhstan",-0- \r\n'
    "3,13,-0- ,-0- ,-0- ,-0- \r\n\x1a"
)
ALT = '1,21,"aka","EXAMPLE, A.",-0- \r\n2,22,"fka","OLD BETA",-0- \r\n3,23,"nka","DELTA STAR",-0- \r\n\x1a'


@pytest.fixture
def sdn(tmp_path: Path) -> Path:
    for name, text in (("SDN.CSV", SDN), ("ADD.CSV", ADD), ("ALT.CSV", ALT)):
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def test_files_of_one_list_are_joined(sdn: Path) -> None:
    publication = only(sdn)
    person, company, vessel = publication.entities
    assert (publication.list, publication.supplement) == ("ofac-sdn", False)
    assert (person.id, person.kind, person.programmes) == ("ofac-1", Kind.PERSON, ("SDGT", "IFSR"))
    assert person.names == (
        ListedName("EXAMPLE, Alpha"),
        ListedName("ALPHA", Strength.WEAK),
        ListedName("EXAMPLE, A.", Strength.STRONG),
    )
    assert company.kind is Kind.ORGANISATION
    assert company.names[1] == ListedName("OLD BETA", Strength.FORMER)
    assert [address.text for address in person.addresses] == ["1 Test Street, Omsk, Russia"]
    assert [address.country for address in company.addresses] == ["KZ"]
    assert vessel.addresses == ()


def test_remarks_are_read_and_kept(sdn: Path) -> None:
    person, company, vessel = only(sdn).entities
    assert person.births == ("1971-02-18", "1972")
    assert (person.birthplaces, person.countries, person.gender) == (("Omsk, Russia",), ("RU", "KZ"), "male")
    assert person.positions == ("Director", "Chairman")
    assert person.identifiers == (
        Identifier(IdentifierKind.PASSPORT, "X123", "RU"),
        Identifier(IdentifierKind.IIN, "800101300017", "KZ"),
    )
    assert "Linked To: BETA TRADING" in person.remarks
    assert [(each.kind, each.value) for each in company.identifiers] == [
        (IdentifierKind.INN, "7703000002"),
        (IdentifierKind.OGRN, "1027700000001"),
        (IdentifierKind.OKPO, "00000001"),
        (IdentifierKind.SWIFT, "TESTRUMM"),
        (IdentifierKind.BIN, "990140000002"),
    ]
    assert {each.kind for each in vessel.identifiers} == {
        IdentifierKind.IMO,
        IdentifierKind.MMSI,
        IdentifierKind.OTHER,
    }
    assert vessel.countries == ("PA",)
    assert "Vessel Owner Nobody Ltd." in vessel.remarks


def test_without_the_file_of_names_it_is_a_supplement(sdn: Path) -> None:
    (sdn / "SDN.CSV").unlink()
    publication = only(sdn)
    assert publication.supplement
    assert [each.text for each in by_id(publication)["ofac-2"].names] == ["OLD BETA"]


def test_a_copy_saved_by_a_spreadsheet_reads_the_same(sdn: Path) -> None:
    before = only(sdn).entities
    for name, header in (
        ("SDN.CSV", "ID,Name,Type,Country,Title,Col_F,Col_G,Col_H,Col_I,Col_J,Col_K,Details"),
        ("ADD.CSV", "ID,Col_B,Address,City,Country,"),
        ("ALT.CSV", "ID,Col_B,Type,Name,"),
    ):
        text = (sdn / name).read_text()
        columns = header.count(",")
        (sdn / name).write_text(f"{header}\r\n{text}{',' * columns}", newline="")
    assert only(sdn).entities == before


def test_bytes_that_are_not_utf8_are_windows_1252(sdn: Path) -> None:
    path = sdn / "SDN.CSV"
    path.write_bytes(path.read_bytes().replace(b"BETA TRADING", "BÉTA TRADING".encode("cp1252")))
    assert only(sdn).entities[1].names[0].text == "BÉTA TRADING"


@pytest.mark.parametrize("name", ["SDN.CSV", "ADD.CSV", "ALT.CSV"])
def test_a_cut_file_is_never_half_read(sdn: Path, name: str) -> None:
    whole = only(sdn)
    path = sdn / name
    content = path.read_bytes()
    line_ends = [match.end() for match in re.finditer(rb"\r\n", content)]
    for size in sorted({*range(1, len(content), 3), *line_ends}):
        path.write_bytes(content[:size])
        with pytest.raises(ListError, match="the version loaded before stays in force"):
            only(sdn)
    path.write_bytes(content)
    assert only(sdn) == whole


@pytest.mark.parametrize("name", ["SDN.CSV", "ADD.CSV", "ALT.CSV"])
def test_without_end_marks_a_cut_within_a_line_is_found(sdn: Path, name: str) -> None:
    for each in ("SDN.CSV", "ADD.CSV", "ALT.CSV"):
        (sdn / each).write_bytes((sdn / each).read_bytes().rstrip(b"\x1a"))
    path = sdn / name
    content, whole = path.read_bytes(), only(sdn)
    for size in range(len(content) - 60, len(content)):
        path.write_bytes(content[:size])
        if not re.search(rb'(^|["\n\r]|-0-) ?$', content[:size]):
            with pytest.raises(ListError, match="the version loaded before stays in force"):
                only(sdn)
    path.write_bytes(content[:-2])
    assert only(sdn) == whole


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("SDN.CSV", '"NPWMD",', "", "line 3: 11 columns where there should be 12"),
        ("SDN.CSV", "2,", "two,", "line 2: 'two' is not an entity's number"),
        ("ADD.CSV", "3,13", "4,13", "line 3: entity 4 is not in SDN.CSV"),
        ("ALT.CSV", "\x1a", "\x1amore", "after the end-of-file mark"),
    ],
)
def test_damage_is_told_with_its_line(sdn: Path, name: str, old: str, new: str, says: str) -> None:
    path = sdn / name
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))
    with pytest.raises(ListError, match=re.escape(says)):
        publications(sdn)


def test_an_error_page_in_the_place_of_the_names_does_not_make_a_supplement(sdn: Path) -> None:
    (sdn / "SDN.CSV").write_text("<html>503</html>")
    with pytest.raises(ListError, match="1 columns where there should be 12"):
        publications(sdn)


def test_comments_go_on_where_remarks_were_cut(tmp_path: Path) -> None:
    remark = ("Passport A1 (Iran); " + "x" * 990)[:990] + "; MMSI 123"
    assert len(remark) == ofac_remarks.LIMIT
    row = f'1,"GAMMA STAR","vessel","IRAN",{"-0- ," * 7}"{remark}"\r\n'
    (tmp_path / "sdn.csv").write_text(row, newline="")
    kinds = [each.kind for each in only(tmp_path).entities[0].identifiers]
    assert kinds == [IdentifierKind.PASSPORT], "half a number identifies nobody"
    (tmp_path / "sdn_comments.csv").write_text('1,"456789."\r\n', newline="")
    assert only(tmp_path).entities[0].identifiers[-1].value == "123456789"


@real
@pytest.mark.parametrize(
    ("directory", "names", "aliases", "addresses"),
    [
        ("ofac_2021-07", "sdn.csv", "alt.csv", "add.csv"),
        ("ofac_2023-01", "sdn.csv", "", "add.csv"),
        ("ofac_consolidated_2025-12", "cons_prim.csv", "cons_alt.csv", "cons_add.csv"),
    ],
)
def test_ofac_counts(directory: str, names: str, aliases: str, addresses: str) -> None:
    publication = only(LISTS / directory)
    raw = (LISTS / directory / names).read_bytes()
    numbers = re.findall(rb"(?m)^(\d+),", raw)
    assert [entity.id for entity in publication.entities] == [f"ofac-{each.decode()}" for each in numbers]
    kinds = Counter(entity.kind for entity in publication.entities)
    assert kinds[Kind.PERSON] == len(re.findall(rb',"?individual"?,', raw))
    assert kinds[Kind.VESSEL] == len(re.findall(rb',"?vessel"?,', raw))
    imos = set(re.findall(rb"Vessel Registration Identification IMO (\d{7})", raw))
    found = {each for entity in publication.entities for each in entity.identifiers}
    assert imos <= {each.value.encode() for each in found if each.kind is IdentifierKind.IMO}
    assert all(entity.names and entity.programmes for entity in publication.entities)
    if aliases:
        former = set(re.findall(rb'(?m)^(\d+),\d+,"fka"', (LISTS / directory / aliases).read_bytes()))
        with_former = {entity.id for entity in publication.entities if _strengths(entity)[Strength.FORMER]}
        assert with_former == {f"ofac-{each.decode()}" for each in former}
    said = re.findall(rb"(?m)^(\d+),\d+,(?!(?:-0- ,){3})", (LISTS / directory / addresses).read_bytes())
    assert {entity.id for entity in publication.entities if entity.addresses} == {
        f"ofac-{each.decode()}" for each in said
    }


def _strengths(entity) -> Counter:
    return Counter(name.strength for name in entity.names)


@real
def test_most_of_what_ofac_says_in_remarks_is_understood() -> None:
    publication = only(LISTS / "ofac_2021-07")
    raw = (LISTS / "ofac_2021-07" / "sdn.csv").read_text()
    births = sum(len(entity.births) for entity in publication.entities)
    assert (
        births >= len(re.findall(r"\bDOB (?:circa )?(?:\d\d )?(?:[A-Z][a-z]{2} )?\d{4}(?! to|-)", raw)) * 0.99
    )
    weak = sum(_strengths(entity)[Strength.WEAK] for entity in publication.entities)
    quoted = len(re.findall(r"[afn]\.k\.a\. '", raw))
    assert quoted * 0.98 <= weak <= quoted + 10  # names said twice count once; comments hold some more
    passports = len(re.findall(r"(?<![.\w] )\bPassport [A-Z]*\d", raw))
    kinds = Counter(each.kind for entity in publication.entities for each in entity.identifiers)
    assert kinds[IdentifierKind.PASSPORT] >= passports * 0.98


@real
def test_ofac_supplement_counts() -> None:
    publication = only(LISTS / "ofac_2025-12")
    files = [(LISTS / "ofac_2025-12" / name).read_bytes() for name in ("add.csv", "alt.csv")]
    assert publication.supplement
    assert len(publication.entities) == len({n for raw in files for n in re.findall(rb"(?m)^(\d+),", raw)})
    strengths = {name.strength for entity in publication.entities for name in entity.names}
    assert strengths == {Strength.STRONG, Strength.FORMER}


@real
def test_each_file_has_one_reader_at_most_and_benchmarks_have_none() -> None:
    taken = Counter()
    for path in sorted(path for path in LISTS.rglob("*") if path.is_file()):
        takers = [each.name for each in READERS if each.takes(path, path.read_bytes()[:HEAD])]
        ours = path.relative_to(LISTS).parts[0].startswith(("ofac", "bis", "us_csl"))
        assert len(takers) == ours, path
        taken.update(takers)
    assert taken == {"ofac-csv": 12, "csl": 1, "bis-dpl": 1}


# --- identifiers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Passport 1234 (Korea, North) issued 1 Jan 2001", Identifier(IdentifierKind.PASSPORT, "1234", "KP")),
        ("alt. NIT # 800146749-7 (Colombia)", Identifier(IdentifierKind.TAX, "800146749-7", "CO")),
        ("Tax ID No. 7703000002", Identifier(IdentifierKind.TAX, "7703000002")),
        ("Company Number IMO 7654321", Identifier(IdentifierKind.IMO, "7654321")),
        ("Digital Currency Address - XBT 1abc9", Identifier(IdentifierKind.OTHER, "1abc9")),
        ("Aircraft Tail Number EP-AAA1", Identifier(IdentifierKind.TAIL, "EP-AAA1")),
        ("Passport holder of Utopia", None),
        ("Telephone 123456", None),
    ],
)
def test_statements_that_identify(statement: str, expected: Identifier | None) -> None:
    assert stated_identifier(statement) == expected


def test_a_register_number_of_a_person_in_kazakhstan_is_no_bin() -> None:
    kinds = [identifier("Tax ID No.", "1" * 12, "KZ", kind).kind for kind in (Kind.PERSON, Kind.ORGANISATION)]
    assert kinds == [IdentifierKind.IIN, IdentifierKind.BIN]
    assert len(KINDS) > 80


def test_births_of_a_span_are_its_years() -> None:
    draft = Draft()
    ofac_remarks.read_into(
        draft, "DOB circa 1961; alt. DOB 1951 to 1953; alt. DOB 01 Jan 1973 to 31 Dec 1973."
    )
    assert draft.births == ["1961", "1951", "1952", "1953", "1973"]


# --- OFAC, XML ---------------------------------------------------------------------------------

PLAIN = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
 <publshInformation><Publish_Date>08/07/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
 <sdnEntry><uid>1</uid><firstName>Alpha</firstName><lastName>EXAMPLE</lastName><title>Director</title>
  <sdnType>Individual</sdnType><remarks>(Linked To: BETA TRADING)</remarks>
  <programList><program>SDGT</program><program>IFSR</program></programList>
  <idList>
   <id><uid>5</uid><idType>Passport</idType><idNumber>X123</idNumber><idCountry>Russia</idCountry></id>
   <id><uid>6</uid><idType>Gender</idType><idNumber>Male</idNumber></id>
  </idList>
  <akaList>
   <aka><uid>7</uid><type>a.k.a.</type><category>weak</category><lastName>ALPHA</lastName></aka>
   <aka><uid>8</uid><type>f.k.a.</type><category>strong</category>
    <lastName>FORMER</lastName><firstName>Alpha</firstName></aka>
  </akaList>
  <addressList><address><uid>9</uid><address1>1 Test Street</address1><city>Omsk</city>
   <country>Russia</country></address></addressList>
  <nationalityList><nationality><uid>1</uid><country>Russia</country></nationality></nationalityList>
  <dateOfBirthList><dateOfBirthItem><uid>2</uid><dateOfBirth>18 Feb 1971</dateOfBirth></dateOfBirthItem>
  </dateOfBirthList>
  <placeOfBirthList><placeOfBirthItem><placeOfBirth>Omsk, Russia</placeOfBirth></placeOfBirthItem>
  </placeOfBirthList>
 </sdnEntry>
 <sdnEntry><uid>3</uid><lastName>GAMMA STAR</lastName><sdnType>Vessel</sdnType>
  <programList><program>NPWMD</program></programList>
  <idList><id><idType>Vessel Registration Identification</idType><idNumber>IMO 1234567</idNumber></id>
  </idList>
  <vesselInfo><callSign>CALL1</callSign><vesselFlag>Panama</vesselFlag></vesselInfo>
 </sdnEntry>
</sdnList>
"""

ADVANCED = """<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML">
 <DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>8</Month><Day>7</Day></DateOfIssue>
 <ReferenceValueSets>
  <AliasTypeValues><AliasType ID="1400">A.K.A.</AliasType><AliasType ID="1401">F.K.A.</AliasType>
   <AliasType ID="1403">Name</AliasType></AliasTypeValues>
  <CountryValues><Country ID="11" ISO2="RU">Russia</Country><Country ID="12">Panama</Country></CountryValues>
  <DetailReferenceValues><DetailReference ID="91526">Male</DetailReference></DetailReferenceValues>
  <FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType>
   <FeatureType ID="9">Place of Birth</FeatureType>
   <FeatureType ID="10">Nationality Country</FeatureType><FeatureType ID="25">Location</FeatureType>
   <FeatureType ID="26">Title</FeatureType><FeatureType ID="224">Gender</FeatureType>
   <FeatureType ID="1">Vessel Call Sign</FeatureType><FeatureType ID="3">Vessel Flag</FeatureType>
   <FeatureType ID="504">Secondary sanctions risk:</FeatureType></FeatureTypeValues>
  <IDRegDocTypeValues><IDRegDocType ID="1571">Passport</IDRegDocType>
   <IDRegDocType ID="1626">Vessel Registration Identification</IDRegDocType></IDRegDocTypeValues>
  <ListValues><List ID="1550">SDN List</List><List ID="91507">Consolidated List</List></ListValues>
  <LocPartTypeValues><LocPartType ID="1451">ADDRESS1</LocPartType><LocPartType ID="1454">CITY</LocPartType>
  </LocPartTypeValues>
  <NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType>
   <NamePartType ID="1521">First Name</NamePartType><NamePartType ID="1526">Vessel Name</NamePartType>
  </NamePartTypeValues>
  <PartySubTypeValues><PartySubType ID="1" PartyTypeID="4">Vessel</PartySubType>
   <PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType></PartySubTypeValues>
  <PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="4">Transport</PartyType>
  </PartyTypeValues>
  <SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType>
   <SanctionsType ID="1705">Block</SanctionsType></SanctionsTypeValues>
 </ReferenceValueSets>
 <Locations>
  <Location ID="501"><LocationCountry CountryID="11"/><LocationPart LocPartTypeID="1451"><LocationPartValue>
   <Value>1 Test Street</Value></LocationPartValue></LocationPart><LocationPart LocPartTypeID="1454">
   <LocationPartValue><Value>Omsk</Value></LocationPartValue></LocationPart></Location>
  <Location ID="502"><LocationCountry CountryID="11"/><LocationPart LocPartTypeID="1454"><LocationPartValue>
   <Value>Omsk</Value></LocationPartValue></LocationPart></Location>
  <Location ID="503"><LocationCountry CountryID="12"/></Location>
 </Locations>
 <IDRegDocuments>
  <IDRegDocument ID="1" IDRegDocTypeID="1571" IdentityID="71" IssuedBy-CountryID="11"><Comment/>
   <IDRegistrationNo>X123</IDRegistrationNo></IDRegDocument>
  <IDRegDocument ID="2" IDRegDocTypeID="1626" IdentityID="73"><IDRegistrationNo>IMO 1234567</IDRegistrationNo>
  </IDRegDocument>
 </IDRegDocuments>
 <DistinctParties>
  <DistinctParty FixedRef="1"><Comment/><Profile ID="1" PartySubTypeID="4"><Identity ID="71" Primary="true">
   <Alias FixedRef="1" AliasTypeID="1400" Primary="false" LowQuality="true"><DocumentedName ID="1">
    <DocumentedNamePart><NamePartValue NamePartGroupID="81">ALPHA</NamePartValue></DocumentedNamePart>
   </DocumentedName></Alias>
   <Alias FixedRef="1" AliasTypeID="1403" Primary="true" LowQuality="false">
    <DocumentedName ID="2" DocNameStatusID="1">
     <DocumentedNamePart><NamePartValue NamePartGroupID="81">EXAMPLE</NamePartValue></DocumentedNamePart>
     <DocumentedNamePart><NamePartValue NamePartGroupID="82">Alpha</NamePartValue></DocumentedNamePart>
    </DocumentedName>
    <DocumentedName ID="3" DocNameStatusID="2">
     <DocumentedNamePart><NamePartValue NamePartGroupID="81">Примеров</NamePartValue></DocumentedNamePart>
     <DocumentedNamePart><NamePartValue NamePartGroupID="82">Альфа</NamePartValue></DocumentedNamePart>
    </DocumentedName>
   </Alias>
   <Alias FixedRef="1" AliasTypeID="1401" Primary="false" LowQuality="false"><DocumentedName ID="4">
     <DocumentedNamePart><NamePartValue NamePartGroupID="81">FORMER</NamePartValue></DocumentedNamePart>
     <DocumentedNamePart><NamePartValue NamePartGroupID="82">Alpha</NamePartValue></DocumentedNamePart>
   </DocumentedName></Alias>
   <NamePartGroups><MasterNamePartGroup><NamePartGroup ID="81" NamePartTypeID="1520"/></MasterNamePartGroup>
    <MasterNamePartGroup><NamePartGroup ID="82" NamePartTypeID="1521"/></MasterNamePartGroup></NamePartGroups>
   </Identity>
   <Feature ID="91" FeatureTypeID="8"><FeatureVersion ID="1"><DatePeriod>
    <Start><From><Year>1971</Year><Month>2</Month><Day>18</Day></From>
     <To><Year>1971</Year><Month>2</Month><Day>18</Day></To></Start>
    <End><From><Year>1971</Year><Month>2</Month><Day>18</Day></From>
     <To><Year>1971</Year><Month>2</Month><Day>18</Day></To></End></DatePeriod></FeatureVersion></Feature>
   <Feature ID="92" FeatureTypeID="9"><FeatureVersion ID="2"><VersionLocation LocationID="502"/>
    </FeatureVersion></Feature>
   <Feature ID="93" FeatureTypeID="10"><FeatureVersion ID="3"><VersionLocation LocationID="502"/>
    </FeatureVersion></Feature>
   <Feature ID="94" FeatureTypeID="25"><FeatureVersion ID="4"><VersionLocation LocationID="501"/>
    </FeatureVersion></Feature>
   <Feature ID="95" FeatureTypeID="26"><FeatureVersion ID="5"><VersionDetail>Director</VersionDetail>
    </FeatureVersion></Feature>
   <Feature ID="96" FeatureTypeID="224"><FeatureVersion ID="6"><VersionDetail DetailReferenceID="91526"/>
    </FeatureVersion></Feature>
   <Feature ID="97" FeatureTypeID="504"><FeatureVersion ID="7"><VersionDetail>Section 1</VersionDetail>
    </FeatureVersion></Feature>
  </Profile></DistinctParty>
  <DistinctParty FixedRef="3"><Profile ID="3" PartySubTypeID="1"><Identity ID="73" Primary="true">
   <Alias AliasTypeID="1403" Primary="true" LowQuality="false"><DocumentedName ID="9"><DocumentedNamePart>
    <NamePartValue NamePartGroupID="83">GAMMA STAR</NamePartValue></DocumentedNamePart></DocumentedName>
    </Alias>
   <NamePartGroups><MasterNamePartGroup><NamePartGroup ID="83" NamePartTypeID="1526"/></MasterNamePartGroup>
   </NamePartGroups></Identity>
   <Feature ID="98" FeatureTypeID="1"><FeatureVersion ID="8"><VersionDetail>CALL1</VersionDetail>
    </FeatureVersion></Feature>
   <Feature ID="99" FeatureTypeID="3"><FeatureVersion ID="9"><VersionLocation LocationID="503"/>
    </FeatureVersion></Feature>
  </Profile></DistinctParty>
 </DistinctParties>
 <SanctionsEntries>
  <SanctionsEntry ID="1" ProfileID="1" ListID="1550"><EntryEvent ID="1" EntryEventTypeID="1"><Date>
   <Year>2001</Year><Month>12</Month><Day>4</Day></Date></EntryEvent>
   <SanctionsMeasure ID="1" SanctionsTypeID="1705"><Comment/></SanctionsMeasure>
   <SanctionsMeasure ID="2" SanctionsTypeID="1"><Comment>SDGT</Comment></SanctionsMeasure>
   <SanctionsMeasure ID="3" SanctionsTypeID="1"><Comment>IFSR</Comment></SanctionsMeasure></SanctionsEntry>
  <SanctionsEntry ID="3" ProfileID="3" ListID="1550"><SanctionsMeasure ID="4" SanctionsTypeID="1">
   <Comment>NPWMD</Comment></SanctionsMeasure></SanctionsEntry>
 </SanctionsEntries>
</Sanctions>
"""


def read_text(tmp_path: Path, reader, text: str, name: str):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert reader.takes(path, path.read_bytes()[:HEAD])
    (publication,) = reader.read([path])
    return publication


def test_plain_and_advanced_xml_say_the_same(tmp_path: Path) -> None:
    plain = read_text(tmp_path, ofac_sdn_xml.READER, PLAIN, "sdn.xml")
    advanced = read_text(tmp_path, ofac_xml.READER, ADVANCED, "sdn_advanced.xml")
    for publication in (plain, advanced):
        assert (publication.list, publication.published) == ("ofac-sdn", "2026-08-07")
        person, vessel = publication.entities
        assert (person.id, person.kind, person.programmes) == ("ofac-1", Kind.PERSON, ("SDGT", "IFSR"))
        assert person.names[0] == ListedName("EXAMPLE, Alpha")
        assert ListedName("ALPHA", Strength.WEAK) in person.names
        assert ListedName("FORMER, Alpha", Strength.FORMER) in person.names
        assert person.identifiers == (Identifier(IdentifierKind.PASSPORT, "X123", "RU"),)
        assert (person.births, person.birthplaces) == (("1971-02-18",), ("Omsk, Russia",))
        assert (person.countries, person.gender, person.positions) == (("RU",), "male", ("Director",))
        assert [(each.text, each.country) for each in person.addresses] == [
            ("1 Test Street, Omsk, Russia", "RU")
        ]
        assert (vessel.id, vessel.kind, vessel.countries) == ("ofac-3", Kind.VESSEL, ("PA",))
        assert set(vessel.identifiers) == {
            Identifier(IdentifierKind.IMO, "1234567"),
            Identifier(IdentifierKind.OTHER, "CALL1"),
        }


def test_advanced_xml_has_names_in_other_scripts_and_the_day_of_listing(tmp_path: Path) -> None:
    person = read_text(tmp_path, ofac_xml.READER, ADVANCED, "sdn_advanced.xml").entities[0]
    assert ListedName("Примеров Альфа", Strength.STRONG) in person.names
    assert person.listed == "2001-12-04"
    assert person.remarks == "Secondary sanctions risk: Section 1"


def test_advanced_xml_is_read_in_any_namespace_and_of_the_list_most_entries_are_of(tmp_path: Path) -> None:
    text = re.sub(r' xmlns="[^"]*"', "", ADVANCED).replace('ListID="1550"', 'ListID="91507"')
    assert read_text(tmp_path, ofac_xml.READER, text, "a.xml").list == "ofac-consolidated"


@pytest.mark.parametrize(
    ("end", "births"),
    [
        (("1971", "12", "31"), ("1971",)),
        (("1971", "1", "31"), ("1971-01",)),
        (("1973", "12", "31"), ("1971", "1972", "1973")),
        (("1999", "12", "31"), ()),
    ],
)
def test_a_period_of_birth_is_as_precise_as_it_is_short(tmp_path: Path, end, births) -> None:
    first = "<Year>1971</Year><Month>2</Month><Day>18</Day>"
    start, last = (
        first.replace(">2<", ">1<").replace("18", "1"),
        "<Year>{}</Year><Month>{}</Month><Day>{}</Day>",
    )
    head, _, tail = ADVANCED.partition("<End>")
    text = head.replace(first, start) + "<End>" + tail.replace(first, last.format(*end))
    assert read_text(tmp_path, ofac_xml.READER, text, "a.xml").entities[0].births == births


@pytest.mark.parametrize(("reader", "text"), [(ofac_sdn_xml.READER, PLAIN), (ofac_xml.READER, ADVANCED)])
def test_cut_xml_is_refused(tmp_path: Path, reader, text: str) -> None:
    for size in range(1_000, len(text) - 2, 400):
        with pytest.raises(ListError, match=r"line \d+: .*stays in force"):
            read_text(tmp_path, reader, text[:size], "cut.xml")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE])
@pytest.mark.parametrize(("reader", "text"), [(ofac_sdn_xml.READER, PLAIN), (ofac_xml.READER, ADVANCED)])
def test_a_document_type_is_refused(tmp_path: Path, reader, text: str, doctype: str) -> None:
    declaration, _, rest = text.partition("\n")
    with pytest.raises(ListError, match="declares a document type"):
        read_text(tmp_path, reader, f"{declaration}{doctype}{rest.replace('GAMMA', '&b;')}", "bomb.xml")


@pytest.mark.parametrize(
    ("reader", "text", "old", "new", "says"),
    [
        (
            ofac_sdn_xml.READER,
            PLAIN,
            "<Record_Count>2",
            "<Record_Count>3",
            "holds 2 entries and says that it has 3",
        ),
        (ofac_sdn_xml.READER, PLAIN, "<uid>3</uid>", "", "an sdnEntry without uid"),
        (ofac_xml.READER, ADVANCED, 'LocationID="503"', 'LocationID="9"', "no Location 9"),
        (ofac_xml.READER, ADVANCED, 'ProfileID="3" ', "", "SanctionsEntry without 'ProfileID'"),
        (ofac_xml.READER, ADVANCED, 'ProfileID="3"', 'ProfileID="4"', "no name for party 4"),
        (ofac_xml.READER, ADVANCED, "GAMMA STAR", "", "no name for party 3"),
    ],
)
def test_what_xml_lacks_is_named(tmp_path: Path, reader, text: str, old: str, new: str, says: str) -> None:
    assert old in text
    with pytest.raises(ListError, match=re.escape(says)):
        read_text(tmp_path, reader, text.replace(old, new), "lacking.xml")


# --- Consolidated Screening List and Denied Persons List ---------------------------------------

CSL_HEADER = (
    "source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,"
    "standard_order,license_requirement,license_policy,call_sign,vessel_type,gross_tonnage,"
    "gross_registered_tonnage,vessel_flag,vessel_owner,remarks,source_list_url,alt_names,citizenships,"
    "dates_of_birth,nationalities,places_of_birth,source_information_url,ids"
)
EL, MEU = (
    "Entity List (EL) - Bureau of Industry and Security",
    "Military End User (MEU) List - Bureau of Industry and Security",
)
SDN_SOURCE = "Specially Designated Nationals (SDN) - Treasury Department"
CSL_ROWS = [
    {"source": EL, "name": "BETA TRADING",
     "addresses": "1 Test Street, Almaty, KZ; 2 Test Street, Hong Kong, HK", "start_date": "2022-03-03",
     "license_policy": "Policy of denial", "alt_names": "BETA; and BETA TRADE"},
    {"source": EL, "name": "Beta Trading", "addresses": "3 Street, Omsk, RU", "start_date": "2021-01-02"},
    {"source": MEU, "name": "BETA TRADING"},
    {"source": SDN_SOURCE, "entity_number": "1", "type": "Individual", "programs": "SDGT; IFSR",
     "name": "EXAMPLE, Alpha", "dates_of_birth": "1971-02-18; circa 1972", "places_of_birth": "Omsk, Russia",
     "nationalities": "RU", "ids": "RU, X123, Passport; Male, Gender; www.test.example, Website"},
]  # fmt: skip


def csl_csv(path: Path, rows: list[dict], first: str = "") -> Path:
    def quoted(row):
        return ",".join(f'"{row.get(name, "")}"' for name in CSL_HEADER.split(","))

    number = [f"{first}{index}," if first else "" for index in range(len(rows))]
    lines = [
        ("_id," if first else "") + CSL_HEADER,
        *map("".join, zip(number, map(quoted, rows), strict=True)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def csl_json(path: Path, rows: list[dict]) -> Path:
    several = {"programs", "alt_names", "citizenships", "nationalities", "dates_of_birth", "places_of_birth"}

    def entry(row):
        plain = {key: value for key, value in row.items() if key not in {*several, "addresses", "ids"}}
        lists = {key: row[key].replace("and ", "").split("; ") for key in several & row.keys()}
        places = [text.rsplit(", ", 1) for text in row["addresses"].split("; ")] if "addresses" in row else []
        addresses = [{"address": line, "city": None, "country": code} for line, code in places]
        ids = [text.split(", ") for text in row.get("ids", "").split("; ") if text]
        ids = [
            {"type": each[-1], "number": each[-2], "country": each[0] if each[2:] else None} for each in ids
        ]
        return {**plain, **lists, "addresses": addresses, "ids": ids, "id": "x", "standard_order": None}

    path.write_text(json.dumps({"sources_used": [], "results": list(map(entry, rows))}), encoding="utf-8")
    return path


def test_a_publication_for_each_source(tmp_path: Path) -> None:
    path = csl_csv(tmp_path / "csl.csv", CSL_ROWS)
    lists = {each.list: each for each in csl.READER.read([path])}
    assert set(lists) == {"bis-entity-list", "bis-military-end-user", "csl-sdn"}
    (company,) = lists["bis-entity-list"].entities
    assert company.id.startswith("bis-entity-list-")
    assert [each.country for each in company.addresses] == ["KZ", "HK", "RU"]
    assert company.listed == "2021-01-02"
    assert {name.text for name in company.names} == {"BETA TRADING", "Beta Trading", "BETA", "BETA TRADE"}
    (person,) = lists["csl-sdn"].entities
    assert (person.id, person.kind, person.gender) == ("csl-1", Kind.PERSON, "male")
    assert (person.programmes, person.births) == (("SDGT", "IFSR"), ("1971-02-18", "1972"))
    assert person.identifiers == (Identifier(IdentifierKind.PASSPORT, "X123", "RU"),)
    assert person.remarks == "Website www.test.example"


def test_csv_of_either_year_and_json_say_the_same(tmp_path: Path) -> None:
    old = csl_csv(tmp_path / "old.csv", CSL_ROWS)
    new = csl_csv(tmp_path / "new.csv", CSL_ROWS, first="9f")
    answer = csl_json(tmp_path / "consolidated.json", CSL_ROWS)
    read = [[(each.list, each.entities) for each in csl.READER.read([path])] for path in (old, new, answer)]
    assert read[0] == read[1] == read[2]
    assert all(csl.READER.takes(path, path.read_bytes()[:HEAD]) for path in (old, new, answer))


def test_a_page_of_an_answer_or_half_of_one_is_refused(tmp_path: Path) -> None:
    path = csl_json(tmp_path / "page.json", CSL_ROWS)
    text = path.read_text()
    path.write_text(text.replace('"results"', '"total": 9, "results"'))
    with pytest.raises(ListError, match="4 of 9 entries"):
        csl.READER.read([path])
    path.write_text(text[: len(text) // 2])
    with pytest.raises(ListError, match="truncated"):
        csl.READER.read([path])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('"x","y"\n', "line 6: 2 columns where there should be 28"),
        ('"open', "line 6: unexpected end of data"),
    ],
)
def test_a_damaged_row_is_refused(tmp_path: Path, row: str, says: str) -> None:
    path = csl_csv(tmp_path / "csl.csv", CSL_ROWS)
    path.write_text(path.read_text() + row)
    with pytest.raises(ListError, match=says):
        csl.READER.read([path])


@real
def test_csl_counts() -> None:
    path = LISTS / "us_csl_sample_2019" / "csl.csv"
    lines = path.read_text().splitlines()[1:]
    found = {each.list: len(each.entities) for each in csl.READER.read([path])}
    names = {code: set() for code in ("EL", "DPL", "UVL", "SDN", "ISN", "SSI", "PLC", "CAP", "DTC")}
    for line in lines:
        code, rest = re.match(r"[^,]*\(([A-Z]+)\)[^,]*,(.*)", line).groups()
        number, _, _, name = re.match(r'(\d*),(\w*),((?:"[^"]*")?[^,]*),("[^"]*"|[^,]*)', rest).groups()
        names[code].add(number or name.strip(' "').lower())
    assert found == {csl.LISTS.get(code, f"csl-{code.lower()}"): len(each) for code, each in names.items()}


@real
def test_denied_persons_counts_and_dates() -> None:
    path = LISTS / "bis_dpl_2021" / "dpl.txt"
    (publication,) = bis_dpl.READER.read([path])
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    names = {" ".join(row[0].strip('"').split()).lower() for row in rows}
    assert len(publication.entities) == len(names)
    addresses = {(row[0], *row[1:6]) for row in rows}
    assert sum(len(each.addresses) for each in publication.entities) == pytest.approx(len(addresses), abs=10)
    shown = next(each for each in publication.entities if each.names[0].text == "TETRABAL CORPORATION, INC")
    assert (shown.listed, shown.ends, len(shown.addresses)) == ("2001-09-06", "2056-06-29", 3)


def test_a_denied_person_stands_on_two_lists(tmp_path: Path) -> None:
    path = tmp_path / "dpl.txt"
    header = ("Name", "Street_Address", "City", "State", "Country", "Postal_Code", "Effective_Date",
              "Expiration_Date", "Standard_Order", "Last_Update", "Action", "FR_Citation")  # fmt: skip
    rows = [
        header,
        ("ALPHA EXAMPLE", "1 Road", "OMSK", "", "RU", "1", "09/06/2001", "", "Y", "", "", "1 F.R. 1"),
    ]
    path.write_text("\n".join("\t".join(f'"{cell}"' for cell in row) for row in rows) + "\n")
    assert bis_dpl.READER.takes(path, path.read_bytes())
    (denied,) = bis_dpl.READER.read([path])
    source = "Denied Persons List (DPL) - Bureau of Industry and Security"
    (same,) = csl.READER.read([csl_csv(tmp_path / "csl.csv", [{"source": source, "name": " Alpha Example"}])])
    assert (denied.list, same.list) == ("bis-denied", "csl-denied")
    assert (denied.entities[0].id, same.entities[0].id) == ("bis-denied-c07523344ba5", "csl-c07523344ba5")
    assert (denied.entities[0].listed, denied.entities[0].ends) == ("2001-09-06", "")
    path.write_text(path.read_text().replace('"1 F.R. 1"', ""))
    path.write_text(path.read_text().replace('\t""\t\n', "\n"))
    with pytest.raises(ListError, match=r"line 2: 1[01] columns where there should be 12"):
        bis_dpl.READER.read([path])
