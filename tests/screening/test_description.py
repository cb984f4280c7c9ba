"""Does the description fit the code: the model against sums done by hand, and real texts."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods.errors import BadSetting
from sarai.reference import hs
from sarai.screening.controls import DescriptionModel
from sarai.screening.controls.judgement import CALM, Declared, Evidence, judge
from sarai.screening.controls.words import MAX_WORDS, Word, words

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
NOMENCLATURE = SHARED / "reference" / "hs2022.csv"
EUROSTAT = SHARED / "trade" / "eurostat_cn8_monthly" / "export_sanctions_codes.csv"
needs_shared = pytest.mark.skipif(not NOMENCLATURE.is_file(), reason=f"no shared data at {SHARED}")

TEXTS = [
    ("Electronic circuits", "8542"),
    ("Electronic circuits; processors", "854231"),
    ("Electronic circuits; memories", "854232"),
    ("Blankets; electric", "630110"),
    ("Toys; balloons and kites", "950300"),
    ("Telephone sets, other than smartphones", "851718"),
    ("Telephones; smartphones", "851713"),
]


@pytest.fixture(scope="module")
def small() -> DescriptionModel:
    return DescriptionModel.fit(*zip(*TEXTS, strict=True))


@pytest.fixture(scope="module")
def whole() -> DescriptionModel:
    return DescriptionModel.of_nomenclature(NOMENCLATURE)


# The sums


def test_a_words_evidence_is_the_interpolated_likelihood(small):
    """By hand: one of 3 words in the texts of 854231, of 8 in its heading's, of 13 in its chapter's."""
    column = small.of_words.evidence(["processor"])[:, 0]
    added = dict(zip(small.codes, column, strict=True))
    anywhere = (1 + Fraction(1, 2)) / (18 + Fraction(12, 2))  # 18 words of 12 kinds, each half a word more
    heading, chapter = Fraction(1, 8 + 3) / 4, Fraction(1, 13 + 3) * Fraction(3, 20)
    near = Fraction(1, 3 + 3) / 2 + heading + chapter
    assert added["854231"] == pytest.approx(math.log(near / anywhere + Fraction(1, 10)))
    assert added["854232"] == pytest.approx(math.log((heading + chapter) / anywhere + Fraction(1, 10)))
    assert added["851713"] == pytest.approx(math.log(chapter / anywhere + Fraction(1, 10)))
    assert added["950300"] == pytest.approx(math.log(0.1))


def test_the_weights_of_the_words_are_all_there_is(small):
    """They add up to the logarithm of how many times as probable one code is as the other."""
    judgement = small.judge("electronic blankets with processors", "630110")
    probable = dict(small.likely("electronic blankets with processors"))
    (first, *_) = judgement.likely
    odds = CALM * math.log(probable[first.code] / probable["630110"])
    assert sum(each.weight for each in judgement.words) == pytest.approx(odds, abs=0.02)
    assert sum(probable.values()) == pytest.approx(1)


def test_what_two_words_share_is_counted_once(small):
    once, twice = small.likely("processor"), small.likely("processor processors PROCESSOR")
    assert dict(twice)["854231"] == pytest.approx(dict(once)["854231"], rel=0.05)


def test_examples_teach_words_of_the_trade(small):
    before = dict(small.likely("XQ gizmo"))
    after = DescriptionModel.fit(
        [text for text, _ in TEXTS] + ["gizmo XQ, boxed"], [code for _, code in TEXTS] + ["9503009900"]
    )
    assert before == {}
    assert after.likely("XQ gizmo")[0][0] == "950300"


# Words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Transistors, other than photosensitive; of silicon",
            ["transistors", "not photosensitive", "silicon"],
        ),
        (
            "Circuits (excl. memories, amplifiers) mounted",
            ["circuits", "not memories", "not amplifiers", "mounted"],
        ),
        ("Juice, not frozen, unsweetened", ["juice", "not frozen", "unsweetened"]),
        ("Motors, whether or not geared, not exceeding 37.5 W", ["motors", "geared"]),
        ("подшипники, кроме шариковых; стальные", ["подшипники", "not шариковых", "стальные"]),
        ("ＰＵＭＰ\u202e\x00 pump PUMPS", ["pump", "pumps"]),
        ("12 345 -- %", []),
    ],
)
def test_words_are_marked_by_what_excludes_them(text, shown):
    assert [word.shown for word in words(text)] == shown


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("микросхемами", "integrated"),
        ("беспилотников", "unmanned"),
        ("Подшипник", "bearing"),
        ("микросұлбалар", "integrated"),
        ("ұшқышсыз", "unmanned"),
        ("FPGA", "processor"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("lenses", "lens"),
        ("glass", "glass"),
    ],
)
def test_words_are_taken_for_those_of_the_nomenclature(text, feature):
    (word,) = words(text)
    assert feature in word.features


def test_an_excluded_word_keeps_to_itself():
    assert [word.features for word in words("other than smartphones")] == [("not smartphone",)]


# Judging


def test_a_controlled_description_under_another_code_is_flagged_with_its_words(small):
    judgement = small.judge("electronic circuits: processors", "630110")
    assert judgement.flagged
    assert judgement.likely[0].code == "854231"
    assert judgement.likely[0].controlled
    assert {each.word for each in judgement.words[:3]} == {"electronic", "circuits", "processors"}
    assert "A controlled code is likely" in judgement.why
    assert "854231, Processors and controllers (ICs), priority list tier 1" in judgement.why
    assert "over 630110 as declared" in judgement.why


@pytest.mark.parametrize(
    ("description", "code", "edition"),
    [
        ("electronic circuits: processors", "854231", "HS2022"),
        ("electronic circuits: processors", "8542390000", "EAEU2022"),  # as controlled
        ("electronic circuits: processors", "854231", "HS2012"),
        ("electric blankets", "630110", "HS2022"),
        ("electric blankets", "950300", "HS2022"),  # wrong, but nothing controlled
    ],
)
def test_what_is_declared_as_controlled_or_is_not_controlled_is_not_flagged(
    small, description, code, edition
):
    assert not small.judge(description, code, edition).flagged


def test_what_is_controlled_is_for_the_caller_to_say(small):
    def blankets(code: str) -> bool:
        return code == "630110"

    assert small.judge("electric blankets", "950300", controlled=blankets).flagged
    assert not small.judge("electronic circuits: processors", "950300", controlled=blankets).flagged


@pytest.mark.parametrize(
    ("shares", "flagged"),
    [
        ((0.70, 0.25, 0.05), False),  # controlled, declared, another: less than three times the declared
        ((0.70, 0.23, 0.07), True),
        ((0.19, 0.01, 0.80), False),  # not a fifth
        ((0.21, 0.01, 0.78), True),
    ],
)
def test_the_flag_is_at_a_fifth_and_thrice_the_declared(shares, flagged):
    codes = ("854231", "854290", "950300")
    added = 2.5 * np.log(np.array(shares))[:, None]
    evidence = Evidence(codes, [Word("circuit", ("circuit",))], added)
    judgement = judge(evidence, Declared("854290", ["854290"]), lambda code: code == "854231")
    assert (judgement.controlled, judgement.declared) == pytest.approx(shares[:2])
    assert judgement.flagged == flagged


@pytest.mark.parametrize("description", ["", " \u202e\x00\n", "1234", "qqqq", "ыыыы", "=1+1"])
def test_what_cannot_be_told_is_said(small, description):
    judgement = small.judge(description, "950300")
    assert (judgement.likely, judgement.flagged) == ((), False)
    assert "cannot be told" in judgement.why


def test_a_description_of_ten_megabytes_is_read_as_far_as_a_document_allows(small):
    judgement = small.judge("electronic circuits: processors " + "lorem ipsum " * 900_000, "630110")
    assert judgement.flagged
    assert len(words(" ".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(500)))) == MAX_WORDS


@settings(max_examples=60)
@given(st.text(max_size=80), st.sampled_from(["854231", "950300", "999999"]))
def test_any_text_gets_a_judgement(small, description, code):
    judgement = small.judge(description, code)
    assert 0 <= judgement.controlled <= 1 + 1e-9
    assert judgement.why


@pytest.mark.parametrize(
    ("texts", "codes", "words_"),
    [
        (["a"], ["854"], "2, 4 or 6 digits"),
        (["a"], ["85"], "no text has a code of six"),
        (["a"], ["x"], "'x'"),
    ],
)
def test_what_cannot_be_learnt_from_is_named(texts, codes, words_):
    with pytest.raises(BadSetting, match=words_):
        DescriptionModel.fit(texts, codes)


# Kept in a file


def test_a_kept_model_judges_alike_and_is_the_same_bytes(small, tmp_path):
    small.save(tmp_path / "a.npz")
    loaded = DescriptionModel.load(tmp_path / "a.npz")
    loaded.save(tmp_path / "b.npz")
    assert loaded.judge("electronic kites", "630110") == small.judge("electronic kites", "630110")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def broken(name: str, good: bytes) -> bytes:
    """A model's file, spoilt in one way."""
    if name == "cut":
        return good[: len(good) // 2]
    if name == "text":
        return b"code,text\n"
    if name == "empty":
        return b""
    with np.load(io.BytesIO(good)) as arrays:
        parts = dict(arrays)
    spoilt = {
        "pickle": {"nodes": np.array([{}], dtype=object)},
        "other format": {"format": np.array(2)},
        "out of range": {"words_indices": parts["words_indices"] + 10_000},
        "other length": {"nodes": parts["nodes"][:-7]},
    }
    out = io.BytesIO()
    if name == "missing":
        del parts["letters_data"]
    np.savez(out, **parts | spoilt.get(name, {}))
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["cut", "text", "empty", "pickle", "other format", "out of range", "other length", "missing"]
)
def test_a_spoilt_file_is_refused(small, tmp_path, name):
    path = tmp_path / "model.npz"
    small.save(path)
    path.write_bytes(broken(name, path.read_bytes()))
    with pytest.raises(BadSetting, match=r"model\.npz is no model of descriptions"):
        DescriptionModel.load(path)


