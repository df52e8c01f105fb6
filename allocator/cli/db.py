"""``allocator db``: the store's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.storing import with_store

if TYPE_CHECKING:
    from allocator.store.store import Store


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
