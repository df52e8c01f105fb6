"""Two plans side by side."""

import pytest

from allocator.analysis.changes import CHANGES
from allocator.analysis.compare import compare
from allocator.analysis.scenario import Scenario, apply_scenario
from allocator.analysis.try_scenarios import try_scenarios
from allocator.checking import check
from allocator.domain.plan import Plan
from allocator.reporting.compare import comparison_document, decisive_sentence
from tests.inline import InlinePool
from tests.oracle.forces import random_force
from tests.tiny import current, force, new, officer, plan

# A holds 3 of 2; the first plan leaves them, the second gives c1 to B. n1 goes to B, then to nobody.
BASE = force(
    [officer("A"), officer("B")],
    [*(current(c, "A") for c in ("c1", "c2", "c3")), new("n1")],
    limits={"cases": 2},
)
FIRST, SECOND = plan(BASE, n1="B"), plan(BASE, c1="B", n1=None)


def test_goals_cases_officers_and_findings():
    found = compare(FIRST, SECOND)
    assert [(pair.name, pair.first, pair.second) for pair in found.goals][:3] == [
        ("unplaced", 0, 1),
        ("excess", 1, 0),
        ("disruption", 0, 36),
    ]
    assert [(c.case_id, c.first, c.second, c.present) for c in found.cases] == [
        ("c1", "A", "B", "A"),
        ("n1", "B", None, None),
    ]
    a, b = found.officers
    assert (a.first.cases, a.second.cases, a.gained, a.lost) == (3, 2, (), ("c1",))
    assert (b.gained, b.lost, b.differs) == (("c1",), ("n1",), True)
    assert [(p.finding.rule, p.first, p.second) for p in found.findings] == [("case-limit", 1, 0)]
    assert decisive_sentence(found, ("A", "B")) == (
        "2 cases have another officer. A is better than B: unplaced 0 instead of 1, the first goal that differs."
    )


def test_a_plan_with_itself():
    found = compare(FIRST, FIRST)
    assert (found.cases, found.findings, found.decisive) == ((), (), None)
    assert not any(pair.differs for pair in found.officers)
    assert "level on every goal" in decisive_sentence(found, ("A", "B"))


def test_broken_rules_of_a_hand_made_plan():
    found = compare(FIRST, plan(BASE, c1=None, n1="B"))
    assert [finding.rule for finding in found.broken[1]] == ["permitted"]
    assert comparison_document(found, ("a", "b"))["broken"][1][0]["case"] == "c1"


def test_forces_that_differ():
    joined = apply_scenario(
        BASE,
        Scenario.of(
            "",
            CHANGES["officer-joins"](officer="C", division="North"),
            CHANGES["case-closes"](case="c3"),
            CHANGES["cases-arrive"].model_validate({"cases": [{"case_id": "x", "division": "North", "risk": "low"}]}),
        ),
    )
    found = compare(FIRST, plan(joined, n1="B", x="C"))
    assert {(c.case_id, c.in_first, c.in_second) for c in found.cases} == {("c3", True, False), ("x", False, True)}
    assert [(pair.officer_id, pair.first is None, pair.second is None) for pair in found.officers] == [
        ("A", False, False),
        ("B", False, False),
        ("C", True, False),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_figures_are_those_of_the_check(seed):
    one = random_force(seed, officers=3, cases=5)
    ids = [None, *(o.officer_id for o in one.officers)]
    first = Plan(one, tuple(ids[(seed + 3 * k) % len(ids)] for k in range(5)))
    second = Plan(one, tuple(ids[(2 * seed + k) % len(ids)] for k in range(5)))
    found = compare(first, second)
    assert {pair.name: pair.first for pair in found.goals} == check(first).goals
    assert {pair.name: pair.second for pair in found.goals} == check(second).goals
    assert {c.case_id for c in found.cases} == {
        c for c in first.officer_of if first.officer_of[c] != second.officer_of[c]
    }
    gained = sorted(case for pair in found.officers for case in pair.gained)
    assert gained == sorted(c.case_id for c in found.cases if c.second is not None)


def test_scenarios_beside_the_force_as_it_is():
    leaves = Scenario.of("B leaves", CHANGES["officer-leaves"](officer="B"))
    lower = Scenario.of("limit 1", policy={"limits": {"cases": 1}})
    answer = try_scenarios(BASE, [leaves, lower], pool=InlinePool())
    base, first, second = answer.all
    # Four cases for two officers of limit 2: none above. Without B, A holds four of two. With limits of 1, two above.
    assert [goal.value for goal in base.result.goals][:2] == [0, 0]
    assert first.excess_by_division == {"North": 2} or sum(first.excess_by_division.values()) >= 2
    assert second.result.goals[1].value == 2
    assert base.comparison is None and first.comparison.first is base.result.plan
    assert (base.optional_moves, base.other_moves) == (1, 0)
    assert base.affected == ("A", "B") and base.moves_by_division == {"North": 1}
    spread = base.spread
    assert (spread.least, spread.most, len(spread.shares)) == (100, 100, 2)
