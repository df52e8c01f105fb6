"""Cover: proved values of the contract's examples, and of tiny forces against every cover there is."""

import json
import random
from pathlib import Path

import pytest

from allocator import Cover, InputError, Plan, check_cover, read_force, read_plan, solve_cover
from tests.inline import InlinePool
from tests.oracle.cover import best_cover
from tests.solver.drawn import drawn
from tests.tiny import current, force, new, officer

EXAMPLES = Path(__file__).parent.parent / "data" / "cover-examples"
EXPECTED = json.loads((EXAMPLES / "expected.json").read_text())


def plan_of(folder):
    of = read_force(folder)
    return read_plan(folder / "plan.csv", of) if (folder / "plan.csv").exists() else Plan.as_it_stands(of)


@pytest.mark.parametrize("name", EXPECTED)
def test_examples_have_their_proved_values(name):
    result = solve_cover(plan_of(EXAMPLES / name), pool=InlinePool())
    assert {goal.name: goal.value for goal in result.goals} == EXPECTED[name]
    assert result.proven


def away(seed):
    """A drawn unit of which some are away, with cover that has been found before for some of their cases."""
    chance = random.Random(seed)
    of = drawn(seed)
    ids = [o.officer_id for o in of.officers]
    absent = set(chance.sample(ids, min(len(ids), chance.choice((1, 1, 2)))))
    officers = [o.model_copy(update={"status": "absent"}) if o.officer_id in absent else o for o in of.officers]
    held = [c.case_id for c in of.cases if c.officer in absent]
    left_out = set(chance.sample(held, max(0, len(held) - 7)))
    cases = [
        c.model_copy(update={"covered_by": chance.choice(ids) if chance.random() < 0.3 else None})
        for c in of.cases
        if c.case_id not in left_out
    ]
    percent = chance.choice((0, 1, 30, 50, 99, 100))
    policy = of.policy.merge({"cover": {"percent": percent}})
    return of.replace(officers=tuple(officers), cases=tuple(cases), policy=policy)


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_no_cover_of_a_drawn_unit_is_better_than_the_one_found(first):
    looked = 0
    for seed in range(first, first + 40):
        plan = Plan.as_it_stands(away(seed))
        best = best_cover(plan)
        if best is None:
            continue
        looked += 1
        result = solve_cover(plan, pool=InlinePool())
        assert result.proven
        assert tuple(goal.value for goal in result.goals) == best, seed
    assert looked > 20


def three():
    return force(
        [officer("A", status="absent"), officer("B"), officer("C")],
        [current("c1", "A"), current("c2", "A", covered_by="C"), current("c3", "B"), new("n1")],
    )


def test_cover_moves_nobody_and_goes_on_when_it_is_solved_again():
    plan = Plan.as_it_stands(three())
    first = solve_cover(plan, pool=InlinePool()).cover
    assert [case.case_id for case in first.cases] == ["c1", "c2"]
    assert first.officer_of["c2"] == "C"
    again = plan.force.replace(
        cases=tuple(c.model_copy(update={"covered_by": first.officer_of.get(c.case_id)}) for c in plan.force.cases)
    )
    assert solve_cover(Plan.as_it_stands(again), pool=InlinePool()).cover.officers == first.officers


def test_a_case_is_covered_by_whom_one_insists_on_at_its_price():
    plan = Plan.as_it_stands(three())
    free, forced = (solve_cover(plan, pool=InlinePool(), insist=who) for who in ({}, {"c2": ["B"]}))
    assert forced.cover.officer_of["c2"] == "B"
    assert forced.proven
    assert forced.goals[2].value - free.goals[2].value == 12
    with pytest.raises(InputError, match="somebody who may cover case c2"):
        solve_cover(plan, pool=InlinePool(), insist={"c2": ["A"]})
    with pytest.raises(InputError, match="a case whose officer is absent"):
        solve_cover(plan, pool=InlinePool(), insist={"c3": ["B"]})
    with pytest.raises(InputError, match="an officer of the force"):
        solve_cover(plan, pool=InlinePool(), insist={"c2": ["Z"]})


def test_the_check_tells_who_may_not_cover_and_what_is_left_out():
    plan = Plan.as_it_stands(three())
    assert [(f.rule, f.case) for f in check_cover(Cover(plan, ("A", None))).broken] == [
        ("open", "c1"),
        ("covered", "c2"),
    ]


def test_nobody_to_cover_and_no_officers():
    assert solve_cover(Plan.as_it_stands(force([], [new("n")])), pool=InlinePool()).cover.officers == ()
    alone = force([officer("A", status="absent")], [current("c1", "A", risk="high")])
    result = solve_cover(Plan.as_it_stands(alone), pool=InlinePool())
    assert [goal.value for goal in result.goals] == [4, 0, 0, 0]
    (note,) = result.findings
    assert note.rule == "uncovered" and note.facts["reasons"] == ("there is no other officer",)


def test_input_order_does_not_matter():
    for seed in range(30):
        of = away(seed)
        mixed = of.replace(cases=of.cases[::-1], officers=of.officers[::-1])
        one, other = (solve_cover(Plan.as_it_stands(f), pool=InlinePool()).cover.officer_of for f in (of, mixed))
        assert one == other


def test_what_is_cut_short_keeps_the_prices_so_far(monkeypatch):
    from allocator.analysis import cover as analysis

    plan = Plan.as_it_stands(force([officer("A", status="absent"), *map(officer, "BCDE")], [current("c1", "A")]))
    result, asked = solve_cover(plan, pool=InlinePool()), []

    def solve(*args, **kwargs):
        asked.append(kwargs["insist"])
        if len(asked) == 2:
            raise KeyboardInterrupt
        return solve_cover(*args, **kwargs)

    monkeypatch.setattr(analysis, "solve_cover", solve)
    answer = analysis.why_cover(result, "c1", pool=InlinePool())
    assert answer.stopped == "interrupted" and len(answer.others) == 1 and len(asked) == 2


def test_the_first_cover_of_a_large_unit_keeps_within_the_limits_where_there_is_room():
    """Cover that is cut short at once is not far above what is proved: strain comes before load."""
    officers = [officer("A", status="absent"), officer("full"), *(officer(f"o{k}") for k in range(3))]
    cases = [current(f"a{k}", "A", points=1) for k in range(12)] + [
        current(f"f{k}", "full", points=0) for k in range(10)
    ]
    plan = Plan.as_it_stands(force(officers, cases, limits={"cases": 10}))
    result = solve_cover(plan, pool=InlinePool(), time_limit=0)
    assert result.goals[1].value == 0
