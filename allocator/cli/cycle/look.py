"""``allocator cycle show``, ``list``, ``history`` and ``replay``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.loading import folder_of
from allocator.cli.storing import AS, CYCLE, JSON, purpose_option, with_store

if TYPE_CHECKING:
    from allocator.db.store import Store


@click.command("show")
@AS
@CYCLE
@purpose_option("allocation")
@click.option(
    "--out", type=click.Path(file_okay=False), metavar="DIR", help="Write plan.csv, plan.json and plan.xlsx there."
)
@JSON
@with_store
def show_command(store: Store, by: str, cycle_id: int | None, purpose: str, out: str | None, as_json: bool) -> None:
    """Show a cycle: its state and who brought it there, its plan, and what newer data touches.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.db.queries import read_cycle

    folder = folder_of(out)
    shown = read_cycle(store, by=by, purpose=purpose, cycle_id=cycle_id, act="read" if folder is None else "export")
    if folder is not None:
        from allocator.analysis.report import explain
        from allocator.errors import AllocatorError
        from allocator.files.atomic import write_files
        from allocator.reporting.on_disk import plan_files

        if shown.proposal is None:
            raise AllocatorError(f"Cycle {shown.cycle.id} has no plan yet.", outcome="Nothing was written.")
        write_files(folder, plan_files(explain(shown.proposal.result, shown.digest)))
    if as_json:
        from allocator.db.documents import cycle_document
        from allocator.files.plan_files import json_bytes

        click.echo(json_bytes(cycle_document(shown)), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.cycle_view import print_shown

    print_shown(output(), shown, folder)


@click.command("list")
@JSON
@with_store
def list_command(store: Store, as_json: bool) -> None:
    """List all cycles, oldest first."""
    from allocator.db.queries import summarise_cycles

    found = summarise_cycles(store)
    if as_json:
        from allocator.db.documents import listed_document
        from allocator.files.plan_files import json_bytes

        click.echo(json_bytes([listed_document(one) for one in found]), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.store_view import print_listing

    print_listing(output(), found)


@click.command("history")
@AS
@purpose_option()
@click.option("--case", "case_id", metavar="ID", help="The case.")
@click.option("--officer", "officer_id", metavar="ID", help="The officer.")
@JSON
@with_store
def history_command(
    store: Store, by: str, purpose: str, case_id: str | None, officer_id: str | None, as_json: bool
) -> None:
    """Show what is known of one case or officer, cycle by cycle.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.db.histories import case_history, officer_history

    if (case_id is None) == (officer_id is None):
        raise click.UsageError("Give either --case or --officer.")
    if case_id is not None:
        history = case_history(store, case_id, by=by, purpose=purpose)
    else:
        history = officer_history(store, officer_id or "", by=by, purpose=purpose)
    if as_json:
        from allocator.db.documents import history_document
        from allocator.files.plan_files import json_bytes

        click.echo(json_bytes(history_document(history)), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.store_view import print_history

    print_history(output(), history, case_id is not None)


@click.command("replay")
@AS
@CYCLE
@with_store
def replay_command(store: Store, by: str, cycle_id: int | None) -> int:
    """Plan a cycle once more from what was frozen: the same plan, or what differs.

    Exit codes: 0 the same plan, or purged; 3 another plan; 2 input or usage; 1 anything else.
    """
    from allocator.cli.failing import CONDITION, DONE
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:
        from allocator.cli.progress import live
        from allocator.db.replaying import replay

        with live(True) as tell:
            replayed = replay(store, by=by, cycle_id=cycle_id, progress=tell, pool=pool)

    from allocator.cli.console import output
    from allocator.cli.store_view import print_replayed

    print_replayed(output(), replayed)
    return DONE if replayed.purged or replayed.same else CONDITION
