"""Former officers: of a fifth of the cases, colleagues and people who have left, never the current officer."""

from itertools import chain

import pytest

from allocator.synth import draw


def with_former(cases):
    return [case for case in cases if case.former]


def current_and_new(force):
    return [[c for c in force.cases if (c.officer is None) == new] for new in (False, True)]


def test_a_fifth_of_current_cases_and_a_tenth_of_new_ones(drawn):
    if drawn.name.startswith("County: all-new"):
        assert with_former(drawn.cases) == []  # nothing is known of who managed whom
        return
    current, new = current_and_new(drawn)
    assert len(with_former(current)) / len(current) == pytest.approx(0.2, abs=0.02)
    assert with_former(new) or not new
    assert len(with_former(new)) == pytest.approx(0.1 * len(new), abs=1)


def test_never_the_current_officer_and_at_most_two(drawn):
    for case in drawn.cases:
        assert case.officer not in case.former
        assert len(case.former) <= 2


def test_all_are_or_were_of_the_division_of_the_case(drawn):
    numbered = {}  # OM-N01, OM-NL01: what stands before the number is that of the division
    for officer in drawn.officers:
        numbered[officer.division] = officer.officer_id[:-2]
    for case in with_former(drawn.cases):
        for officer_id in case.former:
            officer = drawn.officer_by_id.get(officer_id)
            if officer is not None:
                assert officer.division == case.division
            else:
                assert officer_id[:-2] == f"{numbered[case.division]}L"


def test_most_still_serve_some_have_left_and_some_cases_have_had_two(drawn):
    cases = with_former(drawn.cases)
    if not cases:
        return
    named = list(chain.from_iterable(case.former for case in cases))
    serving = sum(officer_id in drawn.officer_by_id for officer_id in named) / len(named)
    # A fifth have left, and those without whom nobody in post is old enough to have come first.
    assert 0.6 < serving < 0.9
    assert sum(len(case.former) == 2 for case in cases) / len(cases) == pytest.approx(0.15, abs=0.08)


def test_who_is_in_post_for_less_than_a_year_had_no_case_that_is_older():
    """Untrained officers are in post for 270 days at most."""
    force = draw("metropolitan", 1)
    untrained = {o.officer_id for o in force.officers if not o.trained}
    found = [case for case in force.cases if case.former & untrained]
    assert found
    for case in found:
        assert case.officer is not None and (force.cycle_date - case.since).days < 270


def test_a_fifth_in_the_nation(nation):
    current, new = zip(*map(current_and_new, nation.values()), strict=True)
    for cases, share in ((current, 0.2), (new, 0.1)):
        cases = list(chain.from_iterable(cases))
        assert len(with_former(cases)) / len(cases) == pytest.approx(share, abs=0.005)


def test_nobody_who_has_left_one_force_serves_in_another(nation):
    serving = set(chain.from_iterable(force.officer_by_id for force in nation.values()))
    gone = [
        {officer_id for case in force.cases for officer_id in case.former} - set(force.officer_by_id)
        for force in nation.values()
    ]
    assert not serving & set().union(*gone)
    assert sum(map(len, gone)) == len(set().union(*gone))
