"""What why-not says: the rules that bar an officer from a case, or the price of insisting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allocator.analysis.blocks import MOVING
from allocator.analysis.why_not import WhyNot
from allocator.domain.plan import Finding, GoalValue
from allocator.reporting.compare import comparison_document, goal_pair_table
from allocator.reporting.documents import goal_documents
from allocator.reporting.goals import IN_FILES
from allocator.reporting.model import Report, Text, sentences
from allocator.reporting.words import change_words, finding_sentence, grown_sentences


def why_not_report(answer: WhyNot) -> Report:
    """What bars an officer, or the price of insisting."""
    said, comparison = sentences(*why_not_sentences(answer)), answer.comparison
    if comparison is None or comparison.decisive is None:
        return Report("", said)
    titles = ("best plan", f"with {answer.officer.officer_id}", "price")
    return Report("", (*said, Text(""), goal_pair_table(comparison.goals, titles, counts=False)))


def why_not_document(answer: WhyNot, names: Mapping[str, str] = IN_FILES) -> dict[str, Any]:
    """Compose the JSON of why not; its sentences call goals as ``names`` has it."""
    return {
        "case_id": answer.case.case_id,
        "officer_id": answer.officer.officer_id,
        "barred_by": list(answer.bars),
        "best": answer.best and goal_documents(answer.best.goals),
        "insisting": answer.insisted and goal_documents(answer.insisted.goals),
        "proven": answer.proven,
        "comparison": answer.comparison and comparison_document(answer.comparison, ("best plan", "insisting")),
        "says": list(why_not_sentences(answer, names)),
    }


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
        best, insisting = (_unproved(result.goals, names) for result in (answer.best, answer.insisted))
        yield f"That price is not proved: {best}; insisting, {insisting}."
    yield from grown_sentences(comparison.findings)
    others = comparison.differing - 1  # beside the case itself
    if others:
        more = "1 more case" if others == 1 else f"{others:,} more cases"
        yield f"{more} would have another officer than in the best plan."


def bar_sentence(rule: str, case: str, officer: str) -> str:
    """That a rule bars an officer from a case, in the words of the rule."""
    if rule in MOVING:
        return f"Case {case} stays where it is: {MOVING[rule].because}."
    return finding_sentence(Finding(rule, "broken", 1, officer=officer, case=case))


def _unproved(goals: Sequence[GoalValue], names: Mapping[str, str]) -> str:
    """How far goals are from proof."""
    open_ones = [f"{names[goal.name]} at least {goal.bound:,} of {goal.value:,}" for goal in goals if not goal.proven]
    return ", ".join(open_ones) or "all is proved"
