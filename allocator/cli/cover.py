"""``allocator cover``: who looks after the cases of officers who are away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, SEED, TIME_LIMIT, json_option, out_option
from allocator.cli.showing import show

if TYPE_CHECKING:
    from allocator.domain.cover import CoverResult
    from allocator.solver.pool import SolverPool


def _pairs(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        case, equals, officer = text.rpartition("=")
        if not equals or not case.strip() or not officer.strip():
            raise click.UsageError(f"--insist: {text!r} found, expected CASE=OFFICER.")
        if case.strip() in found:
            raise click.UsageError(f"--insist: case {case.strip()} is there twice.")
        found[case.strip()] = (officer.strip(),)
    return found


HELD = click.option(
    "--plan",
    type=click.Path(path_type=Path),
    metavar="PLAN.CSV",
    help="The plan that says whose each case is.  [default: things as they stand]",
)
INSIST = click.option(
    "--insist",
    multiple=True,
    callback=_pairs,
    metavar="CASE=OFFICER",
    help="This officer covers that case, and the rest is the best that there is then. May be given for several cases.",
)


@click.command("cover")
@FORCE
@HELD
@INSIST
@out_option("Write cover.csv, cover.json, cover.xlsx and the letters there. Without it nothing is written.")
@TIME_LIMIT
@SEED
@json_option("Print cover.json instead of the report.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors (and the document, with --json).")
def command(
    force: Path,
    plan: Path | None,
    insist: dict[str, tuple[str, ...]],
    folder: Path | None,
    time_limit: float | None,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Find who covers each case of an officer who is absent, proved best. No case changes its officer.

    FORCE is a folder of CSV files or an .xlsx workbook. Who covers now is told by the column covered_by of cases.csv:
    cover.csv of this time goes in there, and little changes when it is solved again.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        result = covered(force, plan, insist, time_limit, seed, quiet, pool)
    from allocator.analysis.cover import explain_cover
    from allocator.errors import AllocatorError
    from allocator.reporting.cover import cover_report
    from allocator.reporting.cover_files import cover_document, cover_files

    explanation, failure = explain_cover(result), None
    if folder is not None:
        from allocator.files.atomic import write_files

        try:
            files = cover_files(explanation, str(force.resolve()))
            write_files(folder, files)
            for kind in ("cover", "away"):
                for old in folder.glob(f"letter-*-{kind}.html"):  # of cover that no longer is
                    if old.name not in files:
                        old.unlink()
        except AllocatorError as error:
            failure = error  # the report is shown first, so that the work is not lost
    if as_json or not quiet:
        rest = "--json, or in cover.xlsx with --out DIR" if folder is None or failure else str(folder / "cover.xlsx")
        show(cover_document(explanation, str(force.resolve())) if as_json else cover_report(explanation, rest))
    if failure is not None:
        raise failure


def covered(
    force: Path,
    plan: Path | None,
    insist: dict[str, tuple[str, ...]],
    time_limit: float | None,
    seed: int,
    quiet: bool,
    pool: SolverPool,
) -> CoverResult:
    """Read a force and solve cover for it."""
    from allocator.cli.progress import live
    from allocator.domain.plan import Plan
    from allocator.files.plan_reading import read_plan
    from allocator.solver.cover import solve_cover

    found = loaded(force, quiet=quiet).force
    chosen = Plan.as_it_stands(found) if plan is None else read_plan(plan, found)
    with live(not quiet) as tell:
        return solve_cover(chosen, seed=seed, time_limit=time_limit, progress=tell, pool=pool, insist=insist)
