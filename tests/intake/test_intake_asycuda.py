import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from sarai.goods import Code, Export, Import, Regime, Transit
from sarai.intake import Limits, read
from sarai.reference import hs

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)

DECLARATION = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<ASYCUDA>
 <Identification>
  <Office_segment><Customs_clearance_office_code>QA110
  </Customs_clearance_office_code></Office_segment>
  <Type><Type_of_declaration>IM</Type_of_declaration>
   <Declaration_gen_procedure_code>4</Declaration_gen_procedure_code></Type>
  <Registration><Serial_number>C</Serial_number><Number>414</Number><Date>9/12/16</Date></Registration>
 </Identification>
 <Traders>
  <Exporter><Exporter_code><null/></Exporter_code><Exporter_name>Seller abroad</Exporter_name></Exporter>
  <Consignee><Consignee_code>T-1</Consignee_code><Consignee_name>Trader one</Consignee_name></Consignee>
 </Traders>
 <Declarant><Declarant_code>D-1</Declarant_code><Reference><Number>R-7</Number></Reference></Declarant>
 <General_information><Country>
  <Export><Export_country_code>IT</Export_country_code></Export>
  <Destination><Destination_country_code>QA</Destination_country_code></Destination>
 </Country></General_information>
 <Transport><Means_of_transport><Departure_arrival_information><Identity>Truck 1</Identity>
 </Departure_arrival_information></Means_of_transport></Transport>
 <Warehouse><Identification>W-9</Identification></Warehouse>
 <Transit><Principal><Code>P-1</Code></Principal><Destination><Office>QA200</Office></Destination>
  <Seals><Identity>S-1</Identity></Seals><Time_limit>8</Time_limit></Transit>
 <Item>
  <Attached_documents><Attached_document_date>8/30/16</Attached_document_date></Attached_documents>
  <Tarification>
   <HScode><Commodity_code>40111000</Commodity_code><Precision_1>300</Precision_1></HScode>
   <Extended_customs_procedure>4000</Extended_customs_procedure>
   <Supplementary_unit><Suppplementary_unit_code><null/></Suppplementary_unit_code></Supplementary_unit>
   <Supplementary_unit><Suppplementary_unit_code>C62</Suppplementary_unit_code>
    <Suppplementary_unit_quantity>9</Suppplementary_unit_quantity></Supplementary_unit>
  </Tarification>
  <Goods_description><Country_of_origin_code>SK</Country_of_origin_code>
   <Commercial_Description>Tyres,
      13 inch</Commercial_Description></Goods_description>
  <Valuation_item><Weight_itm><Net_weight_itm>47.618</Net_weight_itm></Weight_itm>
   <Item_Invoice><Amount_foreign_currency>187.94</Amount_foreign_currency>
    <Currency_code>EUR</Currency_code></Item_Invoice></Valuation_item>
 </Item>
