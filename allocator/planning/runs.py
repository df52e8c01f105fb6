"""Running futures: side by side wherever work runs, each kept as it ends, so that a run that was stopped goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from allocator.compute import Executor
from allocator.domain.force import Force
from allocator.domain.result import Result
from allocator.errors import AllocatorError, InputError, Problem
from allocator.files.digest import digest
from allocator.planning.future import COUNTS, FutureTask, run_future
from allocator.planning.settings import Planning
from allocator.planning.supply import Course
from allocator.solver.allocate import versions


@dataclass(frozen=True)
class Staffing:
    """A force as it would be staffed, and whose people it would look after.

    Attributes
    ----------
    demand : Force
        The force before the staffing was changed: of it the people are drawn.
    until : tuple of (int, int) or None
        As in ``allocator.planning.future.FutureTask``.
    """

    name: str
    force: Force
    demand: Force
    planning: Planning
    courses: tuple[Course, ...] | None = None
    until: tuple[int, int] | None = None

    @cached_property
    def key(self) -> str:
        """Name of everything that its futures depend on, but their number and the seed."""
        courses = self.courses and [[c.on.isoformat(), c.places, *c.officers] for c in self.courses]
        told = [digest(self.force), digest(self.demand), self.planning.model_dump(mode="json"), courses, self.until]
        told += [self.force.cycle_date.isoformat(), self.demand.cycle_date.isoformat()]
        told.append(dict(versions()))  # others may choose another of several best plans
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]

    def task(self, seed: int, future: int, horizon: int) -> FutureTask:
        """One future of it."""
        return FutureTask(self.force, self.demand, self.planning, seed, future, horizon, self.courses, self.until)


class KeptFutures:
    """Futures that have been run, in a file with a line each; without a file they are kept in memory alone.

    Parameters
    ----------
    resume : bool
        Whether to go on with a file that is there.

    Raises
    ------
    InputError
        When there is a file already and it is not to be resumed, or it is not one of ours.
    AllocatorError
        When it cannot be written, or another run writes to it.
    """

    def __init__(self, path: Path | None = None, *, resume: bool = False) -> None:
        self._found: dict[str, str] = {}  # as text, which takes a tenth of the memory
        self._file: int | None = None
        self.earlier = 0  # futures that an earlier run left
        if path is None:
            return
        if not resume and path.exists() and path.stat().st_size:
            maybe = "give --resume to go on with it, or another folder."
            raise InputError([Problem(str(path), "a folder without futures of an earlier run", maybe=maybe)])
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            self._lock(path)
            self._read(path)
        except OSError as error:
            self.close()
            raise AllocatorError(f"{path} cannot be written ({error.strerror}).") from error
        except AllocatorError:
            self.close()
            raise

    def _lock(self, path: Path) -> None:
        if os.name == "posix" and self._file is not None:
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                maybe = "wait until it has ended, or name another folder."
                raise AllocatorError(f"Another run writes to {path}.", maybe=maybe) from None

    def _read(self, path: Path) -> None:
        text = path.read_bytes()
        whole, last = text.rsplit(b"\n", 1) if b"\n" in text else (b"", text)
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                entry = json.loads(line)
                self._found[str(entry["key"])] = _text(_whole(entry["found"]))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                raise InputError([_foreign(path, number)]) from None
        if not (last.startswith(_OPENING) or _OPENING.startswith(last)):
            raise InputError([_foreign(path, whole.count(b"\n") + 2 if whole else 1)])
        self.earlier = len(self._found)
        if last:  # a run was killed while it wrote this one
            os.truncate(path, len(whole) + 1 if whole else 0)

    def get(self, key: str) -> Any:
        """What a future came to, None where it has not been run."""
        found = self._found.get(key)
        return None if found is None else json.loads(found)

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def put(self, key: str, found: Any) -> None:
        """Keep what a future came to."""
        self._found[key] = _text(found)
        if self._file is not None:
            line = f'{{"key":{json.dumps(key)},"found":{self._found[key]}}}\n'
            try:
                written = os.write(self._file, line.encode())
                os.fsync(self._file)
            except OSError as error:
                raise AllocatorError(f"A future cannot be kept ({error.strerror}).") from error
            if written < len(line.encode()):
                raise AllocatorError("A future cannot be kept (no room for all of it).")

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> KeptFutures:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_OPENING = b'{"key":'


def _foreign(path: Path, row: int) -> Problem:
    return Problem(str(path), "a line that an earlier run has written", row, maybe="name another folder.")


def _whole(found: Any) -> Any:
    """What a future came to, if that is what it is.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError
        When it is not.
    """
    cycles = {len(row[count]) for row in found["divisions"].values() for count in COUNTS}
    numbers = [n for row in found["divisions"].values() for count in COUNTS for n in row[count]]
    numbers += [found["unproved"], found["future"], *([] if found["ended"] is None else [found["ended"]])]
    if len(cycles) != 1 or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError("no future")
    return found


def _text(found: Any) -> str:
    return json.dumps(found, separators=(",", ":"))


class Futures:
    """Runs futures of staffings, and remembers which have been run.

    Parameters
    ----------
    executor : Executor
        Where work runs.
    horizon : int
        Cycles, the first one included.
    progress : callable, optional
        Told (name of the staffing, futures known, futures wanted) whenever one ends.
    """

    def __init__(
        self,
        executor: Executor,
        kept: KeptFutures,
        *,
        seed: int,
        horizon: int,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.executor, self.kept, self.seed, self.horizon = executor, kept, seed, horizon
        self._progress = progress
        self._used: set[str] = set()
        self.resumed = 0  # of an earlier run

    def of(self, staffing: Staffing, numbers: Iterable[int]) -> list[Any]:
        """What futures of a staffing come to, in the order of their numbers.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C; what has ended by then is kept.
        """
        wanted = list(numbers)
        keys = self._keys(staffing, wanted)
        self._used.update(keys.values())
        missing = [number for number in wanted if keys[number] not in self.kept]
        done = len(wanted) - len(missing)
        self.resumed += done if self.kept.earlier else 0
        for number, found in self._run(staffing, missing):
            self.kept.put(keys[number], found)
            done += 1
            if self._progress is not None:
                self._progress(staffing.name, done, len(wanted))
        return [self.kept.get(keys[number]) for number in wanted]

    @property
    def count(self) -> int:
        """Futures that were looked at, those of an earlier run included."""
        return sum(key in self.kept for key in self._used)

    def known(self, staffing: Staffing, numbers: Iterable[int]) -> list[Any]:
        """Those futures of a staffing that have been run."""
        found = [self.kept.get(key) for key in self._keys(staffing, list(numbers)).values()]
        return [one for one in found if one is not None]

    def _keys(self, staffing: Staffing, numbers: list[int]) -> dict[int, str]:
        name = staffing.key
        return {number: f"{name}-{self.seed}-{self.horizon}-{number}" for number in numbers}

    def _run(self, staffing: Staffing, numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
        tasks = [staffing.task(self.seed, number, self.horizon) for number in numbers]
        for k, found in self.executor.each(run_task, tasks):
            yield numbers[k], found


def run_task(task: FutureTask) -> Mapping[str, Any]:
    """Run one future, in a worker."""
    from allocator.solver.allocate import allocate
    from allocator.solver.pool import in_process_pool

    pool = in_process_pool()  # futures share their first cycles, and staffings their quiet divisions

    def decide(force: Force) -> Result:
        result = allocate(force, seed=0, pool=pool, compare=False)
        if result.stopped is not None:  # a future with a plan that was cut short is none
            raise KeyboardInterrupt
        return result

    return run_future(task, decide)
