"""``allocator why-cover``: why a case is covered by whom it is."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.cover import HELD, INSIST, covered
from allocator.cli.options import CASE, FORCE, JSON, SEED
from allocator.cli.showing import show


@click.command("why-cover")
@FORCE
@CASE
@HELD
@INSIST
@SEED
@JSON
def command(
    force: Path, case_id: str, plan: Path | None, insist: dict[str, tuple[str, ...]], seed: int, as_json: bool
) -> None:
    """Say why a case is covered by whom, who else may cover it and at what price, and who may not.

    Ctrl-C keeps the prices so far.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.cover import why_cover
        from allocator.cli.progress import live_line

        result = covered(force, plan, insist, None, seed, True, pool)
        with live_line("{} of {} prices known.") as tell:
            answer = why_cover(result, case_id, pool=pool, progress=tell)

    from allocator.reporting.why_cover import why_cover_document, why_cover_report

    show(why_cover_document(answer) if as_json else why_cover_report(answer))
