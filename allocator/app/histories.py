"""What is known of a case or officer over the cycles, as far as one person may see it; each reading is logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from allocator.app.actors import Actor, require
from allocator.app.kept import KeptView
from allocator.app.views import load_view
from allocator.cycles.codes import PURPOSES, require_code
from allocator.cycles.history import History, HistoryEntry
from allocator.db.histories import case_history, officer_history
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
    with store.reading() as connection:
        if not KeptView(connection, actor).sees_case(case_id):
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
    with store.reading() as connection:
        kept = KeptView(connection, actor)
        known = {entry.facts.get("case_id") for entry in found.entries} - {None}
        told = {None, *(case_id for case_id in known if kept.sees_case(str(case_id)))}
    return replace(found, entries=_discreet(e for e in found.entries if e.facts.get("case_id") in told))


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
