import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sarai.goods import BadSetting, Code, Export, Import
from sarai.intake import load_mapping, read

MAPPING = """
delimiter = ";"
encoding = "cp1251"
decimal_mark = ","
time_zone = "+05:00"

[document]
kind = {value = "{Вид}", map = {"ИМ" = "import", "ЭК" = "export"}}
issuer = "KZ-{Пост}"
number = "{Номер}"
time = {value = "{Дата}", date = "%d.%m.%Y"}
place = "{Пост}"
country = "{Страна}"
exporter.id = "{БИН}"

[lines]
hs = "{Код}"
quantity = "{Вес}"
unit = {value = "{Ед}", default = "кг"}
value = "{Цена}"
"""
HEADER = "Вид;Пост;Номер;Дата;Страна;БИН;Код;Вес;Ед;Цена"


def written(tmp_path, text: str):
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def reads(tmp_path, *rows: str, mapping: str = MAPPING, header: str = HEADER) -> list:
    data = "\r\n".join((header, *rows)).encode("cp1251")
    return list(read(io.BytesIO(data), mapping=written(tmp_path, mapping)))


def test_a_foreign_table_becomes_documents(tmp_path):
    first, second = reads(
        tmp_path,
        "ЭК;50000;17;02.03.2026;KGZ;0001;8542319000;1 234,5;;40 000,00",
        "ЭК;50000;17;02.03.2026;417;0001;8471300000;20;шт.;",
        "ЭК;50000;18;03.03.2026;KG;0001;8542319000;1.234,5;166;1,5",
    )
    document = first.document
    assert isinstance(document, Export)
    assert (document.issuer, document.number, document.country) == ("KZ-50000", "17", "KG")
    assert document.time == datetime(2026, 3, 1, 19, tzinfo=UTC)
    assert document.time.utcoffset() == timedelta(hours=5)
    assert [(line.quantity, line.unit, line.value) for line in document.lines] == [
        (Decimal("1234.5"), "KGM", Decimal(40_000)),
        (Decimal(20), "C62", None),
    ]
    assert second.document.lines[0].quantity == Decimal("1234.5")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (("ЭК", "ТР"), Code.BAD_VALUE, "/kind"),
        (("02.03.2026", "2026-03-02"), Code.BAD_VALUE, "/time"),
        (("02.03.2026", "31.02.2026"), Code.BAD_VALUE, "/time"),
        (("02.03.2026", ""), Code.MISSING_FIELD, "/time"),
        (("1,5", "1.5,0"), Code.BAD_VALUE, "/lines/0/quantity"),
        (("1,5", "12.34,5"), Code.BAD_VALUE, "/lines/0/quantity"),
        (("KG;", "Atlantis;"), Code.BAD_VALUE, "/country"),
        ((";17;", ";;"), Code.MISSING_FIELD, "/number"),
    ],
)
def test_what_the_mapping_does_not_cover_is_refused(tmp_path, change, code, pointer):
    good = "ЭК;50000;17;02.03.2026;KG;0001;8542319000;1,5;кг;"
    assert reads(tmp_path, good)[0].document
    (found,) = reads(tmp_path, good.replace(*change))
    assert (found.refusal.code, found.refusal.pointer) == (code, pointer)


def test_a_comma_is_never_taken_for_a_group_unless_it_stands_like_one(tmp_path):
    mapping = """
    [document]
    kind = "stock_count"
    issuer = "A"
    number = "{n}"
    time = "2026-01-01T00:00:00Z"
    holder.id = "x"
    place = "P"
    [lines]
    hs = "854231"
    quantity = "{q}"
    """
    found = reads(
        tmp_path, '1,"1,234.5"', '2,"1,5"', '3,"1,50"', '4,"12,345,678"', header="n,q", mapping=mapping
    )
    assert [each.document and each.document.lines[0].quantity for each in found] == [
        Decimal("1234.5"),
        None,
        None,
        Decimal(12_345_678),
    ]


def test_a_table_without_the_columns_is_refused_as_a_whole(tmp_path):
    (found,) = reads(tmp_path, "1;2", header="a;b")
    assert found.refusal.code == Code.UNKNOWN_FORMAT
    assert "'Вид'" in found.refusal.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("document = 1", "document"),
        ("[document]\nknid = 'import'", "knid"),
        ("[document]\nversion = 1", "in quotes"),
        ("[document]\ntime = {value = '{d}', fromat = '%d'}", "fromat"),
        ("encoding = 'utf-16'\n[document]", "utf-16"),
        ("encoding = 'klingon'\n[document]", "klingon"),
        ("decimal_mark = '·'\n[document]", "decimal_mark"),
        ("delimiter = ';;'\n[document]", "delimiter"),
        ("time_zone = 'Mars/Olympus'\n[document]", "Mars"),
        ("time_zone = '+99:99'\n[document]", "time_zone|offset"),
        ("not toml", "line 1"),
        ("[document]\n[colours]\n", "colours"),
    ],
)
def test_a_mapping_that_cannot_be_used_raises(tmp_path, text, words):
    with pytest.raises(BadSetting, match=words):
        load_mapping(written(tmp_path, text))


def test_a_mapping_that_is_not_there_raises(tmp_path):
    with pytest.raises(BadSetting, match="cannot be opened"):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "options",
    [
        {"format": "parquet"},
        {"format": "jsonl", "mapping": "x.toml"},
        {"default_time": datetime(2026, 1, 1)},
    ],
)
def test_options_that_cannot_be_used_raise_at_once(options):
    with pytest.raises(BadSetting):
        read(io.BytesIO(b""), **options)


# Counted in the tables by themselves, with nothing but the csv module
KOREA = {"df_syn_train_eng.csv": 37_385, "df_syn_valid_eng.csv": 8_134}


def test_every_korean_declaration_becomes_an_import(shared, examples):
    import csv

    from sarai.reference import countries, hs

    numbers = set()
    for name, count in KOREA.items():
        path = shared(f"trade/korea_customs/{name}")
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = list(read(path, mapping=examples / "korea_customs.toml"))
        assert len(rows) == len(found) == count
        assert [each.refusal for each in found if each.refusal] == []
        for row, each in zip(rows, found, strict=True):
            _check_korean(row, each.document)
            numbers.add(each.document.number)
            assert hs.exists("HS2017", each.document.lines[0].hs)
            assert countries.exists(each.document.country)
    assert len(numbers) == sum(KOREA.values()) == 45_519


def _check_korean(row: dict[str, str], document: Import) -> None:
    (line,) = document.lines
    mass = Decimal(row["Net Mass"])
    assert isinstance(document, Import)
    assert document.number == row["Declaration ID"]
    assert document.time.isoformat() == row["Date"] + "T00:00:00+09:00"
    assert document.importer.id == row["Importer ID"]
    assert (document.seller.id if document.seller else "") == row["Seller ID"]
    assert (line.hs, line.net_mass_kg, line.value) == (row["HS6 Code"], mass, Decimal(row["Item Price"]))
    assert line.quantity == (mass or Decimal("0.05"))
    assert bool(line.description) == (mass == 0)
    assert line.origin == row["Country of Origin"].replace("ZZ", "")
