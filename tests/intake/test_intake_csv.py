import csv
import io
from decimal import Decimal

import pytest

from sarai.goods import MAX_LINES, Code
from sarai.intake import LIMITS, Limits, read

HEADER = "kind,issuer,number,time,importer.id,place,country,lines.hs,lines.quantity,lines.description"
HEAD = "import,A,{number},2026-01-01T00:00:00Z,x,P,DE"


def row(number: object = 1, goods: str = "854231,1,") -> str:
    return f"{HEAD.format(number=number)},{goods}"


def reads(*rows: str | bytes, header: str = HEADER, **options: object) -> list:
    parts = [text if isinstance(text, bytes) else text.encode() + b"\n" for text in (header, *rows)]
    return list(read(io.BytesIO(b"".join(parts)), format="csv", **options))


def outcome(found: list) -> list[tuple]:
    """For each step of reading: the line, the rows, and the number of the document or the code."""
    return [
        (each.position, each.records, each.document.number if each.document else each.refusal.code)
        for each in found
    ]


def test_the_example(examples):
    first, second = (each.document for each in read(examples / "declarations.csv"))
    assert [(line.item, line.hs, line.quantity, line.unit) for line in first.lines] == [
        (1, "854231", Decimal("12.5"), "KGM"),
        (2, "847130", Decimal(200), "C62"),
    ]
    assert first.lines[1].description == 'laptops, 14"'
    assert (second.lines[0].lot.number, second.lines[0].lot.item) == (first.number, 1)


def test_rows_that_follow_each_other_are_one_document():
    found = reads(row(1), row(1), row(2), "", row(1))
    assert outcome(found) == [(2, 2, "1"), (4, 1, "2"), (6, 1, "1")]
    assert [line.item for line in found[0].document.lines] == [1, 2]


def test_cells_of_the_head_may_be_left_empty_after_the_first_row():
    found = reads(row(1), ",,,,,,,847130,2,", "import,A,1,,,,,850440,3,")
    assert outcome(found) == [(2, 3, "1")]
    assert [line.hs for line in found[0].document.lines] == ["854231", "847130", "850440"]


def test_rows_of_one_document_must_not_contradict_each_other():
    (found,) = reads(row(1), row(1).replace(",P,", ",Q,"))
    assert outcome([found]) == [(2, 2, Code.BAD_VALUE)]
    assert found.refusal.pointer == "/place"
    assert "'P' and 'Q'" in found.refusal.message


def test_two_rows_that_lack_different_parts_of_their_names_do_not_make_one_document():
    found = reads(row("").replace(",A,", ",A,"), row(1).replace(",A,", ",,"))
    assert [each.refusal.code for each in found] == [Code.MISSING_FIELD, Code.MISSING_FIELD]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(delimiter):
    found = reads(row().replace(",", delimiter), header=HEADER.replace(",", delimiter))
    assert outcome(found) == [(2, 1, "1")]


def test_every_kind_with_flat_lines_has_columns(samples):
    """Flatten each sample into columns, as a spreadsheet would have it, and read it back."""
    import msgspec

    from sarai.goods import AnyDocument, CaseStep, Hold, Release, Split

    for sample in samples:
        document = msgspec.json.decode(sample, type=AnyDocument)
        if type(document) in (Split, Hold, Release, CaseStep):
            continue  # other lists than those of goods lines do not fit a table
        rows = _flat(msgspec.json.decode(sample))
        stream = io.StringIO()
        names = list(dict.fromkeys(name for each in rows for name in each))
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(rows)
        (found,) = read(io.BytesIO(stream.getvalue().encode()), format="csv")
        assert found.document == document


