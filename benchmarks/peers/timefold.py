"""Timefold Solver, untuned: its default construction heuristic and local search, on an exact, incremental score.

It needs ``pip install timefold==1.24.0b0``, whose jars it borrows, and a JDK from 17 on. The model is in
``timefold_java``: a planning entity for every case that may move or must be placed, started with the officer it has
where that is permitted; a bendable score of broken budgets (hard), then excess, disruption and fairness. Unplaced
follows from the input alone. Python writes the numbers and reads the plans; Timefold itself never meets Python. It
uses one thread, and proves nothing.

The clock starts when Java has built its solver and read the problem: compiling and starting Java are not counted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import SupportsInt

import numpy as np

from allocator import Force
from allocator.rules.columns import NOBODY, Columns
from allocator.rules.goals.disruption import Disruption
from allocator.rules.limits.novice import Novice
from allocator.rules.movement.buddied import Buddied
from allocator.rules.movement.budget import Budget
from allocator.rules.movement.open import Open
from allocator.solver.parts import Choices, choices
from benchmarks.peers.protocol import MARKS, Skipped, Teller, main

SOURCES = Path(__file__).with_name("timefold_java")
OLDEST_JAVA = 17


@dataclass(frozen=True)
class Java:
    """A JDK, its version, and where it finds Timefold."""

    javac: Path
    java: Path
    version: str
    timefold: str
    jars: tuple[Path, ...]

    @classmethod
    def here(cls) -> Java:
        """The JDK and the jars of this machine; `Skipped` says what is missing."""
        try:
            package = distribution("timefold")
        except PackageNotFoundError:
            raise Skipped("the package timefold is not installed") from None
        javac = shutil.which("javac")
        java = javac and shutil.which("java", path=Path(javac).resolve().parent)
        if not (javac and java):
            raise Skipped(f"there is no JDK: javac and java, {OLDEST_JAVA} or later")
        said = subprocess.run([javac, "-version"], capture_output=True, text=True)
        found = re.search(r"javac (\d+)(\S*)", said.stdout + said.stderr)
        if not found or int(found[1]) < OLDEST_JAVA:
            version = found[0] if found else "javac without a version"
            raise Skipped(f"the JDK is too old: {version}, {OLDEST_JAVA} or later is needed")
        jars = sorted(Path(str(package.locate_file("timefold/solver/jars"))).glob("*.jar"))
        # Left to itself, logback writes every step of the search to standard output.
        quiet = tuple(jar for jar in jars if not jar.name.startswith("logback"))
        return cls(Path(javac), Path(java), found[1] + found[2], package.version, quiet)


@dataclass(frozen=True)
class Found:
    """A plan as Timefold told it.

    Attributes
    ----------
    seconds : float
        When it was found.
    score : list of int
        Permitted moves above the budgets; excess; disruption; fairness.
    officers : list of (str or None)
        One officer_id a case, in the force's order.
    """

    seconds: float
    score: list[int]
    officers: list[str | None]


def run(force: Force, seconds: float, seed: int) -> Teller:
    """Tell every plan that Timefold finds, as it was when it was found."""
    java = Java.here()
    found = solve(java, force, seconds, seed)
    next(found)  # the clock has started
    teller = Teller(force, seconds)
    teller.engine |= {"timefold": java.timefold, "java": java.version, "settings": "untuned"}
    for plan in found:
        if plan and plan.seconds <= seconds:  # Timefold's own clock starts a moment later
            teller.plan(plan.officers, at=plan.seconds)
    return teller


def solve(java: Java, force: Force, seconds: float, seed: int) -> Iterator[Found | None]:
    """None when the clock starts, then each plan better than the one before."""
    open_to = choices(Columns(force))
    columns, decided = open_to.columns, np.flatnonzero(open_to.free | open_to.must)
    plan = dict(zip(columns.case_ids, _settled(open_to), strict=True))
    limit, *marks = (round(1000 * moment) for moment in (seconds, *MARKS, seconds))
    for line in _running(java, problem(open_to), limit, seed, *marks):
        if line == "started\n":
            yield None
            continue
        told = json.loads(line)
        for case, officer in zip(decided, told["officers"], strict=True):
            plan[columns.case_ids[case]] = columns.officer_ids[officer]
        yield Found(told["seconds"], told["score"], [plan[case.case_id] for case in force.cases])


def _running(java: Java, lines: Iterable[str], *arguments: int) -> Iterator[str]:
    """Compile the sources, run them with lines on standard input, and pass on each line as it comes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        classpath = os.pathsep.join(map(str, (folder, *java.jars)))
        subprocess.run(
            [java.javac, "-proc:none", "-cp", classpath, "-d", folder, *sorted(SOURCES.glob("*.java"))], check=True
        )
        (folder / "problem.txt").write_text("".join(f"{line}\n" for line in lines))
        command = [str(java.java), "-cp", classpath, "peer.Run", *map(str, arguments)]
        with (
            (folder / "problem.txt").open() as numbers,
            (folder / "errors.txt").open("w") as errors,
            subprocess.Popen(command, stdin=numbers, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            assert process.stdout
            try:
                yield from process.stdout
                process.wait()
            finally:
                process.kill()
        if process.returncode:
            raise RuntimeError(f"Java ended with {process.returncode}: {(folder / 'errors.txt').read_text()}")


def _settled(open_to: Choices) -> list[str | None]:
    """Officer of each case that the input alone settles: the current one where the case is pinned, else nobody."""
    columns = open_to.columns
    holders = np.where(open_to.pinned, columns.current, NOBODY)
    return [None if officer == NOBODY else columns.officer_ids[officer] for officer in holders]


def problem(open_to: Choices) -> Iterator[str]:
    """The numbers of a force, in the order in which ``Problem.java`` reads them: one thing a line, lists at the end."""
    columns, policy = open_to.columns, open_to.columns.policy
    most = policy.relationship.max_moves
    yield _line(
        "policy",
        policy.limits.high_risk_percent,
        policy.premises.arrivals_per_cycle,
        policy.divisions.away,
        policy.relationship.former,
        0 if most is None else most,
    )
    yield from _officers(open_to)
    yield from _premises(columns)
    for able in columns.knowers:
        yield _line("knowers", *np.flatnonzero(able))
    yield from _cases(open_to)


def _line(what: str, *numbers: SupportsInt) -> str:
    return " ".join((what, *(str(int(number)) for number in numbers)))


def _officers(open_to: Choices) -> Iterator[str]:
    columns, limits, training = open_to.columns, open_to.columns.policy.limits, open_to.columns.policy.training
    still = open_to.pinned | (open_to.stuck & (columns.current != NOBODY) & ~columns.leaving[columns.current])
    points = columns.points * columns.points_unit
    for o in range(len(columns.officer_ids)):
        holds = still & (columns.current == o)
        yield _line(
            "officer",
            columns.open[o] or columns.closed[o],
            limits.freeze_over_limit and columns.over_limit[o],
            columns.trained[o],
            columns.limit[o],
            columns.cases_start[o] if columns.over_share[o] else len(columns.case_ids),
            limits.high_risk_min if columns.small[o] else 0,
            (limits.intake if columns.trained[o] else training.untrained_intake) * columns.capacity[o] // 100,
            columns.officer_division[o],
            holds.sum(),
            (holds & columns.high).sum(),
            points[holds].sum(),
            *_bands(columns, o),
        )


def _bands(columns: Columns, o: int) -> list[int]:
    """Points at each band of an officer's fair share; none where the officer does not count."""
    if not ((columns.open[o] or columns.closed[o]) and columns.capacity[o] > 0):
        return []
    band, capacity = columns.policy.fairness.band_percent, int(columns.shared_capacity[o])
    share = int(columns.shared_points[o]) * int(columns.capacity[o])
    return [share * k * band // (capacity * 100) for k in range(201) if 50 <= k * band <= 200]


def _premises(columns: Columns) -> Iterator[str]:
    serving = (Open().may(columns) & Buddied().may(columns))[0]
    spare = np.maximum(0, columns.limit - columns.cases_start)
    for k, expected in enumerate(columns.expected_arrivals):
        linked = np.flatnonzero(columns.linked[:, k] & serving)
        needed = min(int(expected), int(spare[linked].sum()))
        if columns.policy.premises.reserve_arrivals and needed > 0:
            yield _line("premises", needed, *linked)


def _cases(open_to: Choices) -> Iterator[str]:
    columns = open_to.columns
    cost, budgets, asking = Disruption().load(columns), Budget().load(columns), Novice().load(columns)
    for c in np.flatnonzero(open_to.free | open_to.must):
        keeps = open_to.permitted[c]
        may = open_to.receive[columns.kind[c]].copy()
        if keeps:
            may[columns.current[c]] = True
        yield _line(
            "case",
            columns.current[c],
            keeps,
            columns.high[c],
            columns.at_premises[c],
            asking[c],
            columns.points[c] * columns.points_unit,
            cost[c],
            columns.home[c],
            columns.knowing[c],
            budgets[c] if keeps and budgets is not None else -1,
            *np.flatnonzero(may),
        )


if __name__ == "__main__":
    main(run)
