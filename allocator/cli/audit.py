"""``allocator audit``: the log of every act and every reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.options import JSON
from allocator.cli.showing import show
from allocator.cli.storing import AS, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.group("audit")
def command() -> None:
    """Verify and read the log of every act and every reading of case data."""


@command.command("verify")
@with_store
def verify_command(store: Store) -> int:
    """Recompute the log's chain from its key, and compare every row that decides something with it.

    The heads in other places that ALLOCATOR_AUDIT_HEADS names are compared too. Nothing is written, so that a read-only
    copy can be verified.

    Exit codes: 0 all is as it was written; 3 something is not; 1 anything else.
    """
    from allocator.app.actors import OPERATOR
    from allocator.app.audit import verify_log
    from allocator.cli.failing import CONDITION, DONE
    from allocator.reporting.audit import verified_notes, verified_sentence

    found = verify_log(store, OPERATOR)
    for note in verified_notes(found):
        click.echo(note)
    for problem in found.problems:
        click.echo(problem)
    if found.problems:
        click.echo(verified_sentence(found), err=True)
        return CONDITION
    click.echo(verified_sentence(found))
    return DONE


@command.command("show")
@AS
@click.option("--cycle", "cycle_id", type=click.IntRange(min=1), metavar="N", help="Only entries about this cycle.")
@click.option("--last", type=click.IntRange(min=1), default=40, show_default=True, metavar="N", help="How many.")
@JSON
@with_store
def show_command(store: Store, actor: Actor, cycle_id: int | None, last: int, as_json: bool) -> None:
    """Show the newest entries; that is logged too."""
    from allocator.app.audit import show_log
    from allocator.reporting.audit import entry_document, log_report

    entries = show_log(store, actor, cycle_id=cycle_id, last=last)
    show([entry_document(entry) for entry in entries] if as_json else log_report(entries))
