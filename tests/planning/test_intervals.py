"""Intervals hold the truth as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allocator.planning.intervals import (
    any_time_interval,
    binomial_tail,
    count_interval,
    doubt,
    mean_change,
    share_change,
    share_interval,
    student,
)


def test_known_values():
    # Clopper and Pearson: all of 10 leaves 1 - 0.025^(1/10) open below.
    assert share_interval(10, 10) == pytest.approx((0.025**0.1, 1.0))
    assert share_interval(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))
    # Garwood, from the chi-squared table: 5 events.
    assert count_interval(5) == pytest.approx((1.6235, 11.6683), abs=1e-3)
    assert count_interval(0) == pytest.approx((0.0, 3.6889), abs=1e-3)


@pytest.mark.parametrize(("n", "k", "p"), [(7, 3, 0.2), (20, 18, 0.95), (1, 1, 0.5), (30, 0, 0.4)])
def test_the_tail_is_a_sum_of_terms(n, k, p):
    expected = sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    assert binomial_tail(n, k, p) == pytest.approx(expected)


@pytest.mark.parametrize("truth", [0.5, 0.9, 0.97])
def test_exact_intervals_hold_the_truth_as_often_as_they_say(truth):
    drawn = np.random.default_rng(1).binomial(60, truth, 1500)
    known = {int(k): share_interval(int(k), 60) for k in set(drawn.tolist())}
    held = np.mean([known[int(k)][0] <= truth <= known[int(k)][1] for k in drawn])
    assert held >= 0.94


@pytest.mark.parametrize("truth", [0.8, 0.95])
def test_looking_after_every_future_does_not_spoil_the_interval(truth):
    chance = np.random.default_rng(2)
    wrong = 0
    for _ in range(400):
        successes = np.cumsum(chance.random(150) < truth)
        wrong += any(doubt(int(s), n, truth) >= 20 for n, s in enumerate(successes, 1))
    assert wrong / 400 <= 0.07  # at most 0.05, and what chance adds in 400 repetitions


def test_the_interval_is_where_doubt_is_small():
    low, high = any_time_interval(45, 50)
    assert low < 0.9 < high
    assert doubt(45, 50, low - 0.01) > 20 > doubt(45, 50, low + 0.01)
    assert doubt(45, 50, high + 0.01) > 20 > doubt(45, 50, high - 0.01)
    assert any_time_interval(0, 0) == (0.0, 1.0)


def test_changes_hold_the_truth_as_often_as_they_say():
    chance = np.random.default_rng(3)
    held = shares = 0
    for _ in range(600):
        before = chance.normal(3, 1, 5)
        after = before - 0.5 + chance.normal(0, 0.4, 5)
        _, low, high = mean_change(before.tolist(), after.tolist())
        held += low <= -0.5 <= high
        gained, lost, _ = chance.multinomial(6, [0.3, 0.1, 0.6])
        change, low, high = share_change(int(gained), int(lost), 6)
        assert low <= change <= high
        shares += low <= 0.2 <= high
    assert 0.92 <= held / 600 <= 0.98 and shares / 600 >= 0.94
    assert mean_change([1.0], [2.0]) == (1.0, -math.inf, math.inf)


@pytest.mark.parametrize(
    ("freedom", "point"), [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (39, 2.023)]
)
def test_points_of_students_distribution(freedom, point):
    assert student(freedom) == pytest.approx(point, abs=0.005)
