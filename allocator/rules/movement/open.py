from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import ReceivingRule
from allocator.rules.columns import Bools, Columns


class Open(ReceivingRule):
    """Only an officer who is open and has capacity receives a case."""

    id = "open"
    says = "{officer} receives no cases now, so cannot be given case {case}."

    def may(self, columns: Columns) -> Bools:
        return (columns.open & (columns.capacity > 0))[None, :]

    def forbids(self, force: Force, officer: Officer, case: Case) -> bool:
        return officer.status != "open" or officer.capacity == 0

    def lifting_change(self, force: Force, officer: Officer, case: Case) -> Mapping[str, Any] | None:
        return {"what": "officer-opens", "officer": officer.officer_id} if officer.capacity > 0 else None
