"""Work in a process of its own, and work in this one, both ended by Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from allocator import Force, Result, allocate
from benchmarks.race import ROOT, Memory


@contextlib.contextmanager
def job(module: str, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], Memory]]:
    """Run a module and give its process, whose output can be read, with a look at its memory.

    At the end it has ended with all that it started; it fails when the module did.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        with Memory(process.pid) as memory:
            yield process, memory
            process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")


def solved(force: Force, **options: Any) -> Result:
    """Allocate; a run that Ctrl-C ended ends the benchmark too."""
    result = allocate(force, **options)
    if result.stopped == "interrupted":
        raise KeyboardInterrupt
    return result
