"""Scenarios tried: what each comes to beside the force as it is, and what is kept of a run cut short."""

import pytest

from allocator.analysis import try_scenarios as run
from allocator.analysis.changes import CHANGES
from allocator.analysis.scenario import Scenario, apply_scenario
from allocator.analysis.try_scenarios import WhatIf, try_scenarios
from allocator.checking import check
from allocator.domain.cover import cases_to_cover
from allocator.domain.force import Premises
from allocator.errors import InputError
from allocator.reporting.scenarios import (
    cover_sentence,
    moves_words,
    proof_sentences,
    stopped_sentence,
    tried_sentence,
    whatif_document,
)
from tests.inline import InlinePool
from tests.oracle.brute import best
from tests.oracle.forces import random_force
from tests.results import goals, result
from tests.tiny import current, force, new, officer, plan

# North: A starts with three of two. South: C holds one of two. AP1 is South's, and only C is linked to it.
BASE = force(
    [officer("A"), officer("B"), officer("C", division="South", premises=frozenset({"AP1"}))],
    [*(current(c, "A") for c in ("c1", "c2", "c3")), current("s1", "C", division="South"), new("n1")],
    [Premises(premises_id="AP1", division="South")],
    limits={"cases": 2},
)
LEAVES = Scenario.of("B leaves", CHANGES["officer-leaves"](officer="B"), comment="B goes.")
LOWER = Scenario.of("limit 1", policy={"limits": {"cases": 1}})
NONE = Scenario.of("no moves", policy={"relationship": {"max_moves": 0}})


def tried(scenario, plan_of, monkeypatch):
    """One scenario with a plan made by hand, beside the base where c1 goes to B and n1 too."""
    monkeypatch.setattr(
        run,
        "allocate",
        lambda of, **_: result(plan(of, c1="B", n1="B")) if of is BASE else result(plan_of(of)),
    )
    return try_scenarios(BASE, [scenario], pool=InlinePool()).tried[0]


def test_figures_of_a_plan(monkeypatch):
    found = tried(LEAVES, lambda of: plan(of, c1="A", n1="A"), monkeypatch)
    # A holds four of two, and got n1 after starting over the limit (frozen); C of South holds one of two.
    assert found.excess_by_division == {"North": 3, "South": 0}
    assert (found.optional_moves, found.other_moves, found.affected) == (0, 0, ())
    assert found.moves_by_division == {"North": 0, "South": 0}
    # Without B the fair share of A is all that North has, as that of C is all that South has.
    assert (found.spread.least, found.spread.middle, found.spread.most, found.spread.most_less_least) == (
        100,
        100,
        100,
        0,
    )
    assert tried_sentence(found) == (
        "Worse than without the change: excess 3 instead of 0, the first goal that differs; "
        "2 cases have another officer than in the plan without the change. No case moves."
    )


def test_spread_is_of_fair_shares(monkeypatch):
    found = tried(NONE, lambda of: plan(of, n1="B"), monkeypatch)
    # North has four cases of equal points for two officers: A with three has 150% of a fair share, B with one 50%.
    assert dict(found.spread.shares) == {"A": 150, "B": 50, "C": 100}
    assert (found.spread.middle, found.spread.most_less_least) == (100, 100)


def test_moves_that_were_free_and_moves_that_were_not(monkeypatch):
    leaves = Scenario.of("A leaves", CHANGES["officer-leaves"](officer="A"))
    found = tried(leaves, lambda of: plan(of, c1="B", c2="B", c3="B", s1="C", n1="B"), monkeypatch)
    assert (found.optional_moves, found.other_moves, found.affected) == (0, 3, ("A", "B"))
    assert moves_words(found) == "3 cases move: 3 that could not"
    base = tried(NONE, lambda of: plan(of, c1="B"), monkeypatch)
    assert (base.optional_moves, base.other_moves) == (1, 0)
    assert moves_words(base) == "1 case moves: 1 that could have stayed"


def test_a_shortfall_at_premises_counts_in_their_division(monkeypatch):
    expects = Scenario.of("AP1 expects", CHANGES["premises-expects"](premises="AP1", expected_arrivals=1))
    # C has room for one and it is to be kept; the new case of South takes it.
    arrives = CHANGES["cases-arrive"].model_validate({"cases": [{"case_id": "x", "division": "South", "risk": "low"}]})
    both = Scenario.of("both", *expects.layers[0].changes, arrives)
    found = tried(both, lambda of: plan(of, c1="B", n1="B", x="C"), monkeypatch)
    assert found.excess_by_division == {"North": 0, "South": 1}


@pytest.mark.parametrize("seed", range(25))
def test_every_plan_is_the_best_of_its_force(seed):
    of = random_force(seed, officers=3, cases=4)
    scenarios = [
        Scenario.of("limit 1", policy={"limits": {"cases": 1}}),
        Scenario.of("leaves", CHANGES["officer-leaves"](officer=of.officers[0].officer_id)),
        Scenario.of("two arrive", CHANGES["cases-arrive"](count=2)),
    ]
    answer = try_scenarios(of, scenarios, pool=InlinePool())
    forces = [of, *(apply_scenario(of, scenario) for scenario in scenarios)]
    for tried, changed in zip(answer.all, forces, strict=True):
        assert tried.force == changed and tried.result.proven
        assert tuple(goal.value for goal in tried.result.goals) == best(changed)
        checked = check(tried.result.plan)
        assert sum(tried.excess_by_division.values()) == checked.goals["excess"]
        assert tried.optional_moves + tried.other_moves == len(tried.result.plan.actions["moved"])
        if tried.comparison is not None:
            assert {pair.name: pair.second for pair in tried.comparison.goals} == checked.goals


