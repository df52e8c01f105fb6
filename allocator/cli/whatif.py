"""``allocator whatif``: scenarios side by side with the force as it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, SEED, Range, json_option, out_option
from allocator.cli.showing import show, written

if TYPE_CHECKING:
    from allocator.analysis.try_scenarios import WhatIf
    from allocator.domain.result import Progress

BASE = "base"  # plan-base.csv is the plan of the force as it is


@click.command("whatif")
@FORCE
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCENARIO.TOML...")
@out_option("Write whatif.html, whatif.json and a plan for each there. Without it nothing is written.")
@click.option("--time-limit", type=Range(min=0), metavar="S", help="Seconds of solving for each plan.")
@SEED
@json_option("Print whatif.json instead of the tables.")
def command(
    force: Path, scenarios: tuple[Path, ...], folder: Path | None, time_limit: float | None, seed: int, as_json: bool
) -> None:
    """Plan scenarios side by side with the force as it is.

    A scenario is a TOML file of named changes; `allocator help scenarios` lists them. Every problem of every file is
    told before anything is computed. Ctrl-C keeps the plans so far.

    Exit codes: 0 planned; 2 input or usage; 1 anything else.
    """
    answer = _planned(force, scenarios, time_limit, seed)
    if folder is not None:
        from allocator.files.atomic import write_files

        write_files(folder, _files(answer, scenarios))

    from allocator.reporting.scenarios import whatif_document, whatif_report

    end = written(folder, f": whatif.html, whatif.json and {len(answer.all)} plans", gap=True)
    show(whatif_document(answer) if as_json else whatif_report(answer, len(scenarios)).ending(*end))


def _planned(force: Path, paths: tuple[Path, ...], time_limit: float | None, seed: int) -> WhatIf:
    from allocator.errors import InputError, Problem
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the files are read
        from allocator.analysis.scenario_files import read_scenario
        from allocator.analysis.try_scenarios import apply_scenarios, try_scenarios
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
            apply_scenarios(reading.force, found)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
        if problems:
            raise InputError(problems)
        with live_line("{}: {}, {:.1f} s. Ctrl-C keeps the plans so far.") as tell:

            def progress(name: str, state: Progress) -> None:
                tell(name, state.goal, state.seconds)

            return try_scenarios(reading.force, found, seed=seed, time_limit=time_limit, progress=progress, pool=pool)


def _files(answer: WhatIf, paths: tuple[Path, ...]) -> dict[str, bytes]:
    from allocator.files.plan_files import json_bytes, plan_csv
    from allocator.reporting.scenarios import whatif_document, whatif_page

    names = [BASE, *(path.stem for path in paths)]
    plans = {f"plan-{name}.csv": plan_csv(tried.result.plan) for name, tried in zip(names, answer.all, strict=False)}
    return {"whatif.html": whatif_page(answer, len(paths)), "whatif.json": json_bytes(whatif_document(answer)), **plans}
