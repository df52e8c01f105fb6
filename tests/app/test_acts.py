"""The table of acts, states and rights: what somebody may do now, and what they are refused."""

from __future__ import annotations

import pytest

from allocator.app.accounts import change_user
from allocator.app.actors import OPERATOR, claimed
from allocator.app.acts import ACTS, possible_acts, require_act
from allocator.app.approvals import approve_cycle, discard_cycle, submit_cycle
from allocator.app.decisions import DECISIONS, decide_cycle
from allocator.app.rights import RIGHTS
from allocator.app.views import load_view
from allocator.cycles.states import STATES
from allocator.errors import Conflict, Denied, NotThere
from tests.cycling import ANN, export, imported, proposed, small, state_of, to_state, with_case


def may(store, actor) -> set[str]:
    seen = load_view(store, actor, "cycle", cycle_id=1)
    return set(seen.possible)


def test_every_act_takes_a_right_and_leads_from_states_to_one():
    for act in ACTS.values():
        assert act.right in RIGHTS and act.before <= set(STATES) and act.after in (*STATES, None)
    assert set(DECISIONS) == {act.name for act in ACTS.values() if act.after not in (None, "proposed")} | {"return"}


@pytest.mark.parametrize(
    ("state", "supervisor", "approver"),
    [
        ("imported", {"import", "place", "propose", "discard"}, set()),
        ("proposed", {"import", "place", "propose", "override", "submit", "discard"}, set()),
        ("submitted", {"import", "place", "return", "discard"}, {"return", "approve"}),
        ("approved", {"import", "place", "return", "discard"}, {"return", "commit"}),
        ("committed", set(), {"undo"}),
        ("undone", set(), set()),
        ("discarded", set(), set()),
    ],
)
def test_who_may_do_what_in_each_state(store, person, tmp_path, state, supervisor, approver):
    to_state(store, state, tmp_path)
    assert may(store, person("supervisor")) == supervisor
    assert may(store, person("approver")) == approver
    assert may(store, person("viewer")) == set()


def test_who_works_for_some_divisions_neither_imports_nor_ends_a_cycle(store, person, tmp_path):
    to_state(store, "proposed", tmp_path)
    north = person("supervisor", divisions=["North"])
    assert may(store, north) == {"place", "propose", "override", "submit"}
    for act in ("import", "discard"):
        with pytest.raises(Denied, match="whole force"):
            require_act(north, act)
    with pytest.raises(Denied, match="whole force"):
        discard_cycle(store, north)
    assert state_of(store) == "proposed"


def test_who_proposed_the_plan_may_not_approve_it_under_any_spelling(store, person, tmp_path):
    proposed(store, small(), tmp_path / "f")
    submit_cycle(store, claimed(ANN))
    ann = person("approver", ANN.upper())
    assert "approve" not in may(store, ann)
    with pytest.raises(Conflict, match="somebody else has to approve"):
        approve_cycle(store, ann)
    assert "approve" in may(store, person("approver"))


def test_a_plan_that_newer_data_overtook_can_only_be_planned_again_or_ended(store, person, tmp_path):
    proposed(store, small(), tmp_path / "f")
    imported(store, with_case(small(), "c4", risk="high"), tmp_path / "g")
    assert may(store, person("supervisor")) == {"import", "place", "propose", "discard"}


@pytest.mark.parametrize("act", DECISIONS)
def test_a_decision_needs_its_right_whatever_the_state(store, person, tmp_path, act):
    imported(store, small(), tmp_path / "f")
    for role in ("viewer", "planner", "administrator"):
        with pytest.raises(Denied, match=f"Your role \\({role}\\)"):
            decide_cycle(store, person(role, f"{role} of {act}"), act, reason="placement")
    assert state_of(store) == "imported"


def test_an_account_that_is_closed_may_do_nothing(store, person):
    user = person("approver")
    closed = change_user(store, claimed("root"), user.id, version=user.version, active=False)
    for act in ACTS:
        with pytest.raises(Denied):
            require_act(closed, act)


def test_decisions_by_name_lead_where_the_table_says(store, person, tmp_path):
    proposed(store, small(), tmp_path / "f")
    supervisor, approver = person("supervisor"), person("approver")
    steps = [
        (supervisor, "submit"),
        (approver, "return"),
        (supervisor, "submit"),
        (approver, "approve"),
        (approver, "commit"),
        (approver, "undo"),
    ]
    for who, act in steps:
        assert decide_cycle(store, who, act, cycle_id=1, reason="placement").state == ACTS[act].after
    with pytest.raises(NotThere):
        decide_cycle(store, supervisor, "import")


def test_whoever_claims_a_name_has_every_right(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    cycle = load_view(store, OPERATOR, "cycle", cycle_id=1).cycle
    assert set(possible_acts(OPERATOR, cycle, None, stale=False)) == {"import", "place", "propose", "discard"}
    export(small(), tmp_path / "again")
