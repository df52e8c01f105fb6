"""Reductions and supervisors in the store: what they change, who sees the reasons, and what the log keeps of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allocator.app.actors import claimed
from allocator.app.approvals import submit_cycle
from allocator.app.audit import show_log
from allocator.app.cycles import show_cycle
from allocator.app.imports import import_force, roll_over
from allocator.app.messages import deliver_messages
from allocator.app.registers import keep_reductions, keep_supervisors, list_reductions
from allocator.app.stores import purge_store
from allocator.errors import Conflict, InputError
from tests.cycling import ANN, committed, export, finished, imported, planned, proposed, small, turn_calendar
from tests.tiny import TODAY


def reduce(store, tmp_path, *rows: str):
    path = tmp_path / "reductions.csv"
    path.write_text("\n".join(["officer,percent,reason,from,to", *rows]) + "\n", encoding="utf-8")
    return keep_reductions(store, claimed(ANN), path)


def supervise(store, tmp_path, *rows: str):
    path = tmp_path / "supervisors.csv"
    path.write_text("\n".join(["name,division", *rows]) + "\n", encoding="utf-8")
    return keep_supervisors(store, claimed(ANN), path)


def officer(store, officer_id):
    found = show_cycle(store, claimed(ANN), purpose="allocation").force.officer_by_id[officer_id]
    return found.capacity, found.status


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    """It is the day of the cycle."""
    return turn_calendar(monkeypatch, small().cycle_date)


def test_an_import_applies_what_is_in_force_at_its_date(store, tmp_path):
    rows = ("A,40,training,2026-03-31,2026-04-01", "B,100,sick leave,2026-03-01,", "S,5,other,2027-01-01,")
    reduce(store, tmp_path, *rows)
    done = import_force(store, claimed(ANN), export(small(), tmp_path / "f"))
    assert done.reduced == ("A", "B")
    assert [officer(store, name) for name in "ABS"] == [(60, "open"), (0, "absent"), (100, "open")]


def test_a_new_list_changes_the_open_cycle_and_makes_its_plan_stale(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    done = reduce(store, tmp_path, "A,100,secondment,2026-03-01,")
    assert done.renewed.id == 1 and officer(store, "A") == (0, "absent")
    with pytest.raises(Conflict, match="1 officer changed"):
        submit_cycle(store, claimed(ANN))
    # The same list once more changes nothing; an empty one gives the capacity back.
    assert reduce(store, tmp_path, "A,100,secondment,2026-03-01,").renewed is None
    assert reduce(store, tmp_path).renewed.id == 1 and officer(store, "A") == (100, "open")
    assert submit_cycle(store, claimed(ANN)).state == "submitted"


def test_a_capacity_comes_back_when_its_reduction_has_ended(store, tmp_path):
    reduce(store, tmp_path, "A,40,training,2026-03-01,2026-04-10")
    committed(store, small(), tmp_path / "f")
    done = roll_over(store, claimed(ANN))  # on 28 April
    assert officer(store, "A") == (100, "open") and not done.difference


def test_reasons_are_for_the_supervisors_of_the_division_alone(store, tmp_path):
    supervise(store, tmp_path, "DI North,North", "DI South,South", "DI Both,North", "DI Both,South")
    reduce(store, tmp_path, "A,40,sick leave,2026-03-01,2026-04-10", "S,20,parental_leave,2026-03-01,")
    imported(store, small(), tmp_path / "f")

    def seen(by):
        return {one.reduction.officer: one.reason for one in list_reductions(store, claimed(by))}

    assert seen("di  north") == {"A": "sick_leave", "S": None}
    assert seen("DI South") == {"A": None, "S": "parental_leave"}
    assert seen("DI Both") == {"A": "sick_leave", "S": "parental_leave"}
    assert seen("Ann") == {"A": None, "S": None}
    logged = str(show_log(store, claimed(ANN)))
    assert "sick" not in logged and "parental" not in logged and "reasons_of" in logged


def test_what_ends_soon_is_shown_with_the_cycle(store, tmp_path):
    reduce(store, tmp_path, "A,40,sick leave,2026-03-01,2026-04-10", "B,20,other,2026-03-01,2026-09-01")
    imported(store, small(), tmp_path / "f")
    shown = show_cycle(store, claimed(ANN), purpose="allocation")
    assert [(count, one.officer) for count, one in shown.expiring] == [(1, "A")]


def test_a_wrong_list_changes_nothing(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    reduce(store, tmp_path, "A,40,training,2026-03-01,")
    with pytest.raises(InputError, match="an officer of the force"):
        reduce(store, tmp_path, "Z,40,training,2026-03-01,")
    with pytest.raises(InputError, match=r"supervisors\.csv"):
        supervise(store, tmp_path, "DI North,")
    assert officer(store, "A") == (60, "open")


def test_a_purge_takes_reductions_that_ended_before(store, tmp_path, calendar):
    reduce(store, tmp_path, "A,40,training,2026-03-01,2026-04-01", "B,40,training,2026-03-01,")
    committed(store, small(), tmp_path / "f")
    roll_over(store, claimed(ANN))
    planned(store)
    finished(store)
    deliver_messages(store, claimed("cron"))
    calendar[0] = TODAY + timedelta(days=10)
    purge_store(store, claimed(ANN), calendar[0])
    assert [one.reduction.officer for one in list_reductions(store, claimed(ANN))] == ["B"]


def test_divisions_that_the_newest_data_does_not_have_are_told(store, tmp_path):
    assert supervise(store, tmp_path, "DI Moss,Nowhere").unknown == ()  # there is no data yet
    imported(store, small(), tmp_path / "f")
    kept = supervise(store, tmp_path, "DI Moss,North", "DI Moss,Nrth")
    assert (len(kept.supervisors), kept.unknown) == (2, ("Nrth",))
