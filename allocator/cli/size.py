"""``allocator size``: how many officers keep every caseload within limits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.options import Range
from allocator.cli.planning_options import PlanningRun, planning_command

if TYPE_CHECKING:
    from allocator.reporting.model import Report


@click.command("size")
@click.option(
    "--confidence",
    type=Range(50, 99.9),
    default=95,
    show_default=True,
    metavar="PERCENT",
    help="In so many of 100 futures the target has to be kept.",
)
@click.option(
    "--within",
    default="limits",
    show_default=True,
    metavar="limits|excess<=N",
    help="What has to be kept in every cycle of each division; nobody may be unplaced.",
)
@click.option("--sensitivity", "vary", is_flag=True, help="Vary one assumption after another, under today's staffing.")
@planning_command("size", usual=200, quick=4)
def command(run: PlanningRun, confidence: float, within: str, vary: bool) -> tuple[Report, dict[str, Any]]:
    """Find the fewest officers, by division, trained and linked to premises, that keep the target.

    Says what the next officer, course place and link to premises are worth, too. Where no staffing can, says why, and
    what is attainable.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    target = _target(within, confidence)
    from allocator.planning.sensitivity import sensitivity
    from allocator.planning.sizing import size
    from allocator.reporting.sizing import sizing_document, sizing_report

    found = size(run.force, run.planning, target, run.futures, most=run.count)
    tornado = None
    if vary and not found.stopped:
        tornado = sensitivity(run.force, run.planning, target, run.futures, run.count)
        found = replace(found, stopped=tornado is None)
    said = found, run.planning, run.rates, tornado
    return sizing_report(*said), sizing_document(*said)


def _target(within: str, confidence: float):  # type: ignore[no-untyped-def]
    from allocator.planning.bound import Target

    found = re.fullmatch(r"limits|excess\s*<=\s*(\d{1,6})", within.strip(), re.ASCII)
    if found is None:
        raise click.UsageError(f"--within: {within!r} found, expected limits or excess<=N, such as excess<=3.")
    return Target(int(found[1] or 0), confidence / 100)
