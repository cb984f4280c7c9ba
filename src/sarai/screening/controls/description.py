"""Does the description fit the code? What a text says of the code that its goods belong under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from sarai.goods.errors import BadSetting
from sarai.reference import hs, priority
from sarai.screening.controls.judgement import Declared, Evidence, Judgement, judge
from sarai.screening.controls.likelihood import Likelihood
from sarai.screening.controls.nomenclature import carry, digits, nomenclature
from sarai.screening.controls.words import grams, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTERS = 0.15
"""What four letters weigh beside a word: they join words of one root, and pair the misspelt."""

LONGEST = 4_000  # letters of a description, as in a document


class DescriptionModel:
    """Which codes a description speaks for, learnt from the texts of a nomenclature and examples.

    Attributes
    ----------
    edition
        The HS edition of its codes.
    nodes
        Every code that had a text, of two, four or six digits, sorted.
    codes
        Those of six digits: the answers that it can give.
    """

    def __init__(
        self, edition: str, nodes: Sequence[str], of_words: Likelihood, of_letters: Likelihood
    ) -> None:
        self.edition = edition
        self.nodes = nodes
        self.codes = six_digits(nodes)
        self.of_words, self.of_letters = of_words, of_letters

    @classmethod
    def fit(cls, texts: Iterable[str], codes: Iterable[str], edition: str = "HS2022") -> DescriptionModel:
        """Learn from texts and the code of each: two, four, or six digits and more.

        Raises
        ------
        BadSetting
            A code that is none, or none of six digits.
        """
        edition = nomenclature(edition).edition
        told = [(_node(code), _features(text)) for text, code in zip(texts, codes, strict=True)]
        nodes = sorted({node for node, _ in told})
        if not six_digits(nodes):
            raise BadSetting("no text has a code of six digits; give those of the nomenclature's subheadings")
        letters = ((node, _grams(features)) for node, features in told)
        return cls(edition, nodes, Likelihood.count(nodes, told), Likelihood.count(nodes, letters))

    @classmethod
    def of_nomenclature(
        cls, path: str | PathLike[str], examples: Iterable[tuple[str, str]] = (), edition: str = "HS2022"
    ) -> DescriptionModel:
        """Learn from a nomenclature's file, our own short labels, and examples if there are any.

        Parameters
        ----------
        path
            CSV with a column of codes and one of texts (`sarai.reference.hs.read_nomenclature`).
        examples
            Descriptions with their codes in the same edition: declarations that were cleared.

        Raises
        ------
        BadSetting
            The file is none, or an example's code is not in the edition.
        """
        texts = [(text, code) for code, text in hs.read_nomenclature(path).items() if _in(edition, code)]
        texts += [(hs.chapter_label(chapter), chapter) for chapter in sorted({code[:2] for _, code in texts})]
        texts += [(priority.label(code), code) for code in priority.codes() if hs.exists(edition, code)]
        texts += [(text, _example(code, edition)) for text, code in examples]
        return cls.fit([text for text, _ in texts], [code for _, code in texts], edition)

    def likely(self, description: str) -> list[tuple[str, float]]:
        """All codes with their probabilities, likeliest first; none if no word is known."""
        evidence = self.evidence(description)
        if evidence.none:
            return []
        share = evidence.shares()
        return [(self.codes[row], float(share[row])) for row in np.argsort(-share, kind="stable")]

    def judge(
        self,
        description: str,
        code: str,
        edition: str = "HS2022",
        *,
        controlled: Callable[[str], bool] | None = None,
    ) -> Judgement:
        """Hold a description against the code declared for it.

        Parameters
        ----------
        code, edition
            As declared: six digits or more, in an HS edition or a nomenclature by scheme and year.
        controlled
            Whether a code of the model's edition is controlled; by default, whether it is on the
            Common High Priority List.

        Raises
        ------
        BadSetting
            The code or the edition is none.
        """
        carried = carry(digits(code, 6, 12)[:6], nomenclature(edition).edition, self.edition).likely
        return judge(
            self.evidence(description), Declared(code, carried), controlled or self._on_priority_list
        )

    def evidence(self, description: str) -> Evidence:
        """What each word adds to the score of each code; nothing that two words share counts twice."""
        spoken = words(description[:LONGEST])
        added: NDArray[np.float64] = np.zeros((len(self.codes), len(spoken)))
        seen: set[str] = set()
        for column, word in enumerate(spoken):
            features, letters = _unseen(word.features, seen), _unseen(_grams(word.features), seen)
            added[:, column] = self.of_words.evidence(features).sum(axis=1)
            added[:, column] += LETTERS * self.of_letters.evidence(letters).sum(axis=1)
        return Evidence(self.codes, spoken, added)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to one file."""
        from sarai.screening.controls.keeping import save

        save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> DescriptionModel:
        """Read a model that `save` wrote.

        Raises
        ------
        BadSetting
            The file cannot be read, is damaged, or of another format.
        """
        from sarai.screening.controls.keeping import load

        return cls(*load(path))

    def _on_priority_list(self, hs6: str) -> bool:
        return priority.tier(hs6, self.edition) is not None


def six_digits(nodes: Iterable[str]) -> list[str]:
    """The subheadings among codes of several lengths."""
    return [node for node in nodes if len(node) == 6]


def _node(code: str) -> str:
    plain = digits(code, 2, 12)
    if len(plain) in (3, 5):
        raise BadSetting(f"code {code!r} is of no chapter, heading or subheading; give 2, 4 or 6 digits")
    return plain[:6]


def _in(edition: str, code: str) -> bool:
    return len(code) in (2, 4) or (len(code) >= 6 and hs.exists(edition, code[:6]))


def _example(code: str, edition: str) -> str:
    if not hs.exists(edition, digits(code, 6, 12)[:6]):
        raise BadSetting(
            f"the code {code!r} of an example is not in {edition}; carry it over, or leave it out"
        )
    return code


def _features(text: str) -> list[str]:
    return [feature for word in words(text[:LONGEST]) for feature in word.features]


def _grams(features: Iterable[str]) -> list[str]:
    return [gram for feature in features for gram in grams(feature)]


def _unseen(features: Iterable[str], seen: set[str]) -> list[str]:
    """Those that did not speak before, which from now on have."""
    fresh = [feature for feature in dict.fromkeys(features) if feature not in seen]
    seen.update(fresh)
    return fresh
