"""The Merkle tree of RFC 6962 (RFC 9162 says the same): grow it, prove from it, check a proof.

A leaf has an index from 0. A node is named by its level (0 for leaves) and its index in that
level: node ``(level, index)`` stands over the ``2**level`` leaves from ``index << level`` on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import NamedTuple

from sarai.goods.errors import BookDamaged, NotInBook, ProofError

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1  # what SQL databases hold in an integer
TILE_LEVELS = 8  # nodes are kept at every eighth level, the height of a tile in C2SP tlog-tiles
TILE_WIDTH = 1 << TILE_LEVELS
EMPTY_ROOT = sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""The root over the leaves from ``start`` up to, not including, ``stop``."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf with these data."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of the node over two others."""
    return sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A complete subtree, which no further leaf can change."""

    level: int
    index: int
    hash: bytes


class Frontier:
    """A growing tree, of which only the complete subtrees at its right edge are remembered.

    For each bit that is set in ``size`` there is one, its peak: 32 bytes a level.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # by level; b"" where size has no such bit

    def append(self, leaf: bytes) -> list[Node]:
        """Add one leaf hash; see `extend`."""
        return self.extend((leaf,))

    def extend(self, leaves: Sequence[bytes]) -> list[Node]:
        """Add leaf hashes, in order.

        Returns
        -------
        list of Node
            What was completed at levels 8, 16, 24 and so on, by level and index: the nodes that
            a store keeps for `SubtreeReader`.
        """
        peaks, completed, level = self._peaks.copy(), [], 0
        hashes: Sequence[bytes] = leaves
        while hashes:
            first = self.size >> level
            if level and level % TILE_LEVELS == 0:
                completed += [Node(level, first + i, node) for i, node in enumerate(hashes)]
            if level == len(peaks):
                peaks.append(b"")
            if peaks[level]:
                hashes = [peaks[level], *hashes]
            peaks[level] = hashes[-1] if len(hashes) % 2 else b""
            one_by_one = iter(hashes)
            pairs = zip(one_by_one, one_by_one, strict=False)  # leaves the odd one out: it is the peak
            # node_hash, written out: posting comes this way, and the call would add a tenth
            hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            level += 1
        self.size, self._peaks = self.size + len(leaves), peaks
        return completed

    def root(self) -> bytes:
        """Root of the tree as it stands."""
        peaks = [peak for peak in self._peaks if peak]
        return reduce(lambda right, left: node_hash(left, right), peaks) if peaks else EMPTY_ROOT

    def dump(self) -> bytes:
        """Size in 8 bytes, most significant first, then the peaks from the lowest level up."""
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def load(cls, dumped: bytes) -> Frontier:
        """Restore what `dump` gave; BookDamaged if its length does not fit its size."""
        frontier = cls()
        frontier.size = size = int.from_bytes(dumped[:8], "big")
        wanted = 8 + HASH_BYTES * size.bit_count()
        if len(dumped) != wanted:
            raise BookDamaged(
                f"the frontier of {size} leaves has {len(dumped)} bytes instead of {wanted}: "
                "build it again from the entries"
            )
        stored = (dumped[at : at + HASH_BYTES] for at in range(8, wanted, HASH_BYTES))
        frontier._peaks = [next(stored) if size >> level & 1 else b"" for level in range(size.bit_length())]
        return frontier


@dataclass(frozen=True, slots=True)
class SubtreeReader:
    """Roots of subtrees, out of the stored nodes and at most a tile of leaves at each edge.

    Called with ``start`` and ``stop``, it is the `Subtree` that proofs ask for. A proof reads at most
    some 500 hashes for every eight levels of the tree.

    Parameters
    ----------
    leaf_hashes
        The leaf hashes from ``start`` up to, not including, ``stop``.
    stored
        The hash kept for ``(level, index)`` at level 8, 16, 24 …; None if there is none, and then
        it is computed from below.
    """

    leaf_hashes: Callable[[int, int], Sequence[bytes]]
    stored: Callable[[int, int], bytes | None]

    def __call__(self, start: int, stop: int) -> bytes:
        width = stop - start
        kept = self._stored_over(start, width)
        if kept is not None:
            return kept
        if width <= TILE_WIDTH:
            return self._root_of_leaves(start, stop)
        middle = start + _left_width(width)
        return node_hash(self(start, middle), self(middle, stop))

    def _stored_over(self, start: int, width: int) -> bytes | None:
        level = width.bit_length() - 1
        if level <= 0 or level % TILE_LEVELS or width != 1 << level or start % width:
            return None
        return self.stored(level, start >> level)

    def _root_of_leaves(self, start: int, stop: int) -> bytes:
        leaves = self.leaf_hashes(start, stop)
        if len(leaves) != stop - start:
            raise BookDamaged(f"{len(leaves)} leaves are stored from {start} to {stop - 1}: verify the book")
        frontier = Frontier()
        frontier.extend(leaves)
        return frontier.root()


