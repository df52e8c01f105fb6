from __future__ import annotations

import numpy as np

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PlacementRule, PolicySetting
from allocator.rules.columns import Bools, Columns


class Division(PlacementRule):
    """An officer holds only cases of their own division, by the case's division or its home, unless divisions cross."""

    id = "division"
    says = "{officer} is not of the division of case {case}."
    because = "it belongs to another division"
    eased_by = (PolicySetting("divisions", "cross", "Officers may take cases of other divisions", True),)

    def may(self, columns: Columns) -> Bools:
        own = columns.kind_division[:, None] == columns.officer_division
        home = columns.kind_home[:, None] == columns.officer_division
        return np.asarray(own | home | columns.policy.divisions.cross)

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return not force.policy.divisions.cross and officer.division not in {case.division, force.home(case)}
