from __future__ import annotations

import numpy as np

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PolicySetting, ReceivingRule
from allocator.rules.columns import Bools, Columns
from allocator.rules.placement import is_permitted
from allocator.rules.start import starts_over_limit

FREEZE = PolicySetting("limits", "freeze_over_limit", "Officers who start over a limit may be given cases", False)


class Relieved(ReceivingRule):
    """A case that may stay where it is does not move to an officer who starts over a limit, not even to premises."""

    id = "relieved"
    says = "{officer} starts over a limit, so case {case}, which may stay where it is, cannot move to them."
    eased_by = (FREEZE,)

    def may(self, columns: Columns) -> Bools:
        if not columns.policy.limits.freeze_over_limit:
            return np.ones((1, len(columns.officer_ids)), dtype=np.bool_)
        return np.asarray(~(columns.kind_permitted[:, None] & columns.over_limit))

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return force.policy.limits.freeze_over_limit and is_permitted(force, case) and starts_over_limit(force, officer)
