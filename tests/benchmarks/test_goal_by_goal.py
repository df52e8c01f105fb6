"""Goals in strict order and parts side by side, with engines that are made up."""

import math

from benchmarks.peers.goal_by_goal import Answer, Crew, Told, climb
from benchmarks.peers.linear import LinearModel
from benchmarks.peers.protocol import GOALS, Teller
from tests.tiny import force, new, officer


class Dice:
    """One case, officers "0" to "9": two goals, the officer's parity and then how far they are below 9."""

    goals = ("unplaced", "excess")

    def __init__(self, position=0):
        self.position = position

    def model(self, number, reached):
        self.asked = (number, tuple(reached))
        linear = LinearModel()
        return linear, linear.variable(0, 9)

    def values(self, number, plan):
        return [self.reached(plan)[number]]

    def plan(self, number, values):
        return {self.position: str(9 - values[0])} if number else {self.position: str(values[0])}

    def reached(self, plan):
        value = int(plan[self.position])
        return value % 2, 9 - value


def told_by(engine, start="7", until=math.inf):
    told = []
    climb(Dice(), {0: start}, engine, until, told.append)
    return told


def test_goals_are_proved_in_order_and_better_plans_told():
    answers = iter([Answer([4], 0.0), Answer([1], 1 - 1e-7)])

    def engine(linear, line, start, seconds, found):
        return next(answers)

    # From 7 (odd, so 1): 4 is even; then 8 is 1 below 9, and a bound of almost 1 is 1.
    assert told_by(engine) == [
        Told(plan={0: "4"}),
        Told(goal="unplaced", bound=0, proved=True),
        Told(plan={0: "8"}),
        Told(goal="excess", bound=1, proved=True),
    ]


def test_an_unproved_goal_ends_the_climb_with_its_bound():
    def engine(linear, line, start, seconds, found):
        assert start == [1]
        return Answer(None, -math.inf)

    assert told_by(engine) == [Told(goal="unplaced", bound=0, proved=False)]


def test_a_goal_at_its_least_is_not_solved_and_a_worse_plan_not_told():
    def engine(linear, line, start, seconds, found):
        assert start == [1]
        found([3])
        return Answer([5], 0.0)

    # 8 is even, which is the least; 9 - 3 = 6 and 9 - 5 = 4 are farther below 9 than 8 is.
    assert told_by(engine, start="8") == [
        Told(goal="unplaced", bound=0, proved=True),
        Told(goal="excess", bound=0, proved=False),
    ]


def crew_of(engine, starts):
    f = force([officer(str(k)) for k in range(10)], [new(f"c{k}") for k in range(len(starts))])
    teller = Teller(f, 60)
    builders = [lambda k=k: Dice(k) for k in range(len(starts))]
    Crew(teller, list(starts), engine).run(builders, [[k] for k in range(len(starts))])
    return teller


def test_parts_are_put_together():
    def engine(linear, line, start, seconds, found):
        return Answer([0], 0.0) if start == [1] else Answer([1], 1.0)

    # 7 becomes 0 and then 8; 6 becomes 8; each 1 below 9. The goals after are no part's, and never proved.
    teller = crew_of(engine, ["7", "6"])
    assert teller.standing["end"] == ["8", "8"]
    assert list(teller.proofs) == ["unplaced", "excess"]
    assert teller.bounds == {"unplaced": 0, "excess": 2, "disruption": 0}


def test_bounds_of_the_force_stop_at_the_first_goal_that_a_part_has_not_proved():
    def engine(linear, line, start, seconds, found):
        return Answer(None, -math.inf) if start == [1] else Answer([1], 1.0)

    teller = crew_of(engine, ["7", "6"])  # 7 is stuck at its first goal
    assert teller.standing["end"] == ["7", "8"]
    assert not teller.proofs and teller.bounds == {"unplaced": 0}


def test_a_force_without_parts_is_proved():
    teller = crew_of(None, [])
    assert list(teller.proofs) == list(GOALS) and teller.standing["end"] == []
