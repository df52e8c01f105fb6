"""Forums: only of domestic abuse cases, of most at level 2 or 3 and of few below."""

import pytest

from allocator.synth import draw

ALL = {"marac", "matac"}


def test_only_domestic_abuse_cases_have_forums(drawn):
    found = [c for c in drawn.cases if c.forums]
    assert found
    for c in found:
        assert "da" in c.needs
        assert c.forums <= ALL


def test_a_tenth_of_those_below_level_2_are_in_matac_alone(drawn):
    below = [c for c in drawn.cases if "da" in c.needs and c.level < 2]
    assert {c.forums for c in below} == {frozenset(), frozenset({"matac"})}
    assert sum(bool(c.forums) for c in below) / len(below) == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize("seed", [0, 1, 9])
@pytest.mark.parametrize("profile", ["surrey", "kent"])
def test_seven_of_ten_at_level_2_or_3_have_a_forum(profile, seed):
    above = [c for c in draw(profile, seed).cases if "da" in c.needs and c.level > 1]
    linked = [c for c in above if c.forums]
    assert len(above) - len(linked) == round(0.3 * len(above))
    assert all("marac" in c.forums for c in linked)
    assert sum(c.forums == ALL for c in linked) == round(0.3 * len(linked))


def test_a_tenth_in_the_nation(nation):
    abuse = [c for force in nation.values() for c in force.cases if "da" in c.needs]
    assert sum(bool(c.forums) for c in abuse) / len(abuse) == pytest.approx(0.1, abs=0.01)
