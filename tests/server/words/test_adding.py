"""A text is added in all languages, or refused with what is wrong."""

from __future__ import annotations

from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from sarai.goods.errors import BadSetting
from sarai.server.words import LANGUAGES
from sarai.server.words.adding import entry, parse, unknown

COUNTED = "{count} lorry / {count} lorries | {count} машина / {count} машины / {count} машин | {count} көлік"


def as_read(line: str, code: str):
    """The entry as a reader of such files finds it."""
    (message,) = (each for each in read_po(BytesIO(entry(parse(line), code).encode())) if each.id)
    return message


def test_a_text_is_read_back_as_it_was():
    for code, said in zip(LANGUAGES, ('Say "no"', "Скажите «нет»", "«Жоқ» деңіз"), strict=True):
        message = as_read('Say "no" | Скажите «нет» | «Жоқ» деңіз', code)
        assert (message.id, message.string, message.context) == ('Say "no"', said, None)


def test_a_name_of_a_code_has_its_context():
    message = as_read("kind: landing | Landing | Посадка | Қону", "kk")
    assert (message.context, message.id, message.string) == ("kind", "landing", "Қону")


def test_a_counted_text_has_every_form():
    text = parse(COUNTED)
    assert [len(text.said[code]) for code in LANGUAGES] == [2, 3, 1]
    assert "msgstr[2]" in entry(text, "ru")
    assert "msgstr[1]" not in entry(text, "kk")


@pytest.mark.parametrize("line", ["Yes", "A | Б", "A | Б | ", COUNTED.replace(" / {count} машин |", " |")])
def test_a_line_that_lacks_something_is_refused(line):
    with pytest.raises(BadSetting, match="line '"):
        parse(line)


def test_what_is_known_is_passed_over():
    lines = [
        "# a remark",
        "",
        "Now | Теперь | Енді",
        "Never said | Не сказано | Айтылмаған",
        "Never said | Б | В",
    ]
    assert [text.said["ru"] for text in unknown(lines)] == [("Не сказано",)]
