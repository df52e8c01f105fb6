"""``allocator cycle import`` and ``roll_over_cycle``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, JSON, with_store

if TYPE_CHECKING:
    from allocator.db.importing import Imported
    from allocator.db.store import Store


@click.command("import")
@click.argument("force", type=click.Path(path_type=Path))
@AS
@JSON
@with_store
def import_command(store: Store, force: Path, by: str, as_json: bool) -> None:
    """Read an export into the open cycle, or open the next cycle with it; what differs from before is listed.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.db.importing import import_force

    _shown(import_force(store, force, by=by), as_json)


@click.command("rollover")
@click.argument("force", type=click.Path(path_type=Path), required=False)
@AS
@JSON
@with_store
def rollover_command(store: Store, force: Path | None, by: str, as_json: bool) -> None:
    """Open the next cycle from the committed one and a new export.

    Where they differ the export wins, and every difference is listed. Columns that the export does not have are taken
    from the committed cycle; so are its premises and settings where it has none. Without FORCE the next cycle begins
    as the committed one ended.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.db.importing import roll_over_cycle

    _shown(roll_over_cycle(store, force, by=by), as_json)


def _shown(imported: Imported, as_json: bool) -> None:
    from allocator.cli.console import output
    from allocator.cli.cycle_view import print_imported
    from allocator.db.documents import difference_document
    from allocator.files.plan_files import json_bytes

    for notice in imported.notices:
        click.echo(str(notice), err=True)
    if as_json:
        document = {
            "cycle": imported.cycle.id,
            "cycle_date": imported.cycle.cycle_date.isoformat(),
            "state": imported.cycle.state,
            "opened": imported.opened,
            "stale": imported.stale,
            "snapshot": imported.cycle.snapshot_id,
            "reduced": list(imported.reduced),
            "differences": None if imported.difference is None else difference_document(imported.difference),
        }
        click.echo(json_bytes(document), nl=False)
        return
    print_imported(output(), imported)
