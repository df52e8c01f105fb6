"""What the check says of any plan, and what the oracle says, brought into the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from allocator.checking import check
from allocator.domain.force import Force
from allocator.domain.plan import Finding, Plan
from tests.describing import describe
from tests.oracle.goals import NOTES, WHOLE_FORCE, broken, excesses, goal_values, notes, permitted


def _overdue(note: Finding) -> tuple[Any, ...]:
    if note.case is None:
        return note.officer, note.facts["count"], note.facts["longest"]
    late = note.facts["overdue"]
    return note.case, late.get("visit"), late.get("review")


# Where the check keeps what the contract names; as the tuples of the oracle, without the rule.
TOLD: dict[str, Callable[[Finding], tuple[Any, ...]]] = {
    "cover": lambda note: (note.officer, note.facts["count"], tuple(note.facts["cases"])),
    "buddy-needed": lambda note: (note.officer,),
    "lock-lifted": lambda note: (note.case,),
    "nobody-can": lambda note: (note.case, tuple(note.facts["barred"].items())),
    "over-limit": lambda note: (
        note.officer,
        *(note.facts[name] for name in ("cases", "limit", "high_risk", "allowed")),
    ),
    "category-3": lambda note: (note.case,),
    "referral": lambda note: (note.case,),
    "specialist": lambda note: (note.facts["division"], note.facts["skill"]),
    "overdue": _overdue,
}


def broken_for_the_check(force: Force, officers: Sequence[str | None]) -> set[tuple[str, str]]:
    """What the oracle calls broken, by rule and case (the home for ``budget``), in the words of the check.

    A permitted case with nobody breaks ``permitted`` there, pinned or not; another with nobody, whom somebody may
    receive, breaks nothing: it is only told.
    """
    found = set()
    for rule, case_id, officer_id in broken(force, officers):
        if rule == "budget":
            found.add((rule, "the force" if case_id == WHOLE_FORCE else case_id))
        elif officer_id is not None:
            found.add((rule, case_id))
        elif rule == "unplaced" and permitted(force, force.case_by_id[case_id]):
            found.add(("permitted", case_id))
    return found


def assert_check_agrees(force: Force, officers: Sequence[str | None]) -> None:
    """Check and oracle find the same values, broken rules, excesses and notes of a plan, which may break any rule."""
    plan = Plan(force, tuple(officers))
    checked = check(plan)
    assert tuple(checked.goals.values()) == goal_values(force, officers), describe(plan)
    found = {(f.rule, f.case or f.facts["of"]) for f in checked.broken}
    assert found == broken_for_the_check(force, officers), describe(plan)
    over = {(f.rule, f.officer or f.premises): f.amount for f in checked.findings if f.kind == "excess"}
    assert over == excesses(force, officers), describe(plan)
    expected = notes(force, officers)
    for rule in NOTES:
        told = [(f.rule, *TOLD[rule](f)) for f in checked.findings if f.kind == "note" and f.rule == rule]
        wanted = sorted((note for note in expected if note[0] == rule), key=repr)
        assert sorted(told, key=repr) == wanted, describe(plan)
