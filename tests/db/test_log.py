"""The audit log: what is logged, and that whatever was changed, removed, inserted or cut off is named."""

from __future__ import annotations

import json
import os
import re
import signal

import pytest
from sqlalchemy import delete, insert, select, text

from allocator.app.actors import claimed
from allocator.app.audit import show_log, verify_log
from allocator.app.cycles import show_cycle
from allocator.app.histories import history_of_case
from allocator.db.audit import read_head, write_head
from allocator.db.own_schema import schema_parts
from allocator.db.snapshots import _RECENT
from allocator.db.tables import (
    audit,
    caseloads,
    cycles,
    decisions,
    divisions,
    holdings,
    messages,
    proposals,
    snapshots,
)
from allocator.errors import AllocatorError, Unavailable
from tests.cycling import ANN, committed, imported, small


@pytest.fixture
def logged(store, tmp_path):
    """A store with a log of a few entries."""
    committed(store, small(), tmp_path / "f")
    return store


def tampered(store, statement):
    """Do what somebody with the database's password could."""
    with store.database.writing() as connection:
        on = schema_parts(connection) if store.database.sqlite else {}
        guards = {name: on[f"trigger {name}"] for name in ("audit_kept", "audit_fixed") if on}
        for name in guards:
            connection.execute(text(f"DROP TRIGGER {name}"))
        if not store.database.sqlite:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        connection.execute(statement)
        for definition in guards.values():
            connection.execute(text(definition))


def rows(store):
    with store.reading() as connection:
        return connection.execute(select(audit).order_by(audit.c.seq)).all()


def test_every_act_is_logged_with_digests_before_and_after(logged):
    found = {row.act: row for row in rows(logged)}
    assert [row.act for row in rows(logged)] == ["import", "propose", "submit", "approve", "commit"]
    assert [row.actor for row in rows(logged)] == ["Ann", "Ann", "Ann", "Bob", "Cat"]
    assert found["propose"].before == found["import"].after and found["propose"].after
    assert found["commit"].before != found["commit"].after
    assert all(row.at.utcoffset() is not None for row in rows(logged))


def test_every_reading_is_logged_with_its_justification(logged):
    show_cycle(logged, claimed("Dee"), purpose="supervision")
    show_cycle(logged, claimed("Dee"), purpose="legal", act="export")
    history_of_case(logged, claimed("Eve"), "c1", purpose="subject-access")
    show_log(logged, claimed("Fay"))
    told = [(row.actor, row.act, row.purpose) for row in rows(logged)[5:]]
    assert told == [
        ("Dee", "read", "supervision"),
        ("Dee", "export", "legal"),
        ("Eve", "read", "subject-access"),
        ("Fay", "read", "audit"),
    ]
    assert json.loads(rows(logged)[7].details) == {"case": "c1", "of": "history"}


def test_nothing_about_a_case_but_its_id_is_logged(logged):
    history_of_case(logged, claimed("Eve"), "c3", purpose="audit")
    kept = " ".join(row.details for row in rows(logged))
    assert not {"high", "low", "North", "risk", "level"} & set(kept.replace('"', " ").split())


def test_a_log_as_it_was_written_verifies(logged):
    assert verify_log(logged, claimed("root")).problems == () and verify_log(logged, claimed("root")).entries == 5
    assert read_head(logged.home.head).count == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "Mallory"),
        ("act", "undo"),
        ("purpose", "legal"),
        ("cycle_id", 9),
        ("before", "0" * 64),
        ("after", "0" * 64),
        ("details_mac", "0" * 64),
        ("mac", "0" * 64),
        ("previous", "0" * 64),
    ],
)
def test_a_changed_row_is_named(logged, column, value):
    tampered(logged, audit.update().where(audit.c.seq == 3).values({column: value}))
    assert "Audit row 3 was changed or inserted." in verify_log(logged, claimed("root")).problems


def test_changed_details_are_named(logged):
    tampered(logged, audit.update().where(audit.c.seq == 2).values(details="{}"))
    problems = verify_log(logged, claimed("root")).problems
    assert problems == ("The details of audit row 2 were changed.", "Plan 1: not in the log.")


def test_details_that_no_purge_took_are_named(logged):
    tampered(logged, audit.update().where(audit.c.seq == 2).values(details=None))
    assert "The details of audit row 2 were removed, and by no purge." in verify_log(logged, claimed("root")).problems


def test_a_removed_row_is_named(logged):
    tampered(logged, delete(audit).where(audit.c.seq == 3))
    assert verify_log(logged, claimed("root")).problems == ("Audit row 3 was removed.",)


def test_a_row_removed_with_the_rest_renumbered_is_named(logged):
    tampered(logged, delete(audit).where(audit.c.seq == 3))
    tampered(logged, audit.update().where(audit.c.seq == 4).values(seq=3))
    tampered(logged, audit.update().where(audit.c.seq == 5).values(seq=4))
    problems = verify_log(logged, claimed("root")).problems
    assert "Audit row 3 was changed or inserted." in problems and "Audit row 5 was cut off at the end." in problems


