"""``allocator frontier``: how even workload can be made for how many moves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, SEED, Range, json_option, out_option
from allocator.cli.showing import show, written

if TYPE_CHECKING:
    from allocator.analysis.frontier import Frontier


@click.command("frontier")
@FORCE
@click.option(
    "--moves",
    default="0..",
    metavar="A..B",
    help="Numbers of moves that are looked at.  [default: from 0 until more buy nothing]",
)
@out_option("Write frontier.html, .svg, .csv and .json there. Without it nothing is written.")
@click.option(
    "--point",
    "points",
    type=click.IntRange(min=0),
    multiple=True,
    metavar="K",
    help="Write the plan of K moves to --out as plan-K.csv. May be given again.",
)
@click.option("--time-limit", type=Range(min=0), metavar="S", help="Seconds; what is known then is kept.")
@SEED
@json_option("Print frontier.json instead of the table.")
def command(
    force: Path,
    moves: str,
    folder: Path | None,
    points: tuple[int, ...],
    time_limit: float | None,
    seed: int,
    as_json: bool,
) -> None:
    """Show how even workload can be made for how many moves that need not be.

    For each number of permitted cases that may move in each division (in the force where divisions cross), the plan
    with least unplaced, then excess, then fairness, then disruption.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    first, last = _range(moves)
    if points and folder is None:
        raise click.UsageError("--point: given without --out, where the plan is to be written.")
    frontier = _climbed(force, first, last, time_limit, seed)
    from allocator.reporting.frontier import frontier_document, frontier_files, frontier_report

    if folder is not None:
        from allocator.files.atomic import write_files

        write_files(folder, {**frontier_files(frontier), **_plans(frontier, points)})
    show(frontier_document(frontier) if as_json else frontier_report(frontier).ending(*written(folder)))


def _range(moves: str) -> tuple[int, int | None]:
    """First and last number of moves; a number alone is the last."""
    found = re.fullmatch(r"(?:(\d{0,7})\.\.)?(\d{0,7})", moves.strip(), re.ASCII)
    first, last = (int(found[1] or 0), int(found[2]) if found[2] else None) if found else (0, None)
    if not found or not moves.strip() or (last is not None and last < first):
        raise click.UsageError(f"--moves: {moves!r} found, expected a range such as 0..12, 5.. or 12.")
    return first, last


def _climbed(force: Path, first: int, last: int | None, time_limit: float | None, seed: int) -> Frontier:
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.frontier import frontier
        from allocator.cli.progress import live_line
        from allocator.errors import AllocatorError

        reading = loaded(force)
        with live_line("{} points known, {:.1f} s. Ctrl-C keeps them.") as progress:
            found = frontier(
                reading.force,
                first=first,
                last=last,
                seed=seed,
                time_limit=time_limit,
                progress=progress,
                pool=pool,
            )
    if not found.points:
        raise AllocatorError("It ended before the first point was known.")
    return found


def _plans(frontier: Frontier, wanted: tuple[int, ...]) -> dict[str, bytes]:
    from allocator.errors import InputError, Problem
    from allocator.files.plan_files import plan_csv

    known = {point.moves: point for point in frontier.points}
    last = frontier.points[-1]
    missing = [k for k in wanted if k not in known and not (frontier.complete and k > last.moves)]
    if missing:
        expected = f"a number of moves from {frontier.points[0].moves} to {last.moves}"
        raise InputError(Problem("--point", expected, value=str(k)) for k in missing)
    return {f"plan-{k}.csv": plan_csv(known.get(k, last).plan) for k in wanted}
