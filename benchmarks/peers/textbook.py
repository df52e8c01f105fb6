"""The textbook model: one yes/no for every case and officer who may hold it, written down from the contract.

It is plain data (`LinearModel`: whole-number variables and rows), so that every engine gets the same one. Loads of an
officer that several rows use (cases, high-risk cases, points) are variables of their own, which keeps rows short:
measured, both engines prove Surrey and ``budget`` sooner with them than without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from allocator import Case, Force, Officer
from allocator.domain.plan import Plan
from allocator.rules.goals.disruption import formers
from allocator.rules.ledger import Ledger
from allocator.rules.movement.buddied import has_support
from allocator.rules.placement import is_permitted
from allocator.rules.start import case_limit, cases_at_start, high_risk_at_start, high_risk_share, starts_over_limit
from benchmarks.peers.following import Following, Values, total
from benchmarks.peers.goal_by_goal import Officers
from benchmarks.peers.linear import Line, LinearModel
from benchmarks.peers.newcomers import receivers


class Textbook:
    """The textbook model of a force, or of a part that no rule ties to the rest.

    Parameters
    ----------
    force : Force
    officers : sequence of Officer
    cases : sequence of int
        Positions in ``force.cases``.

    Attributes
    ----------
    goals : tuple of str
        Names, in strict order; ``lines`` holds the line to be minimised for each.
    """

    goals = ("unplaced", "excess", "disruption", "fairness")

    def __init__(self, force: Force, officers: Sequence[Officer], cases: Sequence[int]) -> None:
        self.force, self.policy, self.officers = force, force.policy, officers
        self.ledger = Ledger(Plan.as_it_stands(force))
        self.linear = Following()
        self._holds: dict[int, dict[str | None, Line]] = {}
        self._moving: dict[str, list[Line]] = defaultdict(list)
        for position in cases:
            self._holds[position] = self._choices(position)
        self._count()
        self._budget()
        self.lines = tuple(map(total, (self._unplaced(), self._excess(), self._disruption(), self._fairness())))
        self._fixed = 0

    # Who may hold whom

    def _choices(self, position: int) -> dict[str | None, Line]:
        """One yes/no for every officer who may hold a case; nobody where there is none, as the contract has it."""
        case = self.force.cases[position]
        able: list[str | None] = [officer.officer_id for officer in receivers(self.force, case)]
        stays = is_permitted(self.force, case)
        if stays and case.locked:
            able = []
        if stays or not able:
            able.append(case.officer if stays else None)
        if len(able) == 1:
            return {able[0]: Line({}, 1)}
        choices = {who: self.linear.variable(0, 1) for who in able}
        self.linear.equal(total(choices.values()), 1)
        if stays:
            home = "" if self.policy.divisions.cross else self.force.home(case)
            self._moving[home].extend(line for who, line in choices.items() if who != case.officer)
        return choices

    def _count(self) -> None:
        """Cases, high-risk cases and points of each officer; and what they receive."""
        held: dict[str, list[tuple[Case, Line]]] = defaultdict(list)
        self.received: dict[str, list[tuple[Case, Line]]] = defaultdict(list)
        for position, choices in self._holds.items():
            case = self.force.cases[position]
            for who, line in choices.items():
                if who is not None:
                    held[who].append((case, line))
                    if who != case.officer:
                        self.received[who].append((case, line))
                elif case.officer is not None and self.force.officer_by_id[case.officer].status != "leaving":
                    held[case.officer].append((case, line))  # still with them
        self.cases, self.high_risk, self.points = {}, {}, {}
        for officer in self.officers:
            mine = held[officer.officer_id]
            high = total(line for case, line in mine if self.force.high_risk(case))
            points = total(line * self.ledger.points_of(case) for case, line in mine)
            self.cases[officer.officer_id] = self.linear.named(total(line for _, line in mine))
            self.high_risk[officer.officer_id] = self.linear.named(high)
            self.points[officer.officer_id] = self.linear.named(points)

    def _budget(self) -> None:
        most = self.policy.relationship.max_moves
        for moving in self._moving.values() if most is not None else ():
            self.linear.at_most(total(moving), most)

    # Goals

    def _unplaced(self) -> Iterator[Line]:
        for position, choices in self._holds.items():
            if None in choices:
                yield choices[None] * getattr(self.policy.unplaced, self.force.cases[position].risk)

    def _excess(self) -> Iterator[Line]:
        policy, above = self.policy, self.linear.above
        for officer in self.officers:
            got = self.received[officer.officer_id]
            full = policy.limits.intake if officer.trained else policy.training.untrained_intake
            yield above(total(line for _, line in got) - full * officer.capacity // 100)
            arrivals = total(line for case, line in got if case.setting == "premises")
            yield above(arrivals - policy.premises.arrivals_per_cycle)
            if policy.limits.freeze_over_limit and starts_over_limit(self.force, officer):
                frozen = (
                    line for case, line in got if case.setting != "premises" and not is_permitted(self.force, case)
                )
                yield above(total(frozen))
            if not officer.trained:
                yield above(total(line for case, line in got if case.risk in policy.training.risks))
            if officer.status in ("open", "closed"):
                yield above(self.cases[officer.officer_id] - case_limit(self.force, officer))
                yield self._high_risk_excess(officer)
        if policy.premises.reserve_arrivals:
            for premises in self.force.premises:
                yield self._reserve_excess(premises.premises_id, premises.expected_arrivals)

    def _high_risk_excess(self, officer: Officer) -> Line:
        """h <= A(n) + excess, or for who starts with a small caseload h <= high_risk_min + excess.

        For who starts above the share A(n) = S(min(n, n0)), so the cases that count are capped at n0.
        """
        limits, linear = self.policy.limits, self.linear
        high, least = self.high_risk[officer.officer_id], limits.high_risk_min
        cases, start = self.cases[officer.officer_id], len(cases_at_start(self.force, officer))
        if high_risk_at_start(self.force, officer) > high_risk_share(self.force, officer, start):
            cases = linear.capped(cases, start)
        allowed = linear.below(limits.high_risk_percent * cases, 100)
        if start >= limits.small_caseload or least == 0:
            return linear.above(high - allowed)
        most = linear.span(high)[1]
        if most <= least:
            return Line()
        small = linear.follow(0, 1, lambda values: int(allowed.at(values) < least))
        excess = linear.follow(0, most, lambda values: max(0, high.at(values) - max(allowed.at(values), least)))
        linear.at_most_unless(small, high - allowed - excess, 0)
        linear.at_most_unless(1 - small, high - least - excess, 0)
        return excess

    def _reserve_excess(self, premises_id: str, expected: int) -> Line:
        """Room with officers who serve premises, max(0, L - n) each, stays at least what is needed."""
        serving = [o for o in self.officers if premises_id in o.premises and self._receives(o)]
        start = sum(max(0, case_limit(self.force, o) - len(cases_at_start(self.force, o))) for o in serving)
        needed = min(expected, start)
        return self.linear.above(needed - total(self._room(o) for o in serving)) if needed else Line()

    def _room(self, officer: Officer) -> Line:
        linear, spare = self.linear, case_limit(self.force, officer) - self.cases[officer.officer_id]
        least, most = linear.span(spare)
        if least >= 0:
            return spare
        if most <= 0:
            return Line()
        full = linear.follow(0, 1, lambda values: int(spare.at(values) < 0))
        room = linear.follow(0, most, lambda values: max(0, spare.at(values)))
        linear.at_most_unless(full, room - spare, 0)
        linear.at_most_unless(1 - full, room, 0)
        return room

    def _receives(self, officer: Officer) -> bool:
        return officer.status == "open" and officer.capacity > 0 and has_support(self.force, officer)

    def _disruption(self) -> Iterator[Line]:
        weights = self.policy.relationship
        known = {case.case_id: formers(self.force, case) for case in self.force.cases if case.former}
        for officer in self.officers:
            for case, line in self.received[officer.officer_id]:
                cost = self.policy.divisions.away * (officer.division != self.force.home(case))
                if known.get(case.case_id) and officer.officer_id not in case.former:
                    cost += weights.former
                if case.officer is not None:
                    months = self.ledger.months(case)
                    cost += weights.base + min(months, weights.months_cap)
                    cost += weights.high_risk * self.force.high_risk(case)
                    cost += weights.settle * (months < weights.settle_months)
                yield line * cost

    def _fairness(self) -> Iterator[Line]:
        band = self.policy.fairness.band_percent
        for officer in self.officers:
            if not self.ledger.fair(officer):
                continue
            share, capacity = self.ledger.workload[officer.division]
            for k in range(-(-50 // band), 200 // band + 1):
                step = share * officer.capacity * k * band // (capacity * 100)
                yield self.linear.above(self.points[officer.officer_id] - step)

    def holders(self, position: int) -> set[str | None]:
        """Who may hold a case under the plan."""
        return set(self._holds[position])

    # A problem for `goal_by_goal`

    def model(self, number: int, reached: Sequence[int]) -> tuple[LinearModel, Line]:
        """The model in which the goals before this one keep the values reached, and this one's line."""
        for line, value in list(zip(self.lines, reached, strict=False))[self._fixed : number]:
            self.linear.at_most(line, value)
        self._fixed = number
        return self.linear, self.lines[number]

    def values(self, number: int, plan: Officers) -> Values:
        """Value of every variable under a plan."""
        values = [0] * len(self.linear.lower)
        for position, choices in self._holds.items():
            for variable in choices[plan[position]].terms:
                values[variable] = 1
        self.linear.settle(values)
        return values

    def plan(self, number: int, values: Values) -> Officers:
        """Who holds each case where every variable has a value."""
        return {
            position: next(who for who, line in choices.items() if line.at(values) == 1)
            for position, choices in self._holds.items()
        }

    def reached(self, plan: Officers) -> tuple[int, ...]:
        """What a plan reaches on each goal."""
        values = self.values(0, plan)
        return tuple(line.at(values) for line in self.lines)
