"""Tonight's release: a case that has nobody is given to an officer at once, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from allocator.errors import AllocatorError, InputError
from allocator.store.committing import undo
from allocator.store.cycles import Outdated, find
from allocator.store.histories import case_history
from allocator.store.placing import place
from allocator.store.snapshots import load
from allocator.store.store import Conflict
from allocator.store.tables import audit, messages
from allocator.store.verifying import verify
from tests.cycling import ANN, committed, imported, proposed, small


def newest(store):
    with store.reading() as connection:
        cycle = find(connection)
        return cycle, load(connection, cycle.snapshot_id)


def test_a_waiting_case_is_given_in_the_open_cycle_and_the_officer_is_told(store, tmp_path):
    imported(store, small(), tmp_path / "force")
    done = place(store, "c4", "B", by=ANN, reason="knows-case")
    cycle, force = newest(store)
    assert (cycle.id, force.case_by_id["c4"].officer, force.case_by_id["c4"].since) == (1, "B", force.cycle_date)
    assert done.candidate.after.cases == done.candidate.before.cases + 1
    with store.reading() as connection:
        (letter,) = connection.execute(select(messages).where(messages.c.kind == "placed"))
        log = connection.execute(select(audit.c.details).where(audit.c.act == "place")).scalar_one()
    assert letter.recipient == "B" and "Case c4 is yours" in letter.text
    assert "risk" not in log and '"case":"c4"' in log
    assert verify(store).problems == ()


def test_after_a_commit_the_next_cycle_is_opened_with_it(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    new = {"division": "North", "risk": "high"}
    place(store, "c9", "A", by=ANN, reason="specialism", new=new)
    cycle, force = newest(store)
    assert (cycle.id, cycle.state, cycle.follows_id) == (2, "imported", 1)
    assert force.case_by_id["c9"].officer == "A" and force.case_by_id["c9"].risk == "high"
    history = case_history(store, "c9", by=ANN, purpose="supervision")
    assert [entry.kind for entry in history.entries] == ["joined", "given"]


def test_after_an_undo_the_next_cycle_is_opened_with_what_it_left(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    undo(store, by=ANN)
    place(store, "c4", "B", by=ANN, reason="knows-case")
    cycle, force = newest(store)
    assert (cycle.id, cycle.state, cycle.follows_id, cycle.cycle_date) == (2, "imported", None, small().cycle_date)
    assert force.case_by_id["c4"].officer == "B"
    before = {case.case_id: case.officer for case in small().cases if case.case_id != "c4"}
    assert {case_id: force.case_by_id[case_id].officer for case_id in before} == before


def test_a_plan_of_before_is_stale_and_its_pages_too(store, tmp_path):
    proposed(store, small(), tmp_path / "force")
    cycle, _ = newest(store)
    place(store, "c4", "A", by=ANN, reason="geography", version=cycle.version)
    with pytest.raises(Outdated, match="changed since you looked"):
        place(store, "c4", "B", by=ANN, reason="geography", version=cycle.version)
    with store.reading() as connection:
        from allocator.store.proposals import proposal_of, stale

        now = find(connection)
        found = stale(connection, now, proposal_of(connection, now))
    assert [one.case_id for one in found.touched] == ["c4"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("c2", "B", {}), "is with A"),
        (("c4", "S", {}), "barred by division"),
        (("c4", "nobody", {}), "an officer of the force"),
        (("c99", "A", {}), "a case of the force"),
        (("c2", "A", {"new": {"division": "North", "risk": "low"}}), "an id that no case has yet"),
        (("c9", "A", {"new": {"division": "North", "risk": "hig"}}), "risk"),
        (("c9", "A", {"new": {"division": "North", "risk": "low", "excluded": ["A"]}}), "not eligible"),
        (("c4", "A", {"reason": "other"}), "a note"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_changes(store, tmp_path, arguments, says):
    imported(store, small(), tmp_path / "force")
    before = newest(store)
    case_id, officer_id, more = arguments
    with pytest.raises(AllocatorError, match=says):
        place(store, case_id, officer_id, **{"by": ANN, "reason": "knows-case", **more})
    assert newest(store) == before


def test_without_any_data_there_is_nobody_to_give(store):
    with pytest.raises((Conflict, InputError), match="No cycle is open"):
        place(store, "c4", "A", by=ANN, reason="knows-case")
