"""Acts on cycles by a signed-in person: the store's own acts, for whoever has the right to them and sees the case."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from allocator.app.views import load_view, require, require_whole_force
from allocator.db import approvals
from allocator.db.accounts import Denied, User
from allocator.db.committing import Committed, Undone, commit, undo
from allocator.db.cycles import Cycle
from allocator.db.importing import Imported, import_force, roll_over_cycle
from allocator.db.outbox import Delivered, deliver
from allocator.db.overriding import Overridden, override
from allocator.db.placing import Placed, place
from allocator.db.store import Conflict, Store
from allocator.errors import NOTHING_CHANGED, InputError, Problem

# An upload may be no larger than this, packed and unpacked; 95,000 cases are some 8 MiB of CSV.
MOST_PACKED, MOST_UNPACKED, MOST_FILES = 32 * 2**20, 256 * 2**20, 200
MOST_RATIO = 200
_TYPES = {".csv", ".toml"}
RIGHT_TO = {"submit": "plan", "discard": "plan"}  # of acts that are not called as the right to them


def import_export(store: Store, user: User, name: str, data: bytes, *, after_commit: bool = False) -> Imported:
    """Read an uploaded export into the open cycle, or open the next one with it.

    Parameters
    ----------
    store : Store
    user : User
    name : str
        As the browser or program called it: ``.xlsx``, or ``.zip`` of the CSV files.
    data : bytes
    after_commit : bool
        Roll over: what the export does not have comes from the committed cycle.

    Raises
    ------
    Denied
        When the person has no right to it, or works for some divisions only.
    InputError
        With every problem of the export.
    """
    require(user, "plan")
    require_whole_force(user)
    with unpacked_upload(name, data) as path:
        try:
            return (roll_over_cycle if after_commit else import_force)(store, path, by=user.name)
        except InputError as error:
            raise InputError(_as_called(problem, path, _label(name)) for problem in error.problems) from None


def _as_called(problem: Problem, path: Path, label: str) -> Problem:
    """A problem that names the upload as its sender calls it, and no place of the server."""
    file = problem.file.replace(str(path), label)
    if not path.is_dir():  # the files of a folder have names of their own
        file = file.replace(path.name, label)
    return replace(problem, file=file)


def _label(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name[:100] or "upload"


@contextmanager
def unpacked_upload(name: str, data: bytes) -> Iterator[Path]:
    """Put an upload where it can be read, after looking at its size and kind.

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
    with TemporaryDirectory(prefix="allocator-upload-") as folder:
        path = Path(folder) / f"upload{ending}"
        path.write_bytes(data)
        entries = _entries(path, label)
        out = Path(folder) / "force"
        out.mkdir()
        with zipfile.ZipFile(path) as packed:
            for entry in entries:
                target = PurePosixPath(entry.filename).name
                kept = Path(target).suffix.lower() in _TYPES and not target.startswith(".")
                with open(out / target if kept else os.devnull, "wb") as file:
                    _unpack(packed, entry, file, label)
        yield path if ending == ".xlsx" else out


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
        raise InputError([Problem(label, "a file that can be unpacked; perhaps it was cut off")]) from error


def roll_over(store: Store, user: User) -> Imported:
    """Open the next cycle as the last one ended, or as its undoing left it.

    Raises
    ------
    Denied
        When the person has no right to it, or works for some divisions only.
    """
    require(user, "plan")
    require_whole_force(user)
    return roll_over_cycle(store, None, by=user.name)


def override_case(store: Store, user: User, case_id: str, officer_id: str, **options: Any) -> Overridden:
    """Give a case to another officer than planned, where the person sees the case and the officer.

    Raises
    ------
    NotThere
        When the case or the officer is not there for the person.
    """
    require(user, "override")
    seen = load_view(store, user, "override", cycle_id=options.get("cycle_id"), details={"case": case_id[:80]})
    seen.case(case_id)
    seen.officer(officer_id)
    return override(store, case_id, officer_id, by=user.name, **options)


def place_case(
    store: Store, user: User, case_id: str, officer_id: str, *, new: Mapping[str, Any] | None = None, **options: Any
) -> Placed:
    """Give a case that has nobody to an officer at once.

    Raises
    ------
    Denied
        When the new case is of a division that is none of the person's business.
    NotThere
        When the case or the officer is not there for the person.
    """
    require(user, "override")
    seen = load_view(store, user, "place", purpose="allocation", details={"case": case_id[:80]})
    if new is None:
        seen.case(case_id)
    elif not seen.scope.covers(str(new.get("division"))):
        raise Denied("The case is of a division that is not yours.")
    elif not seen.sees_id(case_id):
        raise Conflict(
            f"Case {case_id.strip()[:80]} could not be placed.",
            outcome=NOTHING_CHANGED,
            maybe="ask a supervisor who sees the whole force.",
        )
    seen.officer(officer_id)
    return place(store, case_id, officer_id, by=user.name, new=new, **options)


def apply_transition(
    store: Store,
    user: User,
    act: str,
    *,
    cycle_id: int,
    version: int | None = None,
    reason: str = "",
    note: str = "",
) -> Cycle | Committed | Undone:
    """Submit, return, approve, commit, undo or discard a cycle.

    Raises
    ------
    Denied
        When the person has no right to it; for ``discard`` also when they work for some divisions only.
    Conflict
        When its state does not allow it, or it was changed meanwhile.
    """
    require(user, RIGHT_TO.get(act, act))
    if act == "discard":
        require_whole_force(user)
    where: dict[str, Any] = {"by": user.name, "cycle_id": cycle_id, "version": version}
    if act == "commit":
        return commit(store, **where)
    if act == "undo":
        return undo(store, **where)
    return approvals.apply_transition(store, act, reason=reason, note=note, **where)


def deliver_messages(store: Store, user: User) -> Delivered:
    """Deliver the messages that wait."""
    require(user, "commit")
    return deliver(store, by=user.name)
