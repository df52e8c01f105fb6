"""The key-worker rule of allocation services: first to staff who had the case before, else to who has most room.

Each newcomer (a new case, or one that may not stay where it is), in input order, goes to a former officer who may
receive it, where there is one; else to anyone who may. Among these to the one who holds the least share of their limit,
and to the first officer_id among equals; whose limit is 0 comes last. Nobody else moves. It ends at once.
"""

from __future__ import annotations

import math

from allocator import Case, Force, Officer
from benchmarks.peers.newcomers import at_once, filled, limit
from benchmarks.peers.protocol import main


def key_worker(force: Force) -> list[str | None]:
    """One officer_id a case, None where nobody may receive it."""

    def share(officer: Officer, held: dict[str, int]) -> float:
        most = limit(force, officer)
        return held[officer.officer_id] / most if most else math.inf

    def choose(case: Case, able: list[Officer], held: dict[str, int]) -> Officer:
        known = [officer for officer in able if officer.officer_id in case.former]
        return min(known or able, key=lambda o: (share(o, held), o.officer_id))

    return filled(force, choose)


if __name__ == "__main__":
    main(at_once(key_worker))
