"""What decides what somebody is told or may do is verified: every column of every table, or the manual says why not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, delete, select

import allocator.db.service_tables as service
from allocator.app.accounts import add_user, change_user
from allocator.app.actors import OPERATOR, claimed
from allocator.app.approvals import approve_cycle, submit_cycle
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle
from allocator.app.cover import agree_cover
from allocator.app.duties import record_duties
from allocator.app.overrides import override_case
from allocator.app.policies import change_policy
from allocator.app.problems import post_job
from allocator.app.registers import keep_reductions, keep_supervisors
from allocator.app.scenarios import keep_scenario
from allocator.app.sessions import add_token, open_session
from allocator.db.covering import COVERS, UNVERIFIED
from allocator.db.purging import purge
from allocator.db.registers import replace_supervisors
from allocator.db.servers import join_servers
from allocator.db.store import Store
from allocator.db.tables import Moment, cycles, metadata, overrides, proposals, snapshots
from allocator.errors import Conflict
from allocator.manual.pages import FOLDER
from tests.cycling import ANN, BOB, CAT, committed, imported, officer_of, planned, proposed, small, with_case
from tests.db.test_log import rows, tampered

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A store with a row in every table: two cycles, of which one is committed with an override by exemption."""
    folder = tmp_path_factory.mktemp("lived")
    with Store(folder / "home") as store:
        store.upgrade()
        keep_reductions(store, OPERATOR, written(folder, "officer,percent,reason,from,to\nB,50,training,2026-01-01,\n"))
        keep_supervisors(store, OPERATOR, written(folder, "name,division\nAnn,North\n"))
        proposed(store, small(), folder / "first")
        change_policy(store, OPERATOR, {"limits": {"cases": 45}}, note="why")
        planned(store)
        override_case(store, claimed(BOB), "c1", "U", reason="continuity", exemption="supervised")
        submit_cycle(store, claimed(ANN))
        approve_cycle(store, claimed(CAT))
        commit_cycle(store, claimed(CAT))
        imported(store, with_case(small(cycle_date=date(2027, 1, 4)), "c2", risk="medium"), folder / "second")
        record_duties(
            store, claimed(ANN), ["A"], {"status": "absent", "reason": "training", "starts": date(2026, 1, 1)}
        )
        agree_cover(store, claimed(ANN), {"c2": "B"})
        user = add_user(store, OPERATOR, "Ann", "supervisor", password=PASSWORD, divisions=["North"])
        open_session(store, user)
        add_token(store, user, user, "cron", days=3, scope="propose")
        post_job(store, user, "allocate", {"seed": 1}, data=small().model_dump(mode="json"), key="k")
        join_servers(store, "a" * 32, "one:/home", {"ALLOCATOR_UPLOAD": "32"}, 2)
        keep_scenario(store, user, {"policy": {"limits": {"cases": 45}}}, name="more")
        yield store


def written(folder, text):
    path = folder / "file.csv"
    path.write_text(text)
    return path


def other(column, value):
    """Another value of a column, as SQLite keeps it."""
    if isinstance(column.type, Moment):
        return "2031-01-01 00:00:00.000000"
    if isinstance(column.type, Date):
        return "2031-01-01"
    if isinstance(column.type, JSON):
        return '["forged"]'
    if isinstance(column.type, LargeBinary):
        return b"forged"
    if isinstance(column.type, Boolean):
        return 1 - value
    return (value or 0) + 1_000 if isinstance(column.type, Integer) else "forged"


