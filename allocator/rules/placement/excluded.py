from __future__ import annotations

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import Bools, Placement
from allocator.rules.columns import Columns


class Excluded(Placement):
    """No officer holds a case from which they are excluded."""

    id = "excluded"
    says = "{officer} must not manage case {case}."

    def may(self, columns: Columns) -> Bools:
        return ~columns.kind_excluded

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return officer.officer_id in case.excluded
