"""Answers about one case, in words: who is recommended, why it is where it is, why not elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from allocator.analysis.blocks import MOVING
from allocator.analysis.compare import FindingPair, GoalPair
from allocator.analysis.effects import Candidate, Effect
from allocator.analysis.recommend import Recommendation
from allocator.analysis.why import NEAREST, Price, Relation, Why
from allocator.analysis.why_not import WhyNot
from allocator.domain.plan import Finding, GoalValue
from allocator.reporting.sentences import counts
from allocator.reporting.sentences.goals import IN_FILES
from allocator.reporting.sentences.plans import finding_sentence

KNOWS = "They managed the case before."


def change_words(goals: Sequence[GoalPair], names: Mapping[str, str] = IN_FILES) -> str:
    """What is added to each goal that changes, in strict order: ``excess +1, disruption +36``."""
    return (
        ", ".join(f"{names[pair.name]} {pair.difference:+,}" for pair in goals if pair.difference) or "no goal changes"
    )


def bar_sentence(rule: str, case: str, officer: str) -> str:
    """That a rule bars an officer from a case, in the words of the rule."""
    if rule in MOVING:
        return f"Case {case} stays where it is: {MOVING[rule].because}."
    return finding_sentence(Finding(rule, "broken", 1, officer=officer, case=case))


# recommend


def recommendation_sentences(answer: Recommendation) -> Iterator[str]:
    """Who is best, and what stands in the way."""
    case = answer.case
    of = f"with {case.officer} now" if case.officer else "new"
    what = f"{case.risk.replace('_', ' ')} risk, level {case.level}, {of}"
    yield f"Case {case.case_id} of {answer.force.home(case)} ({what})."
    for rule in answer.pins:
        yield f"The plan keeps it where it is: {MOVING[rule].because}."
    if not answer.candidates:
        yield "Nobody may have it."
        return
    best = answer.candidates[0]
    name = best.officer.officer_id
    if name in answer.replanned:
        price = change_words(answer.replanned[name].goals)
        yield f"With all else planned anew, {name} is best: {price} against the best plan."
    else:
        yield f"With all else as it stands, {name} is best: {effect_sentence(best)}"
    if answer.stopped is not None:
        done = f"the rest was planned anew for {len(answer.replanned)} officers, who come first"
        yield f"Cut short ({answer.stopped}): {done}."


def effect_sentence(candidate: Candidate) -> str:
    """What giving a case to an officer does to goals and limits."""
    if candidate.stays:
        return "it stays, and nothing changes."
    told = f"{change_words(candidate.effect.goals)}."
    grown = [excess_words(pair) for pair in candidate.effect.excesses if pair.second > pair.first]
    return " ".join([told, *grown, *([KNOWS] if candidate.knows else [])])


def excess_words(pair: FindingPair) -> str:
    """An excess that grows, as it would be."""
    amount = f" ({pair.second} too many instead of {pair.first})" if pair.first else ""
    return f"{finding_sentence(pair.finding).removesuffix('.')}{amount}."


# why not


def why_not_sentences(answer: WhyNot, names: Mapping[str, str] = IN_FILES) -> Iterator[str]:
    """The rules that bar it, or the price."""
    case, name = answer.case.case_id, answer.officer.officer_id
    if answer.bars:
        yield f"{name} may not have case {case}:"
        for rule in answer.bars:
            yield bar_sentence(rule, case, name)
        return
    assert answer.best is not None and answer.insisted is not None and answer.comparison is not None
    if answer.best.plan.officer_of[case] == name:
        yield f"The best plan gives case {case} to {name} already."
        return
    comparison = answer.comparison
    if comparison.decisive is None:
        yield f"{name} would do as well: a plan with case {case} there is level on every goal."
    else:
        yield f"Insisting on {name} for case {case} costs: {change_words(comparison.goals, names)}."
    if not answer.proven:
        best, insisting = (unproved_words(result.goals, names) for result in (answer.best, answer.insisted))
        yield f"That price is not proved: {best}; insisting, {insisting}."
    for pair in comparison.findings:
        if pair.second > pair.first:
            yield excess_words(pair)
    others = sum(1 for other in comparison.cases if other.case_id != case)
    if others:
        more = "1 more case" if others == 1 else f"{others:,} more cases"
        yield f"{more} would have another officer than in the best plan."


def unproved_words(goals: Sequence[GoalValue], names: Mapping[str, str] = IN_FILES) -> str:
    """How far goals are from proof."""
    open_ones = [f"{names[goal.name]} at least {goal.bound:,} of {goal.value:,}" for goal in goals if not goal.proven]
    return ", ".join(open_ones) or "all is proved"


# why


def why_sentences(answer: Why, names: Mapping[str, str] = IN_FILES) -> Iterator[str]:
    """Why a case is where the plan has it, in a few sentences."""
    case, name = answer.case, answer.case.case_id
    if answer.broken:
        rules = ", ".join(sorted({finding.rule for finding in answer.broken}))
        yield f"The plan breaks rules ({rules}); 'allocator check' tells which cases."
    if answer.behind is not None:
        pair = answer.behind
        goal = names[pair.name]
        yield f"The plan is not the best one: {goal} is {pair.second:,}, and the best plan has {pair.first:,}."
    if answer.action == "unplaced":
        yield from _unplaced(answer)
        return
    if answer.action == "placed":
        yield f"Case {name} is new and goes to {answer.officer}, one of {len(answer.others) + 1} who may receive it."
    elif answer.action == "kept":
        yield from _kept(answer)
    else:
        yield f"Case {name} moves from {case.officer} to {answer.officer}, after {counts.months(answer.months)}."
        for rule in answer.bars:
            yield bar_sentence(rule, name, case.officer or "")
        if answer.staying is not None:
            yield f"If it alone stayed: {_effect(answer.staying, names)}"
    if answer.relations:
        yield relation_sentence(answer, names)
    if answer.price is not None:
        yield price_sentence(answer, answer.price, names)
    elif answer.action == "placed" and not answer.others:
        yield "Nobody else may receive it."


def _unplaced(answer: Why) -> Iterator[str]:
    if answer.nobody is None:
        able = f"{len(answer.others)} officers may receive it"
        yield f"The plan gives case {answer.case.case_id} to nobody, though {able}."
    else:
        yield finding_sentence(answer.nobody)
    if answer.case.officer is not None:
        leaving = answer.force.officer_by_id[answer.case.officer].status == "leaving"
        yield (
            f"{answer.case.officer} is leaving, so it will have nobody."
            if leaving
            else f"It is still with {answer.case.officer} until a supervisor decides."
        )


def _kept(answer: Why) -> Iterator[str]:
    since = counts.months(answer.months)
    yield f"Case {answer.case.case_id} stays with {answer.officer}, who has managed it for {since}."
    for rule in answer.bars:
        yield bar_sentence(rule, answer.case.case_id, answer.case.officer or "")
    for rule in answer.pins:
        yield f"It has to stay: {MOVING[rule].because}."
    if not answer.others and not answer.pins:
        yield "Nobody else may receive it."
    if answer.price is not None:
        yield f"Ending the relationship would cost {answer.cost} relationship-months."


def relation_sentence(answer: Why, names: Mapping[str, str] = IN_FILES) -> str:
    """Why this case of the officer and not another."""
    nearest = answer.relations[0]
    other, count = nearest.case.case_id, len(answer.relations)
    if answer.action == "moved":
        head = f"{counts.cases(count)} of {answer.case.officer} could have gone in its place"
        return f"{head}; nearest is {other} ({_relationship(nearest)}): {_exchange(nearest, names)}"
    head = f"{counts.cases(count)} of {answer.case.officer} {'goes' if count == 1 else 'go'} that could have stayed"
    return f"{head}; to exchange it for {other} ({_relationship(nearest)}): {_exchange(nearest, names)}"


def price_sentence(answer: Why, price: Price, names: Mapping[str, str] = IN_FILES) -> str:
    """The exact price of deciding otherwise."""
    if price.stays:
        what = f"keep it with {answer.case.officer}"
    elif answer.action == "kept":
        what = "move it to anybody else"
    else:
        what = f"have it with anybody but {answer.officer}"
    known = "the best plans" if price.result.proven else "the best plans found (not proved)"
    if all(pair.difference == 0 for pair in price.goals):
        return f"Of all plans that {what}, {known} are level with the best plan on every goal."
    return f"Of all plans that {what}, {known} have {change_words(price.goals, names)}."


def relation_words(relation: Relation) -> str:
    """What exchanging two relationships does."""
    return change_words(relation.effect.goals)


def nearest(answer: Why) -> tuple[Relation, ...]:
    """Relationships that are told one by one."""
    return answer.relations[:NEAREST]


def _exchange(relation: Relation, names: Mapping[str, str]) -> str:
    return f"{change_words(relation.effect.goals, names)}."


def _relationship(relation: Relation) -> str:
    return f"{counts.months(relation.months)}, {relation.cost} relationship-months"


def _effect(effect: Effect, names: Mapping[str, str]) -> str:
    grown = [excess_words(pair) for pair in effect.excesses if pair.second > pair.first]
    return " ".join([f"{change_words(effect.goals, names)}.", *grown])
