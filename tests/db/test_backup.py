"""A backup holds everything, and can be restored into either database."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from sqlalchemy import delete, func, select

from allocator.db.accounts import add_user, authenticate
from allocator.db.backups import backup, restore
from allocator.db.histories import case_history
from allocator.db.jobs import submit_job
from allocator.db.outbox import deliver
from allocator.db.store import Conflict, Store
from allocator.db.tables import audit, metadata
from allocator.db.verifying import verify
from allocator.errors import AllocatorError, InputError
from tests.cycling import ANN, committed, imported, small
from tests.db.test_log import tampered
from tests.tiny import new

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
    submit_job(store, user, "allocate", {"seed": 1}, data=small().model_dump(mode="json"), key="k")
    return store


def test_a_backup_is_restored_whole_into_sqlite(full, tmp_path):
    path = tmp_path / "backup.tar.gz"
    count = backup(full, path)
    assert path.stat().st_mode & 0o077 == 0
    with Store(tmp_path / "other") as other:
        assert restore(other, path) == count
        assert rows(other) == rows(full)
        assert verify(other).problems == ()
        assert authenticate(other, "Ann", PASSWORD).divisions == ("North",)
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


def test_line_separators_in_the_data_are_data(store, tmp_path):
    strange = new("c\u2028\u0085\u2029\x1c9")
    committed(store, small(cases=(*small().cases, strange)), tmp_path / "force")
    backup(store, tmp_path / "backup.tar.gz")
    with Store(tmp_path / "other") as other:
        restore(other, tmp_path / "backup.tar.gz")
        assert verify(other).problems == ()
        assert case_history(other, strange.case_id, by=ANN, purpose="audit").now


def changed(path, target, **files):
    """A backup in which some files are others; None takes one out. ``__`` stands for a slash."""
    wanted = {name.replace("__", "/").replace("_", "."): change for name, change in files.items()}
    with tarfile.open(path) as old, tarfile.open(target, "w:gz") as made:
        for member in old.getmembers():
            data = old.extractfile(member).read()
            if member.name in wanted:
                data = wanted[member.name] and wanted[member.name](data)
            if data is not None:
                entry = tarfile.TarInfo(member.name)
                entry.size = len(data)
                made.addfile(entry, io.BytesIO(data))
    return target


def with_value(number, **values):
    def change(data):
        lines = data.split(b"\n")
        lines[number - 1] = json.dumps({**json.loads(lines[number - 1]), **values}).encode()
        return b"\n".join(lines)

    return change


def without_last(data):
    return b"\n".join(data.split(b"\n")[:-1])


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"about_json": lambda data: b"[1]"}, "about.json"),
        ({"about_json": lambda data: b"{"}, "a backup of a store"),
        ({"about_json": lambda data: json.dumps({"format": 1, "entries": "5"}).encode()}, "about.json"),
        ({"about_json": lambda data: json.dumps({"format": 3, "entries": 5}).encode()}, "format 1 or 2"),
        ({"audit_key": lambda data: data[:-2]}, "a key of 32 bytes"),
        ({"audit_head": lambda data: b"{}"}, "the head of an audit log"),
        ({"tables__audit_jsonl": without_last}, r"audit\.jsonl: '\d+ rows' found, expected \d+ rows"),
        ({"tables__audit_jsonl": None}, r"audit\.jsonl: '0 rows' found"),
        ({"tables__messages_jsonl": None}, r"messages\.jsonl: '0 rows' found"),
        ({"tables__messages_jsonl": lambda data: b"x" + data}, r"messages\.jsonl, row 1: expected a row of the table"),
        ({"tables__messages_jsonl": with_value(2, attempts="x")}, r"messages\.jsonl, row 2"),
        ({"tables__messages_jsonl": with_value(2, written_at=None)}, r"messages\.jsonl, row 2"),
        ({"tables__messages_jsonl": with_value(2, id=1)}, r"messages\.jsonl: expected rows that"),
        ({"tables__messages_jsonl": with_value(2, cycle_id=10**30)}, r"messages\.jsonl: expected rows that"),
        ({"tables__messages_jsonl": with_value(2, cycle_id=99)}, r"messages\.jsonl: expected rows that"),
        ({"tables__snapshots_jsonl": with_value(1, data="?")}, r"snapshots\.jsonl, row 1"),
    ],
)
def test_what_is_damaged_is_named_and_nothing_is_restored(store, tmp_path, files, says):
    with Store(tmp_path / "first") as first:
        first.upgrade()
        committed(first, small(), tmp_path / "force")
        backup(first, tmp_path / "backup.tar.gz")
    key = (store.home.folder / "audit.key").read_bytes()
    with pytest.raises(InputError, match=says):
        restore(store, changed(tmp_path / "backup.tar.gz", tmp_path / "damaged.tar.gz", **files))
    assert set(rows(store).values()) == {0} and (store.home.folder / "audit.key").read_bytes() == key
    assert not [path for path in store.home.folder.iterdir() if path.name.startswith(".audit")]
    imported(store, small(), tmp_path / "force")


def test_a_log_that_was_cut_off_before_its_backup_is_still_named(full, tmp_path):
    count = verify(full).entries
    tampered(full, delete(audit).where(audit.c.seq == count))
    backup(full, tmp_path / "backup.tar.gz")
    with Store(tmp_path / "other") as other:
        restore(other, tmp_path / "backup.tar.gz")
        assert f"Audit row {count} was cut off at the end." in verify(other).problems


def test_a_head_that_was_lost_is_made_again_by_a_backup(full, tmp_path):
    full.home.head.write_text("")
    backup(full, tmp_path / "backup.tar.gz")
    with Store(tmp_path / "other") as other:
        restore(other, tmp_path / "backup.tar.gz")
        assert verify(other).problems == ()
        case_history(other, "c1", by=ANN, purpose="supervision")


def test_a_folder_with_another_log_is_left_alone(store, url, tmp_path):
    if url is None:
        pytest.skip("one database")
    with Store(tmp_path / "first") as first:
        first.upgrade()
        committed(first, small(), tmp_path / "force")
        backup(first, tmp_path / "backup.tar.gz")
        before = {path: path.read_bytes() for path in first.home.folder.glob("audit.*")}
        with (
            Store(tmp_path / "first", url) as other,
            pytest.raises(Conflict, match="holds something: the key of another"),
        ):
            restore(other, tmp_path / "backup.tar.gz")
        first.home.head.unlink()
        with Store(tmp_path / "first", url) as other, pytest.raises(Conflict, match="the key of another"):
            restore(other, tmp_path / "backup.tar.gz")
        first.home.head.write_bytes(before[first.home.head])
        assert {path: path.read_bytes() for path in before} == before and verify(first).problems == ()
    assert set(rows(store).values()) == {0}
