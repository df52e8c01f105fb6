"""``allocator check``: what any plan reaches and breaks, without a solver."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, json_option
from allocator.cli.showing import show


@click.command("check")
@FORCE
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    metavar="PLAN.CSV",
    help="The plan to check, ours or made by hand.  [default: things as they stand, new cases unplaced]",
)
@json_option("Print goals, broken rules and findings as JSON.")
def command(force: Path, plan: Path | None, as_json: bool) -> None:
    """Check a plan, or the allocation as it stands: goal values, broken rules and findings.

    Exit codes: 0 whenever the check could be done, whatever it found; 2 input or usage; 1 anything else.
    """
    from allocator.checking import check
    from allocator.domain.plan import Plan
    from allocator.reporting.check import check_document, check_report

    reading = loaded(force)
    if plan is None:
        checked = check(Plan.as_it_stands(reading.force))
    else:
        from allocator.files.plan_reading import read_plan

        checked = check(read_plan(plan, reading.force))
    what = str(plan) if plan else "the allocation as it stands"
    show(check_document(checked) if as_json else check_report(reading.force, checked, what))
