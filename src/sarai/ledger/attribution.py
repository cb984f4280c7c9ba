"""Which layers a quantity is taken from, where the paper does not say."""

from __future__ import annotations

from collections.abc import Iterable

from sarai.ledger.rows import Layer


def first_in_first_out(candidates: Iterable[Layer], need: int) -> list[tuple[Layer, int]]:
    """Take from the oldest first. What is taken is ``min(need, all that is left)``.

    Parameters
    ----------
    candidates
        Layers with something left, the oldest first.
    need
        Base units wanted.
    """
    takes = []
    for layer in candidates:
        left = layer.left
        if left >= need:
            takes.append((layer, need))
            break
        takes.append((layer, left))
        need -= left
    return takes


def proportional(candidates: Iterable[Layer], need: int) -> list[tuple[Layer, int]]:
    """Take from each in the share of what it has left (ISO 22095: mass balance over a blend).

    Shares are rounded down; the units left over go one each to the largest remainders, ties to
    the older layer.
    """
    layers = list(candidates)
    lefts = [layer.left for layer in layers]
    shares = apportion(lefts, min(need, sum(lefts)))
    return [(layer, share) for layer, share in zip(layers, shares, strict=True) if share]


def apportion(weights: list[int], quantity: int) -> list[int]:
    """Share out an integer by weights, with the method of the largest remainder (Hamilton).

    >>> apportion([1, 1, 1], 10)
    [4, 3, 3]
    >>> apportion([3, 1], 8), apportion([2, 3], 9)
    ([6, 2], [4, 5])
    """
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [quantity * weight // total for weight in weights]
    remainders = [quantity * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in order[: quantity - sum(shares)]:
        shares[i] += 1
    return shares
