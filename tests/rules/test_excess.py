from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from allocator.checking import check
from allocator.domain.force import Force, Premises
from allocator.domain.plan import Plan
from allocator.rules import GOALS
from allocator.rules.columns import Columns
from allocator.rules.goals.excess import Excess
from allocator.solver.model import Model
from allocator.solver.parts import choices
from tests.rules.found import everything, under
from tests.tiny import agree, current, every_plan, force, new, officer, plan

AT_P: dict[str, Any] = {"setting": "premises", "premises": "P"}


def busy() -> Force:
    """A and B, both over their limits as soon as anything happens."""
    sites = [
        Premises(premises_id="P", division="North", expected_arrivals=2),
        Premises(premises_id="Q", division="North", expected_arrivals=1),
    ]
    f = force(
        [officer("A", premises=frozenset({"P", "Q"})), officer("B", premises=frozenset({"P"}))],
        [
            current("c1", "A", risk="high"),
            current("c2", "B", risk="high"),
            current("c3", "B"),
            new("c4", risk="high", **AT_P),
            new("c5"),
        ],
        sites,
        limits={"cases": 2, "high_risk_percent": 50, "small_caseload": 2, "high_risk_min": 1, "intake": 1},
    )
    return under(f, premises={"arrivals_per_cycle": 0})


def test_value() -> None:
    # L is 2. A starts with 1 of 2 and is small; B with 2 of 2, of which one is high risk, and is not over.
    # All to A: n = 5, h = 3, r = 4, one of which at premises. case-limit 5 - 2, high-risk-share 3 - 2, intake 4 - 1,
    # arrivals 1 - 0. A's room for 1 at the start is all there was, so reserve asks 1 at P and 1 at Q; B's 2 serve P.
    f = busy()
    checked = check(plan(f, c2="A", c3="A", c4="A", c5="A"))
    assert {(x.rule, x.officer or x.premises): x.amount for x in checked.findings if x.kind == "excess"} == {
        ("case-limit", "A"): 3,
        ("high-risk-share", "A"): 1,
        ("intake", "A"): 3,
        ("arrivals", "A"): 1,
        ("reserve", "Q"): 1,
    }
    assert checked.goals["excess"] == 3 + 1 + 3 + 1 + 1
    assert GOALS[1].id == "excess"


def test_boundary() -> None:
    # At every limit exactly: c5 makes A's 2 of 2, one received of one; the share grants one of 2. The room of 1 that P
    # and Q had is gone, which is all that is left to pay, with c4 given to nobody.
    f = busy()
    assert check(plan(f, c5="A")).goals["excess"] == 2
    assert check(plan(under(f, premises={"reserve_arrivals": False}), c5="A")).goals["excess"] == 0
    # What breaks a rule or is only told is no excess.
    f = force([officer("A"), officer("B", status="absent")], [current("c1", "B"), new("c2")], divisions={"skills": []})
    bad = plan(f, c2="B")
    assert {x.rule for x in everything(bad)} == {"open", "cover"}
    assert check(bad).goals["excess"] == 0


def test_agrees() -> None:
    # Everything is with A or with B.
    f = busy()
    assert agree(f) == (2**5, 3**5 - 2**5)
    values = {check(p).goals["excess"] for p in every_plan(f) if None not in p.officers}
    assert len(values) > 4


def test_the_model_reaches_no_less_than_the_check() -> None:
    # The decisions of a plan fixed, no choice of the variables that follow from them (which side of an either-or,
    # a share's floor, what is taken of a limit) makes the total of the excesses any less.
    small = under(busy(), limits={"small_caseload": 9, "cases": 1, "freeze_over_limit": False})
    # Of none of A's 1 and B's 2 cases may any be high risk: both start above the share, and may hold none of more.
    above = under(busy(), limits={"small_caseload": 0, "high_risk_percent": 49, "freeze_over_limit": False})
    for f in (busy(), small, above):
        columns = Columns(f)
        model = Model(choices(columns), (Excess(),))
        followers = [variable for derived in model.derived for variable in derived.variables.tolist()]
        assert len(followers) > 5
        for candidate in [p for p in every_plan(f) if None not in p.officers]:
            assert least(model, candidate, columns, followers) == check(candidate).goals["excess"], candidate.officers


def least(model: Model, candidate: Plan, columns: Columns, followers: list[int]) -> int:
    """The least total excess that the model's rows allow for the decisions of a plan."""
    of = candidate.officer_of
    values = model.values(np.array([columns.position[str(of[case_id])] for case_id in columns.case_ids]))
    total = model.total_excess().value(values)
    saved = 0
    for together in independent(model, followers):
        spans = [range(model.linear.lower[v], model.linear.upper[v] + 1) for v in together]
        reached = []
        for chosen in product(*spans):
            trial = values.copy()
            for variable, value in zip(together, chosen, strict=True):
                trial[variable] = value
            if model.linear.holds(trial):
                reached.append(model.total_excess().value(trial))
        saved += total - min(reached)  # what share no row are saved apart
    return total - saved


def independent(model: Model, followers: list[int]) -> list[list[int]]:
    """The variables parted so that no row holds two of different parts."""
    group = {variable: {variable} for variable in followers}
    row, variables, _ = model.linear.terms
    for number in range(len(model.linear.most)):
        touched = [variable for variable in variables[row == number].tolist() if variable in group]
        for variable in touched[1:]:
            if group[variable] is not group[touched[0]]:
                group[touched[0]] |= group[variable]
                for member in group[variable]:
                    group[member] = group[touched[0]]
    return [sorted(part) for part in {id(part): part for part in group.values()}.values()]
