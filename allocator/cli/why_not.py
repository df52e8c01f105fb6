"""``allocator why-not``: what bars an officer from a case, or the price of insisting."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.loading import loaded
from allocator.cli.options import CASE, FORCE, JSON, SEED
from allocator.cli.showing import show


@click.command("why-not")
@FORCE
@CASE
@click.option("--officer", "officer_id", required=True, metavar="ID", help="The officer who does not have it.")
@SEED
@JSON
def command(force: Path, case_id: str, officer_id: str, seed: int, as_json: bool) -> None:
    """Say which rules bar an officer from a case, or what insisting on it costs on each goal.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.why_not import why_not

        answer = why_not(loaded(force).force, case_id, officer_id, seed=seed, pool=pool)

    from allocator.reporting.why_not import why_not_document, why_not_report

    show(why_not_document(answer) if as_json else why_not_report(answer))
