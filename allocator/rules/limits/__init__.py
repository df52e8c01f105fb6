"""What is never bent silently: what cannot be met is excess, counted in cases and reported."""

from __future__ import annotations

from allocator.rules.base import Limit
from allocator.rules.limits.arrivals import Arrivals
from allocator.rules.limits.case_limit import CaseLimit
from allocator.rules.limits.frozen import Frozen
from allocator.rules.limits.high_risk_share import HighRiskShare
from allocator.rules.limits.intake import Intake
from allocator.rules.limits.novice import Novice
from allocator.rules.limits.reserve import Reserve

LIMITS: tuple[Limit, ...] = (
    CaseLimit(),
    HighRiskShare(),
    Intake(),
    Arrivals(),
    Frozen(),
    Novice(),
    Reserve(),
)
