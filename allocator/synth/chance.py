"""Chance that is the same everywhere: one seed and one subject give one stream of numbers.

Every subject has a stream of its own, so that a new question asked about one leaves the answers about the
others as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heapreplace
from math import log
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Chance:
    """A stream of random numbers about one subject, such as ``officers North``, from a seed of 0 or above."""

    def __init__(self, seed: int, about: str) -> None:
        if seed < 0:
            raise ValueError(f"seed {seed}, expected 0 or above")
        words = np.random.SeedSequence([seed, *about.encode()])
        # Of the generator only random() is used: numpy promises the bits of PCG64 from version to version,
        # but not what choice, integers or permutation make of them.
        self._random = np.random.Generator(np.random.PCG64(words)).random

    def number(self) -> float:
        """Draw a number from 0 up to, not including, 1."""
        return float(self._random())

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return low + int(self.number() * (high - low + 1))

    def jitter(self, weights: Iterable[float], by: float) -> list[float]:
        """Make each weight up to ``by`` (0.1: a tenth) larger or smaller."""
        return [weight * (1 + by * (2 * self.number() - 1)) for weight in weights]

    def pick(self, items: Sequence[T], count: int, weights: Iterable[float] | None = None) -> list[T]:
        """Draw different items, in the order in which they stand.

        Parameters
        ----------
        weights : iterable of float, optional
            One above 0 for each item: the larger, the sooner it is drawn. Equal by default.

        Raises
        ------
        ValueError
            When there are fewer than ``count`` items.
        """
        if count > len(items):
            raise ValueError(f"{count} to be drawn from {len(items)}")
        weights = [1.0] * len(items) if weights is None else weights
        # The first of racing clocks: an item of weight w rings after an exponential time of mean 1/w.
        rings = [-log(1 - self.number()) / weight for weight in weights]
        soonest = sorted(range(len(items)), key=lambda i: (rings[i], i))[:count]
        return [items[i] for i in sorted(soonest)]

    def shuffle(self, items: Iterable[T]) -> list[T]:
        """Put the items in random order."""
        keyed = [(self.number(), i, item) for i, item in enumerate(items)]
        return [item for _, _, item in sorted(keyed, key=lambda entry: entry[:2])]


def share_out(total: int, weights: Sequence[float], at_most: Sequence[int] | None = None) -> list[int]:
    """Share a total in whole numbers, as near in proportion to the weights as can be (Sainte-Laguë).

    Parameters
    ----------
    weights : sequence of float
        Each above 0.
    at_most : sequence of int, optional
        The most that each may get.

    Returns
    -------
    list of int
        One share for each weight; their sum is the total.

    Raises
    ------
    ValueError
        When the total is more than all may get together.
    """
    limits = [total] * len(weights) if at_most is None else [max(0, most) for most in at_most]
    if total > sum(limits):
        raise ValueError(f"{total} to be shared out, where at most {sum(limits)} fit")
    shares = [0] * len(weights)
    queue = [(1 / weight, i) for i, weight in enumerate(weights) if limits[i] > 0]
    heapify(queue)
    for _ in range(total):
        i = queue[0][1]
        shares[i] += 1
        key = (2 * shares[i] + 1) / weights[i] if shares[i] < limits[i] else float("inf")
        heapreplace(queue, (key, i))
    return shares
