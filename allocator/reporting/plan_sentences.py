"""What is said of a plan, in sentences: how good it is, and why each case is where it is."""

from __future__ import annotations

from allocator.analysis.compare import FindingPair
from allocator.analysis.explain import Explanation, NewCase, UnplacedCase
from allocator.analysis.officers import OfficerChange
from allocator.analysis.reasons import Move
from allocator.domain.plan import Finding, Plan
from allocator.domain.result import Result
from allocator.reporting.words import (
    ended_words,
    finding_sentence,
    joined,
    known_sentence,
    listed,
    overdue_sentence,
    rules_sentence,
)
from allocator.rules import NOTES


def proof_sentence(result: Result) -> str:
    """Whether the plan is proved best or, in plain words, how far from proof it is; and its rules, where earlier."""
    return joined(_proof(result), rules_sentence(result))


def _proof(result: Result) -> str:
    ended = ended_words(result.stopped, result.seconds)
    open_goals = [goal for goal in result.goals if not goal.proven]
    if not open_goals:
        return f"{ended} Proved best: on each goal in turn, no plan does better."
    first, later = open_goals[0], [goal.name for goal in open_goals[1:]]
    rest = f"; nothing is proved about {listed(later)} either" if later else ""
    return (
        f"{ended} This plan is valid, but not proved best: {first.name} is {first.value:,}, "
        f"and all that is proved is that no plan is below {first.bound:,}{rest}."
    )


def count_sentence(plan: Plan) -> str:
    """How many cases are kept, moved, placed and unplaced."""
    counts = ", ".join(f"{len(cases):,} {action}" for action, cases in plan.actions.items())
    return f"{len(plan.force.cases):,} cases: {counts}."


def trade_sentence(report: Explanation) -> str:
    """Say what the optional moves buy against making none."""
    count, others = report.optional_moves, report.other_moves
    if count == 0:
        return "No case moves that could have stayed." if others else "No case moves."
    told = "1 case moves that could" if count == 1 else f"{count:,} cases move that could"
    told += " have stayed" + (f"; {others:,} more could not." if others else ".")
    result, kept = report.result, "it" if count == 1 else "they all"
    if not result.without_moves:  # a plan that keeps what was agreed is compared with none
        return told
    pairs = zip(result.goals, result.without_moves, strict=True)
    changes = [f"{new.name} {old.value:,} instead of {new.value:,}" for new, old in pairs if new.value != old.value]
    told += f" Had {kept} stayed, "
    if not changes:
        return told + "every goal would have the value it has."
    known = "best plan" if all(goal.proven for goal in result.without_moves) else "best plan found"
    return f"{told}the {known} would have {listed(changes)}."


def move_sentence(move: Move) -> str:
    """Why a case moves; that whoever receives it managed it before; and what of it is overdue."""
    return joined(_why_it_moves(move), known_sentence(move.case, move.officer), overdue_sentence(move.overdue))


def _why_it_moves(move: Move) -> str:
    if move.bars:
        case, officer = move.case.case_id, move.case.officer
        found = (Finding(rule, "broken", 1, officer=officer, case=case) for rule in move.bars)
        return " ".join(map(finding_sentence, found))
    instead = move.instead
    if instead is None or instead.goal is None:
        return "It could as well have stayed: no goal would differ."
    if not instead.worse:
        return (
            f"Staying would be better: {instead.goal} would be {instead.instead:,} instead of "
            f"{instead.planned:,}. The run ended before that was found, or a person or earlier rules decided otherwise."
        )
    if instead.goal == "excess" and instead.growths:
        return "If it stayed: " + " ".join(_growth_sentence(growth, move) for growth in instead.growths)
    return f"If it stayed: {instead.goal} would be {instead.instead:,} instead of {instead.planned:,}."


def _growth_sentence(growth: FindingPair, move: Move) -> str:
    sentence, asides = finding_sentence(growth.finding), []
    if growth.first > 0:
        asides.append(f"{growth.second} too many instead of {growth.first}")
    if growth.finding.officer == move.officer:
        # A share grows when the cases that it is taken of become fewer; without a word that looks absurd.
        asides.append("having one case fewer")
    return f"{sentence.removesuffix('.')} ({', '.join(asides)})." if asides else sentence


def new_case_sentence(new: NewCase) -> str:
    """Who receives a new case, out of how many, what they hold before and after; who knows it; what is overdue."""
    who, before, after = new.officer.officer.officer_id, new.officer.before, new.officer.after
    choice = "the only one who" if new.receivers == 1 else f"one of {new.receivers} who"
    load = f"{before.cases} cases before, {after.cases} after, of {after.limit}"
    chosen = f"{who} is {choice} may receive it: {load}."
    return joined(chosen, known_sentence(new.case, who), overdue_sentence(new.overdue))


def unplaced_sentence(unplaced: UnplacedCase) -> str:
    """Why a case has nobody, and where it is meanwhile."""
    case = unplaced.case
    why = (
        f"Case {case.case_id} has been given to nobody."
        if unplaced.finding is None
        else finding_sentence(unplaced.finding)
    )
    if case.officer is None:
        return why
    if unplaced.still_with is None:
        return f"{why} {case.officer} is leaving, so it will have nobody."
    return f"{why} It is still with {unplaced.still_with} until a supervisor decides."


def case_sentences(report: Explanation) -> dict[str, str]:
    """Why each case that does not simply stay is where the plan has it."""
    return {
        **{move.case.case_id: move_sentence(move) for move in report.moves},
        **{new.case.case_id: new_case_sentence(new) for new in report.new_cases},
        **{one.case.case_id: unplaced_sentence(one) for one in report.unplaced},
    }


def officer_remarks(change: OfficerChange) -> tuple[str, ...]:
    """Say what is to be noticed about an officer, in a few words each."""
    remarks = [] if change.officer.status == "open" else [str(change.officer.status)]
    remarks += [f"{f.rule} +{f.amount}" for f in change.findings if f.kind == "excess"]
    remarks += [note.remark for note in NOTES if note.remark and any(f.rule == note.id for f in change.findings)]
    return tuple(remarks)
