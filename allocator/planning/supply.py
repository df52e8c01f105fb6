"""Supply: officers who leave, join, are absent and are trained, cycle by cycle.

What befalls an officer is drawn from that officer's own stream, so that one more officer changes nothing for the
others. Whoever joins in the place of somebody takes over their premises and skills, starts untrained and with a
smaller caseload, and has a buddy where one is free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from allocator.domain.force import Force, Officer
from allocator.planning.chance import per_cycle, stream
from allocator.planning.settings import Supply


@dataclass(frozen=True, slots=True)
class Course:
    """One MOSOVO course.

    Attributes
    ----------
    officers : tuple of str
        Who takes them; those who wait longest where nobody is named.
    """

    on: date
    places: int
    officers: tuple[str, ...] = ()


class Roster:
    """Officers of one future from cycle to cycle.

    Parameters
    ----------
    force : Force
        As it stands in the first cycle.
    courses : sequence of Course, optional
        In place of those that are assumed.
    """

    def __init__(
        self, force: Force, supply: Supply, seed: int, future: int, courses: Iterable[Course] | None = None
    ) -> None:
        self.supply, self.seed, self.future = supply, seed, future
        self.courses = None if courses is None else sorted(courses, key=lambda course: course.on)
        self.days = force.policy.cycle.days
        self.since = {officer.officer_id: 0 for officer in force.officers}  # cycle from which they wait for a course
        # Cycle in which an absent officer is back; of those who are absent in the first cycle it is not known when they
        # went. Those who are leaving in it have no successor: whether they have one is what the staffing says.
        self.back = {o.officer_id: max(1, supply.absent_cycles) for o in force.officers if o.status == "absent"}
        self.full: dict[str, tuple[int, int]] = {}  # cycle in which a newcomer's capacity is full, and which
        self.to_come: dict[int, list[Officer]] = {}  # successors by the cycle in which they join
        self.chances: dict[str, tuple[float, ...]] = {}

    def next(self, force: Force, cycle: int) -> Force:
        """Apply what happens to officers before a cycle.

        Parameters
        ----------
        force : Force
            At that cycle's date, with cases as they are then.
        cycle : int
            From 1.
        """
        held = {case.officer for case in force.cases if case.officer is not None}
        officers = []
        for officer in force.officers:
            if officer.status == "leaving" and officer.officer_id not in held:
                continue
            officers.append(self._lives(officer, cycle))
        officers += self.to_come.pop(cycle, [])
        trained = self._taught(officers, force.cycle_date, cycle)
        officers = [o.model_copy(update={"mosovo": "trained"}) if o.officer_id in trained else o for o in officers]
        officers = with_buddies(officers, force.policy.training.buddies)
        named = {officer.officer_id for officer in officers}
        cases = tuple(
            case
            if case.excluded <= named and case.covered_by in (None, *named)
            else case.model_copy(update={"excluded": case.excluded & named, "covered_by": None})
            for case in force.cases
        )
        exemptions = tuple(e for e in force.exemptions if e.officer_id in named)
        return force.replace(officers=tuple(officers), cases=cases, exemptions=exemptions)

    def _lives(self, officer: Officer, cycle: int) -> Officer:
        name = officer.officer_id
        update: dict[str, object] = {}
        if name in self.full and cycle >= self.full[name][0]:
            update["capacity"] = self.full.pop(name)[1]
        if officer.status == "absent" and name in self.back and cycle >= self.back[name]:
            del self.back[name]
            update["status"] = "open"
        elif officer.serves:
            leaves, ill = self._chance(name, cycle)
            if leaves < per_cycle(self.supply.leave, self.days):
                update["status"] = "leaving"
                self._succeed(officer, cycle)
            elif officer.status == "open" and ill < per_cycle(self.supply.absences, self.days):
                update["status"] = "absent"
                self.back[name] = cycle + self.supply.absent_cycles
        return officer.model_copy(update=update) if update else officer

    def _chance(self, name: str, cycle: int) -> tuple[float, float]:
        if name not in self.chances:
            # Two numbers a cycle, for as long as anybody plans ahead.
            drawn = stream(self.seed, self.future, "officer", crc32(name.encode())).random(2 * 400)
            self.chances[name] = tuple(drawn.tolist())
        return self.chances[name][2 * cycle], self.chances[name][2 * cycle + 1]

    def _succeed(self, officer: Officer, cycle: int) -> None:
        joins = cycle + max(1, self.supply.recruit_cycles)
        name = f"{officer.officer_id}+{joins}"
        whole = officer.capacity
        if officer.officer_id in self.full:
            whole = self.full.pop(officer.officer_id)[1]
        capacity = int(whole * self.supply.new_capacity // 100)
        successor = Officer(
            officer_id=name,
            division=officer.division,
            capacity=capacity,
            mosovo="awaiting",
            skills=officer.skills,
            premises=officer.premises,
        )
        self.to_come.setdefault(joins, []).append(successor)
        self.since[name] = joins
        self.full[name] = joins + self.supply.new_cycles, whole

    def _taught(self, officers: list[Officer], on: date, cycle: int) -> set[str]:
        """Who has taken a course since the cycle before."""
        waiting = [o for o in officers if o.mosovo == "awaiting" and o.serves]
        queue = [o.officer_id for o in sorted(waiting, key=lambda o: (self.since.get(o.officer_id, 0), o.officer_id))]
        if self.courses is None:
            every = self.supply.course_every
            return set(queue[: self.supply.course_places]) if every and cycle % every == 0 else set()
        able = {o.officer_id for o in officers if not o.trained}
        taught: set[str] = set()
        while self.courses and self.courses[0].on <= on:
            course = self.courses.pop(0)
            chosen = [name for name in course.officers if name in able]
            chosen += [name for name in queue if name not in taught and name not in chosen]
            taught |= set(chosen[: course.places])
        return taught


def with_buddies(officers: list[Officer], most: int) -> list[Officer]:
    """Give untrained officers a free buddy: trained, of their division, with the fewest so far, and so many at most."""
    serving = {o.officer_id: o for o in officers if o.trained and o.serves}
    known = {o.officer_id for o in officers}
    load = Counter(o.buddy for o in officers if not o.trained and o.buddy is not None and o.buddy in serving)
    found = []
    for officer in officers:
        buddy = officer.buddy
        if officer.trained:
            found.append(officer if buddy is None or buddy in known else officer.model_copy(update={"buddy": None}))
            continue
        if buddy is None or buddy not in serving:
            buddy = _free(officer, serving, load, most)
            if buddy is not None:
                load[buddy] += 1
        found.append(officer if buddy == officer.buddy else officer.model_copy(update={"buddy": buddy}))
    return found


def _free(officer: Officer, serving: Mapping[str, Officer], load: Counter[str], most: int) -> str | None:
    able = [o.officer_id for o in serving.values() if o.division == officer.division and load[o.officer_id] < most]
    return min(able, key=lambda name: (load[name], name), default=None)
