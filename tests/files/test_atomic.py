"""Files appear whole or not at all."""

import os
from pathlib import Path

import pytest

from allocator.errors import AllocatorError
from allocator.files import atomic
from allocator.files.atomic import write_files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_at(monkeypatch: pytest.MonkeyPatch, function: str, call: int, error: BaseException) -> None:
    """Let the call-th call of a function of os fail."""
    real, calls = getattr(os, function), []

    def failing(*arguments: object, **options: object) -> object:
        calls.append(arguments)
        if len(calls) == call:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(atomic.os, function, failing)


def test_files_are_written_into_a_folder_made_for_them(tmp_path: Path) -> None:
    write_files(tmp_path / "a" / "b", {"plan.csv": b"1", "plan.json": b"2"})
    assert names(tmp_path / "a" / "b") == ["plan.csv", "plan.json"]
    assert (tmp_path / "a" / "b" / "plan.json").read_bytes() == b"2"


@pytest.mark.parametrize(
    ("older", "mode"), [(None, 0o600), (0o640, 0o640), (0o400, 0o400), (0o644, 0o600), (0o604, 0o600)]
)
def test_files_are_for_their_owner_and_whom_they_were_given_to(tmp_path: Path, older: int | None, mode: int) -> None:
    if older is not None:
        (tmp_path / "plan.csv").write_bytes(b"old")
        (tmp_path / "plan.csv").chmod(older)
    write_files(tmp_path, {"plan.csv": b"new"})
    assert (tmp_path / "plan.csv").read_bytes() == b"new"
    assert (tmp_path / "plan.csv").stat().st_mode & 0o777 == mode
    assert names(tmp_path) == ["plan.csv"]


@pytest.mark.parametrize("function", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_whatever_stops_it_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, error: BaseException
) -> None:
    (tmp_path / "b").write_bytes(b"old")
    fail_at(monkeypatch, function, 3, error)  # a and b are done, c fails
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else AllocatorError):
        write_files(tmp_path, {"a": b"new", "b": b"new", "c": b"new"})
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_bytes() == b"old"


def test_a_folder_made_for_files_that_fail_goes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, "replace", 2, OSError(28, "No space left on device"))
    with pytest.raises(AllocatorError, match=r"No space left on device\. Nothing was changed"):
        write_files(tmp_path / "a" / "b", {"x": b"", "y": b""})
    assert names(tmp_path) == []


def test_where_links_are_not_to_be_had_older_files_still_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    fail_at(monkeypatch, "link", 1, OSError(95, "Operation not supported"))
    fail_at(monkeypatch, "replace", 2, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_files(tmp_path, {"a": b"new", "b": b"new"})
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(AllocatorError, match="out is a file; a folder is needed"):
        write_files(tmp_path / "out", {"plan.csv": b""})
    assert (tmp_path / "out").read_bytes() == b""


def test_a_folder_in_the_place_of_a_file_undoes_the_others(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").mkdir()
    with pytest.raises(AllocatorError, match=r"plan\.csv cannot be written: Is a directory"):
        write_files(tmp_path, {"a": b"", "plan.csv": b""})
    assert names(tmp_path) == ["plan.csv"]
