from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import ReceivingRule
from allocator.rules.columns import Bools, Columns


class AtPremises(ReceivingRule):
    """A case at premises goes only to an officer linked to those premises; a permitted current officer may keep it."""

    id = "premises"
    says = "{officer} is not linked to the premises of case {case}."
    cures = frozenset({"officer-linked"})

    def may(self, columns: Columns) -> Bools:
        linked = np.ones((len(columns.kind_premises), len(columns.officer_ids)), dtype=np.bool_)
        at = columns.kind_premises >= 0
        linked[at] = columns.linked.T[columns.kind_premises[at]]
        return linked

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return case.premises is not None and case.premises not in officer.premises

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any]:
        return {"what": "officer-linked", "officer": officer.officer_id, "premises": case.premises}
