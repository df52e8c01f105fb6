"""What the commands that keep cycles have in common: where the store is, who acts, and for what purpose."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.options import Command, codes
from allocator.cycles.codes import PURPOSES
from allocator.errors import AllocatorError

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store

HOME = click.option(
    "--home",
    type=click.Path(file_okay=False),
    default="allocator-home",
    envvar="ALLOCATOR_HOME",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="Folder of the store: audit key, messages, and the database unless --database names one.",
)
DATABASE = click.option(
    "--database",
    envvar="ALLOCATOR_DATABASE",
    show_envvar=True,
    metavar="URL",
    help="sqlite:///FILE or postgresql://USER@HOST/NAME.  [default: allocator.db in --home]",
)


def _claimed(context: click.Context, option: click.Parameter, name: str | None) -> Actor | None:
    from allocator.app.actors import claimed

    return None if name is None else claimed(name)


AS = click.option(
    "--as", "actor", required=True, metavar="NAME", callback=_claimed, help="Who acts; recorded as claimed."
)
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
NOTE = click.option("--note", default="", metavar="TEXT", help="What the code leaves out.")
CYCLE = click.option("--cycle", "cycle_id", type=click.IntRange(min=1), metavar="N", help="[default: the newest]")


def reason_option(reasons: Mapping[str, str], unless: str = "") -> Callable[[Command], Command]:
    """``--reason``: the code of one of those that there are; not needed under a condition."""
    words = f"{unless}{codes(reasons)}"
    return click.option("--reason", required=not unless, default="" if unless else None, metavar="CODE", help=words)


def purpose_option(default: str | None = None) -> Callable[[Command], Command]:
    """``--purpose``: why data about cases is read, for the log."""
    words = f"Why it is read; logged. {codes(PURPOSES)}"
    if default is None:
        return click.option("--purpose", required=True, metavar="CODE", help=words)
    return click.option("--purpose", default=default, show_default=True, metavar="CODE", help=words)


def with_store(command: Command) -> Command:
    """Open the store that the options name, and hand it to the command as ``store``."""

    @HOME
    @DATABASE
    @wraps(command)
    def opened(home: str, database: str | None, **options: Any) -> Any:
        with opened_store(home, database) as store:
            try:
                return command(store=store, **options)
            except KeyboardInterrupt:
                if store.done in (None, "read", "export"):
                    raise
                raise AllocatorError(f"Stopped, but not before this was done and logged: {store.done}.") from None

    return opened


def opened_store(home: Path | str, database: str | None = None) -> Store:
    """Open a store; where the head of its log is published besides is set for commands as it is for the service."""
    from allocator.app.stores import open_store
    from allocator.reporting.audit import place_sentence

    store = open_store(home, database, os.environ.get("ALLOCATOR_AUDIT_HEADS", ""))
    store.warn = lambda news: click.echo(place_sentence(news), err=True)
    return store
