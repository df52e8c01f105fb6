"""Many forces, allocated side by side wherever work runs; one that is wrong does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from allocator.compute import Executor
from allocator.domain.force import Force
from allocator.domain.result import Result
from allocator.errors import AllocatorError, InputError
from allocator.files.reading import read


@dataclass(frozen=True, slots=True)
class Task:
    """One force to be allocated."""

    force: Force
    seed: int
    time_limit: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one force.

    Attributes
    ----------
    name : str
        Of its folder or workbook, without ending.
    path : Path
    result : Result or None
        None where it failed.
    digest : str
        Of the input; empty where it could not be read.
    error : str or None
        Why it failed.
    """

    name: str
    path: Path
    result: Result | None
    digest: str = ""
    error: str | None = None


def forces_at(paths: Sequence[Path]) -> list[Path]:
    """Forces that paths name: a folder with ``cases.csv`` or ``officers.csv`` is one, any other folder holds some.

    Raises
    ------
    AllocatorError
        When two of them have the same name, under which both plans would be written.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.iterdir() if not p.name.startswith(".")) if path.is_dir() else []
        own = not path.is_dir() or any(p.name.casefold() in ("cases.csv", "officers.csv") for p in inside)
        held = [p for p in inside if p.is_dir() or p.suffix.casefold() == ".xlsx"]
        found += [path] if own or not held else held  # an empty one is told, and not left out
    found = list({path.resolve(): path for path in reversed(found)}.values())[::-1]
    names = [name_of(path) for path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AllocatorError(f"More than one force is called {', '.join(twice)}.", maybe="rename a folder.")
    return found


def name_of(path: Path) -> str:
    """Name of a force: of its folder or workbook, without ending."""
    whole = path.resolve()
    return whole.stem if whole.suffix.casefold() == ".xlsx" else whole.name


def allocate_all(
    paths: Sequence[Path],
    executor: Executor,
    *,
    seed: int = 0,
    time_limit: float | None = None,
) -> Iterator[Done]:
    """Allocate forces, and give each as it ends.

    Parameters
    ----------
    paths : sequence of Path
        As `forces_at` gives them.
    executor : Executor
    seed : int
    time_limit : float, optional
        Seconds for each of them.

    Yields
    ------
    Done
        First those that cannot be read.
    """
    tasks: list[Task] = []
    ready: dict[int, tuple[Path, str]] = {}
    for path in paths:
        try:
            reading = read(path)
        except InputError as error:
            yield Done(name_of(path), path, None, error=str(error))
            continue
        ready[len(tasks)] = path, reading.digest
        tasks.append(Task(reading.force, seed, time_limit))
    try:
        for k, found in executor.each(allocate_one, tasks):
            path, digest = ready.pop(k)
            if isinstance(found, Result):
                yield Done(name_of(path), path, found, digest)
            else:
                yield Done(name_of(path), path, None, digest, found)
    except AllocatorError as error:  # where work ran is gone for good
        for path, digest in ready.values():
            yield Done(name_of(path), path, None, digest, str(error))


def allocate_one(task: Task) -> Result | str:
    """Allocate one force, in a worker; what went wrong where it failed."""
    from allocator.solver.allocate import allocate
    from allocator.solver.pool import here

    try:
        return allocate(task.force, seed=task.seed, time_limit=task.time_limit, pool=here())
    except AllocatorError as error:
        return str(error)
    except Exception as error:  # nothing that is wrong with one force stops the others
        return f"Something unexpected happened ({type(error).__name__}: {error})."
