"""The matcher: a table of features, each with its weight and its words; a score is their sum.

The score runs from 0 to 1, and from `THRESHOLD` on it is a hit. What identifies (a number that nobody
shares) decides by itself; everything else adds to or takes from how far the names agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from sarai.screening.listed import Identifier, Kind, Strength
from sarai.screening.matching.identifiers import contradict, same_identifier
from sarai.screening.names import Agreement, Name, Word, compare
from sarai.screening.names.compare import EXACT, FULL, Like
from sarai.screening.names.parse import Script

VERSION = "sarai-names-1"
THRESHOLD = 0.7

CONTRADICTION = 1.7  # how much a word that contradicts takes, in words that agree
EXTRA = {  # words that only the query has; that only the list has
    "person": (0.45, 0.33),
    "other": (0.9, 0.7),
    "syllables": (1.7, 1.7),
}
DOUBTFUL = 0.915  # a lone word less alike than that is another
DOUBT = 0.5  # how far the pair of words that is least alike takes all the others with it
MOST_BESIDE = 0.1  # what anything but an identifier can add to how far the names agree
PATRONYMIC = 0.7  # its weight: leaving one out is no difference
FEW_LETTERS = 5


class Query(Struct, frozen=True, kw_only=True):
    """Who is asked about. Dates are ISO 8601, as precise as they are known; countries alpha-2."""

    name: Name
    kind: Kind | None = None
    identifiers: tuple[Identifier, ...] = ()
    births: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """One name of a listed entity, with what else is known of the entity."""

    name: Name
    strength: Strength
    kind: Kind
    identifiers: Sequence[Identifier] = ()
    births: Sequence[str] = ()
    countries: Sequence[str] = ()


class Compared(NamedTuple):
    """What the features are taken from."""

    query: Query
    listed: Candidate
    names: Agreement
    is_person: bool


class Feature(NamedTuple):
    """One line of the table: a value between 0 and 1, what it weighs, and how it is put into words."""

    name: str
    weight: float
    value: Callable[[Compared], float]
    words: str


class Reason(NamedTuple):
    """What a feature gave to a score."""

    feature: str
    points: float
    words: str


class Match(NamedTuple):
    """A score with its reasons, the weightiest first."""

    score: float
    reasons: tuple[Reason, ...]
    names: Agreement

    @property
    def is_hit(self) -> bool:
        """Whether an officer should look."""
        return self.score >= THRESHOLD


def match(
    query: Query, listed: Candidate, least: float = 0.0, likes: Mapping[Word, Sequence[Like]] | None = None
) -> Match:
    """Score a query against one name of a listed entity; what cannot reach ``least`` scores 0.

    ``likes`` is as in `compare`.
    """
    is_person = Kind.PERSON in (query.kind, listed.kind) or (listed.kind == Kind.OTHER and query.kind is None)
    compared = Compared(query, listed, compare(query.name, listed.name, likes), is_person)
    if least and not query.identifiers and names_agree(compared) + MOST_BESIDE < least:
        return Match(0.0, (), compared.names)
    reasons = []
    for feature in FEATURES:
        value = feature.value(compared)
        if value:
            reasons.append(Reason(feature.name, feature.weight * value, feature.words))
    score = min(1.0, max(0.0, sum(reason.points for reason in reasons)))
    return Match(
        round(score, 4), tuple(sorted(reasons, key=lambda reason: -abs(reason.points))), compared.names
    )


# -- features ------------------------------------------------------------------------------------


def names_agree(compared: Compared) -> float:
    """The share of both names that agrees; what contradicts counts more than what is left out."""
    names = compared.names
    if names.same:
        return 1.0
    if names.glued:
        return 0.97 if names.agrees < 0.97 else 1.0
    if not names.agrees:
        return 0.0
    query_only, listed_only = EXTRA[_whose(compared)]
    against = (
        CONTRADICTION * names.contradicts + query_only * names.query_only + listed_only * names.listed_only
    )
    doubt = min(pair.alike for pair in names.pairs if pair.how != "initial") if names.words else 1.0
    return names.agrees / (_possible(names) + against) * doubt**DOUBT


def _whose(compared: Compared) -> str:
    if compared.names.script == Script.SYLLABLES:
        return "syllables"
    return "person" if compared.is_person else "other"


def _possible(names: Agreement) -> float:
    return sum(min(pair.query.weight, pair.listed.weight) for pair in names.pairs)


def one_word_of_many(compared: Compared) -> float:
    """A person is not known by one name out of several."""
    names = compared.names
    if names.same or names.glued or names.words != 1 or not compared.is_person:
        return 0.0
    if names.initials and not any(pair.is_full and pair.listed.is_frequent for pair in names.pairs):
        return 0.0  # A. Khamenei, but not Julia A
    return float(max(len(_full(compared.query.name)), len(_full(compared.listed.name))) > 1)


def nothing_but_common_words(compared: Compared) -> float:
    """Words that thousands of names have, and nothing else."""
    names = compared.names
    if names.same or names.words or names.glued or compared.query.name.numbers or not names.pairs:
        return 0.0
    rest = names.contradicts + names.query_only + names.listed_only
    return float((rest > 0 and len(names.pairs) < 3) or len(names.pairs) == 1)


def _full(name: Name) -> list:
    return [word for word in name.words if word.weight >= FULL]


def few_letters(compared: Compared) -> float:
    """So short that it says little, and not spelt the same."""
    names = compared.names
    short = names.letters < FEW_LETTERS and not names.glued and not compared.query.name.numbers
    full = [pair for pair in names.pairs if pair.is_full]
    return float(short and any(pair.alike < 1.0 for pair in full))


def one_word_alike(compared: Compared) -> float:
    """All that agrees is one word, and it does not even sound the same."""
    names = compared.names
    full = [pair for pair in names.pairs if pair.is_full]
    return float(len(full) == 1 and not names.glued and full[0].alike <= DOUBTFUL)


def initial_beside_others(compared: Compared) -> float:
    """A letter that fits one of several words fits by chance."""
    names = compared.names
    return float(names.initials > 0 and max(names.query_only, names.listed_only) >= FULL)


def frequent_names(compared: Compared) -> float:
    """Names that very many people bear, of which one side has more, or which are spelt otherwise."""
    names = compared.names
    if not compared.is_person or names.words > 2 or names.glued:
        return 0.0
    full = [pair for pair in names.pairs if pair.is_full]
    frequent = all(word.is_frequent for pair in full for word in pair[:2])
    differ = max(names.query_only, names.listed_only, names.contradicts) > PATRONYMIC
    return float(bool(full) and frequent and (differ or any(pair.alike < EXACT for pair in full)))


def forms_differ(compared: Compared) -> float:
    """Legal forms of different families."""
    one, other = compared.query.name.forms, compared.listed.name.forms
    if not one or not other or {form.form for form in one} & {form.form for form in other}:
        return 0.0
    return float(not {form.family for form in one} & {form.family for form in other})


def numbers_differ(compared: Compared) -> float:
    """Numbers are part of a name: ships, brigades, funds."""
    return float(compared.query.name.numbers != compared.listed.name.numbers)


def is_weak(compared: Compared) -> float:
    """The publisher calls the name weak, and the query is not the same to the letter."""
    names = compared.names
    sure = names.words > 1 and all(pair.alike == EXACT for pair in names.pairs)
    return float(compared.listed.strength == Strength.WEAK and not sure)


def identifier_same(compared: Compared) -> float:
    """A number that nobody else has."""
    return float(same_identifier(compared.query.identifiers, compared.listed.identifiers))


def identifier_other(compared: Compared) -> float:
    """Both have a number of the same kind, and it is another."""
    return float(
        contradict(compared.query.identifiers, compared.listed.identifiers)
        and not same_identifier(compared.query.identifiers, compared.listed.identifiers)
    )


def birth_same(compared: Compared) -> float:
    """A whole date of birth that is the same."""
    full = {date for date in compared.query.births if len(date) == 10}
    return float(bool(full & set(compared.listed.births)))


def birth_other(compared: Compared) -> float:
    """No date of birth of the one can be one of the other's: more than a year apart."""
    ours = [int(date[:4]) for date in compared.query.births]
    theirs = [int(date[:4]) for date in compared.listed.births]
    return float(bool(ours and theirs) and min(abs(a - b) for a in ours for b in theirs) > 1)


