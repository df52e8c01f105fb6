"""Threads of the service that outlive every fault that passes: they back off, say why, and come back."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from allocator.errors import AllocatorError, Unexpected, happened_at

FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0  # seconds after a fault, which double from one to the next


class SteadyThread:
    """A thread that does one step after another until it is told to end.

    Parameters
    ----------
    name : str
        As which the log knows it.
    step : callable
        May raise anything: it is done again after a while.
    ending : threading.Event
        Set when the thread is to end.
    finish : callable, optional
        Done by the thread at its end.

    Attributes
    ----------
    fault : str or None
        Why it cannot go on at present, for everybody; the log says it once with its place.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], object],
        ending: threading.Event,
        finish: Callable[[], object] | None = None,
    ) -> None:
        self.name = name
        self.fault: str | None = None
        self._logged: str | None = None
        self._step, self._ending, self._finish = step, ending, finish
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._wait = FIRST_WAIT

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for it to end, so many seconds at most."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    @property
    def alive(self) -> bool:
        """Whether it goes on, and nothing keeps it from that."""
        return self._thread.is_alive() and self.fault is None

    def recovered(self) -> None:
        """Note that it can go on."""
        self._wait = FIRST_WAIT
        if self.fault is not None:
            self.fault = self._logged = None
            structlog.get_logger("jobs").info("goes on", thread=self.name)

    def stumbled(self, error: Exception) -> float:
        """Note a fault; for how many seconds to wait."""
        wait, self._wait = self._wait, min(2 * self._wait, LONGEST_WAIT)
        why = error.said if isinstance(error, AllocatorError) else happened_at(error)
        if why != self._logged:
            self._logged = why
            structlog.get_logger("jobs").warning("waits", thread=self.name, cause=why)
        self.fault = (error.public if isinstance(error, AllocatorError) else Unexpected()).text
        return wait

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._step()
                self.recovered()
            except Exception as error:  # whatever it is, jobs would wait for ever if nobody looked after them
                self._ending.wait(self.stumbled(error))
        if self._finish is not None:
            self._finish()
