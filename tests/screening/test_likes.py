"""What is settled for all candidates at once is what each pair of names says by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.screening.listed import Kind, ListedEntity, ListedName, Strength
from sarai.screening.matching.index import Index
from sarai.screening.matching.keyed import Keyed
from sarai.screening.matching.matcher import THRESHOLD, Candidate, Query, match
from sarai.screening.names import parse

WORDS = (
    "Sergei", "Сергей", "Sergeyevich", "Nikolaevich", "Мікалаевіч", "Abd", "al", "Rahman", "Abdulrahman",
    "Ivanov", "Ivanova", "Иванов", "Trade", "Holding", "Company", "ТОО", "LLP", "Almaty", "Baurzhan",
    "Nurlan", "Нұрлан", "Temirkhan", "S.", "A.", "Machine", "Building", "Shipyard", "Alfa", "Alpha", "12",
)  # fmt: skip
LETTERS = "aeiobdgkmnrstvz"


@st.composite
def words(draw) -> str:
    """A word, as it is or with up to two letters changed."""
    word = draw(st.sampled_from(WORDS))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(word)))
        word = word[:at] + draw(st.sampled_from(["", *LETTERS])) + word[at + draw(st.integers(0, 1)) :]
    return word


texts = st.lists(words(), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=1_500)
@given(query=texts, listed=st.lists(texts, min_size=1, max_size=4), kind=st.sampled_from(list(Kind)))
def test_what_is_settled_for_all_is_what_each_pair_says(query: str, listed: list[str], kind: Kind) -> None:
    asked = Query(name=parse(query))
    index = Index(
        ListedEntity(id=str(number), kind=kind, names=(ListedName(text),))
        for number, text in enumerate(listed)
    )
    promising = dict(index._promising(asked, THRESHOLD))
    for number in index._candidates(asked):
        candidate = Candidate(index.names[number], Strength.PRIMARY, kind)
        alone = match(asked, candidate).score
        assert number in promising or alone < THRESHOLD
        if number in promising:
            assert match(asked, candidate, 0.0, promising[number]).score == alone


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 9))), st.lists(st.text(max_size=3)))
def test_keyed_is_a_dictionary_of_lists(pairs: list[tuple[str, int]], asked: list[str]) -> None:
    keyed = Keyed()
    for key, number in pairs:
        keyed.add(key, number)
    keyed.settle()
    for key in [*asked, *(key for key, _ in pairs)]:
        assert keyed.of(key) == [number for other, number in pairs if other == key]
    assert keyed.of_any(asked) == {number for key, number in pairs if key in asked}
