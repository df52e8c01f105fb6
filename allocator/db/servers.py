"""Servers that run side by side on one database: each is heard of again and again, and all are set up alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from allocator.db import leases
from allocator.db.database import database_clock
from allocator.db.service_tables import servers
from allocator.db.store import Store
from allocator.errors import InputError, Problem


def join_servers(store: Store, server_id: str, name: str, settings: Mapping[str, Any], solvers: int) -> None:
    """Take a place among the servers of a database.

    Parameters
    ----------
    name : str
        Machine and folder: who comes back under it takes the place of who had it.
    settings : mapping
        Those that have to be the same everywhere, by their names in the environment.
    solvers : int
        How many it has.

    Raises
    ------
    InputError
        When settings differ from those of a server that runs.
    """
    with store.database.writing() as connection:
        now = database_clock(connection)
        connection.execute(delete(servers).where((servers.c.lease_expires <= now) | (servers.c.name == name)))
        for other in connection.execute(select(servers).order_by(servers.c.started_at).limit(1)):
            problems = [
                Problem(key, f"{other.settings[key]}, as at {other.name}", value=str(value))
                for key, value in settings.items()
                if other.settings.get(key, value) != value
            ]
            if problems:
                raise InputError(problems)
        row = {"id": server_id, "name": name, "settings": dict(settings), "solvers": solvers, "started_at": now}
        connection.execute(servers.insert().values(row | {"lease_expires": now + timedelta(seconds=leases.LEASE)}))


def note_server(store: Store, server_id: str, solvers: int) -> bool:
    """Note that a server runs, and how many of its solvers can work; False where it has no place any more."""
    with store.database.writing() as connection:
        until = database_clock(connection) + timedelta(seconds=leases.LEASE)
        statement = update(servers).where(servers.c.id == server_id)
        return connection.execute(statement.values(solvers=solvers, lease_expires=until)).rowcount == 1


def leave_servers(store: Store, server_id: str) -> None:
    """Give the place up."""
    with store.database.writing() as connection:
        connection.execute(delete(servers).where(servers.c.id == server_id))


def others_solve(connection: Connection, server_id: str) -> bool:
    """Whether another server that runs has a solver that can work."""
    able = servers.c.lease_expires > database_clock(connection)
    query = select(func.count()).select_from(servers).where(able, servers.c.id != server_id, servers.c.solvers > 0)
    return bool(connection.execute(query).scalar_one())
