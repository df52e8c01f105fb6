"""The four goals, in strict order: each is proved best before the next is looked at."""

from __future__ import annotations

from allocator.rules.base import Goal
from allocator.rules.goals.disruption import Disruption
from allocator.rules.goals.excess import Excess
from allocator.rules.goals.fairness import Fairness
from allocator.rules.goals.unplaced import Unplaced

GOALS: tuple[Goal, ...] = (Unplaced(), Excess(), Disruption(), Fairness())
