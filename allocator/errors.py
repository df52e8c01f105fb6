"""What can go wrong, as one tree.

    AllocatorError              anything this package raises on purpose
    ├── InputError              an input that cannot be used; carries every problem found
    │   └── FormError           what is wrong with a form, a sentence for each field        http/web/pages
    ├── Mismatch                the model and the solver-free check disagree: never shown as a plan
    ├── Unexpected              what should not have happened, in words that quote nothing
    ├── Conflict                somebody else was first, or the state does not allow it
    │   └── Outdated            somebody else has changed what was looked at
    ├── Purged                  data that was kept once and is no longer
    ├── Denied                  somebody may not do that
    │   └── FormExpired         a form without the token of its session                     http/errors
    ├── NotThere                what is not there, or not for somebody
    ├── Unavailable             what everything needs is away: database, key, room on a disk or solvers
    ├── Busy                    too much is asked at once; later it will go                 jobs/pool
    ├── OutOfMemory             a task needs more memory than a worker may have             jobs/worker
    ├── LeaseLost               a job is no longer this server's                            jobs/leases
    ├── WorkersLost             workers are killed again and again                          compute/executor
    ├── SignInNeeded            nobody has signed in, or the token does not hold            http/errors
    │   └── PasswordNeeded      somebody has to choose a password of their own first        http/errors
    ├── TooManyTries            too many failed sign-ins                                    http/errors
    └── VersionNeeded           a change of what others may change needs If-Match           http/errors

Nothing else is raised for a reason that a user can mend. What went wrong, what became of the act and what may help are
fields; only ``str`` puts them together.
"""

from __future__ import annotations

import errno
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

# What the system says where there is no room, or nothing may be written.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EACCES)
NOTHING_CHANGED = "Nothing was changed."
MOST_PROBLEMS = 1_000  # of one file that are told; the rest is counted
MOST_QUOTED = 100  # characters of what was found


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
        What was found, as typed; of what is long the beginning.
    maybe : str or None
        Advice, shown on its own line after "Maybe".
    """

    file: str
    expected: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    maybe: str | None = None

    def __post_init__(self) -> None:
        for name in ("column", "value"):
            quoted = getattr(self, name)
            if quoted is not None and len(quoted) > MOST_QUOTED:
                object.__setattr__(self, name, quoted[:MOST_QUOTED] + "…")

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", {'line' if self.file.endswith('.toml') else 'row'} {self.row}"
        if self.column is not None:
            where += f", {self.column}"
        found = "" if self.value is None else f"{self.value!r} found, "
        advice = "" if self.maybe is None else f"\n    Maybe {self.maybe}"
        return f"{where}: {found}expected {self.expected}{advice}"


class Problems(list[Problem]):
    """Problems as they are found: the first `MOST_PROBLEMS` of each file, and how many more there are.

    Attributes
    ----------
    more : int
        Those that were found and are not kept.
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        super().__init__()
        self.more = 0
        self._kept = Counter[str]()
        self.extend(found)

    def append(self, problem: Problem) -> None:
        """Keep a problem, or count it."""
        if self._kept[problem.file] < MOST_PROBLEMS:
            self._kept[problem.file] += 1
            super().append(problem)
        else:
            self.more += 1

    def extend(self, found: Iterable[Problem]) -> None:
        """Keep or count each."""
        for problem in found:
            self.append(problem)
        if isinstance(found, Problems):
            self.more += found.more

    def __iadd__(self, found: Iterable[Problem]) -> Problems:  # type: ignore[override, misc]
        self.extend(found)
        return self


@dataclass(frozen=True, slots=True)
class Notice:
    """What is no problem and yet should be told.

    Attributes
    ----------
    text : str
        A sentence for people.
    maybe : tuple of str
        Advice, each piece shown on its own line after "Maybe".
    """

    text: str
    maybe: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "".join([self.text, *(f"\n    Maybe {advice}" for advice in self.maybe)])