@pytest.mark.parametrize("column", [column for table in metadata.sorted_tables for column in table.c], ids=str)
def test_a_changed_value_of_any_column_is_noticed_or_the_manual_says_why_not(lived, column):
    table, name = column.table.name, column.name
    with closing(sqlite3.connect(lived.home.folder / "allocator.db", isolation_level=None)) as raw:
        guards = dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for trigger in guards:
            raw.execute(f"DROP TRIGGER {trigger}")
        row, value = raw.execute(f'SELECT rowid, "{name}" FROM {table} ORDER BY rowid LIMIT 1').fetchone()
        raw.execute(f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', (other(column, value), row))
        for trigger in guards.values():
            raw.execute(trigger)
        try:
            problems = verify_log(lived, OPERATOR).problems
        finally:
            for trigger in guards:
                raw.execute(f"DROP TRIGGER {trigger}")
            row = row if value is None or name not in ("id", "seq") or not isinstance(value, int) else row + 1_000
            raw.execute(f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', (value, row))
            for trigger in guards.values():
                raw.execute(trigger)
    if name in UNVERIFIED.get(table, ()):
        assert problems == ()
    else:
        assert problems
    assert verify_log(lived, OPERATOR).problems == ()


@pytest.mark.parametrize("cover", COVERS, ids=lambda cover: cover.table.name)
def test_a_row_that_was_removed_is_noticed_where_it_matters(lived, cover):
    with closing(sqlite3.connect(lived.home.folder / "allocator.db", isolation_level=None)) as raw:
        raw.execute("BEGIN")
        found = raw.execute(f"SELECT * FROM {cover.table.name} ORDER BY rowid LIMIT 1").fetchone()
        raw.execute(f"DELETE FROM {cover.table.name} WHERE rowid = (SELECT min(rowid) FROM {cover.table.name})")
        raw.execute("COMMIT")
        try:
            problems = verify_log(lived, OPERATOR).problems
        finally:
            raw.execute(f"INSERT INTO {cover.table.name} VALUES ({', '.join('?' * len(found))})", found)
    assert bool(problems) == cover.lasting
    assert verify_log(lived, OPERATOR).problems == ()


def test_whatever_is_not_verified_stands_in_the_manual_with_the_reason():
    page = " ".join((FOLDER / "privacy.md").read_text("utf-8").split())
    for table, columns in UNVERIFIED.items():
        for column, reason in columns.items():
            assert f"`{table}.{column}`" in page and reason in page


def approved(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(BOB), "c4", "B" if officer_of(store, "c4") == "A" else "A", reason="geography")
    submit_cycle(store, claimed(ANN))
    approve_cycle(store, claimed(CAT))
    return store


@pytest.mark.parametrize(
    "statement",
    [
        overrides.update().values(officer_id="B", instead_of="A"),
        overrides.update().values(officer_id="A", instead_of="B"),
        overrides.update().values(exemption="authorised"),
        overrides.update().values(by="Cat"),
        delete(overrides),
        proposals.update().values(facts={}),
        proposals.update().values(proposed_by="Dee"),
        cycles.update().values(cycle_date=date(2031, 1, 1)),
        snapshots.update().values(name="another"),
        snapshots.update().values(digest="0" * 64),
        snapshots.update().values(cases=1),
    ],
)
def test_what_was_forged_between_approval_and_commit_is_not_committed(store, tmp_path, statement):
    approved(store, tmp_path)
    with store.reading() as connection:
        before = connection.execute(select(overrides), execution_options={}).all()
    tampered(store, statement)
    with store.reading() as connection:
        same = statement.table is overrides and connection.execute(select(overrides)).all() == before
    if same:  # the officer whom people chose already
        commit_cycle(store, claimed(CAT))
        return
    assert verify_log(store, OPERATOR).problems
    with pytest.raises(Conflict, match=r"is not (as the log says|the one that was approved): somebody changed it"):
        commit_cycle(store, claimed(CAT))


def test_what_was_forged_before_approval_is_not_approved(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(BOB), "c4", "B" if officer_of(store, "c4") == "A" else "A", reason="geography")
    submit_cycle(store, claimed(ANN))
    tampered(store, overrides.update().values(by="Dee"))
    with pytest.raises(Conflict, match="is not as the log says"):
        approve_cycle(store, claimed(BOB))


def test_an_act_upon_what_was_forged_does_not_make_it_true(store):
    made = add_user(store, OPERATOR, "Ann", "viewer", password=PASSWORD)
    tampered(store, service.users.update().values(role="administrator"))
    with pytest.raises(Conflict, match="Account 1 is not as the log says"):
        change_user(store, OPERATOR, made.id, version=made.version, divisions=["North"])
    assert verify_log(store, OPERATOR).problems == ("Account 1: not what audit row 1 says.",)


def test_a_purge_of_what_was_forged_does_not_make_it_true(store, monkeypatch):
    add_user(store, OPERATOR, "Ann", "viewer", password=PASSWORD)
    monkeypatch.setattr("allocator.db.purging._old_entries", lambda *what: [1])
    tampered(store, service.users.update().values(role="administrator"))
    purge(store, date(2026, 1, 1), "root")
    assert verify_log(store, OPERATOR).problems == ("Account 1: changed beside the log before audit row 2.",)


def test_what_a_purge_takes_the_details_of_stays_covered(store, monkeypatch):
    made = add_user(store, OPERATOR, "Ann", "viewer", password=PASSWORD)
    monkeypatch.setattr("allocator.db.purging._old_entries", lambda *what: [1])
    purge(store, date(2026, 1, 1), "root")
    assert verify_log(store, OPERATOR).problems == () and verify_log(store, OPERATOR).since == 1
    change_user(store, OPERATOR, made.id, version=made.version, divisions=["North"])
    assert verify_log(store, OPERATOR).problems == ()
    tampered(store, service.users.update().values(divisions=[]))
    assert verify_log(store, OPERATOR).problems == ("Account 1: not what audit row 3 says.",)


def test_rows_that_change_without_an_entry_of_the_log_are_an_error_of_the_program(store):
    with pytest.raises(RuntimeError, match="supervisors all changed"), store.writing() as writing:
        replace_supervisors(writing.connection, [{"name": "Ann", "division": "North"}])
    assert rows(store) == []


def test_a_log_of_an_earlier_version_covers_rows_from_its_upgrade_on(store, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("allocator.db.covering.RowWatch.pairs", lambda self: {})
        patch.setattr("allocator.db.audit.FIRST", 0)
        committed(store, small(), tmp_path / "f")
    assert verify_log(store, OPERATOR).problems == () and verify_log(store, OPERATOR).since is None
    store.upgrade()
    store.upgrade()
    assert verify_log(store, OPERATOR).problems == () and verify_log(store, OPERATOR).since == 6
    assert [row.act for row in rows(store)][5:] == ["cover"]
    tampered(store, cycles.update().values(cycle_date=date(2031, 1, 1)))
    assert verify_log(store, OPERATOR).problems == ("Cycle 1: not what audit row 6 says.",)
