"""``allocator whatif``: scenarios side by side with the force as it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import folder_of, loaded
from allocator.cli.numbers import Range

if TYPE_CHECKING:
    from allocator.analysis.try_scenarios import WhatIf
    from allocator.domain.result import Progress

BASE = "base"  # plan-base.csv is the plan of the force as it is


@click.command("whatif")
@click.argument("force", type=click.Path(path_type=Path))
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCENARIO.TOML...")
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write whatif.html, whatif.json and a plan for each there. Without it nothing is written.",
)
@click.option("--time-limit", type=Range(min=0), metavar="S", help="Seconds of solving for each plan.")
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print whatif.json instead of the tables.")
def command(
    force: Path, scenarios: tuple[Path, ...], out: str | None, time_limit: float | None, seed: int, as_json: bool
) -> None:
    """Plan scenarios side by side with the force as it is.

    A scenario is a TOML file of named changes; `allocator help scenarios` lists them. Every problem of every file is
    told before anything is computed. Ctrl-C keeps the plans so far.

    Exit codes: 0 planned; 2 input or usage; 1 anything else.
    """
    if time_limit is not None and not time_limit >= 0:
        raise click.UsageError(f"--time-limit: {time_limit} found, expected seconds from 0.")
    folder = folder_of(out)
    answer = _planned(force, scenarios, time_limit, seed)
    if folder is not None:
        from allocator.files.atomic import write_files

        write_files(folder, _files(answer, scenarios))
    if as_json:
        from allocator.files.plan_files import json_bytes
        from allocator.reporting.scenario_document import whatif_document

        click.echo(json_bytes(whatif_document(answer)), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.scenario_view import print_whatif

    print_whatif(output(), answer, len(scenarios), folder)


def _planned(force: Path, paths: tuple[Path, ...], time_limit: float | None, seed: int) -> WhatIf:
    from allocator.errors import InputError, Problem
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.scenario_files import read_scenario
        from allocator.analysis.try_scenarios import all_applied, try_scenarios
        from allocator.cli.progress import live_line

        found, problems = [], list[Problem]()
        for stem, count in Counter(path.stem for path in paths).items():
            if count > 1:
                value = f"{stem}.toml, {count} times"
                problems.append(Problem("SCENARIO.TOML", "files of different names", value=value))
            if stem == BASE:  # its plan would be written over that of the force as it is
                problems.append(Problem("SCENARIO.TOML", "a file of another name", value=f"{stem}.toml"))
        for path in paths:
            try:
                found.append(read_scenario(path))
            except InputError as error:
                problems += [problem for problem in error.problems if problem not in problems]
        try:
            reading = loaded(force)
            all_applied(reading.force, found)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
        if problems:
            raise InputError(problems)
        with live_line() as tell:

            def progress(name: str, state: Progress) -> None:
                if tell is not None:
                    tell(f"{name}: {state.goal}, {state.seconds:.1f} s. Ctrl-C keeps the plans so far.")

            return try_scenarios(reading.force, found, seed=seed, time_limit=time_limit, progress=progress, pool=pool)


def _files(answer: WhatIf, paths: tuple[Path, ...]) -> dict[str, bytes]:
    from allocator.files.plan_files import json_bytes, plan_csv
    from allocator.reporting.scenario_document import whatif_document
    from allocator.reporting.scenario_report import whatif_html

    names = [BASE, *(path.stem for path in paths)]
    plans = {f"plan-{name}.csv": plan_csv(tried.result.plan) for name, tried in zip(names, answer.all, strict=False)}
    return {"whatif.html": whatif_html(answer, len(paths)), "whatif.json": json_bytes(whatif_document(answer)), **plans}