class AllocatorError(Exception):
    """Anything this package raises on purpose.

    Parameters
    ----------
    text : str
        What went wrong, in sentences for people.
    outcome : str or None
        What became of the act, as a sentence such as `NOTHING_CHANGED`.
    maybe : str or None
        Advice, shown on its own line after "Maybe".
    """

    def __init__(self, text: str, *, outcome: str | None = None, maybe: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.outcome = outcome
        self.maybe = maybe

    def __str__(self) -> str:
        advice = "" if self.maybe is None else f"\nMaybe {self.maybe}"
        return self.said + advice

    @property
    def public(self) -> AllocatorError:
        """The error as whoever asks over the network is told of it."""
        return self

    @property
    def said(self) -> str:
        """What went wrong and what became of the act, without advice."""
        return self.text if self.outcome is None else f"{self.text} {self.outcome}"

    def __reduce__(self) -> tuple[Any, ...]:
        # By itself an exception is made again from its text alone, which not every subclass can be.
        return _unpickled, (type(self), self.args), self.__dict__


def _unpickled(kind: type[AllocatorError], args: tuple[Any, ...]) -> AllocatorError:
    error = kind.__new__(kind)
    error.args = args
    return error


class InputError(AllocatorError):
    """An input that cannot be used.

    Parameters
    ----------
    problems : iterable of Problem
        Every problem found in one pass; at least one.
    more : int
        How many were found besides, and not kept.
    """

    def __init__(self, problems: Iterable[Problem], *, more: int = 0) -> None:
        kept = Problems(problems)
        self.problems, self.more = tuple(kept), kept.more + more
        count = len(kept) + self.more
        head = "1 problem in the input" if count == 1 else f"{count:,} problems in the input"
        super().__init__(head)

    def __str__(self) -> str:
        more = [f"  and {self.more:,} more"] if self.more else []
        return "\n".join([f"{self.text}:", *(f"  {problem}" for problem in self.problems), *more])


class Denied(AllocatorError):
    """Somebody may not do what they asked for."""


class NotThere(AllocatorError):
    """Something that does not exist, or not for whoever asks."""


class Unavailable(AllocatorError):
    """What everything needs is away, such as the database or room on a disk; later it will go.

    Parameters
    ----------
    text : str
        What went wrong, for whoever runs the service: commands and the log say it.
    told : str or None
        The same without paths and addresses; as the text is unless given.
    outcome, maybe : str or None
        As of any error.
    """

    def __init__(
        self, text: str, *, told: str | None = None, outcome: str | None = None, maybe: str | None = None
    ) -> None:
        super().__init__(text, outcome=outcome, maybe=maybe)
        self.told = told

    @property
    def public(self) -> AllocatorError:
        """The same without paths and addresses; what its advice says only who runs the service can do."""
        advice = "try again in a minute, and tell whoever runs the service if it lasts: its log has the cause."
        return Unavailable(self.told or self.text, outcome=self.outcome, maybe=advice)


class Conflict(AllocatorError):
    """Somebody else was first, or the state does not allow it: nothing was changed."""


class Outdated(Conflict):
    """Somebody else has changed what was looked at: nothing was changed by who looked."""


class Purged(AllocatorError):
    """Something that a purge has removed."""


class Mismatch(AllocatorError):
    """The model and the solver-free check disagree about a plan, so it is not shown."""


class Unexpected(AllocatorError):
    """What should not have happened, told without its own words, which may quote a case.

    Parameters
    ----------
    where : str or None
        Where it happened, for whoever mends it.
    """

    def __init__(self, where: str | None = None) -> None:
        self.where = where
        super().__init__(
            "Something went wrong that should not have.", outcome="It has been noted; nothing was changed."
        )


class Contradiction(ValueError):
    """Fields of one record that contradict each other; validators raise it.

    Parameters
    ----------
    column : str or None
        The field that would have to be another; None where it is the whole.
    expected : str
        What would have been right, as the end of a sentence after "expected".
    """

    def __init__(self, column: str | None, expected: str) -> None:
        super().__init__(f"expected {expected}" if column is None else f"{column}: expected {expected}")
        self.column = column
        self.expected = expected


def refusal_of(detail: Mapping[str, Any]) -> str | Contradiction:
    """What a validator raised, or else what pydantic says, of one of the details of a ``ValidationError``."""
    raised = detail.get("ctx", {}).get("error")
    return raised if isinstance(raised, Contradiction) else str(detail["msg"] if raised is None else raised)


def failure(error: AllocatorError) -> dict[str, str | None]:
    """An error as a job keeps it: as a whole in ``says``, which is all that earlier versions kept, and its fields."""
    error = error.public
    return {"says": str(error), "text": error.text, "outcome": error.outcome, "maybe": error.maybe}


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
