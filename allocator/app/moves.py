"""Moving one case today, between two plans, for what cannot wait; and taking a placement or a move back."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.effects import Candidate, Effects, bars, candidates
from allocator.app.actors import Actor
from allocator.app.acts import require_act, require_state
from allocator.app.placements import Placed, cycle_to_change
from allocator.app.views import load_view
from allocator.cycles.codes import MOVE_REASONS, require_code, require_note
from allocator.cycles.days import today
from allocator.cycles.difference import compare_snapshots
from allocator.db.changes import keep_difference
from allocator.db.covers import force_today, settle_cover
from allocator.db.cycles import Cycle, bump_version, find_cycle
from allocator.db.outbox import last_letter, letters_since, withdraw_letter, write_letters
from allocator.db.placements import Placement, end_placements, given_to, standing_placements
from allocator.db.snapshots import load, save
from allocator.db.store import Store, Writing
from allocator.domain.force import Case, Force
from allocator.domain.lookup import find_case, find_officer
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, InputError, Problem
from allocator.reporting.letters import moved_on, received, yours_again


def move_case(
    store: Store,
    actor: Actor,
    case_id: str,
    officer_id: str,
    *,
    reason: str,
    note: str = "",
    version: int | None = None,
) -> Placed:
    """Give a case that has an officer to another at once; the open cycle's data holds it from now on.

    Parameters
    ----------
    reason : str
        A code of ``allocator.cycles.codes.MOVE_REASONS``.
    version : int, optional
        Of the open cycle, as it was seen when this was decided.

    Raises
    ------
    NotThere
        When the case or the officer is not there for the person.
    InputError
        For unknown ids and codes.
    Conflict
        When there is no data yet, or the cycle was changed meanwhile.
    AllocatorError
        When nobody has the case, a supervisor has pinned it, or rules bar the officer.
    """
    require_act(actor, "place")
    if actor.signed_in:
        seen = load_view(store, actor, "move", purpose="allocation", details={"case": case_id[:80]}, today=True)
        seen.case(case_id)
        seen.officer(officer_id)
    reason = require_code(reason, MOVE_REASONS, "--reason")
    note = require_note(note, {"--reason": reason})
    with store.writing() as writing:
        connection = writing.connection
        before_letters, settled = last_letter(connection), settle_cover(writing)
        cycle = cycle_to_change(connection)
        if version is not None:
            find_cycle(connection, cycle.id, version)
        require_state(connection, cycle, "place")
        before = load(connection, cycle.snapshot_id)
        # Who is away today can be given nothing today, whatever the plan's day will be.
        here = before.replace(officers=force_today(connection, cycle).officers)
        chosen = _mover(here, case_id, officer_id)
        old = before.case_by_id[case_id.strip()]
        case = given_to(old, officer_id, min(today(), before.cycle_date))
        snapshot_id, after = _with_case(writing, cycle, before, case)
        about = f"{case.case_id} (moved {last_letter(connection) + 1})"
        told = [received(after, case, chosen.after), moved_on(str(old.officer), case, MOVE_REASONS[reason], about)]
        write_letters(writing, cycle.id, told)
        details = {
            "case": case.case_id,
            "officer": case.officer,
            "from": old.officer,
            "since": None if old.since is None else old.since.isoformat(),
            "known": old.officer in old.former,
            "reason": reason,
            "note": note,
            **settled,
            **settle_cover(writing),
            **letters_since(connection, before_letters),
        }
        writing.log.append(actor.name, "move", details, cycle_id=cycle.id, before=cycle.snapshot_id, after=snapshot_id)
        return Placed(find_cycle(connection, cycle.id), case, chosen)


def _mover(force: Force, case_id: str, officer_id: str) -> Candidate:
    """The officer to whom a case goes, with the effects; all else as it stands."""
    case, officer = find_case(force, case_id, "CASE"), find_officer(force, officer_id, "OFFICER")
    if case.officer is None:
        raise AllocatorError(
            f"Case {case.case_id} has nobody.",
            outcome=NOTHING_CHANGED,
            maybe="place it: no reason of a move is needed.",
        )
    if case.officer == officer.officer_id:
        raise InputError([Problem("OFFICER", "another officer than has the case", value=officer_id)])
    if case.locked:
        raise AllocatorError(
            f"Case {case.case_id} is pinned to {case.officer}.",
            outcome=NOTHING_CHANGED,
            maybe="lift the pin in the next export.",
        )
    if barred := bars(force, case, officer):
        # Others are told no more of an exclusion than that the officer is not eligible.
        why = "not eligible" if "excluded" in barred else f"barred by {', '.join(barred)}"
        raise AllocatorError(f"{officer.officer_id} is {why} for case {case.case_id}.", outcome=NOTHING_CHANGED)
    ranked = candidates(Effects(CachedLedger(Plan.as_it_stands(force))), case)
    return next(one for one in ranked if one.officer.officer_id == officer.officer_id)


def _with_case(writing: Writing, cycle: Cycle, before: Force, case: Case) -> tuple[str, Force]:
    """Write a case as it is from now on into the data of a cycle."""
    after = before.replace(cases=tuple(case if c.case_id == case.case_id else c for c in before.cases))
    snapshot_id = save(writing.connection, after)
    bump_version(writing.connection, cycle, snapshot_id=snapshot_id)
    keep_difference(writing.connection, cycle.id, compare_snapshots(before, after))
    return snapshot_id, after


@dataclass(frozen=True)
class TakenBack:
    """A placement or move that was taken back: whose the case is now, and how many messages were withdrawn."""

    cycle: Cycle
    case: Case
    withdrawn: int


def standing_placement(store: Store, actor: Actor, case_id: str) -> Placement | None:
    """The placement or move of a case that can be taken back; None where there is none.

    Raises
    ------
    NotThere
        When the case is not there for the person.
    """
    seen = load_view(store, actor, "placement", details={"case": case_id[:80]}, today=True)
    seen.case(case_id)
    with store.reading() as connection:
        return _standing(standing_placements(connection, seen.force), case_id)


def _standing(found: list[Placement], case_id: str) -> Placement | None:
    return next((one for one in found if one.case_id == case_id), None)


def take_back(
    store: Store, actor: Actor, case_id: str, *, reason: str, note: str = "", version: int | None = None
) -> TakenBack:
    """Take the newest placement or move of a case back, until the next commit: its officer is who had it before.

    A message that has not gone out is withdrawn; one that has is followed by a correction.

    Parameters
    ----------
    reason : str
        A code of ``allocator.cycles.codes.MOVE_REASONS``.

    Raises
    ------
    NotThere
        When the case is not there for the person.
    Conflict
        When there is nothing to take back, or the cycle was changed meanwhile.
    """
    require_act(actor, "place")
    if actor.signed_in:
        load_view(store, actor, "take-back", details={"case": case_id[:80]}, today=True).case(case_id)
    reason = require_code(reason, MOVE_REASONS, "--reason")
    note = require_note(note, {"--reason": reason})
    with store.writing() as writing:
        connection = writing.connection
        before_letters, settled = last_letter(connection), settle_cover(writing)
        cycle = find_cycle(connection, None, version)
        require_state(connection, cycle, "place")
        before = load(connection, cycle.snapshot_id)
        one = _standing(standing_placements(connection, before), case_id)
        if one is None or (one.from_officer_id is not None and one.from_officer_id not in before.officer_by_id):
            raise Conflict(
                f"Nothing that was done with case {case_id[:80]} since the last commit can be taken back.",
                outcome=NOTHING_CHANGED,
            )
        case = _as_before(before.case_by_id[case_id], one)
        snapshot_id, after = _with_case(writing, cycle, before, case)
        waiting = _tell_of_taking_back(writing, cycle, one, case, after)
        details = {
            "case": case.case_id,
            "officer": case.officer,
            "from": one.officer_id,
            "reason": reason,
            "note": note,
            **settled,
            **settle_cover(writing),
            **letters_since(connection, before_letters),
        }
        writing.log.append(
            actor.name, "take-back", details, cycle_id=cycle.id, before=cycle.snapshot_id, after=snapshot_id
        )
        return TakenBack(find_cycle(connection, cycle.id), case, waiting)


def _as_before(case: Case, one: Placement) -> Case:
    former = case.former if one.known else case.former - {one.from_officer_id}
    held = {"officer": one.from_officer_id, "since": one.from_since, "former": former}
    return Case(**{**case.model_dump(), **held})


def _tell_of_taking_back(writing: Writing, cycle: Cycle, one: Placement, case: Case, after: Force) -> int:
    """Withdraw what has not gone out, and correct what has; how many messages were withdrawn."""
    first = last_letter(writing.connection)
    end_placements(writing, cycle.id, [one], after, taken_back=True)
    withdrawn = int(last_letter(writing.connection) == first)
    if one.from_officer_id is not None:
        about = f"{one.case_id} (moved "
        if withdraw_letter(writing.connection, one.cycle_id, "not-yours", one.from_officer_id, about):
            return withdrawn + 1
        number = last_letter(writing.connection) + 1
        write_letters(writing, cycle.id, [yours_again(one.from_officer_id, case, f"{one.case_id} (again {number})")])
    return withdrawn
