"""``allocator supervisors``: who supervises which division."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("supervisors")
@click.argument("file", type=click.Path(path_type=Path))
@AS
@with_store
def command(store: Store, file: Path, actor: Actor) -> None:
    """Replace the list of supervisors by that of FILE: name, division.

    They receive their division's messages, and see the reasons of its officers' reductions.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.registers import keep_supervisors
    from allocator.reporting.words import counted

    kept = keep_supervisors(store, actor, file)
    names, divisions = {one.name for one in kept.supervisors}, {one.division for one in kept.supervisors}
    if kept.unknown:
        click.echo(f"The newest data has no division called {', '.join(kept.unknown)}.", err=True)
    click.echo(f"{counted(len(names), 'supervisor')} of {counted(len(divisions), 'division')}.")
