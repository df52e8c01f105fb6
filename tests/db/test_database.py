"""The database: tables as the migrations make them, times, writers that take turns, and errors in plain words."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, select, text

import allocator.db.service_tables  # noqa: F401
from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, submit_cycle
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle
from allocator.app.cycles import all_cycles, show_cycle
from allocator.app.messages import deliver_messages
from allocator.app.overrides import override_case
from allocator.db import database as module
from allocator.db.dialects import for_database
from allocator.db.store import Store
from allocator.db.tables import audit, cycles, messages, metadata
from allocator.errors import AllocatorError, Conflict, Unavailable
from tests.cycling import ANN, BOB, CAT, committed, export, finished, imported, planned, proposed, small, state_of


def test_the_migrations_make_the_tables(store):
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_database_that_nothing_is_written_for_is_refused():
    unknown = SimpleNamespace(dialect=SimpleNamespace(name="oracle"))
    with pytest.raises(AllocatorError, match=r"^oracle found, expected .* one of these kinds: sqlite, postgresql\.$"):
        for_database(unknown, {"sqlite": 1, "postgresql": 2})


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    key = (store.home.folder / "audit.key").read_bytes()
    store.upgrade()
    assert (store.home.folder / "audit.key").read_bytes() == key and len(all_cycles(store, claimed("root"))) == 1


def test_what_was_never_upgraded_is_told(url, tmp_path):
    (tmp_path / "home").mkdir()
    with Store(tmp_path / "home", url) as store, pytest.raises(AllocatorError, match="has no tables yet"):
        all_cycles(store, claimed("root"))


def test_an_older_and_a_newer_store_are_told(store, monkeypatch):
    _, known = module._revisions()
    monkeypatch.setattr(module, "_revisions", lambda: ("9999", known | {"9999"}))
    with pytest.raises(AllocatorError, match=r"older version.\nMaybe run `allocator db upgrade`"):
        all_cycles(store, claimed("root"))
    monkeypatch.setattr(module, "_revisions", lambda: ("0000", frozenset({"0000"})))
    with pytest.raises(AllocatorError, match="newer version"):
        all_cycles(store, claimed("root"))


def test_times_are_utc_and_aware(store):
    west = datetime(2026, 7, 1, 23, 30, 0, 123456, timezone(timedelta(hours=-5)))
    with store.database.writing() as connection:
        values = {"kind": "k", "recipient": "r", "about": "", "state": "withdrawn", "attempts": 0}
        connection.execute(
            text(
                "INSERT INTO snapshots (id, digest, name, cycle_date, officers, cases) "
                "VALUES ('s', 'd', 'n', '2026-07-01', 0, 0)"
            )
        )
        cycle = {"cycle_date": west.date(), "state": "discarded", "version": 1, "snapshot_id": "s", "exported": {}}
        connection.execute(cycles.insert().values(id=1, **cycle))
        connection.execute(messages.insert().values(cycle_id=1, written_at=west, next_at=west, **values))
    with store.reading() as connection:
        found = connection.execute(select(messages.c.written_at)).scalar_one()
        assert found == west and found.utcoffset() == timedelta(0) and found.microsecond == 123456
        # In the database's own order too, whatever zone a time came in.
        later = datetime(2026, 7, 2, 4, 30, 1, tzinfo=UTC)
        assert connection.execute(select(messages.c.id).where(messages.c.written_at < later)).scalars().all() == [1]
        earlier = datetime(2026, 7, 2, 4, 29, tzinfo=UTC)
        assert connection.execute(select(messages.c.id).where(messages.c.written_at < earlier)).scalars().all() == []


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(Exception, match="a time with a zone is needed"), store.reading() as connection:
        connection.execute(select(messages).where(messages.c.written_at < datetime(2026, 1, 1)))


def test_sqlite_is_set_up_for_many_processes(store):
    if not store.database.sqlite:
        pytest.skip("about SQLite alone")
    with store.reading() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}


def together(*acts):
    """Do things at the same moment in threads, each with its own store; what each gave or raised."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except AllocatorError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def with_own_store(url, tmp_path, act):
    def run():
        with Store(tmp_path / "home", url) as own:
            return act(own)

    return run


