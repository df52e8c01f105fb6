"""Writing several files so that they appear whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from allocator.errors import NOTHING_CHANGED, AllocatorError, Unavailable

# Names of drafts: what this module writes beside its targets, backups, and the key and head of a log.
_DRAFT = re.compile(r"\..*\.[0-9a-f]{8}\.(new|old|draft)|\.audit\.(head|key)\.[0-9a-f]{8}")


def write_files(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a directory, all of them or none.

    Every file is first written beside its target and flushed to disk; only when all are there do they take
    their names. Whatever goes wrong on the way, an interrupt included, leaves the directory as it was: older
    files of the same names come back, and folders made for the purpose go.

    New files are for their owner alone; an older one passes its mode on, unless everybody may read it.

    Parameters
    ----------
    directory : Path
        Made, with its parents, when it does not exist.
    contents : mapping of str to bytes
        Content of each file name.

    Raises
    ------
    AllocatorError
        When the directory cannot be made or a file cannot be written.
    """
    token = secrets.token_hex(4)
    fresh = {directory / name: directory / f".{name}.{token}.new" for name in contents}
    older = {directory / name: directory / f".{name}.{token}.old" for name in contents}
    made: list[Path] = []
    prepared = whole = False
    held = ExitStack()
    try:
        made += [folder for folder in (directory, *directory.parents) if not folder.exists()]
        directory.mkdir(parents=True, exist_ok=True)
        held.enter_context(folder_lock(directory))  # two writers at once would leave some files of each
        _remove_dead(directory)
        for target, data in zip(fresh, contents.values(), strict=True):
            _write(fresh[target], data)
            if target.exists():
                if not target.stat().st_mode & 0o007:  # what everybody may read has its mode from nobody
                    shutil.copymode(target, fresh[target])
                _second_name(target, older[target])
        prepared = True
        for target, temporary in fresh.items():
            os.replace(temporary, target)
        _flush(directory)
        whole = True
    except OSError as error:
        raise _refusal(error, directory, fresh) from error
    finally:
        if prepared and not whole:
            _restore(fresh, older)
        for leftover in (*fresh.values(), *older.values()):
            with suppress(OSError):
                leftover.unlink()
        held.close()
        for folder in made if not whole else ():
            with suppress(OSError):  # never made, or somebody else has put something there since
                folder.rmdir()


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep other processes from a folder meanwhile; the second waits. Windows has no lock on a folder."""
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def lock_file(path: Path) -> Iterator[bool]:
    """Keep other processes from what a file stands for meanwhile; False, at once, where one has it.

    Raises
    ------
    Unavailable
        When it cannot be written.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    if os.name != "posix":
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def draft_lock(file: IO[bytes]) -> Iterator[None]:
    """Hold a draft while it is written, so that nobody takes it for one that a killed process left."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    yield


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder for files that are needed for a while; it goes at the end, and what killed processes left beside it.

    Raises
    ------
    Unavailable
        When it cannot be made.
    """
    with ExitStack() as held:
        try:
            parent.mkdir(mode=0o700, exist_ok=True)
            with folder_lock(parent):
                _remove_dead_folders(parent)
                folder = Path(mkdtemp(dir=parent))
                held.enter_context(folder_lock(folder))
        except OSError as error:
            raise cannot_write(parent, error) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_scratch_folders(parent: Path) -> None:
    """Remove the folders that killed processes left; those of whoever is alive stay."""
    with suppress(OSError), folder_lock(parent):
        _remove_dead_folders(parent)


def _remove_dead_folders(parent: Path) -> None:
    for folder in parent.iterdir() if os.name == "posix" else ():
        handle = os.open(folder, os.O_RDONLY)
        try:
            if _lock(handle):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


def cannot_write(path: Path, error: OSError) -> Unavailable:
    """What to tell where there is no room, or no right to write, in the folder of a store."""
    told = f"The folder of the store cannot be written: {error.strerror}."
    said = f"{path} cannot be written: {error.strerror}."
    return Unavailable(said, told=told, outcome=NOTHING_CHANGED)


def remove_drafts(folder: Path, of: str = "") -> None:
    """Remove the drafts that killed processes left in a folder; one that cannot be removed stays for the next time.

    Parameters
    ----------
    of : str, optional
        The file whose drafts they are; of all unless given.
    """
    with suppress(OSError), folder_lock(folder):
        _remove_dead(folder, of)


def _remove_dead(folder: Path, of: str = "") -> None:
    """Remove drafts of a folder whose lock is held: whatever it wrote there is dead, but for those that are locked."""
    for path in folder.iterdir():
        if path.name.startswith(f".{of}") and _DRAFT.fullmatch(path.name):
            with suppress(OSError):
                if path.name.endswith(".draft") and _is_locked(path):
                    continue
                path.unlink()


def _is_locked(path: Path) -> bool:
    if os.name != "posix":
        return False
    import fcntl

    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _write(path: Path, data: bytes) -> None:
    # Most of what is written names cases.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _second_name(target: Path, backup: Path) -> None:
    # A link leaves the target in its place all the time; not every file system has links.
    try:
        os.link(target, backup)
    except OSError:
        shutil.copy2(target, backup)


def _restore(fresh: Mapping[Path, Path], older: Mapping[Path, Path]) -> None:
    for target, temporary in fresh.items():
        if older[target].exists():
            os.replace(older[target], target)
        elif not temporary.exists():  # it had taken its name already
            target.unlink(missing_ok=True)


def _flush(directory: Path) -> None:
    # Without this a power cut could lose the new names. Windows neither opens directories nor needs it.
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refusal(error: OSError, directory: Path, fresh: Mapping[Path, Path]) -> AllocatorError:
    if directory.exists() and not directory.is_dir():
        return AllocatorError(f"{directory} is a file; a folder is needed to write into.")
    name = next((str(t) for t, new in fresh.items() if str(new) == error.filename), error.filename)
    why = f"cannot be written: {error.strerror or error}."
    return Unavailable(f"{name or directory} {why}", told=f"Files {why}", outcome=NOTHING_CHANGED)
