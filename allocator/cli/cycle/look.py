"""``allocator cycle show``, ``list``, ``history`` and ``replay``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.loading import folder_of
from allocator.cli.storing import AS, CYCLE, JSON, purpose_option, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("show")
@AS
@CYCLE
@purpose_option("allocation")
@click.option(
    "--out", type=click.Path(file_okay=False), metavar="DIR", help="Write plan.csv, plan.json and plan.xlsx there."
)
@JSON
@with_store
def show_command(
    store: Store, actor: Actor, cycle_id: int | None, purpose: str, out: str | None, as_json: bool
) -> None:
    """Show a cycle: its state and who brought it there, its plan, and what newer data touches.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.cycles import show_cycle

    folder = folder_of(out)
    shown = show_cycle(store, actor, purpose=purpose, cycle_id=cycle_id, act="read" if folder is None else "export")
    if folder is not None:
        from allocator.analysis.report import explain
        from allocator.errors import AllocatorError
        from allocator.files.atomic import write_files
        from allocator.reporting.on_disk import plan_files

        if shown.proposal is None:
            raise AllocatorError(f"Cycle {shown.cycle.id} has no plan yet.", outcome="Nothing was written.")
        write_files(folder, plan_files(explain(shown.proposal.result, shown.digest)))
    if as_json:
        from allocator.app.documents import cycle_document
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
    from allocator.app.actors import OPERATOR
    from allocator.app.cycles import all_cycles

    found = all_cycles(store, OPERATOR)
    if as_json:
        from allocator.app.documents import listed_document
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
    store: Store, actor: Actor, purpose: str, case_id: str | None, officer_id: str | None, as_json: bool
) -> None:
    """Show what is known of one case or officer, cycle by cycle.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.histories import history_of_case, history_of_officer

    if (case_id is None) == (officer_id is None):
        raise click.UsageError("Give either --case or --officer.")
    if case_id is not None:
        history = history_of_case(store, actor, case_id, purpose=purpose)
    else:
        history = history_of_officer(store, actor, officer_id or "", purpose=purpose)
    if as_json:
        from allocator.app.documents import history_document
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
def replay_command(store: Store, actor: Actor, cycle_id: int | None) -> int:
    """Plan a cycle once more from what was frozen: the same plan, or what differs.

    Exit codes: 0 the same plan, or purged; 3 another plan; 2 input or usage; 1 anything else.
    """
    from allocator.cli.failing import CONDITION, DONE
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:
        from allocator.app.replays import replay_cycle
        from allocator.cli.progress import live

        with live(True) as tell:
            replayed = replay_cycle(store, actor, cycle_id=cycle_id, progress=tell, pool=pool)

    from allocator.cli.console import output
    from allocator.cli.store_view import print_replayed

    print_replayed(output(), replayed)
    return DONE if replayed.purged or replayed.same else CONDITION
