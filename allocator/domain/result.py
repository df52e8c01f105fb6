"""What an allocation run returns, and what it tells while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allocator.domain.force import Force
from allocator.domain.plan import Finding, GoalValue, Plan

RULES_VERSION = "2"  # version of the contract: grows whenever what a plan may do, or what it is worth, changes


def rules_of(versions: Mapping[str, str]) -> str:
    """Version of the rules that a plan was made under; a plan that names none is of the first."""
    return versions.get("rules", "1")


@dataclass(frozen=True, slots=True)
class Result:
    """A checked plan with its proof.

    Attributes
    ----------
    goals : tuple of GoalValue
        unplaced, excess, disruption, fairness: value, bound and whether they meet, in order.
    findings : tuple of Finding
        Excesses and notes from the solver-free check.
    without_moves : tuple of GoalValue
        The same goals for the best plan that moves no permitted case; empty where a run insisted on something.
    seconds : float
        Wall-clock time of the solve.
    versions : mapping of str to str
        allocator, ortools, rules, python.
    stopped : str or None
        Why the run ended early (``"time limit"``, ``"interrupted"``), None when it ran to its end.
    """

    plan: Plan
    goals: tuple[GoalValue, ...]
    findings: tuple[Finding, ...]
    without_moves: tuple[GoalValue, ...]
    seed: int
    seconds: float
    versions: Mapping[str, str]
    stopped: str | None = None

    @property
    def force(self) -> Force:
        """The force that was allocated."""
        return self.plan.force

    @property
    def rules(self) -> str:
        """Version of the rules that the plan was made under."""
        return rules_of(self.versions)

    @property
    def excesses(self) -> tuple[Finding, ...]:
        """Limits that the plan exceeds."""
        return tuple(finding for finding in self.findings if finding.kind == "excess")

    @property
    def proven(self) -> bool:
        """Whether every goal is proved best."""
        return all(goal.proven for goal in self.goals)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands; sent whenever something changed.

    Attributes
    ----------
    goal : str
        Name of the earliest goal that some part is still working on.
    parts_done, parts : int
        Parts (of the force) that have finished all goals, and parts in all.
    goals : tuple of GoalValue
        Values and bounds of the whole force so far.
    seconds : float
        Since the start.
    """

    goal: str
    parts_done: int
    parts: int
    goals: tuple[GoalValue, ...]
    seconds: float
