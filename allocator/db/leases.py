"""Who runs a job: a server, for as long as its lease holds and it is heard of again before that runs out.

    lease    taken with the job, renewed every `BEAT`, run out `LEASE` after the server was last heard of

All times are by the clock of the database, which all servers share. A job whose lease has run out is taken over by any
server; how a job ended is written for its holder alone. So a job is run once at a time: who cannot renew a lease gives
its work up before the lease has run out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select, update

from allocator.db.database import database_clock
from allocator.db.jobs import KNOWN, WAITS, Job, JobState, find_job, result_seal
from allocator.db.service_tables import problems
from allocator.db.snapshots import pack
from allocator.db.store import Store
from allocator.db.tables import as_record
from allocator.errors import AllocatorError, failure

LEASE = 40.0  # seconds
BEAT = 5.0  # seconds
ATTEMPTS = 2  # of a job whose worker ends without a word
LOSSES = 5  # of a job whose server does, which is seldom its fault
_RUNS = problems.c.state == "running"


def claim_job(store: Store, holder: str) -> Job | None:
    """Take the job whose turn it is, or that a server has left; None when there is none.

    Parameters
    ----------
    holder : str
        The server that takes it.
    """
    with store.reading() as connection:  # most looks find nothing, and then nobody's turn to write is taken
        found = or_(WAITS, _run_out(database_clock(connection)))
        if connection.execute(select(problems.c.id).where(found).limit(1)).first() is None:
            return None
    with store.database.writing() as connection:
        now = database_clock(connection)
        for row in connection.execute(select(*KNOWN).where(_run_out(now))).all():
            _retry(connection, as_record(Job, row), now, LOSSES)
        waiting = connection.execute(_in_turn().limit(1)).scalar()
        if waiting is None:
            return None
        taken = {"state": "running", "started_at": now, "attempts": problems.c.attempts + 1, "lease_holder": holder}
        connection.execute(update(problems).where(problems.c.id == waiting).values(taken | _lease(now)))
        return find_job(connection, waiting)


def _in_turn() -> Select[str]:
    """Jobs that wait: first of the account with the fewest that run, then of the one served longest ago; the oldest."""
    waiting = select(problems.c.owner_id).where(WAITS)
    runs, served = func.sum(case((_RUNS, 1), else_=0)), func.max(problems.c.started_at)
    query = select(problems.c.owner_id, runs.label("runs"), served.label("served"))
    owners = query.where(problems.c.owner_id.in_(waiting)).group_by(problems.c.owner_id).subquery()
    turn = (owners.c.runs, owners.c.served.is_not(None), owners.c.served, problems.c.created_at, problems.c.id)
    found = select(problems.c.id).join(owners, owners.c.owner_id == problems.c.owner_id)
    return found.where(WAITS).order_by(*turn)


def renew_leases(store: Store, holder: str, job_ids: Collection[str]) -> frozenset[str]:
    """Renew the leases of jobs that a server is at; those that it holds still."""
    if not job_ids:
        return frozenset()
    with store.database.writing() as connection:
        held = _RUNS & (problems.c.lease_holder == holder) & problems.c.id.in_(job_ids)
        kept = frozenset(connection.execute(select(problems.c.id).where(held)).scalars())
        connection.execute(update(problems).where(held).values(_lease(database_clock(connection))))
        return kept


def finish_job(
    store: Store,
    job_id: str,
    holder: str,
    state: JobState,
    *,
    result: Any = None,
    error: Mapping[str, Any] | None = None,
) -> bool:
    """Write how a job ended; False where somebody else holds it by now, and nothing is written."""
    values: dict[str, Any] = {"state": state, "result_id": None, "result": None, "error": error}
    if result is not None:
        name, values["result"] = pack(result)
        values["result_id"] = result_seal(store, job_id, name)
    with store.database.writing() as connection:
        ended = values | {"ended_at": database_clock(connection)}
        return connection.execute(update(problems).where(*_held(job_id, holder)).values(ended)).rowcount == 1


def release_job(store: Store, job_id: str, holder: str) -> bool:
    """Put a job back whose server is told to end; the attempt does not count. False where somebody else holds it."""
    values = {"state": "queued", "started_at": None, "attempts": problems.c.attempts - 1, "lease_expires": None}
    with store.database.writing() as connection:
        return connection.execute(update(problems).where(*_held(job_id, holder)).values(values)).rowcount == 1


def retry_job(store: Store, job_id: str, holder: str, why: Mapping[str, Any] | None = None) -> bool:
    """Queue a job again whose worker ended without a word; it has failed when it was tried twice.

    Parameters
    ----------
    why : mapping, optional
        What was away that the worker needed, which is no fault of the job: it is tried as often as one whose server was
        lost.

    Returns
    -------
    bool
        False where somebody else holds it.
    """
    with store.database.writing() as connection:
        row = connection.execute(select(*KNOWN).where(*_held(job_id, holder))).first()
        if row is not None:
            most = ATTEMPTS if why is None else LOSSES
            _retry(connection, as_record(Job, row), database_clock(connection), most, why)
        return row is not None


def end_leases(store: Store, holder: str) -> None:
    """Let every lease of a server that is certainly gone run out now."""
    with store.database.writing() as connection:
        held = _RUNS & (problems.c.lease_holder == holder)
        connection.execute(update(problems).where(held).values(lease_expires=None))


def _retry(connection: Connection, job: Job, now: datetime, most: int, why: Mapping[str, Any] | None = None) -> None:
    values: dict[str, Any] = {"state": "queued", "started_at": None, "lease_expires": None}
    if job.stopping:
        values = {"state": "stopped", "ended_at": now}
    elif job.attempts >= most:
        times = "twice" if job.attempts == ATTEMPTS else f"{job.attempts} times"
        died = AllocatorError(f"The work ended without a word {times}; perhaps it needs more memory than it may have.")
        values = {"state": "failed", "ended_at": now, "error": why or failure(died)}
    connection.execute(update(problems).where(problems.c.id == job.id).values(values))


def _held(job_id: str, holder: str) -> tuple[Any, ...]:
    return problems.c.id == job_id, _RUNS, problems.c.lease_holder == holder


def _run_out(now: datetime) -> Any:
    return _RUNS & or_(problems.c.lease_expires.is_(None), problems.c.lease_expires <= now)


def _lease(now: datetime) -> dict[str, datetime]:
    return {"lease_beat": now, "lease_expires": now + timedelta(seconds=LEASE)}
