"""What plans do with officers who start over a limit, in every force and regime, before and after a change."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allocator import Force, Plan, check, write_force
from allocator.synth import REGIMES, draw_nation
from benchmarks.forces import SEED
from benchmarks.peers.protocol import GOALS
from benchmarks.race import ROOT
from benchmarks.races import OURS
from benchmarks.relief.counts import counts
from benchmarks.rows import COLUMNS, Row, read_rows, row

QUESTION = "Is anybody brought under a limit without relief, or relieved by somebody over one?"
BEFORE, RECOUNTED, AFTER = "before", "before, by today's rules", "after"
LIMIT = 10.0  # seconds a force
KEPT = Path(__file__).with_name("results.csv")


def ask(quick: bool) -> Iterator[Row]:
    """One row a force and regime, then the rows of the commit before as they are kept (see `before`)."""
    regimes = ("fifth",) if quick else tuple(REGIMES)
    asked: set[tuple[str, str]] = set()
    for regime in regimes:
        forces = dict(list(draw_nation(SEED, regime).items())[: 3 if quick else None])
        for plan, told in planned(ROOT, forces, LIMIT):
            if check(plan).goals != told["values"]:
                raise RuntimeError(f"{told['force']}, {regime}: the check finds other goals than were told")
            asked.add((told["force"], regime))
            yield cells(AFTER, regime, plan, told)
    yield from (kept for kept in before_rows() if (kept["force"], kept["regime"]) in asked)


def before_rows() -> list[Row]:
    """The rows of the commit before that are kept."""
    rows = read_rows(KEPT) if KEPT.is_file() else []
    return [{column: row.get(column) for column in COLUMNS} for row in rows if row["step"] in (BEFORE, RECOUNTED)]


def planned(checkout: Path, forces: Mapping[str, Force], limit: float) -> Iterator[tuple[Plan, dict[str, Any]]]:
    """Plan forces with the allocator of a checkout: each plan, and what was told of it.

    Raises
    ------
    RuntimeError
        When another allocator answers, or none.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-relief-") as room:
        for slug, force in forces.items():
            write_force(force, Path(room, slug))
        command = [sys.executable, "-P", str(Path(__file__).with_name("job.py")), room, str(limit)]
        environment = os.environ | {"PYTHONPATH": str(checkout)}
        process = subprocess.Popen(
            command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            lines = map(json.loads, process.stdout or ())
            found = next(lines, {}).get("allocator", "none")
            if not Path(found).is_relative_to(checkout):
                raise RuntimeError(f"allocator: {found} found, expected one below {checkout}")
            for told in lines:
                yield Plan(forces[told["force"]], tuple(told["officers"])), told
            if process.wait():
                raise RuntimeError(f"job.py ended with {process.returncode}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def cells(step: str, regime: str, plan: Plan, told: Mapping[str, Any], note: str = "") -> Row:
    """The row of one plan; by today's rules, its goals are those that the check finds.

    What counts as under a limit before is the plain limit or share itself.
    """
    counted = counts(plan)
    if step == BEFORE:
        counted["counted_under"] = counted["on_paper"]
    goals = {f"value_{goal}": told["values"][goal] for goal in GOALS}
    if step == RECOUNTED:
        goals = {f"value_{goal}": value for goal, value in check(plan).goals.items()}
    else:
        goals |= {f"bound_{goal}": told["bounds"][goal] for goal in GOALS}
        goals |= {"proved": told["proved"], "seconds": told["seconds"]}
    return row(
        force=told["force"],
        regime=regime,
        seed=SEED,
        officers=len(plan.force.officers),
        cases=len(plan.force.cases),
        step=step,
        peer=OURS,
        run=1,
        limit=LIMIT,
        note=note,
        **goals,
        **counted,
    )
