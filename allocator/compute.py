"""Where work runs: on this machine's cores, in processes that can be killed without losing what they found.

A task and what is told about it each go through a file of their own, written whole or not at all, so that the caller
always has the last state, whether the worker ended, was killed, or was stopped because time ran out. Only a few bytes
go through the pool's own pipes: a worker killed in the middle of a long message would leave its reader waiting.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from allocator.domain.result import RULES_VERSION
from allocator.errors import AllocatorError, InputError, Problem

POLL = 0.1  # seconds between looks at what workers have told
ATTEMPTS = 2  # a task whose worker was killed is tried once more
CONNECT_WITHIN = 20  # seconds
LOST = (BrokenProcessPool, CancelledError, ConnectionError, TimeoutError)
GRACE = 0.5  # seconds after the deadline before workers are killed


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class TaskFiles:
    """The files of one task: what is to be done, and how far it has come.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._task, self._told = path.with_suffix(".task"), path.with_suffix(".told")
        self._seen: tuple[int, int] | None = None
        self._state: Any = None

    def put(self, task: Any) -> None:
        """Say what is to be done."""
        self._task.write_bytes(pickle.dumps(task))

    def task(self) -> Any:
        """What is to be done."""
        return pickle.loads(self._task.read_bytes())

    def tell(self, state: Any) -> None:
        """Replace what was told before."""
        draft = self._told.with_suffix(".new")
        draft.write_bytes(pickle.dumps(state))
        os.replace(draft, self._told)

    def read(self) -> Any:
        """What was told last, None when nothing was."""
        try:
            written = self._told.stat()
            if (written.st_ino, written.st_mtime_ns) != self._seen:
                self._state = pickle.loads(self._told.read_bytes())
                self._seen = written.st_ino, written.st_mtime_ns
        except FileNotFoundError:
            pass
        return self._state

    def clear(self) -> None:
        """Remove the files."""
        self._task.unlink(missing_ok=True)
        self._told.unlink(missing_ok=True)


Work = Callable[[Any, Callable[[Any], None]], Any]


