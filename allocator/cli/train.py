"""``allocator train``: who to send on which course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.planning_options import Desk, planning_command

if TYPE_CHECKING:
    from allocator.reporting.planning_report import Told


@click.command("train")
@click.option(
    "--courses",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="CSV file with the columns date and places.",
)
@planning_command("train", usual=40, quick=8)
def command(desk: Desk, courses: Path) -> Told:
    """Plan who to send on which MOSOVO course, by what each helps over the futures.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.planning.inputs import read_courses
    from allocator.planning.training import plan_training
    from allocator.reporting.training_report import training_told

    found = plan_training(desk.force, desk.planning, read_courses(courses), desk.futures, desk.count)
    return training_told(found, desk.planning, desk.rates)
