"""What a recommendation says: which officers may have a case, and what giving it to each does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allocator.analysis.blocks import MOVING
from allocator.analysis.compare import GoalPair
from allocator.analysis.effects import Candidate, Effect
from allocator.analysis.recommend import Recommendation
from allocator.reporting.documents import caseload_document, change_documents, finding_document
from allocator.reporting.goals import IN_FILES
from allocator.reporting.model import Pair, Report, Table, Text, figures, ids, section, sentences
from allocator.reporting.words import change_words, grown_sentences, listed, signed

FEW = 10  # officers whom a line lists
KNOWS = "They managed the case before."
GOALS = ("unpl.", "excess", "disr.", "fairn.")  # as narrow columns have them


def recommendation_report(answer: Recommendation) -> Report:
    """Officers ranked for one case."""
    ranked = answer.candidates
    replanned = {name: found.goals for name, found in answer.replanned.items()}
    against = (
        "of the best plan with the case there, against the best plan of all" if replanned else "all else as it stands"
    )
    grown = [f"{one.officer.officer_id}: {said}" for one in ranked for said in grown_sentences(one.effect.excesses)]
    by_rules: dict[tuple[str, ...], list[str]] = {}
    for officer, rules in answer.barred:
        by_rules.setdefault(rules, []).append(officer.officer_id)
    barred = [f"{', '.join(rules)}: {listed(names, FEW)}" for rules, names in by_rules.items()]
    return Report(
        "",
        (
            *sentences(*recommendation_sentences(answer)),
            *((Text(""), candidate_table(ranked, replanned), Text(f"Changes of goals: {against}.")) if ranked else ()),
            *sentences("* has it now." if any(one.stays for one in ranked) else None),
            *sentences(known_note(ranked)),
            *sentences(f"{answer.more} more may have it: leave out --top." if answer.more else None),
            *section("Limits that it would exceed, all else as it stands", *sentences(*grown, indent=2)),
            *section(f"May not have it ({len(answer.barred):,})", *sentences(*barred, indent=2)),
        ),
    )


def recommendation_document(answer: Recommendation) -> dict[str, Any]:
    """Compose the JSON of a recommendation."""
    return {
        "case_id": answer.case.case_id,
        "officer": answer.case.officer,
        "pinned_by": list(answer.pins),
        "candidates": [candidate_document(one) | _replanned(answer, one) for one in answer.candidates],
        "more": answer.more,
        "barred": [{"officer_id": officer.officer_id, "rules": list(rules)} for officer, rules in answer.barred],
        "stopped": answer.stopped,
        "says": list(recommendation_sentences(answer)),
    }


def recommendation_sentences(answer: Recommendation) -> Iterator[str]:
    """Who is best, and what stands in the way."""
    case = answer.case
    of = f"with {case.officer} now" if case.officer else "new"
    what = f"{case.risk.replace('_', ' ')} risk, level {case.level}, {of}"
    yield f"Case {case.case_id} of {answer.force.home(case)} ({what})."
    for rule in answer.pins:
        yield f"The plan keeps it where it is: {MOVING[rule].because}."
    best = answer.best
    if best is None:
        yield "Nobody may have it."
        return
    name = best.officer.officer_id
    if name in answer.replanned:
        price = change_words(answer.replanned[name].goals)
        yield f"With all else planned anew, {name} is best: {price} against the best plan."
    else:
        yield f"With all else as it stands, {name} is best: {effect_sentence(best)}"
    if answer.stopped is not None:
        done = f"the rest was planned anew for {len(answer.replanned)} officers, who come first"
        yield f"Cut short ({answer.stopped}): {done}."


def candidate_table(ranked: Sequence[Candidate], replanned: Mapping[str, Sequence[GoalPair]]) -> Table:
    """Officers who may have a case: what that does to each goal, and to what they hold.

    Where all the rest was planned anew for an officer, the goals are those of that plan.
    """
    columns = (*ids("officer"), *figures(*GOALS, "cases of limit", "high-risk %", "workload %"))
    rows = []
    for one in ranked:
        name, before, after = one.officer.officer_id, one.before, one.after
        rows.append(
            (
                f"{name} *" if one.stays else f"{name} +" if one.knows else name,
                *goal_changes(replanned.get(name, one.effect.goals)),
                Pair(before.cases, after.cases, f" of {after.limit}"),
                Pair(before.share, after.share),
                Pair(before.fair_percent, after.fair_percent) if one.officer.capacity else "no capacity",
            )
        )
    return Table(columns, tuple(rows))


def goal_changes(goals: Sequence[GoalPair]) -> list[str]:
    """What is added to each goal, for a row of a table."""
    return [signed(pair.difference) for pair in goals]


def known_note(ranked: Sequence[Candidate]) -> str | None:
    """What the plus in a table of candidates means, where there is one."""
    return "+ managed it before." if any(one.knows for one in ranked) else None


def effect_sentence(candidate: Candidate) -> str:
    """What giving a case to an officer does to goals and limits."""
    if candidate.stays:
        return "it stays, and nothing changes."
    said = [effect_words(candidate.effect), *([KNOWS] if candidate.knows else [])]
    return " ".join(said)


def effect_words(effect: Effect, names: Mapping[str, str] = IN_FILES) -> str:
    """What a change does to goals, and the limits that it would exceed."""
    return " ".join([f"{change_words(effect.goals, names)}.", *grown_sentences(effect.excesses)])


def candidate_document(one: Candidate) -> dict[str, Any]:
    """Compose the JSON of an officer who may have a case."""
    return {
        "officer_id": one.officer.officer_id,
        "stays": one.stays,
        "former": one.knows,
        **effect_document(one.effect),
        "before": caseload_document(one.before),
        "after": caseload_document(one.after),
        "says": effect_sentence(one),
    }


def effect_document(effect: Effect) -> dict[str, Any]:
    """Compose the JSON of what a change does to goals and limits."""
    return {
        "goals": change_documents(effect.goals),
        "excesses": [
            {"before": pair.first, "after": pair.second, **finding_document(pair.finding)} for pair in effect.excesses
        ],
    }


def _replanned(answer: Recommendation, one: Candidate) -> dict[str, Any]:
    found = answer.replanned.get(one.officer.officer_id)
    if found is None:
        return {}
    goals = change_documents(found.goals)
    return {"replanned": {"goals": goals, "proven": found.result.proven, "other_moves": found.others}}
