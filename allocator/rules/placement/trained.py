from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PlacementRule
from allocator.rules.columns import Bools, Columns


class Trained(PlacementRule):
    """A case at a MAPPA level that needs training is held only by a MOSOVO-trained officer."""

    id = "trained"
    says = "{officer} is not MOSOVO-trained, and the MAPPA level of case {case} needs it."
    because = "its MAPPA level needs a MOSOVO-trained officer"

    def may(self, columns: Columns) -> Bools:
        needs = np.isin(columns.kind_level, columns.policy.training.levels)
        return columns.trained | ~needs[:, None]

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return case.level in force.policy.training.levels and officer.mosovo != "trained"

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any]:
        return {"what": "officer-trains", "officer": officer.officer_id}