def _flat(tree: dict) -> list[dict]:
    """One row for the head, one for each element of each list."""
    rows: list[dict] = [{}]
    for name, value in tree.items():
        if name == "seals":
            rows[0][name] = " ".join(value)
        elif isinstance(value, dict):
            rows[0] |= {f"{name}.{key}": inner for key, inner in value.items()}
        elif isinstance(value, list):
            for element in value:
                flat = {key: inner for key, inner in element.items() if not isinstance(inner, dict)}
                nested = {key: inner for key, inner in element.items() if isinstance(inner, dict)}
                flat |= {
                    f"{key}.{last}": each for key, inner in nested.items() for last, each in inner.items()
                }
                rows.append({f"{name}.{key}": inner for key, inner in flat.items()})
        else:
            rows[0][name] = value
    return rows


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row(2) + ",more", Code.MALFORMED),
        ("import,A,2,2026-01-01T00:00:00Z", Code.MALFORMED),
        (row(2, "854231,1,\0"), Code.NOT_TEXT),
        (row(2, "854231,1,").encode() + b"\xff\n", Code.NOT_TEXT),
        (row(2, "854231,1.5.1,"), Code.BAD_VALUE),
        (row(2, "854231,0,"), Code.BAD_VALUE),
        (row(2, ",1,"), Code.MISSING_FIELD),
        (row(2).replace("import", "barter"), Code.UNKNOWN_KIND),
        (row(2, "854231," + "9" * 100_000 + ","), Code.BAD_VALUE),
    ],
)
def test_a_faulty_row_is_refused_and_its_neighbours_are_not(bad, code):
    assert outcome(reads(row(1), bad, row(3))) == [(2, 1, "1"), (3, 1, code), (4, 1, "3")]


def test_a_faulty_row_refuses_all_of_its_document():
    assert outcome(reads(row(1), row(1) + ",more", row(1), row(2))) == [(2, 3, Code.MALFORMED), (5, 1, "2")]


@pytest.mark.parametrize(
    ("bad", "code", "line"),
    [
        (row(2, '854231,1,"a"b'), Code.MALFORMED, 4),
        (row(2, "854231,1," + "x" * 200_000), Code.TOO_LARGE, 4),
        (row(2, "854231,1," + "x" * 900_000), Code.TOO_LARGE, 4),
        (row(2, '854231,1,"a\nb"c'), Code.MALFORMED, 5),
    ],
)
def test_a_row_that_cannot_be_read_puts_its_neighbours_in_doubt(bad, code, line):
    found = reads(row(1), bad, row(3), row(4), limits=Limits(max_record_bytes=800_000))
    assert outcome(found) == [
        (2, 1, Code.MALFORMED),
        (3, 1, code),
        (line, 1, Code.MALFORMED),
        (line + 1, 1, "4"),
    ]
    assert "may lack a line" in found[0].refusal.message


def test_a_quote_that_is_never_closed_refuses_the_rest():
    found = reads(row(1), row(2, '854231,1,"open'), row(3), row(4))
    assert outcome(found) == [(2, 1, Code.MALFORMED), (3, 1, Code.TRUNCATED)]
    assert "lines 3 to 5" in found[1].refusal.message
    assert found[1].refusal.raw.endswith(row(4).encode() + b"\n")


def test_a_cell_of_several_lines_is_one_row():
    found = reads(row(1, '854231,1,"a\nb"'), row(2))
    assert outcome(found) == [(2, 1, "1"), (4, 1, "2")]
    assert found[0].document.lines[0].description == "a\nb"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.TRUNCATED),
        (b"a,a\n1,2\n", Code.MALFORMED),
        (b'"a\n', Code.MALFORMED),
        (b"\xff\n", Code.NOT_TEXT),
        (b";;;\n", Code.MALFORMED),
    ],
)
def test_a_header_that_names_no_columns_is_refused(data, code):
    assert [each.refusal.code for each in read(io.BytesIO(data), format="csv")] == [code]


def test_a_document_of_too_many_lines_is_refused_and_counted():
    (found,) = reads(*[row(1)] * (MAX_LINES + 5))
    assert outcome([found]) == [(2, MAX_LINES + 5, Code.BAD_VALUE)]
    assert len(found.refusal.raw) == LIMITS.max_raw_kept


def test_an_unknown_column_is_refused_where_it_says_something():
    found = reads(row(1) + ",", row(2) + ",red", header=HEADER + ",colour")
    assert outcome(found) == [(2, 1, "1"), (3, 1, Code.BAD_VALUE)]
    assert found[1].refusal.pointer == "/colour"