def test_nothing_in_the_file_runs(small, tmp_path):
    small.save(tmp_path / "model.npz")
    with zipfile.ZipFile(tmp_path / "model.npz") as archive:
        heads = [archive.read(name)[:128] for name in archive.namelist()]
    assert not any(b"'descr': '|O'" in head for head in heads)


# Real texts


@needs_shared
@pytest.mark.parametrize(
    ("description", "declared", "flagged"),
    [
        (
            "Microchips for sound recording equipment, made using semiconductors",
            "630110",
            True,
        ),  # so declared
        ("Микросхемы интегральные: процессоры и контроллеры", "851712", True),
        ("Подшипники шариковые", "731816", True),
        ("Электрондық микросұлбалар", "630110", True),
        ("Ball bearings, steel", "848210", False),
        ("Telephones; smartphones", "851713", False),
        ("Men's cotton trousers", "620342", False),
        ("Spherical roller bearings", "848230", False),
        ("Шины пневматические резиновые для легковых автомобилей", "401110", False),
    ],
)
def test_real_goods(whole, description, declared, flagged):
    assert whole.judge(description, declared).flagged == flagged


@needs_shared
def test_the_nomenclature_knows_its_own_texts(whole):
    texts = list(hs.read_nomenclature(NOMENCLATURE).items())[::120]
    asked = [(code, text) for code, text in texts if hs.exists("HS2022", code)]
    right = [whole.likely(text)[0][0] == code for code, text in asked]
    assert len(asked) > 40
    assert sum(right) / len(right) > 0.9


@needs_shared
@pytest.mark.skipif(not EUROSTAT.is_file(), reason=f"no shared data at {EUROSTAT}")
def test_the_headings_of_texts_in_other_words_are_told(whole):
    """On headings that no setting was chosen on (see benchmarks/description.py)."""
    with EUROSTAT.open(encoding="utf-8", newline="") as file:
        texts = [(row["code"][:6], re.split(r"\(\d{4}-", row["product"])[0]) for row in csv.DictReader(file)]
    asked = [each for each in texts if zlib.crc32(each[0][:4].encode()) % 2 and hs.exists("HS2022", each[0])]
    asked = asked[::6]
    right = [whole.likely(text)[0][0][:4] == code[:4] for code, text in asked]
    assert len(asked) > 150
    assert sum(right) / len(right) > 0.75


@needs_shared
def test_an_example_of_no_code_of_the_edition_is_refused():
    with pytest.raises(BadSetting, match="'852580' of an example is not in HS2022"):
        DescriptionModel.of_nomenclature(NOMENCLATURE, [("camera", "852580")])
