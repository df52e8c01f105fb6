"""Blocks of commands in the README and the manual: run as they stand, and compared with what is shown or renewed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from allocator.manual.pages import FOLDER

ROOT = Path(__file__).parents[2]
LEFT_OUT = "…"  # a line that stands for any number of lines
_BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.M | re.S)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)
PAGES = [path for path in (ROOT / "README.md", *sorted(FOLDER.glob("*.md"))) if _BLOCK.search(path.read_text("utf-8"))]


@dataclass(frozen=True)
class Ran:
    """A command with what is shown below it and what it printed.

    Attributes
    ----------
    command : str
    shown, printed : list of str
        Lines without blanks at their ends.
    """

    command: str
    shown: list[str]
    printed: list[str]

    @property
    def as_shown(self) -> bool:
        """Whether it printed what is shown."""
        lines = (r"(?:.*\n)*?" if line == LEFT_OUT else re.escape(line) + r"\n" for line in self.shown)
        return re.fullmatch("".join(lines), "".join(f"{line}\n" for line in self.printed)) is not None

    @property
    def renewed(self) -> list[str]:
        """What to show instead: all that was printed, or of each run of lines the one most like it."""
        runs: list[list[str]] = [[]]
        for line in self.shown:
            runs[-1].append(line) if line != LEFT_OUT else runs.append([])
        if self.as_shown or len(runs) == 1:
            return self.shown if self.as_shown else self.printed
        found, at = list(self.printed[: len(runs[0])]), len(runs[0])
        for run in runs[1:-1]:
            starts = range(at, max(at + 1, len(self.printed) - len(run) + 1))
            best = max(starts, key=lambda start, run=run: _likeness(run, self.printed[start:]))
            found += [LEFT_OUT, *self.printed[best : best + len(run)]]
            at = best + len(run)
        return [*found, LEFT_OUT, *self.printed[len(self.printed) - len(runs[-1]) :]]


def commands(text: str) -> list[tuple[str, str]]:
    """Every command of a page with what is shown below it."""
    return [pair for block in _BLOCK.findall(text) for pair in _COMMAND.findall(block)]


def run_page(text: str, folder: Path) -> Iterator[Ran]:
    """Run a page's commands from top to bottom in a folder that has the project's scenarios."""
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    for command, shown in commands(text):
        yield _run(command, shown, folder)


def renewed_page(text: str, folder: Path) -> str:
    """A page with its blocks as the commands print them now."""
    ran = run_page(text, folder)

    def block(found: re.Match[str]) -> str:
        parts = (next(ran) for _ in _COMMAND.findall(found[1]))
        return "".join(f"$ {one.command}\n" + "".join(f"{line}\n" for line in one.renewed) for one in parts)

    folder.mkdir(parents=True, exist_ok=True)
    return _BLOCK.sub(block, text)


def _run(command: str, shown: str, folder: Path) -> Ran:
    # What is shown to be refused says so on the other stream.
    refused = "Nothing was changed." in shown
    ours = f'"{sys.executable}" -m {command}' if command.startswith("allocator ") else command
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(ours, shell=True, cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == (1 if refused else 0), f"{command}\n{done.stderr}"
    printed = done.stderr if refused else done.stdout
    return Ran(command, *([line.rstrip() for line in text.splitlines()] for text in (shown, printed)))


def _likeness(run: list[str], printed: list[str]) -> float:
    return sum(SequenceMatcher(None, one, other).ratio() for one, other in zip(run, printed, strict=False))
