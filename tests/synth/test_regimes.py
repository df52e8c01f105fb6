"""Each regime does to a force what its line says, and nothing else."""

from collections import Counter

import pytest

from allocator.errors import InputError
from allocator.files.digest import digest
from allocator.synth import PROFILES, REGIMES, draw
from allocator.synth.regimes.specialisms import TAGS

SMALL = ("surrey", "county", "divisions")


@pytest.fixture(params=SMALL)
def ordinary(request):
    return request.param, draw(request.param, 2)


def caseload(force):
    return Counter(c.officer for c in force.cases if c.officer is not None)


def high_percent(force):
    return 100 * sum(map(force.high_risk, force.cases)) / len(force.cases)


def above_share(force):
    """Officers with h0 > floor(20 * n0 / 100)."""
    high = Counter(c.officer for c in force.cases if c.officer is not None and force.high_risk(c))
    return sum(high[o] > 20 * n // 100 for o, n in caseload(force).items())


def barred(force):
    """Current cases that their officer may not hold, by the placement rules of the contract."""
    return [
        c.case_id
        for c in force.cases
        for o in [force.officer_by_id.get(c.officer)]
        if o is not None
        and not (
            o.division in (c.division, force.home(c))
            and (c.level < 2 or o.trained)
            and c.needs <= o.skills
            and o.officer_id not in c.excluded
            and o.status != "leaving"
        )
    ]


def test_there_is_a_line_about_every_regime():
    assert next(iter(REGIMES)) == "ordinary"
    for name, regime in REGIMES.items():
        assert regime.name == name
        assert regime.description and "\n" not in regime.description


@pytest.mark.parametrize("regime", REGIMES)
def test_one_seed_one_force(regime):
    assert draw("county", 5, regime) == draw("county", 5, regime)
    assert digest(draw("county", 5, regime)) != digest(draw("county", 6, regime))


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_in_every_regime(profile, regime):
    force = draw(profile, 1, regime)  # validated
    assert (len(barred(force)) > 0) == (regime != "all-new" and any(o.status == "leaving" for o in force.officers))


@pytest.mark.parametrize("regime", REGIMES)
def test_the_order_of_rows_changes_nothing(regime):
    force = draw("county", 3)
    turned = force.replace(officers=force.officers[::-1], cases=force.cases[::-1], premises=force.premises[::-1])
    there, back = (REGIMES[regime].change(f, 3) for f in (force, turned))
    assert there.officer_by_id == back.officer_by_id
    assert there.case_by_id == back.case_by_id
    assert there.policy == back.policy


def test_fifth(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "fifth")
    assert high_percent(before) < 17.5
    assert high_percent(force) == pytest.approx(20, abs=0.1)
    assert above_share(force) >= 2 * above_share(before)
    changed = [(c, d) for c, d in zip(before.cases, force.cases, strict=True) if c != d]
    assert all((c.risk, d.risk) == ("low", "high") for c, d in changed)
    assert force.officers == before.officers


def test_fifth_leaves_a_force_that_has_one_as_it_is():
    force = draw("county", 2, "fifth")
    assert REGIMES["fifth"].change(force, 2) == force


def test_overfull(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "overfull")
    limit, held = Counter(), Counter()
    for o in force.officers:
        limit[o.division] += 50 * o.capacity // 100 if o.status in ("open", "closed") else 0
    absent = {o.officer_id for o in force.officers if o.status == "absent"}
    for c in force.cases:
        held[force.home(c)] += c.officer not in absent
    for division in limit:
        assert held[division] == pytest.approx(1.08 * limit[division], abs=1)
    cases = caseload(force)
    limited = [o for o in force.officers if o.status in ("open", "closed")]
    assert sum(cases[o.officer_id] > 50 * o.capacity // 100 for o in limited) > len(limited) / 2
    assert set(before.case_by_id) < set(force.case_by_id)
    assert [c for c in force.cases if c.case_id in before.case_by_id] == list(before.cases)
    new = [c.officer is None for c in force.cases]
    assert new == sorted(new)


def test_leavers(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "leavers")
    went = [o for o, old in zip(force.officers, before.officers, strict=True) if o != old]
    assert len(went) == round(len(force.officers) / 10)
    buddies = {o.buddy for o in force.officers}
    for o in went:
        assert o.status == "leaving"
        assert not o.premises and o.officer_id not in buddies
    assert force.cases == before.cases


def test_budget(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "budget")
    assert force.policy.relationship.max_moves == 3
    assert high_percent(force) == pytest.approx(high_percent(before), abs=0.05)
    high = Counter(c.officer for c in force.cases if c.officer is not None and force.high_risk(c))
    above = Counter()
    for o, n in caseload(force).items():
        above[force.officer_by_id[o].division] += max(0, high[o] - 20 * n // 100)
    # More cases above a share than may move, in every division.
    assert all(count > 3 for count in above.values())
    assert len(above) == len({o.division for o in force.officers})


def test_specialisms(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "specialisms")
    for division in {o.division for o in force.officers}:
        holders = Counter(tag for o in force.officers if o.division == division for tag in o.skills if tag in TAGS)
        assert set(holders) == set(TAGS)
        assert set(holders.values()) <= {2, 3}
    needed = Counter(tag for c in force.cases for tag in c.needs if tag in TAGS)
    assert all(0.01 < needed[tag] / len(force.cases) < 0.06 for tag in TAGS)
    two = [c for c in force.cases if len(c.needs) == 2]
    assert len(two) > 0.01 * len(force.cases)
    for c in force.cases:
        if c.needs & set(TAGS):
            assert any(c.needs <= o.skills and o.division == c.division and o.trained for o in force.officers) or (
                c.officer is not None and c.needs <= force.officer_by_id[c.officer].skills
            )
    assert [c.case_id for c in force.cases] == [c.case_id for c in before.cases]


def test_cross(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "cross")
    assert force.policy.divisions.cross
    assert (force.officers, force.cases) == (before.officers, before.cases)


def test_quiet(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "quiet")
    assert force.cases == tuple(c for c in before.cases if c.officer is not None)
    assert force.policy == before.policy


def test_all_new(ordinary):
    profile, before = ordinary
    force = draw(profile, 2, "all-new")
    assert len(force.cases) == len(before.cases)
    assert all(c.officer is None and c.since is None and not c.locked for c in force.cases)
    limits = (force.policy.limits.intake, force.policy.training.untrained_intake)
    assert limits == (60, 60)
    assert force.policy.premises.arrivals_per_cycle == 60


def test_unknown_names_are_told_together():
    with pytest.raises(InputError) as told:
        draw("countty", 0, "leaver")
    assert [problem.maybe for problem in told.value.problems] == ["county is meant.", "leavers is meant."]
    assert "all-new" in str(told.value)


def test_the_nation_is_no_single_force():
    with pytest.raises(InputError, match="'national' found"):
        draw("national")
    with pytest.raises(InputError, match="Maybe national is meant"):
        draw("nationl")
