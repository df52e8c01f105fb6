"""``allocator reductions``: dated reductions of capacity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, JSON, with_store

if TYPE_CHECKING:
    from allocator.store.store import Store


@click.group("reductions")
def command() -> None:
    """Keep dated reductions of capacity; each import applies those in force at its cycle date."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@AS
@with_store
def import_command(store: Store, file: Path, by: str) -> None:
    """Replace the list by that of FILE: officer, percent, reason, from, to.

    A percent is taken off the officer's capacity from the first day to the last; whose capacity comes to 0 is absent.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.store.people import keep_reductions

    found = keep_reductions(store, file, by=by)
    count = "1 reduction is" if len(found) == 1 else f"{len(found):,} reductions are"
    click.echo(f"{count} kept; the next `allocator cycle import` applies what is in force.")


@command.command("show")
@AS
@JSON
@with_store
def show_command(store: Store, by: str, as_json: bool) -> None:
    """Show who is reduced, and what ends within the next three cycles.

    Reasons can reveal health: only a supervisor of the officer's division sees them.
    """
    from allocator.store.people import see_reductions

    found = see_reductions(store, by=by)
    if as_json:
        from allocator.files.plan_files import json_bytes
        from allocator.store.documents import reduced_document

        click.echo(json_bytes([reduced_document(one) for one in found]), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.cycle_view import print_reductions

    print_reductions(output(), found)