@pytest.mark.parametrize("_", range(5))
def test_of_two_approvers_at_once_one_wins_and_the_other_is_told(store, url, tmp_path, _):
    proposed(store, small(), tmp_path / "f")
    submit_cycle(store, claimed(ANN))
    found = together(
        *(with_own_store(url, tmp_path, lambda own, n=n: approve_cycle(own, claimed(n))) for n in (BOB, CAT))
    )
    (lost,) = (one for one in found if isinstance(one, AllocatorError))
    (won,) = (one for one in found if not isinstance(one, AllocatorError))
    assert isinstance(lost, Conflict) and won.state == "approved"
    assert "Cycle 1 is approved, by " in str(lost) and "to approve, it has to be submitted" in str(lost)


def test_of_two_commits_at_once_one_wins_and_messages_are_written_once(store, url, tmp_path):
    proposed(store, small(), tmp_path / "f")
    submit_cycle(store, claimed(ANN))
    approve_cycle(store, claimed(BOB))
    found = together(*(with_own_store(url, tmp_path, lambda own: commit_cycle(own, claimed(CAT))) for _ in range(3)))
    assert sorted(isinstance(one, Conflict) for one in found) == [False, True, True]
    won = next(one for one in found if not isinstance(one, Conflict))
    with store.reading() as connection:
        assert len(connection.execute(select(messages.c.id)).all()) == won.messages


def test_two_plans_at_once_one_is_kept(store, url, tmp_path):
    imported(store, small(), tmp_path / "f")
    found = together(*(with_own_store(url, tmp_path, lambda own, n=n: planned(own, n)) for n in (ANN, BOB)))
    # The second either saw the first's plan and made it anew, or lost against it; the cycle has one plan.
    assert sum(isinstance(one, AllocatorError) for one in found) <= 1
    assert all(isinstance(one, Conflict) for one in found if isinstance(one, AllocatorError))
    assert state_of(store) == "proposed" and verify_log(store, claimed("root")).problems == ()


def test_two_deliveries_at_once_deliver_each_message_once(store, url, tmp_path):
    committed(store, small(), tmp_path / "f")
    together(*(with_own_store(url, tmp_path, lambda own: deliver_messages(own, claimed("cron"))) for _ in range(3)))
    with store.reading() as connection:
        count = len(connection.execute(select(messages.c.id).where(messages.c.state == "delivered")).all())
        disclosed = connection.execute(select(audit.c.seq).where(audit.c.act == "disclose")).all()
        assert connection.execute(select(messages.c.id).where(messages.c.state != "delivered")).all() == []
    assert len(disclosed) == count == len(list(store.home.messages.rglob("*.txt")))


def test_no_log_entry_of_many_writers_is_lost(store, url, tmp_path):
    committed(store, small(), tmp_path / "f")

    def read(own):
        for _ in range(10):
            show_cycle(own, claimed(ANN), purpose="audit")

    together(*(with_own_store(url, tmp_path, read) for _ in range(4)))
    assert verify_log(store, claimed("root")).entries == 5 + 40 and verify_log(store, claimed("root")).problems == ()


