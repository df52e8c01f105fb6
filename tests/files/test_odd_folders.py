"""Folders with odd things in them, and two writers of one folder at once."""

import os
import threading

import pytest

from allocator.errors import InputError
from allocator.files import read_with_notices, write_files
from allocator.files.template import write_template


@pytest.fixture
def folder(tmp_path):
    write_template(tmp_path / "force")
    return tmp_path / "force"


def problems_of(path):
    with pytest.raises(InputError) as raised:
        read_with_notices(path)
    return [(p.file, p.row, p.value) for p in raised.value.problems]


def test_settings_are_found_in_any_case(folder):
    text = (folder / "force.toml").read_text()
    (folder / "force.toml").unlink()
    (folder / "Force.TOML").write_text(text.replace("cases = 50", "cases = 3"))
    assert read_with_notices(folder).force.policy.limits.cases == 3


def test_settings_under_another_name_are_told(folder):
    (folder / "force.toml").rename(folder / "force.tml")
    notices = map(str, read_with_notices(folder).notices)
    assert any("force.tml" in notice and "force.toml is meant" in notice for notice in notices)


def test_settings_that_a_link_leads_away_from_are_a_problem(folder):
    (folder / "force.toml").unlink()
    (folder / "force.toml").symlink_to(folder / "gone")
    assert problems_of(folder) == [("force.toml", None, None)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(folder):
    (folder / "cases.csv").unlink()
    os.mkfifo(folder / "cases.csv")
    assert problems_of(folder) == [("cases.csv", None, "something else")]


def test_a_nul_byte_is_named_with_its_row(folder):
    with (folder / "cases.csv").open("ab") as file:
        file.write(b"\0")
    rows = (folder / "cases.csv").read_bytes().count(b"\n") + 1
    assert problems_of(folder) == [("cases.csv", rows, "a NUL byte")]


@pytest.mark.skipif(os.name != "posix", reason="no lock on a folder")
def test_two_writers_at_once_leave_the_files_of_one(tmp_path):
    names = [f"plan-{k}" for k in range(6)]
    for _ in range(20):
        writers = [
            threading.Thread(target=write_files, args=(tmp_path, dict.fromkeys(names, who)))
            for who in (b"a", b"b", b"c")
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert len({(tmp_path / name).read_bytes() for name in names}) == 1
        assert sorted(os.listdir(tmp_path)) == names
