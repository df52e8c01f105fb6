"""County and metropolitan forces are as big and as risky as they say, whatever the seed."""

from collections import Counter

import pytest

from allocator.synth import PROFILES, draw

# officers, cases, divisions, premises, officers above their share
SIZES = {"county": (27, 1_250, 3, 1, 4), "metropolitan": (240, 10_000, 12, 6, 18)}


@pytest.fixture(scope="module", params=[("county", 0), ("county", 1), ("county", 9), ("metropolitan", 2)])
def sized(request):
    profile, seed = request.param
    return SIZES[profile], draw(profile, seed)


def share(force, of):
    return sum(map(of, force.cases)) / len(force.cases)


def test_so_many_of_everything(sized):
    (officers, cases, divisions, premises, _), force = sized
    assert len(force.officers) == officers
    assert len(force.cases) == cases
    sizes = Counter(o.division for o in force.officers)
    assert len(sizes) == divisions
    assert all(8 <= size <= 22 for size in sizes.values())
    assert len(force.premises) == premises
    assert sum(c.officer is None for c in force.cases) == round(0.03 * cases)


def test_ids_begin_with_the_prefix(sized):
    _, force = sized
    prefix = force.cases[0].case_id[:3]
    assert prefix in ("CO-", "MP-")
    assert all(c.case_id.startswith(prefix) for c in force.cases)
    assert all(p.premises_id.startswith(f"{prefix}AP") for p in force.premises)
    assert all(o.officer_id.startswith(f"OM-{prefix[:2]}") for o in force.officers)


def test_the_mix_of_risks_and_levels(sized):
    _, force = sized
    current = [c for c in force.cases if c.officer is not None]
    risks = Counter(c.risk for c in current)
    percent = {risk: 100 * n / len(current) for risk, n in risks.items()}
    assert percent == pytest.approx({"very_high": 2, "high": 15, "medium": 30, "low": 53}, abs=0.3)
    assert share(force, lambda c: c.level > 1) == pytest.approx(0.016, abs=0.001)
    assert share(force, lambda c: c.setting != "custody") == pytest.approx(0.74, abs=0.01)
    assert share(force, lambda c: c.category == 2) == pytest.approx(0.25, abs=0.01)


def test_few_officers_start_above_their_share_and_none_above_their_limit(sized):
    (_, _, _, _, expected), force = sized
    cases = Counter(c.officer for c in force.cases if c.officer)
    high = Counter(c.officer for c in force.cases if c.officer and force.high_risk(c))
    assert sum(high[o] > 20 * n // 100 for o, n in cases.items()) == expected
    assert all(n <= 50 * force.officer_by_id[o].capacity // 100 for o, n in cases.items())


def test_premises_are_as_full_as_a_stay_of_twelve_weeks_makes_them(sized):
    _, force = sized
    for premises in force.premises:
        there = [c for c in force.cases if c.premises == premises.premises_id]
        assert sum(c.officer is not None for c in there) == 14
        # 14 residents * 28 days of a cycle / 84 days of a stay = 4.7
        assert sum(c.officer is None for c in there) == 5
        assert sum(premises.premises_id in o.premises for o in force.officers) == 2


def test_cases_fit_the_limits_of_every_division(sized):
    """An ordinary cycle can be met: leaving officers have no limit, and absent ones cover their own."""
    _, force = sized
    limit, held = Counter(), Counter()
    for o in force.officers:
        limit[o.division] += 50 * o.capacity // 100 if o.status in ("open", "closed") else 0
    for c in force.cases:
        if c.officer is None or force.officer_by_id[c.officer].status != "absent":
            held[force.home(c)] += 1
    assert all(held[division] <= limit[division] for division in limit)


def test_a_force_says_what_it_was_drawn_from():
    assert draw("county", 4).name == "County: ordinary, seed 4 (synthetic)"
    assert draw("surrey", 4).name == "Surrey, September 2022 (synthetic)"
    assert draw("surrey", 4, "quiet").name == "Surrey, September 2022: quiet, seed 4 (synthetic)"


def test_descriptions_count():
    assert "27 officers, 1,250 cases" in PROFILES["county"].description
