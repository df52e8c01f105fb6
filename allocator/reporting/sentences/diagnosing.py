"""What blocks and what would cure it, in words."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.analysis.blocks import BARRING, Member
from allocator.analysis.cures import Cure
from allocator.analysis.diagnose import BlockedCase, BlockedExcess, Diagnosis
from allocator.reporting.sentences import counts
from allocator.reporting.sentences.plans import finding_sentence
from allocator.rules import RULE

FEW = 6  # ids that a sentence lists; of more it gives the number


def head_sentence(diagnosis: Diagnosis) -> str:
    """How much there is to explain."""
    cases, excesses = diagnosis.result.plan.actions["unplaced"], diagnosis.result.findings
    count = sum(1 for finding in excesses if finding.kind == "excess")
    if not cases and not count:
        return "Nothing blocks: every case has an officer, and no limit is exceeded."
    total = next(goal for goal in diagnosis.result.goals if goal.name == "excess")
    proof = "; no plan has less" if total.proven else ""
    nobody = f"{counts.cases(len(cases))} without an officer" if cases else "Every case has an officer"
    return f"{nobody}; limits exceeded by {counts.cases(total.value)} in all{proof}."


def stopped_sentence(diagnosis: Diagnosis) -> str | None:
    """What is missing where it ended early."""
    if diagnosis.stopped is None:
        return None
    count = sum(1 for finding in diagnosis.result.findings if finding.kind == "excess")
    left = len(diagnosis.result.plan.actions["unplaced"]) + count - len(diagnosis.cases) - len(diagnosis.excesses)
    return f"It ended early ({diagnosis.stopped}): {left:,} of them are not explained."


def blocked_case_sentence(blocked: BlockedCase) -> str:
    """That nobody may receive a case, and how irreducible that is."""
    case_id = blocked.case.case_id
    if not blocked.members:
        return f"Nobody may receive case {case_id}: there is no other officer."
    return f"Nobody may receive case {case_id}, because of these together and no fewer:"


def blocked_excess_sentence(blocked: BlockedExcess) -> str:
    """Which limit is exceeded, and how irreducible that is."""
    says = finding_sentence(blocked.finding)
    if not blocked.members:
        return f"{says} That is so whatever the rules."
    proof = "no fewer" if blocked.proved else "perhaps fewer (not proved)"
    return f"{says} Less is impossible, no other excess growing, because of these together and {proof}:"


def member_sentence(member: Member) -> str:
    """One rule or limit of a set, and what makes it bind."""
    if member.rule in BARRING:
        return f"{BARRING[member.rule].guarantee()} {_barred(member)}"
    return RULE[member.rule].binding(member.facts)


def cures_sentence(cures: Sequence[Cure]) -> str:
    """Introduce the single changes that would cure it."""
    if not cures:
        return "No single change that was tried would cure it."
    return "Any one of these would cure it:" if len(cures) > 1 else "This would cure it:"


def cure_sentence(cure: Cure) -> str:
    """One change, and what it does to the goal."""
    return f"{cure.says} ({cure.goal} {cure.after:,} instead of {cure.before:,})"


def _barred(member: Member) -> str:
    facts = member.facts
    every, some = facts["barred"], facts.get("hindered", ())
    of = "it" if facts["cases"] == 1 else f"all {facts['cases']} cases concerned"
    told = [f"bars {_ids(every, facts['of_officers'])} from {of}"] if every else []
    told += [f"bars {_ids(some, facts['of_officers'])} from some"] if some else []
    return f"It {' and '.join(told)}." if told else "It bars others from cases that would have to go elsewhere instead."


def _ids(ids: Sequence[str], of: int) -> str:
    if len(ids) == of and of > 1:
        return f"all {of} other officers"
    return ", ".join(ids) if len(ids) <= FEW else f"{len(ids)} of {of} other officers"
