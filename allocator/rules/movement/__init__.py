"""Who may receive a case they do not hold, and which cases may move."""

from __future__ import annotations

from allocator.rules.base import MovementRule, ReceivingRule
from allocator.rules.movement.buddied import Buddied
from allocator.rules.movement.budget import Budget
from allocator.rules.movement.locked import Locked
from allocator.rules.movement.open import Open
from allocator.rules.movement.permitted import KeptOrMoved
from allocator.rules.movement.premises import AtPremises
from allocator.rules.movement.relieved import Relieved

RECEIVING: tuple[ReceivingRule, ...] = (
    Open(),
    AtPremises(),
    Buddied(),
    Relieved(),
)
MOVEMENT: tuple[MovementRule, ...] = (
    Locked(),
    KeptOrMoved(),
    Budget(),
)
