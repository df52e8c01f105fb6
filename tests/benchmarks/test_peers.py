"""Peers that need no engine, worked by hand."""

import importlib

from allocator import Plan, check
from benchmarks.peers.by_name import by_name
from benchmarks.peers.most_room import most_room
from tests.oracle.forces import random_force
from tests.oracle.goals import permitted, receivers
from tests.tiny import current, force, new, officer

THREE_EACH = {"limits": {"cases": 3}}


def test_most_room_fills_the_emptiest_first():
    # Held A 2, B 1 of 3. n1: room A 1, B 2, to B; n2: room 1 and 1, to A by name; n3: room A 0, B 1, to B;
    # n4: nobody has room, A by name.
    cases = [current("c1", "A"), current("c2", "A"), current("c3", "B"), *map(new, ("n1", "n2", "n3", "n4"))]
    f = force([officer("B"), officer("A")], cases, **THREE_EACH)
    assert most_room(f) == ["A", "A", "B", "B", "A", "B", "A"]


def test_by_name_fills_the_first_name_to_its_limit():
    # n1: A holds 2 of 3, so A; n2 and n3: A is full, B holds 1 and then 2; n4: both are full and none is over, so A;
    # n5: A is 1 over, B none, so B.
    cases = [current("c1", "A"), current("c2", "A"), current("c3", "B")]
    cases += map(new, ("n1", "n2", "n3", "n4", "n5"))
    f = force([officer("B"), officer("A")], cases, **THREE_EACH)
    assert by_name(f) == ["A", "A", "B", "A", "B", "B", "A", "B"]


def test_a_case_that_may_not_stay_leaves_its_officer_room():
    # c1 may not stay with A: it goes to B (full: 3 of 3, and 1 over then), and A, with 2 held, gets n1 by either peer.
    cases = [current("c1", "A", excluded=frozenset("A")), current("c2", "A"), current("c3", "A")]
    cases += [current("c4", "B"), current("c5", "B"), current("c6", "B"), new("n1")]
    f = force([officer("A"), officer("B")], cases, **THREE_EACH)
    for peer in (most_room, by_name):
        assert peer(f) == ["B", "A", "A", "B", "B", "B", "A"]


def test_simple_plans_break_no_rule_and_move_only_who_must():
    for seed in range(60):
        f = random_force(seed)
        for peer in (most_room, by_name):
            plan = peer(f)
            assert not check(Plan(f, tuple(plan))).broken
            for case, officer_id in zip(f.cases, plan, strict=True):
                if permitted(f, case):
                    assert officer_id == case.officer
                else:
                    assert (officer_id is None) == (not receivers(f, case))


def test_every_peer_says_in_its_first_line_what_it_is():
    for name in ("ours", "most_room", "by_name", "cpsat_textbook", "cpsat_grouped"):  # those of highspy: see test_race
        doc = importlib.import_module(f"benchmarks.peers.{name}").__doc__
        assert doc is not None and doc.splitlines()[0].endswith(".")
