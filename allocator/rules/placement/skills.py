from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PlacementRule
from allocator.rules.columns import Bools, Columns


class Skills(PlacementRule):
    """Every need of a case is among the skills of the officer who holds it."""

    id = "skills"
    says = "{officer} lacks a skill that case {case} needs."
    because = "it needs a skill that the officer does not have"
    cures = frozenset({"officer-skilled"})

    def may(self, columns: Columns) -> Bools:
        lacking = columns.kind_needs.astype(int) @ (~columns.skilled).astype(int).T
        return np.asarray((lacking == 0) & ~columns.kind_unmet[:, None])

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return not case.needs <= officer.skills

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any]:
        lacking = sorted(case.needs - officer.skills)
        return {"what": "officer-skilled", "officer": officer.officer_id, "skills": lacking}
