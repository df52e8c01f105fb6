"""Scenarios that people keep: named, shared within their scope, copied, and run beside the plan without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allocator.analysis.scenario import Scenario
from allocator.app.accounts import find_user
from allocator.app.actors import User, require
from allocator.app.job_results import scenarios_of
from allocator.app.kept import KeptView
from allocator.app.naming import require_seen, unseen_names
from allocator.app.posting import require_text
from allocator.app.problems import Job, post_whatif
from allocator.app.view_scope import ViewScope
from allocator.db.cycles import last_kept
from allocator.db.database import Connection, Row
from allocator.db.scenarios import (
    count_scenarios,
    delete_scenario,
    find_scenario_row,
    insert_scenario,
    list_scenario_rows,
    update_scenario,
)
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.db.tables import as_record
from allocator.domain.policy import Policy
from allocator.errors import NOTHING_CHANGED, Conflict, InputError, NotThere, Outdated, Problem
from allocator.files.policies import merge_policy

LONGEST_NAME = 100
LARGEST = 64 * 2**10  # bytes of a scenario as JSON
MOST_KEPT = 200  # by one person


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A scenario that somebody keeps.

    Attributes
    ----------
    shared : bool
        Whether those who see all that its owner sees, and all that it names, may read it.
    document : mapping
        What a scenario file would hold.
    problem_id : str or None
        The job that ran it last.
    """

    id: int
    owner_id: int
    owner: str
    name: str
    shared: bool
    document: Mapping[str, Any]
    version: int
    changed_at: datetime
    problem_id: str | None

    @property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return scenarios_of([{**self.document, "name": self.name}])[0]


def keep_scenario(
    store: Store, user: User, document: Mapping[str, Any], *, name: str | None = None, shared: bool = False
) -> KeptScenario:
    """Keep a scenario.

    Raises
    ------
    InputError
        With everything that is wrong with it, as far as that can be seen without a force.
    Conflict
        When they keep too many.
    """
    require(user, "solve")
    name, plain = _checked(document, name)
    with store.writing() as writing:
        if count_scenarios(writing.connection, user.id) >= MOST_KEPT:
            raise Conflict(
                f"You keep {MOST_KEPT:,} scenarios.", outcome=NOTHING_CHANGED, maybe="remove some that are not needed."
            )
        _require_seen(writing.connection, user, plain, name)
        row = {
            "owner_id": user.id,
            "name": name,
            "shared": shared,
            "document": plain,
            "version": 1,
            "created_at": writing.log.now,
            "changed_at": writing.log.now,
        }
        key = insert_scenario(writing.connection, row)
        writing.log.append(user.name, "scenario-kept", {"scenario": key, "shared": shared})
        return _find(writing.connection, user, key)


def change_scenario(store: Store, user: User, scenario_id: int, *, version: int, **values: Any) -> KeptScenario:
    """Change one's own scenario: name, shared, document, problem_id.

    Raises
    ------
    NotThere
        When there is none of that number that is one's own.
    Outdated
        When it was changed meanwhile.
    InputError
        With everything that is wrong with it.
    """
    require(user, "solve")
    with store.writing() as writing:
        before = _own(writing.connection, user, scenario_id, version)
        if "document" in values or "name" in values:
            document = values.get("document", before.document)
            values["name"], values["document"] = _checked(document, values.get("name", before.name))
            _require_seen(writing.connection, user, values["document"], values["name"])
        changed = {"version": version + 1, "changed_at": writing.log.now, **values}
        update_scenario(writing.connection, scenario_id, changed)
        told = {"scenario": scenario_id, "changed": sorted(values)}
        writing.log.append(user.name, "scenario-changed", told)
        return _find(writing.connection, user, scenario_id)


def drop_scenario(store: Store, user: User, scenario_id: int, *, version: int | None = None) -> None:
    """Remove one's own scenario.

    Raises
    ------
    NotThere, Outdated
        As in `change_scenario`.
    """
    require(user, "solve")
    with store.writing() as writing:
        _own(writing.connection, user, scenario_id, version)
        delete_scenario(writing.connection, scenario_id)
        writing.log.append(user.name, "scenario-dropped", {"scenario": scenario_id})


