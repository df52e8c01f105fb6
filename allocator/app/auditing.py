"""The audit log as one person may read it: what was done, by whom and when; of cases and officers, what they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from allocator.access.view_scope import ViewScope
from allocator.app.histories import sees_case, sees_officer
from allocator.app.views import require
from allocator.db.accounts import User
from allocator.db.log_reading import LogEntry, log_page
from allocator.db.store import Store

# What of an entry is told whoever it is about.
_PLAIN = ("of", "reason", "kind", "new")


def log_for(store: Store, user: User, *, offset: int, limit: int, **wanted: Any) -> tuple[tuple[LogEntry, ...], int]:
    """One page of the audit log, newest first, and how many entries it has.

    Of an entry about a case or officer that is not there for the person, only the act is told.

    Parameters
    ----------
    store : Store
    user : User
    offset, limit : int
    **wanted
        As ``allocator.db.log_reading.log_page`` takes them; entries about what the person does not see are not
        found by it.
    """
    require(user, "audit")
    if wanted.get("about") and not _may_look_for(store, user, wanted["about"]):
        return (), 0
    found, total = log_page(store, by=user.name, offset=offset, limit=limit, **wanted)
    if user.scope == ViewScope():
        return found, total
    case_seen = cache(lambda case_id: not user.scope.aggregates and sees_case(store, user, case_id))
    officer_seen = cache(lambda officer_id: not user.scope.aggregates and sees_officer(store, user, officer_id))

    def seen(details: Mapping[str, Any]) -> bool:
        cases = [*_listed(details.get("case")), *_listed(details.get("about"))]
        officers = [name for key in ("officer", "to", "reasons_of") for name in _listed(details.get(key))]
        return all(map(case_seen, cases)) and (bool(cases) or all(map(officer_seen, officers)))

    def told(entry: LogEntry) -> LogEntry:
        if entry.details is None or seen(entry.details):
            return entry
        return replace(entry, details={name: entry.details[name] for name in _PLAIN if name in entry.details})

    return tuple(map(told, found)), total


def _may_look_for(store: Store, user: User, about: str) -> bool:
    """Whether a case or officer is there for the person: how often somebody is named would tell that they exist."""
    if user.scope == ViewScope():
        return True
    return not user.scope.aggregates and (sees_case(store, user, about) or sees_officer(store, user, about))


def _listed(value: Any) -> list[str]:
    if value in (None, ""):
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
