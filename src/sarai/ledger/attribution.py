"""Which layers a quantity is taken from, where the paper does not say."""

from __future__ import annotations

from collections.abc import Iterable

from sarai.ledger.rows import Layer


def first_in_first_out(
    candidates: Iterable[Layer], need: int, time: int
) -> tuple[list[tuple[Layer, int]], int]:
    """Take from the oldest first.

    Parameters
    ----------
    candidates
        Layers, the oldest first.
    need
        Base units wanted.
    time
        Layers acquired after it cannot be taken from.

    Returns
    -------
    tuple
        What to take of which layer, and what is lacking.
    """
    takes = []
    for layer in candidates:
        if layer.acquired > time:
            break
        left = layer.left
        if left >= need:
            takes.append((layer, need))
            return takes, 0
        if left:
            takes.append((layer, left))
            need -= left
    return takes, need


def proportional(candidates: Iterable[Layer], need: int, time: int) -> tuple[list[tuple[Layer, int]], int]:
    """Take from each in the share of what it has left (ISO 22095: mass balance over a blend).

    As `first_in_first_out`, but shares are rounded down, and the units left over go one each to
    the largest remainders, ties to the older layer.
    """
    layers = [layer for layer in candidates if layer.left and layer.acquired <= time]
    lefts = [layer.left for layer in layers]
    taken = min(need, sum(lefts))
    shares = apportion(lefts, taken)
    return [(layer, share) for layer, share in zip(layers, shares, strict=True) if share], need - taken


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
