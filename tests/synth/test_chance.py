"""Chance: streams, weights and whole shares."""

import pytest

from allocator.synth.chance import Chance, share_out


def test_a_stream_follows_from_seed_and_subject():
    def rolls(seed, about):
        chance = Chance(seed, about)
        return [chance.between(1, 1000) for _ in range(8)]

    assert rolls(1, "risks") == rolls(1, "risks")
    assert rolls(1, "risks") != rolls(2, "risks")
    assert rolls(1, "risks") != rolls(1, "levels")


def test_between_reaches_both_ends_and_no_further():
    chance = Chance(0, "dice")
    assert {chance.between(1, 6) for _ in range(200)} == {1, 2, 3, 4, 5, 6}


def test_pick_takes_different_items_in_their_order():
    chance = Chance(0, "letters")
    seen = {tuple(chance.pick("abcd", 2)) for _ in range(200)}
    assert seen == {("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")}


def test_pick_follows_the_weights():
    chance = Chance(0, "weights")
    drawn = [chance.pick("ab", 1, [9, 1])[0] for _ in range(1000)]
    # Nine in ten; 1000 draws stay within 5 standard deviations, 5 * sqrt(1000 * 0.9 * 0.1) = 47.
    assert 853 <= drawn.count("a") <= 947


def test_pick_too_many():
    with pytest.raises(ValueError, match="5 to be drawn from 4"):
        Chance(0, "letters").pick("abcd", 5)


def test_shuffled_keeps_every_item():
    shuffled = Chance(0, "order").shuffle(range(20))
    assert sorted(shuffled) == list(range(20)) != shuffled


def test_share_out_in_proportion():
    assert share_out(10, [1, 2, 7]) == [1, 2, 7]
    # Sainte-Laguë divides by 1, 3, 5...: 3, 1, 0.6, 0.43 / 2, 0.67, 0.4 / 1, 0.33.
    # Four of the seven largest are of the first, two of the second, one of the third.
    assert share_out(7, [3, 2, 1]) == [4, 2, 1]
    assert share_out(0, []) == []


def test_share_out_within_limits():
    # The first would get 7; it may have 3, so the others share 7 as 1 to 2 nearly: 2 and 5.
    assert share_out(10, [7, 1, 2], [3, 9, 9]) == [3, 2, 5]
    assert share_out(5, [1, 0], [5, 0]) == [5, 0]


def test_share_out_more_than_fits():
    with pytest.raises(ValueError, match="10 to be shared out, where at most 9 fit"):
        share_out(10, [1, 1], [4, 5])
