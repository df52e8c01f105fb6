"""``allocator batch``: many forces at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.options import SEED, Range, out_option
from allocator.cli.planning_options import CERTIFICATES, CLUSTER, WORKERS
from allocator.cli.showing import show

if TYPE_CHECKING:
    from allocator.batch import ForceOutcome


@click.command("batch")
@click.argument("forces", nargs=-1, required=True, type=click.Path(path_type=Path))
@out_option("A folder a force.", required=True)
@SEED
@click.option("--time-limit", type=Range(min=0), metavar="S", help="Seconds for each force.")
@WORKERS
@CLUSTER
@CERTIFICATES
def command(
    forces: tuple[Path, ...],
    folder: Path,
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
    from allocator.batch import allocate_all, forces_at
    from allocator.cli.failing import DONE, OTHER
    from allocator.cli.progress import live_line
    from allocator.compute import executor_at
    from allocator.errors import AllocatorError, InputError, Problem
    from allocator.files.atomic import write_files

    paths = forces_at(forces)
    if not paths:
        raise InputError([Problem("FORCES", "at least one force")])
    done: list[ForceOutcome] = []
    stopped = False
    line = live_line("{:,} of {:,} forces. Ctrl-C keeps what is written.")
    try:
        with executor_at(workers, cluster, certificates) as executor, line as tell:
            for one in allocate_all(paths, executor, seed=seed, time_limit=time_limit):
                if one.result is not None:
                    try:
                        write_files(folder / one.name, _files(one))
                    except AllocatorError as error:
                        one = replace(one, result=None, error=str(error))
                done.append(one)
                tell(len(done), len(paths))
    except KeyboardInterrupt:
        stopped = True
    _show(done, len(paths), folder, stopped)
    return DONE if not stopped and all(one.error is None for one in done) else OTHER


def _files(one: ForceOutcome) -> dict[str, bytes]:
    from allocator.analysis.explain import explain
    from allocator.reporting.plan_files import plan_files

    assert one.result is not None
    return plan_files(explain(one.result, one.digest), str(one.path.resolve()))


def _show(done: list[ForceOutcome], wanted: int, folder: Path, stopped: bool) -> None:
    from allocator.reporting.batch import batch_report

    show(batch_report(done, wanted, folder, stopped))
    for one in done:
        if one.error is not None:
            click.echo(f"{one.name}: {one.error}", err=True)
