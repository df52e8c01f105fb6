"""Whether a server can do its work, told in time whatever else it is doing."""

from __future__ import annotations

import asyncio

from anyio import CapacityLimiter, to_thread

from allocator.app.stores import Store
from allocator.errors import AllocatorError, Unavailable
from allocator.http.observability import Faults
from allocator.jobs.pool import WorkerPool

WITHIN = 5.0  # seconds; whoever asks has others to ask


class Readiness:
    """Looks whether database, key and a solver are there: one look at a time, in a thread that nothing else takes.

    Parameters
    ----------
    store : Store
    pool : WorkerPool
    faults : Faults
        Where writing was away, it is tried before the server is ready again.
    """

    def __init__(self, store: Store, pool: WorkerPool, faults: Faults) -> None:
        self._store, self._pool, self._faults = store, pool, faults
        self._look: asyncio.Future[None] | None = None

    async def require(self) -> None:
        """Refuse where something is away; whoever asks during a look waits for the same one.

        Raises
        ------
        Unavailable
        """
        if self._look is None or self._look.done():
            thread = to_thread.run_sync(self._require, abandon_on_cancel=True, limiter=CapacityLimiter(1))
            self._look = asyncio.ensure_future(thread)
            self._look.add_done_callback(lambda look: look.cancelled() or look.exception())  # nobody may ask again
        done, _ = await asyncio.wait([self._look], timeout=WITHIN)
        if not done:
            raise Unavailable("The database does not answer.")
        try:
            self._look.result()
        except Unavailable:
            raise
        except AllocatorError as error:
            raise Unavailable(error.public.text, maybe=error.public.maybe) from error

    def _require(self) -> None:
        self._store.require_ready()
        if self._faults.cause("writing", "home") is not None:
            self._store.database.require_turn()
        self._pool.require_ready()
