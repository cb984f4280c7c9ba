"""What-ifs of the server: addresses and forms that mean the same, and answers that are the command's."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.server.asking import Unclear
from sarai.server.settings import ServerSettings
from sarai.server.standing import Bench
from sarai.server.standing.whatif_asked import FORMS, MOST_CHANGES, Supposing, supposing, understood
from sarai.standing import parse, shipped
from sarai.telling.standing_supposed import supposed

CHANGES = ("shut pipeline:CPC", "sanction RU trade 30%", "join BRICS", "leave CSTO", "invest CN 2bn")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings())


@given(
    st.lists(st.sampled_from([*CHANGES, "burn all", "join A&B=c"]), unique=True),
    st.sampled_from(["", "2023"]),
)
def test_an_address_means_the_question_it_was_made_of(changes: list[str], year: str):
    question = Supposing(changes=tuple(changes), year=year)
    assert supposing(parse_qsl(urlencode(question.address))) == question


def test_changes_that_stand_together_are_told_apart_and_each_counts_once():
    question = supposing([("if", "join  BRICS ; leave CSTO;"), ("if", "join BRICS"), ("if", "")])
    assert question.changes == ("join BRICS", "leave CSTO")
    assert len(supposing(("if", f"join B{at}") for at in range(50)).changes) == MOST_CHANGES


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"add": "sanction", "power": "RU", "channel": "trade", "share": "30"}, "sanction RU trade 30%"),
        ({"add": "invest", "power": "CN", "amount": "2.5"}, "invest CN 2.5bn"),
        ({"add": "shut", "route": "CPC"}, "shut CPC"),
        ({"add": "join", "body": "BRICS"}, "join BRICS"),
        ({"add": "leave", "body": "CSTO"}, "leave CSTO"),
        ({"add": "say", "words": "join Union of CN RU"}, "join Union of CN RU"),
    ],
)
def test_every_form_makes_words_that_can_be_read(fields: dict[str, str], words: str):
    question = supposing([("if", "invest TR 1bn"), *fields.items()])
    assert (question.changes, question.added) == (("invest TR 1bn", words), True)
    assert parse(words)[0].words == words
    assert supposing(question.address) == Supposing(changes=question.changes)


def test_every_form_is_tried_here_and_one_that_is_left_empty_adds_nothing():
    assert set(FORMS) == {"sanction", "invest", "shut", "join", "leave", "say"}
    for name in (*FORMS, "burn"):
        assert supposing([("add", name)]) == Supposing(added=True)


def test_answers_are_those_of_the_command(bench: Bench):
    found = bench.whatif(Supposing(changes=CHANGES))
    assert found == supposed(shipped(), CHANGES)
    assert bench.whatif(Supposing(changes=CHANGES)) is found, "worked out once"
    of_year = Supposing(changes=("sanction RU trade 30%",), year="2023")
    assert bench.whatif(of_year) == supposed(shipped(), of_year.changes, year=2023)


def test_what_could_be_had_elsewhere_is_told_of_channels_that_change(bench: Bench):
    found = bench.whatif(Supposing(changes=("sanction RU trade 30%",)))
    assert {each.channel for each in found.assumed} == {"trade"}
    assert all(each.source == "assumed" for each in found.assumed)
    assert list(map(str, found.came)) == list(found.told)


@pytest.mark.parametrize(
    ("question", "field", "said"),
    [
        (Supposing(changes=("burn all",)), "if", "cannot be read"),
        (Supposing(changes=("shut nothing",)), "if", "take one of CPC"),
        (Supposing(changes=("join BRICS",), year="soon"), "year", "'soon' cannot be read"),
        (Supposing(changes=("join BRICS",), year="1899"), "year", "1900"),
        (Supposing(changes=("invest CN 1bn",), year="1999"), "if", "no figures of 1999"),
    ],
)
def test_what_cannot_be_names_its_field(bench: Bench, question: Supposing, field: str, said: str):
    with pytest.raises(Unclear) as fault:
        bench.whatif(question)
    assert fault.value.field == field
    assert said in str(fault.value)


def test_nothing_is_understood_as_nothing():
    assert understood(Supposing()) == ((), None)
