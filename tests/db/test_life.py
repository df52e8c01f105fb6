"""The life of a cycle, from the table of acts: every act in every state, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from allocator.app.actors import claimed
from allocator.app.acts import ACTS
from allocator.app.approvals import approve_cycle, submit_cycle
from allocator.app.commits import commit_cycle, undo_cycle
from allocator.app.cycles import all_cycles, show_cycle
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.imports import import_force, roll_over
from allocator.app.overrides import override_case
from allocator.cycles.states import STATES
from allocator.db.assignments import read_holdings
from allocator.db.cycles import find_cycle
from allocator.db.proposals import find_proposal
from allocator.db.tables import audit, caseloads, decisions, divisions, messages
from allocator.errors import AllocatorError, Conflict, InputError
from tests.cycling import (
    ANN,
    BOB,
    CAT,
    act,
    committed,
    export,
    finished,
    imported,
    officer_of,
    planned,
    proposed,
    small,
    state_of,
    to_state,
    with_case,
    with_officer,
)
from tests.tiny import TODAY, current, new, officer


@pytest.mark.parametrize("state", STATES)
def test_every_act_is_allowed_where_the_table_says_so_and_nowhere_else(store, state, tmp_path):
    to_state(store, state, tmp_path)
    for name, entry in ACTS.items():
        opens_the_next = (name == "import" and state in ("committed", "undone", "discarded")) or (
            name == "place" and state in ("committed", "undone")
        )
        if state in entry.before or opens_the_next:
            continue
        count = entries(store)
        with pytest.raises(Conflict, match=f"is {state}|No cycle is open"):
            act(store, name, tmp_path)
        assert (state_of(store), entries(store)) == (state, count)


@pytest.mark.parametrize(("name", "state"), [(a.name, s) for a in ACTS.values() for s in sorted(a.before)])
def test_an_act_leads_where_the_table_says(store, name, state, tmp_path):
    to_state(store, state, tmp_path)
    act(store, name, tmp_path, by=CAT)
    assert state_of(store) == (ACTS[name].after or state)


def entries(store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(audit)).scalar_one()


def count(store, table) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def held(store) -> dict[str, tuple[str, date]]:
    with store.reading() as connection:
        return read_holdings(connection)


def test_a_commit_changes_who_manages_whom_and_an_undo_restores_it(store, tmp_path):
    first = committed(store, small(), tmp_path / "f")
    # c1 leaves U, who is untrained, for A or B; c4 is new; all others stay since 2024.
    now = held(store)
    since = date(2024, 3, 31)
    assert {name: pair for name, pair in now.items() if name not in ("c1", "c4")} == {
        "c2": ("A", since),
        "c3": ("B", since),
        "c5": ("S", since),
    }
    assert now["c1"][0] in ("A", "B") and now["c1"][1] == now["c4"][1] == TODAY
    assert count(store, decisions) == 2 and count(store, caseloads) == 4 and count(store, divisions) == 2
    done = undo_cycle(store, claimed(CAT))
    assert done.cycle.id == first.id and done.cycle.state == "undone"
    assert held(store) == {c: (o, since) for c, o in (("c1", "U"), ("c2", "A"), ("c3", "B"), ("c5", "S"))}


def test_an_undo_is_refused_once_a_later_cycle_builds_on_it(store, tmp_path):
    first = committed(store, small(), tmp_path / "f")
    second = roll_over(store, claimed(ANN)).cycle
    with pytest.raises(Conflict, match=f"Cycle {second.id} builds on cycle {first.id}"):
        undo_cycle(store, claimed(CAT), cycle_id=first.id)
    act(store, "discard", tmp_path)
    assert undo_cycle(store, claimed(CAT), cycle_id=first.id).cycle.state == "undone"


def test_the_frozen_plan_is_the_plan_with_everything_that_made_it(store, tmp_path):
    made = proposed(store, small(), tmp_path / "f")
    with store.reading() as connection:
        kept = find_proposal(connection, find_cycle(connection))
    assert kept.force == small() and kept.plan.officers == made.proposal.plan.officers
    assert kept.facts["seed"] == 0 and {"allocator", "ortools", "python"} <= kept.facts["versions"].keys()
    assert [goal.proven for goal in kept.result.goals] == [True] * 4
    assert kept.proposed_at.utcoffset() is not None and kept.proposed_by == ANN


def test_the_same_export_is_kept_once(store, tmp_path):
    first = imported(store, small(), tmp_path / "f")
    again = import_force(store, claimed(ANN), tmp_path / "f")
    assert again.cycle.snapshot_id == first.snapshot_id and not again.difference


def test_an_import_lists_who_joined_who_left_and_what_changed(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    newer = small(cases=(*with_case(small(), "c3", risk="low").cases[1:], new("c9")))
    done = import_force(store, claimed(ANN), export(newer, tmp_path / "g"))
    assert [(c.name, c.kind, c.column, c.before, c.after) for c in done.difference.of("cases")] == [
        ("c1", "left", None, None, None),
        ("c3", "changed", "risk", "high", "low"),
        ("c9", "joined", None, None, None),
    ]


def test_an_export_of_another_force_is_refused(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    other = small(cases=(new("x1"), new("x2")))
    with pytest.raises(InputError, match="no case that was there before"):
        import_force(store, claimed(ANN), export(other, tmp_path / "g"))


def test_bad_input_leaves_nothing(store, tmp_path):
    export(small(), tmp_path / "f")
    (tmp_path / "f" / "officers.csv").write_text("officer_id,division,mosovo\nA,North,perhaps\n")
    with pytest.raises(InputError, match="perhaps"):
        import_force(store, claimed(ANN), tmp_path / "f")
    assert all_cycles(store, claimed("root")) == () and entries(store) == 0


def test_an_override_is_priced_and_counts_for_four_eyes(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    other = "B" if officer_of(store, "c1") == "A" else "A"
    made = override_case(store, claimed(BOB), "c1", other, reason="knows case", note="met  before")
    # Points of c1: 2 + 1 for low risk + 6 for level 2. Only fairness can differ: c1 moves from U either way.
    assert made.override.effect == {p.name: p.difference for p in made.effect.goals}
    assert {name for name, change in made.override.effect.items() if change} <= {"fairness"}
    assert (made.override.reason, made.override.note) == ("knows-case", "met before")
    assert officer_of(store, "c1") == other
    submit_cycle(store, claimed(CAT))
    for name in (ANN, "ann ", BOB):
        with pytest.raises(Conflict, match="somebody else has to approve"):
            approve_cycle(store, claimed(name))
    assert approve_cycle(store, claimed(CAT)).state == "approved"


def test_four_eyes_can_be_switched_off_by_policy(store, tmp_path):
    of = small()
    proposed(store, of.replace(policy=of.policy.merge({"approval": {"four_eyes": False}})), tmp_path / "f")
    submit_cycle(store, claimed(ANN))
    assert approve_cycle(store, claimed(ANN)).state == "approved"


def test_a_placement_that_breaks_a_rule_needs_an_exemption_which_stands(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    with pytest.raises(InputError, match="these rules bar U: trained"):
        override_case(store, claimed(ANN), "c1", "U", reason="continuity")
    with pytest.raises(InputError, match=r"no rule bars B from case c4|another officer than planned"):
        override_case(store, claimed(ANN), "c4", "B", reason="continuity", exemption="supervised")
    made = override_case(store, claimed(ANN), "c1", "U", reason="continuity", exemption="supervised")
    assert made.override.rules == ("trained",)
    finished(store)
    # In the next cycle it may stay where it is, and is told again.
    roll_over(store, claimed(ANN))
    again = planned(store)
    assert again.proposal.plan.officer_of["c1"] == "U"
    assert [(f.case, f.facts["exempt_from"]) for f in again.proposal.checked.findings if f.rule == "exempted"] == [
        ("c1", "trained")
    ]
    # Once the case has gone to somebody else, the exemption stands no longer.
    act(store, "discard", tmp_path)
    gone = with_case(small(), "c1", officer="A").replace(cycle_date=date(2026, 4, 28))
    imported(store, gone, tmp_path / "g")
    assert not planned(store).proposal.force.exemptions


def test_an_undone_exemption_stands_no_longer(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(ANN), "c1", "U", reason="continuity", exemption="supervised")
    finished(store)
    undo_cycle(store, claimed(CAT))
    imported(store, small(), tmp_path / "f")
    assert planned(store).proposal.plan.officer_of["c1"] != "U"


def test_some_rules_have_no_exemption(store, tmp_path):
    of = with_case(with_officer(small(), "B", status="leaving"), "c2", excluded=frozenset({"U"}), locked=True)
    of = of.replace(cases=(*of.cases, new("c6", excluded=frozenset({"U"}))))
    proposed(store, of, tmp_path / "f")
    for case, who, told in (
        ("c6", "U", "U is not eligible for case c6"),
        ("c6", "B", "B is leaving, so cannot be given case c6"),
        ("c2", "B", "pinned to A"),
    ):
        with pytest.raises(AllocatorError, match=told):
            override_case(store, claimed(ANN), case, who, reason="other", note="x", exemption="only-option")


def test_an_override_beyond_the_budget_is_refused(store, tmp_path):
    of = small()
    of = of.replace(policy=of.policy.merge({"relationship": {"max_moves": 0}}))
    proposed(store, of, tmp_path / "f")
    with pytest.raises(AllocatorError, match="the most is 0"):
        override_case(store, claimed(ANN), "c2", "B", reason="geography")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"reason": "whim"}, "one of knows-case"),
        ({"reason": "other"}, "a note, since --reason is other"),
        ({"reason": "geography", "note": "x" * 1001}, "at most 1,000 letters"),
    ],
)
def test_what_is_wrong_with_an_override_is_told(store, tmp_path, options, told):
    proposed(store, small(), tmp_path / "f")
    with pytest.raises(InputError, match=told):
        override_case(store, claimed(ANN), "c4", "B", **options)


@pytest.mark.parametrize("name", [" ", "A\x07"])
def test_nobody_acts_without_a_name(name):
    with pytest.raises(InputError, match="name of the acting person"):
        claimed(name)


def test_unknown_ids_are_told(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    for case, who in (("c99", "A"), ("c4", "Z")):
        with pytest.raises(InputError, match="of the force"):
            override_case(store, claimed(ANN), case, who, reason="geography")
    with pytest.raises(InputError, match="a cycle from 1 to 1"):
        show_cycle(store, claimed(ANN), purpose="allocation", cycle_id=7)
    with pytest.raises(InputError, match="a case that a commit knows"):
        history_of_case(store, claimed(ANN), "c99", purpose="supervision")
    with pytest.raises(InputError, match="whom a commit knows"):
        history_of_officer(store, claimed(ANN), "Z", purpose="supervision")
    with pytest.raises(InputError, match=r"Maybe audit is meant|one of allocation"):
        show_cycle(store, claimed(ANN), purpose="auditt")


def test_a_history_tells_of_moves_changes_and_what_was_undone(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    undo_cycle(store, claimed(CAT))
    newer = with_case(small(), "c1", risk="medium")
    committed(store, newer, tmp_path / "g")
    found = history_of_case(store, claimed(ANN), "c1", purpose="supervision")
    assert [(e.cycle_id, e.state, e.kind) for e in found.entries] == [
        (1, "undone", "moved"),
        (2, "committed", "changed"),
        (2, "committed", "moved"),
    ]
    assert found.now in ("A", "B") and found.since == TODAY
    move = found.entries[2].facts
    assert (move["from_officer_id"], move["why"], move["months"]) == ("U", "rule trained", 24)
    of_u = history_of_officer(store, claimed(ANN), "U", purpose="supervision")
    told = [(e.cycle_id, e.kind) for e in of_u.entries if e.facts.get("case_id") != "c4"]
    assert told == [(1, "moved"), (1, "caseload"), (2, "moved"), (2, "caseload")]
    assert of_u.entries[-1].facts["given_up"] == 1


def test_rollover_takes_from_the_committed_cycle_what_the_export_leaves_out(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    receiver = held(store)["c1"][0]
    folder = tmp_path / "export"
    folder.mkdir()
    # The export knows neither officers of cases nor settings; c3 has left, c9 is new, c2 is now medium risk.
    (folder / "officers.csv").write_text(
        "officer_id,division,mosovo\nA,North,trained\nB,North,trained\nU,North,none\nS,South,trained\n"
    )
    (folder / "cases.csv").write_text(
        "case_id,division,risk,level\nc1,North,low,2\nc2,North,medium,0\n"
        "c4,North,low,0\nc5,South,low,0\nc9,North,low,0\n"
    )
    done = roll_over(store, claimed(ANN), folder)
    found = show_cycle(store, claimed(ANN), purpose="allocation").force
    assert done.opened and found.cycle_date == date(2026, 4, 28) and found.name == "tiny"
    assert found.case_by_id["c1"].officer == receiver and found.case_by_id["c1"].since == TODAY
    assert found.case_by_id["c1"].former == {"U"} and not found.case_by_id["c4"].former
    assert found.case_by_id["c2"].since == date(2024, 3, 31) and found.case_by_id["c9"].officer is None
    assert found.officer_by_id["U"].buddy == "A"
    listed = [(c.name, c.kind, c.column, c.after) for c in done.difference.changes]
    assert listed == [
        ("c2", "changed", "risk", "medium"),
        ("c3", "left", None, None),
        ("c9", "joined", None, None),
    ]


def test_a_rollover_does_not_lose_an_officer_with_cases_unseen(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "officers.csv").write_text("officer_id,division,mosovo\nA,North,trained\nU,North,none\n")
    (folder / "cases.csv").write_text("case_id,division,risk\nc2,North,low\nc3,North,high\nc5,South,low\n")
    with pytest.raises(InputError) as error:
        roll_over(store, claimed(ANN), folder)
    told = [str(problem) for problem in error.value.problems]
    assert [text.split(":")[1] for text in told] == [
        " expected a row for B, with whom 1 of the cases are as of the last commit\n    Maybe their status is leaving.",
        " expected a row for S, with whom 1 of the cases are as of the last commit\n    Maybe their status is leaving.",
    ]


def test_in_a_rollover_the_export_wins(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    # The export says that c1 never left U, whom the commit left as a former officer, and has a date of its own.
    export(small(cycle_date=date(2026, 5, 1)), tmp_path / "g")
    done = roll_over(store, claimed(ANN), tmp_path / "g")
    found = show_cycle(store, claimed(ANN), purpose="allocation").force
    assert found.case_by_id["c1"].officer == "U" and found.cycle_date == date(2026, 5, 1)
    assert {(c.name, c.column) for c in done.difference.changes} == {
        ("c1", "officer"),
        ("c1", "since"),
        ("c1", "former"),
        ("c4", "officer"),
        ("c4", "since"),
    }


def test_nothing_can_be_rolled_over_without_a_commit_or_beside_an_open_cycle(store, tmp_path):
    with pytest.raises(Conflict, match="No cycle is committed"):
        roll_over(store, claimed(ANN))
    committed(store, small(), tmp_path / "f")
    roll_over(store, claimed(ANN))
    with pytest.raises(Conflict, match="has to be committed or discarded first"):
        roll_over(store, claimed(ANN))


def test_a_list_of_cycles_counts(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    roll_over(store, claimed(ANN))
    first, second = all_cycles(store, claimed("root"))
    assert (first.moved, first.placed, first.unplaced, first.goals["unplaced"]) == (1, 1, 0, 0)
    assert (second.cycle.state, second.cases, second.cycle.follows_id) == ("imported", 5, first.cycle.id)


def test_many_cycles_follow_each_other(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    for _ in range(5):
        roll_over(store, claimed(ANN))
        planned(store)
        finished(store)
    assert [one.cycle.state for one in all_cycles(store, claimed("root"))] == ["committed"] * 6
    assert count(store, messages) > 0 and commit_cycle is not None
    assert officer("A") and current("c", "A")


def test_the_export_of_a_committed_cycle_is_not_planned_once_more(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    with pytest.raises(InputError, match="newer than that of cycle 1, which is committed"):
        imported(store, small(), tmp_path / "f")
    with pytest.raises(InputError, match="cycle_date 2026-03-30"):
        imported(store, small(cycle_date=date(2026, 3, 30)), tmp_path / "f")
    assert len(all_cycles(store, claimed("root"))) == 1
    # Another distribution on the same day is.
    assert imported(store, with_case(small(), "c4", officer="A", since=TODAY), tmp_path / "f").id == 2
