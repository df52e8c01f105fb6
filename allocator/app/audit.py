"""The audit log as one person may read it: what was done, by whom and when; of cases and officers, what they see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from allocator.app.actors import Actor, require
from allocator.app.acts import ACTS
from allocator.app.kept import KeptView
from allocator.app.view_scope import ViewScope
from allocator.db.cycles import find_cycle
from allocator.db.log_reading import LogEntry as LogEntry
from allocator.db.log_reading import entries_page, list_acts, newest_entries
from allocator.db.store import Store
from allocator.db.verifying import Verification, verify

# What of an entry is told whoever it is about.
_PLAIN = ("of", "reason", "kind", "new")


def verify_log(store: Store, actor: Actor) -> Verification:
    """Verify the audit log: every link, and what is kept against what was logged."""
    require(actor, "audit")
    return verify(store, {act.name: act.after for act in ACTS.values()})


def acts_of_log(store: Store, actor: Actor) -> tuple[str, ...]:
    """Acts that the log has, by name."""
    require(actor, "audit")
    with store.reading() as connection:
        return list_acts(connection)


def show_log(store: Store, actor: Actor, *, cycle_id: int | None = None, last: int = 40) -> tuple[LogEntry, ...]:
    """Newest entries of the audit log, all or about a cycle, oldest of them first; that they were read is logged."""
    require(actor, "audit")
    with store.writing() as writing:
        if cycle_id is not None:
            find_cycle(writing.connection, cycle_id)
        found = newest_entries(writing.connection, cycle_id=cycle_id, last=last)
        writing.log.append(actor.name, "read", {"of": "audit"}, cycle_id=cycle_id, purpose="audit")
        return found


def log_page(store: Store, user: Actor, *, offset: int, limit: int, **wanted: Any) -> tuple[tuple[LogEntry, ...], int]:
    """One page of the audit log, newest first, and how many entries it has; that it was read is logged.

    Of an entry about a case or officer that is not there for the person, only the act is told.

    What is wanted is as ``allocator.db.log_reading.entries_page`` takes it; entries about what the person does not see
    are not found by it.
    """
    require(user, "audit")
    if wanted.get("about") and not _may_look_for(store, user, wanted["about"]):
        return (), 0
    with store.writing() as writing:
        found, total = entries_page(writing.connection, offset=offset, limit=limit, **wanted)
        writing.log.append(user.name, "read", {"of": "audit"}, purpose="audit")
    if user.scope == ViewScope():
        return found, total
    with store.reading() as connection:
        kept = KeptView(connection, user)
        unseen, case_seen, officer_seen = kept.hidden, cache(kept.sees_case), cache(kept.sees_officer)

        # Of lists, those that are seen.
        listed = dict.fromkeys(("placements_kept", "placements_ended"), case_seen)
        listed |= dict.fromkeys(("officers", "reasons_of"), officer_seen)

        def seen(details: Mapping[str, Any]) -> bool:
            cases = [details[name] for name in ("case", "about") if details.get(name)]
            officers = [details[name] for name in ("officer", "to", "officer_id") if details.get(name)]
            return all(map(case_seen, cases)) and (bool(cases) or all(map(officer_seen, officers)))

        def told(entry: LogEntry) -> LogEntry:
            if entry.details is None:
                return entry
            if not seen(entry.details):
                return replace(entry, details={name: entry.details[name] for name in _PLAIN if name in entry.details})
            details = {name: _seen_of(item, listed.get(name)) for name, item in entry.details.items()}
            own = {"note": details["note"]} if entry.actor == user.name and "note" in details else {}
            return replace(entry, details={**unseen.cut(details), **own})

        return tuple(map(told, found)), total


def _may_look_for(store: Store, user: Actor, about: str) -> bool:
    """Whether a case or officer is there for the person: how often somebody is named would tell that they exist."""
    if user.scope == ViewScope():
        return True
    with store.reading() as connection:
        kept = KeptView(connection, user)
        officer = kept.newest_officer(about)
        return kept.sees_case(about) or (officer is not None and user.scope.sees_officer(officer))


def _seen_of(item: Any, seen: Callable[[str], bool] | None) -> Any:
    return list(filter(seen, item)) if seen is not None and isinstance(item, list) else item
