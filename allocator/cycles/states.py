"""The states of a cycle; the acts that lead from one to another are in ``allocator.app.acts``."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal["imported", "proposed", "submitted", "approved", "committed", "undone", "discarded"]
STATES: tuple[State, ...] = get_args(State)
OPEN: frozenset[State] = frozenset({"imported", "proposed", "submitted", "approved"})
