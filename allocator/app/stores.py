"""A store as a whole: opened, made, backed up, restored, and rid of the case data of old cycles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from allocator.app.actors import Actor, require
from allocator.db.backups import backup as backup
from allocator.db.backups import check_backup as check_backup
from allocator.db.backups import restore as restore
from allocator.db.head_places import parse_places as parse_places
from allocator.db.purging import PurgedCounts, purge
from allocator.db.store import Store as Store


def open_store(home: Path | str, database: str | None = None, heads: str = "") -> Store:
    """Open the store of a folder; its database is at a URL where it is not in the folder.

    Parameters
    ----------
    heads : str
        Where else the head of the audit log is published.

    Raises
    ------
    InputError
        When that cannot be.
    """
    return Store(home, database, heads)


def purge_store(store: Store, actor: Actor, before: date) -> PurgedCounts:
    """Remove the case data of cycles before a date, as ``allocator.db.purging.purge`` does."""
    require(actor, "settings")
    return purge(store, before, actor.name)
