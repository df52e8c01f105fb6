"""Any plan at all: model, check and oracle say the same of it."""

from hypothesis import given, settings

from allocator.checking import check
from allocator.domain.plan import Plan
from tests.oracle.forces import forces, forces_with_plans
from tests.oracle.goals import broken, excesses, goal_values
from tests.tiny import agree

# The contract gives this rule no id of its own.
OURS = {"permitted": "unplaced"}


@settings(max_examples=300, deadline=None)
@given(forces_with_plans())
def test_check_and_oracle_agree_on_any_plan(drawn):
    force, officers = drawn
    checked = check(Plan(force, tuple(officers)))
    assert tuple(checked.goals.values()) == goal_values(force, officers)
    ours = {(OURS.get(f.rule, f.rule), f.case) for f in checked.broken if f.rule != "budget"}
    theirs = {(rule, case) for rule, case, _ in broken(force, officers) if rule != "budget"}
    # Leaving out a case that somebody may receive is a cost to the check and a breach to the oracle; a pinned case left
    # out breaks one rule to the check and two to the oracle.
    left_out = {case.case_id for case, officer in Plan(force, tuple(officers)) if officer is None}
    assert ours <= theirs
    assert all(case in left_out and rule in ("unplaced", "locked") for rule, case in theirs - ours)
    assert ("budget" in {f.rule for f in checked.broken}) == any(r == "budget" for r, _, _ in broken(force, officers))
    found = {(f.rule, f.officer or f.premises): f.amount for f in checked.findings if f.kind == "excess"}
    assert found == {who: amount for who, amount in excesses(force, officers).items() if amount}


@settings(max_examples=60, deadline=None)
@given(forces())
def test_model_and_check_agree_on_every_plan(force):
    if (len(force.officers) + 1) ** len(force.cases) <= 1100:
        agree(force)
