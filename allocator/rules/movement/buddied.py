from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PolicySetting, ReceivingRule
from allocator.rules.columns import Bools, Columns


class Buddied(ReceivingRule):
    """An untrained officer receives only if a trained buddy, open or closed and of their division, supports them."""

    id = "buddied"
    says = "{officer} is untrained and has no buddy who serves, so cannot be given case {case}."
    cures = frozenset({"officer-buddy"})
    eased_by = (PolicySetting("training", "buddy_required", "Untrained officers need no buddy", False),)

    def may(self, columns: Columns) -> Bools:
        supported: Bools = columns.supported
        return supported[None, :]

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return not has_support(force, officer)

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any] | None:
        for other in force.officers_of[officer.division]:
            if other.trained and other.status in ("open", "closed"):
                return {"what": "officer-buddy", "officer": officer.officer_id, "buddy": other.officer_id}
        return None


def has_support(force: Force, officer: Officer) -> bool:
    """Whether an officer is trained or has a buddy who serves, where the policy requires one. The check's side."""
    if officer.trained or not force.policy.training.buddy_required:
        return True
    if officer.buddy is None:
        return False
    buddy = force.officer_by_id[officer.buddy]
    if not buddy.trained or buddy.status not in ("open", "closed"):
        return False
    return force.policy.divisions.cross or buddy.division == officer.division
