"""``allocator cycle import`` and ``rollover``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.options import FORCE, JSON
from allocator.cli.showing import show
from allocator.cli.storing import AS, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.imports import Imported
    from allocator.app.stores import Store


@click.command("import")
@FORCE
@AS
@JSON
@with_store
def import_command(store: Store, force: Path, actor: Actor, as_json: bool) -> None:
    """Read an export into the open cycle, or open the next cycle with it; what differs from before is listed.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.imports import import_force

    _shown(import_force(store, actor, force), as_json)


@click.command("rollover")
@click.argument("force", type=click.Path(path_type=Path), required=False)
@AS
@JSON
@with_store
def rollover_command(store: Store, force: Path | None, actor: Actor, as_json: bool) -> None:
    """Open the next cycle from the committed one and a new export.

    Where they differ the export wins, and every difference is listed. Columns that the export does not have are taken
    from the committed cycle; so are its premises and settings where it has none. Without FORCE the next cycle begins
    as the committed one ended.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.imports import roll_over

    _shown(roll_over(store, actor, force), as_json)


def _shown(imported: Imported, as_json: bool) -> None:
    from allocator.reporting.acts import fate_sentence
    from allocator.reporting.cycles import imported_document, imported_report

    for notice in (*imported.notices, *map(fate_sentence, imported.placements)):
        click.echo(str(notice), err=True)
    show(imported_document(imported) if as_json else imported_report(imported))
