"""From a committed plan to the next cycle: who manages whom then, and where a new export says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from allocator.domain.force import MOST_ITEMS, Exemption, Force
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, AllocatorError


def holdings_after(plan: Plan) -> dict[str, tuple[str, date]]:
    """Who manages each case once a plan is committed, and since when.

    A current case that is unplaced is still with its officer, until a supervisor decides; a new one has no entry.
    """
    found: dict[str, tuple[str, date]] = {}
    for case, officer_id in plan:
        if officer_id is not None and officer_id != case.officer:
            found[case.case_id] = officer_id, plan.force.cycle_date
        elif case.officer is not None and case.since is not None:
            found[case.case_id] = case.officer, case.since
    return found


def next_force(plan: Plan, exported: Mapping[str, Any]) -> Force:
    """The force as a committed plan leaves it, at the next cycle date; who gave a case up has managed it before.

    Parameters
    ----------
    exported : mapping
        Capacity and status of officers as read, where a reduction had changed them: those come back.

    Raises
    ------
    AllocatorError
        When the next cycle date is beyond the calendar.
    """
    force = without_reductions(plan.force, exported)
    held = holdings_after(plan)
    days = force.policy.cycle.days
    if (date.max - force.cycle_date).days < days:
        raise AllocatorError(
            f"The cycle after that of {force.cycle_date} would begin after {date.max}.", outcome=NOTHING_CHANGED
        )
    cases = []
    for case in force.cases:
        officer, since = held.get(case.case_id, (None, None))
        if (officer, since) == (case.officer, case.since):
            cases.append(case)
            continue
        new = {case.officer} if case.officer is not None and len(case.former) < MOST_ITEMS else set()
        former = case.former | new
        cases.append(case.model_copy(update={"officer": officer, "since": since, "former": former}))
    return force.replace(cases=tuple(cases), exemptions=(), cycle_date=force.cycle_date + timedelta(days=days))


def without_reductions(force: Force, exported: Mapping[str, Any]) -> Force:
    """A force without any reduction, given [capacity, status] as read of each officer_id that one has changed."""
    if not exported:
        return force
    officers = []
    for officer in force.officers:
        capacity, status = exported.get(officer.officer_id, (officer.capacity, officer.status))
        officers.append(officer.model_copy(update={"capacity": capacity, "status": status}))
    return force.replace(officers=tuple(officers))


def with_standing_exemptions(force: Force, exemptions: Iterable[Exemption]) -> Force:
    """The force with exemptions that still stand in it, each once: the case is with the officer they were given for."""
    found: dict[tuple[str, str, str], Exemption] = {}
    for given in exemptions:
        case = force.case_by_id.get(given.case_id)
        if case is not None and case.officer == given.officer_id:
            found.setdefault((given.case_id, given.officer_id, given.rule), given)
    stand = tuple(found.values())
    return force if stand == force.exemptions else force.replace(exemptions=stand)
