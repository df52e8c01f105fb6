"""Every rule of the contract, one class in one file, and the table that is read top to bottom.

``RULES`` holds placement, movement and limits in the order of the contract; ``NOTES`` what is only told; ``GOALS``
what is minimised. From the table come the model, the check, the reasons and the reference page.
"""

from __future__ import annotations

from collections.abc import Mapping

from allocator.rules.base import Rule
from allocator.rules.goals import GOALS
from allocator.rules.limits import LIMITS
from allocator.rules.movement import MOVEMENT, RECEIVING
from allocator.rules.notes import NOTES
from allocator.rules.placement import PLACEMENT

RULES: tuple[Rule, ...] = (*PLACEMENT, *RECEIVING, *MOVEMENT, *LIMITS)

RULE: Mapping[str, Rule] = {rule.id: rule for rule in (*RULES, *NOTES, *GOALS)}

__all__ = ["GOALS", "LIMITS", "MOVEMENT", "NOTES", "PLACEMENT", "RECEIVING", "RULE", "RULES"]
