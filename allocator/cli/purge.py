"""``allocator purge``: remove case data of old cycles."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("purge")
@click.option(
    "--before", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Cycles of an earlier date."
)
@AS
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_store
def command(store: Store, before: datetime, actor: Actor, yes: bool) -> None:
    """Remove the case data of cycles before a date: snapshots, plans, changes, messages, details of the log.

    Keyed tombstones stay in their place, and so do officers' and divisions' figures. The newest committed cycle, on
    which the next one builds, and open cycles are left alone. This cannot be undone.
    """
    from allocator.app.stores import purge_store
    from allocator.reporting.words import counted

    if not yes:
        click.confirm(f"Remove the case data of all cycles before {before:%Y-%m-%d} for good?", abort=True)
    done = purge_store(store, actor, before.date())
    counts = (
        counted(done.cycles, "cycle"),
        counted(done.snapshots, "snapshot"),
        counted(done.plans, "plan"),
        counted(done.messages, "message"),
        f"details of {counted(done.entries, 'audit row')}",
    )
    click.echo(f"Purged: {', '.join(counts)}.")
