"""What blocks an excess: the rules found make less of it impossible, and no fewer of them do, by trying every plan."""

import random
from itertools import product

import pytest

from allocator.checking import check
from allocator.domain.plan import Plan
from allocator.solver.blocking import OPTIONAL, BlockingTask, RelaxedForce, find_blocking_set
from tests.oracle import brute
from tests.oracle.forces import random_force
from tests.oracle.goals import (
    barred_from_holding,
    barred_from_receiving,
    budget_home,
    excesses,
    permitted,
    receivers,
)
from tests.tiny import current, force, new, officer

LIMITS = ("case-limit", "high-risk-share", "intake", "arrivals", "frozen", "reserve")


def plans_keeping(one, rules):
    """Every plan that keeps some rules and leaves with nobody just those whom nobody may have."""
    everybody = [o.officer_id for o in one.officers]
    ways = []
    for case in one.cases:
        stays = permitted(one, case)
        if not stays and not receivers(one, case):
            ways.append([None])
            continue
        able = []
        for member in one.officers:
            own = member.officer_id == case.officer
            barred = barred_from_holding(one, case, member) if own else barred_from_receiving(one, case, member)
            if not set(barred) & rules and not (case.locked and stays and not own and "locked" in rules):
                able.append(member.officer_id)
        ways.append(able)
    assert everybody or not any(ways)
    limit = one.policy.relationship.max_moves
    for plan in product(*ways):
        moves = {}
        for case, officer_id in zip(one.cases, plan, strict=True):
            if permitted(one, case) and officer_id != case.officer:
                home = budget_home(one, case)
                moves[home] = moves.get(home, 0) + 1
        if "budget" not in rules or limit is None or max(moves.values(), default=0) <= limit:
            yield plan


def least(one, members, target, planned):
    rules = {rule for rule, who in members if who is None}
    limits = {member for member in members if member[1] is not None}
    found = []
    for plan in plans_keeping(one, rules):
        over = excesses(one, plan)
        if all(over.get(member, 0) <= planned.get(member, 0) for member in limits):
            found.append(over.get(target, 0))
    return min(found)


def questions(one):
    plan = brute.best_plans(one)[0]
    planned = {member: amount for member, amount in excesses(one, plan).items() if amount}
    return [BlockingTask(Plan(one, plan), target, planned, 0) for target in planned]


@pytest.mark.parametrize("block_of_seeds", range(4))
def test_what_is_found_blocks_and_nothing_of_it_can_be_left_out(block_of_seeds):
    met = set()
    for seed in range(25 * block_of_seeds, 25 * block_of_seeds + 25):
        one = random_force(seed, officers=3, cases=5)
        for question in questions(one):
            found = find_blocking_set(question, lambda told: None)
            assert found.proved
            amount = question.planned[question.target]
            assert least(one, found.members, question.target, question.planned) == amount, (seed, found)
            for member, witness in zip(found.members, found.witnesses, strict=True):
                rest = [other for other in found.members if other != member]
                assert least(one, rest, question.target, question.planned) < amount, (seed, found, member)
                over = excesses(one, witness.officers)
                assert over.get(question.target, 0) < amount
                assert all(over.get(kept, 0) <= question.planned.get(kept, 0) for kept in rest if kept[1] is not None)
                assert witness.officers in set(plans_keeping(one, {rule for rule, who in rest if who is None}))
            met |= {rule for rule, _ in found.members} | {question.target[0]}
    assert len(met) > 8


def test_the_least_of_an_excess_where_any_rules_are_left_out():
    chance = random.Random(1)
    for seed in range(60):
        one = random_force(seed, officers=3, cases=4)
        for question in questions(one):
            relaxing = RelaxedForce(question)
            some = [member for member in relaxing.members if chance.random() < 0.5]
            bound, value, _ = relaxing.least(some)
            true = least(one, some, question.target, question.planned)
            assert bound <= true <= value, (seed, some)
            assert bound == true or value < question.planned[question.target], (seed, some)


def test_locked_cases_block():
    # A holds 2 of 1, both pinned; B has room.
    one = force(
        [officer("A"), officer("B")],
        [current("c1", "A", locked=True), current("c2", "A", locked=True)],
        limits={"cases": 1},
    )
    (question,) = questions(one)
    assert find_blocking_set(question, lambda told: None).members == (("locked", None),)


def test_a_full_division_blocks():
    # Three cases for two officers who may hold one each; a third officer works elsewhere.
    one = force(
        [officer("A"), officer("B"), officer("C", division="South")],
        [new("c1"), new("c2"), new("c3")],
        limits={"cases": 1, "high_risk_percent": 100},
    )
    (question,) = questions(one)
    other = "B" if question.target[1] == "A" else "A"
    assert find_blocking_set(question, lambda told: None).members == (("division", None), ("case-limit", other))
    assert check(question.plan).goals["excess"] == 1


def test_every_rule_but_one_can_be_left_out():
    assert set(OPTIONAL) >= {"division", "trained", "budget", "locked"}
    assert "permitted" not in OPTIONAL
