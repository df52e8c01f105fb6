"""``allocator db``: the store's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.storing import with_store

if TYPE_CHECKING:
    from allocator.app.stores import Store


@click.group("db")
def command() -> None:
    """Make the store, and keep its tables up to date."""


@command.command("upgrade")
@with_store
def upgrade_command(store: Store) -> None:
    """Make the store where there is none; else bring its tables up to date."""
    store.upgrade()
    where = "" if store.home.database is None else f" ({store.database.where})"
    click.echo(f"The store in {store.home.folder} is up to date{where}.")


@command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_store
def backup_command(store: Store, file: Path) -> None:
    """Write all that the store holds, with the audit's key, into one file that only its owner can read."""
    from allocator.app.stores import backup_store

    click.echo(f"{file} holds {backup_store(store, file):,} rows, the audit's key and the messages: keep it safe.")


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_command(file: Path) -> None:
    """Say whether a backup is whole and as it was written; nothing is restored.

    What its log says of its rows is verified once it is restored, by `allocator audit verify`.
    """
    from allocator.app.stores import check_backup

    click.echo(f"{file} is a whole backup of {check_backup(file):,} rows.")


@command.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_store
def restore_command(store: Store, file: Path) -> None:
    """Put a backup into a store that holds nothing yet, on either database."""
    from allocator.app.stores import restore

    click.echo(f"The store in {store.home.folder} holds {restore(store, file):,} rows again.")
    click.echo("Maybe run `allocator audit verify` now.")
