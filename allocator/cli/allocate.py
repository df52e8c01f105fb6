"""``allocator allocate``: propose who manages whom in this cycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, SEED, TIME_LIMIT, json_option, out_option
from allocator.cli.showing import rest_of_plan, show

if TYPE_CHECKING:
    from allocator.analysis.explain import Explanation
    from allocator.domain.result import Result


@click.command("allocate")
@FORCE
@out_option("Write plan.csv, plan.json and plan.xlsx there. Without it nothing is written.")
@TIME_LIMIT
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes at once.  [default: one a core]")
@SEED
@click.option(
    "--max-moves",
    type=click.IntRange(min=0, max=1_000_000),
    metavar="N",
    help="At most so many cases move that could stay; in place of policy.relationship.max_moves.",
)
@json_option("Print plan.json instead of the report.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors (and the document, with --json).")
@click.option(
    "--fail-on",
    type=click.Choice(["unplaced", "excess"]),
    multiple=True,
    help="Exit with 3 if any case is unplaced, or any limit exceeded. May be given twice.",
)
def command(
    force: Path,
    folder: Path | None,
    time_limit: float | None,
    workers: int | None,
    seed: int,
    max_moves: int | None,
    as_json: bool,
    quiet: bool,
    fail_on: tuple[str, ...],
) -> int:
    """Propose who manages whom in this cycle, proved best.

    FORCE is a folder of CSV files or an .xlsx workbook. Ctrl-C keeps the best plan so far; a second one
    gives up.

    Exit codes: 0 plan made; 2 input or usage; 3 a --fail-on condition; 1 anything else.
    """
    from allocator.cli.failing import CONDITION, DONE
    from allocator.errors import AllocatorError

    result, explanation = _solved(force, max_moves, workers, seed, time_limit, quiet)

    failure: AllocatorError | None = None
    if folder is not None:
        from allocator.files.atomic import write_files
        from allocator.reporting.plan_files import plan_files

        try:
            write_files(folder, plan_files(explanation, str(force.resolve())))
        except AllocatorError as error:
            failure = error  # the report is shown first, so that the work is not lost

    if as_json or not quiet:
        from allocator.reporting.plan import plan_report
        from allocator.reporting.plan_files import plan_document

        rest = rest_of_plan(None if failure else folder)
        show(plan_document(explanation, str(force.resolve())) if as_json else plan_report(explanation, rest))
    if failure is not None:
        raise failure
    conditions = [sentence for name in dict.fromkeys(fail_on) if (sentence := _condition(name, result))]
    for sentence in conditions:
        click.echo(sentence, err=True)
    return CONDITION if conditions else DONE


def _solved(
    force: Path, max_moves: int | None, workers: int | None, seed: int, time_limit: float | None, quiet: bool
) -> tuple[Result, Explanation]:
    from allocator.solver.pool import SolverPool

    with SolverPool(workers) as pool:  # they load their engines while the files are read
        from allocator.analysis.explain import explain
        from allocator.cli.progress import live
        from allocator.solver.allocate import allocate

        changes = None if max_moves is None else {"relationship": {"max_moves": max_moves}}
        reading = loaded(force, changes, quiet)
        with live(not quiet) as tell:
            result = allocate(reading.force, seed=seed, time_limit=time_limit, progress=tell, pool=pool)
            return result, explain(result, reading.digest)


def _condition(name: str, result: Result) -> str | None:
    if name == "unplaced":
        count = len(result.plan.actions["unplaced"])
        what = f"{count:,} {'case is' if count == 1 else 'cases are'} unplaced"
    else:
        count = next(goal.value for goal in result.goals if goal.name == "excess")
        what = f"limits are exceeded by {count:,} {'case' if count == 1 else 'cases'}"
    return f"--fail-on {name}: {what}." if count else None
