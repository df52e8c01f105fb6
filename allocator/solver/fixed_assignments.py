"""Insisting on who has a case: what is left open then."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from allocator.errors import InputError, Problem, meant
from allocator.rules.movement.budget import Budget
from allocator.solver.parts import Choices


def fix_assignments(open_to: Choices, insist: Mapping[str, Collection[str]]) -> Choices:
    """What is open where some cases, by case_id, have to be with one of some officers, by officer_id.

    Raises
    ------
    InputError
        When an id is unknown, or the rules allow no plan with all of it.
    """
    if not insist:
        return open_to
    columns, problems = open_to.columns, list(_unknown(open_to, insist))
    place = {case_id: k for k, case_id in enumerate(columns.case_ids)}
    for case_id, officers in () if problems else insist.items():
        wanted = np.zeros(len(columns.officer_ids), dtype=np.bool_)
        wanted[[columns.position[officer_id] for officer_id in officers]] = True
        narrowed = open_to.with_fixed_case(place[case_id], wanted)
        if narrowed is None:
            expected = f"somebody whom the rules leave case {case_id} with"
            problems.append(Problem("insist", expected, value=", ".join(officers)))
        open_to = narrowed or open_to
    limit, budgets = columns.policy.relationship.max_moves, Budget().load(columns)
    if budgets is not None and limit is not None:
        forced = np.bincount(budgets[open_to.must & open_to.counted])
        if forced.max(initial=0) > limit:
            problems.append(
                Problem("insist", f"at most {limit} moves of cases that could stay", value=str(forced.max()))
            )
    if problems:
        raise InputError(problems)
    return open_to


def _unknown(open_to: Choices, insist: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    columns, cases = open_to.columns, set(open_to.columns.case_ids)
    for case_id, officers in insist.items():
        if case_id not in cases:
            yield Problem("insist", "a case of the force", value=case_id, maybe=meant(case_id, cases))
        for officer_id in officers:
            if officer_id not in columns.position:
                advice = meant(officer_id, columns.position)
                yield Problem("insist", "an officer of the force", value=officer_id, maybe=advice)
