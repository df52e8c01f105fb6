"""What cover says: how good it is, who covers what and why, and what each carries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from allocator.analysis.cover import CoveredCase, CoverExplanation
from allocator.cycles.codes import OVERRIDE_REASONS, RANKED_FIRST
from allocator.cycles.covers import CoverEntry
from allocator.domain.plan import Finding
from allocator.reporting.model import (
    Block,
    Cell,
    Chart,
    Report,
    Table,
    Text,
    figures,
    ids,
    section,
    sentences,
    texts,
)
from allocator.reporting.words import cases as cases_words
from allocator.reporting.words import (
    counted,
    cover_goal_words,
    day_words,
    ended_words,
    finding_sentence,
    joined,
    proof_word,
)
from allocator.rules.cover.carries import Carries
from allocator.rules.cover.changed import ChangedHands

MANY_CASES = 60  # what people still read through on a terminal


def proof_of_cover(explanation: CoverExplanation) -> str:
    """Whether cover is proved best or how far from proof it is."""
    ended = ended_words(explanation.stopped, explanation.seconds)
    first = next((goal for goal in explanation.goals if not goal.proven), None)
    if first is None:
        return f"{ended} Proved best: on each goal in turn, no cover does better."
    return (
        f"{ended} This cover is valid, but not proved best: {first.name} is {first.value:,}, and all that is proved is "
        f"that no cover is below {first.bound:,}."
    )


def count_of_cover(explanation: CoverExplanation) -> str:
    """How many cases need cover, who is away, and how many have nobody."""
    away, cases = explanation.away, explanation.cases
    if not cases:
        return "No case needs cover: nobody who is absent holds one."
    who = {one.covers for one in cases} - {None}
    nobody = sum(1 for one in cases if one.covers is None)
    are = "is" if len(away) == 1 else "are"
    told = [f"{counted(len(away), 'officer')} {are} away, with {cases_words(len(cases))} to cover."]
    if who:
        them = f"{len(cases) - nobody:,} of them" if nobody else "them"
        told.append(f"{counted(len(who), 'officer')} cover{'s' if len(who) == 1 else ''} {them}.")
    if nobody:
        told.append(f"Nobody may cover {'the other ' if who else ''}{nobody:,}.")
    return joined(*told, "No case changes its officer.")


def count_of_agreed(explanation: CoverExplanation, new: Collection[str]) -> str:
    """How much of this cover still waits for somebody's word."""
    able = sum(1 for one in explanation.cases if one.covers is not None)
    if not new:
        return "All of this cover is agreed, and those concerned have their messages." if able else ""
    which = counted(len(new), "case") if len(new) == able else f"{len(new):,} of {counted(able, 'case')}"
    return f"{which} {'waits' if len(new) == 1 else 'wait'} for your word: nobody is told before it."


def agreed_sentences(new: int, same: int, messages: int) -> tuple[str, ...]:
    """What was agreed, and whom it is told."""
    if not new and not same:
        return ("There is nothing to agree to.",)
    if not new:
        return (f"Nothing is new: {cases_words(same)} {'was' if same == 1 else 'were'} covered so already.",)
    wait = f"{counted(messages, 'message')} {'waits' if messages == 1 else 'wait'}: `allocator deliver` sends them."
    return (f"Agreed for {cases_words(new)}. {wait}",)


def agreed_words(entry: CoverEntry | None) -> str:
    """Who was agreed to cover a case, by whom and why; empty where nobody was."""
    if entry is None:
        return ""
    said = f"{entry.officer_id}, agreed by {entry.by} on {day_words(entry.at.date())}"
    if entry.reason == RANKED_FIRST:
        return said
    return f"{said}: {OVERRIDE_REASONS[entry.reason]}" + (f" ({entry.note})" if entry.note else "")


def agreed_document(entry: CoverEntry) -> dict[str, Any]:
    """Compose the JSON of cover that was agreed for a case."""
    return {
        "case_id": entry.case_id,
        "absent_officer_id": entry.absent_officer_id,
        "officer_id": entry.officer_id,
        "reason": entry.reason,
        "note": entry.note,
        "by": entry.by,
        "at": entry.at.isoformat(),
    }


def covered_sentence(one: CoveredCase) -> str:
    """Who covers a case, out of how many, and what speaks for them."""
    return "Nobody may cover it." if one.covers is None else f"{one.covers}: {why_words_of_cover(one)}."


def why_words_of_cover(one: CoveredCase) -> str:
    """Why who covers a case does, in a few words."""
    if one.covers is None:
        return "nobody may"
    said = ["the only one who may" if len(one.may) == 1 else f"one of {len(one.may)} who may"]
    said += ["insisted on"] if one.insisted else []
    said += ["covers it now"] if one.goes_on else []
    said += ["managed it before"] if one.covers in one.former else []
    return ", ".join(said)


