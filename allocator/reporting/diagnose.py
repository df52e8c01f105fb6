"""What a diagnosis says: what blocks, and what would cure it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.analysis.blocks import BARRING, Member
from allocator.analysis.cures import Cure
from allocator.analysis.diagnose import BlockedCase, BlockedExcess, Diagnosis
from allocator.reporting.documents import finding_document, goal_documents, picked
from allocator.reporting.model import Block, Items, Report, Text, sentences
from allocator.reporting.words import cases, finding_sentence, joined
from allocator.rules import RULE

FEW = 6  # ids that a sentence lists; of more it gives the number


def diagnosis_report(diagnosis: Diagnosis) -> Report:
    """What leaves cases unplaced and limits exceeded, and the changes that would cure it."""
    force = diagnosis.force
    return Report(
        f"{force.name}, cycle of {force.cycle_date.isoformat()}",
        (
            Text(head_sentence(diagnosis)),
            *sentences(_stopped_sentence(diagnosis), style="warning"),
            *(block for case in diagnosis.cases for block in _blocked(_case_sentence(case), case)),
            *(block for excess in diagnosis.excesses for block in _blocked(_excess_sentence(excess), excess)),
        ),
    )


def _blocked(sentence: str, blocked: BlockedCase | BlockedExcess) -> Iterator[Block]:
    yield Text("")
    yield Text(sentence)
    for member in blocked.members:
        yield Text(f"  {member.rule}", "name")
        yield Text(member_sentence(member), indent=4)
    yield Text(_cures_sentence(blocked.cures), indent=2)
    yield Items(tuple(cure_sentence(cure) for cure in blocked.cures), indent=4)


def diagnosis_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Compose the JSON of a diagnosis."""
    force = diagnosis.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "goals": goal_documents(diagnosis.result.goals),
        "unplaced": [
            {
                "case_id": blocked.case.case_id,
                "risk": blocked.case.risk,
                "members": [_member_document(member) for member in blocked.members],
                "cures": [_cure_document(cure) for cure in blocked.cures],
                "says": _case_sentence(blocked),
            }
            for blocked in diagnosis.cases
        ],
        "excesses": [
            {
                **finding_document(blocked.finding),
                "members": [_member_document(member) for member in blocked.members],
                "proved": blocked.proved,
                "cures": [_cure_document(cure) for cure in blocked.cures],
                "says": _excess_sentence(blocked),
            }
            for blocked in diagnosis.excesses
        ],
        "stopped": diagnosis.stopped,
        "says": joined(head_sentence(diagnosis), _stopped_sentence(diagnosis)),
    }


def _member_document(member: Member) -> dict[str, Any]:
    return {**picked(member, "rule", "officer", "premises"), **member.facts, "says": member_sentence(member)}


def _cure_document(cure: Cure) -> dict[str, Any]:
    own = cure.scenario.layers[-1]
    changes = [
        {"what": change.id, **change.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
        for change in own.changes
    ]
    return {
        "policy": own.policy,
        "change": changes,
        **picked(cure, "goal", "before", "after"),
        "says": cure_sentence(cure),
    }


def head_sentence(diagnosis: Diagnosis) -> str:
    """How much there is to explain."""
    unplaced, count = diagnosis.result.plan.actions["unplaced"], _excess_count(diagnosis)
    if not unplaced and not count:
        return "Nothing blocks: every case has an officer, and no limit is exceeded."
    total = next(goal for goal in diagnosis.result.goals if goal.name == "excess")
    proof = "; no plan has less" if total.proven else ""
    nobody = f"{cases(len(unplaced))} without an officer" if unplaced else "Every case has an officer"
    return f"{nobody}; limits exceeded by {cases(total.value)} in all{proof}."


def _stopped_sentence(diagnosis: Diagnosis) -> str | None:
    """What is missing where it ended early."""
    if diagnosis.stopped is None:
        return None
    every = len(diagnosis.result.plan.actions["unplaced"]) + _excess_count(diagnosis)
    left = every - len(diagnosis.cases) - len(diagnosis.excesses)
    return f"It ended early ({diagnosis.stopped}): {left:,} of them are not explained."


def _excess_count(diagnosis: Diagnosis) -> int:
    return sum(1 for finding in diagnosis.result.findings if finding.kind == "excess")


def _case_sentence(blocked: BlockedCase) -> str:
    """That nobody may receive a case, and how irreducible that is."""
    case_id = blocked.case.case_id
    if not blocked.members:
        return f"Nobody may receive case {case_id}: there is no other officer."
    return f"Nobody may receive case {case_id}, because of these together and no fewer:"


def _excess_sentence(blocked: BlockedExcess) -> str:
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


def _cures_sentence(cures: Sequence[Cure]) -> str:
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
