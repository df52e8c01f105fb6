"""Everything is new: a force that is set up, or has lost its records of who manages whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.domain.force import Force
from allocator.synth.regimes.changes import change_rows

RECEIVE = 60  # cases; with the usual 10 nearly every case would be above somebody's intake


def all_new(force: Force, seed: int) -> Force:
    """Take their officer from all cases, and let everybody receive a whole caseload in one cycle.

    Who managed a case before is not known either.
    """
    policy = force.policy.merge(
        {
            "limits": {"intake": RECEIVE},
            "training": {"untrained_intake": RECEIVE},
            "premises": {"arrivals_per_cycle": RECEIVE},
        }
    )
    fresh: Mapping[str, Any] = {"officer": None, "since": None, "locked": False, "former": frozenset()}
    return change_rows(force, cases={case.case_id: fresh for case in force.cases}).replace(policy=policy)
