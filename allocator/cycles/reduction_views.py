"""Reductions of capacity in words, and as JSON: a reason can reveal health, so few people are told it.

Whoever supervises the officer's division sees reasons; for everybody else they are withheld. Which of the two is
wanted has no default, so that nobody is told by an oversight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from allocator.cycles.reductions import REASONS, CapacityChange, Reduction, capacity_changes, expiring
from allocator.domain.force import Force, Officer

WITHHELD = "reason withheld"


def reductions_document(force: Force, reductions: Iterable[Reduction], supervises: Collection[str]) -> dict[str, Any]:
    """Compose the JSON of reductions, as one person may see them.

    Parameters
    ----------
    force : Force
        As exported.
    reductions : iterable of Reduction
    supervises : collection of str
        Divisions that the person supervises; empty for everybody else.

    Returns
    -------
    dict
        ``changes`` of capacity in force at the cycle date, in the force's order, reductions that are ``expiring``
        within three cycles, soonest first, and ``reductions``, all of them in the order given. Reasons of officers
        whom the force does not have are withheld from everybody: nobody is known to supervise them.
    """
    reductions = tuple(reductions)

    def reasons(officer_id: str) -> bool:
        officer = force.officer_by_id.get(officer_id)
        return officer is not None and officer.division in supervises

    return {
        "cycle_date": force.cycle_date.isoformat(),
        "changes": [
            change_document(change, reasons=reasons(change.exported.officer_id))
            for change in capacity_changes(force, reductions)
        ],
        "expiring": [
            expiring_document(count, reduction, reasons=reasons(reduction.officer))
            for count, reduction in expiring(reductions, force.cycle_date, force.policy.cycle.days)
        ],
        "reductions": [reduction_document(reduction, reasons=reasons(reduction.officer)) for reduction in reductions],
    }


def reduction_document(reduction: Reduction, *, reasons: bool) -> dict[str, Any]:
    """Compose the JSON of a reduction; its reason is null where withheld."""
    return {
        "officer_id": reduction.officer,
        "percent": reduction.percent,
        "reason": reduction.reason if reasons else None,
        "from": reduction.starts.isoformat(),
        "to": None if reduction.ends is None else reduction.ends.isoformat(),
        "says": reduction_sentence(reduction, reasons=reasons),
    }


def change_document(change: CapacityChange, *, reasons: bool) -> dict[str, Any]:
    """Compose the JSON of what reductions do to an officer."""
    before, after = change.exported, change.reduced
    return {
        "officer_id": before.officer_id,
        "division": before.division,
        "capacity": {"exported": before.capacity, "in_force": after.capacity},
        "status": {"exported": before.status, "in_force": after.status},
        "reductions": [reduction_document(reduction, reasons=reasons) for reduction in change.reductions],
        "says": change_sentence(change, reasons=reasons),
    }


def expiring_document(count: int, reduction: Reduction, *, reasons: bool) -> dict[str, Any]:
    """Compose the JSON of a reduction that has ended in so many cycles."""
    return {
        **reduction_document(reduction, reasons=reasons),
        "ends_in_cycles": count,
        "says": expiring_sentence(count, reduction, reasons=reasons),
    }


def reduction_sentence(reduction: Reduction, *, reasons: bool) -> str:
    """How much less, from when to when, and why."""
    until = "with no last day" if reduction.ends is None else f"to {reduction.ends}"
    why = reason_words(reduction, reasons=reasons)
    return (
        f"{reduction.officer}: {reduction.percent}% of a full caseload less, from {reduction.starts} {until} ({why})."
    )


def change_sentence(change: CapacityChange, *, reasons: bool) -> str:
    """What an officer's capacity and status are instead of those exported, and what does it."""
    before, after = change.exported, change.reduced
    sign = "still " if before.capacity == after.capacity else ""
    instead = "" if sign else f" instead of {before.capacity}%"
    # "Capacity 0" has been read as "free".
    has = f"has {sign}no capacity{instead}" if after.capacity == 0 else f"has capacity {after.capacity}%{instead}"
    less = " and ".join(f"{r.percent}% ({reason_words(r, reasons=reasons)})" for r in change.reductions)
    return f"{before.officer_id} {has}{_status_words(before, after)} Taken off: {less}."


def _status_words(before: Officer, after: Officer) -> str:
    if before.status != after.status:
        return f" and is {after.status} instead of {before.status}: their cases need cover."
    return "." if after.status == "open" else f" and is {after.status} as before."


def expiring_sentence(count: int, reduction: Reduction, *, reasons: bool) -> str:
    """When a reduction no longer counts.

    It does not say what the capacity then is, since other reductions may run on or begin.
    """
    if reduction.ends is None:
        raise ValueError("a reduction with no last day does not end")
    back = reduction.ends + timedelta(days=1)
    when = "before the next cycle" if count == 1 else f"before the cycle that is {count} ahead"
    why = reason_words(reduction, reasons=reasons)
    return f"{reduction.officer}: {reduction.percent}% of a full caseload comes back on {back}, {when} ({why})."


def reason_words(reduction: Reduction, *, reasons: bool) -> str:
    """Say a reason, or that it is withheld."""
    return REASONS[reduction.reason] if reasons else WITHHELD
