"""Newer data between proposal and approval: the plan is stale, what touches it is named, a re-plan keeps the rest."""

from __future__ import annotations

import pytest

from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, return_cycle, submit_cycle
from allocator.app.commits import commit_cycle
from allocator.app.cycles import show_cycle
from allocator.app.imports import import_force
from allocator.app.overrides import override_case
from allocator.domain.force import columns_for_people
from allocator.errors import Conflict
from tests.cycling import ANN, BOB, CAT, export, imported, planned, proposed, small, with_case, with_officer
from tests.tiny import another, new


def newer(store, of, path):
    return import_force(store, claimed(BOB), export(of, path))


def test_newer_data_marks_a_plan_stale_and_stops_every_act_on_it(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    assert newer(store, with_case(small(), "c4", risk="high"), tmp_path / "g").stale
    for act in (submit_cycle, approve_cycle, commit_cycle):
        with pytest.raises(Conflict, match=r"overtaken|has to be"):
            act(store, claimed(CAT))
    with pytest.raises(Conflict, match="It touches the placements of c4"):
        submit_cycle(store, claimed(CAT))
    with pytest.raises(Conflict, match="overtaken"):
        override_case(store, claimed(ANN), "c4", "B", reason="geography")


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_a_plan_that_was_handed_over_goes_stale_too(store, tmp_path, state):
    proposed(store, small(), tmp_path / "f")
    submit_cycle(store, claimed(ANN))
    if state == "approved":
        approve_cycle(store, claimed(BOB))
    newer(store, with_case(small(), "c4", risk="high"), tmp_path / "g")
    with pytest.raises(Conflict, match="overtaken"):
        (approve_cycle if state == "submitted" else commit_cycle)(store, claimed(CAT))
    return_cycle(store, claimed(BOB), reason="newer-data")
    planned(store, keep=True)
    submit_cycle(store, claimed(ANN))
    approve_cycle(store, claimed(BOB))
    assert commit_cycle(store, claimed(CAT)).cycle.state == "committed"


def test_the_same_data_once_more_changes_nothing(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    assert not newer(store, small(), tmp_path / "g").stale
    assert submit_cycle(store, claimed(ANN)).state == "submitted"


def test_what_changed_and_what_it_touches_is_named(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    plan = show_cycle(store, claimed(ANN), purpose="allocation").proposal.plan
    receiver = plan.officer_of["c1"]
    # c4 becomes level 2; c5 leaves; whoever would receive c1 closes; c3's risk changes, but it stays where it is.
    of = with_case(with_case(with_officer(small(), receiver, status="closed"), "c4", level=2), "c3", risk="low")
    of = of.replace(cases=tuple(c for c in of.cases if c.case_id != "c5"))
    newer(store, of, tmp_path / "g")
    stale = show_cycle(store, claimed(ANN), purpose="allocation").stale
    assert {(c.name, c.column or c.kind) for c in stale.difference.changes} == {
        ("c3", "risk"),
        ("c4", "level"),
        ("c5", "left"),
        (receiver, "status"),
    }
    touched = {one.case_id: one for one in stale.touched}
    assert touched.keys() == {"c1", "c4", "c5"}
    assert touched["c1"].bars == ("open",) and [c.column for c in touched["c1"].officer_changes] == ["status"]
    assert touched["c5"].case_changes[0].kind == "left"


def test_a_replan_keeps_what_was_agreed_and_plans_the_rest(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    other = "A" if show_cycle(store, claimed(ANN), purpose="allocation").proposal.plan.officer_of["c1"] == "B" else "B"
    override_case(store, claimed(BOB), "c1", other, reason="knows-case")
    newer(store, small(cases=(*small().cases, new("c6", risk="very_high"))), tmp_path / "g")
    again = planned(store, keep=True)
    plan = again.proposal.plan
    assert again.agreed == 5 and plan.officer_of["c1"] == other and plan.officer_of["c6"] is not None
    assert [o.by for o in again.proposal.overrides] == [BOB]
    # Whoever overrode the plan before still may not approve it.
    submit_cycle(store, claimed(CAT))
    with pytest.raises(Conflict, match="somebody else"):
        approve_cycle(store, claimed(BOB))


def test_whoever_proposed_what_a_replan_keeps_may_not_approve_it(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    for name, person in (("g", BOB), ("h", CAT)):
        newer(store, with_case(small(name=name), "c4", risk="medium"), tmp_path / name)
        planned(store, by=person, keep=True)
    submit_cycle(store, claimed(CAT))
    for person in (ANN, BOB, CAT):
        with pytest.raises(Conflict, match="somebody else"):
            approve_cycle(store, claimed(person))
    assert approve_cycle(store, claimed("Dee")).state == "approved"


def test_a_replan_does_not_keep_what_newer_data_touches(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(BOB), "c1", "U", reason="continuity", exemption="supervised")
    newer(store, with_case(small(), "c1", level=3), tmp_path / "g")
    again = planned(store, keep=True)
    assert again.proposal.overrides == () and not again.proposal.plan.force.exemptions
    assert again.proposal.plan.officer_of["c1"] in ("A", "B") and not again.proposal.checked.broken


def test_a_replan_keeps_an_exemption_whose_case_nothing_touches(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(BOB), "c1", "U", reason="continuity", exemption="supervised")
    newer(store, with_case(small(), "c4", risk="medium"), tmp_path / "g")
    again = planned(store, keep=True)
    assert again.proposal.plan.officer_of["c1"] == "U" and not again.proposal.checked.broken
    assert [f.case for f in again.proposal.checked.findings if f.rule == "exempted"] == ["c1"]


def test_data_that_came_while_the_engines_worked_is_a_conflict(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    with pytest.raises(Conflict, match="changed by somebody else meanwhile"):
        planned(store, progress=once(lambda: newer(store, with_case(small(), "c4", risk="high"), tmp_path / "g")))
    assert show_cycle(store, claimed(ANN), purpose="allocation").proposal is None


def once(act):
    done = []

    def progress(moment) -> None:
        if not done:
            done.append(moment)
            act()

    return progress


def test_keep_needs_a_plan_to_keep(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    with pytest.raises(Conflict, match="has no plan yet"):
        planned(store, keep=True)


@pytest.mark.parametrize("column", sorted(columns_for_people()))
def test_what_people_alone_read_overtakes_no_decision(store, tmp_path, column):
    proposed(store, small(), tmp_path / "f")
    receiver = show_cycle(store, claimed(ANN), purpose="allocation").proposal.plan.officer_of["c1"]
    other = next(o.officer_id for o in small().officers if o.officer_id != receiver)
    override_case(store, claimed(ANN), "c4", other, reason="geography")
    value = other if column == "covered_by" else another(column)
    stale = newer(store, with_case(small(), "c4", **{column: value}), tmp_path / "g")
    assert stale.stale
    planned(store, keep=True)
    after = show_cycle(store, claimed(ANN), purpose="allocation")
    assert after.proposal.plan.officer_of["c4"] == other and after.proposal.overrides
