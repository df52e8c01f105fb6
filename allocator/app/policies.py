"""The policy as the force sets it in the service: over that of its exports, each change dated, signed and logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allocator.app.actors import Actor, require
from allocator.app.kept import KeptView
from allocator.app.posting import require_text
from allocator.db.cycles import Cycle
from allocator.db.inputs import policy_settings, renew_open_cycle
from allocator.db.policy_changes import PolicyChange, insert_policy_change, policy_history, settings_version
from allocator.db.store import Store
from allocator.domain.policy import Policy
from allocator.domain.setting_paths import flatten
from allocator.errors import NOTHING_CHANGED, InputError, Outdated, Problem
from allocator.files.policies import merge_policy


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The policy of the service.

    Attributes
    ----------
    version : int
        How many changes there have been: what was seen is still so while this stays.
    set : mapping
        Nested tables of what is set in the service.
    policy : Policy
        Defaults, with what is set over them.
    changes : tuple of PolicyChange
        The newest first.
    """

    version: int
    set: Mapping[str, Any]
    policy: Policy
    changes: tuple[PolicyChange, ...]


def read_policy(store: Store, actor: Actor) -> PolicySettings:
    """Read the policy as it is set in the service, with every change; of why, what names nobody hidden."""
    require(actor, "own")
    with store.reading() as connection:
        here = policy_settings(connection)
        changes = KeptView(connection, actor).hidden.cut(policy_history(connection))
        return PolicySettings(settings_version(connection), here, merge_policy(Policy(), here, "policy"), changes)


def change_policy(
    store: Store, user: Actor, changes: Mapping[str, Any], *, note: str, version: int | None = None
) -> Cycle | None:
    """Set some of the policy's settings from now on; the open cycle, where that changed its data: its plan is stale.

    Parameters
    ----------
    changes : mapping
        Nested tables as below ``[policy]``.
    note : str
        Why.
    version : int, optional
        Of `PolicySettings`, as it was seen.

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
        known = flatten(now)
        new = {key: value for key, value in flatten(changes).items() if key not in known or known[key] != value}
        if not new:
            return None
        for key, value in new.items():
            insert_policy_change(connection, key, value, note, user.name, writing.log.now)
        writing.log.append(user.name, "policy", {"changes": new, "note": note})
        return renew_open_cycle(writing, user.name)
