"""Newer data or rules under a plan: which of its placements that touches, and which a plan made anew can keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allocator.analysis.effects import bars
from allocator.cycles.difference import ForceDifference, RowChange, compare_snapshots
from allocator.domain.force import Force, columns_for_people
from allocator.domain.plan import Action, Plan
from allocator.domain.result import RULES_VERSION


@dataclass(frozen=True, slots=True)
class TouchedPlacement:
    """A placement that newer data touches.

    Attributes
    ----------
    officer_id : str or None
        Who would have it under the plan.
    action : {"kept", "moved", "placed", "unplaced"}
    case_changes, officer_changes : tuple of RowChange
        What changed about either.
    bars : tuple of str
        Rules that now bar the officer from the case.
    """

    case_id: str
    officer_id: str | None
    action: Action
    case_changes: tuple[RowChange, ...]
    officer_changes: tuple[RowChange, ...]
    bars: tuple[str, ...]


@dataclass(frozen=True)
class Staleness:
    """What has overtaken a plan: newer data than its input, or newer rules than it was made under.

    Attributes
    ----------
    difference : ForceDifference
        Empty where only the rules are newer.
    touched : tuple of TouchedPlacement
        Moved and new cases of which anything changed that a rule or goal reads, and all others that left or may no
        longer be where they are.
    rules : tuple of (str, str) or None
        Versions of the rules, then and now; None where they are the same.
    """

    difference: ForceDifference
    touched: tuple[TouchedPlacement, ...]
    rules: tuple[str, str] | None = None


def staleness(plan: Plan, newer: Force, rules: str = RULES_VERSION) -> Staleness:
    """Compare a plan's input, and the version of the rules that it was made under, with newer data and today's."""
    found = compare_snapshots(plan.force, newer)
    versions = None if rules == RULES_VERSION else (rules, RULES_VERSION)
    return Staleness(found, tuple(_find_touched(plan, newer, found)), versions)


def _decisive(found: ForceDifference) -> dict[str, list[RowChange]]:
    """Differences of each case that a rule or goal reads: not of what people alone do, such as a visit that is due."""
    for_people = columns_for_people()
    named = {case_id: [c for c in of if c.column not in for_people] for case_id, of in found.named("cases").items()}
    return {case_id: changes for case_id, changes in named.items() if changes}


def _find_touched(plan: Plan, newer: Force, found: ForceDifference) -> Iterator[TouchedPlacement]:
    cases, officers = _decisive(found), found.named("officers")
    for case, officer_id in plan:
        action = plan.action(case)
        of_case = tuple(cases.get(case.case_id, ()))
        of_officer = tuple(officers.get(officer_id, ())) if officer_id is not None else ()
        now, officer = newer.case_by_id.get(case.case_id), newer.officer_by_id.get(officer_id or "")
        barred = () if now is None or officer is None else bars(newer, now, officer)
        gone = now is None or (officer_id is not None and officer is None)
        if gone or barred or (action != "kept" and (of_case or of_officer)):
            yield TouchedPlacement(case.case_id, officer_id, action, of_case, of_officer, barred)


def keepable_placements(plan: Plan, newer: Force) -> dict[str, list[str]]:
    """Placements of a plan that can be kept under newer data: those that nothing touches.

    Returns
    -------
    dict of str to list of str
        For ``allocate(insist=)``: each case_id with the one officer_id that the plan gives it. Left out is a case of
        which anything changed that a rule or goal reads, or anything of its present or planned officer, and one that
        its officer may no longer have.
    """
    found = compare_snapshots(plan.force, newer)
    cases, officers = _decisive(found), found.named("officers")
    agreed: dict[str, list[str]] = {}
    for case, officer_id in plan:
        now, officer = newer.case_by_id.get(case.case_id), newer.officer_by_id.get(officer_id or "")
        if officer_id is None or now is None or officer is None or case.case_id in cases:
            continue
        if officer_id in officers or case.officer in officers or bars(newer, now, officer):
            continue
        agreed[case.case_id] = [officer_id]
    return agreed
