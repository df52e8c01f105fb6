"""The nation: 43 forces of the right sizes whose ids never meet."""

from collections import Counter
from itertools import chain

import pytest

from allocator.domain.force import Force
from allocator.errors import InputError
from allocator.files.digest import digest
from allocator.synth import draw_nation, draw_profile
from allocator.synth.areas import AREAS, NATIONAL, offenders
from allocator.synth.nation import force_seed, national_profiles


def test_43_forces_in_alphabetical_order(nation):
    assert len(nation) == 43
    assert list(nation) == sorted(nation)
    assert {"avon-and-somerset", "dyfed-powys", "metropolitan", "city-of-london"} <= set(nation)


def test_2100_officers_and_95000_cases_in_all(nation):
    assert sum(len(force.officers) for force in nation.values()) == 2_100
    assert sum(len(force.cases) for force in nation.values()) == 95_000
    assert sum(len(force.premises) for force in nation.values()) == 101


def test_forces_could_be_put_into_one(nation):
    def together(what):
        return tuple(chain.from_iterable(getattr(force, what) for force in nation.values()))

    merged = Force(officers=together("officers"), cases=together("cases"), premises=together("premises"))
    assert len(merged.cases) == 95_000  # valid: no id twice
    forces_of = Counter(
        division for force in nation.values() for division in {officer.division for officer in force.officers}
    )
    assert set(forces_of.values()) == {1}


def test_ids_begin_with_the_prefix_of_the_force(nation):
    prefixes = {area.slug: area.prefix for area in AREAS}
    assert len(set(prefixes.values())) == 43
    for slug, force in nation.items():
        prefix = prefixes[slug]
        assert all(c.case_id.startswith(f"{prefix}-") for c in force.cases)
        assert all(o.officer_id.startswith(f"OM-{prefix}") for o in force.officers)
        assert all(p.premises_id.startswith(f"{prefix}-") for p in force.premises)


def test_officers_in_proportion_to_offenders(nation):
    expected = offenders()
    total = sum(expected.values())
    assert total == pytest.approx(NATIONAL[2024])
    for area in AREAS:
        # To the nearest officer, as near as the rounding of 43 shares lets it.
        assert len(nation[area.slug].officers) == pytest.approx(2100 * expected[area.name] / total, abs=1)


def test_published_figures_are_brought_to_2024():
    expected = offenders()
    assert expected["Greater Manchester"] == 4407  # of 2024
    assert expected["Bedfordshire"] == pytest.approx(634 * 70_052 / 62_435)  # of 2020
    # 2014 lies three quarters of the way from 2011 to 2015: 36,921 + 0.75 * 12,545 = 46,329.75
    assert expected["Wiltshire"] == pytest.approx(524 * 70_052 / 46_329.75)


def test_every_published_figure_has_a_year_and_a_source():
    for area in AREAS:
        assert (area.figure is None) == (area.year is None) == (area.source == "")
    assert sum(area.figure is None for area in AREAS) == 11


def test_london_is_the_largest_by_far(nation):
    sizes = sorted((len(force.officers), slug) for slug, force in nation.items())
    assert sizes[-1][1] == "metropolitan"
    assert sizes[-1][0] > 1.5 * sizes[-2][0]
    assert sizes[0][1] == "city-of-london"


def test_divisions_follow_from_size(nation):
    for force in nation.values():
        sizes = Counter(officer.division for officer in force.officers)
        if len(force.officers) >= 8:
            assert all(8 <= size <= 20 for size in sizes.values())
        else:
            assert len(sizes) == 1
    assert len({o.division for o in nation["metropolitan"].officers}) >= 12


def test_seventeen_percent_high_risk(nation):
    high = sum(sum(map(force.high_risk, force.cases)) for force in nation.values())
    assert high / 95_000 == pytest.approx(0.173, abs=0.002)


def test_forces_of_one_nation_are_drawn_independently(nation):
    """Two forces with the same first numbers would be the same up to their sizes."""
    assert len({force_seed(0, slug) for slug in nation}) == 43
    assert force_seed(0, "kent") != force_seed(1, "kent")


def test_one_seed_one_nation(nation):
    profile = national_profiles()["cumbria"]

    def cumbria(seed):
        return digest(draw_profile(profile, force_seed(seed, "cumbria")))

    assert cumbria(0) == digest(nation["cumbria"])
    assert cumbria(1) == cumbria(1) != cumbria(0)


def test_a_force_says_what_it_was_drawn_from(nation):
    assert nation["essex"].name == "National, Essex: ordinary, seed 0 (synthetic)"


def test_unknown_regime():
    with pytest.raises(InputError, match="Maybe quiet is meant"):
        draw_nation(0, "quite")
