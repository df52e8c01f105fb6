"""What goals are called: by one name in files and on a terminal, by another on pages; whoever words chooses."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.rules import GOALS
from allocator.rules.cover import COVER_GOALS

IN_FILES: Mapping[str, str] = {goal.id: goal.id for goal in GOALS} | {goal.id: goal.id for goal in COVER_GOALS}
COVER_ON_PAGES: Mapping[str, str] = {
    "uncovered": "weight of cases that nobody covers",
    "strain": "hundredths of a case that cover puts above limits",
    "disruption": "cost of changes",
    "fairness": "unevenness",
}
ON_PAGES: Mapping[str, str] = {
    "unplaced": "weight of cases with nobody",
    "excess": "cases over limits",
    "fairness": "unevenness",
    "disruption": "cost of moves",
}
