"""The textbook model of each division, solved with one engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from allocator import Force, Officer
from allocator.rules.columns import Columns
from allocator.solver.parts import choices, split_into_parts
from benchmarks.peers.goal_by_goal import Crew, Engine
from benchmarks.peers.most_room import most_room
from benchmarks.peers.protocol import Teller
from benchmarks.peers.textbook import Textbook


def solve(force: Force, teller: Teller, engine: Callable[[int], Engine]) -> None:
    """Solve the textbook model of each part with one engine, from the plan that teams make today (`most_room`).

    Parameters
    ----------
    force : Force
    teller : Teller
    engine : callable
        Makes the engine for a number of threads: one for each part, and all cores for a part that is alone.

    Notes
    -----
    Divisions as models of their own are the stronger choice. Proof of all goals with CP-SAT, whole force and divided:
    Surrey 13 and 3 s, Kent 46 and 7 s, the example ``budget`` 14 to 30 and 2 s. HiGHS: Kent 18 and 16 s, ``budget`` 13
    and 4 s, four drawn divisions unproved after 60 and 35 s; only Surrey is the other way, 5 and 20 s.
    """
    pieces = divided(force)
    builders = [lambda piece=piece: Textbook(force, *piece) for piece in pieces]
    threads = max(1, len(os.sched_getaffinity(0)) // max(1, sum(1 for _, cases in pieces if cases)))
    Crew(teller, most_room(force), engine(threads)).run(builders, [cases for _, cases in pieces])


def divided(force: Force) -> list[tuple[Sequence[Officer], list[int]]]:
    """Officers, and positions of cases, of each part that no rule ties to the rest, the largest first.

    Cases that nobody may hold belong to no part, and go with the first.
    """
    columns = Columns(force)
    place = {case.case_id: k for k, case in enumerate(force.cases)}
    pieces: list[tuple[Sequence[Officer], list[int]]] = []
    for part in split_into_parts(choices(columns)):
        ids = [columns.officer_ids[officer] for officer in part.officers]
        cases = [place[columns.case_ids[case]] for case in part.cases]
        pieces.append(([force.officer_by_id[officer_id] for officer_id in ids], cases))
    pieces = pieces or [(force.officers, [])]
    pieces[0][1].extend(sorted(set(place.values()) - {k for _, cases in pieces for k in cases}))
    return pieces