def _left_width(width: int) -> int:
    """How many of ``width`` leaves, two or more, go to the left: the largest power of 2 below."""
    return 1 << (width - 1).bit_length() - 1


class _Sibling(NamedTuple):
    """A subtree beside the way from the root to a leaf."""

    start: int
    stop: int
    is_left: bool


def _siblings(index: int, size: int) -> list[_Sibling]:
    """What is passed on the way from the root of ``size`` leaves down to leaf ``index``."""
    start, stop, passed = 0, size, []
    while stop - start > 1:
        middle = start + _left_width(stop - start)
        if index < middle:
            passed.append(_Sibling(middle, stop, is_left=False))
            stop = middle
        else:
            passed.append(_Sibling(start, middle, is_left=True))
            start = middle
    return passed


def _last_old_subtree(old: int, new: int) -> tuple[int, list[_Sibling]]:
    """Where the last subtree that both sizes share begins, and what is passed on the way to it.

    It ends with the old tree, so from that tree's last leaf it reaches up for as long as there are
    only left siblings to take in.
    """
    start, passed = old - 1, _siblings(old - 1, new)
    while passed and passed[-1].is_left:
        start = passed.pop().start
    return start, passed


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1: the hashes that lead from leaf ``index`` to the root of ``size``.

    Raises
    ------
    NotInBook
        If the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise NotInBook(f"leaf {index} is not in the tree of {size} leaves: they count from 0")
    return [subtree(start, stop) for start, stop, _ in reversed(_siblings(index, size))]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """PROOF of RFC 6962, 2.1.2: the hashes that show the old tree to be the beginning of the new.

    Empty if the old tree is empty or the sizes are equal.

    Raises
    ------
    NotInBook
        If the old size is not one of the new tree's earlier sizes.
    """
    if not 0 <= old <= new:
        raise NotInBook(f"a tree of {new} leaves never had {old}: ask for 0 to {new}")
    if old == 0:
        return []
    start, passed = _last_old_subtree(old, new)
    seed = [subtree(start, old)] if start else []
    return seed + [subtree(sibling.start, sibling.stop) for sibling in reversed(passed)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with this hash is number ``index`` (from 0) of the tree with this root.

    Raises
    ------
    ProofError
        Says what does not hold.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"leaf {index} cannot be in a tree of {size} leaves: check index and size")
    _check_hashes(leaf=[leaf], root=[root], proof=proof)
    passed = _siblings(index, size)
    _check_length(proof, len(passed), f"leaf {index} of {size}")
    computed = leaf
    for sibling, beside in zip(reversed(passed), proof, strict=True):
        computed = node_hash(beside, computed) if sibling.is_left else node_hash(computed, beside)
    _check_root(computed, root, f"from leaf {index} of {size}")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``new`` leaves begins with the tree of ``old`` leaves.

    An empty old tree is the beginning of every tree: then nothing is said about the new root.

    Raises
    ------
    ProofError
        Says what does not hold.
    """
    if not 0 <= old <= new <= MAX_SIZE:
        raise ProofError(f"a tree of {new} leaves cannot continue one of {old}: check the sizes")
    _check_hashes(old_root=[old_root], new_root=[new_root], proof=proof)
    if old == 0:
        _check_length(proof, 0, "an empty old tree")
        _check_root(EMPTY_ROOT, old_root, "for an empty old tree")
        if new == 0:
            _check_root(EMPTY_ROOT, new_root, "for an empty new tree")
        return
    start, passed = _last_old_subtree(old, new)
    _check_length(proof, len(passed) + (start > 0), f"{old} to {new} leaves")
    seed, *path = proof if start else (old_root, *proof)
    computed_old = computed_new = seed
    for sibling, beside in zip(reversed(passed), path, strict=True):
        if sibling.is_left:
            computed_old = node_hash(beside, computed_old)
            computed_new = node_hash(beside, computed_new)
        else:
            computed_new = node_hash(computed_new, beside)
    _check_root(computed_old, old_root, f"for the {old} old leaves")
    _check_root(computed_new, new_root, f"for the {new} new leaves")


def _check_hashes(**named: Sequence[bytes]) -> None:
    """Lengths first: two hashes of a wrong length can sum to a pair of right ones."""
    for name, hashes in named.items():
        for number, value in enumerate(hashes, 1):
            if len(value) != HASH_BYTES:
                raise ProofError(f"{name}: hash {number} has {len(value)} bytes instead of {HASH_BYTES}")


def _check_length(proof: Sequence[bytes], wanted: int, case: str) -> None:
    if len(proof) != wanted:
        raise ProofError(f"the proof has {len(proof)} hashes, {case} needs {wanted}: ask for it again")


def _check_root(computed: bytes, stated: bytes, case: str) -> None:
    if computed != stated:
        raise ProofError(
            f"the proof leads to root {computed.hex()} {case}, stated is {stated.hex()}: "
            "one of leaf, proof and roots has been altered, or they do not belong together"
        )
