"""Why a case is where a plan has it: what binds it, who else could have gone or come, the price of the other way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.compare import GoalPair, goal_pairs
from allocator.analysis.effects import Candidate, Effect, Effects, bars, candidates, pins
from allocator.checking import check
from allocator.domain.force import Case, Force
from allocator.domain.lookup import find_case
from allocator.domain.plan import Action, Finding, Plan
from allocator.domain.result import Result
from allocator.rules.goals.disruption import Disruption
from allocator.rules.notes.nobody_can import NobodyCan, first_bar
from allocator.rules.placement import is_permitted
from allocator.solver.allocate import allocate
from allocator.solver.pool import SolverPool, use_pool

NEAREST = 5  # relationships and officers that are compared in words


@dataclass(frozen=True, slots=True)
class Relation:
    """Another relationship of the same officer that could have ended in place of one, or stayed in place of one.

    Attributes
    ----------
    months : int
        Whole months of it.
    cost : int
        Relationship-months that ending it costs.
    effect : Effect
        What exchanging the two does, all else as planned.
    """

    case: Case
    months: int
    cost: int
    effect: Effect


@dataclass(frozen=True)
class Price:
    """The best plan of those that decide otherwise about the case.

    Attributes
    ----------
    stays : bool
        Whether the case would stay with its officer; else it would be with anybody but the officer it is with.
    goals : tuple of GoalPair
        Each goal of the best plan of all, and of this one.
    """

    stays: bool
    result: Result
    goals: tuple[GoalPair, ...]


@dataclass(frozen=True)
class Why:
    """Why a case is where a plan has it.

    Attributes
    ----------
    action : str
        kept, moved, placed or unplaced.
    officer : str or None
        Who has it under the plan.
    bars : tuple of str
        Placement rules that bar its present officer.
    pins : tuple of str
        Rules that keep it where it is.
    months, cost : int
        Of the relationship with its present officer; 0 for a new case.
    staying : Effect or None
        What its staying would do, all else as planned, where it moves and could have stayed.
    relations : tuple of Relation
        Of the present officer, nearest first: for a case that moves, those that could have gone in its place; for one
        that stays, those that go while it does not.
    others : tuple of Candidate
        Further officers who may receive it, with what giving it to them would do, all else as planned; best first.
    able : int
        How many they are; ``others`` may list fewer, where a person does not see all.
    barred : mapping of str to int
        How many officers each rule bars first.
    nobody : Finding or None
        Where nobody may receive it, why.
    price : Price or None
        Of deciding otherwise; None where that cannot be.
    best : Result
        The best plan of all.
    behind : GoalPair or None
        The first goal on which the plan and the best one differ.
    broken : tuple of Finding
        Rules that the plan breaks.
    """

    force: Force
    case: Case
    plan: Plan
    action: Action
    officer: str | None
    bars: tuple[str, ...]
    pins: tuple[str, ...]
    months: int
    cost: int
    staying: Effect | None
    relations: tuple[Relation, ...]
    others: tuple[Candidate, ...]
    able: int
    barred: Mapping[str, int]
    nobody: Finding | None
    price: Price | None
    best: Result
    behind: GoalPair | None
    broken: tuple[Finding, ...]


def why(force: Force, case_id: str, *, plan: Plan | None = None, seed: int = 0, pool: SolverPool | None = None) -> Why:
    """Explain where a plan has a case: the best plan unless one is given.

    Raises
    ------
    InputError
        When the force has no such case.
    """
    case = find_case(force, case_id)
    with use_pool(pool) as ready:
        best = allocate(force, seed=seed, pool=ready)
        chosen = best.plan if plan is None else plan
        price = _price(force, case, chosen, best, seed, ready)
    ledger, checked = CachedLedger(chosen), check(chosen)
    effects = Effects(ledger)
    officer, action = chosen.officer_of[case.case_id], chosen.action(case)
    present = None if case.officer is None else force.officer_by_id[case.officer]
    goals = (GoalPair(goal.name, goal.value, checked.goals[goal.name]) for goal in best.goals)
    firsts = (first_bar(force, other, case) for other in force.officers if other is not present)
    optional = action == "moved" and is_permitted(force, case)
    others = tuple(one for one in candidates(effects, case) if one.officer.officer_id not in (officer, case.officer))
    return Why(
        force=force,
        case=case,
        plan=chosen,
        action=action,
        officer=officer,
        bars=() if present is None else bars(force, case, present),
        pins=pins(force, case),
        months=ledger.months(case),
        cost=0 if case.officer is None else Disruption().ending(ledger, case),
        staying=effects.giving(case, case.officer) if optional and case.officer is not None else None,
        relations=tuple(sorted(_relations(effects, case), key=lambda one: (one.effect.changes, one.case.case_id))),
        others=others,
        able=len(others),
        barred=Counter(rule for rule in firsts if rule is not None),
        nobody=next((f for f in checked.findings if f.rule == NobodyCan.id and f.case == case.case_id), None),
        price=price,
        best=best,
        behind=next((pair for pair in goals if pair.difference), None),
        broken=checked.broken,
    )


def _price(force: Force, case: Case, plan: Plan, best: Result, seed: int, pool: SolverPool) -> Price | None:
    """The best plan in which the case is not where it is; None where the rules leave it no other place."""
    officer, stays = plan.officer_of[case.case_id], plan.action(case) == "moved" and is_permitted(force, case)
    if stays and case.officer is not None:
        wanted = [case.officer]
    else:
        wanted = [o.officer_id for o in force.officers if o.officer_id != officer and not bars(force, case, o)]
    if not wanted or (pins(force, case) and case.officer not in wanted):
        return None
    if best.plan.officer_of[case.case_id] in wanted:
        result = best
    else:
        result = allocate(force, seed=seed, pool=pool, insist={case.case_id: wanted})
    return Price(stays, result, goal_pairs(best, result))


def _relations(effects: Effects, case: Case) -> Iterator[Relation]:
    """Relationships of the case's present officer that end instead of its own, or stay instead."""
    ledger, force = effects.ledger, effects.ledger.force
    plan = ledger.plan
    if case.officer is None or not is_permitted(force, case) or pins(force, case):
        return
    moves = plan.officer_of[case.case_id] != case.officer
    for other in ledger.force.cases_of[case.officer]:
        moved = plan.officer_of[other.case_id] != case.officer
        if other is case or moved == moves or not is_permitted(force, other) or pins(force, other):
            continue
        goes, comes = (other, case) if moves else (case, other)
        receiver = plan.officer_of[comes.case_id]
        if receiver is None or first_bar(force, force.officer_by_id[receiver], goes) is not None:
            continue
        changed = ledger.with_officer(comes, case.officer).with_officer(goes, receiver)
        yield Relation(other, ledger.months(other), Disruption().ending(ledger, other), effects.of(changed))
