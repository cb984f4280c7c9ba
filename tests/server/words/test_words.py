"""Texts filled in, and values as the languages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sarai.goods.errors import BadSetting
from sarai.reference import units
from sarai.server.words import LANGUAGES, Words, negotiate
from sarai.server.words.values import iso

NOON = datetime(2026, 11, 22, 7, 4, 30, tzinfo=UTC)


def plain(text: str) -> str:
    """With ordinary spaces: which kind CLDR sets between thousands changes with its version."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_text_is_filled_in():
    assert Words("en")("Logged in as {name}", name="{role}") == "Logged in as {role}"
    assert Words("kk")("Assigned to {name}", name="A") == "Тағайындалды: A"


def test_what_the_catalogue_lacks_is_said_in_english():
    assert Words("ru")("No such text, {name}", name="A") == "No such text, A"


def test_numbers_among_values_are_written_as_the_language_does():
    assert plain(Words("ru").count("{count} line", "{count} lines", 12345)) == "12 345 строк"
    assert Words("en").count("{count} line", "{count} lines", 12345) == "12,345 lines"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 сигналов"), (1, "1 сигнал"), (2, "2 сигнала"), (5, "5 сигналов"), (11, "11 сигналов"),
     (12, "12 сигналов"), (21, "21 сигнал"), (22, "22 сигнала"), (111, "111 сигналов"), (121, "121 сигнал")],
)  # fmt: skip
def test_russian_counts_in_three_forms(count, said):
    assert Words("ru").count("{count} alert", "{count} alerts", count) == said


@pytest.mark.parametrize("count", [0, 1, 2, 5, 21])
def test_kazakh_counts_in_one(count):
    assert Words("kk").count("{count} alert", "{count} alerts", count) == f"{count} дабыл"


@pytest.mark.parametrize(("code", "said"), [("en", "12,500.5"), ("ru", "12 500,5"), ("kk", "12 500,5")])
def test_numbers(code, said):
    assert plain(Words(code).number(Decimal("12500.500"))) == said
    assert Words(code).number(0) == "0"


def test_a_quantity_is_in_its_unit_and_large_ones_in_tonnes():
    russian = Words("ru")
    assert plain(russian.quantity(Decimal("2.50"), "KGM")) == "2,5 кг"
    assert plain(russian.quantity(Decimal("24800"), "KGM")) == "24,8 т"
    assert plain(russian.quantity(Decimal(3), "C62")) == "3 шт."
    assert plain(russian.quantity(Decimal(3), "KNS")) == "3 KNS"
    assert plain(Words("kk").base_quantity(250_000, units.Dimension.MASS)) == "0,25 кг"


def test_money_and_shares():
    assert plain(Words("kk").money(Decimal("1234567.5"), "KZT")) == "1 234 567,50 KZT"
    assert Words("en").money(Decimal(3), "") == "3.00"
    assert plain(Words("ru").percent(0.1234, 1)) == "12,3 %"
    assert Words("en").percent(0.5) == "50%"


def test_times_are_said_in_the_time_zone_with_the_offset_of_that_time():
    words = Words("en")
    assert words.moment(NOON) == "22 Nov 2026, 12:04 UTC+5"
    assert words.moment(NOON, offset=False) == "22 Nov 2026, 12:04"
    assert words.offset(datetime(2023, 6, 1, tzinfo=UTC)) == "UTC+6"  # until March 2024
    assert Words("en", "Asia/Kolkata").offset(NOON) == "UTC+5:30"
    assert Words("en", "America/New_York").offset(NOON) == "UTC\u22125"
    assert Words("en", "UTC").moment(NOON).endswith("07:04 UTC")


def test_a_day_is_that_of_the_time_zone():
    late = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert Words("en").day(late) == "23 Nov 2026"
    assert Words("en").day(date(2026, 11, 22)) == "22 Nov 2026"
    assert "нояб" in Words("ru").day(late)
    assert "қар" in Words("kk").day(late)


def test_lengths_of_time():
    def said(code, **length):
        return plain(Words(code).duration(timedelta(**length)))

    assert said("ru", hours=3, minutes=20) == "3 ч 20 мин"
    assert said("kk", days=2, hours=1, minutes=50) == "2 күн 1 сағ"
    assert said("ru", hours=1, seconds=5) == "1 ч"
    assert said("ru", seconds=0) == said("ru", seconds=-9) == "0 с"
    assert Words("ru").ago(NOON, NOON + timedelta(hours=5)) == "5 часов назад"
    assert Words("kk").ago(NOON, NOON + timedelta(minutes=5)) == "5 минут бұрын"


def test_machines_read_times_in_utc():
    assert iso(NOON) == "2026-11-22T07:04:30Z"


def test_words_that_the_locale_knows():
    assert [Words(code).country("KZ") for code in LANGUAGES] == ["Kazakhstan", "Казахстан", "Қазақстан"]
    assert Words("ru").country("XX") == "XX"
    assert Words("ru").items(["A", "B", "C"]) == "A, B и C"


def test_what_is_not_known_is_named():
    with pytest.raises(BadSetting, match="'de' is not known; use one of en, ru, kk"):
        Words("de")
    with pytest.raises(BadSetting, match="time zone 'Mars/North'"):
        Words("en", "Mars/North")
    with pytest.raises(BadSetting, match="time zone"):
        Words("en", "../secret")


@pytest.mark.parametrize(
    ("asked", "account", "spoken"),
    [("ru,en;q=0.5", "", "ru"), ("ru", "kk", "kk"), ("fr-FR, de", "", "en"), ("", "", "en"),
     ("ru", "xx", "ru"), ("ru;q=0, kk;q=0.1", "", "kk"), ("en;q=0.8,kk-KZ", "", "kk"),
     ("ru;q=high,kk;q=.5", "", "kk"),
     (";;;,,,q=1", "", "en"), ("RU-ru", "", "ru"), ("*", "", "en"), ("x," * 10_000 + "ru", "", "en"),
     ("kk;q=²,ru;q=0.1", "", "ru")],
)  # fmt: skip
def test_negotiation(asked, account, spoken):
    assert negotiate(asked, account) == spoken


def test_the_default_language_is_a_setting():
    assert negotiate("fr", default="kk") == "kk"
