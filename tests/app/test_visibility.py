"""What somebody may not see is cut out of answers before they are worded: of every kind of answer, for many forces."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass

import pytest

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.changes.officers import OfficerLeaves
from allocator.analysis.compare import compare
from allocator.analysis.effects import Effects
from allocator.analysis.explain import explain
from allocator.analysis.recommend import recommend
from allocator.analysis.scenario import Layer, Scenario
from allocator.analysis.try_scenarios import WhatIf, describe_plan
from allocator.app.view_scope import ViewScope
from allocator.app.visibility import EXCLUSIONS_ALONE, hidden, hidden_in
from allocator.cycles.difference import ForceDifference, RowChange, compare_snapshots
from allocator.cycles.staleness import staleness
from allocator.domain.plan import Finding, Plan
from allocator.errors import NotThere
from allocator.reporting.compare import comparison_document
from allocator.reporting.differences import difference_document, staleness_document
from allocator.reporting.documents import finding_document, finding_documents
from allocator.reporting.plan_files import plan_document, plan_tables
from allocator.reporting.plan_sentences import case_sentences
from allocator.reporting.recommend import effect_document, recommendation_document
from allocator.reporting.scenarios import whatif_document
from allocator.rules import RULE
from allocator.rules.notes.nobody_can import NobodyCan
from tests.results import result
from tests.solver.drawn import drawn
from tests.tiny import current, force, new, officer

SOUTH = ViewScope(frozenset({"South"}))
SCOPES = {
    "a division": SOUTH,
    "excluded": ViewScope(None, "O0"),
    "excluded, of a division": ViewScope(frozenset({"North"}), "O1"),
    "figures alone": ViewScope(aggregates=True),
}


def planned(seed, chance):
    """A drawn force of which some cases exclude somebody, and a plan that moves some of its cases anyhow."""
    of = drawn(seed)
    names = [one.officer_id for one in of.officers]
    cases = [
        case.model_copy(update={"excluded": frozenset({chance.choice(names[:2])})}) if chance.random() < 0.3 else case
        for case in of.cases
    ]
    of = of.replace(cases=tuple(cases))
    return Plan(of, tuple(chance.choice([c.officer, c.officer, *names, None]) for c in of.cases))


def answers(plan, chance):
    """An answer of every kind about a plan, each with what composes its document."""
    of = plan.force
    other = Plan(of, tuple(chance.choice([o, o, c.officer]) for c, o in plan))
    scenario = Scenario((Layer("leaves", changes=(OfficerLeaves(officer="O0"),)),))
    whatif = WhatIf(
        describe_plan(None, result(plan)), (describe_plan(scenario, result(other), plan),), seconds=1, stopped=None
    )
    changed = [c.model_copy(update={"risk": "high", "excluded": frozenset()}) for c in of.cases]
    newer = of.replace(cases=tuple(changed[1:]), officers=of.officers[1:] + of.officers[:1])
    effects, some = Effects(CachedLedger(plan)), chance.choice(of.cases)
    yield explain(result(plan), "digest"), plan_document
    yield explain(result(plan), "digest"), lambda told: [[t.title, *map(list, t.rows)] for t in plan_tables(told)]
    yield explain(result(plan), "digest"), case_sentences
    yield result(plan).findings, finding_documents
    yield whatif, whatif_document
    yield compare(plan, other), lambda told: comparison_document(told, ("one", "other"))
    yield compare_snapshots(of, newer), difference_document
    yield staleness(plan, newer), staleness_document
    yield effects.giving(some, of.officers[0].officer_id), effect_document


@pytest.mark.parametrize("of_whom", SCOPES)
@pytest.mark.parametrize("seed", range(40))
def test_no_answer_names_what_is_hidden_and_all_tell_of_the_rest(seed, of_whom):
    chance = random.Random(seed)
    plan, scope = planned(seed, chance), SCOPES[of_whom]
    cut = hidden_in([plan], scope)
    gone = cut.cases | (cut.officers if cut.everybody else frozenset())
    for answer, document in answers(plan, chance):
        whole, shown = document(EXCLUSIONS_ALONE.cut(answer)), document(cut.cut(answer))
        assert words(shown).isdisjoint({*gone, "excluded"}), document
        # Whatever is about a case that is there is told still.
        assert sorted(about(shown)) == sorted(name for name in about(whole) if name not in cut.cases), document


@pytest.mark.parametrize("seed", range(10))
def test_a_recommendation_lists_officers_of_the_division_and_is_true_of_all(seed):
    plan = planned(seed, random.Random(seed))
    for case in [case for case in plan.force.cases if SOUTH.sees(plan.force, case)][:8]:
        answer = recommend(plan.force, case.case_id)
        shown = hidden(plan.force, SOUTH).cut(answer)
        south = {o.officer_id for o in plan.force.officers if o.division == "South"}
        document = recommendation_document(shown)
        assert {one["officer_id"] for one in document["candidates"] + document["barred"]} <= south
        assert document["says"] == recommendation_document(EXCLUSIONS_ALONE.cut(answer))["says"]


def words(document):
    return set(re.findall(r"[\w-]+", json.dumps(document, default=str)))


def about(document):
    """Ids of the cases that parts of a document are about."""
    if isinstance(document, dict):
        yield from (document[name] for name in ("case_id", "case") if document.get(name))
    if isinstance(document, dict | list | tuple):
        for item in document.values() if isinstance(document, dict) else document:
            yield from about(item)


def test_nothing_hidden_leaves_all_as_it_is_but_for_exclusions():
    told = explain(result(Plan.as_it_stands(force([officer("A")], [current("c1", "A"), new("c2")]))), "digest")
    assert EXCLUSIONS_ALONE.cut(told) == told


def test_a_finding_loses_the_cases_that_are_hidden_and_goes_where_it_names_no_other():
    of = force([officer("A"), officer("S", division="South")], [new("c1"), new("c2", division="South")])
    cut = hidden(of, SOUTH)
    both = Finding("novice", "excess", 2, officer="S", facts={"cases": ("c1", "c2")})
    assert cut.cut((both,))[0].facts == {"cases": ("c2",)}
    assert cut.cut((Finding("novice", "excess", 1, officer="S", facts={"cases": ("c1",)}),)) == ()
    assert cut.cut((Finding("case-limit", "excess", 1, officer="A", facts={}),)) == ()


def test_figures_alone_name_nobody():
    of = force([officer("A")], [new("c1")])
    cut = hidden(of, ViewScope(aggregates=True), Plan.as_it_stands(of))
    findings = (
        Finding("case-limit", "excess", 1, officer="A", facts={"cases": 51, "limit": 50}),
        Finding("budget", "broken", 1, facts={"of": "all", "moves": 2, "limit": 1}),
        Finding("specialist", "note", 0, facts={"division": "North", "skill": "da"}),
    )
    assert cut.cut(findings) == findings[1:2]
    assert cut.cut({"shares": (("A", 100),), "best": "A"}) == {"shares": (), "best": None}


def test_what_people_wrote_goes_where_it_names_a_hidden_case_and_stays_where_it_counts():
    @dataclass(frozen=True)
    class Entry:
        case_id: str
        note: str

    of = force([officer("A")], [new("case 7, b", excluded=frozenset({"A"})), new("c9", excluded=frozenset({"A"}))])
    cut = hidden(of, ViewScope(None, "A"))
    notes = ("brother of c9", "as with case 7, b", "as with case 7", "c90 knows")
    assert [one.note for one in cut.cut(tuple(Entry("c1", note) for note in notes))] == [None, None, *notes[2:]]
    assert cut.cut((Entry("c9", ""),)) == ()
    with pytest.raises(NotThere):
        cut.cut(of.cases[0])


def test_what_either_of_two_plans_hides_is_hidden():
    before = force([officer("A"), officer("S", division="South")], [current("c1", "S", division="South")])
    after = before.replace(cases=(current("c1", "A", division="North"),))
    north = ViewScope(frozenset({"North"}))
    cut = hidden_in([Plan.as_it_stands(before), Plan.as_it_stands(after)], north)
    assert cut.cases == {"c1"} and cut.officers == {"S"} and not hidden(after, north).cases
    assert cut.cut(("A", "S")) == ("A",)


def test_an_exclusion_is_told_as_not_eligible_and_nothing_beside_it():
    barred = {"A": "excluded", "B": "division", "C": "division"}
    reasons = ("division bars 2", "excluded bars 1", "no officer has the skill da")
    facts = {"risk": "low", "barred": barred, "reasons": reasons, "still_with": None}
    found = EXCLUSIONS_ALONE.cut(
        {
            "barred": (("A", ("division", "excluded")), ("B", ("division",))),
            "bars": ("excluded",),
            "count": {"division": 3, "excluded": 1},
            "differences": (
                RowChange("cases", "c1", "changed", "excluded", None, "A"),
                RowChange("cases", "c1", "changed", "risk", "low", "high"),
            ),
            "findings": (
                Finding("excluded", "broken", 1, officer="A", case="c1"),
                Finding(NobodyCan.id, "note", 0, case="c1", facts=facts),
            ),
        }
    )
    findings = found.pop("findings")
    assert found == {
        "barred": (("A", ("not eligible",)), ("B", ("division",))),
        "bars": ("not eligible",),
        "count": {"division": 3, "not eligible": 1},
        "differences": (RowChange("cases", "c1", "changed", "risk", "low", "high"),),
    }
    assert [finding_document(one)["says"] for one in findings] == [
        "A is not eligible for case c1.",
        "Nobody may receive case c1: division bars 2, 1 not eligible, no officer has the skill da.",
    ]
    assert findings[1].facts["barred"] == {"A": "not eligible", "B": "division", "C": "division"}
    assert RULE[NobodyCan.id].sentence(findings[1]).count("excluded") == 0


def test_differences_are_of_rows_that_are_there():
    of = force([officer("A"), officer("S", division="South")], [new("c1"), new("c2", division="South")])
    changes = (
        RowChange("cases", "c1", "left"),
        RowChange("cases", "c2", "left"),
        RowChange("officers", "A", "left"),
        RowChange("policy", "limits.cases", "changed", None, "50", "45"),
    )
    assert hidden(of, SOUTH).cut(ForceDifference(changes)).changes == (changes[1], changes[3])
