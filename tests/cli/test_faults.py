"""Commands without their database, without room, on a home that is read-only: a sentence and an exit code."""

from __future__ import annotations

import secrets

import click
import pytest

from allocator.cli import allocator
from allocator.db.store import Store
from tests.cycling import committed, imported, small
from tests.db.conftest import _execute, database_server
from tests.http.api.test_faults import fill, read_only, small_disk

VALUES = {
    "as": "Ann",
    "reason": "other",
    "purpose": "supervision",
    "month": "2026-01",
    "before": "2020-01-01",
    "case": "c1",
    "officer": "A",
    "from": "2026-03-01",
}
WRITTEN = {
    "allocate": ["FORCE"],
    "batch": ["FORCE"],
    "frontier": ["FORCE"],
    "forecast": ["FORCE", "--horizon", "2", "--futures", "1"],
    "template": [],
}


def commands(group=allocator, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def keeping(home, force, out, *more):
    """Every command that keeps cycles, with whatever it needs."""
    files = {"reductions import": force / "reductions.csv", "supervisors": force / "supervisors.csv"}
    for path, command in commands():
        if not any(option.name == "home" for option in command.params):
            continue
        given = list(path)
        for option in command.params:
            if option.required:
                name = option.opts[0].lstrip("-")
                value = VALUES.get(name, force if name == "force" else files.get(" ".join(path), out / "backup.tar.gz"))
                given += [option.opts[0], value] if option.opts[0].startswith("-") else [value]
        given += ["--note", "a test"] if any(option.name == "note" for option in command.params) else []
        given += {"serve": ["--port", "0"], "history": ["--case", "c1"], "purge": ["--yes"]}.get(path[-1], [])
        yield [str(one) for one in (*given, "--home", home, *more)]


@pytest.fixture
def inputs(tmp_path):
    """A force with what else commands read, and a store's cycles."""
    (tmp_path / "force").mkdir()
    (tmp_path / "out").mkdir()
    return tmp_path / "force", tmp_path / "out"


def prepared(home, force, database=None):
    with Store(home, database) as store:
        store.upgrade()
        committed(store, small(), force)
        imported(store, small(name="newer"), force)
    (force / "reductions.csv").write_text("officer,percent,reason,from,to\nA,50,illness,2026-01-01,\n")
    (force / "supervisors.csv").write_text("name,division\nAnn,North\n")


def refused(run, arguments, *, says="", codes=(1,)):
    done = run(*arguments)
    assert done.code in codes, (arguments, done)
    assert not [word for word in ("Traceback", "unexpected", "OSError", "Errno") if word in done.err], (arguments, done)
    assert done.code != 1 or (done.err.strip() and says in done.err), (arguments, done)
    return done.code


def test_without_its_database_no_command_does_anything(run, tmp_path, inputs, monkeypatch):
    with database_server() as database:
        name = f"store_{secrets.token_hex(6)}"
        _execute(database.get_uri(), f"CREATE DATABASE {name}")
        url = database.get_uri(database=name)
        prepared(tmp_path / "home", inputs[0], url)
        database.stop()
        for arguments in keeping(tmp_path / "home", *inputs, "--database", url):
            if arguments[:2] != ["db", "restore"]:  # reads its file first
                refused(run, arguments, says="the server cannot be reached")


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_without_room_commands_say_so(run, tmp_path, inputs, fault):
    with small_disk() as disk:
        prepared(disk / "home", inputs[0])
        (disk / "out").mkdir()
        if fault == "full":
            fill(disk)
            ended = [refused(run, one, codes=(0, 1, 2)) for one in keeping(disk / "home", inputs[0], disk / "out")]
            written(run, inputs[0], disk)
        else:
            with read_only(disk):
                ended = [refused(run, one, codes=(0, 1, 2)) for one in keeping(disk / "home", inputs[0], disk / "out")]
                written(run, inputs[0], disk)
    assert ended.count(1) > 12, ended


def written(run, force, disk):
    """What is written without a store."""
    for name, more in WRITTEN.items():
        arguments = [name, *(str(force) if one == "FORCE" else one for one in more)]
        target = [str(disk / "out" / "new")] if name == "template" else ["--out", str(disk / "out" / "new")]
        refused(run, [*arguments, *target], says=" cannot be ")
    refused(run, ["synth", "surrey", "--out", str(disk / "out" / "drawn")], says=" cannot be ")
