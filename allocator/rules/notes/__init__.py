"""What costs nothing and is always told."""

from __future__ import annotations

from allocator.rules.base import Note
from allocator.rules.notes.buddy_needed import BuddyNeeded
from allocator.rules.notes.category_3 import Category3
from allocator.rules.notes.cover import Cover
from allocator.rules.notes.exempted import Exempted
from allocator.rules.notes.lock_lifted import LockLifted
from allocator.rules.notes.nobody_can import NobodyCan
from allocator.rules.notes.over_limit import OverLimit
from allocator.rules.notes.overdue import Overdue
from allocator.rules.notes.referral import Referral
from allocator.rules.notes.specialist import Specialist

NOTES: tuple[Note, ...] = (
    Cover(),
    BuddyNeeded(),
    LockLifted(),
    NobodyCan(),
    OverLimit(),
    Category3(),
    Referral(),
    Specialist(),
    Overdue(),
    Exempted(),
)
