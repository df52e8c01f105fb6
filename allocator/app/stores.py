"""A store as a whole: opened, made, backed up, restored, and rid of the case data of old cycles."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from allocator.app.actors import OPERATOR, Actor, require
from allocator.db.backups import backup
from allocator.db.backups import check_backup as check_backup
from allocator.db.backups import restore as restore
from allocator.db.head_places import parse_places as parse_places
from allocator.db.purging import PurgedCounts, purge
from allocator.db.store import Store as Store
from allocator.errors import Unavailable


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


def backup_store(store: Store, path: Path) -> int:
    """Write everything that a store holds into a new file, as ``allocator.db.backups.backup`` does.

    The log tells of it first, wherever it can be written: of a copy that is read only, or of a log that somebody cut
    off, a backup can be made as well.
    """
    with suppress(Unavailable), store.writing() as writing:
        writing.log.append(OPERATOR.name, "backup", {"file": path.name})
    return backup(store, path)


def purge_store(store: Store, actor: Actor, before: date) -> PurgedCounts:
    """Remove the case data of cycles before a date, as ``allocator.db.purging.purge`` does."""
    require(actor, "settings")
    return purge(store, before, actor.name)
