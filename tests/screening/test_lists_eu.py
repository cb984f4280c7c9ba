"""Lists of the EU, made up and real; and dates, names and numbers as print has them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.screening.listed import Address, Identifier, IdentifierKind, Kind, ListedName, Strength
from sarai.screening.lists import eu_fsf, eu_journal
from sarai.screening.lists.dates import iso_date, iso_dates
from sarai.screening.lists.identifiers import identifiers
from sarai.screening.lists.places import countries_in, country_of
from sarai.screening.lists.printed import printed_names
from sarai.screening.lists.reading import HEAD, ListError

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions"
JOURNAL = LISTS / "eu_journal_2026-08-22"
real = pytest.mark.skipif(not JOURNAL.is_dir(), reason=f"no shared lists at {JOURNAL}")
HEADER = """recordId,programKey,annex,measure,startDate,reason,schema,name,alias,weakAlias,
previousName,country,nationality,jurisdiction,birthDate,birthPlace,position,passportNumber,
gender,appearance,ethnicity,fatherName,motherName,incorporationDate,legalForm,sector,
registrationNumber,taxNumber,idNumber,innCode,ogrnCode,kppCode,okpoCode,leiCode,swiftBic,
ticker,imoNumber,mmsi,flag,address,phone,email,website,notes"""
COLUMNS = HEADER.replace("\n", "").split(",")
PERSON = {
    "recordId": "1",
    "programKey": "EU-X",
    "annex": "I.A",
    "measure": "Asset freeze",
    "schema": "Person",
}


# Dates


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_every_printed_shape_of_a_day_is_that_day(day):
    long, short, year = day.strftime("%B"), day.strftime("%b"), day.year
    shapes = (
        f"{day.day}.{day.month}.{year}",
        f"{day:%d/%m}/{year}",
        f"{day:%d-%m}-{year}",
        f"{day.day} {long} {year}",
        f"{day:%d} {short}. {year}",
        f"circa {day.day} {short} {year}",
        f"{long} {day.day}, {year}",
        f"Report Date: {day:%d}-{short}-{year}",
        f"{day}",
        f"{day}T00:00:09.554Z",
    )
    assert {iso_date(shape) for shape in shapes} == {day.isoformat()}
    assert iso_date(f"{day:%m/%d/%Y}", month_first=True) == day.isoformat()
    assert iso_date(f"{short} {day.year}") == iso_date(f"{day:%Y-%m}") == f"{day:%Y-%m}"
    assert iso_date(f"Approximately {day.year}") == iso_date(f"dd/mm/{day.year}") == str(day.year)


@pytest.mark.parametrize(
    ("text", "dates"),
    [("1962 to 1964", ("1962", "1963", "1964")), ("Between 1955 and 1956 (Approximately)", ("1955", "1956")),
     ("1900 to 1990", ("1900", "1990")), ("(a) 12.1.1968, (b) 1969 or 1970", ("1968-01-12", "1969", "1970")),
     ("00/03/1975", ("1975-03",)), ("00/00/1975", ("1975",)), ("31.2.1970", ("1970-02",)),
     ("9 May1960", ("1960-05-09",)),
     ("19/13/1970", ("1970",)), ("8 Oct.1970", ("1970-10-08",)), ("24/06/1402 (Hijri Calendar)", ()),
     ("1980s", ()),
     ("10 October (year unknown)", ()), ("30-35 years old", ()), ("12.5.20146", ()), ("", ())],
)  # fmt: skip
def test_dates_in_a_text(text, dates):
    assert iso_dates(text) == dates


@given(st.text())
def test_any_text_has_dates_or_none(text):
    assert all(re.fullmatch(r"\d{4}(-\d\d){0,2}", each) for each in iso_dates(text))


# Names, places, numbers


@pytest.mark.parametrize(
    ("printed", "names"),
    [("Ivan Ivanovich TESTOV (Иван Иванович ТЕСТОВ)", ["Ivan Ivanovich TESTOV", "Иван Иванович ТЕСТОВ"]),
     ("Ivan TESTOV (Russian: Иван ТЕСТОВ)", ["Ivan TESTOV", "Иван ТЕСТОВ"]),
     ("Omar TEST عمر تست", ["Omar TEST", "عمر تست"]),
     ("Omar (a.k.a. Umar) AL-TEST", ["Omar AL-TEST", "Umar AL-TEST"]),
     ("Anna Ivanovna TESTOVA (born PROBNAYA)", ["Anna Ivanovna TESTOVA", "Anna Ivanovna PROBNAYA"]),
     ("Anna TESTOVA / Hanna TESTAVA", ["Anna TESTOVA", "Hanna TESTAVA"]),
     ("Nouh TEST Noah TEST", ["Nouh TEST", "Noah TEST"]),
     ("Test, Abdul, Mullah (Head of a Committee)", ["Test, Abdul, Mullah"]),
     ("Broken (Bracket TEST", ["Broken (Bracket TEST"])],
)  # fmt: skip
def test_a_printed_name_of_a_person_is_taken_apart(printed, names):
    assert [name.text for name in printed_names(printed, person=True)] == names


@pytest.mark.parametrize(
    ("printed", "names"),
    [("Test Bank (Belarus)", ["Test Bank (Belarus)"]), ("Test Bank (JSC)", ["Test Bank (JSC)"]),
     ("Test Institute (TI)", ["Test Institute", "TI"]), ("ONE (O); OTHER NAME", ["ONE", "O", "OTHER NAME"]),
     ("Test (formerly “Old Test”)", ["Test", "Old Test"]), ("ООО «TEST GROUP»", ["ООО «TEST GROUP»"]),
     ("TEST GROUP LLP, TOO TEST GROUP",
      ["TEST GROUP LLP, TOO TEST GROUP", "TEST GROUP LLP", "TOO TEST GROUP"])],
)  # fmt: skip
def test_a_printed_name_of_an_organisation_is_taken_apart(printed, names):
    assert [name.text for name in printed_names(printed, person=False)] == (
        [names] if names == printed else names
    )


@given(st.text(max_size=60), st.booleans())
def test_no_name_is_empty_and_the_first_has_the_strength(text, person):
    names = list(printed_names(text, Strength.PRIMARY, person=person))
    assert all(name.text.strip() for name in names)
    assert [name.strength for name in names].count(Strength.PRIMARY) == bool(names)


def test_places():
    assert country_of("13, Abay Avenue, Astana, Republic of Kazakhstan") == "KZ"
    assert country_of("Russian Federation, 614014, Perm, 1905 Str., building 35, room 2, floor 3") == "RU"
    assert country_of("Atlanta, Georgia, USA") == "US"
    assert country_of("Nowhere 1") == ""
    assert countries_in("Tunisian. National Identification No.: 08619445") == ("TN",)
    assert countries_in("Ukrainian and/or Russian") == ("UA", "RU")


@pytest.mark.parametrize(
    ("text", "kind", "home", "found"),
    [("7703000002 (Tax ID/INN)", "registration", "", [("inn", "7703000002", "")]),
     ("770300000002", "tax", "RU", [("inn", "770300000002", "")]),
     ("220340000001", "registration", "KZ", [("bin", "220340000001", "")]),
     ("1027700000001 (Russia)", "registration", "", [("ogrn", "1027700000001", "RU")]),
     ("- 7703000002 KPP: 770301001", "inn", "", [("inn", "7703000002", ""), ("kpp", "770301001", "")]),
     ("Sudan number B0001 (Expires on 27 September 2031)", "passport", "", [("passport", "B0001", "SD")]),
     ("IMO 9000001", "registration", "", [("imo", "9000001", "")]), ("Does not exist", "imo", "", [])],
)  # fmt: skip
def test_identifiers(text, kind, home, found):
    each = identifiers(text, IdentifierKind(kind), home)
    assert [(number.kind.value, number.value, number.country) for number in each] == found


# The Official Journal


@pytest.fixture
def journal(tmp_path):
    """Write a file of annexes; tell what is read."""

    def read(*rows: dict[str, str], celex: str = "32020R0001", lead: dict[str, str] | None = None):
        lead = lead or {"celex": celex}
        stream = io.StringIO()
        writer = csv.DictWriter(stream, [*lead, *COLUMNS], restval="")
        writer.writeheader()
        writer.writerows(lead | row for row in rows)
        path = tmp_path / f"{[*lead.values()][-1]}.csv"
        path.write_text(stream.getvalue(), encoding="utf-8", newline="")
        assert eu_journal.READER.takes(path, path.read_bytes()[:HEAD])
        return eu_journal.READER.read([path])

    return read


def test_an_annex(journal):
    row = PERSON | {
        "name": "Ivan Ivanovich TESTOV (Иван Иванович ТЕСТОВ)", "alias": "Iwan TESTOW; Ian TEST",
        "weakAlias": "Vanya",
        "previousName": "PROBNY", "startDate": "26 Feb. 2011", "birthDate": "17.3.1964; 1965 or 1966",
        "nationality": "(a) Russian, (b) Kazakh", "gender": "male", "position": '"Head; of all"; Member',
        "address": "1 Abai Ave, Almaty, Kazakhstan; Russian Federation", "passportNumber": "N1 (Kazakhstan)",
    }  # fmt: skip
    ((publication,)) = journal(row, row | {"programKey": "EU-Y", "startDate": "1.2.2010"})
    (entity,) = publication.entities
    assert (publication.list, publication.supplement, entity.id) == (
        "eu-32020R0001",
        False,
        "eu-32020R0001-I.A-1",
    )
    assert entity.names == (
        ListedName("Ivan Ivanovich TESTOV"),
        ListedName("Иван Иванович ТЕСТОВ", Strength.STRONG),
        ListedName("Iwan TESTOW", Strength.STRONG),
        ListedName("Ian TEST", Strength.STRONG),
        ListedName("Vanya", Strength.WEAK),
        ListedName("PROBNY", Strength.FORMER),
    )
    assert (entity.programmes, entity.listed) == (("EU-X", "EU-Y"), "2010-02-01")
    assert (entity.births, entity.countries) == (("1964-03-17", "1965", "1966"), ("RU", "KZ"))
    assert entity.positions == ("Head; of all", "Member")
    assert entity.addresses == (Address("1 Abai Ave, Almaty, Kazakhstan", "KZ"),)
    assert entity.identifiers == (Identifier(IdentifierKind.PASSPORT, "N1", "KZ"),)


def test_ids_are_the_numbers_of_the_entries_or_else_stable(journal):
    one, two = PERSON | {"name": "A B", "recordId": ""}, PERSON | {"name": "C D", "recordId": ""}
    ids = {entity.names[0].text: entity.id for entity in journal(one, two)[0].entities}
    again = {entity.names[0].text: entity.id for entity in journal(PERSON | {"name": "E F"}, two)[0].entities}
    assert len(set(ids.values())) == 2
    assert again == {"E F": "eu-32020R0001-I.A-1", "C D": ids["C D"]}
    same = journal(PERSON | {"name": "A B"}, PERSON | {"name": "A Company", "schema": "Company"})[0].entities
    assert len({entity.id for entity in same}) == 2


def test_an_amendment_supplements_each_act_that_it_amends(journal):
    lead = {"amendedCelex": "", "amendmentCelex": "32026R0009"}
    rows = [PERSON | {"name": "A B", "amendedCelex": celex} for celex in ("32020R0001", "32020R0002")]
    publications = journal(*rows, lead=lead)
    assert [(each.list, each.supplement, each.entities[0].id) for each in publications] == [
        ("eu-32020R0001", True, "eu-32020R0001-I.A-1"),
        ("eu-32020R0002", True, "eu-32020R0002-I.A-1"),
    ]


def test_an_act_that_lists_nobody_any_more(journal):
    (publication,) = journal(celex="32020R0001")
    assert (publication.list, publication.entities) == ("eu-32020R0001", ())


def test_wherever_annexes_are_cut_the_reader_says_so(journal, tmp_path):
    journal(
        *(PERSON | {"recordId": str(number), "name": f"A {number}", "notes": 'x;"y"'} for number in (1, 2))
    )
    path = tmp_path / "32020R0001.csv"
    whole = path.read_bytes()
    for size in range(len(whole)):
        if whole[:size].endswith(b"\r\n"):
            continue
        path.write_bytes(whole[:size])
        with pytest.raises(ListError, match="download it again"):
            eu_journal.READER.read([path])


@pytest.mark.parametrize(
    "change", [{"schema": "Planet"}, {"name": " "}, {"celex": "OJ L 1"}, {"alias": "x" * 200_000}]
)  # fmt: skip
def test_annexes_with_a_wrong_row_are_refused(journal, change):
    with pytest.raises(ListError, match=r"line \d"):
        journal(PERSON | {"name": "A B"} | change)


def test_annexes_that_are_not_utf_8_or_lack_a_column_are_refused(tmp_path):
    path = tmp_path / "32020R0001.csv"
    path.write_bytes("celex,recordId\r\n32020R0001,É\r\n".encode("latin-1"))
    with pytest.raises(ListError, match="not text in utf-8"):
        eu_journal.READER.read([path])
    path.write_bytes(b"celex,recordId\r\n32020R0001,1\r\n")
    with pytest.raises(ListError, match="lacks annex"):
        eu_journal.READER.read([path])


@real
def test_the_real_annexes_have_as_many_entities_as_lines_that_begin_with_an_act():
    paths = sorted(JOURNAL.rglob("3*.csv"))
    publications = eu_journal.READER.read(paths)
    entities = [entity for publication in publications for entity in publication.entities]
    starts = [
        match.groups()
        for path in paths
        for match in re.finditer(
            r"(?m)^(3\w{9})(?:,3\w{9})?,([^,]*),EU-[A-Z-]+,([^,]*),", path.read_text("utf-8")
        )
    ]
    numbered = {(path_celex, number, annex) for path_celex, number, annex in starts if number}
    unnumbered = [start for start in starts if not start[1]]
    hashed = [entity for entity in entities if re.search("-[0-9a-f]{12}$", entity.id)]
    assert (len(paths), len(starts)) == (56, 8_434)
    assert len({entity.id for entity in entities} - {entity.id for entity in hashed}) == len(numbered)
    assert len(hashed) == len(unnumbered) - 2  # two persons stand twice, word for word but for a comma
    assert all(entity.names and entity.kind for entity in entities)


@real
def test_parties_with_a_kazakh_address_are_known_by_their_bin():
    publications = eu_journal.READER.read(sorted((JOURNAL / "consolidated").glob("*.csv")))
    kazakh = [
        entity
        for publication in publications
        for entity in publication.entities
        if "KZ" in [address.country for address in entity.addresses]
    ]
    names = " ".join(name.text for entity in kazakh for name in entity.names)
    assert len(kazakh) == 6
    for party in (
        "Elem Group",
        "Da Group 22",
        "MetallStan",
        "KAZSTANEX",
        "United Trading Group",
        "Sigma Airlines",
    ):
        assert party in names
    bins = [number for entity in kazakh for number in entity.identifiers if number.kind is IdentifierKind.BIN]
    assert len(bins) == 5


# The Financial Sanctions File

FSF = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04.449+02:00">
  <sanctionEntity designationDate="2020-01-15" euReferenceNumber="EU.1.1" logicalId="1">
    <remark>First of all</remark>
    <regulation regulationType="amendment" programme="TEST" publicationDate="2024-01-15" logicalId="5"/>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias wholeName="Vanya" strong="false" gender="M" logicalId="2"/>
    <nameAlias wholeName="Ivan Testov" strong="true" function="Director" gender="M" logicalId="3"/>
    <nameAlias firstName="Иван" lastName="Тестов" wholeName="" strong="true" logicalId="4"/>
    <birthdate circa="false" birthdate="1971-02-15" year="1971" city="Omsk" countryDescription="RUSSIA"
      countryIso2Code="RU"/>
    <birthdate circa="true" year="1972" monthOfYear="3" countryIso2Code="00" countryDescription="UNKNOWN"/>
    <birthdate yearRangeFrom="1953" yearRangeTo="1955" countryIso2Code="00"/>
    <citizenship countryIso2Code="KZ" countryDescription="KAZAKHSTAN"/>
    <address city="Almaty" street="1 Abai Ave" countryIso2Code="KZ" countryDescription="KAZAKHSTAN"/>
    <address countryIso2Code="00" countryDescription="UNKNOWN"/>
    <identification number="N1" identificationTypeCode="passport" countryIso2Code="KZ"/>
  </sanctionEntity>
  <sanctionEntity euReferenceNumber="EU.2.2" logicalId="2">
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias wholeName="Test Bank" strong="true"/>
    <identification number="TEST KZKA" identificationTypeCode="swiftbic" countryIso2Code="KZ"/>
    <identification number="7703000002" identificationTypeCode="fiscalcode" countryIso2Code="RU"/>
  </sanctionEntity>
</export>"""


