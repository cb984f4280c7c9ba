"""Two names compared, word by word: what agrees, what contradicts, what only one of them says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from rapidfuzz.distance import OSA, Levenshtein

from sarai.screening.names.parse import Name, Script, Word
from sarai.screening.names.sound import sound

FULL = 0.55  # the weight from which a word names
COMMON = ("common", "place")
MAX_COMMON = 0.9  # what common words may weigh against, however many there are

EXACT, SAME_SOUND, SAME_NAME, SAME_STEM, INITIAL, FEMININE = 1.0, 0.97, 0.94, 0.92, 0.8, 0.6
NO_VOWELS = (0.0, 0.55, 0.7, 0.86)  # by how many consonants are left
DIFFERENT = (0.0, "")

NOTHING = ((), ())  # the key of a name without words and numbers
NEARLY, LAST_OF = 0.75, 3  # how alike the last word counts that is left of both; beside how many pairs
LINK = re.compile("^abd(?:[aio]l?|)(?=[^aio])")

VOWELS = "aio"
COST = {"vowel": 0.6, "other vowel": 0.7, "consonant": 0.9, "near consonant": 0.45, "other consonant": 1.5}
NEAR = frozenset(
    map(
        frozenset,
        ("gh", "sz", "dt", "bp", "gk", "kh", "vf", "vb", "SC", "Ss", "ZC", "Zs", "Jg", "JC", "Js", "mn"),
    )
)
ALLOWED = 0.18  # of a word's letters may differ
SHORTEST_SPELT = 5  # letters; a shorter word that is spelt otherwise is another
SHORTEST_GLUED = 4
SHORTEST_JOINED = 6


class Pair(NamedTuple):
    """Two words that stand for one another, how alike they are, and in what way."""

    query: Word
    listed: Word
    alike: float
    how: str

    @property
    def is_full(self) -> bool:
        """Whether it is of words that name, and more than letters."""
        return max(self.query.weight, self.listed.weight) >= FULL and self.how != "initial"


Like: TypeAlias = tuple[int, float, str]
"""Which word of the query, how alike it is to a listed word, and in what way."""


class Agreement(NamedTuple):
    """What two names have in common and what they have not; weights of words, each as its role has it.

    Attributes
    ----------
    agrees
        Weight of the words that pair, each times how alike the pair is.
    contradicts
        Weight that both names have and that pairs with nothing: each says something else there.
    query_only, listed_only
        Weight that only one of them has beyond that.
    words, initials
        How many full words pair, and how many initials pair with a word.
    letters
        How many letters the full words have.
    glued
        Whether the two are the same without the gaps between words.
    script
        Of the two, the one that says less.
    same
        Whether they have the same words and numbers.
    """

    pairs: tuple[Pair, ...]
    agrees: float
    contradicts: float
    query_only: float
    listed_only: float
    words: int
    initials: int
    letters: int
    glued: bool
    script: int
    same: bool


def compare(query: Name, listed: Name, likes: Mapping[Word, Sequence[Like]] | None = None) -> Agreement:
    """Pair the words of two names, the most alike first.

    ``likes`` says how alike the listed words are to the query's, where that is known already.
    """
    script = _script(query, listed)
    if likes is None:
        likes = {word: _likes(query.words, word, script) for word in listed.words}
    pairs = _pairs(query.words, listed.words, likes)
    ours, theirs = [pair.query for pair in pairs], [pair.listed for pair in pairs]
    if len(ours) < len(query.words) and len(theirs) < len(listed.words):
        pairs += _joined(query.words, listed.words, ours, theirs)
        pairs += _last_pair(query.words, listed.words, ours, theirs, pairs)
    query_rest, listed_rest = _rest(query.words, ours), _rest(listed.words, theirs)
    contradicts = min(query_rest, listed_rest)
    full = [pair for pair in pairs if pair.is_full]
    return Agreement(
        tuple(pairs),
        sum(min(pair.query.weight, pair.listed.weight) * pair.alike for pair in pairs),
        contradicts,
        query_rest - contradicts,
        listed_rest - contradicts,
        len(full),
        sum(pair.how == "initial" for pair in pairs),
        sum(len(pair.listed.text) for pair in full),
        is_glued(query, listed, script),
        script,
        query.key == listed.key and query.key != NOTHING,
    )


def is_glued(query: Name, listed: Name, script: int) -> bool:
    """Whether the two are the same without the gaps between words."""
    if query.numbers != listed.numbers or not query.glued:
        return False
    if script == Script.SYLLABLES:
        return "".join(word.text for word in query.words) == "".join(word.text for word in listed.words)
    if script == Script.ABJAD:
        is_one = min(len(query.words), len(listed.words)) == 1
        return is_one and query.bare == listed.bare and len(query.bare) > SHORTEST_GLUED
    return query.glued == listed.glued and len(query.glued) >= SHORTEST_GLUED


def _script(query: Name, listed: Name) -> int:
    """The script that says less."""
    for script in (Script.SYLLABLES, Script.ABJAD):
        if script in (query.script, listed.script):
            return script
    return Script.LETTERS


def _rest(words: Sequence[Word], paired: Sequence[Word]) -> float:
    """The weight of the words that pair with nothing."""
    left, rest, common = list(paired), 0.0, 0.0
    for word in words:
        if word in left:
            left.remove(word)
        elif word.role in COMMON:
            common += word.weight
        else:
            rest += word.weight
    return rest + min(common, MAX_COMMON)


# -- pairs of words ------------------------------------------------------------------------------


def _likes(query: Sequence[Word], listed: Word, script: int) -> list[Like]:
    found = ((at, *alikeness(word, listed, script)) for at, word in enumerate(query))
    return [like for like in found if like[1]]


def _pairs(query: Sequence[Word], listed: Sequence[Word], likes: Mapping[Word, Sequence[Like]]) -> list[Pair]:
    found = [
        (-alike, -query[i].weight, abs(i - j), i, j, how)
        for j, other in enumerate(listed)
        for i, alike, how in likes.get(other, ())
    ]
    found.sort()
    pairs, used_one, used_other = [], set(), set()
    for alike, _, _, i, j, how in found:
        if i not in used_one and j not in used_other:
            used_one.add(i)
            used_other.add(j)
            pairs.append(Pair(query[i], listed[j], -alike, how))
    return pairs


def _joined(
    query: Sequence[Word], listed: Sequence[Word], ours: list[Word], theirs: list[Word]
) -> list[Pair]:
    """Words that the one writes apart and the other as one: Abd al-Rahman, Abdulrahman."""
    pairs = []
    for apart, whole, of_apart, of_whole in ((query, listed, ours, theirs), (listed, query, theirs, ours)):
        free = [word for word in whole if len(word.text) >= SHORTEST_JOINED and word not in of_whole]
        wanted = {_unlinked(word.sound): word for word in free}
        for run in _runs(apart, of_apart) if wanted else ():
            word = wanted.pop(_unlinked(sound("".join(each.text for each in run))), None)
            if word:
                of_apart.extend(run)
                of_whole.append(word)
                pairs.append(Pair(word, word, SAME_SOUND, "written apart"))
    return pairs


def _unlinked(heard: str) -> str:
    """Abd al-Rahman, Abdul Rahman and Abdurrahman in one spelling."""
    return LINK.sub("abd", heard)


def _last_pair(
    query: Sequence[Word],
    listed: Sequence[Word],
    ours: list[Word],
    theirs: list[Word],
    pairs: Sequence[Pair],
) -> list[Pair]:
    """Where three words or more agree and one of each is left over, that one may be less alike."""
    if len([pair for pair in pairs if pair.is_full and pair.alike >= SAME_NAME]) < LAST_OF:
        return []
    one = [word for word in query if word.weight >= FULL and word not in ours]
    other = [word for word in listed if word.weight >= FULL and word not in theirs]
    if len(one) != 1 or len(other) != 1 or min(len(one[0].sound), len(other[0].sound)) < 3:
        return []
    if OSA.distance(one[0].sound, other[0].sound, score_cutoff=1) > 1:
        return []
    ours += one
    theirs += other
    return [Pair(one[0], other[0], NEARLY, "nearly spelt alike")]


def _runs(words: Sequence[Word], used: Sequence[Word]) -> list[tuple[Word, ...]]:
    """Two to four words in a row that pair with nothing; particles may have paired."""
    taken = set(used)
    free = [word not in taken or word.role == "particle" for word in words]
    return [
        tuple(words[at : at + size])
        for size in (2, 3, 4)
        for at in range(len(words) - size + 1)
        if all(free[at : at + size])
    ]


# -- two words -----------------------------------------------------------------------------------


def alikeness(one: Word, other: Word, script: int) -> tuple[float, str]:
    """How alike two words are (0: not at all), and in what way."""
    if one.text == other.text:
        return EXACT, "the same"
    if script == Script.SYLLABLES:
        return DIFFERENT
    if one.role == "initial" or other.role == "initial":
        same = one.sound[:1] == other.sound[:1] or one.text[0] == other.text[0]
        return (INITIAL, "initial") if same and one.role != other.role else DIFFERENT
    if script == Script.ABJAD:
        same = one.bare == other.bare
        return (NO_VOWELS[min(len(one.bare), 3)], "the same without vowels") if same else DIFFERENT
    return _by_sound(one, other)


def _by_sound(one: Word, other: Word) -> tuple[float, str]:
    if one.sound == other.sound:
        return SAME_SOUND, "sounds the same"
    if _is_feminine_of(one.sound, other.sound) or _is_feminine_of(other.sound, one.sound):
        return FEMININE, "the feminine of the name"
    given = one.given and not one.given.isdisjoint(other.given)
    if one.is_frequent and other.is_frequent and not given:
        return DIFFERENT  # Michel is not Michelle, Evans not Ivan
    if given or (one.group and one.group == other.group):
        return SAME_NAME, "another form of the name"
    return _spelt(one, other) if one.stems.isdisjoint(other.stems) else (SAME_STEM, "another ending")


def _is_feminine_of(one: str, other: str) -> bool:
    """Ivanova of Ivanov, Antonia of Antonio."""
    return (
        one[-1:] == "a"
        and 3 < len(other) <= len(one) <= len(other) + 1
        and one[-2:] != "ka"
        and one[:-1] in (other, other.removesuffix("o"))
    )


def _spelt(one: Word, other: Word) -> tuple[float, str]:
    if min(len(one.text), len(other.text)) < SHORTEST_SPELT:
        return DIFFERENT
    longest = max(len(one.text), len(other.text))
    start_alike = _start_alike(one.sound, other.sound)
    if not start_alike and COST["other consonant"] > ALLOWED * longest and one.sound[0] != other.sound[1:2]:
        return DIFFERENT  # nor are their first two letters swapped
    changes = OSA.distance(one.sound, other.sound, score_cutoff=2)
    if changes > 2:
        return DIFFERENT
    share = _cost(one.sound, other.sound, changes, start_alike) / longest
    return (1.0 - share, "spelt alike") if share <= ALLOWED else DIFFERENT


def _start_alike(one: str, other: str) -> bool:
    return one[0] == other[0] or frozenset((one[0], other[0])) in NEAR


def _cost(one: str, other: str, changes: int, start_alike: bool) -> float:
    """What it takes to turn one into the other: vowels are cheap, a swap of neighbours is one change."""
    steps = Levenshtein.editops(one, other).as_list()
    if changes == 1 and len(steps) == 2:
        return COST["consonant"]
    cost = 0.0 if start_alike else COST["other consonant"]
    for change, at, to in steps:
        if change == "replace":
            cost += COST[_replaced(one[at], other[to])]
        else:
            letter = one[at] if change == "delete" else other[to]
            cost += COST["vowel"] if letter in VOWELS else COST["consonant"]
    return cost


def _replaced(letter: str, by: str) -> str:
    if letter in VOWELS and by in VOWELS:
        return "other vowel"
    return "near consonant" if frozenset((letter, by)) in NEAR else "other consonant"
