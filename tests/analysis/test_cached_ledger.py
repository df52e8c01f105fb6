"""A tally with one case kept counts what a ledger of that plan counts."""

from hypothesis import given, settings

from allocator.analysis.cached_ledger import CachedLedger
from allocator.domain.plan import Plan
from allocator.rules import GOALS, LIMITS
from allocator.rules.ledger import Ledger
from tests.oracle.forces import forces_with_plans
from tests.tiny import current, force, officer, plan


@settings(max_examples=150, deadline=None)
@given(forces_with_plans())
def test_every_move_undone_counts_as_from_scratch(drawn):
    f, officers = drawn
    tally = CachedLedger(Plan(f, officers))
    for goal in GOALS:
        goal.value(tally)  # so that there are counts to take over
    for case in tally.plan.actions["moved"]:
        kept = [case.officer if c is case else o for c, o in tally.plan]
        scratch, quick = Ledger(Plan(f, tuple(kept))), tally.with_officer(case, case.officer)
        assert [goal.value(quick) for goal in GOALS] == [goal.value(scratch) for goal in GOALS]
        for limit in LIMITS:
            assert {(x.officer, x.premises, x.amount) for x in limit.findings(quick)} == {
                (x.officer, x.premises, x.amount) for x in limit.findings(scratch)
            }


def test_the_plan_itself_is_left_alone():
    f = force([officer("A"), officer("B")], [current("c1", "A")])
    tally = CachedLedger(plan(f, c1="B"))
    tally.with_officer(f.cases[0], "A")
    assert (tally.cases(f.officers[0]), tally.cases(f.officers[1])) == (0, 1)
