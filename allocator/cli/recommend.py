"""``allocator recommend``: who should have one case."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from allocator.cli.loading import loaded
from allocator.cli.options import CASE, FORCE, SEED, json_option
from allocator.cli.showing import show


@click.command("recommend")
@FORCE
@CASE
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N best officers.  [default: all]")
@click.option("--replan", is_flag=True, help="Plan all the rest anew for each officer, and rank by those plans.")
@SEED
@json_option("Print the recommendation as JSON.")
def command(force: Path, case_id: str, top: int | None, replan: bool, seed: int, as_json: bool) -> None:
    """Rank the officers for one case by the exact effect of giving it to them, all else as it stands.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    # Workers load their engines while the files are read; without --replan none are needed.
    with SolverPool() if replan else nullcontext() as pool:
        from allocator.analysis.recommend import recommend
        from allocator.cli.progress import live_line

        found = loaded(force).force
        with live_line("{} of {} officers. Ctrl-C keeps them.", replan) as progress:
            answer = recommend(found, case_id, top=top, replan=replan, seed=seed, pool=pool, progress=progress)

    from allocator.reporting.recommend import recommendation_document, recommendation_report

    show(recommendation_document(answer) if as_json else recommendation_report(answer))