def fsf(tmp_path: Path, text: str):
    path = tmp_path / "20260805-FULL-1_1.xml"
    path.write_text(text, encoding="utf-8")
    return eu_fsf.READER.read([path])[0]


def test_the_financial_sanctions_file(tmp_path):
    publication = fsf(tmp_path, FSF)
    person, bank = publication.entities
    assert eu_fsf.READER.takes(tmp_path / "any.xml", FSF.encode()[:HEAD])
    assert (publication.published, person.id, bank.kind) == ("2026-08-05", "eu-fsf-EU.1.1", Kind.ORGANISATION)
    assert person.names == (
        ListedName("Ivan Testov"),
        ListedName("Vanya", Strength.WEAK),
        ListedName("Иван Тестов", Strength.STRONG),
    )
    assert person.births == ("1971-02-15", "1972-03", "1953", "1954", "1955")
    assert (person.birthplaces, person.countries, person.gender) == (("Omsk, RUSSIA",), ("KZ",), "male")
    assert person.addresses == (Address("1 Abai Ave, Almaty, KAZAKHSTAN", "KZ"),)
    assert (person.programmes, person.listed, person.remarks) == (("TEST",), "2020-01-15", "First of all")
    assert bank.identifiers == (
        Identifier(IdentifierKind.SWIFT, "TESTKZKA", "KZ"),
        Identifier(IdentifierKind.INN, "7703000002", "RU"),
    )


def test_the_namespace_of_the_file_does_not_count(tmp_path):
    assert len(fsf(tmp_path, FSF.replace(' xmlns="http://eu.europa.ec/fpi/fsd/export"', "")).entities) == 2


BOMB = '<!DOCTYPE export [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "text",
    [FSF[: len(FSF) // 2], FSF.replace("?>", f"?>{BOMB}"), FSF.replace('wholeName="Test Bank"', ""), "",
     re.sub("<sanctionEntity.*</sanctionEntity>", "", FSF, flags=re.DOTALL),
     FSF.replace("export", "exports")],
)  # fmt: skip
def test_a_damaged_file_is_refused(tmp_path, text):
    with pytest.raises(ListError, match="download it again"):
        fsf(tmp_path, text)
