"""``allocator forecast``: what to expect over the cycles to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from allocator.cli.planning_options import PlanningRun, planning_command

if TYPE_CHECKING:
    from allocator.reporting.model import Report


@click.command("forecast")
@planning_command("forecast", usual=200, quick=16)
def command(run: PlanningRun) -> tuple[Report, dict[str, Any]]:
    """Show what to expect under today's staffing: caseloads, excess, moves, with their chances.

    Futures are drawn by chance from the assumptions; in each, every cycle is planned exactly as it would be.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.planning.forecast import forecast
    from allocator.reporting.forecast import forecast_document, forecast_report

    found = forecast(run.force, run.planning, run.futures, run.count)
    return forecast_report(found, run.rates), forecast_document(found, run.rates)
