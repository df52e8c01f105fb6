"""Uploads that are no exports: refused in words, whatever they unpack to."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from allocator.app import uploads
from allocator.app.uploads import unpacked_upload
from allocator.errors import InputError


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


def refused(name, data):
    with pytest.raises(InputError) as told, unpacked_upload(name, data):
        pass
    (problem,) = told.value.problems
    return str(problem)


def test_csv_files_are_unpacked_flat_and_nothing_else():
    data = zipped({"force/officers.csv": "a", "../../cases.csv": "b", "force.toml": "c", "run.sh": "d", ".x.csv": "e"})
    with unpacked_upload("export.ZIP", data) as path:
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
