"""Uploads that are no exports: refused in words, whatever they unpack to."""

from __future__ import annotations

import errno
import io
import os
import signal
import struct
import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from allocator.app import uploads
from allocator.app.actors import claimed
from allocator.app.messages import deliver_messages
from allocator.app.uploads import unpacked_upload
from allocator.db.purging import purge
from allocator.db.store import Store
from allocator.errors import InputError, Unavailable


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


def refused(name, data):
    with TemporaryDirectory() as place, pytest.raises(InputError) as told, unpacked_upload(Path(place), name, data):
        pass
    (problem,) = told.value.problems
    return str(problem)


def test_csv_files_are_unpacked_flat_and_nothing_else(tmp_path):
    data = zipped({"force/officers.csv": "a", "../../cases.csv": "b", "force.toml": "c", "run.sh": "d", ".x.csv": "e"})
    with unpacked_upload(tmp_path / "uploads", "export.ZIP", data) as path:
        assert sorted(p.name for p in path.iterdir()) == ["cases.csv", "force.toml", "officers.csv"]
        assert (path / "cases.csv").read_text() == "b"
    assert not path.exists()


@pytest.mark.parametrize("name", ["export.csv", "export.exe", "export", "..\\x.pdf"])
def test_other_kinds_are_refused(name):
    assert "a workbook (.xlsx), or a .zip" in refused(name, b"")


def test_what_is_too_large_unpacks_too_large_or_is_cut_off_is_refused(monkeypatch):
    assert "cut off" in refused("e.zip", b"no archive")
    assert "cut off" in refused("e.xlsx", zipped({"a.csv": "x" * 1000})[:-30])
    monkeypatch.setattr(uploads, "MOST_PACKED", 100)
    assert "at most 0 MiB" in refused("e.zip", b"x" * 101)
    monkeypatch.undo()
    bomb = zipped({"cases.csv": b"0" * 50_000_000})
    assert (
        len(bomb) < 100_000 and "when unpacked" in refused("e.zip", bomb) and "when unpacked" in refused("e.xlsx", bomb)
    )
    many = zipped({f"{k}.csv": "" for k in range(uploads.MOST_FILES + 1)})
    assert "200 files" in refused("e.zip", many)
    assert "one file of each name" in refused("e.zip", zipped({"a/cases.csv": "", "b/cases.csv": ""}))


def test_an_archive_that_lies_about_sizes_is_refused():
    data = bytearray(zipped({"cases.csv": b"0" * 100_000}))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)  # the size it says the file has
    assert "cut off" in refused("e.zip", bytes(data)) or "size that the archive says" in refused("e.zip", bytes(data))


def test_an_upload_whose_reader_is_killed_goes_at_the_next_upload_start_or_act(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        place, data = store.home.uploads, zipped({"cases.csv": "c1"})
        acts = (
            store.upgrade,
            lambda: deliver_messages(store, claimed("cron")),
            lambda: purge(store, date(2020, 1, 1), "root"),
            lambda: unpacked_upload(place, "next.zip", data).__enter__(),
        )
        for act in acts:
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                with unpacked_upload(place, "export.zip", data) as path:
                    os.write(writing, str(path).encode())
                    signal.pause()
            left = Path(os.read(reading, 1000).decode())
            store.remove_drafts()
            assert (left / "cases.csv").read_text() == "c1"
            assert left.parent.stat().st_mode & 0o077 == 0 and place.stat().st_mode & 0o077 == 0
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            assert left.exists()
            act()
            assert not left.exists()


def test_no_room_for_an_upload_is_no_fault_of_the_upload(tmp_path, monkeypatch):
    def full(*what):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "_unpack", full)
    upload = unpacked_upload(tmp_path / "uploads", "export.zip", zipped({"cases.csv": "c1"}))
    with pytest.raises(Unavailable, match="No space left on device") as told, upload:
        pass
    assert str(tmp_path) not in str(told.value.public) and list((tmp_path / "uploads").iterdir()) == []
