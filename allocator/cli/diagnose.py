"""``allocator diagnose``: what leaves cases unplaced and limits exceeded, and what would cure it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, SEED, json_option
from allocator.cli.showing import show

if TYPE_CHECKING:
    from allocator.analysis.diagnose import Diagnosis


@click.command("diagnose")
@FORCE
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    metavar="SCENARIO.TOML",
    help="Diagnose the force as a scenario makes it.",
)
@SEED
@json_option("Print the diagnosis as JSON.")
def command(force: Path, scenario: Path | None, seed: int, as_json: bool) -> None:
    """Find what leaves cases unplaced and limits exceeded in the best plan, and what would cure it.

    For each such case and excess: rules that together make it so, and no fewer of which do, each proved by solving
    without it; and single changes that would cure it, each tried by solving with it. Ctrl-C keeps what is explained.

    Exit codes: 0 done, whatever was found; 2 input or usage; 1 anything else.
    """
    diagnosis = _diagnosed(force, scenario, seed)

    from allocator.reporting.diagnose import diagnosis_document, diagnosis_report

    show(diagnosis_document(diagnosis) if as_json else diagnosis_report(diagnosis))


def _diagnosed(force: Path, scenario: Path | None, seed: int) -> Diagnosis:
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.diagnose import diagnose
        from allocator.cli.progress import live_line

        found = loaded(force).force
        if scenario is not None:
            from allocator.analysis.scenario import apply_scenario
            from allocator.analysis.scenario_files import read_scenario

            found = apply_scenario(found, read_scenario(scenario))
        with live_line("{} of {} explained. Ctrl-C keeps them.") as progress:
            return diagnose(found, seed=seed, pool=pool, progress=progress)
