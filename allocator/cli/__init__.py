"""The command line: parse, call, print.

Only click is imported here, and each command's module when that command runs, so that help answers at once
and nothing that does not solve ever loads the solver.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from allocator.cli.groups import LazyGroup

_COMMANDS = {
    "allocate": "Propose who manages whom in this cycle, proved best.",
    "check": "Check a plan, or the allocation as it stands.",
    "cover": "Find who looks after the cases of officers who are away, proved best.",
    "recommend": "Rank the officers for one case by the exact effect of giving it to them.",
    "why": "Say why a case is where the plan has it.",
    "why-not": "Say what bars an officer from a case, or the price of insisting.",
    "why-cover": "Say why a case is covered by whom, and the price of another.",
    "whatif": "Plan scenarios side by side with the force as it is.",
    "frontier": "Show how even workload can be made for how many moves.",
    "diagnose": "Find what leaves cases unplaced and limits exceeded, and what would cure it.",
    "compare": "Compare two plans: who differs, and what that does to every goal and officer.",
    "cycle": "Keep distribution cycles: propose, override, approve, commit, undo, replay.",
    "deliver": "Deliver waiting messages: caseloads, handovers, limits exceeded.",
    "report": "Show monthly performance data.",
    "reductions": "Keep dated reductions of capacity.",
    "supervisors": "Keep who supervises which division.",
    "buddies": "Propose buddies for officers who await MOSOVO training.",
    "courses": "Rank who should take the next course places, by what each cures.",
    "forecast": "Show what to expect over the cycles to come, under today's staffing.",
    "size": "Find the fewest officers that keep every caseload within limits.",
    "train": "Plan who to send on which MOSOVO course.",
    "batch": "Allocate many forces, here or on a cluster.",
    "audit": "Verify and read the log of every act and every reading.",
    "purge": "Remove case data of old cycles.",
    "db": "Make the store of cycles, and keep it up to date.",
    "serve": "Serve pages for people and an HTTP interface for programs.",
    "template": "Write empty input files with a data dictionary.",
    "rules": "Show every rule, note and goal.",
    "synth": "Draw a synthetic force.",
    "help": "Read the manual.",
}
_PLACES = {name: (f"allocator.cli.{name.replace('-', '_')}", said) for name, said in _COMMANDS.items()}


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("allocator")
    except PackageNotFoundError:
        number = "(not installed)"
    click.echo(f"allocator {number}")
    ctx.exit()


@click.command(
    cls=LazyGroup,
    places=_PLACES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def allocator() -> None:
    """Allocate the cases of a force to its offender managers, proved best.

    FORCE is a folder with officers.csv, cases.csv, premises.csv and force.toml, or one .xlsx workbook.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done; 2 input or usage; 3 a --fail-on condition; 1 anything else.

    Parameters
    ----------
    arguments : list of str, optional
        Instead of those of the process.
    """
    from allocator.cli.failing import exit_code_of, forgiving

    forgiving(sys.stdout)
    forgiving(sys.stderr)

    def run() -> Any:
        return allocator.main(args=arguments, prog_name="allocator", standalone_mode=False)

    sys.exit(exit_code_of(run))