def test_an_inserted_row_is_named(logged):
    last = rows(logged)[-1]._mapping
    tampered(logged, insert(audit).values({**last, "seq": 6, "previous": last["mac"]}))
    assert verify_log(logged, claimed("root")).problems == (
        "Audit row 6 was changed or inserted.",
        "The details of audit row 6 were changed.",
    )


def test_a_log_cut_off_at_its_end_is_named(logged):
    tampered(logged, delete(audit).where(audit.c.seq >= 4))
    assert "Audit rows 4 to 5 were cut off at the end." in verify_log(logged, claimed("root")).problems


def test_a_log_written_anew_with_another_key_is_named(logged):
    (logged.home.folder / "audit.key").write_text("00" * 32)
    assert len(verify_log(logged, claimed("root")).problems) >= 5


def test_a_missing_head_is_named(logged):
    logged.home.head.unlink()
    assert verify_log(logged, claimed("root")).problems == (
        "The head of the audit log is not where it should be outside the database.",
    )


def test_a_head_that_lags_behind_a_killed_writer_is_no_problem(logged):
    before = logged.home.head.read_bytes()
    show_cycle(logged, claimed(ANN), purpose="audit")
    logged.home.head.write_bytes(before)
    assert verify_log(logged, claimed("root")).problems == ()
    show_cycle(logged, claimed(ANN), purpose="audit")
    assert read_head(logged.home.head).count == 7


def test_changed_data_is_named(logged):
    with logged.reading() as connection:
        snapshot = connection.execute(select(snapshots.c.id)).scalar_one()
    tampered(logged, snapshots.update().values(data=b"x"))
    _RECENT.clear()
    with pytest.raises(AllocatorError, match="damaged or was changed"):
        show_cycle(logged, claimed(ANN), purpose="audit")
    tampered(logged, proposals.update().values(data=None))
    tampered(logged, holdings.update().where(holdings.c.case_id == "c2").values(officer_id="B"))
    assert verify_log(logged, claimed("root")).problems == (
        f"Snapshot {snapshot[:12]} was changed.",
        "Plan 1 was removed, and by no purge.",
        "Who manages whom is not what the last commit or undo left.",
    )


def test_the_database_itself_refuses_to_change_the_log(logged):
    from sqlalchemy.exc import DBAPIError

    for statement in (
        audit.update().where(audit.c.seq == 1).values(actor="Mallory"),
        audit.update().where(audit.c.seq == 1).values(details="{}"),
        delete(audit),
    ):
        with pytest.raises((DBAPIError, AllocatorError)), logged.database.writing() as connection:
            connection.execute(statement)
    assert verify_log(logged, claimed("root")).problems == ()


def test_without_its_key_nothing_is_written(store, tmp_path):
    (store.home.folder / "audit.key").unlink()
    with pytest.raises(AllocatorError, match=r"audit\.key does not exist"):
        imported(store, small(), tmp_path / "f")


NO_HEADS = ("{", "", "\n", '{"count": Infinity, "mac": "0"}', '{"count": true, "mac": "0"}', "[]", '{"count": 1}', None)


@pytest.mark.parametrize("text", NO_HEADS)
def test_a_head_that_is_no_head_is_told_before_anything_is_done(logged, tmp_path, text):
    logged.home.head.unlink()
    if text is None:
        logged.home.head.mkdir()
    else:
        logged.home.head.write_text(text)
    (problem,) = verify_log(logged, claimed("root")).problems
    assert "does not hold the head" in problem or "cannot be read" in problem
    with pytest.raises(AllocatorError, match=r"audit\.head .*Nothing was changed\.\nMaybe put a copy"):
        show_cycle(logged, claimed(ANN), purpose="audit")
    assert len(rows(logged)) == 5


def test_a_log_without_its_head_does_not_go_on(logged):
    logged.home.head.unlink()
    with pytest.raises(AllocatorError, match=r"audit\.head does not exist. Nothing was changed\.\nMaybe put a copy"):
        show_cycle(logged, claimed(ANN), purpose="audit")
    logged.upgrade()
    assert read_head(logged.home.head) is None and len(rows(logged)) == 5


def test_a_log_that_was_cut_off_never_grows_again(logged):
    tampered(logged, delete(audit).where(audit.c.seq >= 4))
    for _ in range(3):
        with pytest.raises(AllocatorError, match=r"row 5, .* is not there as it was\. Nothing was changed\."):
            show_cycle(logged, claimed(ANN), purpose="audit")
    assert "Audit rows 4 to 5 were cut off at the end." in verify_log(logged, claimed("root")).problems


def test_a_head_that_cannot_follow_is_told_with_what_was_done(logged, monkeypatch):
    def full(*files):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("allocator.db.audit.os.replace", full)
        with pytest.raises(AllocatorError, match=r"No space left on device\. What was asked is done and logged"):
            show_cycle(logged, claimed(ANN), purpose="audit")
    assert len(rows(logged)) == 6 and verify_log(logged, claimed("root")).problems == ()
    show_cycle(logged, claimed(ANN), purpose="audit")
    assert read_head(logged.home.head).count == 7


