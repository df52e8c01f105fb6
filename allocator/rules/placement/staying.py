from __future__ import annotations

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PlacementRule
from allocator.rules.columns import Bools, Columns


class Staying(PlacementRule):
    """An officer who is leaving holds no case."""

    id = "staying"
    says = "{officer} is leaving and gives up case {case}."
    because = "the officer is leaving"

    def may(self, columns: Columns) -> Bools:
        return ~columns.leaving[None, :]

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return officer.status == "leaving"
