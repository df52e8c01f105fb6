"""Buddies: even load, at most so many each, and nobody without one who could have one, against all assignments."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from allocator.cycles.buddies import propose_buddies
from allocator.reporting.buddies import buddies_document, buddies_sentences
from tests.tiny import current, force, officer


def test_the_least_loaded_buddy_of_the_division_comes_first():
    # Workload: A has two cases, B one. W1 goes to B; then both support as many as A, who supports none: W2 to A.
    of = force(
        [
            officer("A"),
            officer("B"),
            officer("S", division="South"),
            officer("W1", mosovo="awaiting"),
            officer("W2", mosovo="awaiting"),
            officer("N", mosovo="none"),
        ],
        [current("c1", "A"), current("c2", "A"), current("c3", "B")],
    )
    found = propose_buddies(of)
    assert [(p.officer, p.buddy, p.supports) for p in found.pairings] == [("W1", "B", 1), ("W2", "A", 1)]
    assert found.supports == {"A": 1, "B": 1, "S": 0} and found.without == {}
    assert buddies_document(found)["pairings"][0]["buddy"] == "B"
    assert next(buddies_sentences(found)) == "2 buddies are proposed; one supports 2 at most."


def test_links_that_serve_are_kept_and_counted():
    of = force(
        [
            officer("A"),
            officer("B", status="closed"),
            officer("W1", mosovo="awaiting", buddy="A"),
            officer("W2", mosovo="none", buddy="A"),
            officer("W3", mosovo="awaiting"),
        ],
        [],
    )
    found = propose_buddies(of)
    assert [(p.officer, p.buddy) for p in found.pairings] == [("W3", "B")]


@pytest.mark.parametrize(
    ("fields", "reason"), [({"mosovo": "none"}, "none-trained"), ({"status": "absent"}, "none-trained")]
)
def test_who_has_nobody_is_told_with_the_reason(fields, reason):
    of = force([officer("A", **fields), officer("W", mosovo="awaiting")], [])
    found = propose_buddies(of)
    assert found.without == {"W": reason} and not found.pairings
    assert "Nobody for W: nobody trained who has capacity serves in the division." in list(buddies_sentences(found))


def test_a_policy_limits_how_many_one_supports():
    waiting = [officer(f"W{k}", mosovo="awaiting") for k in range(3)]
    found = propose_buddies(force([officer("A"), *waiting], [], training={"buddies": 2}))
    assert [p.officer for p in found.pairings] == ["W0", "W1"] and found.without == {"W2": "all-full"}


def test_a_buddy_who_does_not_serve_is_replaced():
    of = force([officer("A"), officer("L", status="leaving"), officer("W", mosovo="awaiting", buddy="L")], [])
    assert [(p.officer, p.buddy) for p in propose_buddies(of).pairings] == [("W", "A")]


def test_a_buddy_who_does_not_serve_is_replaced_even_where_none_is_required():
    leaver = officer("L", status="leaving")
    of = force(
        [officer("A"), leaver, officer("W", mosovo="awaiting", buddy="L")], [], training={"buddy_required": False}
    )
    assert [(p.officer, p.buddy) for p in propose_buddies(of).pairings] == [("W", "A")]


def test_a_link_to_another_division_takes_up_a_place_only_where_it_serves():
    people = [
        officer("A"),
        officer("S", division="South"),
        officer("W", mosovo="awaiting", buddy="S"),
        officer("V", mosovo="awaiting", division="South"),
    ]
    apart = propose_buddies(force(people, [], training={"buddies": 1}))
    assert {p.officer: p.buddy for p in apart.pairings} == {"V": "S", "W": "A"} and not apart.without
    across = propose_buddies(force(people, [], training={"buddies": 1}, divisions={"cross": True}))
    assert not across.pairings and across.without == {"V": "all-full"}


def test_nobody_without_capacity_is_a_buddy():
    found = propose_buddies(force([officer("A", capacity=0), officer("W", mosovo="awaiting")], []))
    assert found.without == {"W": "none-trained"} and found.supports == {}


@pytest.mark.parametrize("seed", range(60))
def test_no_assignment_serves_more_or_is_more_even(seed):
    chance = Random(seed)
    trained = [officer(f"T{k}", division=chance.choice("NS")) for k in range(chance.randint(1, 4))]
    # Some have a buddy of the other division, who does not serve and whose place the link must not take.
    waiting = [
        officer(f"W{k}", division=d, mosovo="awaiting", buddy=chance.choice([None, *_of_others(trained, d)]))
        for k, d in enumerate(chance.choices("NS", k=chance.randint(1, 4)))
    ]
    linked = [
        officer(f"L{k}", division=t.division, mosovo="none", buddy=t.officer_id)
        for k, t in enumerate(chance.choices(trained, k=chance.randint(0, 2)))
    ]
    of = force([*trained, *waiting, *linked], [], training={"buddies": chance.randint(0, 2)})
    found = propose_buddies(of)
    already = {t.officer_id: sum(1 for o in linked if o.buddy == t.officer_id) for t in trained}

    def worth(choice):
        load = dict(already)
        for buddy in choice:
            if buddy is not None:
                load[buddy] += 1
        # Fewest without, then the most even load: the greatest loads, in falling order, as small as can be.
        return choice.count(None), sorted(load.values(), reverse=True), load

    options = [[None, *(t.officer_id for t in trained if t.division == w.division)] for w in waiting]
    allowed = [
        worth(list(choice))
        for choice in product(*options)
        if all(
            worth(list(choice))[2][t.officer_id] <= max(of.policy.training.buddies, already[t.officer_id])
            for t in trained
        )
    ]
    chosen = {p.officer: p.buddy for p in found.pairings}
    ours = worth([chosen.get(w.officer_id) for w in waiting])
    assert ours[:2] == min(one[:2] for one in allowed)


def _of_others(trained, division):
    return [t.officer_id for t in trained if t.division != division]
