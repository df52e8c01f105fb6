"""The queue: jobs as rows, so that a restart forgets none. Who runs one, and for how long, is in `leases`.

queued -> running -> done | stopped | failed          stopped: ended early, with the best that was found if any
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select, update

from allocator.db.audit import keyed_hash
from allocator.db.database import database_clock
from allocator.db.service_tables import problems
from allocator.db.snapshots import pack, packed_name, unpack
from allocator.db.store import Store
from allocator.db.tables import as_record, count_rows
from allocator.errors import NOTHING_CHANGED, Conflict, InputError, NotThere, Problem, Purged

JobKind = Literal["allocate", "whatif", "frontier", "propose", "planning"]
JobState = Literal["queued", "running", "done", "stopped", "failed"]
ENDED: frozenset[JobState] = frozenset({"done", "stopped", "failed"})
MOST_WAITING = 20  # of one person
WAITS = problems.c.state == "queued"
# What a job is known by; its data and result can be large, and are read only where they are wanted.
KNOWN = (
    *(column for column in problems.c if column.name not in ("data", "result")),
    problems.c.result.is_not(None).label("has_result"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes
    ----------
    id : str
        32 hexadecimal digits, not to be guessed.
    stopping : bool
        Somebody has asked it to stop.
    error : mapping or None
        Why it failed, as `errors.failure` has it, and ``problems`` for a wrong input; earlier versions kept ``says``.
    """

    id: str
    kind: JobKind
    owner_id: int
    state: JobState
    stopping: bool
    parameters: Mapping[str, Any]
    has_result: bool
    error: Mapping[str, Any] | None
    attempts: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ENDED


def submit_job(
    store: Store,
    owner_id: int,
    kind: JobKind,
    parameters: Mapping[str, Any],
    *,
    by: str,
    data: Any = None,
    key: str | None = None,
) -> Job:
    """Put a job at the end of its owner's queue.

    Parameters
    ----------
    owner_id : int
        Whose job it is.
    parameters : mapping
        Plain data.
    by : str
        Their name, for the log.
    data : plain data, optional
        The force to be planned, where it is not one of the store's.
    key : str, optional
        Idempotency key: the same request with the same key is the same job.

    Raises
    ------
    Conflict
        When the key stands for another request.
    InputError
        When too many jobs of this person wait already.
    """
    name, blob = pack(data) if data is not None else (None, None)
    digest, _ = pack([kind, parameters, name])
    with store.writing() as writing:
        connection = writing.connection
        if key is not None:
            row = connection.execute(
                select(*KNOWN).where(problems.c.owner_id == owner_id, problems.c.idempotency_key == key)
            ).first()
            if row is not None:
                if row.request_digest != digest:
                    raise Conflict("This idempotency key was used for another request.", outcome=NOTHING_CHANGED)
                return as_record(Job, row)
        if count_rows(connection, problems, problems.c.owner_id == owner_id, WAITS) >= MOST_WAITING:
            expected = f"fewer than {MOST_WAITING} problems that wait"
            raise InputError([Problem("queue", expected, maybe="wait for one, or stop one.")])
        job_id = secrets.token_hex(16)
        row_values = {
            "id": job_id,
            "kind": kind,
            "owner_id": owner_id,
            "state": "queued",
            "stopping": False,
            "parameters": dict(parameters),
            "data_id": name,
            "data": blob,
            "attempts": 0,
            "created_at": writing.log.now,
            "idempotency_key": key,
            "request_digest": digest,
        }
        connection.execute(problems.insert().values(row_values))
        writing.log.append(by, "problem", {"problem": job_id, "kind": kind}, after=name)
        return find_job(connection, job_id)


def find_job(connection: Connection, job_id: str) -> Job:
    """Find a job.

    Raises
    ------
    NotThere
        When there is none.
    """
    row = connection.execute(select(*KNOWN).where(problems.c.id == job_id)).first()
    if row is None:
        raise NotThere("There is no such problem.")
    return as_record(Job, row)


def list_jobs(store: Store, owner_id: int, *, offset: int = 0, limit: int = 50) -> tuple[tuple[Job, ...], int]:
    """List the jobs of somebody, newest first, and how many there are in all."""
    mine = problems.c.owner_id == owner_id
    with store.reading() as connection:
        query = select(*KNOWN).where(mine).order_by(problems.c.created_at.desc(), problems.c.id)
        rows = connection.execute(query.offset(offset).limit(limit))
        found = tuple(as_record(Job, row) for row in rows)
        return found, count_rows(connection, problems, mine)


def count_waiting(store: Store) -> int:
    """How many jobs wait for a worker."""
    with store.reading() as connection:
        return count_rows(connection, problems, WAITS)


def oldest_waiting(store: Store) -> float:
    """For how many seconds the job has waited that has waited longest; 0 where none waits."""
    with store.reading() as connection:
        since = connection.execute(select(func.min(problems.c.created_at)).where(WAITS)).scalar()
        return 0.0 if since is None else max(0.0, (database_clock(connection) - since).total_seconds())


def ask_to_stop(store: Store, job: Job, *, by: str) -> Job:
    """Ask a job to stop with the best it has; one that still waits ends at once."""
    with store.writing() as writing:
        connection = writing.connection
        now = find_job(connection, job.id)
        if now.ended or now.stopping:
            return now
        values: dict[str, Any] = {"stopping": True}
        if now.state == "queued":
            values |= {"state": "stopped", "ended_at": writing.log.now}
        connection.execute(update(problems).where(problems.c.id == job.id).values(values))
        writing.log.append(by, "problem-stopped", {"problem": job.id})
        return find_job(connection, job.id)


def job_data(connection: Connection, job_id: str) -> Any:
    """The force that a job was given.

    Raises
    ------
    Purged
        When a purge has removed it.
    """
    row = connection.execute(select(problems.c.data_id, problems.c.data).where(problems.c.id == job_id)).one()
    if row.data is None:
        raise Purged("The data of this problem was purged.")
    return unpack(row.data_id, row.data)


def job_result(store: Store, job: Job) -> Any:
    """What a job has found; None when it has nothing."""
    with store.reading() as connection:
        row = connection.execute(select(problems.c.result_id, problems.c.result).where(problems.c.id == job.id)).one()
    if row.result is None:
        return None
    name = packed_name(row.result)
    if row.result_id != result_seal(store, job.id, name):
        raise NotThere("What was found is of an earlier version, or was changed.", maybe="ask again.")
    return unpack(name, row.result)


def result_seal(store: Store, job_id: str, name: str) -> str:
    """Keyed hash of what a job has found, by its name as packed data: nobody without the key can write it."""
    return keyed_hash(store.home.key, "result", job_id, name)
