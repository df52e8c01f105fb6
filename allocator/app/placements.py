"""Giving a case that has nobody to an officer at once, between two plans: tonight's release."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.effects import Candidate, Effects, bars, candidates
from allocator.app.actors import Actor
from allocator.app.acts import require_act, require_state
from allocator.app.imports import next_cycle_start
from allocator.app.view_scope import ViewScope
from allocator.app.views import ForceView, load_view
from allocator.cycles.codes import OVERRIDE_REASONS, RANKED_FIRST, require_code, require_note
from allocator.cycles.days import today
from allocator.cycles.difference import compare_snapshots
from allocator.db.changes import keep_difference
from allocator.db.covers import force_today
from allocator.db.cycles import Cycle, bump_version, find_cycle, insert_cycle, open_cycle
from allocator.db.database import Connection
from allocator.db.inputs import prepare_force
from allocator.db.outbox import last_letter, letters_since, write_letters
from allocator.db.placements import given_to
from allocator.db.snapshots import load, save
from allocator.db.store import Store
from allocator.domain.force import Case, Force
from allocator.domain.lookup import find_case, find_officer
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, Denied, InputError, Problem, refusal_of
from allocator.reporting.letters import received

# Columns that a new case does not have.
_NOT_NEW = {
    "case_id": "the id stands beside the columns",
    "officer": "nobody has a new case",
    "since": "nobody has a new case",
    "locked": "nobody has a new case",
}


@dataclass(frozen=True)
class Placed:
    """A case that was given to an officer.

    Attributes
    ----------
    cycle : Cycle
        The open one, whose data holds it now.
    case : Case
        With its officer.
    candidate : Candidate
        The officer, and what it does to goals and limits, all else as it stands.
    """

    cycle: Cycle
    case: Case
    candidate: Candidate


def place_case(
    store: Store,
    actor: Actor,
    case_id: str,
    officer_id: str,
    *,
    reason: str = "",
    note: str = "",
    new: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Placed:
    """Give a case that has nobody to an officer at once; the open cycle's data holds it from now on.

    Where no cycle is open, the next one is opened with the data as the last commit, or its undoing, left it.

    Parameters
    ----------
    reason : str
        A code of ``allocator.cycles.codes.OVERRIDE_REASONS``; not asked for where the officer comes first among those
        whom the person sees.
    new : mapping, optional
        Columns of a case that no export has yet: division, risk, ….
    version : int, optional
        Of the open cycle, as it was seen when this was decided.

    Raises
    ------
    Denied
        When the new case is of a division that is none of the person's business.
    NotThere
        When the case or the officer is not there for the person, or somebody whom the new case names.
    InputError
        For unknown ids and codes, and a new case that is not complete.
    Conflict
        When there is no data yet, or the cycle was changed meanwhile.
    AllocatorError
        When the case has an officer, or rules bar this one.
    """
    require_act(actor, "place")
    taken = actor.signed_in and _is_taken(store, actor, case_id, officer_id, new)
    reason = require_code(reason, OVERRIDE_REASONS, "--reason") if reason else ""
    note = require_note(note, {"--reason": reason})
    with store.writing() as writing:
        connection = writing.connection
        cycle = cycle_to_change(connection)
        if version is not None:
            find_cycle(connection, cycle.id, version)
        require_state(connection, cycle, "place")
        before = load(connection, cycle.snapshot_id)
        now = force_today(connection, cycle)
        free = with_other_id(before, case_id.strip(), secrets.token_hex(16)) if taken else before
        force = free if new is None else with_new_case(free, case_id, new)
        # Who is away today can be given nothing tonight, whatever the plan's day will be.
        here = force.replace(officers=now.officers)
        chosen, first = choose_candidate(here, case_id, officer_id, actor.scope)
        if taken:  # told last: whoever tries ids has to be ready to place each
            raise Conflict(
                f"Case {case_id.strip()[:80]} could not be placed.",
                outcome=NOTHING_CHANGED,
                maybe="ask a supervisor who sees the whole force.",
            )
        if not reason and chosen != first:
            raise InputError([Problem("--reason", "a reason, since another officer comes first")])
        case = _given(force, chosen, case_id)
        after = before.replace(cases=tuple(case if c.case_id == case.case_id else c for c in force.cases))
        snapshot_id = save(connection, after)
        bump_version(connection, cycle, snapshot_id=snapshot_id)
        keep_difference(connection, cycle.id, compare_snapshots(before, after))
        before_letters = last_letter(connection)
        write_letters(writing, cycle.id, [received(after, case, chosen.after)])
        details = {
            "case": case.case_id,
            "officer": case.officer,
            "reason": reason or RANKED_FIRST,
            "new": new is not None,
            "note": note,
            **letters_since(connection, before_letters),
        }
        writing.log.append(actor.name, "place", details, cycle_id=cycle.id, before=cycle.snapshot_id, after=snapshot_id)
        return Placed(find_cycle(connection, cycle.id), case, chosen)


def _is_taken(store: Store, actor: Actor, case_id: str, officer_id: str, new: Mapping[str, Any] | None) -> bool:
    """Refuse to place a case, or with an officer, that is not there for the person; whether a hidden case has the id.

    Raises
    ------
    NotThere, Denied
    """
    seen = load_view(store, actor, "place", purpose="allocation", details={"case": case_id[:80]})
    if new is None:
        seen.case(case_id)
    else:
        require_new(seen, new)
    seen.officer(officer_id)
    return new is not None and not seen.sees_id(case_id)


def require_new(seen: ForceView, new: Mapping[str, Any]) -> None:
    """Refuse a new case of divisions that are none of the person's business, or that names who is not there for them.

    Raises
    ------
    NotThere, Denied
    """
    if not seen.scope.covers(str(new.get("division"))):
        raise Denied("The case is of a division that is not yours.")
    if new.get("premises") is not None:
        seen.premises(str(new["premises"]))
    excluded = new.get("excluded")
    for officer_id in excluded if isinstance(excluded, list | tuple | set | frozenset) else ():
        seen.officer(str(officer_id))


def with_new_case(force: Force, case_id: str, new: Mapping[str, Any]) -> Force:
    """A force with a case that no export has yet; its id is given beside its columns, and nobody has it.

    Raises
    ------
    InputError
        When it is there already, or not complete.
    """
    if case_id.strip() in force.case_by_id:
        raise InputError([Problem("case_id", "an id that no case has yet", value=case_id.strip())])
    if not case_id.strip().isprintable():
        raise InputError([Problem("case_id", "an id without control characters", value=case_id.strip()[:80])])
    if problems := [
        Problem("case", f"no such column: {why}", column=name) for name, why in _NOT_NEW.items() if name in new
    ]:
        raise InputError(problems)
    if "level" not in new:
        problems.append(Problem("case", "a MAPPA level from 1 to 3, or 0 for none", column="level"))
    case = None
    try:
        case = Case.model_validate({"case_id": case_id, **new}, strict=False)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            column = ".".join(str(part) for part in detail["loc"]) or None
            problems.append(Problem("case", str(refusal_of(detail)), column=column))
    if problems or case is None:
        raise InputError(problems)
    return force.replace(cases=(*force.cases, case))


def with_other_id(force: Force, case_id: str, other: str) -> Force:
    """A force in which a case has another id."""

    def renamed(row: Any) -> Any:
        return row.model_copy(update={"case_id": other}) if row.case_id == case_id else row

    return force.replace(cases=tuple(map(renamed, force.cases)), exemptions=tuple(map(renamed, force.exemptions)))


def choose_candidate(force: Force, case_id: str, officer_id: str, scope: ViewScope) -> tuple[Candidate, Candidate]:
    """The officer for a case that has nobody, and the first of those seen, with the effects; all else as it stands.

    Raises
    ------
    InputError
        For unknown ids.
    AllocatorError
        When the case has an officer, or rules bar this one.
    """
    case, officer = find_case(force, case_id, "CASE"), find_officer(force, officer_id, "OFFICER")
    if case.officer is not None:
        raise AllocatorError(
            f"Case {case.case_id} is with {case.officer}.",
            outcome=NOTHING_CHANGED,
            maybe="plan the cycle: only a plan moves a case.",
        )
    barred = bars(force, case, officer)
    if barred:
        # Others are told no more of an exclusion than that the officer is not eligible.
        why = "not eligible" if "excluded" in barred else f"barred by {', '.join(barred)}"
        raise AllocatorError(f"{officer.officer_id} is {why} for case {case.case_id}.", outcome=NOTHING_CHANGED)
    ranked = candidates(Effects(CachedLedger(Plan.as_it_stands(force))), case)
    chosen = next(one for one in ranked if one.officer.officer_id == officer.officer_id)
    return chosen, next((one for one in ranked if scope.sees_officer(one.officer)), chosen)


def _given(force: Force, chosen: Candidate, case_id: str) -> Case:
    case = force.case_by_id[case_id.strip()]
    return given_to(case, chosen.officer.officer_id, min(today(), force.cycle_date))


def cycle_to_change(connection: Connection) -> Cycle:
    """The open cycle; where there is none, the next one with the data as the last commit, or its undoing, left it."""
    cycle = open_cycle(connection)
    if cycle is not None:
        return cycle
    found = next_cycle_start(connection)
    if found is None:
        raise Conflict(
            "No cycle is open, and none is committed.", outcome=NOTHING_CHANGED, maybe="import an export first."
        )
    force, exported = prepare_force(connection, found.force)
    row = {
        "follows_id": found.follows,
        "cycle_date": force.cycle_date,
        "snapshot_id": save(connection, force),
        "exported": exported,
    }
    return insert_cycle(connection, row)
