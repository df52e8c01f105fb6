"""One worker: a process of this machine with a pipe of its own, seen from its caller and from within.

Ctrl-C is for the caller, which says what ends; a worker is asked to stop by a signal that its work meets as a
`KeyboardInterrupt`. Neither may cut a message in two, so signals wait while one is written or read. A worker ends with
its caller, however that ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from allocator.compute.executor import Work
from allocator.compute.limits import WorkerLimits

STOP = getattr(signal, "SIGUSR1", signal.SIGINT)
_STARTING = threading.Lock()  # a worker forked while another starts would keep the end of its pipe open


class WorkerHandle:
    """One worker as its caller sees it.

    Parameters
    ----------
    prepare : callable
        Called in the worker before its first task.
    fork : bool
        Copy this process instead of starting afresh: at once there, and a caller's script needs no main guard.

    Attributes
    ----------
    ready : bool
        Whether it is prepared.
    task : int or None
        Position of the task that it works on.
    """

    def __init__(self, prepare: Callable[[], object], limits: WorkerLimits, *, fork: bool) -> None:
        context = multiprocessing.get_context("fork" if fork else "spawn")
        with _STARTING, _handling([signal.SIGINT], signal.SIG_IGN):  # born deaf to Ctrl-C
            self.pipe, theirs = context.Pipe()
            self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
                target=_serve, args=(theirs, prepare, limits, os.getpid()), name="allocator-worker"
            )
            self.process.start()
            theirs.close()
        self.ready = False
        self.task: int | None = None
        self._kill_at: float | None = None
        self._end = weakref.finalize(self, _end, self.process, self.pipe, os.getpid())

    def give(self, number: int, work: Work, task: Any) -> None:
        """Have it work on a task; where it is gone already, `read` tells."""
        self.task = number
        with suppress(OSError):
            self.pipe.send_bytes(pickle.dumps((work, task)))

    def read(self) -> tuple[list[tuple[str, Any]], bool]:
        """What it has told since the last look, as (kind, value), and whether it is gone; signals are deferred."""
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            self.process.kill()
        told, gone = [], not self.process.is_alive()
        try:
            while self.pipe.poll():
                told.append(self.pipe.recv())
        except (EOFError, OSError):
            gone = True
        return told, gone

    def stop(self, grace: float) -> None:
        """Ask it to end its task with what it has, and kill it when so many seconds have passed in vain."""
        if self._kill_at is None and self.process.pid is not None:
            self._kill_at = time.monotonic() + grace
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, STOP)

    def rest(self) -> None:
        """Its task is over: it is free for the next."""
        self.task = self._kill_at = None

    def end(self) -> str:
        """End it at once, with all that it has started; how it ended."""
        self._end()
        code = self.process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _end(process: BaseProcess, pipe: Connection, owner: int) -> None:
    if os.getpid() == owner:  # a copy of the handle in a forked worker ends nobody
        process.kill()
        process.join(5)
        pipe.close()


def _serve(pipe: Connection, prepare: Callable[[], object], limits: WorkerLimits, caller: int) -> None:
    """Work, in the worker, on one task after another."""
    if _STARTING.locked():  # by the caller, of which this is a copy
        _STARTING.release()
    gc.freeze()  # what was forked from a large caller is not searched for garbage, which would copy all of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(STOP, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(caller,), daemon=True).start()
    limits.apply()
    prepare()
    pipe.send(("ready", None))
    with suppress(EOFError, OSError):
        while True:
            _answer(pipe, pipe.recv_bytes())


def _answer(pipe: Connection, given: bytes) -> None:
    def send(message: bytes) -> None:
        with signals_deferred():
            pipe.send_bytes(message)

    try:
        try:
            signal.signal(STOP, _interrupt)
            work, task = pickle.loads(given)
            answer = pickle.dumps(("done", work(task, lambda state: send(pickle.dumps(("progress", state))))))
        finally:
            signal.signal(STOP, signal.SIG_IGN)
    except KeyboardInterrupt:
        answer = pickle.dumps(("stopped", None))
    except Exception as error:
        answer = _failure(error)
    send(answer)


def _failure(error: Exception) -> bytes:
    """What was raised, as it can be raised again by the caller, with the way it came about as a note."""
    error.add_note("In a worker:\n" + "".join(traceback.format_exception(error)))
    try:
        answer = pickle.dumps(("failed", error))
        pickle.loads(answer)
        return answer
    except Exception:
        return pickle.dumps(("failed", RuntimeError(f"{type(error).__name__} in a worker")))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _end_with(caller: int) -> None:
    """End the worker when its caller is gone, killed before it could end its workers itself."""
    known = multiprocessing.parent_process()
    while known is not None and os.getppid() == caller:
        known.join(1)
    os._exit(1)


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Let signals that would interrupt this thread wait until a message is whole."""
    met: list[int] = []
    heard = [number for number in (signal.SIGINT, signal.SIGTERM, STOP) if callable(signal.getsignal(number))]
    try:
        with _handling(heard, lambda number, _: met.append(number)):
            yield
    finally:
        for number in met:
            signal.raise_signal(number)


@contextmanager
def _handling(signals: Iterable[int], handler: Any) -> Iterator[None]:
    """Handle signals in another way meanwhile, in the main thread, which alone hears them."""
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, handler) for number in signals} if main else {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
