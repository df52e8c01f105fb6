"""What is known of a case or officer over the cycles, as far as one person may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from allocator.app.views import NotThere, load_view, require
from allocator.cycles.history import History, HistoryEntry
from allocator.db.accounts import User
from allocator.db.histories import case_history, forces_by_cycle, officer_history, planned_officer
from allocator.db.store import Store
from allocator.errors import InputError
from allocator.reporting.whys import discreet_code


def history_of_case(store: Store, user: User, case_id: str) -> History:
    """Everything that is known of a case.

    Raises
    ------
    NotThere
        When it is not there for the person, now or when it was last known.
    """
    require(user, "cases")
    _require_case(store, user, case_id)
    try:
        found = case_history(store, case_id, by=user.name, purpose="supervision")
    except InputError as error:
        raise _without_advice(error) from None
    return replace(found, entries=_discreet(found.entries))


def history_of_officer(store: Store, user: User, officer_id: str) -> History:
    """Everything that is known of an officer; of cases only those that are there for the person.

    Raises
    ------
    NotThere
        When the officer is not there for the person.
    """
    require(user, "cases")
    seen = load_view(store, user, "officer", details={"officer": officer_id[:80]})
    seen.officer(officer_id)
    try:
        found = officer_history(store, officer_id, by=user.name, purpose="supervision")
    except InputError as error:
        raise _without_advice(error) from None
    known: dict[str, bool] = {}

    def shown(entry: HistoryEntry) -> bool:
        case_id = entry.facts.get("case_id")
        if case_id is None:
            return True
        if case_id not in known:
            known[case_id] = sees_case(store, user, str(case_id))
        return known[case_id]

    return replace(found, entries=_discreet(entry for entry in found.entries if shown(entry)))


def _discreet(entries: Iterable[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Entries that tell nothing of who is excluded."""
    found = []
    for entry in entries:
        facts = dict(entry.facts)
        if facts.get("why"):
            facts["why"] = discreet_code(facts["why"])
        if facts.get("column") != "excluded":
            found.append(replace(entry, facts=facts))
    return tuple(found)


def _without_advice(error: InputError) -> InputError:
    """An error that names nobody else: what is nearest may be hidden."""
    return InputError(replace(problem, maybe=None) for problem in error.problems)


def _require_case(store: Store, user: User, case_id: str) -> None:
    if not sees_case(store, user, case_id):
        raise NotThere(f"There is no case {case_id[:80]}.")


def sees_case(store: Store, user: User, case_id: str) -> bool:
    """Whether a case is there for the person: in the newest data that has it, whichever cycle that is of."""
    scope = user.scope
    if scope.divisions is None and scope.officer_id is None and not scope.aggregates:
        return True
    with store.reading() as connection:
        for cycle_id, force in forces_by_cycle(connection):
            case = force.case_by_id.get(case_id)
            if case is not None:
                return scope.sees(force, case, planned_officer(connection, cycle_id, case_id))
    return False


def sees_officer(store: Store, user: User, officer_id: str) -> bool:
    """Whether an officer is there for the person: in the newest data that has them."""
    scope = user.scope
    if scope.divisions is None and not scope.aggregates:
        return True
    with store.reading() as connection:
        for _, force in forces_by_cycle(connection):
            officer = force.officer_by_id.get(officer_id)
            if officer is not None:
                return scope.sees_officer(officer)
    return False
