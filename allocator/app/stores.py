"""A store as a whole: opened, made, backed up, restored, and rid of the case data of old cycles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from allocator.app.actors import Actor, require
from allocator.db.backups import backup as backup
from allocator.db.backups import check_backup as check_backup
from allocator.db.backups import restore as restore
from allocator.db.purging import PurgedCounts, purge
from allocator.db.store import Store as Store


def open_store(home: Path | str, database: str | None = None) -> Store:
    """Open the store of a folder; its database is at a URL where it is not in the folder."""
    return Store(home, database)


def purge_store(store: Store, actor: Actor, before: date) -> PurgedCounts:
    """Remove the case data of cycles before a date, as ``allocator.db.purging.purge`` does."""
    require(actor, "settings")
    return purge(store, before, actor.name)
