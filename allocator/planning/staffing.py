"""Staffings that are tried: a division with more or fewer officers, trained or not, linked to premises or not."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

from allocator.domain.force import Force, Officer
from allocator.domain.plan import Plan
from allocator.planning.supply import with_buddies
from allocator.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many officers a division has.

    Attributes
    ----------
    officers : int
        Who serve: open or closed, with capacity.
    trained : int
        Of them trained for MAPPA levels 2 and 3.
    linked : int
        Of them linked to premises of the division.
    """

    officers: int
    trained: int
    linked: int


def serving(force: Force, division: str | None = None) -> list[Officer]:
    """Officers who serve, in the force's order; of one division unless it is None."""
    return [o for o in force.officers if o.serves and o.capacity > 0 and division in (None, o.division)]


def headcount_of(force: Force, division: str | None = None) -> Headcount:
    """How many officers a division has now."""
    found = serving(force, division)
    return Headcount(len(found), sum(o.trained for o in found), sum(bool(o.premises) for o in found))


def with_officers(force: Force, division: str, officers: int) -> Force:
    """The force with so many officers who serve in a division; in the whole force, where each next one helps most.

    Those who are added are trained, open, full time and without cases; they have every skill that the division's
    officers have or its cases need, and are linked to its premises. Those who are taken away have the shortest
    relationships, linked officers last; they give up their cases in the first cycle.

    Parameters
    ----------
    division : str
        Empty for the whole force.
    """
    if division:
        return _staff_division(force, division, officers)
    names = sorted(force.divisions)

    def load(name: str) -> float:
        room = sum(o.capacity for o in serving(force, name))
        return sum(1 for case in force.cases if force.home(case) == name) / max(room, 1)

    while (now := len(serving(force))) < officers:
        name = max(names, key=load)
        force = _staff_division(force, name, len(serving(force, name)) + 1)
    while now > officers:
        name = min((name for name in names if serving(force, name)), key=load)
        force = _staff_division(force, name, len(serving(force, name)) - 1)
        now = len(serving(force))
    return force


def _staff_division(force: Force, division: str, officers: int) -> Force:
    present = serving(force, division)
    if officers >= len(present):
        return _with_more(force, division, officers - len(present))
    return _with_fewer(force, present, len(present) - officers)


def _with_more(force: Force, division: str, count: int) -> Force:
    own = [o for o in force.officers if o.division == division]
    needs = (need for case in force.cases if force.home(case) == division for need in case.needs)
    skills = frozenset(skill for o in own for skill in o.skills).union(needs)
    premises = frozenset(p.premises_id for p in force.premises if p.division == division)
    names = (name for k in itertools.count(1) if (name := f"new-{division}-{k}") not in force.officer_by_id)
    added = [
        Officer(officer_id=name, division=division, mosovo="trained", skills=skills, premises=premises)
        for name in itertools.islice(names, count)
    ]
    officers = with_buddies([*force.officers, *added], force.policy.training.buddies)
    return force.replace(officers=tuple(officers))


def _with_fewer(force: Force, present: list[Officer], count: int) -> Force:
    ledger = Ledger(Plan.as_it_stands(force))
    months: Counter[str] = Counter()
    for case in force.cases:
        if case.officer is not None:
            months[case.officer] += 1 + ledger.months(case)
    order = sorted(present, key=lambda o: (bool(o.premises), o.trained, months[o.officer_id], o.officer_id))
    gone = {o.officer_id for o in order[:count]}
    officers = [o.model_copy(update={"status": "leaving"}) if o.officer_id in gone else o for o in force.officers]
    return force.replace(officers=tuple(with_buddies(officers, force.policy.training.buddies)))


def with_trained(force: Force, division: str, trained: int) -> Force:
    """The force with so many trained officers who serve in a division, all else alike; the others await training."""
    present = serving(force, division)
    levels = force.policy.training.levels
    level = Counter(case.officer for case in force.cases if case.officer is not None and case.level in levels)
    order = sorted(present, key=lambda o: (not bool(o.premises), not o.trained, -level[o.officer_id], o.officer_id))
    keep = {o.officer_id for o in order[:trained]}
    officers = []
    for officer in force.officers:
        if officer.division == division and officer in present:
            mosovo = "trained" if officer.officer_id in keep else "awaiting"
            officer = officer.model_copy(update={"mosovo": mosovo})
        officers.append(officer)
    return force.replace(officers=tuple(with_buddies(officers, force.policy.training.buddies)))


def with_linked(force: Force, division: str, linked: int) -> Force:
    """The force with so many officers linked to the division's premises, trained ones first."""
    present = serving(force, division)
    premises = frozenset(p.premises_id for p in force.premises if p.division == division)
    order = sorted(present, key=lambda o: (not bool(o.premises), not o.trained, o.officer_id))
    keep = {o.officer_id for o in order[:linked]}
    officers = []
    for officer in force.officers:
        if officer in present:
            links = (officer.premises | premises) if officer.officer_id in keep else officer.premises - premises
            officer = officer.model_copy(update={"premises": links})
        officers.append(officer)
    return force.replace(officers=tuple(officers))
