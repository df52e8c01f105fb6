"""Name what got slower between two result files: ``python -m benchmarks.compare OLD NEW [--threshold 1.2]``.

Both files are ``results.csv`` of one question, or both are what ``pytest --benchmark-json`` writes. What was measured
several times counts with its median. Of a population (many forces of one make) the quantiles are compared,
over the forces that are in both files.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.protocol import GOALS
from benchmarks.rows import COLUMNS, Row, read_rows
from benchmarks.spread import key, measured, named, populations, quantiles

NAMING = ("force", "regime", "seed", "step", "size", "peer", "limit", "note")
NOTHING, SLOWER, WRONG = 0, 1, 2
THRESHOLD = 1.2


class Unreadable(Exception):
    """A file that cannot be compared; its text says why, with advice."""


@dataclass(frozen=True)
class Measured:
    """Median seconds of each thing measured with the number of its runs, and where.

    ``spreads`` has the median seconds of each force of a population, by the force's seed.
    """

    kind: str
    machine: str
    times: dict[str, tuple[float, int]]
    spreads: dict[str, dict[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One thing in both files."""

    name: str
    old: float
    new: float
    runs: tuple[int, int]

    @property
    def times(self) -> float:
        """How many times as long it takes now."""
        return self.new / self.old

    def __str__(self) -> str:
        runs = f"medians of {self.runs[0]} and {self.runs[1]}"
        return f"  {self.times:6.2f} times  {self.old:.4g} s -> {self.new:.4g} s  {self.name}  ({runs})"


@dataclass(frozen=True)
class Shift(Change):
    """One quantile of a population in both files; ``runs`` are forces."""

    def __str__(self) -> str:
        return f"  {self.times:6.2f} times  {self.name} {self.old:.4g} s to {self.new:.4g} s  ({self.runs[0]} forces)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 when something got slower, 2 when the files cannot be compared."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__.partition(":")[0] + ".")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    help_text = f"how many times as long counts as slower, above 1 [default: {THRESHOLD}]"
    parser.add_argument("--threshold", type=float, default=THRESHOLD, metavar="T", help=help_text)
    options = parser.parse_args(arguments)
    try:
        if not options.threshold > 1:
            raise Unreadable(f"--threshold: {options.threshold:g} found, expected a number above 1.")
        old, new = read(options.old), read(options.new)
        changes = compared(old, new)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return WRONG
    if old.machine != new.machine:
        print(f"Note: measured on different machines: {old.machine}; {new.machine}.")
    slower = [change for change in changes if change.times > options.threshold]
    faster = [change for change in changes if change.times < 1 / options.threshold]
    for title, found in (("Slower", slower), ("Faster", faster)):
        print(f"{title} by more than {options.threshold:g} times: {len(found) or 'nothing'}")
        for change in sorted(found, key=lambda change: -abs(change.times - 1)):
            print(change)
    print(f"Compared: {len(changes)}.", *missing(old, new))
    return SLOWER if slower else NOTHING


def compared(old: Measured, new: Measured) -> list[Change]:
    """What is in both files, in the order of the old one."""
    if old.kind != new.kind:
        raise Unreadable(f"Different kinds of files: {old.kind} and {new.kind}.\nMaybe: compare two of one kind.")
    both = [name for name in old.times if name in new.times]
    shifts = [shift for name in old.spreads if name in new.spreads for shift in _shifts(name, old, new)]
    if not both and not shifts:
        raise Unreadable(
            "Nothing in common.\nMaybe: the files are of different questions, or of a quick and a full run."
        )
    pairs = ((name, old.times[name], new.times[name]) for name in both)
    return [*(Change(name, one[0], other[0], (one[1], other[1])) for name, one, other in pairs), *shifts]


def _shifts(name: str, old: Measured, new: Measured) -> Iterator[Shift]:
    for share, before, after, forces in quantiles(old.spreads[name], new.spreads[name]):
        yield Shift(f"{name}, {share}", before, after, (forces, forces))


def missing(old: Measured, new: Measured) -> Iterator[str]:
    """How much is in one file alone."""
    for one, other, name in ((old, new, "old"), (new, old, "new")):
        alone = one.times.keys() - other.times.keys()
        forces = [seed for of in one.spreads for seed in one.spreads[of] if seed not in other.spreads.get(of, ())]
        if alone or forces:
            yield f"Only in the {name} file: {len(alone) + len(forces)}."


def read(path: Path) -> Measured:
    """Read either kind of file.

    Raises
    ------
    Unreadable
        When it is missing or neither.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise Unreadable(f"{path}: a results.csv or a benchmark JSON expected ({reason}).") from None
    try:
        found = _json(text) if path.suffix == ".json" else _csv(path, text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found = None
    if found is None or not all(0 < seconds < math.inf for seconds in _all(found)):
        raise Unreadable(
            f"{path}: expected a results.csv of a question, or a .json that pytest --benchmark-json wrote."
        )
    return found


def _json(text: str) -> Measured:
    document = json.loads(text)
    stats = {b["fullname"]: (float(b["stats"]["median"]), int(b["stats"]["rounds"])) for b in document["benchmarks"]}
    machine = document.get("machine_info", {})
    return Measured("benchmark JSON", str(machine.get("cpu", {}).get("brand_raw") or machine.get("node", "")), stats)


def _csv(path: Path, text: str) -> Measured | None:
    header = set(next(csv.reader(text.splitlines()), ()))
    if not set(NAMING) <= header <= set(COLUMNS):  # an older file lacks the columns that came since
        return None
    times: dict[str, list[float]] = {}
    spreads: dict[str, dict[float, list[float]]] = {}
    rows = read_rows(path)
    if not rows or not all(row["machine"] and row["date"] for row in rows):  # nothing, or cut off
        return None
    many = populations(rows)
    for row in rows:
        if key(row) in many and row["seed"] is not None:
            for measure, seconds in measured(row):
                spreads.setdefault(f"{named(row)}: {measure}", {}).setdefault(row["seed"], []).append(seconds)
            continue
        for measure, seconds in _measures(row):
            name = " · ".join(_cell(column, row[column]) for column in NAMING if row[column] is not None)
            times.setdefault(f"{name}: {measure}", []).append(seconds)
    medians = {name: (statistics.median(found), len(found)) for name, found in times.items()}
    machines = dict.fromkeys(row["machine"] for row in rows)
    forces = {name: {seed: statistics.median(of) for seed, of in found.items()} for name, found in spreads.items()}
    return Measured("results.csv", " and ".join(map(str, machines)), medians, forces)


def _all(found: Measured) -> Iterator[float]:
    yield from (seconds for seconds, _ in found.times.values())
    yield from (seconds for spread in found.spreads.values() for seconds in spread.values())


def _measures(row: Row) -> Iterator[tuple[str, float]]:
    """What took time in a row. A goal that was not proved took its limit."""
    if row["seconds"]:
        yield "seconds", row["seconds"]
    if any(row[f"proof_{goal}"] for goal in GOALS):
        for goal in GOALS[1:]:
            yield f"{goal} proved", row[f"proof_{goal}"] or row["limit"]


def _cell(column: str, value: object) -> str:
    return f"{column} {value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