def test_all_problems_of_all_scenarios_before_anything_is_solved(monkeypatch):
    monkeypatch.setattr(run, "allocate", lambda *_, **__: pytest.fail("solved"))
    wrong = [
        Scenario.of("one", CHANGES["officer-leaves"](officer="a")),
        Scenario.of("two", CHANGES["case-closes"](case="c9")),
    ]
    with pytest.raises(InputError) as error:
        try_scenarios(BASE, wrong, pool=InlinePool())
    assert [problem.value for problem in error.value.problems] == ["a", "c9"]


@pytest.mark.parametrize("names", [("one", "one"), ("one", "without the change")])
def test_plans_are_told_apart_by_name(names):
    with pytest.raises(InputError, match="a name that no other plan of the run has"):
        try_scenarios(BASE, [Scenario.of(name) for name in names], pool=InlinePool())


def cut_short(monkeypatch, *, at, stopped="raised"):
    """Two scenarios, Ctrl-C while the run of a number (the base is 0) is under way."""
    runs = []

    def allocate(of, **_):
        runs.append(of)
        if len(runs) - 1 < at:
            return result(plan(of))
        if stopped == "raised":
            raise KeyboardInterrupt
        return result(plan(of), stopped="interrupted", goals=goals((1, 1), (1, 0), (0, 0), (9, 0)))

    monkeypatch.setattr(run, "allocate", allocate)
    return try_scenarios(BASE, [LEAVES, LOWER], pool=InlinePool())


@pytest.mark.parametrize(
    ("at", "stopped", "kept", "said"),
    [
        (
            0,
            "kept",
            0,
            "Cut short by Ctrl-C: 2 of 2 scenarios were not planned, and the last plan may not be the best.",
        ),
        (1, "raised", 0, "Cut short by Ctrl-C: 2 of 2 scenarios were not planned."),
        (1, "kept", 1, "Cut short by Ctrl-C: 1 of 2 scenarios was not planned, and the last plan may not be the best."),
        (2, "raised", 1, "Cut short by Ctrl-C: 1 of 2 scenarios was not planned."),
        (2, "kept", 2, "Cut short by Ctrl-C: the last plan may not be the best."),
        (3, "kept", 2, None),
    ],
)
def test_ctrl_c_keeps_what_is_planned(monkeypatch, at, stopped, kept, said):
    answer = cut_short(monkeypatch, at=at, stopped=stopped)
    assert (len(answer.tried), stopped_sentence(answer, 2)) == (kept, said)
    assert whatif_document(answer)["stopped"] == (None if said is None else "interrupted")


def test_ctrl_c_before_there_is_any_plan_ends_it(monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        cut_short(monkeypatch, at=0)


def test_what_is_not_proved_is_told(monkeypatch):
    answer = cut_short(monkeypatch, at=1, stopped="kept")
    (sentence,) = proof_sentences(answer)
    assert sentence.startswith("B leaves: not proved best; excess is 1, ")
    assert proof_sentences(WhatIf(answer.base, (), 0.0, None)) == ["Every plan is proved best for its force."]


def test_progress_names_the_scenario():
    told = []
    try_scenarios(BASE, [LEAVES], pool=InlinePool(), progress=lambda name, state: told.append((name, state.parts)))
    assert list(dict(told)) == ["without the change", "B leaves"]


def test_the_document(monkeypatch):
    monkeypatch.setattr(run, "allocate", lambda of, **_: result(plan(of)))
    document = whatif_document(try_scenarios(BASE, [LEAVES], pool=InlinePool()))
    base, leaves = document["plans"]
    assert (base["name"], base["against_base"], base["changes"]) == ("without the change", None, [])
    assert (leaves["name"], leaves["comment"]) == ("B leaves", "B goes.")
    assert leaves["changes"] == ["B leaves and gives up every case."]
    assert leaves["cases"] == {"kept": 4, "moved": 0, "placed": 0, "unplaced": 1}
    assert leaves["unplaced"] == ["n1"]
    assert leaves["spread"]["most_less_least"] == leaves["spread"]["most"] - leaves["spread"]["least"]
    assert [goal["name"] for goal in leaves["goals"]] == ["unplaced", "excess", "disruption", "fairness"]


def test_an_absence_tells_its_cover_and_is_no_improvement():
    """Who is away leaves the figures of evenness, so that a goal may fall; what it takes of others is told."""
    officers = [officer("A"), officer("B"), officer("C")]
    cases = [current(f"a{k}", "A") for k in range(9)] + [current(f"b{k}", "B") for k in range(3)]
    of = force(officers, [*cases, current("a9", "A", needs=frozenset({"rare"}))], limits={"cases": 7})
    away = Scenario.of("away", CHANGES["officer-absent"](officer="A"))
    answer = try_scenarios(of, [away], pool=InlinePool())
    base, tried = answer.all
    assert base.cover is None and cover_sentence(base) is None
    assert tried.cover.uncovered == 1 and tried.cover.officers == 2
    held = len(cases_to_cover(tried.result.plan))
    assert tried.to_cover == held
    assert f"{held} cases of absent officers, 0 of high risk, to be covered: 2 officers cover" in cover_sentence(tried)
    assert "nobody may cover 1." in cover_sentence(tried)
    better = tried.comparison.decisive.difference < 0
    assert tried_sentence(tried).startswith("No better" if better else "Worse")
    assert "Better than" not in tried_sentence(tried)
