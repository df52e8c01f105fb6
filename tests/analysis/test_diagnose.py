"""What blocks and what cures, by trying every plan of tiny forces."""

from itertools import chain, combinations

import pytest

from allocator.analysis.blocks import BARRING, unplaced_members
from allocator.analysis.diagnose import diagnose
from allocator.analysis.scenario import apply_scenario
from allocator.domain.force import Premises
from allocator.reporting.diagnose import cure_sentence, diagnosis_document, head_sentence, member_sentence
from allocator.rules.columns import Columns
from allocator.solver.parts import choices, relax_rules
from tests.inline import InlinePool
from tests.oracle import brute
from tests.oracle.forces import random_force
from tests.oracle.goals import barred_from_receiving, permitted, receivers
from tests.tiny import current, force, new, officer

INLINE = InlinePool()


def somebody_may(one, case, rules):
    """Whether somebody else may receive a case where only some rules hold."""
    others = (member for member in one.officers if member.officer_id != case.officer)
    return any(not set(barred_from_receiving(one, case, member)) & set(rules) for member in others)


def test_what_leaves_a_case_with_nobody_is_irreducible():
    met = set()
    for seed in range(400):
        one = random_force(seed)
        open_to = choices(Columns(one))
        for case in one.cases:
            if permitted(one, case) or receivers(one, case):
                continue
            rules = [member.rule for member in unplaced_members(one, case)]
            met.add(tuple(rules))
            assert not somebody_may(one, case, rules), (seed, case)
            for subset in chain.from_iterable(combinations(rules, k) for k in range(len(rules))):
                assert somebody_may(one, case, subset), (seed, case, subset)
            # The model says so too: with these rules alone nobody may, without any one of them somebody may.
            place = open_to.columns.case_ids.index(case.case_id)
            for left_out, may in [((), False), *(((rule,), True) for rule in rules)]:
                kept = set(rules) - set(left_out)
                found = relax_rules(open_to, set(BARRING) - kept)
                row = found.receive[open_to.columns.kind[place]].copy()
                if case.officer is not None:
                    row[open_to.columns.position[case.officer]] = False
                assert bool(row.any()) == may, (seed, case, left_out)
    assert len(met) > 10


@pytest.mark.parametrize("block", range(3))
def test_cures_cure(block):
    kinds, tried = set(), 0
    for seed in range(30 * block, 30 * block + 30):
        one = random_force(seed, officers=3, cases=5)
        found = diagnose(one, pool=INLINE)
        base = brute.best(one)
        for blocked in (*found.cases, *found.excesses):
            for cure in blocked.cures:
                changed = apply_scenario(one, cure.scenario)
                if brute.count(changed) > 50_000:
                    continue
                best, tried = brute.best(changed), tried + 1
                if cure.goal == "unplaced":
                    assert (cure.before, cure.after) == (base[0], best[0]) and best[0] < base[0], (seed, cure)
                else:
                    assert (cure.before, cure.after) == (base[1], best[1]), (seed, cure)
                    assert best[1] <= base[1] - blocked.finding.amount and best[0] <= base[0]
                kinds.add(cure.scenario.layers[0].changes[0].id if cure.scenario.layers[0].changes else cure.says[:6])
    assert tried > 30 and len(kinds) > 4


def test_a_limit_is_raised_no_more_than_it_takes():
    # Two officers of limit 2 with five cases: one too many; with a limit of 3 none.
    one = force([officer("A"), officer("B")], [new(f"n{k}") for k in range(5)], limits={"cases": 2})
    (blocked,) = diagnose(one, pool=INLINE).excesses
    assert (blocked.finding.rule, blocked.proved) == ("case-limit", True)
    assert [member.rule for member in blocked.members] == ["case-limit"]
    says = [cure.says for cure in blocked.cures]
    assert "Limit of cases 3 instead of 2" in says
    assert any(says_one.startswith("NEW-1 joins North") for says_one in says)


def test_a_second_link_cures_arrivals():

    site = Premises(premises_id="AP1", division="North")
    residents = [new(f"n{k}", setting="premises", premises="AP1") for k in range(3)]
    one = force([officer("A", premises=frozenset({"AP1"})), officer("B")], residents, [site])
    one = one.replace(policy=one.policy.merge({"premises": {"arrivals_per_cycle": 2}}))
    (blocked,) = diagnose(one, pool=INLINE).excesses
    assert [member.rule for member in blocked.members] == ["premises"]
    assert "B is linked to AP1" in [cure.says for cure in blocked.cures]


def test_a_locked_case_is_told_and_unpinned():
    one = force(
        [officer("A"), officer("B")],
        [current("c1", "A", locked=True), current("c2", "A", locked=True)],
        limits={"cases": 1},
    )
    (blocked,) = diagnose(one, pool=INLINE).excesses
    assert [(member.rule, member.facts["cases"]) for member in blocked.members] == [("locked", ("c1", "c2"))]
    assert member_sentence(blocked.members[0]) == "2 cases of those concerned pinned where they are."
    assert {"Case c1: locked no", "Case c2: locked no"} <= {cure.says for cure in blocked.cures}


def test_nothing_blocks():
    found = diagnose(force([officer("A")], [new("n1")]), pool=INLINE)
    assert (found.cases, found.excesses) == ((), ())
    assert head_sentence(found).startswith("Nothing blocks")


def test_the_document_has_sets_and_cures_that_a_scenario_can_take():
    one = force([officer("A")], [new("n1", needs=frozenset({"da"}))])
    document = diagnosis_document(diagnose(one, pool=INLINE))
    (blocked,) = document["unplaced"]
    assert [member["rule"] for member in blocked["members"]] == ["skills"]
    assert blocked["cures"][0]["change"] == [{"what": "officer-skilled", "officer": "A", "skills": ["da"]}]
    assert blocked["cures"][0]["says"] == "A acquires the skill da (unplaced 0 instead of 1)"


def test_ctrl_c_keeps_what_is_explained():
    one = force([officer("A")], [new(f"n{k}", needs=frozenset({"da"})) for k in range(3)])

    def progress(done, count):
        if done == 2:
            raise KeyboardInterrupt

    found = diagnose(one, pool=INLINE, progress=progress)
    assert found.stopped == "interrupted" and len(found.cases) == 2
    assert cure_sentence(found.cases[0].cures[0])