def find_scenario(store: Store, user: User, scenario_id: int) -> KeptScenario:
    """Find a scenario that is one's own or shared within one's scope.

    Raises
    ------
    NotThere
        When there is none for the person.
    """
    require(user, "solve")
    with store.reading() as connection:
        return _find(connection, user, scenario_id)


def scenarios_for(store: Store, user: User) -> tuple[KeptScenario, ...]:
    """List one's own scenarios and those shared within one's scope, newest change first."""
    require(user, "solve")
    with store.reading() as connection:
        kept, found = KeptView(connection, user), list_scenario_rows(connection)
        owners = {row.owner_id: find_user(connection, row.owner_id) for row in found}
        return tuple(
            _kept(row, owners[row.owner_id]) for row in found if _readable(kept, user, row, owners[row.owner_id])
        )


def run_scenarios(store: Store, user: User, scenario_ids: Sequence[int], *, key: str | None = None) -> Job:
    """Try scenarios that one may read beside the force as it stands, in one job; as `post_whatif`.

    Raises
    ------
    NotThere
        When there is none of a number for the person.
    """
    found = [find_scenario(store, user, scenario_id) for scenario_id in scenario_ids]
    return post_whatif(store, user, [{**one.document, "name": one.name} for one in found], key=key)


def _find(connection: Connection, user: User, scenario_id: int) -> KeptScenario:
    row = find_scenario_row(connection, scenario_id)
    if row is not None:
        owner = find_user(connection, row.owner_id)
        if _readable(KeptView(connection, user), user, row, owner):
            return _kept(row, owner)
    raise NotThere(f"There is no scenario {scenario_id}.")


def _own(connection: Connection, user: User, scenario_id: int, version: int | None) -> KeptScenario:
    found = _find(connection, user, scenario_id)
    if found.owner_id != user.id:
        raise NotThere(f"There is no scenario {scenario_id} of your own.", maybe="copy it, and change the copy.")
    if version is not None and found.version != version:
        raise Outdated("This scenario was changed since you looked.", outcome=NOTHING_CHANGED, maybe="look again.")
    return found


def _readable(kept: KeptView, user: User, row: Row[Any], owner: User) -> bool:
    """Whether somebody may read a scenario: nothing that it names is hidden from them now.

    Of one's own that is asked of whom and what it changes; what one wrote in it oneself tells nothing new.
    """
    if user.scope == ViewScope():
        return bool(row.shared or row.owner_id == user.id)
    scenario = _kept(row, owner).scenario
    if any(unseen_names(scenario, kept.sees)):
        return False
    if row.owner_id == user.id:
        return True
    texts = [row.name, *_texts(row.document)]
    return row.shared and owner.scope.within(user.scope) and not any(map(kept.hidden.names_hidden, texts))


def _texts(value: Any) -> Iterator[str]:
    """All that stands in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)


def _require_seen(connection: Connection, user: User, document: Mapping[str, Any], name: str) -> None:
    """Refuse a scenario that names whom or what its author does not see, hidden or not there, once there is data.

    Raises
    ------
    InputError
    """
    cycle = last_kept(connection)
    if cycle is not None:
        require_seen(load(connection, cycle.snapshot_id), user.scope, scenarios_of([{**document, "name": name}]))


def _checked(document: Mapping[str, Any], name: str | None) -> tuple[str, dict[str, Any]]:
    given = " ".join(str(document.get("name") if name is None else name).split())
    if not 1 <= len(given) <= LONGEST_NAME or not given.isprintable():
        raise InputError(
            [Problem("scenario", f"a name of 1 to {LONGEST_NAME} letters", column="name", value=given[:120])]
        )
    plain = {key: value for key, value in document.items() if key != "name"}
    if (size := len(require_text(plain))) > LARGEST:
        raise InputError([Problem("scenario", f"at most {LARGEST // 2**10} KiB", value=f"{size / 2**10:,.0f} KiB")])
    for scenario in scenarios_of([{**plain, "name": given}]):
        for layer in scenario.layers:
            merge_policy(Policy(), layer.policy, layer.label)
    return given, plain


def _kept(row: Row[Any], owner: User) -> KeptScenario:
    return as_record(KeptScenario, row, owner=owner.name)
