"""What futures came to: chances with their intervals, and bands of every count, cycle by cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from allocator.planning.future import COUNTS
from allocator.planning.intervals import share_interval

Numbers = npt.NDArray[np.int64]
BANDS = (5, 25, 50, 75, 95)  # percent of futures below


@dataclass(frozen=True, slots=True)
class Probability:
    """A probability, as the share of futures in which something happened, with its interval at 95% confidence."""

    successes: int
    trials: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The estimate."""
        return self.successes / self.trials if self.trials else 0.0


def probability_of(happened: Sequence[bool] | npt.NDArray[np.bool_]) -> Probability:
    """The share of futures in which something happened, with its exact interval."""
    successes, trials = int(np.sum(happened)), len(happened)
    return Probability(successes, trials, *share_interval(successes, trials))


@dataclass(frozen=True)
class Outcomes:
    """Counts of futures.

    Attributes
    ----------
    counts : mapping of str to array
        Each of ``COUNTS``, shape (futures, divisions, cycles).
    unproved : int
        Plans that were not proved best, of all.
    """

    divisions: tuple[str, ...]
    counts: Mapping[str, Numbers]
    unproved: int

    @property
    def futures(self) -> int:
        """How many futures."""
        return int(self.counts["cases"].shape[0])

    @property
    def cycles(self) -> int:
        """How many cycles."""
        return int(self.counts["cases"].shape[2])

    def of(self, count: str, division: str | None = None) -> Numbers:
        """A count of one division, or of the whole force (the most of all divisions for ``spread``).

        Shape (futures, cycles).
        """
        found = self.counts[count]
        if division is not None:
            return np.asarray(found[:, self.divisions.index(division), :])
        return np.asarray(found.max(axis=1) if count == "spread" else found.sum(axis=1))

    def bands(self, count: str, division: str | None = None) -> npt.NDArray[np.float64]:
        """Quantiles over the futures, shape (bands, cycles)."""
        return np.asarray(np.percentile(self.of(count, division), BANDS, axis=0))

    def over(self, count: str, division: str | None = None) -> tuple[Probability, ...]:
        """For each cycle the probability that a count is above 0."""
        return tuple(probability_of(column > 0) for column in self.of(count, division).T)

    def load(self, division: str | None = None) -> npt.NDArray[np.float64]:
        """Cases held in percent of the limits of those who serve, shape (bands, cycles)."""
        held, room = self.of("held", division), self.of("room", division)
        return np.asarray(np.percentile(100 * held / np.maximum(room, 1), BANDS, axis=0))

    def kept(self, most: int, settle: int, division: str | None = None) -> npt.NDArray[np.bool_]:
        """Whether each future keeps within a target.

        Parameters
        ----------
        most : int
            Excess that is allowed in every cycle; nobody may be unplaced.
        settle : int
            First cycles that are not counted.
        """
        start = min(settle, self.cycles - 1)
        within = (self.of("excess", division) <= most) & (self.of("unplaced", division) == 0)
        return np.asarray(within[:, start:].all(axis=1))

    def moves_a_year(self, days: int, division: str | None = None) -> float:
        """Moves for each officer who serves, in a year: the mean of all futures."""
        years = self.cycles * days / 365.25
        officers = self.of("officers", division).mean()
        return float(self.of("moves", division).sum(axis=1).mean() / years / officers) if officers else 0.0

    def months_ended(self, division: str | None = None) -> float:
        """Mean length of the relationships that moves ended, in months."""
        moves = self.of("moves", division).sum()
        return float(self.of("months", division).sum() / moves) if moves else 0.0


def outcomes_of(found: Iterable[Mapping[str, Any]]) -> Outcomes:
    """Gather what futures came to: at least one, as ``allocator.planning.future.run_future`` gives them."""
    futures = list(found)
    names = sorted({name for future in futures for name in future["divisions"]})
    cycles = max(len(row["cases"]) for future in futures for row in future["divisions"].values())
    counts = {count: np.zeros((len(futures), len(names), cycles), dtype=np.int64) for count in COUNTS}
    for f, future in enumerate(futures):
        for name, row in future["divisions"].items():
            for count in COUNTS:
                counts[count][f, names.index(name)] = row[count]
    return Outcomes(tuple(names), counts, sum(future["unproved"] for future in futures))
