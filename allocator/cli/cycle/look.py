"""``allocator cycle show``, ``list``, ``history`` and ``replay``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.options import JSON, out_option
from allocator.cli.showing import rest_of_plan, show
from allocator.cli.storing import AS, CYCLE, purpose_option, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("show")
@AS
@CYCLE
@purpose_option("allocation")
@out_option("Write plan.csv, plan.json and plan.xlsx there.")
@JSON
@with_store
def show_command(
    store: Store, actor: Actor, cycle_id: int | None, purpose: str, folder: Path | None, as_json: bool
) -> None:
    """Show a cycle: its state and who brought it there, its plan, and what newer data touches.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.cycles import show_cycle

    shown = show_cycle(store, actor, purpose=purpose, cycle_id=cycle_id, act="read" if folder is None else "export")
    if folder is not None:
        from allocator.analysis.explain import explain
        from allocator.errors import AllocatorError
        from allocator.files.atomic import write_files
        from allocator.reporting.plan_files import plan_files

        if shown.proposal is None:
            raise AllocatorError(f"Cycle {shown.cycle.id} has no plan yet.", outcome="Nothing was written.")
        write_files(folder, plan_files(explain(shown.proposal.result, shown.digest)))

    from allocator.reporting.cycles import cycle_document, cycle_report

    show(cycle_document(shown) if as_json else cycle_report(shown, rest_of_plan(folder)))


@click.command("list")
@JSON
@with_store
def list_command(store: Store, as_json: bool) -> None:
    """List all cycles, oldest first."""
    from allocator.app.actors import OPERATOR
    from allocator.app.cycles import all_cycles
    from allocator.reporting.cycles import listed_document, listing_report

    found = all_cycles(store, OPERATOR)
    show([listed_document(one) for one in found] if as_json else listing_report(found))


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

    from allocator.reporting.history import history_document, history_report

    show(history_document(history) if as_json else history_report(history, case_id is not None))


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

    from allocator.reporting.cycles import replayed_report

    show(replayed_report(replayed))
    return DONE if replayed.purged or replayed.same else CONDITION
