"""Who may hold a case. A current case whose officer passes all of these is *permitted* where it is."""

from __future__ import annotations

from allocator.domain.force import Case, Force
from allocator.rules.base import PlacementRule
from allocator.rules.placement.division import Division
from allocator.rules.placement.excluded import Excluded
from allocator.rules.placement.skills import Skills
from allocator.rules.placement.staying import Staying
from allocator.rules.placement.trained import Trained

PLACEMENT: tuple[PlacementRule, ...] = (
    Division(),
    Trained(),
    Skills(),
    Excluded(),
    Staying(),
)


def is_permitted(force: Force, case: Case) -> bool:
    """Whether a current case is permitted where it is. The check's side; the model has its own."""
    if case.officer is None:
        return False
    officer = force.officer_by_id[case.officer]
    return not any(rule.bars(force, officer, case) for rule in PLACEMENT)
