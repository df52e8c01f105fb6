"""One-to-one bulk reallocation: all cases that an officer has to give up go together to one other officer.

Officers with cases that may not stay (all of them, where the officer leaves) come in input order. Those cases go to the
officer who may receive most of them: among equals the one with most room, then the first officer_id. Those that this
one may not receive, and new cases, go to most room one by one afterwards, in input order. Nobody else moves. It ends at
once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from allocator import Case, Force
from benchmarks.peers.most_room import roomiest
from benchmarks.peers.newcomers import at_once, filled, give, limit, receivers, start, stays
from benchmarks.peers.protocol import main


def one_to_one(force: Force) -> list[str | None]:
    """One officer_id a case, None where nobody may receive it."""
    return filled(force, roomiest(force), in_bulk(force))


def in_bulk(force: Force) -> dict[str, str]:
    """The officer_id for each case_id that goes to its present officer's one successor."""
    given_up: dict[str, list[Case]] = {officer.officer_id: [] for officer in force.officers}
    for case in force.cases:
        if case.officer is not None and not stays(force, case):
            given_up[case.officer].append(case)
    found: dict[str, str] = {}
    held = start(force)
    for cases in given_up.values():
        able = {case.case_id: {officer.officer_id for officer in receivers(force, case)} for case in cases}
        if chosen := successor(force, able.values(), held):
            for case in cases:
                if chosen in able[case.case_id]:
                    give(force, case, chosen, held)
                    found[case.case_id] = chosen
    return found


def successor(force: Force, able: Iterable[set[str]], held: dict[str, int]) -> str | None:
    """The officer_id who may receive most cases, given who may receive each; None where nobody may receive any."""
    count = Counter(officer_id for receivers in able for officer_id in receivers)

    def rank(officer_id: str) -> tuple[int, int, str]:
        return -count[officer_id], held[officer_id] - limit(force, force.officer_by_id[officer_id]), officer_id

    return min(count, key=rank, default=None)


if __name__ == "__main__":
    main(at_once(one_to_one))
