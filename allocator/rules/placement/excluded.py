from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PlacementRule
from allocator.rules.columns import Bools, Columns

NOT_ELIGIBLE = "not eligible"  # all that others are told of an exclusion, in place of the rule's id


class Excluded(PlacementRule):
    """No officer holds a case from which they are excluded."""

    id = "excluded"
    says = "{officer} must not manage case {case}."
    because = "the officer is not eligible"

    def may(self, columns: Columns) -> Bools:
        return ~columns.kind_excluded

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return officer.officer_id in case.excluded

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any]:
        others = sorted(case.excluded - {officer.officer_id})
        return {"what": "case-changes", "case": case.case_id, "excluded": others}
