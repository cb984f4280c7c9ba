"""Questions for a plan of supply out of an address: what is meant, what cannot be, and the way back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.minerals.diversify import Rules
from sarai.minerals.diversify.gathering import Asked as Case
from sarai.server.asking import Unclear
from sarai.server.minerals.diversify_asked import FIELDS, Asked, asked, understood

FOLDER = Path("data")
GALLIUM = "material=gallium&importer=EU"


def question(query: str) -> Asked:
    return asked(parse_qsl(query, keep_blank_values=True))


@given(st.lists(st.tuples(st.sampled_from((*FIELDS, "stage")), st.text(max_size=100))))
def test_every_question_comes_back_from_its_address(pairs):
    one = asked(pairs)
    assert asked(parse_qsl(urlencode(one.address))) == one


def test_what_is_not_said_is_as_of_the_command():
    meant = understood(question(GALLIUM), FOLDER)
    assert meant.case == Case(
        material="gallium", importer="EU", folder=FOLDER, years=tuple(range(2026, 2036))
    )
    assert meant.rules == Rules(by=2030, share=0.65)


def test_what_is_said_is_meant():
    meant = understood(
        question("material=Gallium&importer=jpn&by=2029&share=0.5&risk=1.5&linear=1&budget=2000000&standard=2"
                 "&cover=30&years=2027..2031&demand=40&growth=3%25&discount=0.04&carbon=80&stage=processing"
                 "&stage=mining"), FOLDER,
    )  # fmt: skip
    assert meant.case == Case(
        material="gallium", importer="JP", folder=FOLDER, years=(2027, 2028, 2029, 2030, 2031),
        stages=("processing", "mining"), demand_t=40.0, growth=0.03,
    )  # fmt: skip
    assert meant.rules == Rules(
        by=2029, share=0.5, risk=1.5, quadratic=False, budget_musd=2.0, standard=2, cover_days=30.0,
        discount=0.04, carbon_usd_per_t=80.0,
    )  # fmt: skip


@pytest.mark.parametrize(("query", "field", "value"), [
    ("importer=EU", "material", "nothing is chosen"),
    ("material=gallium", "importer", "nothing is chosen"),
    ("material=unobtainium&importer=EU", "material", "unobtainium"),
    ("material=gallium&importer=Atlantis", "importer", "Atlantis"),
    (f"{GALLIUM}&share=most", "share", "most"),
    (f"{GALLIUM}&share=120%25", "share", "120%"),
    (f"{GALLIUM}&by=2040", "by", "2040"),
    (f"{GALLIUM}&by=soon", "by", "soon"),
    (f"{GALLIUM}&years=2026..2099", "years", "2026..2099"),
    (f"{GALLIUM}&years=1..999999999", "years", "999999999"),
    (f"{GALLIUM}&years=2030..2026", "years", "2030..2026"),
    (f"{GALLIUM}&risk=-1", "risk", "-1"),
    (f"{GALLIUM}&budget=inf", "budget", "inf"),
    (f"{GALLIUM}&standard=4", "standard", "4"),
    (f"{GALLIUM}&standard=1.5", "standard", "1.5"),
    (f"{GALLIUM}&cover=long", "cover", "long"),
    (f"{GALLIUM}&demand=-40", "demand", "-40"),
    (f"{GALLIUM}&growth=60%25", "growth", "60%"),
    (f"{GALLIUM}&discount=2", "discount", "2"),
    (f"{GALLIUM}&carbon=x", "carbon", "x"),
    (f"{GALLIUM}&stage=smelting", "stage", "smelting"),
])  # fmt: skip
def test_what_cannot_be_understood_is_said_with_its_field_and_value(query, field, value):
    with pytest.raises(Unclear, match=value) as caught:
        understood(question(query), FOLDER)
    assert caught.value.field == field
