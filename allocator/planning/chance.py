"""Chance, one independent stream for each future and purpose, so that staffings are compared on the same futures."""

from __future__ import annotations

import math
from zlib import crc32

import numpy as np
import numpy.typing as npt

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12

Floats = npt.NDArray[np.float64]


def stream(seed: int, future: int, purpose: str, *more: int) -> np.random.Generator:
    """A generator of its own for one purpose in one future.

    Parameters
    ----------
    future : int
        Number of the future, from 0.
    *more : int
        Which cycle, which division, whose.
    """
    key = (future, crc32(purpose.encode()), *more)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def poisson(mean: float, uniform: float) -> int:
    """The smallest n with P(N <= n) > uniform (from [0, 1)), N ~ Poisson(mean): more where more are expected."""
    if mean <= 0:
        return 0
    n, log_term = 0, -mean
    total = math.exp(log_term)
    while total <= uniform and n < 10 * mean + 100:
        n += 1
        log_term += math.log(mean) - math.log(n)
        total += math.exp(log_term)
    return n


def per_cycle(percent_a_year: float, days: int) -> float:
    """Chance that something happens within one cycle which happens to ``percent_a_year`` of all in a year."""
    if percent_a_year <= 0:
        return 0.0
    return -math.expm1(-percent_a_year / 100 * days / DAYS_A_YEAR)


def pick_share(shares: tuple[float, ...], uniform: float) -> int:
    """Position of the share in which a number from [0, 1) falls."""
    total = 0.0
    for k, share in enumerate(shares):
        total += share
        if uniform < total:
            return k
    return max(k for k, share in enumerate(shares) if share > 0)
