"""A copy that cannot be written is verified as it is; whatever would log a reading says what to do instead."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from allocator.app.actors import OPERATOR, claimed
from allocator.app.audit import show_log, verify_log
from allocator.app.messages import deliver_messages
from allocator.app.stores import backup_store, check_backup, restore
from allocator.cli import allocator as entry
from allocator.db.store import Store
from allocator.db.tables import holdings
from allocator.errors import AllocatorError, Unavailable
from tests.cycling import ANN, committed, small
from tests.db.test_log import tampered


@contextmanager
def write_protected(folder):
    """A folder as it is on a medium that cannot be written; nothing keeps root from a folder by its mode alone."""
    mounted = os.geteuid() == 0
    if mounted:
        for arguments in (["--bind", folder, folder], ["-o", "remount,ro,bind", folder]):
            if subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False).returncode:
                pytest.skip("nothing can be mounted here")
    else:
        folder.chmod(0o500)
    before = state_of(folder)
    try:
        yield folder
        assert state_of(folder) == before
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        else:
            folder.chmod(0o700)


def state_of(folder):
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.rglob("*"))}


@pytest.fixture
def home(tmp_path):
    """The home of a store that nobody has open, with a cycle whose messages wait."""
    with Store(tmp_path / "home") as store:
        store.upgrade()
        committed(store, small(), tmp_path / "force")
    return tmp_path / "home"


def run(*arguments):
    return CliRunner().invoke(entry, [str(one) for one in arguments], standalone_mode=False)


def test_a_read_only_copy_is_verified_and_nothing_is_written(home):
    with write_protected(home):
        done = run("audit", "verify", "--home", home)
        assert done.exception is None and done.return_value == 0
        assert done.output == ("This is a read-only copy: nothing was written.\nThe audit log verifies: 5 entries.\n")


def test_what_was_changed_in_a_read_only_copy_is_named(home):
    with Store(home) as store:
        tampered(store, holdings.update().where(holdings.c.case_id == "c2").values(officer_id="B"))
    with write_protected(home):
        done = run("audit", "verify", "--home", home)
        assert done.return_value == 3 and "Who manages whom is not what the last commit or undo left." in done.output


def test_a_copy_of_a_store_that_runs_has_all_that_was_done(home, tmp_path):
    with Store(home) as running:
        show_log(running, claimed(ANN))
        with running.reading():
            copy = shutil.copytree(home, tmp_path / "copy")
            partial = shutil.copytree(home, tmp_path / "partial")
    assert (copy / "allocator.db-wal").stat().st_size
    with write_protected(copy), Store(copy) as store:
        found = verify_log(store, OPERATOR)
        assert (found.entries, found.problems, found.read_only) == (6, (), True)
    (partial / "allocator.db-shm").unlink()
    says = r"allocator\.db-wal is there, and not .*-shm.\nMaybe copy it to where"
    with write_protected(partial), Store(partial) as store, pytest.raises(Unavailable, match=says):
        verify_log(store, OPERATOR)


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "show", "--as", "Ann"),
        ("cycle", "show", "--as", "Ann"),
        ("cycle", "history", "--case", "c1", "--purpose", "audit", "--as", "Ann"),
        ("cycle", "discard", "--as", "Ann"),
        ("deliver", "--as", "cron"),
        ("purge", "--before", "2020-01-01", "--as", "Ann", "--yes"),
    ],
    ids=" ".join,
)
def test_what_would_be_logged_is_refused_with_what_to_do(home, arguments):
    with write_protected(home):
        refused = run(*arguments, "--home", home).exception
        assert isinstance(refused, Unavailable)
        assert str(refused) == (
            f"{home} cannot be written, and whatever is done or read is logged there. Nothing was changed.\n"
            "Maybe copy it to where you may write; `allocator audit verify` checks a copy that is read only."
        )


@pytest.mark.parametrize("arguments", [("db", "upgrade"), ("serve", "--port", "0")], ids=" ".join)
def test_what_makes_a_store_ready_says_that_it_cannot_be_written(home, arguments):
    with write_protected(home):
        refused = run(*arguments, "--home", home).exception
        assert isinstance(refused, AllocatorError) and "cannot be written" in str(refused)


def test_a_read_only_copy_is_backed_up(home, tmp_path):
    with write_protected(home), Store(home) as store:
        assert backup_store(store, tmp_path / "backup.tar.gz") == check_backup(tmp_path / "backup.tar.gz")


def test_the_log_tells_of_a_backup_that_holds_it(home, tmp_path):
    with Store(home) as store:
        backup_store(store, tmp_path / "first.tar.gz")
        (entry,) = [one for one in show_log(store, OPERATOR) if one.act == "backup"]
        assert entry.details == {"file": "first.tar.gz"} and verify_log(store, OPERATOR).problems == ()
    with Store(tmp_path / "other") as other:
        restore(other, tmp_path / "first.tar.gz")
        assert [one.act for one in show_log(other, OPERATOR)].count("backup") == 1


def test_a_restoration_that_was_cut_short_is_left_alone(home):
    (home / ".restoring").mkdir()
    with write_protected(home), Store(home) as store:
        assert verify_log(store, OPERATOR).problems == ()


def test_a_home_that_cannot_be_written_keeps_every_act_from_the_database(store, url, tmp_path):
    if url is None:
        pytest.skip("the database is in the home")
    committed(store, small(), tmp_path / "force")
    with write_protected(store.home.folder):
        for act in (lambda: show_log(store, claimed(ANN)), lambda: deliver_messages(store, claimed("cron"))):
            with pytest.raises(Unavailable, match="cannot be written, and whatever is done or read is logged there"):
                act()
        with pytest.raises(Unavailable):
            store.require_ready()
        found = verify_log(store, OPERATOR)
        assert (found.entries, found.problems, found.read_only) == (5, (), True)
