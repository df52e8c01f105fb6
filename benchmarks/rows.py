"""Results as rows: one shape for every question, kept as CSV."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from benchmarks.peers.protocol import GOALS

Row = dict[str, Any]

# force, regime, seed: the force. step: what was measured of it. size: where it grows. run: 1, 2, ... of the same.
# limit, seconds, proof_*: seconds. proved: whether all four goals were. peak_mb: of the whole process tree.
# file_mb: of what was written. over_* to counted_under: officers and cases, see relief.counts.
# cpu: processor seconds of all processes. squares, best: sum of squared workloads, and the least one known.
COLUMNS = (
    *("force", "regime", "seed", "officers", "cases", "step", "size", "peer", "run", "limit", "seconds", "proved"),
    *(f"{kind}_{goal}" for kind in ("proof", "value", "bound") for goal in GOALS),
    *("peak_mb", "file_mb", "over_start", "over_moves", "over_arrivals", "over_given", "on_paper", "counted_under"),
    *("cpu", "squares", "best"),
    *("note", "machine", "versions", "date"),
)
TEXTS = {"force", "regime", "step", "peer", "note", "machine", "versions", "date"}


def row(engines: Mapping[str, str] | None = None, **cells: Any) -> Row:
    """Complete a row with machine, versions and date.

    Parameters
    ----------
    engines : mapping of str to str, optional
        Versions of what else was at work.
    **cells
        Values of any of ``COLUMNS``; those not given stay empty.
    """
    if unknown := cells.keys() - set(COLUMNS):
        raise KeyError(f"no such columns: {', '.join(sorted(unknown))}")
    computer, software = _here()
    common = {
        "machine": computer,
        "versions": _listed(software | dict(engines or {})),
        "date": date.today().isoformat(),
    }
    return {column: cells.get(column, common.get(column)) for column in COLUMNS}


@cache
def _here() -> tuple[str, dict[str, str]]:
    """This machine in a few words, and the versions of what is installed."""
    found = machine()
    computer = f"{found['cores']} cores, {found['cpu']}, {found['memory_gb']} GB, {found['system']}"
    return computer, {"python": str(found["python"])} | versions()


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def goals_of(result: Any) -> Row:
    """Values, bounds and proof of an `allocator.Result`, as cells."""
    cells: Row = {"proved": result.proven}
    for goal in result.goals:
        cells |= {f"value_{goal.name}": goal.value, f"bound_{goal.name}": goal.bound}
    return cells


class Writer:
    """Rows written to a file as they come, so that an interrupted run keeps those it has.

    They go to ``results.partial.csv``, which becomes ``results.csv`` when the question is answered.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.partial, self.final = folder / "results.partial.csv", folder / "results.csv"
        self._file = self.partial.open("w", newline="", encoding="utf-8")
        self._writer = csv.DictWriter(self._file, COLUMNS)
        self._writer.writeheader()

    def write(self, cells: Row) -> None:
        """Append a row; it is on disk when this returns."""
        self._writer.writerow({column: _text(cells[column]) for column in COLUMNS})
        self._file.flush()

    def close(self, done: bool) -> None:
        """Replace the results before this one, where the question was answered."""
        self._file.close()
        if done:
            os.replace(self.partial, self.final)


def read_rows(path: Path) -> list[Row]:
    """Rows of a results file: numbers as float, ``proved`` as bool, empty cells as None."""
    with path.open(newline="", encoding="utf-8") as file:
        return [{column: _value(column, text) for column, text in cells.items()} for cells in csv.DictReader(file)]


def rows_so_far(folder: Path) -> list[Row]:
    """Rows that a run that was ended has left, of this machine and these versions: others would not be side by side."""
    path = folder / "results.partial.csv"
    found = read_rows(path) if path.exists() else []
    computer, software = _here()
    same = set(_listed(software).split(", "))
    return [cells for cells in found if cells["machine"] == computer and same <= set(cells["versions"].split(", "))]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write a results file in one go."""
    writer = Writer(path.parent)
    for cells in rows:
        writer.write(cells)
    writer.close(done=True)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 100 else f"{value:.1f}".removesuffix(".0")
    return str(value)


def _value(column: str, text: str | None) -> Any:
    if not text:
        return None
    if column == "proved":
        return text == "yes"
    return text if column in TEXTS else float(text)
