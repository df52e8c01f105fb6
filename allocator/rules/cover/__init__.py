"""Cover's four goals, in strict order, and what is told of cover."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.rules.cover.base import CoverGoal, CoverNote
from allocator.rules.cover.carries import Carries
from allocator.rules.cover.changed import ChangedHands
from allocator.rules.cover.disruption import CoverDisruption
from allocator.rules.cover.fairness import CoverFairness
from allocator.rules.cover.nobody_may import NobodyMayCover
from allocator.rules.cover.strain import Strain
from allocator.rules.cover.uncovered import Uncovered

COVER_GOALS: tuple[CoverGoal, ...] = (Uncovered(), Strain(), CoverDisruption(), CoverFairness())
COVER_NOTES: tuple[CoverNote, ...] = (NobodyMayCover(), ChangedHands(), Carries())
COVER_NOTE: Mapping[str, CoverNote] = {note.id: note for note in COVER_NOTES}

__all__ = ["COVER_GOALS", "COVER_NOTE", "COVER_NOTES"]
