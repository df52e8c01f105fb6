"""What teams do today: each newcomer, in input order, goes to the officer with the most room who may receive it.

A newcomer is a new case, or one that may not stay where it is; nobody else moves. Room is the officer's limit less the
cases they hold at that moment; among equals the first officer_id is taken. It needs no time limit: it ends at once.
"""

from __future__ import annotations

from allocator import Case, Force, Officer
from benchmarks.peers.newcomers import Choose, at_once, filled, limit
from benchmarks.peers.protocol import main


def roomiest(force: Force) -> Choose:
    """Choose the officer with the most room."""

    def choose(_: Case, able: list[Officer], held: dict[str, int]) -> Officer:
        return min(able, key=lambda o: (held[o.officer_id] - limit(force, o), o.officer_id))

    return choose


def most_room(force: Force) -> list[str | None]:
    """One officer_id a case, None where nobody may receive it."""
    return filled(force, roomiest(force))


if __name__ == "__main__":
    main(at_once(most_room))
