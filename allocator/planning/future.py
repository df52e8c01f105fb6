"""One future: cycle after cycle planned by the real allocator, under one staffing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allocator.caseloads import fair_percent
from allocator.cycles.rollover import next_force, with_standing_exemptions
from allocator.domain.force import Force
from allocator.domain.result import Result
from allocator.planning.demand import Step, draw_demand
from allocator.planning.settings import Planning
from allocator.planning.supply import Course, Roster
from allocator.rules.ledger import Ledger
from allocator.rules.limits.case_limit import CaseLimit
from allocator.rules.limits.high_risk_share import HighRiskShare
from allocator.rules.start import case_limit

# What is counted in each cycle, for each division.
COUNTS = (
    "officers",  # who serve: open or closed with capacity
    "cases",  # of the division, by home
    "held",  # cases that count for those who serve
    "room",  # their limits together
    "over_limit",  # of them over their case limit
    "over_share",  # of them over their high-risk share
    "excess",  # amount by which limits are exceeded, of all rules
    "unplaced",  # cases of the division with nobody
    "moves",  # current cases of the division that go to another officer
    "months",  # months of the relationships that those end
    "spread",  # most less least workload of those who serve, in percent of the fair share
)


@dataclass(frozen=True, slots=True)
class FutureTask:
    """One future to be run.

    Attributes
    ----------
    force : Force
        As it stands in the first cycle, with the staffing that is tried.
    demand : Force
        Whose people are drawn: the force before the staffing was changed.
    horizon : int
        Cycles.
    courses : tuple of Course or None
        In place of those that are assumed.
    until : tuple of (int, int) or None
        Excess allowed, and first cycles that are not counted: the future ends where it is exceeded, or anybody is
        unplaced.
    """

    force: Force
    demand: Force
    planning: Planning
    seed: int
    future: int
    horizon: int
    courses: tuple[Course, ...] | None = None
    until: tuple[int, int] | None = None


Counted = dict[str, dict[str, list[int]]]


def run_future(task: FutureTask, decide: Callable[[Force], Result]) -> dict[str, Any]:
    """Run one future.

    Parameters
    ----------
    decide : callable
        Gives the plan of a force.

    Returns
    -------
    dict
        ``future``; ``unproved``, cycles whose plan was not proved best; ``ended``, the cycle in which it was ended,
        None where it was not; and ``divisions``: for each division each of `COUNTS`, a number a cycle.
    """
    steps = draw_demand(task.demand, task.planning, task.seed, task.future, task.horizon)
    roster = Roster(task.force, task.planning.supply, task.seed, task.future, task.courses)
    names = sorted(task.force.divisions)
    found: Counted = {name: {count: [] for count in COUNTS} for name in names}
    force, unproved, ended = task.force, 0, None
    for cycle in range(task.horizon):
        if cycle:
            force = roster.next(apply_step(force, steps[cycle - 1]), cycle)
        result = decide(force)
        unproved += not result.proven
        rows = count_plan(result)
        for name in {*found, *rows}:  # a division may have nobody for a while
            for count in COUNTS:
                value = rows[name][count] if name in rows else 0
                found.setdefault(name, {c: [0] * cycle for c in COUNTS})[count].append(value)
        if task.until is not None and cycle >= min(task.until[1], task.horizon - 1) and _breach(rows, task.until[0]):
            ended = cycle
            break
        if cycle + 1 < task.horizon:
            force = with_standing_exemptions(next_force(result.plan, {}), force.exemptions)
    return {"future": task.future, "unproved": unproved, "ended": ended, "divisions": found}


def _breach(rows: Mapping[str, Mapping[str, int]], excess: int) -> bool:
    total = {count: sum(row[count] for row in rows.values()) for count in ("excess", "unplaced")}
    return total["excess"] > excess or total["unplaced"] > 0


def apply_step(force: Force, step: Step) -> Force:
    """Apply what happens to cases before a cycle."""
    cases = []
    for case in (*force.cases, *step.arrived):
        if case.case_id in step.left:
            continue
        update = step.changed.get(case.case_id)
        cases.append(case.model_copy(update=update) if update else case)
    return with_standing_exemptions(force.replace(cases=tuple(cases), exemptions=()), force.exemptions)


def count_plan(result: Result) -> Mapping[str, dict[str, int]]:
    """Count a plan, by division."""
    plan, force = result.plan, result.plan.force
    ledger = Ledger(plan)
    rows: dict[str, dict[str, int]] = {name: dict.fromkeys(COUNTS, 0) for name in force.divisions}
    shares: dict[str, list[int]] = {name: [] for name in force.divisions}
    for officer in force.officers:
        if not officer.serves or officer.capacity == 0:
            continue
        row = rows[officer.division]
        row["officers"] += 1
        row["held"] += ledger.cases(officer)
        row["room"] += case_limit(ledger.force, officer)
        share = fair_percent(ledger, officer)
        if share is not None:
            shares[officer.division].append(share)
    for finding in result.excesses:
        row = rows[force.division_of(finding.officer, finding.premises)]
        row["excess"] += finding.amount
        row["over_limit"] += finding.rule == CaseLimit.id
        row["over_share"] += finding.rule == HighRiskShare.id
    for case, officer_id in plan:
        row = rows[force.home(case)]
        row["cases"] += 1
        if officer_id is None:
            row["unplaced"] += 1
        elif case.officer is not None and officer_id != case.officer:
            row["moves"] += 1
            row["months"] += ledger.months(case)
    for name, found in shares.items():
        rows[name]["spread"] = max(found) - min(found) if found else 0
    return rows


def cut_divisions(force: Force, divisions: Iterable[str]) -> Force:
    """The part of a force that some divisions make, where no rule ties them to the others.

    Cases count where their officer is, new ones where their home is. A case whose own division is none of them counts
    as one of its home there, or of its officer's division: after a stay at premises it remains, if it remains at all.

    Parameters
    ----------
    force : Force
        Whose officers may not take cases of other divisions.
    """
    wanted = set(divisions)
    sites = tuple(p for p in force.premises if p.division in wanted)
    premises = {p.premises_id for p in sites}
    officers = tuple(
        o if o.premises <= premises else o.model_copy(update={"premises": o.premises & premises})
        for o in force.officers
        if o.division in wanted
    )
    named = {o.officer_id for o in officers}
    cases = []
    for case in force.cases:
        if case.officer not in named and (case.officer is not None or force.home(case) not in wanted):
            continue
        covers = case.covered_by if case.covered_by in named else None
        update: dict[str, Any] = {"excluded": case.excluded & named, "covered_by": covers}
        if case.premises is not None and case.premises not in premises:
            update |= {"setting": "community", "premises": None}
        if case.division not in wanted:
            home = force.home(case)
            update["division"] = home if home in wanted else force.officer_by_id[str(case.officer)].division
        cases.append(case.model_copy(update=update))
    part = force.replace(officers=officers, cases=tuple(cases), premises=sites, exemptions=())
    return with_standing_exemptions(part, force.exemptions)
