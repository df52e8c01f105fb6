"""Who may cover a case. Limits do not matter for it, nor do ``relieved``, ``locked`` and ``budget``."""

from __future__ import annotations

from allocator.domain.force import Case, Force, Officer
from allocator.rules.base import PlacementRule
from allocator.rules.movement.buddied import Buddied
from allocator.rules.movement.open import Open
from allocator.rules.movement.premises import AtPremises
from allocator.rules.placement import PLACEMENT

COVERING: tuple[PlacementRule, ...] = (*PLACEMENT, Open(), AtPremises(), Buddied())


def cover_bar(force: Force, officer: Officer, case: Case) -> str | None:
    """Id of the first rule that bars an officer from covering a case; None when none does. The check's side."""
    return next((rule.id for rule in COVERING if rule.bars(force, officer, case)), None)
