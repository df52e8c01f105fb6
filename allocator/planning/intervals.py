"""How sure a share of futures is: exact intervals for a fixed number of them, and one that holds whenever one stops."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

CONFIDENCE = 0.95


def log_beta(a: float, b: float) -> float:
    """Logarithm of the beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def binomial_tail(n: int, k: int, p: float) -> float:
    """P(X >= k) for X ~ Binomial(n, p): the regularised incomplete beta function at p, with k and n - k + 1."""
    if k <= 0:
        return 1.0
    if p <= 0:
        return 0.0
    if p >= 1 or k > n:
        return float(k <= n)
    return _incomplete_beta(k, n - k + 1, p)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """By its continued fraction (Abramowitz and Stegun 26.5.8), which settles soon below the mean; else by symmetry."""
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1.0 - x)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta(a, b)) / a
    # Convergents of the fraction, scaled: numerators and denominators of two in a row.
    above, above_before, below, below_before = 1.0, 1.0, 1.0 - (a + b) * x / (a + 1), 1.0
    found = above / below
    for m in range(1, 10_000):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            above, above_before = above + factor * above_before, above
            below, below_before = below + factor * below_before, below
        above, above_before, below, below_before = above / below, above_before / below, 1.0, below_before / below
        if abs(above - found) < 1e-14 * abs(above):
            break
        found = above
    return min(1.0, front * above)


def share_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Exact interval of Clopper and Pearson (Biometrika 26, 1934) for a probability.

    Parameters
    ----------
    confidence : float
        At least so often, over repetitions, the interval holds the probability.
    """
    if trials == 0:
        return 0.0, 1.0
    alpha = (1 - confidence) / 2
    low = 0.0 if successes == 0 else _root(lambda p: binomial_tail(trials, successes, p) - alpha)
    high = 1.0 if successes == trials else _root(lambda p: binomial_tail(trials, successes + 1, p) - (1 - alpha))
    return low, high


def mean_change(before: Sequence[float], after: Sequence[float]) -> tuple[float, float, float]:
    """Mean difference of two ways of doing the same trials, with its 95% interval of Student (Biometrika 6, 1908).

    Parameters
    ----------
    before, after : sequence of float
        Of each trial.

    Returns
    -------
    (mean, low, high)
        Without end where there is one trial alone.
    """
    differences = [b - a for a, b in zip(before, after, strict=True)]
    mean = math.fsum(differences) / len(differences)
    if len(differences) < 2:
        return mean, -math.inf, math.inf
    variance = math.fsum((d - mean) ** 2 for d in differences) / (len(differences) - 1)
    half = student(len(differences) - 1) * math.sqrt(variance / len(differences))
    return mean, mean - half, mean + half


def student(freedom: int) -> float:
    """97.5% point of Student's distribution, exact for 1 and 2 degrees of freedom, else within a thousandth.

    Expansion 26.7.5 of Abramowitz and Stegun (1964).
    """
    if freedom <= 2:
        return (12.7062, 4.3027)[freedom - 1]
    z = 1.959964
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / float(freedom) ** power for power, term in enumerate(terms))


def share_change(gained: int, lost: int, trials: int) -> tuple[float, float, float]:
    """Change of a probability between two ways of doing the same trials, with an interval.

    At least in 95 of 100 repetitions it holds the change: both shares are within theirs (Bonferroni).

    Parameters
    ----------
    gained, lost : int
        Trials that succeed the second way alone, and the first way alone.
    """
    each = (1 + CONFIDENCE) / 2
    (gain_low, gain_high), (loss_low, loss_high) = (share_interval(k, trials, each) for k in (gained, lost))
    return (gained - lost) / trials, gain_low - loss_high, gain_high - loss_low


def count_interval(count: int) -> tuple[float, float]:
    """Exact 95% interval of Garwood (Biometrika 28, 1936) for the mean of a Poisson count."""
    alpha = (1 - CONFIDENCE) / 2

    def at_least(k: int, mean: float) -> float:
        if k <= 0:
            return 1.0
        return 1 - math.fsum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(k))

    most = count + 20 * math.sqrt(count + 1) + 20
    low = 0.0 if count == 0 else _root(lambda m: at_least(count, m) - alpha, most)
    return low, _root(lambda m: at_least(count + 1, m) - (1 - alpha), most)


def _root(rising: Callable[[float], float], most: float = 1.0) -> float:
    """Where a function that rises from below 0 crosses it."""
    low, high = most * 1e-12, most * (1 - 1e-12)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def doubt(successes: int, trials: int, probability: float) -> float:
    """How far what was seen speaks against a probability: a martingale that starts at 1 where it is true.

    The Bayes factor of a uniform prior against the probability (Robbins, Annals of Mathematical Statistics 41,
    1970): by Ville's inequality it ever reaches 20 in at most one of 20 repetitions, however often one looks.
    """
    failures = trials - successes
    if (probability <= 0 and successes) or (probability >= 1 and failures):
        return math.inf
    log_prior = log_beta(1 + successes, 1 + failures)
    log_point = (successes * math.log(probability) if successes else 0.0) + (
        failures * math.log1p(-probability) if failures else 0.0
    )
    return math.exp(min(700.0, log_prior - log_point))


def any_time_interval(successes: int, trials: int) -> tuple[float, float]:
    """95% interval for a probability that holds at every number of trials at once, so that one may stop at any."""
    if trials == 0:
        return 0.0, 1.0
    limit, centre = 1 / (1 - CONFIDENCE), successes / trials

    def edge(outer: float) -> float:
        inner = centre
        if doubt(successes, trials, outer) < limit:
            return outer
        for _ in range(100):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if doubt(successes, trials, middle) < limit else (inner, middle)
        return outer

    return edge(0.0), edge(1.0)