</ASYCUDA>
"""


def reads(text: str | bytes, *changes: tuple[str, str], **options: object):
    for former, latter in changes:
        assert former in text, former
        text = text.replace(former, latter)
    data = text if isinstance(text, bytes) else text.encode()
    (found,) = read(io.BytesIO(data), format="asycuda", **options)
    return found


def document(*changes: tuple[str, str], **options: object):
    found = reads(DECLARATION, *changes, **options)
    assert found.refusal is None, found.refusal
    return found.document


def refusal(*changes: tuple[str, str], **options: object):
    return reads(DECLARATION, *changes, **options).refusal


def test_an_import():
    found = document()
    (line,) = found.lines
    assert isinstance(found, Import)
    assert (found.issuer, found.number, found.time) == (
        "QA110",
        "2016 C 414",
        datetime(2016, 9, 12, tzinfo=UTC),
    )
    assert (found.importer.id, found.importer.name, found.place, found.country) == (
        "T-1",
        "Trader one",
        "QA110",
        "IT",
    )
    assert (found.seller.id, found.seller.name) == ("name:Seller abroad", "Seller abroad")
    assert (found.regime, found.previous_regime, found.declarant.id) == (Regime.HOME_USE, None, "D-1")
    assert (line.item, line.hs, line.edition, line.origin) == (1, "40111000300", "HS2012", "SK")
    assert (line.quantity, line.unit, line.net_mass_kg) == (Decimal("47.618"), "KGM", Decimal("47.618"))
    assert line.description == "Tyres, 13 inch; 9 C62"
    assert (line.value, line.currency) == (Decimal("187.94"), "EUR")


@pytest.mark.parametrize(
    ("general", "extended", "regime", "previous", "place"),
    [
        ("4", "4000", Regime.HOME_USE, None, "QA110"),
        ("4", "4071", Regime.HOME_USE, Regime.WAREHOUSE, "W-9"),
        ("4", "4051", Regime.HOME_USE, Regime.INWARD_PROCESSING, "QA110"),
        ("5", "5100", Regime.INWARD_PROCESSING, None, "QA110"),
        ("5", "5200", Regime.TEMPORARY_ADMISSION, None, "QA110"),
        ("6", "6121", Regime.HOME_USE, None, "QA110"),
        ("7", "7100", Regime.WAREHOUSE, None, "W-9"),
        ("7", "7800", Regime.FREE_ZONE, None, "QA110"),
        ("5", "", Regime.TEMPORARY_ADMISSION, None, "QA110"),
    ],
)
def test_procedures_of_imports_are_regimes(general, extended, regime, previous, place):
    found = document((">4<", f">{general}<"), (">4000<", f">{extended}<"))
    assert (found.regime, found.previous_regime, found.place) == (regime, previous, place)


@pytest.mark.parametrize(
    ("general", "extended", "regime", "place"),
    [
        ("1", "1000", Regime.HOME_USE, "QA110"),
        ("2", "2100", Regime.HOME_USE, "QA110"),
        ("3", "3171", Regime.WAREHOUSE, "W-9"),
        ("3", "3153", Regime.TEMPORARY_ADMISSION, "QA110"),
    ],
)
def test_exports_leave_from_the_regime_before(general, extended, regime, place):
    changes = [(">IM<", ">EX<"), (">4<", f">{general}<"), (">4000<", f">{extended}<")]
    changes += [("<Exporter_code><null/>", "<Exporter_code>T-1")]
    found = document(*changes)
    assert isinstance(found, Export)
    assert (found.exporter.id, found.exporter.name, found.country) == ("T-1", "Seller abroad", "QA")
    assert (found.regime, found.place, found.consignee.id) == (regime, place, "T-1")


@pytest.mark.parametrize("change", [(">IM<", ">TR<"), (">4<", ">8<")])
def test_a_transit(change):
    found = document(change)
    assert isinstance(found, Transit)
    assert (found.principal.id, found.destination, found.country, found.seals) == (
        "P-1",
        "QA200",
        "IT",
        ["S-1"],
    )
    assert found.deadline - found.time == timedelta(days=8)
    assert (found.vehicle, found.destination_country) == ("Truck 1", "QA")


def test_the_lot_is_named_where_the_file_names_the_former_declaration():
    former = """<Prev_decl><Prev_decl_office_code>QA110</Prev_decl_office_code>
    <Prev_decl_reg_year>2016</Prev_decl_reg_year><Prev_decl_reg_serial>C</Prev_decl_reg_serial>
    <Prev_decl_reg_number>98</Prev_decl_reg_number><Prev_decl_item_number>3</Prev_decl_item_number>
    <Prev_decl_current_item>1</Prev_decl_current_item></Prev_decl></ASYCUDA>"""
    lot = document(("</ASYCUDA>", former)).lines[0].lot
    assert (lot.issuer, lot.number, lot.item) == ("QA110", "2016 C 98", 3)


def test_identity_is_the_registration_else_the_reference_else_the_content():
    unregistered = ("<Number>414</Number>", "<Number/>")
    anonymous = ("<Number>R-7</Number>", "<Number><null/></Number>")
    assert (document(unregistered).issuer, document(unregistered).number) == ("D-1", "R-7")
    found = document(unregistered, anonymous)
    assert found.issuer == "D-1"
    assert found.number.startswith("sha256:")
    spaced = document(unregistered, anonymous, ("<Item>", "<!-- new -->\n\t<Item>"), ("9/12/16", " 9/12/16 "))
    assert spaced.number == found.number
    assert document(unregistered, anonymous, ("47.618", "47.619")).number != found.number


def test_time_is_the_date_else_the_latest_attached_else_the_default():
    undated = ("<Date>9/12/16</Date>", "<Date/>")
    bare = ("8/30/16", "")
    assert document(undated, default_time=NOW).time == datetime(2016, 8, 30, tzinfo=UTC)
    assert document(undated, bare, default_time=NOW).time == NOW
    assert document(undated, bare, default_time=NOW).lines[0].edition == "HS2022"
    assert (refusal(undated, bare).code, refusal(undated, bare).pointer) == (Code.MISSING_FIELD, "/time")


@pytest.mark.parametrize(
    ("own", "attached", "day"),
    [
        ("9/12/16", "8/30/16", (2016, 9, 12)),
        ("9/12/16", "30/8/16", (2016, 12, 9)),
        ("13/12/2016", "1/2/16", (2016, 12, 13)),
        ("2016-12-09", "8/30/16", (2016, 12, 9)),
        ("09.12.2016", "8/30/16", (2016, 12, 9)),
        ("2016-12-09T10:11:12", "", (2016, 12, 9)),
    ],
)
def test_the_dates_of_a_file_tell_their_order(own, attached, day):
    assert document(("9/12/16", own), ("8/30/16", attached)).time == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("own", ["31/31/16", "soon", "2016-02-30", "1/1/9999"])
def test_a_date_that_is_none_is_refused(own):
    assert refusal(("9/12/16", own)).code == Code.BAD_VALUE


def test_dates_of_both_orders_are_refused():
    assert refusal(("9/12/16", "13/9/16")).code == Code.BAD_VALUE


def test_the_supplementary_unit_counts_where_there_is_no_mass():
    for mass in ("0.0", "", "none"):
        line = document((">47.618<", f">{mass}<")).lines[0] if mass != "none" else None
        assert line is None or (line.quantity, line.unit) == (9, "C62")


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ([(">IM<", ">XX<")], Code.UNKNOWN_KIND, "/kind"),
        ([(">IM<", "><")], Code.MISSING_FIELD, "/kind"),
        ([(">T-1<", "><")], Code.MISSING_FIELD, "/importer/id"),
        ([(">T-1<", "><"), (">Trader one<", "><")], Code.MISSING_FIELD, "/importer"),
        ([(">4000<", ">9000<"), (">4<", ">9<")], Code.BAD_VALUE, "/regime"),
        ([(">4000<", ">1000<"), (">4<", ">1<")], Code.BAD_VALUE, "/regime"),
        ([(">4000<", ">7100<")], Code.BAD_VALUE, "/regime"),
        ([(">40111000<", "><"), (">300<", "><")], Code.MISSING_FIELD, "/lines/0/hs"),
        ([(">40111000<", ">40.11<")], Code.BAD_VALUE, "/lines/0/hs"),
        ([(">47.618<", "><"), (">9<", "><")], Code.MISSING_FIELD, "/lines/0/quantity"),
        ([(">47.618<", ">-5<"), (">9<", "><")], Code.BAD_VALUE, "/lines/0/quantity"),
        ([(">47.618<", ">" + "9" * 1_000_000 + "<")], Code.BAD_VALUE, "/lines/0/quantity"),
        ([(">SK<", ">Slovakia<")], Code.BAD_VALUE, "/lines/0/origin"),
        ([(">IM<", ">TR<"), (">8<", ">soon<")], Code.BAD_VALUE, "/deadline"),
        ([(">IM<", ">TR<"), (">P-1<", "><")], Code.MISSING_FIELD, "/principal"),
        ([("QA110\n", "\n")], Code.MISSING_FIELD, "/issuer"),
        ([("QA110\n", "\n"), (">414<", "><")], Code.MISSING_FIELD, "/place"),
    ],
)
def test_what_a_declaration_lacks_is_refused(changes, code, pointer):
    found = refusal(*changes)
    assert (found.code, found.pointer) == (code, pointer)
    assert len(found.message) < 500


def test_items_under_different_procedures_are_refused():
    procedure = "<Extended_customs_procedure>4071</Extended_customs_procedure>"
    second = f"<Item><Tarification>{procedure}</Tarification></Item>"
    found = refusal(("</ASYCUDA>", second + "</ASYCUDA>"))
    assert (found.code, found.pointer) == (Code.BAD_VALUE, "/regime")
    assert "4000, 4071" in found.message


BOMB = "<!DOCTYPE a [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.TRUNCATED),
        (DECLARATION[:1_500].encode(), Code.TRUNCATED),
        (DECLARATION.rstrip()[:-4].encode(), Code.TRUNCATED),
        (BOMB.encode() + b"]><ASYCUDA>&a9;</ASYCUDA>", Code.FORBIDDEN_CONSTRUCT),
        (b"<!DOCTYPE ASYCUDA SYSTEM 'file:///etc/passwd'><ASYCUDA/>", Code.FORBIDDEN_CONSTRUCT),
        (
            b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><ASYCUDA>&x;</ASYCUDA>",
            Code.FORBIDDEN_CONSTRUCT,
        ),
        (b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://localhost/'>%x;]><ASYCUDA/>", Code.FORBIDDEN_CONSTRUCT),
        (
            "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16"),
            Code.FORBIDDEN_CONSTRUCT,
        ),
        (b"<ASYCUDA>&nbsp;</ASYCUDA>", Code.FORBIDDEN_CONSTRUCT),
        (b"<ASYCUDA>\xff\xfe</ASYCUDA>", Code.NOT_TEXT),
        (b"<ASYCUDA>\0</ASYCUDA>", Code.NOT_TEXT),
        (b"<?xml version='1.0' encoding='klingon'?><ASYCUDA/>", Code.NOT_TEXT),
        (b"<ASYCUDA><a></b></ASYCUDA>", Code.MALFORMED),
        (b"<ASYCUDA/><ASYCUDA/>", Code.MALFORMED),
        (b"<a>" * 100_000, Code.MALFORMED),
        (b"hello", Code.MALFORMED),
        (b"<html/>", Code.UNKNOWN_FORMAT),
        (b"<ASYCUDA/>", Code.MISSING_FIELD),
        (b"<ASYCUDA>" + b"<a>1</a>" * 2_000 + b"</ASYCUDA>", Code.TOO_LARGE),
        (b"<ASYCUDA " + b"a" * 200_000 + b"='1'/>", Code.TOO_LARGE),
    ],
)
def test_hostile_xml_is_refused(data, code):
    found = reads(data, limits=Limits(max_file_bytes=350_000, max_elements=1_000)).refusal
    assert found.code == code
    assert found.position == 1


def test_other_encodings_are_read():
    text = DECLARATION.replace("Trader one", "Трейдер")
    for encoding in ("windows-1251", "utf-16"):
        data = text.replace("UTF-8", encoding).encode(encoding)
        assert reads(data).document.importer.name == "Трейдер"


# What the files say, as counted by eye and with grep: items, kilograms, importer, regime, place
SHARED = {
    "sad_01.xml": (40, "L 012", Regime.HOME_USE, "AL110000", "2016-09-13"),
    "sad_02.xml": (8, "L 018", Regime.HOME_USE, "AL110000", "2016-10-13"),
    "sad_04.xml": (1, "L 026", Regime.HOME_USE, "AL110000", "2016-08-26"),
    "sad_05.xml": (1, "L 031", Regime.HOME_USE, "AL110000", "2016-10-28"),
    "sad_07.xml": (1, "L 031", Regime.WAREHOUSE, "C17", "2016-08-15"),
}


@pytest.mark.parametrize("name", SHARED)
def test_real_declarations(shared, name):
    path = shared(f"tracking/asycuda_sad/{name}")
    (found,) = read(path)
    document = found.document
    items, importer, regime, place, day = SHARED[name]
    assert (len(document.lines), document.importer.id, document.regime) == (items, importer, regime)
    assert (document.place, document.time.date().isoformat()) == (place, day)
    weights = etree.parse(path).xpath("//Net_weight_itm/text()")
    assert [line.quantity for line in document.lines] == [Decimal(text.strip()) for text in weights]
    assert all(hs.exists(line.edition, line.hs[:6]) for line in document.lines)


def test_a_declaration_whose_goods_are_commented_out_is_refused(shared):
    (found,) = read(shared("tracking/asycuda_sad/sad_08.xml"), default_time=NOW)
    assert (found.refusal.code, found.refusal.pointer) == (Code.MISSING_FIELD, "/kind")