def cover_report(explanation: CoverExplanation, rest: str) -> Report:
    """Cover as it is read through, and where the rest of it is found."""
    goals = Table(
        (*texts("goal"), *figures("value", form=","), *texts("proof", "what it counts")),
        tuple((goal.name, goal.value, proof_word(goal), cover_goal_words(goal.name)) for goal in explanation.goals),
    )
    blocks: list[Block] = [
        Text(""),
        Text(proof_of_cover(explanation), "good" if all(goal.proven for goal in explanation.goals) else "warning"),
        Text(count_of_cover(explanation)),
        *section("Goals, in strict order", *((goals,) if explanation.cases else ())),
        *section("Who covers", *_carriers(explanation)),
    ]
    for absent in explanation.away:
        cases = explanation.of_absent(absent)
        shown = cases[:MANY_CASES]
        more = sentences(f"The other {len(cases) - len(shown):,}: {rest}.") if len(cases) > len(shown) else ()
        blocks += section(f"Cases of {absent} ({len(cases):,})", _case_table(shown), *more)
    changed = [f for f in explanation.findings if f.rule == ChangedHands.id]
    blocks += section(f"Cover that changes hands ({len(changed):,})", *_some(changed, rest))
    uncovered = [f for f in explanation.findings if f.rule == "uncovered"]
    blocks += section(f"Nobody may cover ({len(uncovered):,})", *_some(uncovered, rest))
    return Report(f"{explanation.name}, cycle of {explanation.cycle_date.isoformat()}: cover", tuple(blocks))


def _some(findings: list[Finding], rest: str) -> tuple[Block, ...]:
    shown = sentences(*(finding_sentence(finding) for finding in findings[:MANY_CASES]), indent=2)
    more = len(findings) - MANY_CASES
    return (*shown, *sentences(f"{more:,} more: {rest}.")) if more > 0 else shown


def _carriers(explanation: CoverExplanation) -> tuple[Block, ...]:
    rows = tuple(_carrier(explanation, f) for f in explanation.findings if f.rule == Carries.id)
    percent = explanation.percent
    legend = f"A covered case counts {percent}% of its load."
    carried = figures("holds", "covers", "with cover, of limit", "high risk, of allowed")
    columns = (*ids("officer"), *carried, *ids("for"), *texts("above limits"))
    return (Table(columns, rows), Text(legend)) if rows else ()


def told_carriers(explanation: CoverExplanation) -> tuple[tuple[Cell, ...], ...]:
    """What each officer who covers carries before and with it: a row each, with the cells of the report's table."""
    return tuple(_carrier(explanation, finding) for finding in explanation.findings if finding.rule == Carries.id)


def carried_chart(explanation: CoverExplanation) -> Chart:
    """What each officer who covers holds, carries for others, and has room for."""
    bars = []
    for finding in explanation.findings:
        if finding.rule == Carries.id:
            facts = finding.facts
            load = facts["covered"] * explanation.percent / 100
            room = max(0, facts["limit"] - facts["cases"] - load)
            each = {"cases held": facts["cases"], "load of cover": load, "room left": room}
            bars.append((str(finding.officer), each))
    return Chart("bars", "What each who covers carries of their limit", "cases", bars)


def _carrier(explanation: CoverExplanation, finding: Finding) -> tuple[Cell, ...]:
    facts, percent = finding.facts, explanation.percent
    return (
        finding.officer,
        facts["cases"],
        facts["covered"],
        f"{load_words(facts['cases'], facts['covered'], percent)} of {facts['limit']}",
        f"{load_words(facts['high_risk'], facts['covered_high'], percent)} of {facts['allowed']}",
        ", ".join(facts["for"]),
        ", ".join(_above(facts, percent)),
    )


def _above(facts: Mapping[str, Any], percent: int) -> list[str]:
    """What an officer carries more of, with cover, than they may hold."""
    cases = 100 * facts["cases"] + percent * facts["covered"] > 100 * facts["limit"]
    high = 100 * facts["high_risk"] + percent * facts["covered_high"] > 100 * facts["allowed"]
    return [what for what, above in (("cases", cases), ("high risk", high)) if above]


def load_words(held: int, covered: int, percent: int) -> str:
    """Cases held, and those covered by their weight: ``44.5``."""
    return f"{(100 * held + percent * covered) / 100:.2f}".rstrip("0").rstrip(".")


def _case_table(cases: tuple[CoveredCase, ...]) -> Table:
    rows = tuple(
        (one.case.case_id, one.case.risk.replace("_", " "), one.covers or "nobody", why_words_of_cover(one))
        for one in cases
    )
    return Table((*ids("case"), *texts("risk"), *ids("covered by"), *texts("why")), rows)
