"""Reports of months, as far as one person may see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from allocator.app.actors import Actor, require
from allocator.cycles.performance import CycleFigures, Month, month_of
from allocator.db.monthly import committed_figures
from allocator.db.store import Store
from allocator.db.vouching import require_logged_rows
from allocator.errors import InputError, NotThere, Problem


def read_month(store: Store, actor: Actor, month: date) -> Month:
    """Performance data of the month of a day, of one's own divisions; that it left the store is logged.

    Whoever sees aggregates alone must be shown it without names: ``names=False`` in what composes it.

    Raises
    ------
    NotThere
        When no cycle was committed in it.
    InputError
        As that, for whoever has not signed in.
    """
    require(actor, "figures")
    with store.writing() as writing:
        require_logged_rows(writing.connection, "cycles", "caseloads", "divisions", "decisions")
        committed = committed_figures(writing.connection, month)
        found = month_of(month, committed)
        if found is None:
            if actor.signed_in:
                raise NotThere(f"No cycle was committed in {month:%B %Y}.")
            known = sorted({f"{cycle.cycle_date:%Y-%m}" for cycle in committed})
            maybe = f"one of {', '.join(known[-12:])}." if known else "commit a cycle first."
            expected = "a month with a committed cycle"
            raise InputError([Problem("--month", expected, value=f"{month:%Y-%m}", maybe=maybe)])
        details = {"of": "report", "month": f"{month:%Y-%m}"}
        writing.log.append(actor.name, "export", details, purpose="performance")
    return _visible(found, actor)


def _visible(month: Month, actor: Actor) -> Month:
    scope = actor.scope
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