def test_a_full_disk_is_told_and_changes_nothing(store, tmp_path, monkeypatch):
    proposed(store, small(), tmp_path / "f")
    before = verify_log(store, claimed("root")).entries
    if store.database.sqlite:

        def full(connection, record):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

        store.close()
        event.listen(store.database.engine, "connect", full)
    else:
        monkeypatch.setattr("allocator.db.store.require_own_schema", lambda connection: None)  # the disk is a trigger
        with store.database.writing() as connection:
            connection.execute(
                text(
                    "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
                    "EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
                )
            )
            connection.execute(text("CREATE TRIGGER full_disk BEFORE INSERT ON messages EXECUTE FUNCTION full_disk()"))
    with pytest.raises(AllocatorError, match=r"there is no space left for it\. Nothing was changed\."):
        for _ in range(60):
            override_case(store, claimed(ANN), "c4", "B", reason="geography", note="x" * 900)
            override_case(store, claimed(ANN), "c4", "A", reason="geography", note="x" * 900)
        finished(store)
    assert state_of(store) in ("proposed", "approved")
    # With room again, all goes on.
    if store.database.sqlite:
        event.remove(store.database.engine, "connect", full)
        store.close()
    else:
        with store.database.writing() as connection:
            connection.execute(text("DROP TRIGGER full_disk ON messages"))
    assert verify_log(store, claimed("root")).problems == ()
    if state_of(store) == "proposed":
        finished(store)
    else:
        commit_cycle(store, claimed(CAT))
    assert verify_log(store, claimed("root")).entries > before and verify_log(store, claimed("root")).problems == ()


def test_a_read_only_database_is_told(store, url, tmp_path):
    committed(store, small(), tmp_path / "f")
    if store.database.sqlite:
        where = f"sqlite:///file:{store.home.folder / 'allocator.db'}?mode=ro&uri=true"
    else:
        with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        where = url
    export(small(), tmp_path / "g")
    with Store(store.home.folder, where) as shut:
        assert len(all_cycles(shut, claimed("root"))) == 1
        with pytest.raises(AllocatorError, match=r"it cannot be written \(read only\)\. Nothing was changed\."):
            show_cycle(shut, claimed(ANN), purpose="audit")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("sqlite:////nowhere/at/all/x.db", "does not exist"),
        ("postgresql://nobody@127.0.0.1:1/x", "the server cannot be reached"),
        ("mysql://x/y", "expected the URL of an SQLite or PostgreSQL database"),
        ("allocator.db", "URL cannot be read"),
    ],
)
def test_a_database_that_cannot_be_had_is_told(tmp_path, wrong, told):
    (tmp_path / "home").mkdir()
    with pytest.raises(AllocatorError, match=told), Store(tmp_path / "home", wrong) as store:
        all_cycles(store, claimed("root"))


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "allocator.db").write_text("no database at all, but long enough to be read as one" * 50)
    with Store(tmp_path) as store, pytest.raises(AllocatorError, match="not an SQLite database"):
        all_cycles(store, claimed("root"))


def test_a_password_is_never_shown(tmp_path):
    (tmp_path / "home").mkdir()
    wrong = "postgresql://ann:hunter2@127.0.0.1:1/x"
    with Store(tmp_path / "home", wrong) as store, pytest.raises(AllocatorError) as error:
        all_cycles(store, claimed("root"))
    assert "hunter2" not in str(error.value)


def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with Store(tmp_path / "file" / "home") as store, pytest.raises(AllocatorError, match="cannot be written"):
        store.upgrade()


def test_a_reading_makes_nothing(tmp_path):
    (tmp_path / "home").mkdir()
    with Store(tmp_path / "home") as store, pytest.raises(AllocatorError, match="has no tables yet"):
        all_cycles(store, claimed("root"))
    assert list((tmp_path / "home").iterdir()) == []


def test_only_its_owner_can_read_what_an_upgrade_makes_or_finds(tmp_path):
    before = os.umask(0o022)
    try:
        for home, url in (("a/home", None), ("b/home", f"sqlite:///{tmp_path}/new/own.db")):
            for _ in range(2):
                with Store(tmp_path / home, url) as store:
                    store.upgrade()
                    all_cycles(store, claimed("root"))
                    path = Path(store.database.engine.url.database)
                    assert [p for p in tmp_path.rglob("*") if p.stat().st_mode & 0o077] == []
                    path.chmod(0o644)
            path.chmod(0o600)
    finally:
        os.umask(before)


def test_a_turn_to_write_is_there_or_not_within_a_second(store):
    store.database.require_turn()
    with store.database.writing(), pytest.raises(Unavailable, match="keeps it locked"):
        store.database.require_turn()
    noted = []
    store.database.worked = noted.append
    store.database.require_turn()
    assert noted == ["writing"]
