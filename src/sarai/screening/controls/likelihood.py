"""How much each word speaks for each code: a multinomial model smoothed up the tree of codes.

Under a code a word is as likely as

    0.50 P(word | texts of the code) + 0.25 P(word | its heading) + 0.15 P(word | its chapter) + 0.10 P(word)

and what it adds to the code's score is the logarithm of that over P(word): nothing if it is as
common there as anywhere (Jelinek and Mercer's interpolation, along a hierarchy as in shrinkage by
McCallum et al., 1998). Scores are sums, so what each word added is the whole of the explanation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

CODE, HEADING, CHAPTER, ANYWHERE = 0.50, 0.25, 0.15, 0.10
PSEUDO_WORDS = 3
"""A text of one word is not certain of it: as if each code's text had so many words of none."""

LEVELS = (6, 4, 2)


class Likelihood:
    """Counts of features in the texts under codes, and what they say of a new text.

    Parameters
    ----------
    nodes
        Codes of two, four or six digits, each once; those of six digits are the leaves.
    vocabulary
        The features, each once.
    counts
        How often each feature stands in the texts of each node (nodes x features).
    """

    def __init__(self, nodes: Sequence[str], vocabulary: Sequence[str], counts: sparse.csr_array) -> None:
        leaves = [node for node in nodes if len(node) == 6]
        self.counts = counts
        self.vocabulary = {feature: column for column, feature in enumerate(vocabulary)}
        overall = counts.sum(axis=0) + 0.5
        self._anywhere = overall / overall.sum()
        self._levels = [_level(nodes, leaves, counts, length) for length in LEVELS]

    @classmethod
    def count(cls, nodes: Sequence[str], texts: Iterable[tuple[str, list[str]]]) -> Likelihood:
        """Count the features of texts, each under its node."""
        rows = {node: row for row, node in enumerate(nodes)}
        vocabulary: dict[str, int] = {}
        cells: Counter[tuple[int, int]] = Counter()
        for node, features in texts:
            row = rows[node]
            cells.update((row, vocabulary.setdefault(feature, len(vocabulary))) for feature in features)
        places = np.array(list(cells), dtype=np.int32).reshape(-1, 2).T
        values = np.fromiter(cells.values(), dtype=np.int32, count=len(cells))
        counts = sparse.csr_array((values, tuple(places)), shape=(len(nodes), len(vocabulary)))
        return cls(nodes, tuple(vocabulary), counts)

    def evidence(self, features: Sequence[str]) -> NDArray[np.float64]:
        """What each feature adds to the score of each leaf (leaves x features).

        A feature that the texts do not have says nothing, and adds zero.
        """
        known = [(at, self.vocabulary[name]) for at, name in enumerate(features) if name in self.vocabulary]
        added = np.zeros((len(self._levels[0][1]), len(features)))
        if known:
            at, columns = np.array(known).T
            near = sum(
                weight * share[:, columns].toarray()[place]
                for weight, (share, place) in zip((CODE, HEADING, CHAPTER), self._levels, strict=True)
            )
            added[:, at] = np.log(near / self._anywhere[columns] + ANYWHERE)
        return added


def _level(
    nodes: Sequence[str], leaves: Sequence[str], counts: sparse.csr_array, length: int
) -> tuple[sparse.csc_array, NDArray[np.intp]]:
    """How likely each feature is in each part of the tree, and in which part each leaf lies."""
    parts = sorted({leaf[:length] for leaf in leaves})
    index = {part: row for row, part in enumerate(parts)}
    inside = [(index[node[:length]], at) for at, node in enumerate(nodes) if node[:length] in index]
    rows, columns = np.array(inside).T
    gather = sparse.csr_array((np.ones(len(inside)), (rows, columns)), shape=(len(parts), len(nodes)))
    gathered = gather @ counts
    shares = sparse.diags_array(1 / (gathered.sum(axis=1) + PSEUDO_WORDS)) @ gathered
    return sparse.csc_array(shares), np.array([index[leaf[:length]] for leaf in leaves])
