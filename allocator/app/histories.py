"""What is known of a case or officer over the cycles, as far as one person may see it; each reading is logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from allocator.app.actors import Actor, require
from allocator.app.view_scope import ViewScope
from allocator.app.views import load_view
from allocator.app.visibility import EXCLUSIONS_ALONE, Hidden, hidden_under
from allocator.cycles.codes import PURPOSES, require_code
from allocator.cycles.history import History, HistoryEntry
from allocator.db.histories import case_history, forces_by_cycle, officer_history, planned_officer, planned_officers
from allocator.db.store import Store
from allocator.errors import InputError, NotThere
from allocator.reporting.reasons import discreet_code
from allocator.rules.placement.excluded import Excluded


def history_of_case(store: Store, actor: Actor, case_id: str, *, purpose: str = "supervision") -> History:
    """Everything that is known of a case; to whoever has signed in, nothing of who is excluded.

    Raises
    ------
    NotThere
        When it is not there for the person, now or when it was last known.
    InputError
        When no cycle knows the case.
    """
    require(actor, "cases")
    if not sees_case(store, actor, case_id):
        raise NotThere(f"There is no case {case_id[:80]}.")
    found = _read(store, actor, "case", case_id.strip(), purpose)
    return replace(found, entries=_discreet(found.entries)) if actor.signed_in else found


def history_of_officer(store: Store, actor: Actor, officer_id: str, *, purpose: str = "supervision") -> History:
    """Everything that is known of an officer; of cases only those that are there for the person.

    Raises
    ------
    NotThere
        When the officer is not there for the person.
    InputError
        When no cycle knows the officer.
    """
    require(actor, "cases")
    if not actor.signed_in:
        return _read(store, actor, "officer", officer_id.strip(), purpose)
    seen = load_view(store, actor, "officer", details={"officer": officer_id[:80]})
    seen.officer(officer_id)
    found = _read(store, actor, "officer", officer_id.strip(), purpose)
    known: dict[str, bool] = {}

    def shown(entry: HistoryEntry) -> bool:
        case_id = entry.facts.get("case_id")
        if case_id is None:
            return True
        if case_id not in known:
            known[case_id] = sees_case(store, actor, str(case_id))
        return known[case_id]

    return replace(found, entries=_discreet(entry for entry in found.entries if shown(entry)))


def _read(store: Store, actor: Actor, of: str, name: str, purpose: str) -> History:
    """Read a history, and log that; to whoever has signed in, an error names nobody else: they may be hidden."""
    purpose = require_code(purpose, PURPOSES, "--purpose")
    history = {"case": case_history, "officer": officer_history}[of]
    try:
        with store.writing() as writing:
            found = history(writing.connection, name)
            writing.log.append(actor.name, "read", {"of": "history", of: name}, purpose=purpose)
            return found
    except InputError as error:
        if not actor.signed_in:
            raise
        raise InputError(replace(problem, maybe=None) for problem in error.problems) from None


def _discreet(entries: Iterable[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Entries that tell nothing of who is excluded."""
    found = []
    for entry in entries:
        facts = dict(entry.facts)
        if facts.get("why"):
            facts["why"] = discreet_code(facts["why"])
        if facts.get("column") != Excluded.id:
            found.append(replace(entry, facts=facts))
    return tuple(found)


def hidden_everywhere(store: Store, actor: Actor) -> Hidden:
    """Find what of all that the store keeps is not there for somebody: each case and officer as `sees_case` has it."""
    found, scope = EXCLUSIONS_ALONE, actor.scope
    if scope == ViewScope():
        return found
    cases: set[str] = set()
    officers: set[str] = set()
    with store.reading() as connection:
        for cycle_id, force in forces_by_cycle(connection):
            here = hidden_under(planned_officers(connection, cycle_id), force, scope)
            found |= replace(here, cases=here.cases - cases, officers=here.officers - officers)
            cases |= force.case_by_id.keys()
            officers |= force.officer_by_id.keys()
    return found


def sees_case(store: Store, actor: Actor, case_id: str) -> bool:
    """Whether a case is there for the person: in the newest data that has it, whichever cycle that is of."""
    scope = actor.scope
    if scope == ViewScope():
        return True
    with store.reading() as connection:
        for cycle_id, force in forces_by_cycle(connection):
            case = force.case_by_id.get(case_id)
            if case is not None:
                return scope.sees(force, case, planned_officer(connection, cycle_id, case_id))
    return False


def sees_officer(store: Store, actor: Actor, officer_id: str) -> bool:
    """Whether an officer is there for the person: in the newest data that has them."""
    scope = actor.scope
    if scope.divisions is None and not scope.aggregates:
        return True
    with store.reading() as connection:
        for _, force in forces_by_cycle(connection):
            officer = force.officer_by_id.get(officer_id)
            if officer is not None:
                return scope.sees_officer(officer)
    return False


def is_officer(store: Store, officer_id: str) -> bool:
    """Whether any data that is kept has an officer."""
    with store.reading() as connection:
        return any(officer_id in force.officer_by_id for _, force in forces_by_cycle(connection))
