"""Workers kept between runs, and proofs remembered: the same plans as cold runs, for less work."""

import numpy as np
import pytest

from allocator import SolverPool, allocate
from allocator.domain.force import Premises
from allocator.rules.columns import ELSEWHERE, NOBODY, Columns
from allocator.solver.parts import choices, split_into_parts
from allocator.solver.pool import part_key
from allocator.synth import draw_divisions
from tests.tiny import current, force, new, officer


@pytest.fixture
def counted(monkeypatch):
    """Tasks given to workers, run by run."""
    given = []
    with SolverPool(2) as pool:
        run = pool.workers.run

        def counting(work, tasks, *others):
            given.append(len(tasks))
            return run(work, tasks, *others)

        monkeypatch.setattr(pool.workers, "run", counting)
        yield pool, given


def test_only_what_changed_is_solved_again(counted):
    pool, given = counted
    drawn = draw_divisions(3, divisions=4, officers=6, cases=240, fill=None, premises=0, untrained=1)
    found = len(split_into_parts(choices(Columns(drawn))))
    allocate(drawn, pool=pool)
    first = sum(given)
    assert first >= 4
    given.clear()
    again = allocate(drawn, pool=pool)
    assert sum(given) == 0 and again.proven
    place = next(
        k for k, case in enumerate(drawn.cases) if case.risk == "low" and case.setting == "community" and case.officer
    )
    cases = list(drawn.cases)
    cases[place] = cases[place].model_copy(update={"risk": "medium"})
    changed = drawn.replace(cases=tuple(cases))
    warm = allocate(changed, pool=pool)
    assert 1 <= sum(given) < found
    cold = allocate(changed)
    assert warm.plan.officers == cold.plan.officers
    assert (warm.goals, warm.without_moves) == (cold.goals, cold.without_moves)


def test_crossing_remembers_divisions_too(counted):
    pool, given = counted
    drawn = draw_divisions(4, divisions=2, officers=6, cases=240, fill=None, premises=0, untrained=1)
    drawn = drawn.replace(policy=drawn.policy.merge({"divisions": {"cross": True}}))
    cold = allocate(drawn, pool=pool)
    given.clear()
    warm = allocate(drawn, pool=pool)
    assert sum(given) == 0
    assert (warm.plan.officers, warm.goals) == (cold.plan.officers, cold.goals)


def test_a_stopped_run_leaves_the_standby_usable():
    drawn = draw_divisions(5)
    with SolverPool(2) as pool:
        assert allocate(drawn, pool=pool, time_limit=0).stopped == "time limit"
        assert allocate(drawn, pool=pool).proven


def test_workers_belong_to_the_standby():
    with SolverPool(1) as pool, pytest.raises(ValueError, match=r"^workers: "):
        allocate(force([], []), workers=1, pool=pool)


def test_a_closed_standby_says_so():
    pool = SolverPool(1)
    pool.close()
    pool.close()
    with pytest.raises(ValueError, match="closed"):
        allocate(force([officer("A"), officer("B")], [new("c1"), new("c2")]), pool=pool)


@pytest.mark.parametrize("workers", [-1, 257])
def test_a_standby_has_a_number_of_workers_that_makes_sense(workers):
    with pytest.raises(ValueError, match=r"^workers: "):
        SolverPool(workers)


def test_a_caller_whose_progress_fails_leaves_no_work_behind():
    drawn = draw_divisions(5)

    def fails(progress):
        if progress.seconds > 0.2:
            raise RuntimeError("no screen")

    with SolverPool(1) as pool:
        with pytest.raises(RuntimeError, match="no screen"):
            allocate(drawn, pool=pool, progress=fails)
        assert allocate(drawn, pool=pool).proven


OFFICERS = [officer("A"), officer("B"), officer("S", division="South")]
CASES = [current("c1", "A"), new("c2"), new("c3", division="South")]


def keys(officers=OFFICERS, cases=CASES, seed=0, **policy):
    open_to = choices(Columns(force(officers, cases, **policy)))
    return {part_key(open_to.part(part), seed) for part in split_into_parts(open_to)}


def test_a_part_is_named_by_what_its_solution_depends_on():
    north = keys() & keys(cases=[*CASES[:2], new("c3", division="South", risk="high")])
    assert len(north) == 1  # the other division changed
    assert not keys() & keys(seed=1)
    assert not keys() & keys(limits={"cases": 49})
    assert len(keys() & keys(officers=[officer("A", capacity=90), *OFFICERS[1:]])) == 1
    for changed in ({"risk": "high"}, {"level": 2}, {"since": CASES[0].since.replace(year=2020)}, {"locked": True}):
        assert len(keys() & keys(cases=[current("c1", "A", **changed), *CASES[1:]])) == 1, changed
    assert len(keys() & keys(cases=[new("c1"), *CASES[1:]])) == 1


def test_a_part_stands_alone():
    open_to = choices(Columns(force(OFFICERS, CASES)))
    for part in split_into_parts(open_to):
        cut = open_to.part(part)
        plan = np.where(open_to.permitted, open_to.columns.current, -1)
        assert cut.columns.officer_ids == [open_to.columns.officer_ids[o] for o in part.officers]
        assert (part.outward(part.inward(plan)) == plan[part.cases]).all()
        assert cut.receive.shape[1] == len(part.officers)


def test_a_part_has_every_array_of_officers_and_cases():
    """What a limit may ask in the rules' own tests, it may ask where a part of a force is solved."""
    sites = [Premises(premises_id=name, division="North") for name in ("P", "Q")]
    at = {"setting": "premises"}
    officers = [officer("A"), officer("B", division="South", premises=frozenset({"Q"})), officer("N", buddy="B")]
    # A knows neither premises; c1 moves to B or stays, and c4 has come from N, who is in no part of theirs.
    cases = [current("c1", "A", level=3, locked=True, premises="P", **at), new("c2", premises="Q", **at)]
    open_to = choices(Columns(force(officers, [*cases, new("c3"), current("c4", "N")], sites)))
    whole = open_to.columns
    some = whole.part(np.array([0, 1]), np.array([0, 1, 3]))
    missing = {name for name, value in vars(whole).items() if isinstance(value, np.ndarray)} - vars(some).keys()
    assert {name for name in missing if not name.startswith("kind_")} == set()
    assert some.level.tolist() == [3, 0, 0] and some.locked.tolist() == [True, False, False]
    assert some.premises.tolist() == [ELSEWHERE, 0, NOBODY]  # P has nobody here; Q is the first that has
    assert some.linked.tolist() == [[False], [True]]
    assert some.current.tolist() == [0, NOBODY, ELSEWHERE]
    less = some.part(np.array([1]), np.array([0, 1, 2]))  # a part of a part
    assert less.current.tolist() == [ELSEWHERE, NOBODY, ELSEWHERE] and less.premises.tolist() == [ELSEWHERE, 0, NOBODY]
    assert whole.part(np.array([1, 2]), np.array([3])).buddy.tolist() == [NOBODY, 0]
