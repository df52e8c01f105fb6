"""Figures of months, as far as one person may see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from allocator.app.views import NotThere, require
from allocator.cycles.performance import CycleFigures, Month
from allocator.db.accounts import User
from allocator.db.monthly import monthly
from allocator.db.store import Store
from allocator.errors import InputError, Problem


def month_for(store: Store, user: User, month: date) -> Month:
    """Performance data of a month, of one's own divisions.

    Whoever sees aggregates alone must be shown it without names: ``names=False`` in what composes it.

    Raises
    ------
    NotThere
        When no cycle was committed in it.
    """
    require(user, "figures")
    try:
        found = monthly(store, month, by=user.name)
    except InputError as error:
        raise NotThere(f"No cycle was committed in {month:%B %Y}.") from error
    return _seen(found, user)


def _seen(month: Month, user: User) -> Month:
    scope = user.scope
    if scope.divisions is None:
        return month

    def cut(cycle: CycleFigures) -> CycleFigures:
        officers = tuple(o for o in cycle.officers if scope.covers(o.division))
        divisions = tuple(d for d in cycle.divisions if scope.covers(d.division))
        return replace(cycle, officers=officers, divisions=divisions)

    cycles = tuple(cut(cycle) for cycle in month.cycles)
    names = {officer.officer_id for officer in cycles[-1].officers}
    in_a_row = {name: count for name, count in month.in_a_row.items() if name in names}
    divisions = tuple(d for d in month.divisions if scope.covers(d.division))
    return replace(month, cycles=cycles, in_a_row=in_a_row, divisions=divisions)


def month_named(month: str) -> date:
    """The first day of a month.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InputError([Problem("month", "a month such as 2026-03", value=month[:20])]) from None
