"""The model's view of cover: who may cover what, and what each officer carries before, in arrays."""

from __future__ import annotations

from copy import copy
from functools import reduce

import numpy as np

from allocator.domain.plan import Plan
from allocator.rules.columns import NOBODY, Bools, Columns, Ints
from allocator.rules.cover.who_may import COVERING


class CoverColumns:
    """A plan whose absent officers' cases need cover, as arrays. Nothing is shared with the solver-free check.

    Attributes
    ----------
    officer_ids, case_ids : list of str
        Sorted; all arrays below are aligned with them. Cases are those to cover alone.
    limit, held, allowed, held_high, held_points : (officers,) ints
        Cases (L, n); high-risk cases (A(n), h); points (p).
    trained : (officers,) bools
    counted : (some officers,) ints
        Officers whose workload counts: positions.
    thresholds : (officers, bands) ints
        Points in hundredths at which each band of a share begins (u_i).
    able : (cases, officers) bools
        Who may cover which case.
    choices : (cases, officers) bools
        Who is to be chosen from: ``able`` unless somebody is insisted on.
    high, grave : (cases,) bools
        ``grave``: of a risk of which an untrained officer should have none.
    points, unplaced : (cases,) ints
        Points in units of ``points_unit``; weight of leaving the case with nobody.
    before : (cases,) ints
        Who covers it now and may go on, `NOBODY` where nobody does.
    disruption : (cases, officers) ints
        What each officer's covering each case loses, in relationship-months.
    """

    def __init__(self, plan: Plan) -> None:
        whole = Columns(plan.force)
        self.policy = plan.force.policy
        self.officer_ids, self.points_unit = whole.officer_ids, whole.points_unit
        self.limit, self.trained = whole.limit, whole.trained
        position = whole.position
        planned = np.array(
            [position.get(plan.officer_of[case] or "", NOBODY) for case in whole.case_ids], dtype=np.int64
        )
        holder = whole.holders(planned)
        here = holder != NOBODY
        cover = here.copy()
        cover[here] = whole.absent[holder[here]]
        self._count_held(whole, holder, here)
        self._share(whole, cover)

        cases = np.flatnonzero(cover)
        self.case_ids = [whole.case_ids[case] for case in cases.tolist()]
        self.high, self.points = whole.high[cases], whole.points[cases]
        risks = [plan.force.case_by_id[case_id].risk for case_id in self.case_ids]
        self.grave = np.array([risk in self.policy.training.risks for risk in risks], dtype=np.bool_)
        self.unplaced = np.array([getattr(self.policy.unplaced, risk) for risk in risks], dtype=np.int64)
        every = np.ones((len(whole.kind_division), len(self.officer_ids)), dtype=np.bool_)
        may = reduce(np.logical_and, (rule.allows(whole) for rule in COVERING), every)
        self.able: Bools = may[whole.kind[cases]]
        self.able[np.arange(len(cases)), holder[cases]] = False
        self.choices = self.able
        self._weigh(plan, whole, cases)

    def _count_held(self, whole: Columns, holder: Ints, here: Bools) -> None:
        count, limits = len(self.officer_ids), self.policy.limits
        self.held = np.bincount(holder[here], minlength=count)
        self.held_high = np.bincount(holder[here & whole.high], minlength=count)
        self.held_points = np.zeros(count, dtype=np.int64)
        np.add.at(self.held_points, holder[here], whole.points[here] * whole.points_unit)
        among = np.where(whole.over_share, np.minimum(self.held, whole.cases_start), self.held)
        allowed = limits.high_risk_percent * among // 100
        self.allowed = np.where(whole.small, np.maximum(allowed, limits.high_risk_min), allowed)

    def _share(self, whole: Columns, cover: Bools) -> None:
        every, band = 0 if self.policy.divisions.cross else 1, self.policy.fairness.band_percent
        serves = (whole.open | whole.closed) & (whole.capacity > 0)
        self.counted = np.flatnonzero(serves)
        groups = max(whole.home.max(initial=0), whole.officer_division.max(initial=0)) + 1
        points, capacity = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
        weight = np.where(cover, self.policy.cover.percent, 100)
        np.add.at(points, every * whole.home, weight * whole.points * whole.points_unit)
        np.add.at(capacity, every * whole.officer_division[serves], whole.capacity[serves])
        of = every * whole.officer_division
        percents = np.arange(-(-50 // band), 200 // band + 1) * band
        share, all_of_it = points[of] * whole.capacity, np.maximum(capacity[of], 1) * 100
        self.thresholds: Ints = share[:, None] * percents // all_of_it[:, None]

    def _weigh(self, plan: Plan, whole: Columns, cases: Ints) -> None:
        weights = self.policy.relationship
        former = np.zeros_like(self.able)
        self.before = np.full(len(cases), NOBODY)
        for row, case_id in enumerate(self.case_ids):
            case = plan.force.case_by_id[case_id]
            former[row, [whole.position[who] for who in case.former if who in whole.position]] = True
            covers = whole.position.get(case.covered_by or "", NOBODY)
            if covers != NOBODY and self.able[row, covers]:
                self.before[row] = covers
        another: Bools = np.arange(len(self.officer_ids)) != self.before[:, None]
        changes: Bools = another & (self.before[:, None] != NOBODY)
        known = np.asarray((former & self.able).any(axis=1))
        strange: Bools = known[:, None] & ~former
        home = np.asarray(whole.home[cases])
        away: Bools = whole.officer_division != home[:, None]
        self.disruption: Ints = (
            weights.base * changes + weights.former * strange + self.policy.divisions.away * away
        ).astype(np.int64)

    def part(self, officers: Ints, cases: Ints) -> CoverColumns:
        """The same of some officers and cases alone: positions count from 0."""
        part = copy(self)
        part.officer_ids = [self.officer_ids[o] for o in officers.tolist()]
        part.case_ids = [self.case_ids[c] for c in cases.tolist()]
        for name in ("limit", "held", "allowed", "held_high", "held_points", "trained", "thresholds"):
            setattr(part, name, getattr(self, name)[officers])
        for name in ("high", "grave", "points", "unplaced"):
            setattr(part, name, getattr(self, name)[cases])
        for name in ("able", "choices", "disruption"):
            setattr(part, name, getattr(self, name)[np.ix_(cases, officers)])
        part.counted = np.flatnonzero(np.isin(officers, self.counted))
        place = np.full(len(self.officer_ids) + 1, NOBODY)
        place[officers] = np.arange(len(officers))
        part.before = place[self.before[cases]]
        return part