def test_a_new_log_has_a_head(store):
    assert read_head(store.home.head).count == 0 and verify_log(store, claimed("root")).problems == ()


@pytest.mark.parametrize("text", ["", "\n", "00" * 31, "00" * 33, "xy" * 32])
def test_a_key_that_is_none_is_told(logged, text):
    (logged.home.folder / "audit.key").write_text(text)
    for act in (
        lambda store: verify_log(store, claimed(ANN)),
        lambda store: show_cycle(store, claimed(ANN), purpose="audit"),
        lambda store: store.upgrade(),
    ):
        with pytest.raises(AllocatorError, match=r"does not hold a key.*\nMaybe restore it from a backup\."):
            act(logged)


def test_no_other_key_is_made_for_a_log_with_entries(logged):
    (logged.home.folder / "audit.key").unlink()
    with pytest.raises(AllocatorError, match=r"5 entries .* No other was made\.\nMaybe restore it"):
        logged.upgrade()
    with pytest.raises(AllocatorError, match=r"Maybe restore it from a backup\."):
        verify_log(logged, claimed("root"))
    assert not (logged.home.folder / "audit.key").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_after_the_commit_waits_until_the_head_has_followed(logged, monkeypatch, number):
    def late(path, head):
        os.kill(os.getpid(), number)
        write_head(path, head)

    def stop(*what):
        raise KeyboardInterrupt

    monkeypatch.setattr("allocator.db.store.write_head", late)
    before = signal.signal(number, stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            show_log(logged, claimed(ANN))
    finally:
        signal.signal(number, before)
    assert logged.done == "read" and read_head(logged.home.head).count == 6


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (decisions.update().where(decisions.c.case_id == "c1").values(why="new"), "The decisions of cycle 1 are not"),
        (delete(decisions).where(decisions.c.case_id == "c1"), "The decisions of cycle 1 are not"),
        (caseloads.update().where(caseloads.c.officer_id == "A").values(cases=1), "The figures of cycle 1 are not"),
        (divisions.update().values(moved=7), "The figures of cycle 1 are not"),
        (messages.update().where(messages.c.id == 2).values(text="x"), r"Messages 1 to \d+ are not what audit row 5"),
        (messages.update().where(messages.c.id == 2).values(recipient="x"), r"Messages 1 to \d+ are not what audit"),
        (delete(messages).where(messages.c.id == 1), r"Messages 1 to \d+ are not what audit row 5"),
        (cycles.update().values(state="undone"), "Cycle 1 is undone, and the log says committed"),
        (cycles.update().values(proposal_id=None), "The plan of cycle 1 is not the last"),
        (proposals.update().values(proposed_by="Bob"), "Plan 1 is not what audit row 2 says"),
    ],
)
def test_whatever_was_changed_beside_the_log_is_named(logged, statement, says):
    tampered(logged, statement)
    assert any(re.match(says, problem) for problem in verify_log(logged, claimed("root")).problems)


def test_rows_that_the_log_does_not_have_are_named(logged):
    with logged.reading() as connection:
        cycle = dict(connection.execute(select(cycles)).one()._mapping)
        letter = dict(connection.execute(select(messages).order_by(messages.c.id.desc())).first()._mapping)
        plan = dict(connection.execute(select(proposals)).one()._mapping)
    tampered(logged, insert(cycles).values({**cycle, "id": 2, "proposal_id": None}))
    tampered(logged, insert(messages).values({**letter, "id": letter["id"] + 1, "recipient": "Mallory"}))
    tampered(logged, insert(proposals).values({**plan, "id": 2, "cycle_id": 2}))
    assert verify_log(logged, claimed("root")).problems == (
        "Cycle 2 was inserted: the log does not have it.",
        "The log has 1 plans, and there are 2.",
        f"Message {letter['id'] + 1} was inserted: the log does not have it.",
        "Messages of cycle 1: not what audit row 5 says.",
        "Cycle 2: not in the log.",
        "Plan 2: not in the log.",
    )


def test_a_log_without_such_digests_verifies_as_far_as_it_goes(store, tmp_path, monkeypatch):
    for name in ("decisions_digest", "figures_digest"):
        monkeypatch.setattr(f"allocator.app.commits.{name}", lambda *what: "")
    monkeypatch.setattr("allocator.app.commits.letters_since", lambda *what: {})
    committed(store, small(), tmp_path / "f")
    assert verify_log(store, claimed("root")).problems == ()


def test_a_log_is_not_continued_with_another_key(logged):
    (logged.home.folder / "audit.key").write_text("ab" * 32)
    for act in (lambda: show_cycle(logged, claimed(ANN), purpose="audit"), logged.require_ready):
        with pytest.raises(Unavailable, match=r"not the key .*, or its last row was changed\. Nothing"):
            act()
    logged.upgrade()
    assert len(rows(logged)) == 5