def country_other(compared: Compared) -> float:
    """Countries are known of both, and they share none."""
    ours, theirs = set(compared.query.countries), set(compared.listed.countries)
    return float(bool(ours and theirs) and not ours & theirs)


def kind_other(compared: Compared) -> float:
    """A person is no company, a company no ship."""
    ours, theirs = compared.query.kind, compared.listed.kind
    return float(ours is not None and Kind.OTHER not in (ours, theirs) and ours != theirs)


FEATURES = (
    Feature("names agree", 1.0, names_agree, "the names agree word for word as shown"),
    Feature("one word of many", -0.35, one_word_of_many, "only one word of a longer name agrees"),
    Feature("common words", -0.5, nothing_but_common_words, "only words that many names have agree"),
    Feature("few letters", -0.3, few_letters, "what agrees is short, and not spelt the same"),
    Feature("one word", -0.25, one_word_alike, "one word agrees, and is not spelt the same"),
    Feature("initials", -0.15, initial_beside_others, "an initial agrees, and other words are left over"),
    Feature("frequent names", -0.2, frequent_names, "the names are frequent, and not all of them agree"),
    Feature("legal forms", -0.32, forms_differ, "the legal forms are of different kinds"),
    Feature("numbers", -0.4, numbers_differ, "the numbers in the names differ"),
    Feature("weak alias", -0.15, is_weak, "the list calls this alias weak"),
    Feature("identifier", 1.0, identifier_same, "an identifier that nobody shares is the same"),
    Feature("other identifier", -0.4, identifier_other, "identifiers of the same kind differ"),
    Feature("date of birth", 0.1, birth_same, "the date of birth is the same"),
    Feature("other date of birth", -0.3, birth_other, "the years of birth are more than one apart"),
    Feature("other country", -0.05, country_other, "no country is the same"),
    Feature("other kind", -0.25, kind_other, "the one is a person, company or ship, and the other is not"),
)
