"""Monthly performance data: officers and divisions as the month's cycles left them. Counts alone, and no case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OfficerFigures:
    """One officer under one committed plan.

    Attributes
    ----------
    capacity : int
        Percent of a full caseload.
    fair_percent : int or None
        Workload in percent of the fair share; None where there is none.
    over : int
        Cases above the limit of cases and the share of high risk together.
    """

    officer_id: str
    division: str
    status: str
    capacity: int
    cases: int
    case_limit: int
    high_risk: int
    points: int
    fair_percent: int | None
    received: int
    given_up: int
    over: int

    @property
    def share(self) -> float | None:
        """High-risk cases as percent of all, to one decimal; None without cases."""
        return percent(self.high_risk, self.cases)


@dataclass(frozen=True, slots=True)
class DivisionFigures:
    """One division under one committed plan; months are those of relationships that moves ended."""

    division: str
    cases: int
    high_risk: int
    kept: int
    moved: int
    placed: int
    unplaced: int
    months_ended: int

    @property
    def share(self) -> float | None:
        """High-risk cases as percent of all, to one decimal; None without cases."""
        return percent(self.high_risk, self.cases)

    @property
    def months_each(self) -> float | None:
        """Mean length of the relationships ended, in months to one decimal; None without moves."""
        return None if self.moved == 0 else (20 * self.months_ended + self.moved) // (2 * self.moved) / 10


@dataclass(frozen=True, slots=True)
class CycleFigures:
    """One committed cycle."""

    cycle_id: int
    cycle_date: date
    officers: tuple[OfficerFigures, ...]
    divisions: tuple[DivisionFigures, ...]


@dataclass(frozen=True)
class Month:
    """A month.

    Attributes
    ----------
    month : date
        Its first day.
    cycles : tuple of CycleFigures
        Committed cycles of the month, oldest first.
    in_a_row : mapping of str to int
        For each officer over a limit at the end: for how many committed cycles without a break, this one included.
    divisions : tuple of DivisionFigures
        Cases and unplaced as of the last cycle; moves, new cases and months over all of them.
    """

    month: date
    cycles: tuple[CycleFigures, ...]
    in_a_row: Mapping[str, int]
    divisions: tuple[DivisionFigures, ...]

    @property
    def last(self) -> CycleFigures:
        """The last cycle of the month."""
        return self.cycles[-1]


def month_of(month: date, committed: Sequence[CycleFigures]) -> Month | None:
    """Gather a month; None where no committed cycle lies in it.

    Parameters
    ----------
    month : date
        Its first day.
    committed : sequence of CycleFigures
        Committed cycles, oldest first; those before the month tell for how long limits have been exceeded.
    """
    own = tuple(c for c in committed if (c.cycle_date.year, c.cycle_date.month) == (month.year, month.month))
    if not own:
        return None
    until = committed[: committed.index(own[-1]) + 1]
    over = [{o.officer_id for o in cycle.officers if o.over} for cycle in until]
    in_a_row = {}
    for officer_id in sorted(over[-1]):
        count = next((k for k, names in enumerate(reversed(over)) if officer_id not in names), len(over))
        in_a_row[officer_id] = count
    return Month(month, own, in_a_row, tuple(_sum_divisions(own)))


def _sum_divisions(cycles: Sequence[CycleFigures]) -> list[DivisionFigures]:
    found = []
    for last in cycles[-1].divisions:
        all_of = [d for cycle in cycles for d in cycle.divisions if d.division == last.division]
        found.append(
            DivisionFigures(
                division=last.division,
                cases=last.cases,
                high_risk=last.high_risk,
                kept=last.kept,
                moved=sum(d.moved for d in all_of),
                placed=sum(d.placed for d in all_of),
                unplaced=last.unplaced,
                months_ended=sum(d.months_ended for d in all_of),
            )
        )
    return found


def workload(officers: Sequence[OfficerFigures]) -> int | None:
    """Mean workload of some officers, in whole percent of the fair share; None where nobody has one."""
    shares = [officer.fair_percent for officer in officers if officer.fair_percent is not None]
    return (2 * sum(shares) + len(shares)) // (2 * len(shares)) if shares else None


def percent(part: int, whole: int) -> float | None:
    """Percent to one decimal, halves rounded up; None of nothing."""
    return None if whole == 0 else (2000 * part + whole) // (2 * whole) / 10
