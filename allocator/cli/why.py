"""``allocator why``: why a case is where a plan has it."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.loading import loaded
from allocator.cli.options import CASE, FORCE, JSON, SEED
from allocator.cli.showing import show


@click.command("why")
@FORCE
@CASE
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    metavar="PLAN.CSV",
    help="The plan to explain, ours or made by hand.  [default: the best plan]",
)
@SEED
@JSON
def command(force: Path, case_id: str, plan: Path | None, seed: int, as_json: bool) -> None:
    """Say why a case stays, moves, goes where it goes or has nobody, and the price of deciding otherwise.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.why import why
        from allocator.domain.lookup import find_case
        from allocator.files.plan_reading import read_plan

        found = loaded(force).force
        find_case(found, case_id)
        chosen = None if plan is None else read_plan(plan, found)
        answer = why(found, case_id, plan=chosen, seed=seed, pool=pool)

    from allocator.reporting.why import why_document, why_report

    show(why_document(answer) if as_json else why_report(answer))
