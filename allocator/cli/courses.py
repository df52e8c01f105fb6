"""``allocator courses``: who should take the next course places."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, JSON, SEED
from allocator.cli.showing import show


@click.command("courses")
@FORCE
@click.option("--places", type=click.IntRange(min=1), default=3, show_default=True, metavar="N", help="Course places.")
@SEED
@JSON
def command(force: Path, places: int, seed: int, as_json: bool) -> None:
    """Rank who should take the next MOSOVO course places by what each place cures, verified by solving.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.cli.progress import live_line
        from allocator.cycles.courses import rank_course_places

        found = loaded(force).force
        with live_line("{} of {} plans. Ctrl-C keeps the places ranked so far.") as progress:
            ranked = rank_course_places(found, places, seed=seed, pool=pool, progress=progress)

    from allocator.reporting.courses import courses_document, courses_report

    show(courses_document(ranked) if as_json else courses_report(ranked))
