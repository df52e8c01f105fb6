"""A backup holds everything, and can be restored into either database."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import signal
import sys
import tarfile
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from allocator.app.accounts import add_user, authenticate
from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.histories import history_of_case
from allocator.app.messages import deliver_messages
from allocator.app.problems import post_job
from allocator.db.backups import backup, check_backup, restore
from allocator.db.purging import purge
from allocator.db.store import Store
from allocator.db.tables import audit, metadata
from allocator.errors import AllocatorError, Conflict, InputError
from allocator.files.atomic import draft_lock
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
    deliver_messages(store, claimed("cron"))
    user = add_user(store, claimed("root"), "Ann", "supervisor", password=PASSWORD, divisions=["North"])
    post_job(store, user, "allocate", {"seed": 1}, data=small().model_dump(mode="json"), key="k")
    return store


def test_a_backup_is_restored_whole_into_sqlite(full, tmp_path):
    path = tmp_path / "backup.tar.gz"
    count = backup(full, path)
    assert path.stat().st_mode & 0o077 == 0
    with Store(tmp_path / "other") as other:
        assert restore(other, path) == count
        assert rows(other) == rows(full)
        assert verify_log(other, claimed("root")).problems == ()
        assert authenticate(other, "Ann", PASSWORD, "here").divisions == ("North",)
        assert history_of_case(other, claimed(ANN), "c1", purpose="supervision").now
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
        assert rows(store) == rows(first) and verify_log(store, claimed("root")).problems == ()
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
        assert verify_log(other, claimed("root")).problems == ()
        assert history_of_case(other, claimed(ANN), strange.case_id, purpose="audit").now


def changed(path, target, **files):
    """A backup without digests in which some files are others; None takes one out. ``__`` stands for a slash."""
    wanted = {name.replace("__", "/").replace("_", "."): change for name, change in files.items()}
    with tarfile.open(path) as old, tarfile.open(target, "w:gz") as made:
        for member in old.getmembers():
            data = old.extractfile(member).read()
            if member.name in wanted:
                data = wanted[member.name] and wanted[member.name](data)
            elif member.name == "about.json":
                data = json.dumps({name: v for name, v in json.loads(data).items() if name != "digests"}).encode()
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
    count = verify_log(full, claimed("root")).entries
    tampered(full, delete(audit).where(audit.c.seq == count))
    backup(full, tmp_path / "backup.tar.gz")
    with Store(tmp_path / "other") as other:
        restore(other, tmp_path / "backup.tar.gz")
        assert f"Audit row {count} was cut off at the end." in verify_log(other, claimed("root")).problems


def test_a_head_that_was_lost_is_made_again_by_a_backup(full, tmp_path):
    full.home.head.write_text("")
    backup(full, tmp_path / "backup.tar.gz")
    with Store(tmp_path / "other") as other:
        restore(other, tmp_path / "backup.tar.gz")
        assert verify_log(other, claimed("root")).problems == ()
        history_of_case(other, claimed(ANN), "c1", purpose="supervision")


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
        assert {path: path.read_bytes() for path in before} == before and verify_log(
            first, claimed("root")
        ).problems == ()
    assert set(rows(store).values()) == {0}


def test_a_backup_with_another_byte_is_refused_before_anything_is_touched_or_holds_the_same(full, tmp_path):
    path, damaged = tmp_path / "backup.tar.gz", tmp_path / "damaged.tar.gz"
    count, refused = backup(full, path), 0
    assert check_backup(path) == count
    data = path.read_bytes()
    with Store(tmp_path / "other") as other:
        for place in (*range(4), *range(20, len(data) - 20, len(data) // 20), *range(len(data) - 20, len(data))):
            damaged.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
            try:
                check_backup(damaged)
            except InputError:
                refused += 1
                with pytest.raises(InputError):
                    restore(other, damaged)
            else:  # some bits stand for nothing in a compressed file
                assert gzip.decompress(damaged.read_bytes()) == gzip.decompress(data)
        for end in (0, 1, len(data) // 2, len(data) - 1):
            damaged.write_bytes(data[:end])
            with pytest.raises(InputError):
                check_backup(damaged)
        assert refused > 30 and not other.home.folder.exists()


def test_a_backup_packed_anew_with_another_content_is_damaged(full, tmp_path):
    backup(full, tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as old, tarfile.open(tmp_path / "new.tar.gz", "w:gz") as made:
        for member in old.getmembers():
            data = old.extractfile(member).read().replace(b"handover", b"takeover")
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    with pytest.raises(InputError, match="expected what was written: the backup is damaged"):
        check_backup(tmp_path / "new.tar.gz")


def whole_or_none(folder, url):
    """How many rows a store has; whole and verified, or none and ready for another restoration."""
    with Store(folder, url) as store:
        store.upgrade()
        assert not store.home.restoring.exists() and not list(folder.glob(".audit*"))
        found = verify_log(store, claimed("root"))
        assert found.problems == ()
        sent = sum(path.is_file() for path in store.home.messages.rglob("*"))
        assert bool(sent) == bool(found.entries)
        return found.entries


def test_a_restoration_killed_at_any_instant_is_not_begun_or_whole(tmp_path):
    """Killed before every operation on a file of the store, one after the other."""
    with Store(tmp_path / "first") as first:
        first.upgrade()
        committed(first, small(), tmp_path / "force")
        deliver_messages(first, claimed("cron"))
        backup(first, tmp_path / "backup.tar.gz")
        entries = verify_log(first, claimed("root")).entries
    found, number, ended = [], 0, None
    while ended != 0:
        folder = tmp_path / f"other-{number}"
        child = os.fork()
        if not child:
            _killed_at(number, folder, tmp_path / "backup.tar.gz")
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended in (0, -signal.SIGKILL)
        found.append(whole_or_none(folder, None))
        number += 1
    assert found == sorted(found) and set(found) == {0, entries}
    assert found.count(entries) > 10 and found.count(0) > 10


def test_a_restoration_whose_files_cannot_be_put_in_place_is_finished_by_the_next_start(full, tmp_path, monkeypatch):
    backup(full, tmp_path / "backup.tar.gz")
    with Store(tmp_path / "other") as other, monkeypatch.context() as patch:

        def stuck(*what):
            raise OSError(28, "No space left on device")

        patch.setattr("allocator.db.home.Home.finish_restoring", stuck)
        with pytest.raises(AllocatorError, match="No space left"):
            restore(other, tmp_path / "backup.tar.gz")
    assert whole_or_none(tmp_path / "other", None) == verify_log(full, claimed("root")).entries


def _killed_at(number, folder, path):
    count = itertools.count()

    def hook(event, arguments):
        named = arguments and isinstance(arguments[0], str | os.PathLike) and str(folder) in str(arguments[0])
        if named and event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir") and next(count) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with Store(folder) as store:
            sys.addaudithook(hook)
            restore(store, path)
        os._exit(0)
    except BaseException:
        os._exit(1)


def test_drafts_that_killed_writers_left_are_removed_by_the_next(full, tmp_path):
    officer = next(path for path in full.home.messages.iterdir())
    left = [
        officer / ".0000001-received.txt.0a1b2c3d.new",
        officer / ".0000001-received.txt.0a1b2c3d.old",
        full.home.folder / ".audit.head.0a1b2c3d",
        full.home.folder / ".audit.key.0a1b2c3d",
    ]
    for act in (
        lambda: deliver_messages(full, claimed("cron")),
        lambda: purge(full, date(2020, 1, 1), "root"),
    ):
        for path in left:
            path.write_text("half")
        act()
        assert not any(path.exists() for path in left)
    dead, alive = tmp_path / ".old.tar.gz.0a1b2c3d.draft", tmp_path / ".now.tar.gz.0a1b2c3d.draft"
    dead.write_text("half")
    with alive.open("wb") as file, draft_lock(file):
        backup(full, tmp_path / "backup.tar.gz")
        assert alive.exists() and not dead.exists()
