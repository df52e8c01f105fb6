"""A case moved today, and what was done taken back: who has it, who is told, and what newer data makes of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, discard_cycle, submit_cycle
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle
from allocator.app.histories import history_of_case
from allocator.app.imports import import_force
from allocator.app.messages import deliver_messages
from allocator.app.moves import move_case, standing_placement, take_back
from allocator.app.placements import place_case
from allocator.app.views import load_view
from allocator.db.tables import messages
from allocator.errors import AllocatorError, Conflict, InputError, NotThere
from tests.cycling import ANN, BOB, CAT, committed, export, imported, planned, small, with_case, with_officer

ACTOR = claimed(ANN)


def case(store, case_id):
    return load_view(store, ACTOR, "case", today=True).case(case_id)


def letters(store):
    with store.reading() as connection:
        query = select(messages.c.recipient, messages.c.subject, messages.c.state).order_by(messages.c.id)
        return [(row.recipient, row.subject.split(" from ")[0], row.state) for row in connection.execute(query)]


def moved(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    return move_case(store, ACTOR, "c2", "B", reason="conflict", note="")


def test_the_case_goes_at_once_and_both_officers_are_told(store, tmp_path):
    done = moved(store, tmp_path)
    assert (done.case.officer, case(store, "c2").officer) == ("B", "B")
    assert "A" in case(store, "c2").former
    assert letters(store) == [("B", "Case c2 is yours", "waiting"), ("A", "Case c2 has moved on", "waiting")]
    assert verify_log(store, ACTOR).problems == ()
    given = [entry for entry in history_of_case(store, ACTOR, "c2").entries if entry.kind == "given"]
    assert [entry.facts["officer_id"] for entry in given] == ["B"]
    with pytest.raises(AllocatorError, match="would be lost with it"):
        discard_cycle(store, ACTOR)


@pytest.mark.parametrize("delivered", [False, True])
def test_a_move_is_taken_back_as_if_nothing_had_been(store, tmp_path, delivered):
    imported(store, small(), tmp_path / "f")
    before = case(store, "c2")
    move_case(store, ACTOR, "c2", "B", reason="mistake")
    if delivered:
        deliver_messages(store, claimed("cron"))
    assert standing_placement(store, ACTOR, "c2").from_officer_id == "A"
    done = take_back(store, ACTOR, "c2", reason="mistake")
    assert case(store, "c2") == before and done.withdrawn == (0 if delivered else 2)
    if delivered:
        corrections = [("B", "Case c2 is no longer yours"), ("A", "Case c2 is yours again")]
        assert letters(store)[2:] == [(who, what, "waiting") for who, what in corrections]
    else:
        assert [state for _, _, state in letters(store)] == ["withdrawn", "withdrawn"]
    assert standing_placement(store, ACTOR, "c2") is None
    with pytest.raises(Conflict, match="can be taken back"):
        take_back(store, ACTOR, "c2", reason="mistake")
    move_case(store, ACTOR, "c2", "B", reason="staff-risk")
    assert take_back(store, ACTOR, "c2", reason="mistake").case == before
    assert verify_log(store, ACTOR).problems == ()


def test_a_placement_is_taken_back_and_the_case_waits_again(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    before = case(store, "c4")
    place_case(store, ACTOR, "c4", "B", reason="continuity")
    assert take_back(store, ACTOR, "c4", reason="mistake").withdrawn == 1
    assert case(store, "c4") == before
    assert verify_log(store, ACTOR).problems == ()


def test_until_the_next_commit_alone(store, tmp_path):
    moved(store, tmp_path)
    planned(store)
    submit_cycle(store, ACTOR)
    approve_cycle(store, claimed(BOB))
    commit_cycle(store, claimed(CAT))
    with pytest.raises(Conflict):
        take_back(store, ACTOR, "c2", reason="mistake")


def test_between_two_cycles_the_next_is_opened(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    was = case(store, "c2").officer
    to = next(who for who in "AB" if who != was)
    done = move_case(store, ACTOR, "c2", to, reason="team-asked")
    assert done.cycle.id == 2 and case(store, "c2").officer == to
    assert take_back(store, ACTOR, "c2", reason="mistake").case.officer == was
    assert verify_log(store, ACTOR).problems == ()


@pytest.mark.parametrize(
    ("officer", "fate"), [("A", "stays"), ("B", None), ("S", "elsewhere"), (None, "gone")], ids=str
)
def test_what_newer_data_makes_of_a_move(store, tmp_path, officer, fate):
    """An export that still has who had the case before is older than the move, which stands."""
    moved(store, tmp_path)
    newer = small(cases=tuple(c for c in small().cases if c.case_id != "c2")) if officer is None else small()
    if officer not in (None, "A"):
        newer = with_case(newer, "c2", officer=officer)
    done = import_force(store, ACTOR, export(newer, tmp_path / "newer"))
    assert [one.fate for one in done.placements] == ([] if fate is None else [fate])
    if officer is not None:
        assert case(store, "c2").officer == ("B" if officer == "A" else officer)
    assert verify_log(store, ACTOR).problems == ()


def test_who_may_not_have_it_does_not(store, tmp_path):
    of = with_case(with_officer(small(), "B", status="closed"), "c3", locked=True)
    imported(store, of, tmp_path / "f")
    with pytest.raises(AllocatorError, match="B is barred by open"):
        move_case(store, ACTOR, "c2", "B", reason="conflict")
    with pytest.raises(AllocatorError, match="pinned to B"):
        move_case(store, ACTOR, "c3", "A", reason="conflict")
    with pytest.raises(AllocatorError, match="has nobody"):
        move_case(store, ACTOR, "c4", "A", reason="conflict")
    with pytest.raises(InputError, match="another officer"):
        move_case(store, ACTOR, "c2", "A", reason="conflict")
    with pytest.raises(InputError, match="a note"):
        move_case(store, ACTOR, "c2", "B", reason="other")
    with pytest.raises(InputError, match="--reason"):
        move_case(store, ACTOR, "c2", "B", reason="knows-case")
    assert letters(store) == []


def test_what_is_not_there_for_somebody_they_neither_move_nor_take_back(store, tmp_path, person):
    imported(store, small(), tmp_path / "f")
    north = person("supervisor", "north", divisions=["North"])
    for act in (
        lambda: move_case(store, north, "c5", "A", reason="conflict"),
        lambda: move_case(store, north, "c2", "S", reason="conflict"),
        lambda: take_back(store, north, "c5", reason="mistake"),
    ):
        with pytest.raises(NotThere):
            act()
    move_case(store, north, "c2", "B", reason="conflict")
    assert take_back(store, north, "c2", reason="mistake").case.officer == "A"
