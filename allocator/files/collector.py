"""Pausing the search for reference cycles while very many records are made or read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_collector() -> Iterator[None]:
    """Let no search for cycles run meanwhile.

    Records refer to nothing that refers back to them; to look for cycles among a million new objects takes
    three times as long as to make them. Objects without cycles are freed as always.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
