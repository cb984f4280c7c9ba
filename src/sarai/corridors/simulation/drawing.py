"""Random numbers: a generator for each replication and purpose, and what is drawn with it in blocks.

A generator is known by what it is for, not by its turn. So a run does not depend on the number of processes,
and two networks that differ in one thing see the same weather and the same consignments elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from sarai.corridors.simulation.plan import Parts
from sarai.corridors.simulation.streams import Spread

__all__ = ["dice", "drawn_factors", "drawn_hours", "set_out"]


def dice(seed: int, replication: int, purpose: str) -> np.random.Generator:
    """The generator of one purpose in one replication: a spawned `SeedSequence` whose key is its name."""
    key = int.from_bytes(blake2b(purpose.encode(), digest_size=8).digest())
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replication, key)))


def set_out(rng: np.random.Generator, per_h: float, until_h: float, arrivals: str) -> np.ndarray:
    """The times at which consignments set out before `until_h`."""
    if arrivals == "even":
        return (np.arange(int(until_h * per_h) + 1) + rng.random()) / per_h
    times = rng.uniform(0.0, until_h, rng.poisson(per_h * until_h))
    return np.sort(times)


def drawn_hours(rng: np.random.Generator, columns: Sequence[Parts], rows: int, spread: Spread) -> np.ndarray:
    """Hours of shape (rows, columns): each column a sum of parts drawn by their mean and variance."""
    parts = [part for column in columns for part in column]
    if not parts:
        return np.zeros((rows, 0))
    mean, variance = np.array(parts, float).T
    begins = np.cumsum([0, *(len(column) for column in columns[:-1])])
    return np.add.reduceat(_drawn(rng, mean, variance, rows, spread), begins, axis=1)


def _drawn(
    rng: np.random.Generator, mean: np.ndarray, variance: np.ndarray, rows: int, spread: Spread
) -> np.ndarray:
    """Of shape (rows, parts); every mean is above 0."""
    size = (rows, len(mean))
    ratio = variance / mean**2
    if spread.hours == "fixed":
        return np.broadcast_to(mean, size)
    if spread.hours == "exponential":
        return rng.standard_exponential(size) * mean
    if spread.hours == "gamma":
        shape = 1 / np.where(ratio > 0, ratio, 1.0)
        return np.where(ratio > 0, rng.standard_gamma(shape, size) / shape, 1.0) * mean
    sigma2 = np.log1p(ratio)
    return np.exp(rng.standard_normal(size) * np.sqrt(sigma2) - sigma2 / 2) * mean


def drawn_factors(rng: np.random.Generator, columns: int, rows: int, spread: Spread) -> np.ndarray:
    """By what the mean time of service is multiplied, of shape (rows, columns)."""
    if spread.service == "fixed":
        return np.ones((rows, columns))
    return rng.standard_exponential((rows, columns))
