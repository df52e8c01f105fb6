"""``allocator train``: who to send on which course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.planning_options import PlanningRun, planning_command

if TYPE_CHECKING:
    from allocator.reporting.model import Report


@click.command("train")
@click.option(
    "--courses",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="CSV file with the columns date and places.",
)
@planning_command("train", usual=40, quick=8)
def command(run: PlanningRun, courses: Path) -> tuple[Report, dict[str, Any]]:
    """Plan who to send on which MOSOVO course, by what each helps over the futures.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.planning.inputs import read_courses
    from allocator.planning.training import plan_training
    from allocator.reporting.training import training_document, training_report

    courses_to_come = read_courses(courses)
    found = plan_training(run.force, run.planning, courses_to_come, run.futures, run.count)
    said = found, run.planning, run.rates
    return training_report(*said), training_document(*said)