class Workers:
    """Worker processes on this machine, made ready ahead of their first task.

    Parameters
    ----------
    count : int
        Processes side by side.
    prepare : callable
        Called in every worker while the caller prepares the work.
    """

    def __init__(self, count: int, prepare: Callable[[], object]) -> None:
        self.count = count
        self._prepare = prepare
        self._folder = tempfile.TemporaryDirectory(prefix="allocator-")
        self._numbers = itertools.count()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False
        self._start()

    def _start(self) -> ProcessPoolExecutor:
        if self._closed:
            raise ValueError("these workers are closed")
        if self._pool is None:
            # Forked where that is safe, so that a caller's script needs no main guard. Workers leave Ctrl-C to it.
            method = "fork" if sys.platform == "linux" else "spawn"
            with _interrupts_held():
                self._pool = ProcessPoolExecutor(
                    self.count, multiprocessing.get_context(method), _begin, (self._folder.name, self._prepare)
                )
                self._pool.submit(_nothing)
        return self._pool

    def ready(self) -> None:
        """Wait until every worker is prepared."""
        for last in (False, True):
            try:
                for future in [self._start().submit(_meet, self._folder.name, self.count) for _ in range(self.count)]:
                    future.result()
                return
            except BrokenProcessPool:  # a worker was killed while it had nothing to do
                self.kill()
                if last:
                    raise

    def run(
        self, work: Work, tasks: Sequence[Any], deadline: float, look: Callable[[list[Any]], None]
    ) -> tuple[list[Any], str | None]:
        """Run tasks side by side.

        Parameters
        ----------
        work : callable
            Called in a worker with a task and a function that tells its state so far; returns its last state.
        tasks : sequence
        deadline : float
            Clock time at which workers that have not ended are stopped.
        look : callable
            Told the state of every task (None where there is none yet) whenever one changed.

        Returns
        -------
        (states, stopped)
            The last state of each task, None where it never told one; and why the run ended early, None if it did not:
            "time limit", "interrupted" or "a worker was killed".
        """
        self._start()
        boxes = [TaskFiles(Path(self._folder.name) / str(next(self._numbers))) for _ in tasks]
        states: list[Any] = [None] * len(tasks)
        left, attempts, stopped = set(range(len(tasks))), [0] * len(tasks), None
        try:
            for box, task in zip(boxes, tasks, strict=True):
                box.put(task)
            while left and stopped is None:
                futures = self._submit(work, boxes, left, attempts)
                stopped = self._follow(futures, left, boxes, states, deadline, look)
                if left and stopped is None:  # a worker was killed and took the pool with it
                    self.kill()
                    if all(attempts[k] >= ATTEMPTS for k in left):
                        stopped = "a worker was killed"
        except KeyboardInterrupt:
            stopped = "interrupted"
        except BaseException:  # whoever looks at the states failed: nobody waits for the rest
            stopped = "failed"
            raise
        finally:
            for k in left:
                states[k] = boxes[k].read()
            if stopped is not None:
                self.kill()
            for box in boxes:
                box.clear()
        return states, stopped

    def _submit(
        self, work: Work, boxes: list[TaskFiles], left: set[int], attempts: list[int]
    ) -> dict[Future[Any], int]:
        futures, pool = {}, self._start()
        for k in sorted(left):
            if attempts[k] < ATTEMPTS:
                attempts[k] += 1
                try:
                    futures[pool.submit(_run, work, boxes[k])] = k
                except BrokenProcessPool:
                    break
        return futures

    def _follow(
        self,
        futures: dict[Future[Any], int],
        left: set[int],
        boxes: list[TaskFiles],
        states: list[Any],
        deadline: float,
        look: Callable[[list[Any]], None],
    ) -> str | None:
        pending, looked = set(futures), 0.0
        while pending:
            done, pending = wait(pending, timeout=POLL, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    future.result()
                except BrokenProcessPool:
                    continue
                left.discard(futures[future])
                states[futures[future]] = boxes[futures[future]].read()
            if not pending or time.time() > looked + POLL:
                looked = time.time()
                for k in left:
                    states[k] = boxes[k].read()
                look(states)
            if pending and time.time() > deadline + GRACE:
                return "time limit"
        return None

    def kill(self) -> None:
        """End every worker at once; the next run starts new ones."""
        if self._pool is not None:
            # All at once: one left alive could wait for ever for a lock that another held when it was killed.
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        for mark in Path(self._folder.name).glob("ready-*"):
            mark.unlink(missing_ok=True)

    def close(self) -> None:
        """End the workers and remove what they told."""
        self._closed = True
        self.kill()
        self._folder.cleanup()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Place:
    """Where work runs: on this machine's cores, or on a cluster.

    Workers of this machine are started afresh, so a script that uses them needs the usual main guard.

    Parameters
    ----------
    workers : int, optional
        Processes side by side on this machine; as many as there are cores unless given.
    cluster : str, optional
        Address of a Dask scheduler, ``tls://host:port``; a folder with ca.pem, cert.pem and key.pem beside it.
    certificates : str, optional
        Folder with ``ca.pem``, ``cert.pem`` and ``key.pem``.
    """

    workers: int | None = None
    cluster: str | None = None
    certificates: str | None = None

    @contextmanager
    def executor(self) -> Iterator[tuple[Executor, int]]:
        """Start what runs work, and end it.

        Yields
        ------
        (executor, workers)

        Raises
        ------
        AllocatorError
            When the cluster cannot be reached, or its address is not safe.
        """
        if self.cluster is not None:
            with _cluster(self.cluster, self.certificates) as found:
                yield found
            return
        count = self.workers or cores()
        with _interrupts_held():
            pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _settle, (os.getpid(),))
            pool.submit(_nothing)
        try:
            yield pool, count
        finally:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(address: str, certificates: str | None) -> Iterator[tuple[Executor, int]]:
    if not address.startswith("tls://"):
        raise AllocatorError(
            f"{address} is refused: workers run what they are sent, so a cluster has to be one that both sides prove "
            "who they are to.",
            maybe="start the scheduler with certificates, and name it tls://….",
        )
    if not re.fullmatch(r"tls://[^/:\s]+:[0-9]{1,5}|tls://\[[0-9A-Fa-f:]+\]:[0-9]{1,5}", address):
        raise InputError([Problem("cluster", "an address such as tls://host:8786", value=address)])
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError as error:
        raise AllocatorError("Dask is not installed.", maybe="run `pip install 'allocator[cluster]'`.") from error
    folder = Path(certificates or ".")
    missing = [name for name in ("ca.pem", "cert.pem", "key.pem") if not (folder / name).is_file()]
    if missing:
        raise AllocatorError(
            f"The folder {folder} has no {', '.join(missing)}.", maybe="name the folder with --certificates."
        )
    security = Security(
        tls_ca_file=str(folder / "ca.pem"),
        tls_client_cert=str(folder / "cert.pem"),
        tls_client_key=str(folder / "key.pem"),
        require_encryption=True,
    )
    try:
        client = Client(address, security=security, timeout=CONNECT_WITHIN, set_as_default=False)
    except Exception as error:
        raise AllocatorError(f"The cluster at {address} cannot be reached ({type(error).__name__}).") from error
    try:
        own = software()
        others = {worker: of for worker, of in client.run(software, on_error="ignore").items() if of != own}
        if others:
            worker, of = min(others.items())
            raise AllocatorError(
                f"The worker at {worker} has {', '.join(of)}; here are {', '.join(own)}: other versions plan otherwise."
            )
        yield client.get_executor(pure=False, retries=ATTEMPTS), max(1, sum(client.nthreads().values()))
    finally:
        with suppress(OSError, TimeoutError):  # a scheduler that is gone
            client.close(timeout=GRACE)


