"""``allocator batch``: many forces at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import folder_of
from allocator.cli.numbers import Range
from allocator.cli.planning_options import CERTIFICATES, CLUSTER, WORKERS

if TYPE_CHECKING:
    from allocator.batch import Done


@click.command("batch")
@click.argument("forces", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False), metavar="DIR", help="A folder a force.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option("--time-limit", type=Range(min=0), metavar="S", help="Seconds for each force.")
@WORKERS
@CLUSTER
@CERTIFICATES
def command(
    forces: tuple[Path, ...],
    out: str,
    seed: int,
    time_limit: float | None,
    workers: int | None,
    cluster: str | None,
    certificates: str | None,
) -> int:
    """Allocate many forces side by side; each plan is written as it ends.

    FORCES are folders of CSV files, workbooks, or folders of such. One that is wrong does not stop the others. Ctrl-C
    keeps the plans that are written.

    Exit codes: 0 all planned; 2 input or usage; 1 anything else, a force that failed included.
    """
    folder = folder_of(out)
    assert folder is not None
    from allocator.batch import allocate_all, forces_at
    from allocator.cli.failing import DONE, OTHER
    from allocator.cli.progress import live_line
    from allocator.compute import executor_at
    from allocator.errors import AllocatorError, InputError, Problem
    from allocator.files.atomic import write_files

    paths = forces_at(forces)
    if not paths:
        raise InputError([Problem("FORCES", "at least one force")])
    done: list[Done] = []
    stopped = False
    try:
        with executor_at(workers, cluster, certificates) as executor, live_line() as tell:
            for one in allocate_all(paths, executor, seed=seed, time_limit=time_limit):
                if one.result is not None:
                    try:
                        write_files(folder / one.name, _files(one))
                    except AllocatorError as error:
                        one = replace(one, result=None, error=str(error))
                done.append(one)
                if tell is not None:
                    tell(f"{len(done):,} of {len(paths):,} forces. Ctrl-C keeps what is written.")
    except KeyboardInterrupt:
        stopped = True
    _show(done, len(paths), folder, stopped)
    return DONE if not stopped and all(one.error is None for one in done) else OTHER


def _files(one: Done) -> dict[str, bytes]:
    from allocator.analysis.report import explain
    from allocator.reporting.on_disk import plan_files

    assert one.result is not None
    return plan_files(explain(one.result, one.digest), str(one.path.resolve()))


def _show(done: list[Done], wanted: int, folder: Path, stopped: bool) -> None:
    from allocator.cli.console import output
    from allocator.cli.officer_table import compact_table

    console, table = output(), compact_table()
    table.add_column("force")
    for title in ("officers", "cases", "unplaced", "excess", "moved", "proved", "seconds"):
        table.add_column(title, justify="right")
    for one in sorted(done, key=lambda one: one.name):
        if one.result is not None:
            plan, goals = one.result.plan, {goal.name: goal.value for goal in one.result.goals}
            figures = (len(plan.force.officers), len(plan.force.cases), goals["unplaced"], goals["excess"])
            moved, proved = len(plan.actions["moved"]), "yes" if one.result.proven else "no"
            table.add_row(one.name, *(f"{n:,}" for n in figures), f"{moved:,}", proved, f"{one.result.seconds:.1f}")
    planned = sum(1 for one in done if one.result is not None)
    if planned:
        console.print(table)
    console.print(f"{planned:,} of {wanted:,} forces planned{' before it was stopped' if stopped else ''}: {folder}.")
    for one in done:
        if one.error is not None:
            click.echo(f"{one.name}: {one.error}", err=True)
