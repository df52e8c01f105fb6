"""What blocks: the fewest rules that already make less of one excess impossible, each proved to be needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from allocator.domain.force import Force
from allocator.domain.plan import Plan
from allocator.rules import LIMITS, MOVEMENT, PLACEMENT, RECEIVING
from allocator.rules.columns import NOBODY, Columns, Ints
from allocator.rules.linear import Lines
from allocator.solver.assemble import assemble_plan
from allocator.solver.model import Model
from allocator.solver.parts import Part, choices, relax_rules, split_into_parts, whole_part

# A rule's id alone, or of a limit with the officer_id or premises_id that it is of.
Member = tuple[str, str | None]

# What can be left out, beside limits.
OPTIONAL = tuple(rule.id for rule in (*PLACEMENT, *RECEIVING, *(rule for rule in MOVEMENT if rule.optional)))
_OF = {limit.id: limit.of for limit in LIMITS}


@dataclass(frozen=True)
class BlockingSet:
    """Why one excess cannot be less.

    Attributes
    ----------
    target : Member
        The limit that is exceeded, and whose.
    amount : int
        Its excess under the plan, in cases.
    members : tuple of Member
        Rules and limits which together make less of it impossible, while no other limit of them is exceeded by more
        than under the plan; without any one of them it would be possible.
    witnesses : tuple of Plan
        For each member a plan that keeps all the others and has less of the excess.
    proved : bool
        Whether engines proved all of that. Where one gave up, members may be more than are needed.
    """

    target: Member
    amount: int
    members: tuple[Member, ...]
    witnesses: tuple[Plan, ...]
    proved: bool


@dataclass(frozen=True)
class BlockingTask:
    """One excess of a plan, to be explained in a worker."""

    plan: Plan
    target: Member
    planned: Mapping[Member, int]
    seed: int


class RelaxedForce:
    """A force of whose rules some are left out, and what one excess can be brought down to then."""

    def __init__(self, question: BlockingTask) -> None:
        self.target, self.planned, self.seed = question.target, question.planned, question.seed
        self.force: Force = question.plan.force
        self.columns = Columns(self.force)
        self.open_to = choices(self.columns)
        of, position = question.plan.officer_of, self.columns.position
        self.plan: Ints = np.array(
            [NOBODY if of[case] is None else position[str(of[case])] for case in self.columns.case_ids], dtype=np.int64
        )
        self.sites = {code: premises_id for premises_id, code in self.columns._sites.items()}
        self._known: dict[frozenset[str], tuple[Part, Model, dict[Member, int]]] = {}

    @property
    def members(self) -> list[Member]:
        """All that can be left out: limits that can be exceeded, then rules, as they are tried."""
        _, _, excesses = self._model(frozenset())
        limits = [member for rule in LIMITS for member in excesses if member[0] == rule.id and member != self.target]
        return [*limits, *((rule, None) for rule in reversed(OPTIONAL))]

    def least(self, members: Iterable[Member]) -> tuple[int, int, Plan]:
        """The least of the excess where only some rules and limits hold: a bound, a value, and a plan that has it."""
        from allocator.solver.engines import relax, solve  # loaded only where a solve happens
        from allocator.solver.prover import engine_schedule

        kept = set(members)
        part, model, excesses = self._model(frozenset(OPTIONAL) - {rule for rule, who in kept if who is None})
        linear, before = model.linear, model.linear.upper
        linear.upper = before.copy()
        for member, excess in excesses.items():
            if member in kept:
                linear.upper[excess] = min(linear.upper[excess], self.planned.get(member, 0))
        objective = Lines.of(np.array([excesses[self.target]]))
        values = model.values(part.inward(self.plan))
        best, bound, amount = values, 0, self.planned[self.target]
        least = relax(linear, objective, math.inf)
        if least is not None:
            bound = max(bound, least.bound)
        for engine, effort in engine_schedule(model, objective, amount):
            if bound >= min(amount, objective.value(best)) or objective.value(best) < amount:
                break
            answer = solve(
                linear, objective, engine, effort, hint=best, seed=self.seed, seconds=math.inf, found=lambda found: None
            )
            if answer.values is not None and linear.holds(answer.values):
                best = min(best, answer.values, key=objective.value)
            bound = max(bound, answer.bound or 0)
        linear.upper = before
        officers = self.plan.copy()
        officers[part.cases] = part.outward(model.plan(best, part.inward(self.plan)))
        plan = assemble_plan(self.force, self.open_to, [whole_part(self.open_to)], [officers])
        return bound, objective.value(best), plan

    def _model(self, left_out: frozenset[str]) -> tuple[Part, Model, dict[Member, int]]:
        """The part with the excess, where some rules are left out, and each limit's excess in it."""
        if left_out not in self._known:
            open_to = relax_rules(self.open_to, left_out)
            for part in split_into_parts(open_to):
                cut = open_to.part(part)
                model = Model(cut, (), exact=True)
                excesses = {self._member(part, rule, who): of for (rule, who), of in model.excesses.items()}
                if self.target in excesses:
                    self._known[left_out] = part, model, excesses
                    break
        return self._known[left_out]

    def _member(self, part: Part, rule: str, who: int) -> Member:
        if _OF[rule] == "premises":
            sites = np.flatnonzero(self.columns.linked[part.officers].any(axis=0))
            return rule, self.sites[int(sites[who])]
        return rule, self.columns.officer_ids[part.officers[who]]


def find_blocking_set(question: BlockingTask, tell: Callable[[BlockingSet], None]) -> BlockingSet:
    """Find what blocks one excess, in a worker.

    Members are left out one after the other for good wherever the rest still blocks; limits of one rule first all
    together. What is left over is irreducible: leaving out more can only make more possible.
    """
    relaxing, amount = RelaxedForce(question), question.planned[question.target]
    proved = True

    def blocks(members: Iterable[Member]) -> bool:
        nonlocal proved
        bound, value, _ = relaxing.least(members)
        proved = proved and (bound >= amount or value < amount)
        return bound >= amount

    kept = relaxing.members
    for limit in LIMITS:
        fewer = [member for member in kept if member[0] != limit.id]
        if fewer != kept and blocks(fewer):
            kept = fewer
    for member in list(kept):
        fewer = [other for other in kept if other != member]
        if blocks(fewer):
            kept = fewer
    kept.sort(key=_order)
    alone, _, _ = relaxing.least(kept)
    dropped = [relaxing.least(other for other in kept if other != member) for member in kept]
    return BlockingSet(
        target=question.target,
        amount=amount,
        members=tuple(kept),
        witnesses=tuple(plan for _, _, plan in dropped),
        proved=proved and alone >= amount and all(value < amount for _, value, _ in dropped),
    )


def _order(member: Member) -> tuple[int, str]:
    ids = [*OPTIONAL, *(limit.id for limit in LIMITS)]
    return ids.index(member[0]), member[1] or ""
