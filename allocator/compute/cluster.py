"""Work on a Dask cluster, both sides of which prove who they are."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures import Executor as FutureExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.compute.executor import ATTEMPTS, GRACE, POLL, Event, Executor, Work, WorkersLost
from allocator.domain.result import RULES_VERSION
from allocator.errors import AllocatorError, InputError, Problem

if TYPE_CHECKING:
    from distributed import Client

CONNECT_WITHIN = 20  # seconds
CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")


class ClusterExecutor(Executor):
    """Sends tasks to a cluster, connects anew when its scheduler was started again, and gives up in the end.

    Parameters
    ----------
    address : str
        Of a Dask scheduler, ``tls://host:port``.
    certificates : str or None
        Folder with ``ca.pem``, ``cert.pem`` and ``key.pem``; the present one unless given.
    """

    def __init__(self, address: str, certificates: str | None = None) -> None:
        self.address, self.folder = address, Path(certificates or ".")
        self._client: Client | None = None

    def follow(self, work: Work, tasks: Sequence[Any]) -> Iterator[list[Event]]:
        """Do tasks side by side, and tell of each when it is done.

        Raises
        ------
        AllocatorError
            When the cluster cannot be used: out of reach, not safe, or of another version.
        """
        left, lost = dict(enumerate(tasks)), 0
        while left:
            before = len(left)
            try:
                for events in self._send(work, left):
                    for event in events:
                        del left[event.task]
                    yield events
            except Exception as error:
                if not isinstance(error, _lost_on()):
                    raise
                self.kill()  # a worker or the scheduler is gone, and what it was at with it
                lost = 0 if len(left) < before else lost + 1
                if lost >= ATTEMPTS:
                    name = type(error).__name__
                    raise WorkersLost(f"Workers ended without a word {lost} times in a row ({name}).") from error

    def kill(self) -> list[Event]:
        """Leave the cluster; it drops what it was sent."""
        if self._client is not None:
            client, self._client = self._client, None
            with suppress(OSError, TimeoutError):  # a scheduler that is gone
                client.close(timeout=GRACE)
        return []

    def _send(self, work: Work, tasks: Mapping[int, Any]) -> Iterator[list[Event]]:
        """Keep a few tasks for each worker on their way, so that a large list is not sent at once."""
        if self._client is None:
            self._client = self._connect()
        executor: FutureExecutor = self._client.get_executor(pure=False, retries=ATTEMPTS)
        self.count = max(1, sum(self._client.nthreads().values()))
        waiting, running = iter(list(tasks.items())), dict[Future[Any], int]()
        try:
            while True:
                for number, task in itertools.islice(waiting, 2 * self.count - len(running)):
                    running[executor.submit(_do, work, task)] = number
                if not running:
                    return
                done, _ = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
                yield [Event("done", running.pop(future), future.result()) for future in done]
        finally:
            for future in running:
                future.cancel()

    def _connect(self) -> Client:
        if not self.address.startswith("tls://"):
            raise AllocatorError(
                f"{self.address} is refused: workers run what they are sent, so a cluster has to be one that both "
                "sides prove who they are to.",
                maybe="start the scheduler with certificates, and name it tls://….",
            )
        if not re.fullmatch(r"tls://[^/:\s]+:[0-9]{1,5}|tls://\[[0-9A-Fa-f:]+\]:[0-9]{1,5}", self.address):
            raise InputError([Problem("cluster", "an address such as tls://host:8786", value=self.address)])
        try:
            from distributed import Client
            from distributed.security import Security
        except ImportError as error:
            raise AllocatorError("Dask is not installed.", maybe="run `pip install 'allocator[cluster]'`.") from error
        missing = [name for name in CERTIFICATES if not (self.folder / name).is_file()]
        if missing:
            raise AllocatorError(
                f"The folder {self.folder} has no {', '.join(missing)}.", maybe="name the folder with --certificates."
            )
        ca, certificate, key = (str(self.folder / name) for name in CERTIFICATES)
        security = Security(tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key, require_encryption=True)
        try:
            client = Client(self.address, security=security, timeout=CONNECT_WITHIN, set_as_default=False)
        except Exception as error:
            raise AllocatorError(
                f"The cluster at {self.address} cannot be reached ({type(error).__name__})."
            ) from error
        self._client = client
        own = software()
        others = {worker: of for worker, of in client.run(software, on_error="ignore").items() if of != own}
        if others:
            self.kill()
            worker, of = min(others.items())
            raise AllocatorError(
                f"The worker at {worker} has {', '.join(of)}; here are {', '.join(own)}: other versions plan otherwise."
            )
        return client


def software() -> tuple[str, ...]:
    """Versions on which plans depend."""
    return (*(f"{name} {version(name)}" for name in ("allocator", "ortools", "numpy")), f"rules {RULES_VERSION}")


def _do(work: Work, task: Any) -> Any:
    return work(task, lambda state: None)


def _lost_on() -> tuple[type[BaseException], ...]:
    """What a task ends with when its worker, or the scheduler, was killed."""
    scheduler = sys.modules.get("distributed.scheduler")
    lost = (CancelledError, ConnectionError, TimeoutError)
    return lost if scheduler is None else (*lost, scheduler.KilledWorker, OSError)
