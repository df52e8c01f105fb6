"""What can go wrong, as one tree.

    AllocatorError              anything this package raises on purpose
    ├── InputError              a force, plan or policy that cannot be read; carries every problem found
    ├── Denied                  somebody may not do what they asked for
    ├── NotThere                it does not exist, or not for whoever asks
    ├── Conflict                somebody else was first, or the state does not allow it
    │   └── Outdated            what was looked at has been changed by somebody else
    ├── Purged                  it was removed by a purge
    └── Mismatch                the model and the solver-free check disagree: never shown as a plan

Nothing else is raised for a reason that a user can mend.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, and where.

    Attributes
    ----------
    file : str
        File, sheet or table that holds it, such as ``cases.csv``.
    expected : str
        What would have been right, as the end of a sentence after "expected".
    row : int or None
        Row as a spreadsheet counts it (the header is row 1), or line of a ``.toml`` file; None for the whole file.
    column : str or None
        Column, or dotted key of ``force.toml``.
    value : str or None
        What was found, as typed.
    maybe : str or None
        Advice, shown on its own line after "Maybe".
    """

    file: str
    expected: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    maybe: str | None = None

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", {'line' if self.file.endswith('.toml') else 'row'} {self.row}"
        if self.column is not None:
            where += f", {self.column}"
        found = "" if self.value is None else f"{self.value!r} found, "
        advice = "" if self.maybe is None else f"\n    Maybe {self.maybe}"
        return f"{where}: {found}expected {self.expected}{advice}"


class AllocatorError(Exception):
    """Anything this package raises on purpose; its text is a sentence for people."""


class InputError(AllocatorError):
    """An input that cannot be used.

    Parameters
    ----------
    problems : iterable of Problem
        Every problem found in one pass; at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 problem in the input" if count == 1 else f"{count} problems in the input"
        super().__init__("\n".join([f"{head}:", *(f"  {problem}" for problem in self.problems)]))


class Denied(AllocatorError):
    """Somebody may not do what they asked for."""


class NotThere(AllocatorError):
    """Something that does not exist, or not for whoever asks."""


class Conflict(AllocatorError):
    """Somebody else was first, or the state does not allow it: nothing was changed."""


class Outdated(Conflict):
    """Somebody else has changed what was looked at: nothing was changed by who looked."""


class Purged(AllocatorError):
    """Something that a purge has removed."""


class Mismatch(AllocatorError):
    """The model and the solver-free check disagree about a plan, so it is not shown."""


def meant(value: str, names: Iterable[str]) -> str | None:
    """Advice that names what was probably meant, for the ``maybe`` of a Problem.

    Parameters
    ----------
    value : str
        What was typed.
    names : iterable of str
        What would have been right.

    Returns
    -------
    str or None
        Such as ``"high is meant."``; None where nothing is near.
    """
    near = nearest(value, names)
    return None if near is None else f"{near} is meant."


def nearest(value: str, names: Iterable[str], alike: float = 0.6) -> str | None:
    """Find the name that looks most like a value, whatever the case of its letters.

    Parameters
    ----------
    value : str
    names : iterable of str
    alike : float
        Share of the letters that must agree, 0 to 1.
    """
    plain = {name.casefold(): name for name in names}
    near = get_close_matches(value.strip().casefold(), plain, n=1, cutoff=alike)
    return plain[near[0]] if near else None


def happened_at(error: BaseException) -> str:
    """Say where an unexpected error happened, without its own words, which may quote a case."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-4:])
    return f"{type(error).__name__} at " + " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames)
