"""A plan as it was frozen, what people changed about it, and whether newer data or rules touch that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from allocator.checking import Checked, check
from allocator.cycles.staleness import Staleness, staleness
from allocator.cycles.states import OPEN
from allocator.db.cycles import Cycle
from allocator.db.snapshots import load, pack, unpack
from allocator.db.tables import as_record, insert_row, overrides, proposals
from allocator.domain.force import Exemption, Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import RULES_VERSION, Result, rules_of
from allocator.errors import NOTHING_CHANGED, Conflict, Purged


@dataclass(frozen=True, slots=True)
class Override:
    """A placement that a person decided.

    Attributes
    ----------
    instead_of : str or None
        Officer whom the plan had before.
    exemption : str or None
        Code, where rules bar the officer.
    rules : tuple of str
        Rules that bar the officer.
    effect : mapping of str to int
        What it added to each goal: its price.
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
    snapshot_id : str
        Its input.
    facts : mapping
        seed, seconds, stopped, time_limit, versions, goals, without_moves.
    officers : tuple of (str or None)
        One for each case of the input, in its order.
    insist : mapping of str to list of str
        What was kept of the plan before.
    agreed_by : tuple of str
        Whoever was involved in the plan before, where something of it was kept.
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
    agreed_by: tuple[str, ...]
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

    @property
    def rules(self) -> str:
        """Version of the rules that the plan was made under."""
        return rules_of(self.facts["versions"])

    @cached_property
    def result(self) -> Result:
        """The plan as a result: values of the rules that it was made under; proof as far as nobody has changed it.

        What it is found to exceed is told by today's rules.
        """
        return Result(
            plan=self.plan,
            goals=self._goals(),
            findings=self.checked.findings,
            without_moves=tuple(GoalValue(**goal) for goal in self.facts["without_moves"]),
            seed=self.facts["seed"],
            seconds=self.facts["seconds"],
            versions={**self.facts["versions"], "rules": self.rules},
            stopped=self.facts["stopped"],
        )

    def _goals(self) -> tuple[GoalValue, ...]:
        # A bound holds given the values of the goals before it: it says nothing once people have changed one of those.
        found, same, proven = [], True, True
        values = self.checked.goals if self.rules == RULES_VERSION else self._values_then()
        for goal in (GoalValue(**goal) for goal in self.facts["goals"]):
            value = values[goal.name]
            bound = min(goal.bound, value) if same else 0
            proven = proven and same and value == bound
            found.append(GoalValue(goal.name, value, bound, proven))
            same = same and value == goal.value
        return tuple(found)

    def _values_then(self) -> dict[str, int]:
        """Values under earlier rules: those proposed, and the prices of what people changed since."""
        since = [override for override in self.overrides if override.at > self.proposed_at]
        return {
            goal["name"]: goal["value"] + sum(override.effect.get(goal["name"], 0) for override in since)
            for goal in self.facts["goals"]
        }

    @property
    def by_person(self) -> dict[str, Override]:
        """The last override of each case."""
        return {override.case_id: override for override in self.overrides}

    def involved(self) -> list[str]:
        """Whoever proposed the plan, overrode a placement of it, or did so with a plan of which it keeps something."""
        return list(dict.fromkeys([self.proposed_by, *(override.by for override in self.overrides), *self.agreed_by]))


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
    force = plan.force.replace(exemptions=(*plan.force.exemptions, *new)) if new else plan.force
    return Plan(force, tuple(placed[c.case_id].officer_id if c.case_id in placed else officer for c, officer in plan))


def find_proposal(connection: Connection, cycle: Cycle) -> Proposal:
    """The plan that a cycle has.

    Raises
    ------
    Conflict
        When it has none yet.
    Purged
        When it was purged.
    """
    if cycle.proposal_id is None:
        raise Conflict(f"Cycle {cycle.id} has no plan yet.", maybe="run `allocator cycle propose` first.")
    row = connection.execute(select(proposals).where(proposals.c.id == cycle.proposal_id)).one()
    if row.data is None:
        raise Purged(
            f"The plan of cycle {cycle.id} was purged.",
            outcome=NOTHING_CHANGED,
            maybe="go on with a new export: `allocator cycle import`.",
        )
    data = unpack(row.digest, row.data)
    force = load(connection, row.snapshot_id)
    given = tuple(Exemption.model_validate(exemption) for exemption in data["exemptions"])
    found = connection.execute(select(overrides).where(overrides.c.proposal_id == row.id).order_by(overrides.c.id))
    return as_record(
        Proposal,
        row,
        officers=tuple(data["officers"]),
        insist=data["insist"],
        agreed_by=tuple(data.get("agreed_by", ())),
        force=force.replace(exemptions=given) if given != force.exemptions else force,
        overrides=tuple(as_record(Override, one, rules=tuple(one.rules)) for one in found),
    )


def is_overtaken(cycle: Cycle, proposal: Proposal) -> bool:
    """Whether newer data, or for a cycle that is open newer rules, have overtaken a plan."""
    return proposal.snapshot_id != cycle.snapshot_id or (cycle.state in OPEN and proposal.rules != RULES_VERSION)


def staleness_of(connection: Connection, cycle: Cycle, proposal: Proposal) -> Staleness | None:
    """What has overtaken a plan; None where nothing has."""
    if not is_overtaken(cycle, proposal):
        return None
    return staleness(proposal.plan, load(connection, cycle.snapshot_id), proposal.rules)


def insert_proposal(connection: Connection, row: Mapping[str, Any]) -> int:
    """Freeze a plan, and give its number."""
    return insert_row(connection, proposals, row)


def insert_override(connection: Connection, proposal_id: int, override: Override) -> None:
    """Keep a placement that a person decided."""
    row = {**asdict(override), "proposal_id": proposal_id, "rules": list(override.rules)}
    connection.execute(overrides.insert().values(row))


def plan_digest(plan: Plan) -> str:
    """SHA-256 of who is with whom under a plan."""
    return pack([[case.case_id, officer] for case, officer in plan])[0]
