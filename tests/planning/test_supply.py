"""Officers leave, join, are absent and are trained; buddies are limited."""

from __future__ import annotations

from datetime import timedelta

from allocator.domain.force import Officer
from allocator.planning.settings import Supply
from allocator.planning.supply import Course, Roster, with_buddies
from tests.planning.test_demand import DAY, force, many

STILL = Supply(leave=0, absences=0, course_every=0)


def staffed_with(*officers):
    return force().replace(officers=tuple(officers))


def officer(name, **fields):
    return Officer(officer_id=name, **{"division": "North", "mosovo": "trained", **fields})


def after(start, supply, cycles, courses=None, future=0):
    """The officers of each cycle, cases staying where they are as long as their officer does."""
    roster, found, now = Roster(start, supply, 1, future, courses), [], start
    for cycle in range(1, cycles):
        now = roster.next(now.replace(cycle_date=DAY + timedelta(days=28 * cycle), cases=()), cycle)
        found.append({o.officer_id: o for o in now.officers})
    return found


def test_nobody_moves_where_nothing_is_assumed():
    start = staffed_with(officer("A"), officer("B", status="absent"))
    now, back = ({o.officer_id: o for o in (officer("A"), officer("B", status=s))} for s in ("absent", "open"))
    assert after(start, STILL, 10) == [now] * 2 + [back] * 7  # who is absent at first comes back after a long absence


def test_whoever_leaves_is_succeeded_by_a_newcomer_who_grows_into_the_post():
    start = staffed_with(officer("A", premises=frozenset(), skills=frozenset({"da"})), officer("B"))
    certain = Supply(leave=100, recruit_cycles=2, new_cycles=3, absences=0, course_every=0)
    for future in range(40):
        cycles = after(start, certain, 12, future=future)
        gone = next((k for k, row in enumerate(cycles, 1) if row.get("A") and row["A"].status == "leaving"), None)
        if gone is None or gone + 3 >= 11:
            continue
        assert "A" not in cycles[gone]  # the cycle after: the cases are given up, the officer is gone
        name = f"A+{gone + 2}"
        new = cycles[gone + 1][name]
        assert (new.capacity, new.mosovo, new.skills) == (80, "awaiting", frozenset({"da"}))
        return
    raise AssertionError("nobody left in time")


def test_absent_officers_come_back():
    ill = Supply(leave=0, absences=100, absent_cycles=2, course_every=0)
    for future in range(40):
        cycles = after(staffed_with(officer("A")), ill, 12, future=future)
        states = [row["A"].status for row in cycles]
        if "absent" in states[:8]:
            first = states.index("absent")
            assert states[first : first + 3] == ["absent", "absent", "open"]
            return
    raise AssertionError("nobody was absent in time")


def test_courses_train_those_who_wait_longest_or_are_named():
    start = staffed_with(officer("A"), officer("B", mosovo="awaiting"), officer("C", mosovo="awaiting"), officer("D"))
    assumed = after(start, STILL.model_copy(update={"course_every": 3, "course_places": 1}), 7)
    assert [row["B"].mosovo for row in assumed] == ["awaiting", "awaiting", *["trained"] * 4]
    assert [row["C"].mosovo for row in assumed][-2:] == ["awaiting", "trained"]
    named = after(start, STILL, 4, [Course(DAY + timedelta(days=40), 1, ("C",))])
    assert [row["C"].mosovo for row in named] == ["awaiting", "trained", "trained"]
    assert all(row["B"].mosovo == "awaiting" for row in named)


def test_a_buddy_is_trained_near_and_not_overloaded():
    found = with_buddies(
        [
            officer("A"),
            officer("B", mosovo="none"),
            officer("C", mosovo="none"),
            officer("D", mosovo="none"),
            officer("E", division="South"),
            officer("F", mosovo="none", buddy="E"),
        ],
        2,
    )
    buddies = {o.officer_id: o.buddy for o in found}
    assert buddies == {"A": None, "B": "A", "C": "A", "D": None, "E": None, "F": "E"}


def test_one_more_officer_changes_nothing_for_the_others():
    start = staffed_with(officer("A"), officer("B"))
    supply = Supply(leave=60, absences=60)
    before, more = after(start, supply, 20), after(start.replace(officers=(*start.officers, officer("Z"))), supply, 20)
    for one, other in zip(before, more, strict=True):
        assert one.get("A") == other.get("A") and one.get("B") == other.get("B")


def test_cases_of_who_left_no_longer_name_them():
    start = staffed_with(officer("A"), officer("B", status="leaving"))
    start = start.replace(cases=tuple(many(2, excluded=frozenset({"B"}))))
    now = Roster(start, STILL, 1, 0).next(start, 1)
    assert {o.officer_id for o in now.officers} == {"A"}
    assert all(case.excluded == frozenset() for case in now.cases)
