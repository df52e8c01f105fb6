"""Read, check and write a large force, over and over: ``job.py FORCES FOLDER WORKBOOK ROUNDS``.

``FORCES`` are the forces that were put into one; they give a plan of it without a solve: newcomers go to the officer
with most room. Prints one line of JSON a step.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from allocator import Checked, Plan, Result, check, read_force
from allocator.analysis.explain import explain
from allocator.domain.plan import GoalValue
from allocator.files import write_files
from allocator.files.digest import digest
from allocator.files.plan_files import plan_csv
from allocator.reporting.plan_files import plan_files
from benchmarks.peers.most_room import most_room

T = TypeVar("T")


def main(forces: Path, folder: Path, workbook: Path, rounds: int) -> None:
    holder: dict[str, str | None] = {}
    for path in forces.iterdir():
        force = read_force(path)
        holder |= zip((case.case_id for case in force.cases), most_room(force), strict=True)
    for number in range(1, rounds + 1):
        force = timed("read .xlsx", number, lambda: read_force(workbook))
        force = timed("read .csv", number, lambda: read_force(folder))
        plan = Plan(force, tuple(holder[case.case_id] for case in force.cases))
        checked = timed("check a plan", number, lambda plan=plan: check(plan))
        hashed = timed("digest", number, lambda force=force: digest(force))
        timed("write plan.csv", number, lambda plan=plan: plan_csv(plan))
        result = as_result(plan, checked)
        report = timed("explain a plan", number, lambda result=result, hashed=hashed: explain(result, hashed))
        files = timed("compose plan files", number, lambda report=report: plan_files(report))
        with tempfile.TemporaryDirectory() as out:
            timed("put plan files on disk", number, lambda out=out, files=files: write_files(Path(out, "plan"), files))


def timed(step: str, number: int, work: Callable[[], T]) -> T:
    """Do something and tell how long it took."""
    begun = time.perf_counter()
    done = work()
    print(json.dumps({"step": step, "run": number, "seconds": time.perf_counter() - begun}), flush=True)
    return done


def as_result(plan: Plan, checked: Checked) -> Result:
    """A plan as if a run had returned it."""
    goals = tuple(GoalValue(goal, value, 0, False) for goal, value in checked.goals.items())
    return Result(plan, goals, checked.findings, goals, 0, 0.0, {})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]))
