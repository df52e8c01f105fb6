"""Exports that are uploaded: unpacked with care, and read into a cycle."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from allocator.app.actors import Actor
from allocator.app.acts import require_act
from allocator.app.imports import Imported, import_force, roll_over
from allocator.db.store import Store
from allocator.errors import NO_ROOM, InputError, Problem
from allocator.files.atomic import cannot_write, scratch_folder

# An upload may be no larger than this, packed and unpacked; 95,000 cases are some 8 MiB of CSV.
MOST_PACKED, MOST_UNPACKED, MOST_FILES = 32 * 2**20, 256 * 2**20, 200
MOST_RATIO = 200
_TYPES = {".csv", ".toml"}


def import_export(store: Store, actor: Actor, name: str, data: bytes, *, after_commit: bool = False) -> Imported:
    """Read an uploaded export into the open cycle, or open the next one with it.

    Parameters
    ----------
    name : str
        As the browser or program called it: ``.xlsx``, or ``.zip`` of the CSV files.
    after_commit : bool
        Roll over: what the export does not have comes from the committed cycle.

    Raises
    ------
    Denied
        When the person has no right to it, or works for some divisions only.
    InputError
        With every problem of the export.
    """
    require_act(actor, "import")
    read = roll_over if after_commit else import_force
    with unpacked_upload(store.home.uploads, name, data) as path:
        try:
            return read(store, actor, path)
        except InputError as error:
            called = [_as_called(problem, path, _label(name)) for problem in error.problems]
            raise InputError(called, more=error.more) from None


def _as_called(problem: Problem, path: Path, label: str) -> Problem:
    """A problem that names the upload as its sender calls it, and no place of the server."""
    file = problem.file.replace(str(path), label)
    if not path.is_dir():  # the files of a folder have names of their own
        file = file.replace(path.name, label)
    return replace(problem, file=file)


def _label(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name[:100] or "upload"


@contextmanager
def unpacked_upload(place: Path, name: str, data: bytes) -> Iterator[Path]:
    """Put an upload where it can be read, after looking at its size and kind.

    Parameters
    ----------
    place : Path
        Folder in which that is done: what is left there of whoever is killed meanwhile goes soon.

    Raises
    ------
    InputError
        When it is no workbook or zip of CSV files, or unpacks to more than is sensible.
    """
    label = _label(name)
    ending = Path(label).suffix.lower()
    if ending not in (".xlsx", ".zip"):
        raise InputError([Problem(label, "a workbook (.xlsx), or a .zip of the CSV files")])
    if len(data) > MOST_PACKED:
        raise InputError([Problem(label, f"at most {MOST_PACKED // 2**20} MiB", value=f"{len(data) / 2**20:.1f} MiB")])
    with scratch_folder(place) as folder:
        try:
            path = _unpacked(folder, ending, data, label)
        except OSError as error:
            raise cannot_write(place, error) from error
        yield path


def _unpacked(folder: Path, ending: str, data: bytes, label: str) -> Path:
    """An upload as a workbook, or as a folder of the files that it holds."""
    path = folder / f"upload{ending}"
    path.write_bytes(data)
    entries = _entries(path, label)
    out = folder / "force"
    out.mkdir()
    with zipfile.ZipFile(path) as packed:
        for entry in entries:
            target = PurePosixPath(entry.filename).name
            kept = Path(target).suffix.lower() in _TYPES and not target.startswith(".")
            with open(out / target if kept else os.devnull, "wb") as file:
                _unpack(packed, entry, file, label)
    return path if ending == ".xlsx" else out


def _entries(path: Path, label: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, OverflowError) as error:
        raise InputError([Problem(label, "a file that can be unpacked; perhaps it was cut off")]) from error
    whole = sum(entry.file_size for entry in entries)
    packed_size = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MOST_FILES or whole > MOST_UNPACKED or whole > MOST_RATIO * packed_size:
        raise InputError([Problem(label, f"at most {MOST_UNPACKED // 2**20} MiB in {MOST_FILES} files when unpacked")])
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError([Problem(label, "a file without a password")])
    names = [PurePosixPath(entry.filename).name.lower() for entry in entries]
    if path.suffix == ".zip" and len(set(names)) != len(names):
        raise InputError([Problem(label, "one file of each name")])
    return entries


def _unpack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, file: IO[bytes], label: str) -> None:
    """Unpack one file, and refuse it when it is larger than the archive says."""
    left = entry.file_size
    try:
        with packed.open(entry) as source:
            while block := source.read(2**20):
                left -= len(block)
                if left < 0:
                    raise InputError([Problem(label, "files of the size that the archive says")])
                file.write(block)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise
        raise InputError([Problem(label, "a file that can be unpacked; perhaps it was cut off")]) from error
