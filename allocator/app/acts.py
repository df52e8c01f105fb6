"""The life of a cycle as one table: which act leads from which states to which, and who may do it.

Enforcement, the buttons of pages, the manual's tables and the tests all come from ``ACTS``.
"""

from __future__ import annotations

from dataclasses import dataclass

from allocator.app.actors import Actor, require, require_whole_force, same_person, sees_whole_force
from allocator.app.visibility import hidden_in
from allocator.cycles.states import STATES, State
from allocator.db.cycles import Cycle, events_of
from allocator.db.database import Connection
from allocator.db.logged_plans import require_logged
from allocator.db.proposals import Proposal, staleness_of
from allocator.db.snapshots import load
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, Conflict
from allocator.reporting.differences import kept_words, overtaken_refusal


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does to a cycle.

    Attributes
    ----------
    name : str
        Also the command: ``allocator cycle NAME``.
    right : str
        Of ``allocator.app.rights.RIGHTS``, that it takes.
    before : frozenset of State
        States in which it is allowed.
    after : State or None
        State that it leads to; None where the state stays.
    says : str
        What it does, as the end of a sentence.
    fresh : bool
        Refused while newer data has made the proposal stale.
    second_person : bool
        Refused to whoever proposed the plan or overrode a placement of it, while ``approval.four_eyes`` holds.
    whole_force : bool
        Refused to whoever works for some divisions only.
    """

    name: str
    right: str
    before: frozenset[State]
    after: State | None
    says: str
    fresh: bool = False
    second_person: bool = False
    whole_force: bool = False


def _act(name: str, right: str, before: str, after: State | None, says: str, **only: bool) -> Act:
    return Act(name, right, frozenset(state for state in STATES if state in before.split()), after, says, **only)


_OPEN = "imported proposed submitted approved"
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        _act(
            "import",
            "plan",
            _OPEN,
            None,
            "reads newer data into the open cycle, or opens the next cycle where none is open",
            whole_force=True,
        ),
        _act(
            "place",
            "override",
            _OPEN,
            None,
            "gives a case that has nobody to an officer at once; where no cycle is open, the next is opened",
        ),
        _act(
            "propose", "plan", "imported proposed", "proposed", "plans the cycle and freezes the plan beside its input"
        ),
        _act(
            "override",
            "override",
            "proposed",
            None,
            "gives one case to another officer, with a coded reason",
            fresh=True,
        ),
        _act("submit", "plan", "proposed", "submitted", "hands the plan over for approval", fresh=True),
        _act("return", "return", "submitted approved", "proposed", "sends the plan back to be changed"),
        _act("approve", "approve", "submitted", "approved", "answers for the plan", fresh=True, second_person=True),
        _act(
            "commit",
            "commit",
            "approved",
            "committed",
            "makes the plan real and writes everybody's messages",
            fresh=True,
        ),
        _act("undo", "undo", "committed", "undone", "restores officers and dates, and tells those who were told"),
        _act(
            "discard",
            "plan",
            _OPEN,
            "discarded",
            "ends an open cycle without a plan; refused while a case was placed in it",
            whole_force=True,
        ),
    )
}


def require_act(actor: Actor, name: str) -> None:
    """Refuse an act to whoever has no right to it, whatever the cycle.

    Raises
    ------
    Denied
    """
    act = ACTS[name]
    require(actor, act.right)
    if act.whole_force:
        require_whole_force(actor)


def require_state(connection: Connection, cycle: Cycle, name: str) -> Act:
    """Look an act up, and refuse it in a state that does not allow it, and to a cycle that was changed beside the log.

    Raises
    ------
    Conflict
        Naming the state, and who brought it about; or what is not as the log says.
    """
    act = ACTS[name]
    require_logged(connection, cycle)
    if cycle.state not in act.before:
        # Whoever comes second is told who was first.
        led = {one.name for one in ACTS.values() if one.after == cycle.state}
        last = next((event for event in reversed(events_of(connection, cycle.id)) if event.act in led), None)
        who = "" if last is None else f", by {last.actor} at {last.at:%Y-%m-%d %H:%M} UTC"
        wanted = " or ".join(state for state in STATES if state in act.before)
        needed = f"to {name}, it has to be {wanted}"
        raise Conflict(f"Cycle {cycle.id} is {cycle.state}{who}; {needed}.", outcome=NOTHING_CHANGED)
    return act


def require_fresh(connection: Connection, actor: Actor, cycle: Cycle, proposal: Proposal) -> None:
    """Refuse an act on a plan that newer data or rules have overtaken.

    Raises
    ------
    Conflict
        Saying what changed, and which placements that touches of those that the person sees.
    """
    stale = staleness_of(connection, cycle, proposal)
    if stale is None:
        return
    forces = (proposal.plan, Plan.as_it_stands(load(connection, cycle.snapshot_id)))
    named = hidden_in(forces, actor.scope).cut(stale.touched)
    raise Conflict(
        overtaken_refusal(cycle.id, stale, [one.case_id for one in named]),
        outcome=NOTHING_CHANGED,
        maybe="see `allocator cycle show`, and plan again with `allocator cycle propose --keep`, which keeps "
        f"{kept_words(stale)}.",
    )


def is_second_person(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody may answer for a plan: who neither made nor changed it, while ``approval.four_eyes`` holds."""
    involved = any(same_person(person, actor.name) for person in proposal.involved())
    return not (involved and proposal.force.policy.approval.four_eyes)


def possible_acts(actor: Actor, cycle: Cycle, proposal: Proposal | None, *, stale: bool) -> dict[str, Act]:
    """What somebody may do now with a cycle and its plan, stale or not, by name, in the order of the table."""
    return {
        act.name: act
        for act in ACTS.values()
        if actor.may(act.right)
        and cycle.state in act.before
        and not (act.fresh and stale)
        and not (act.whole_force and not sees_whole_force(actor))
        and not (act.second_person and (proposal is None or not is_second_person(actor, proposal)))
    }


def who_may(act: Act) -> str:
    """Who may do an act, in words."""
    if act.second_person:
        return (
            "anybody but whoever proposed the plan or overrode a placement of it, or of a plan before of which it "
            "keeps something (`approval.four_eyes`)"
        )
    return "anybody"
