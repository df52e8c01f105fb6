"""The frontier of moves and fairness, by trying every plan of tiny forces."""

import pytest

from allocator.analysis.frontier import Frontier, frontier
from allocator.checking import check
from allocator.domain.plan import GoalValue
from allocator.reporting.frontier import frontier_sentences
from allocator.solver.frontier import Point
from allocator.solver.goals import PartSolver
from allocator.solver.state import State
from tests.inline import InlinePool
from tests.oracle import brute
from tests.oracle.forces import random_force
from tests.tiny import current, force, new, officer, plan

INLINE = InlinePool()


def fairest(one, moves):
    """Least unplaced, excess, fairness and disruption, in that order, with so many moves."""
    allowed = one.replace(policy=one.policy.merge({"relationship": {"max_moves": moves}}))
    measure = brute.Measure(allowed)
    values = (measure.values(candidate) for candidate in brute.plans(allowed))
    return min((unplaced, excess, fairness, disruption) for unplaced, excess, disruption, fairness in values)


@pytest.mark.parametrize("block", range(4))
def test_each_point_is_the_best_plan_and_more_moves_buy_nothing(block):
    longest = 0
    for seed in range(30 * block, 30 * block + 30):
        one = random_force(seed, officers=3, cases=6)
        found = frontier(one, pool=INLINE)
        assert found.complete and found.stopped is None
        for moves, point in enumerate(found.points):
            assert point.moves == moves
            assert tuple(goal.value for goal in point.goals) == fairest(one, moves), (seed, moves)
            assert all(goal.proven for goal in point.goals)
            checked = check(point.plan)
            assert not checked.broken and point.plan.force.policy.relationship.max_moves == moves
        last = tuple(goal.value for goal in found.points[-1].goals)
        for more in range(len(found.points), len(one.cases) + 1):
            assert fairest(one, more) == last, (seed, more)
        longest = max(longest, len(found.points))
    assert longest > 2


def test_a_range_is_kept_to():
    one = force([officer("A"), officer("B")], [current(f"c{k}", "A") for k in range(6)], limits={"intake": 9})
    # Six equal cases with one of two: three have to move for even shares.
    assert [point.moves for point in frontier(one, pool=INLINE).points] == [0, 1, 2, 3]
    some = frontier(one, first=1, last=2, pool=INLINE)
    assert [point.moves for point in some.points] == [1, 2] and not some.complete
    beyond = frontier(one, first=5, last=10**9, pool=INLINE)
    assert [point.moved for point in beyond.points] == [3] and beyond.complete
    with pytest.raises(ValueError, match="expected from 0 upwards"):
        frontier(one, first=2, last=1, pool=INLINE)


def test_the_policy_of_the_force_is_left_aside():
    one = force([officer("A"), officer("B")], [current(f"c{k}", "A") for k in range(4)], relationship={"max_moves": 0})
    assert [point.moved for point in frontier(one, pool=INLINE).points] == [0, 1, 2]


def test_a_force_without_officers_has_one_point():
    (point,) = frontier(force([], [new("n1")]), pool=INLINE).points
    assert [goal.value for goal in point.goals] == [1, 0, 0, 0]


def points(*figures):
    """Points of (excess, fairness) for 0, 1, 2, ... moves."""
    one_plan = plan(force([officer("A")], [new("n1")]), n1="A")
    names = ("unplaced", "excess", "fairness", "disruption")
    return tuple(
        Point(
            k,
            k,
            tuple(GoalValue(n, v, v, True) for n, v in zip(names, (0, *values, 0), strict=True)),
            one_plan,
        )
        for k, values in enumerate(figures)
    )


@pytest.mark.parametrize(
    ("figures", "knee"),
    [
        # The line from (0, 100) to (4, 0) has 75, 50, 25 in between: furthest below it is 30 at 1, by 45.
        (((0, 100), (0, 30), (0, 20), (0, 10), (0, 0)), 1),
        # Points with more excess are left aside: from (2, 60) to (4, 40) the middle one lies 10 below.
        (((3, 90), (1, 80), (0, 60), (0, 40), (0, 40)), 3),
        (((0, 10), (0, 10)), 0),
        # A straight line has no point below it: the first stands for all.
        (((0, 20), (0, 10), (0, 0)), 0),
    ],
)
def test_the_knee_by_its_rule(figures, knee):
    one = force([officer("A")], [new("n1")])
    assert Frontier(one, points(*figures), True, 0.0, None).knee.moves == knee


def test_without_points_there_is_no_knee():
    assert Frontier(force([], []), (), False, 0.0, "interrupted").knee is None


@pytest.mark.parametrize(("bound", "said"), [(0, "would buy nothing."), (-1, "bought nothing more that was found.")])
def test_that_more_moves_buy_nothing_is_claimed_only_where_it_is_proved(bound, said):
    one = force([officer("A")], [new("n1")])
    (point,) = points((0, 0))
    goals = tuple(GoalValue(goal.name, 0, bound, bound == 0) for goal in point.goals)
    found = Frontier(one, (Point(0, 0, goals, point.plan),), True, 0.0, None)
    assert f"More than 0 moves {said}" in list(frontier_sentences(found))


def test_a_top_below_an_unproved_height_is_not_told_as_proved(monkeypatch):
    def unproved(self):
        self.state = State(self.plan, self._values(self.plan), (0,) * len(self.goals))
        return self.state

    one = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "A")])
    solved = PartSolver.run

    def run(self):
        return solved(self) if self.open_to.pinned.all() else unproved(self)

    monkeypatch.setattr(PartSolver, "run", run)
    found = frontier(one, pool=INLINE)
    assert found.complete and not all(goal.proven for goal in found.points[-1].goals)
