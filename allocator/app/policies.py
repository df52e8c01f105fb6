"""The policy as the force sets it in the service: over that of its exports, each change dated, signed and logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.app.posting import require_text
from allocator.app.views import require
from allocator.db.accounts import User
from allocator.db.cycles import Cycle, Outdated
from allocator.db.inputs import renew_open_cycle
from allocator.db.policy_changes import insert_policy_change, policy_settings, settings_version
from allocator.db.store import Store
from allocator.domain.policy import Policy
from allocator.errors import NOTHING_CHANGED, InputError, Problem
from allocator.files.policies import merge_policy


def set_policies(store: Store) -> Mapping[str, Any]:
    """Nested tables of what is set in the service."""
    with store.reading() as connection:
        return policy_settings(connection)


def change_policy(
    store: Store, user: User, changes: Mapping[str, Any], *, note: str, version: int | None = None
) -> Cycle | None:
    """Set some of the policy's settings, from now on.

    Parameters
    ----------
    store : Store
    user : User
    changes : mapping
        Nested tables as below ``[policy]``.
    note : str
        Why.
    version : int, optional
        `settings_version` as it was seen.

    Returns
    -------
    Cycle or None
        The open cycle, where this changed its data: its plan is stale then.

    Raises
    ------
    InputError
        With every unknown key, wrong type and value out of range.
    Outdated
        When somebody changed the policy meanwhile.
    """
    require(user, "settings")
    require_text(changes)
    require_text(note)
    note = " ".join(note.split())
    if not note or len(note) > 500:
        raise InputError([Problem("note", "why it is changed, in 1 to 500 letters")])
    with store.writing() as writing:
        connection = writing.connection
        if version is not None and settings_version(connection) != version:
            raise Outdated("The policy was changed since you looked.", outcome=NOTHING_CHANGED, maybe="look again.")
        now = policy_settings(connection)
        merge_policy(merge_policy(Policy(), now, "policy"), changes, "policy")
        known = dict(_flat(now))
        new = [(key, value) for key, value in _flat(changes) if key not in known or known[key] != value]
        if not new:
            return None
        for key, value in new:
            insert_policy_change(connection, key, value, note, user.name, writing.log.now)
        writing.log.append(user.name, "policy", {"changes": dict(new), "note": note})
        return renew_open_cycle(writing, user.name)


def _flat(tables: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in tables.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((before + name, value))
    return found
