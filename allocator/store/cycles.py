"""A cycle as it stands: its state, its data, its plan with what people changed, and whether newer data touches that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from allocator.checking import Checked, check
from allocator.cycles.staleness import Staleness, staleness
from allocator.cycles.states import ACTS, OPEN, Act, State
from allocator.domain.force import Exemption, Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import Result
from allocator.errors import InputError, Problem
from allocator.store.snapshots import Purged, load, unpacked
from allocator.store.store import Conflict
from allocator.store.tables import audit, cycles, overrides, proposals, snapshots


@dataclass(frozen=True, slots=True)
class Cycle:
    """Where a cycle stands.

    Attributes
    ----------
    id : int
    cycle_date : date
    state : State
    version : int
        Grows with every act.
    snapshot_id : str
        Its newest data.
    follows_id : int or None
        The committed cycle that it builds on.
    proposal_id : int or None
    exported : mapping
        Capacity and status of officers as read, where a reduction changed them.
    """

    id: int
    cycle_date: date
    state: State
    version: int
    snapshot_id: str
    follows_id: int | None
    proposal_id: int | None
    exported: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Override:
    """A placement that a person decided.

    Attributes
    ----------
    case_id, officer_id : str
    instead_of : str or None
        Officer whom the plan had before.
    reason, note : str
    exemption : str or None
        Code, where rules bar the officer.
    rules : tuple of str
        Rules that bar the officer.
    effect : mapping of str to int
        What it added to each goal: its price.
    by : str
    at : datetime
    """

    case_id: str
    officer_id: str
    instead_of: str | None
    reason: str
    note: str
    exemption: str | None
    rules: tuple[str, ...]
    effect: Mapping[str, int]
    by: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """A plan as it was frozen.

    Attributes
    ----------
    id : int
    snapshot_id : str
        Its input.
    proposed_at : datetime
    proposed_by : str
    digest : str
    facts : mapping
        seed, seconds, stopped, time_limit, versions, goals, without_moves.
    officers : tuple of (str or None)
        One for each case of the input, in its order.
    insist : mapping of str to list of str
        What was kept of the plan before.
    force : Force
        The input, with exemptions that were given before the plan was made.
    overrides : tuple of Override
        In order.
    """

    id: int
    snapshot_id: str
    proposed_at: datetime
    proposed_by: str
    digest: str
    facts: Mapping[str, Any]
    officers: tuple[str | None, ...]
    insist: Mapping[str, list[str]]
    force: Force
    overrides: tuple[Override, ...]

    @cached_property
    def planned(self) -> Plan:
        """The plan as it was proposed."""
        return Plan(self.force, self.officers)

    @cached_property
    def plan(self) -> Plan:
        """The plan with what people changed, in a force with the exemptions that they gave."""
        return with_overrides(self.planned, self.overrides)

    @cached_property
    def checked(self) -> Checked:
        """What the check finds in the plan with what people changed."""
        return check(self.plan)

    @cached_property
    def result(self) -> Result:
        """The plan as a result: values from the check; proof as far as nobody has changed the plan."""
        return Result(
            plan=self.plan,
            goals=self._goals(),
            findings=self.checked.findings,
            without_moves=tuple(GoalValue(**goal) for goal in self.facts["without_moves"]),
            seed=self.facts["seed"],
            seconds=self.facts["seconds"],
            versions=self.facts["versions"],
            stopped=self.facts["stopped"],
        )

    def _goals(self) -> tuple[GoalValue, ...]:
        # A bound holds given the values of the goals before it: it says nothing once people have changed one of those.
        found, same, proven = [], True, True
        for goal in (GoalValue(**goal) for goal in self.facts["goals"]):
            value = self.checked.goals[goal.name]
            bound = min(goal.bound, value) if same else 0
            proven = proven and same and value == bound
            found.append(GoalValue(goal.name, value, bound, proven))
            same = same and value == goal.value
        return tuple(found)

    @property
    def by_person(self) -> dict[str, Override]:
        """The last override of each case."""
        return {override.case_id: override for override in self.overrides}

    def involved(self) -> list[str]:
        """Whoever proposed the plan or overrode a placement of it."""
        return list(dict.fromkeys([self.proposed_by, *(override.by for override in self.overrides)]))


def with_overrides(plan: Plan, changes: tuple[Override, ...]) -> Plan:
    """A plan with what people changed, in a force with the exemptions that they gave."""
    placed = {override.case_id: override for override in changes}
    given = [
        Exemption(case_id=o.case_id, officer_id=o.officer_id, rule=rule, reason=o.exemption or "")  # type: ignore[arg-type]
        for o in placed.values()
        for rule in o.rules
    ]
    known = {(e.case_id, e.officer_id, e.rule) for e in plan.force.exemptions}
    new = [e for e in given if (e.case_id, e.officer_id, e.rule) not in known]
    force = plan.force.changed(exemptions=(*plan.force.exemptions, *new)) if new else plan.force
    return Plan(force, tuple(placed[c.case_id].officer_id if c.case_id in placed else officer for c, officer in plan))


def find(connection: Connection, cycle_id: int | None = None) -> Cycle:
    """A cycle by its number; the newest unless one is given.

    Raises
    ------
    InputError
        When there is none.
    """
    query = select(cycles)
    query = query.order_by(cycles.c.id.desc()).limit(1) if cycle_id is None else query.where(cycles.c.id == cycle_id)
    row = connection.execute(query).first()
    if row is None:
        if cycle_id is None or connection.execute(select(func.count()).select_from(cycles)).scalar_one() == 0:
            raise InputError([Problem("store", "at least one cycle", maybe="run `allocator cycle import` first.")])
        newest = connection.execute(select(func.max(cycles.c.id))).scalar_one()
        raise InputError([Problem("--cycle", f"a cycle from 1 to {newest}", value=str(cycle_id))])
    return as_cycle(row)


def as_cycle(row: Row[Any]) -> Cycle:
    """A row of the table as a cycle."""
    return Cycle(**row._mapping)


def first_of(connection: Connection, query: Select[Any]) -> Cycle | None:
    """The first cycle that a query finds."""
    row = connection.execute(query).first()
    return None if row is None else as_cycle(row)


def open_cycle(connection: Connection) -> Cycle | None:
    """The cycle that is open, if any: there is one at most."""
    return first_of(connection, select(cycles).where(cycles.c.state.in_(OPEN)).order_by(cycles.c.id.desc()))


def last_committed(connection: Connection) -> Cycle | None:
    """The committed cycle that the next one builds on."""
    return first_of(connection, select(cycles).where(cycles.c.state == "committed").order_by(cycles.c.id.desc()))


def may(connection: Connection, cycle: Cycle, name: str) -> Act:
    """Look an act up, and refuse it in a state that does not allow it.

    Raises
    ------
    Conflict
        Naming the state, and who brought it about.
    """
    act = ACTS[name]
    if cycle.state not in act.before:
        # Acts that led to the state, newest first: whoever comes second is told who was first.
        led = [a.name for a in ACTS.values() if a.after == cycle.state]
        query = select(audit.c.actor, audit.c.at).where(audit.c.cycle_id == cycle.id, audit.c.act.in_(led))
        last = connection.execute(query.order_by(audit.c.seq.desc()).limit(1)).first()
        who = "" if last is None else f", by {last.actor} at {last.at:%Y-%m-%d %H:%M} UTC"
        wanted = " or ".join(state for state in ACTS[name].before)
        needed = f"to {name}, it has to be {wanted}"
        raise Conflict(f"Cycle {cycle.id} is {cycle.state}{who}; {needed}. Nothing was changed.")
    return act


def moved_on(connection: Connection, cycle: Cycle, **values: Any) -> None:
    """Write what an act changed about a cycle.

    Raises
    ------
    Conflict
        When somebody else changed the cycle since it was read.
    """
    statement = cycles.update().where(cycles.c.id == cycle.id, cycles.c.version == cycle.version)
    if connection.execute(statement.values(version=cycle.version + 1, **values)).rowcount != 1:
        raise Conflict(f"Cycle {cycle.id} was changed by somebody else meanwhile. Nothing was changed.")


def proposal_of(connection: Connection, cycle: Cycle) -> Proposal:
    """The plan that a cycle has.

    Raises
    ------
    Conflict
        When it has none yet.
    Purged
        When it was purged.
    """
    if cycle.proposal_id is None:
        raise Conflict(f"Cycle {cycle.id} has no plan yet.\nMaybe run `allocator cycle propose` first.")
    row = connection.execute(select(proposals).where(proposals.c.id == cycle.proposal_id)).one()
    if row.data is None:
        raise Purged(f"The plan of cycle {cycle.id} was purged.")
    data = unpacked(row.digest, row.data)
    force = load(connection, row.snapshot_id)
    given = tuple(Exemption.model_validate(exemption) for exemption in data["exemptions"])
    found = connection.execute(select(overrides).where(overrides.c.proposal_id == row.id).order_by(overrides.c.id))
    return Proposal(
        id=row.id,
        snapshot_id=row.snapshot_id,
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        digest=row.digest,
        facts=row.facts,
        officers=tuple(data["officers"]),
        insist=data["insist"],
        force=force.changed(exemptions=given) if given != force.exemptions else force,
        overrides=tuple(
            Override(
                o.case_id,
                o.officer_id,
                o.instead_of,
                o.reason,
                o.note,
                o.exemption,
                tuple(o.rules),
                o.effect,
                o.by,
                o.at,
            )
            for o in found
        ),
    )


def stale(connection: Connection, cycle: Cycle, proposal: Proposal) -> Staleness | None:
    """What newer data has other than the plan's input; None where the plan is of the newest."""
    if proposal.snapshot_id == cycle.snapshot_id:
        return None
    return staleness(proposal.plan, load(connection, cycle.snapshot_id))


