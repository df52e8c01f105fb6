"""Key-worker style: cases stay with the officer they know, and officers are filled up in the order of their names.

Each newcomer (a new case, or one that may not stay where it is), in input order, goes to the first officer_id who may
receive it and holds fewer cases than their limit. Where all who may are full, it goes to the one the fewest cases above
their limit, again the first officer_id among equals: the second tier of capacity. It ends at once.
"""

from __future__ import annotations

from allocator import Case, Force, Officer
from benchmarks.peers.newcomers import at_once, filled, limit
from benchmarks.peers.protocol import main


def by_name(force: Force) -> list[str | None]:
    """One officer_id a case, None where nobody may receive it."""

    def choose(_: Case, able: list[Officer], held: dict[str, int]) -> Officer:
        return min(able, key=lambda o: (max(-1, held[o.officer_id] - limit(force, o)), o.officer_id))

    return filled(force, choose)


if __name__ == "__main__":
    main(at_once(by_name))
