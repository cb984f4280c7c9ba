"""Questions about shocks out of an address: what is meant, what cannot be, and the way back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.minerals.shocks import parse
from sarai.server.asking import Unclear
from sarai.server.minerals.shock_asked import FIELDS, MOST_SHOCKS, Asked, asked, put_together, understood
from sarai.telling.minerals_shock import Question

FOLDER, YEARS = Path("data"), (2008, 2009, 2010)
EMBARGO = "material=lree&year=2009&importer=JP&if=embargo+CN%3EJP"
TEXT, NAMES = st.text(max_size=100), (*FIELDS, "if", "verb", "who", "whom", "what", "much", "days")


def question(query: str) -> Asked:
    return asked(parse_qsl(query, keep_blank_values=True))


@given(
    st.lists(st.tuples(st.sampled_from((*FIELDS, "if", "verb", "who", "whom", "what", "much", "days")), TEXT))
)
def test_every_question_comes_back_from_its_address(pairs):
    one = asked(pairs)
    assert asked(parse_qsl(urlencode(one.address))) == one
    assert len(one.shocks) <= MOST_SHOCKS


def test_what_is_said_is_meant():
    meant = understood(
        question(f"{EMBARGO}&if=lose+CL+30%25&reserves=45&absorbed=10%25&draws=20&seed=7&stage=mining"),
        FOLDER, YEARS,
    )  # fmt: skip
    assert meant == Question(
        folder=FOLDER, material="lree", shocks=parse("embargo CN>JP; lose CL 30%"), year=2009, stage="mining",
        importer="JP", reserve_days=45.0, absorbed=0.1, seed=7, draws=20,
    )  # fmt: skip


def test_what_is_not_said_is_as_of_the_command():
    meant = understood(question("material=Light rare earths&if=embargo+CN%3EJP"), FOLDER, YEARS)
    usual = Question(folder=FOLDER, material="lree", shocks=parse("embargo CN>JP"), year=YEARS[-1])
    assert meant == usual


@pytest.mark.parametrize(("fields", "words"), [
    ({"verb": "embargo", "who": "CN", "whom": "JP"}, "embargo CN>JP"),
    ({"verb": "embargo", "who": "CN", "days": "120"}, "embargo CN>* 120d"),
    ({"verb": "quota", "who": "CN", "whom": "EU", "much": "50%", "days": "90d"}, "quota CN>EU 50% 90d"),
    ({"verb": "delay", "who": "CN", "days": "60", "much": "5"}, "delay CN>* 60d"),
    ({"verb": "lose", "who": "CL", "whom": "JP", "much": "30"}, "lose CL 30%"),
    ({"verb": "close", "what": "place:SUEZ", "who": "CN"}, "close place:SUEZ"),
    ({"verb": "embargo", "whom": "JP"}, ""),
    ({"verb": "close", "who": "CN"}, ""),
    ({}, ""),
])  # fmt: skip
def test_the_small_form_puts_words_together(fields, words):
    assert put_together(fields) == words
    if words:
        assert str(parse(words)[0]) == words
        assert asked(fields.items()).shocks == (words,)


def test_shocks_in_one_field_are_told_apart_and_the_same_is_said_once():
    assert question("if=embargo+CN%3EJP%3B+lose+CL+30%25&if=embargo+CN%3EJP").shocks == (
        "embargo CN>JP", "lose CL 30%",
    )  # fmt: skip


@pytest.mark.parametrize(("query", "field", "value"), [
    ("if=embargo+CN%3EJP", "material", "nothing is chosen"),
    ("material=unobtainium&if=embargo+CN%3EJP", "material", "unobtainium"),
    ("material=lree", "if", "nothing happens"),
    ("material=lree&if=burn+CN", "if", "burn"),
    ("material=lree&if=embargo+CN%3EJP+0d", "if", "0d"),
    (f"{EMBARGO}&year=1990", "year", "1990"),
    (f"{EMBARGO}&year=soon", "year", "soon"),
    (f"{EMBARGO}&importer=Atlantis", "importer", "Atlantis"),
    (f"{EMBARGO}&stage=smelting", "stage", "smelting"),
    (f"{EMBARGO}&reserves=-1", "reserves", "-1"),
    (f"{EMBARGO}&reserves=nan", "reserves", "nan"),
    (f"{EMBARGO}&absorbed=120%25", "absorbed", "120%"),
    (f"{EMBARGO}&draws=9", "draws", "9"),
    (f"{EMBARGO}&draws=20.5", "draws", "20.5"),
    (f"{EMBARGO}&seed=many", "seed", "many"),
])  # fmt: skip
def test_what_cannot_be_understood_is_said_with_its_field_and_value(query, field, value):
    with pytest.raises(Unclear, match=value) as caught:
        understood(question(query), FOLDER, YEARS)
    assert caught.value.field == field
