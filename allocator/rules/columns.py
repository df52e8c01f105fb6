"""The model's view: a force as numpy columns, officers and cases sorted by id so that input order cannot matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from copy import copy
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from allocator.domain.force import Case, Force, Officer
from allocator.domain.policy import RISKS

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOBODY = -1
ELSEWHERE = -2  # a current officer, a buddy or premises outside the part at hand


class Columns:
    """A force as arrays, with what the model knows about the start of the cycle.

    Cases that placement and receiving rules cannot tell apart are one *kind*, so that eligibility is a small matrix
    of kinds by officers. What follows from the rules' own answers is added in two steps: ``with_permitted`` (which
    cases are permitted where they are), then ``with_knowers`` (which former officers may receive). Nothing here is
    shared with the solver-free check.

    Attributes
    ----------
    officer_ids, case_ids : list of str
        Sorted; all arrays below are aligned with them.
    capacity, limit, cases_start, high_start : (officers,) ints
        Percent; cases (L); cases (n0); high-risk cases (h0).
    trained, open, closed, absent, leaving, supported, over_limit, over_share, small : (officers,) bools
        ``supported``: trained, or with a buddy who serves where the policy asks for one. ``over_share``: starts above
        the share; ``over_limit``: or above the case limit.
    shared_points, shared_capacity : (officers,) ints
        What an officer's fair share is reckoned from (P in points, C in percent).
    site_division, expected_arrivals : (premises,) ints
        Codes; cases.
    division, home, premises, current, risk, points, months : (cases,) ints
        Codes, `NOBODY` where there is none; workload in units of ``points_unit``; whole months of the relationship.
    points_unit : int
        The greatest number of workload points of which every case has a whole multiple, so that the size of a force's
        points does not matter, only how they differ.
    kind : (cases,) ints
        Row of the kind arrays.
    permitted : (cases,) bools; kind_permitted : (kinds,) bools
        Current cases that are permitted where they are; there once ``with_permitted``.
    knowing : (cases,) ints; knowers : (sets, officers) bools
        Row for each case of those who have managed it before, other than its present officer, and may receive it; row 0
        where there are none. Once ``with_knowers``.
    exempt : dict of str to (kinds, officers) bools
        For each rule with exemptions, the pairs that it does not bar.
    """

    permitted: Bools
    kind_permitted: Bools
    knowing: Ints
    knowers: Bools
    _of_officers: tuple[str, ...] = ()
    _of_cases: tuple[str, ...] = ()

    def __init__(self, force: Force) -> None:
        self.policy = force.policy
        self._exemptions: dict[str, set[tuple[str, str]]] = {}
        for exemption in force.exemptions:
            self._exemptions.setdefault(exemption.case_id, set()).add((exemption.rule, exemption.officer_id))
        officers = sorted(force.officers, key=lambda o: o.officer_id)
        cases = sorted(force.cases, key=lambda c: c.case_id)
        self._read_premises(force)
        with self._naming("_of_officers"):
            self._read_officers(officers)
        with self._naming("_of_cases"):
            self._read_cases(cases, force.cycle_date)
        self._read_kinds(cases)
        with self._naming("_of_officers"):
            self._count_start()
            self._share()

    def with_permitted(self, hold: Bools) -> Columns:
        """The same columns knowing which current cases are permitted where they are; kinds are split by that.

        Parameters
        ----------
        hold : (kinds, officers) bools
            Who may hold which kind of case.
        """
        changed = copy(self)
        current = self.current >= 0
        with changed._naming("_of_cases"):
            changed.permitted = current & hold[self.kind, self.current] if hold.shape[1] else current
        pairs, kind = np.unique(np.stack([self.kind, changed.permitted]), axis=1, return_inverse=True)
        before, changed.kind = pairs[0], kind.reshape(-1)
        changed.kind_permitted = pairs[1].astype(np.bool_)
        for name in _OF_KINDS:
            setattr(changed, name, getattr(self, name)[before])
        changed.exempt = {rule: table[before] for rule, table in self.exempt.items()}
        return changed

    def with_knowers(self, receive: Bools) -> Columns:
        """The same columns knowing which former officers may receive which case.

        Parameters
        ----------
        receive : (kinds, officers) bools
            Who may receive which kind of case.
        """
        changed = copy(self)
        changed.knowing = np.zeros_like(self.kind)
        changed.knowers = np.zeros((1, len(self.officer_ids)), dtype=np.bool_)
        cases = np.array(sorted(self._former), dtype=np.int64)
        if len(cases):
            able = (
                _membership([self._former[case] for case in cases.tolist()], self.position) & receive[self.kind[cases]]
            )
            has = np.flatnonzero(self.current[cases] >= 0)
            able[has, self.current[cases[has]]] = False
            known = np.flatnonzero(able.any(axis=1))
            sets, row = np.unique(able[known], axis=0, return_inverse=True)
            changed.knowers = np.vstack([changed.knowers, sets])
            changed.knowing[cases[known]] = row.reshape(-1) + 1
        return changed

    def part(self, officers: Ints, cases: Ints) -> Columns:
        """All that limits and goals ask about some officers and cases, as if there were no others.

        What placement and receiving rules ask of kinds of cases is left out: they have been answered by then.

        Officers and cases are sorted positions; those of the result count from 0.
        """
        return _PartColumns(self, officers, cases)

    def holders(self, plan: Ints) -> Ints:
        """Whose each case counts as under a plan: who is unplaced is their officer's unless that one is leaving."""
        stays = (plan == NOBODY) & (self.current >= 0)
        stays[stays] = ~self.leaving[self.current[stays]]
        return np.where(stays, self.current, plan)

    @contextmanager
    def _naming(self, names: Literal["_of_officers", "_of_cases"]) -> Iterator[None]:
        """Take up the names of the arrays that are added meanwhile, so that a part has its share of every one."""
        before = set(vars(self))
        yield
        added = (name for name, value in vars(self).items() if name not in before and isinstance(value, np.ndarray))
        setattr(self, names, (*getattr(self, names), *added))

    def _read_premises(self, force: Force) -> None:
        premises = sorted(force.premises, key=lambda p: p.premises_id)
        self._divisions = _codes(row.division for rows in (force.officers, force.cases, premises) for row in rows)
        self._sites = {p.premises_id: k for k, p in enumerate(premises)}
        self.site_division = _ints(self._divisions[p.division] for p in premises)
        self.expected_arrivals = _ints(p.expected_arrivals for p in premises)

    def _read_officers(self, officers: Sequence[Officer]) -> None:
        self.officer_ids = [o.officer_id for o in officers]
        self.position = {officer_id: k for k, officer_id in enumerate(self.officer_ids)}
        self.officer_division = _ints(self._divisions[o.division] for o in officers)
        self.capacity = _ints(o.capacity for o in officers)
        self.trained = _bools(o.mosovo == "trained" for o in officers)
        self.open, self.closed, self.absent, self.leaving = (
            _bools(o.status == status for o in officers) for status in ("open", "closed", "absent", "leaving")
        )
        self.buddy = _ints(NOBODY if o.buddy is None else self.position[o.buddy] for o in officers)
        near = (self.officer_division[self.buddy] == self.officer_division) | self.policy.divisions.cross
        serves = (self.buddy >= 0) & (self.trained & (self.open | self.closed))[self.buddy] & near
        self.supported: Bools = self.trained | serves | (not self.policy.training.buddy_required)
        self.linked = _membership([o.premises for o in officers], self._sites)
        self._tags = _codes(tag for o in officers for tag in o.skills)
        self.skilled = _membership([o.skills for o in officers], self._tags)

    def _read_cases(self, cases: Sequence[Case], today: date) -> None:
        self.case_ids = [c.case_id for c in cases]
        self.division = _ints(self._divisions[c.division] for c in cases)
        self.premises = _ints(NOBODY if c.premises is None else self._sites[c.premises] for c in cases)
        self.at_premises = self.premises >= 0
        self.home = self.division.copy()
        self.home[self.at_premises] = self.site_division[self.premises[self.at_premises]]
        self.level = _ints(c.level for c in cases)
        high = self.policy.limits.high_risk
        self.high = _bools(c.risk in high for c in cases)
        self.locked = _bools(c.locked for c in cases)
        self.current = _ints(NOBODY if c.officer is None else self.position[c.officer] for c in cases)
        self.months = _whole_months([today if c.since is None else c.since for c in cases], today)
        self.risk = _ints(RISKS.index(c.risk) for c in cases)
        self.points, self.points_unit = _scale(self._points(cases, today))
        self._former = {
            k: [o for o in c.former if o in self.position] for k, c in enumerate(cases) if c.former - {c.officer}
        }

    def _points(self, cases: Sequence[Case], today: date) -> Ints:
        weights = self.policy.points
        points = _ints(getattr(weights.risk, c.risk) for c in cases)
        points += weights.base + weights.premises * self.at_premises
        points += _ints(weights.level.get(key, 0) for key in ("0", "1", "2", "3"))[self.level]
        soon = today.toordinal() + self.policy.cycle.days
        inside = _bools(
            c.setting == "custody" and (c.release_on is None or c.release_on.toordinal() > soon) for c in cases
        )
        points = np.where(inside, -(-points * weights.custody_percent // 100), points)
        own = _ints(-1 if c.points is None else c.points for c in cases)
        return np.where(own >= 0, own, points)

    def _read_kinds(self, cases: Sequence[Case]) -> None:
        kinds: dict[tuple[Any, ...], int] = {}
        none: frozenset[tuple[str, str]] = frozenset()

        def exempt(case_id: str) -> frozenset[tuple[str, str]]:
            return frozenset(self._exemptions[case_id]) if case_id in self._exemptions else none

        self.kind = _ints(
            kinds.setdefault((c.division, c.premises, c.level, c.needs, c.excluded, exempt(c.case_id)), len(kinds))
            for c in cases
        )
        first = np.unique(self.kind, return_index=True)[1]
        self.exempt: dict[str, Bools] = {}
        for row, (*_, pairs) in enumerate(kinds if self._exemptions else ()):
            for rule, officer_id in pairs:
                shape = len(kinds), len(self.officer_ids)
                table = self.exempt.setdefault(rule, np.zeros(shape, dtype=np.bool_))
                table[row, self.position[officer_id]] = True
        self.kind_division = self.division[first]
        self.kind_home = self.home[first]
        self.kind_level = self.level[first]
        self.kind_premises = self.premises[first]
        self.kind_needs = _membership([cases[k].needs & self._tags.keys() for k in first], self._tags)
        self.kind_unmet = _bools(bool(cases[k].needs - self._tags.keys()) for k in first)
        self.kind_excluded = _membership([cases[k].excluded for k in first], self.position)

    def _count_start(self) -> None:
        limits, count = self.policy.limits, len(self.officer_ids)
        has = self.current >= 0
        self.cases_start = np.bincount(self.current[has], minlength=count)
        self.high_start = np.bincount(self.current[has & self.high], minlength=count)
        self.limit = limits.cases * self.capacity // 100
        self.small = self.cases_start < limits.small_caseload
        allowed = limits.high_risk_percent * self.cases_start // 100
        allowed = np.where(self.small, np.maximum(allowed, limits.high_risk_min), allowed)
        self.over_share = self.high_start > allowed
        self.over_limit = (self.cases_start > self.limit) | self.over_share

    def _share(self) -> None:
        counts = (self.open | self.closed) & (self.capacity > 0)
        covered = (self.current >= 0) & self.absent[self.current] if len(self.officer_ids) else self.current >= 0
        every = 0 if self.policy.divisions.cross else 1
        count = len(self._divisions) + 1
        points = np.zeros(count, dtype=np.int64)  # exact, which weights of bincount are not
        np.add.at(points, every * self.home[~covered], self.points[~covered] * self.points_unit)
        capacity = np.bincount(every * self.officer_division[counts], self.capacity[counts], minlength=count)
        self.shared_points = points[every * self.officer_division]
        self.shared_capacity = capacity.astype(np.int64)[every * self.officer_division]


_OF_KINDS = ("kind_division", "kind_home", "kind_level", "kind_premises", "kind_needs", "kind_unmet", "kind_excluded")


class _PartColumns(Columns):
    """Columns of some officers and cases of a force, without what placement and receiving rules ask of kinds."""

    def __init__(self, whole: Columns, officers: Ints, cases: Ints) -> None:
        self.policy = whole.policy
        self._of_officers, self._of_cases = whole._of_officers, whole._of_cases
        self.officer_ids = [whole.officer_ids[o] for o in officers.tolist()]
        self.case_ids = [whole.case_ids[c] for c in cases.tolist()]
        for name in whole._of_officers:
            setattr(self, name, getattr(whole, name)[officers])
        for name in (*whole._of_cases, "kind"):
            setattr(self, name, getattr(whole, name)[cases])
        sites = np.flatnonzero(self.linked.any(axis=0))
        self.linked = self.linked[:, sites]
        self.site_division, self.expected_arrivals = whole.site_division[sites], whole.expected_arrivals[sites]
        of_officers, of_sites = _places(officers, whole.officer_ids), _places(sites, whole.expected_arrivals)
        self.current, self.buddy, self.premises = (
            of_officers[self.current],
            of_officers[self.buddy],
            of_sites[self.premises],
        )
        rows, knowing = np.unique(np.append(0, whole.knowing[cases]), return_inverse=True)
        self.knowing = knowing.reshape(-1)[1:]
        self.knowers = whole.knowers[np.ix_(rows, officers)]
        self.points, self.points_unit = _scale(self.points * whole.points_unit)


def _places(kept: Ints, of: Sized) -> Ints:
    """The place of each old position among those kept, `ELSEWHERE` of the others; `NOBODY` and `ELSEWHERE` stay."""
    places = np.full(len(of) - min(NOBODY, ELSEWHERE), ELSEWHERE)
    places[kept] = np.arange(len(kept))
    places[NOBODY] = NOBODY
    return places


def _scale(points: Ints) -> tuple[Ints, int]:
    """Points in units of the greatest that they all are whole multiples of, and that unit."""
    unit = int(np.gcd.reduce(points, initial=0)) or 1
    return points // unit, unit


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    return np.fromiter(values, dtype=np.bool_)


def _codes(values: Iterable[str]) -> dict[str, int]:
    return {value: code for code, value in enumerate(sorted(set(values)))}


def _membership(sets: Sequence[Iterable[str]], codes: dict[str, int]) -> Bools:
    table = np.zeros((len(sets), len(codes)), dtype=np.bool_)
    for row, members in enumerate(sets):
        for member in members:
            table[row, codes[member]] = True
    return table


def _whole_months(since: Sequence[date], today: date) -> Ints:
    months = _ints((today.year - d.year) * 12 + today.month - d.month for d in since)
    return months - _bools(today.day < d.day for d in since)


def numbered(rows: Ints | Bools) -> Ints:
    """The number that each row of a table has among the distinct ones, in the order in which they come."""
    written = [row.tobytes() for row in rows]
    number = {row: k for k, row in enumerate(dict.fromkeys(written))}
    return np.array([number[row] for row in written], dtype=np.int64)


def alike(keys: Sequence[Ints]) -> tuple[Ints, Ints]:
    """First position of each distinct row of keys, and the number of the row that each position has; in their order."""
    order = np.lexsort(keys[::-1])
    if not len(order):
        return order, order
    changes = np.logical_or.reduce([np.diff(key[order]) != 0 for key in keys])
    new = np.append(True, changes)
    number = np.empty_like(order)
    number[order] = np.cumsum(new) - 1
    return order[new], number
