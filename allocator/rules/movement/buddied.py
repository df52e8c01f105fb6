from __future__ import annotations

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import Bools, Receiving
from allocator.rules.columns import Columns


class Buddied(Receiving):
    """An untrained officer receives only if a trained buddy, open or closed and of their division, supports them."""

    id = "buddied"
    says = "{officer} is untrained and has no buddy who serves, so cannot be given case {case}."

    def may(self, columns: Columns) -> Bools:
        supported: Bools = columns.supported
        return supported[None, :]

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return not supported(force, officer)


def supported(force: Force, officer: Officer) -> bool:
    """Whether an officer is trained or has a buddy who serves, where the policy requires one. The check's side."""
    if officer.trained or not force.policy.training.buddy_required:
        return True
    if officer.buddy is None:
        return False
    buddy = force.officer_by_id[officer.buddy]
    if not buddy.trained or buddy.status not in ("open", "closed"):
        return False
    return force.policy.divisions.cross or buddy.division == officer.division