def require_fresh(connection: Connection, cycle: Cycle, proposal: Proposal) -> None:
    """Refuse an act on a plan that newer data has overtaken.

    Raises
    ------
    Conflict
        Saying what changed and how many placements that touches.
    """
    found = stale(connection, cycle, proposal)
    if found is None:
        return
    kinds = {kind: len({c.name for c in found.difference.of("cases", kind)}) for kind in ("joined", "left", "changed")}
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    officers = len(found.difference.named("officers"))
    touched = ", ".join(one.case_id for one in found.touched[:10])
    more = f" and {len(found.touched) - 10} more" if len(found.touched) > 10 else ""
    raise Conflict(
        f"Newer data has overtaken the plan of cycle {cycle.id}: cases {told}; {officers} officers changed. "
        + (f"It touches the placements of {touched}{more}. " if found.touched else "It touches no placement. ")
        + "Nothing was changed.\n"
        "Maybe see `allocator cycle show`, and plan again with `allocator cycle propose --keep`, which keeps what was "
        "agreed."
    )


def snapshot_row(connection: Connection, snapshot_id: str) -> Row[Any]:
    """What is known of a snapshot besides its data."""
    columns = (c for c in snapshots.c if c.name != "data")
    return connection.execute(select(*columns).where(snapshots.c.id == snapshot_id)).one()
