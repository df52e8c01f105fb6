"""Everything that a scenario can change in a force: a class for each kind, and the table of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.analysis.changes.arrivals import CasesArrive
from allocator.analysis.changes.base import Change, Fault, ForceDraft
from allocator.analysis.changes.cases import CaseChanges, CaseCloses, RiskRises
from allocator.analysis.changes.officers import (
    OfficerAbsent,
    OfficerBuddy,
    OfficerCloses,
    OfficerHours,
    OfficerJoins,
    OfficerLeaves,
    OfficerLinked,
    OfficerOpens,
    OfficerSkilled,
    OfficerTrains,
    OfficerUnlinked,
)
from allocator.analysis.changes.premises import PremisesCloses, PremisesExpects, PremisesOpens

CHANGES: Mapping[str, type[Change]] = {
    kind.id: kind
    for kind in (
        OfficerLeaves,
        OfficerJoins,
        OfficerAbsent,
        OfficerCloses,
        OfficerOpens,
        OfficerTrains,
        OfficerHours,
        OfficerLinked,
        OfficerUnlinked,
        OfficerSkilled,
        OfficerBuddy,
        CasesArrive,
        CaseChanges,
        CaseCloses,
        RiskRises,
        PremisesOpens,
        PremisesCloses,
        PremisesExpects,
    )
}

__all__ = ["CHANGES", "Change", "Fault", "ForceDraft", "change_of"]


def change_of(table: Mapping[str, Any]) -> Change:
    """The change that a table of a scenario file describes: its ``what``, and the keys of that kind.

    Raises
    ------
    pydantic.ValidationError
        When a key is unknown, missing or holds what it cannot.
    """
    return CHANGES[table["what"]].model_validate({key: value for key, value in table.items() if key != "what"})
