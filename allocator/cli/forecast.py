"""``allocator forecast``: what to expect over the cycles to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.planning_options import Desk, planning_command

if TYPE_CHECKING:
    from allocator.reporting.planning_report import Told


@click.command("forecast")
@planning_command("forecast", usual=200, quick=16)
def command(desk: Desk) -> Told:
    """Show what to expect under today's staffing: caseloads, excess, moves, with their chances.

    Futures are drawn by chance from the assumptions; in each, every cycle is planned exactly as it would be.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.planning.forecast import forecast
    from allocator.reporting.forecast_report import forecast_told

    return forecast_told(forecast(desk.force, desk.planning, desk.futures, desk.count), desk.rates)
