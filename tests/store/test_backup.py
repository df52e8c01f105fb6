"""A backup holds everything, and can be restored into either database."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from allocator.access.accounts import add_user, authenticated
from allocator.errors import AllocatorError, InputError
from allocator.jobs.queue import submit
from allocator.store.backups import backup, restore
from allocator.store.histories import case_history
from allocator.store.outbox import deliver
from allocator.store.store import Conflict, Store
from allocator.store.tables import metadata
from allocator.store.verifying import verify
from tests.cycling import ANN, committed, imported, small

PASSWORD = "correct horse battery"


def rows(store):
    with store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name != "sessions"
        }


@pytest.fixture
def full(store, tmp_path):
    """A store with a committed cycle, delivered messages, an account and a problem."""
    committed(store, small(), tmp_path / "force")
    deliver(store, by="cron")
    user = add_user(store, "Ann", "supervisor", by="root", password=PASSWORD, divisions=["North"])
    submit(store, user, "allocate", {"seed": 1}, data=small().model_dump(mode="json"), key="k")
    return store


def test_a_backup_is_restored_whole_into_sqlite(full, tmp_path):
    path = tmp_path / "backup.tar.gz"
    count = backup(full, path)
    assert path.stat().st_mode & 0o077 == 0
    with Store(tmp_path / "other") as other:
        assert restore(other, path) == count
        assert rows(other) == rows(full)
        assert verify(other).problems == ()
        assert authenticated(other, "Ann", PASSWORD).divisions == ("North",)
        assert case_history(other, "c1", by=ANN, purpose="supervision").now
        sent = sorted(p.name for p in other.home.messages.rglob("*") if p.is_file())
        assert sent == sorted(p.name for p in full.home.messages.rglob("*") if p.is_file())
        imported(other, small(name="newer", cycle_date=small().cycle_date.replace(month=12)), tmp_path / "next")
        with pytest.raises(Conflict, match="holds something"):
            restore(other, path)


def test_a_backup_of_sqlite_is_restored_into_whatever_is_asked(store, tmp_path):
    with Store(tmp_path / "first") as first:
        first.upgrade()
        committed(first, small(), tmp_path / "force")
        path = tmp_path / "backup.tar.gz"
        backup(first, path)
        restore(store, path)
        assert rows(store) == rows(first) and verify(store).problems == ()
        # Numbers go on where they ended.
        newer = small(name="newer", cycle_date=small().cycle_date.replace(month=12))
        assert imported(store, newer, tmp_path / "next").id == 2


def test_what_is_no_backup_or_in_the_way_is_told(full, tmp_path):
    (tmp_path / "text").write_text("no backup")
    with Store(tmp_path / "other") as other, pytest.raises(InputError, match="a backup of a store"):
        restore(other, tmp_path / "text")
    with pytest.raises(AllocatorError, match="there already"):
        backup(full, tmp_path / "text")
    with pytest.raises(AllocatorError, match="cannot be written"):
        backup(full, tmp_path / "nowhere" / "backup.tar.gz")
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
