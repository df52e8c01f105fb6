"""What a worker may use of this machine."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one worker may use.

    Attributes
    ----------
    memory : int
        MiB of address space, for it and for each process that it starts; 0 for no limit.
    nice : int
        By how much it gives way to others who need the processor.
    """

    memory: int = 0
    nice: int = 0

    def apply(self) -> None:
        """Hold this very process to the limits, as far as its system knows them."""
        if self.memory:
            with suppress(ImportError, OSError, ValueError):
                import resource

                resource.setrlimit(resource.RLIMIT_AS, (self.memory * 2**20, self.memory * 2**20))
        if self.nice:
            with suppress(OSError, AttributeError):
                os.nice(self.nice)
