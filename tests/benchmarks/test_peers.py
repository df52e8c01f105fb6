"""Peers that need no engine, worked by hand."""

import importlib

from allocator import Plan, check
from benchmarks.peers.by_name import by_name
from benchmarks.peers.key_worker import key_worker
from benchmarks.peers.most_room import most_room
from benchmarks.peers.one_to_one import one_to_one
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
        for peer in (most_room, by_name, key_worker, one_to_one):
            plan = peer(f)
            assert not check(Plan(f, tuple(plan))).broken
            for case, officer_id in zip(f.cases, plan, strict=True):
                if permitted(f, case):
                    assert officer_id == case.officer
                else:
                    assert (officer_id is None) == (not receivers(f, case))


def test_every_peer_says_in_its_first_line_what_it_is():
    solverless = ("most_room", "by_name", "key_worker", "one_to_one")
    for name in ("ours", *solverless, "cpsat_textbook", "cpsat_grouped"):  # those of highspy: see test_race
        doc = importlib.import_module(f"benchmarks.peers.{name}").__doc__
        assert doc is not None and doc.splitlines()[0].endswith(".")


def test_the_key_worker_rule_prefers_who_had_the_case_before():
    # n1: B had it before, though A has more room. n2: its former officer C may not receive it, so A (1 of 4; B 2 of 2).
    # n3: both A and B had it, A holds the lesser share (2 of 4). n4: nobody had it: A holds 3 of 4, B 2 of 2.
    cases = [current("c1", "A"), current("c2", "B"), new("n1", former=frozenset("B")), new("n2", former=frozenset("C"))]
    cases += [new("n3", former=frozenset("AB")), new("n4")]
    officers = [officer("B", capacity=50), officer("A"), officer("C", status="closed")]
    assert key_worker(force(officers, cases, limits={"cases": 4})) == ["A", "B", "B", "A", "A", "A"]


def test_the_key_worker_rule_gives_nothing_to_a_limit_of_none_while_others_may():
    f = force([officer("A", capacity=10), officer("B")], [current("c", "B"), new("n")], **THREE_EACH)
    assert key_worker(f) == ["B", "B"]  # 10% of 3 is a limit of 0


def test_all_that_an_officer_gives_up_goes_to_one_other():
    # X leaves four cases. c3 needs what B alone has, c4 what A alone has; A may receive three of the four, B two.
    # A is fuller than B, yet receives c1, c2 and c4; c3 and then n1 go to most room: B.
    cases = [current(f"a{k}", "A") for k in range(2)]
    cases += [current("c1", "X", excluded=frozenset("B")), current("c2", "X"), current("c3", "X", needs=frozenset("b"))]
    cases += [current("c4", "X", needs=frozenset("a")), new("n1")]
    officers = [officer(name, skills=frozenset(name.lower())) for name in "AB"]
    leaving = officer("X", status="leaving")
    f = force([leaving, *officers], cases, **THREE_EACH)
    assert one_to_one(f) == ["A", "A", "A", "A", "B", "A", "B"]


def test_among_those_who_may_receive_as_many_the_one_with_most_room_is_given_all():
    # X leaves c1 to c3: B (none of 3) has more room than A (1 of 3). Then Y leaves c4: A has 2 left, B none.
    cases = [current("a", "A"), *(current(f"c{k}", "X") for k in (1, 2, 3)), current("c4", "Y")]
    officers = [officer("A"), officer("X", status="leaving"), officer("B"), officer("Y", status="leaving")]
    assert one_to_one(force(officers, cases, **THREE_EACH)) == ["A", "B", "B", "B", "A"]
