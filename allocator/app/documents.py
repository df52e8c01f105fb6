"""JSON of cycles, imports, candidates and histories, as far as one person may see them."""

from __future__ import annotations

from typing import Any

from allocator.analysis.effects import Candidate
from allocator.app.actors import Actor
from allocator.app.cycles import CycleDetails, planned_details
from allocator.app.imports import Imported
from allocator.app.kept import KeptView
from allocator.app.overrides import Overridden
from allocator.app.views import ForceView
from allocator.app.visibility import Hidden, hidden_in
from allocator.db.store import Store
from allocator.domain.plan import Plan
from allocator.reporting.acts import fate_sentence
from allocator.reporting.cycles import cycle_document, override_document
from allocator.reporting.differences import difference_document
from allocator.reporting.documents import caseload_document


def visible_import_document(done: Imported, actor: Actor) -> dict[str, Any]:
    """Compose the JSON of what an import did, as far as somebody may be told it."""
    unseen = hidden_in([Plan.as_it_stands(force) for force in done.forces], actor.scope)
    difference = None if done.difference is None else difference_document(unseen.cut(done.difference))
    return {
        "opened": done.opened,
        "stale": done.stale,
        "notices": [*map(str, done.notices), *map(fate_sentence, unseen.cut(done.placements))],
        "reduced": list(done.reduced),
        "differences": difference,
    }


def candidate_document(candidate: Candidate) -> dict[str, Any]:
    """Compose the JSON of an officer for a case, with the effect."""
    return {
        "officer_id": candidate.officer.officer_id,
        "before": caseload_document(candidate.before),
        "after": caseload_document(candidate.after),
        "goals": {pair.name: pair.difference for pair in candidate.effect.goals},
    }


def visible_override_document(store: Store, seen: ForceView, done: Overridden) -> dict[str, Any]:
    """Compose the JSON of a placement that a person decided, with its price, as one person may see it."""
    unseen = hidden_with_notes(store, seen)
    return override_document(unseen.cut(done.override), unseen.cut(done.effect))


def hidden_with_notes(store: Store, seen: ForceView) -> Hidden:
    """What is not there for a person in a plan, and whoever notes must not name."""
    with store.reading() as connection:
        return seen.hidden.with_notes_of(KeptView(connection, seen.user).hidden)


def visible_cycle_document(store: Store, seen: ForceView) -> Any:
    """Compose the JSON of a cycle as one person may see it: who did what to it is told by the audit log."""
    planned = planned_details(seen.proposal)
    shown = CycleDetails(seen.cycle, seen.force, seen.digest, seen.proposal, seen.stale, (), (), **planned)
    document = cycle_document(hidden_with_notes(store, seen).cut(shown))
    del document["events"], document["expiring"]
    return document
