"""Mixed forces: one seed one force, and over a few dozen seeds everything that the contract allows occurs."""

import pytest

from allocator.rules import PLACEMENT
from allocator.synth import MIXES, REGIMES, draw
from allocator.synth.mixed import SETTINGS, SWITCHES

FORCES = [draw(name, seed) for name, seeds in (("mixed", 40), ("mixed-small", 60)) for seed in range(seeds)]


@pytest.mark.parametrize("name", MIXES)
def test_one_seed_one_force_of_the_size_that_the_name_says(name):
    mix = MIXES[name]
    for seed in (0, 7):
        force = draw(name, seed)
        assert force == draw(name, seed)
        assert force != draw(name, seed + 1)
        assert mix.least <= len(force.officers) <= mix.most
        assert 10 * len(force.officers) < len(force.cases) < 100 * len(force.officers)


@pytest.mark.parametrize("regime", REGIMES)
def test_a_mixed_force_can_be_in_any_regime(regime):
    for seed in range(5):
        assert draw("mixed", seed, regime).name


def _is_permitted(force, case):
    officer = force.officer_by_id[case.officer]
    return not any(rule.bars(force, officer, case) for rule in PLACEMENT)


OFFICERS = {
    "part time": lambda f, o: 0 < o.capacity < 100,
    "tiny": lambda f, o: 0 < o.capacity < 10,
    "no capacity": lambda f, o: o.capacity == 0,
    "awaiting": lambda f, o: o.mosovo == "awaiting",
    "untrained without a buddy": lambda f, o: o.mosovo == "none" and o.buddy is None,
    "a buddy of another division": lambda f, o: o.buddy and f.officer_by_id[o.buddy].division != o.division,
    "closed": lambda f, o: o.status == "closed",
    "absent": lambda f, o: o.status == "absent",
    "leaving": lambda f, o: o.status == "leaving",
    "several skills": lambda f, o: len(o.skills) > 2,
    "two premises": lambda f, o: len(o.premises) == 2,
    "premises elsewhere": lambda f, o: any(f.premises_by_id[p].division != o.division for p in o.premises),
}
CASES = {
    "new": lambda f, c: c.officer is None,
    "new at premises": lambda f, c: c.officer is None and c.premises is not None,
    "at premises of another division": lambda f, c: c.premises is not None and f.home(c) != c.division,
    "released within the cycle": lambda f, c: c.release_on and 0 <= (c.release_on - f.cycle_date).days < 28,
    "several needs": lambda f, c: len(c.needs) > 1,
    "own points": lambda f, c: c.points is not None and c.points > 30,
    "no points": lambda f, c: c.points == 0,
    "locked": lambda f, c: c.locked,
    "excluded": lambda f, c: c.excluded and c.officer not in c.excluded,
    "excluded from where it is": lambda f, c: c.officer in c.excluded,
    "former": lambda f, c: c.former and c.officer not in c.former,
    "level 2": lambda f, c: c.level == 2,
    "level 3": lambda f, c: c.level == 3,
    "very high": lambda f, c: c.risk == "very_high",
    "not permitted": lambda f, c: c.officer is not None and not _is_permitted(f, c),
    "an officer of another division": lambda f, c: c.officer and f.officer_by_id[c.officer].division != c.division,
}
WHOLE = {
    "nobody new": lambda f: all(c.officer is not None for c in f.cases),
    "mostly new": lambda f: sum(c.officer is None for c in f.cases) > len(f.cases) / 3,
    "no premises": lambda f: not f.premises,
    "several premises": lambda f: len(f.premises) > 2,
    "one division": lambda f: len({o.division for o in f.officers}) == 1,
    "a division without officers": lambda f: len(f.divisions) > len(f.officers_of),
}


@pytest.mark.parametrize("feature", OFFICERS)
def test_every_feature_of_officers_occurs_in_some_forces_and_not_in_all(feature):
    of = [any(OFFICERS[feature](force, officer) for officer in force.officers) for force in FORCES]
    assert any(of) and not all(of)


@pytest.mark.parametrize("feature", CASES)
def test_every_feature_of_cases_occurs(feature):
    assert any(any(CASES[feature](force, case) for case in force.cases) for force in FORCES)


@pytest.mark.parametrize("feature", WHOLE)
def test_every_feature_of_whole_forces_occurs_in_some_and_not_in_all(feature):
    of = [WHOLE[feature](force) for force in FORCES]
    assert any(of) and not all(of)


@pytest.mark.parametrize(("table", "key"), [(row[1], row[2]) for row in (*SETTINGS, *SWITCHES)])
def test_every_setting_that_may_change_does_in_some_forces_and_not_in_all(table, key):
    usual = getattr(getattr(type(FORCES[0].policy)(), table), key)
    values = [getattr(getattr(force.policy, table), key) for force in FORCES]
    assert usual in values and any(value != usual for value in values)