def software() -> tuple[str, ...]:
    """Versions on which plans depend."""
    return (*(f"{name} {version(name)}" for name in ("allocator", "ortools", "numpy")), f"rules {RULES_VERSION}")


class Runner:
    """Does lists of tasks one after another in the same place, which is made ready at the first and ended at the last.

    Parameters
    ----------
    place : Place
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._stack = ExitStack()
        self._ready: tuple[Executor, int] | None = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what runs work; the next list starts it again."""
        self._ready = None
        self._stack.close()

    def each(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Do tasks side by side, and give each as it ends.

        Parameters
        ----------
        work : callable
            At the top of a module; called with one task in a worker.
        tasks : sequence

        Yields
        ------
        (position, result)
            In the order in which they end.

        Raises
        ------
        AllocatorError
            When workers are killed again and again, or the cluster stays out of reach.
        """
        left, lost = dict(enumerate(tasks)), 0
        while left:
            before = len(left)
            try:
                if self._ready is None:
                    self._ready = self._stack.enter_context(self.place.executor())
                for k, result in _as_they_end(*self._ready, work, left):
                    del left[k]
                    yield k, result
            except Exception as error:
                if not isinstance(error, lost_on()):
                    raise
                self.close()  # a worker or the scheduler is gone, and what it was at with it
                lost = 0 if len(left) < before else lost + 1
                if lost >= ATTEMPTS:
                    raise AllocatorError(
                        f"Workers ended without a word {lost + 1} times in a row ({type(error).__name__})."
                    ) from error


class InProcessRunner(Runner):
    """Does lists of tasks in this very process: for one that is a worker already."""

    def __init__(self) -> None:
        super().__init__(Place(1))

    def each(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Do tasks one after another."""
        for k, task in enumerate(tasks):
            yield k, work(task)


def lost_on() -> tuple[type[BaseException], ...]:
    """What a task ends with when its worker, or the scheduler, was killed."""
    scheduler = sys.modules.get("distributed.scheduler")
    return LOST if scheduler is None else (*LOST, scheduler.KilledWorker, OSError)


def _as_they_end(
    executor: Executor, workers: int, work: Callable[[Any], Any], tasks: Mapping[int, Any]
) -> Iterator[tuple[int, Any]]:
    """Keep a few tasks for each worker on their way, so that a large list is not sent at once."""
    waiting = iter(list(tasks.items()))
    at_once = 2 * workers
    running: dict[Future[Any], int] = {}
    try:
        while True:
            for k, task in itertools.islice(waiting, at_once - len(running)):
                running[executor.submit(work, task)] = k
            if not running:
                return
            done, _ = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
            for future in done:
                k = running.pop(future)
                yield k, future.result()
    finally:
        for future in running:
            future.cancel()


def _settle(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_outlive, args=(parent, None), daemon=True).start()


class InProcessWorkers:
    """Does in this process, one after another, what `Workers` do side by side."""

    count = 1

    def ready(self) -> None:
        """Nothing has to be prepared."""

    def run(
        self, work: Work, tasks: Sequence[Any], deadline: float, look: Callable[[list[Any]], None]
    ) -> tuple[list[Any], str | None]:
        """Run tasks one after another; Ctrl-C is the caller's."""
        states: list[Any] = [None] * len(tasks)
        for k, task in enumerate(tasks):
            states[k] = work(task, _unheard)
            look(states)
        return states, None

    def close(self) -> None:
        """Nothing has to be ended."""


def _unheard(_: Any) -> None:
    """Nobody looks at what is told on the way."""


def _begin(folder: str, prepare: Callable[[], object]) -> None:
    gc.freeze()  # what was forked from a large caller is not searched for garbage, which would copy all of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_outlive, args=(os.getppid(), folder), daemon=True).start()
    prepare()
    Path(folder, f"ready-{os.getpid()}").touch()


def _outlive(parent: int, folder: str | None) -> None:
    """End a worker whose caller is gone, killed before it could end its workers itself, and leave nothing behind."""
    while os.getppid() == parent:
        time.sleep(1)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _nothing() -> None:
    """A first task, so that workers start before there is work."""


def _meet(folder: str, count: int) -> None:
    """Wait for the other workers, so that none does the waiting of two."""
    while len(list(Path(folder).glob("ready-*"))) < count:
        time.sleep(0.005)


def _run(work: Work, box: TaskFiles) -> None:
    box.tell(work(box.task(), box.tell))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let children be born deaf to Ctrl-C, where this thread may decide so."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which alone hears Ctrl-C
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
