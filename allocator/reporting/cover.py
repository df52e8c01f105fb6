"""What is told of cover: a report, cover.csv, cover.json and cover.xlsx, and a letter to who covers and who is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from allocator.analysis.cover import CoveredCase, CoverExplanation, OtherCover, WhyCover
from allocator.domain.cover import Cover, CoverResult
from allocator.domain.plan import Finding
from allocator.files.plain_names import plain_name
from allocator.files.plan_files import json_bytes
from allocator.files.writing import csv_text
from allocator.reporting.documents import change_documents, finding_documents, goal_documents, picked
from allocator.reporting.letter import Letter
from allocator.reporting.model import Block, Cell, Column, Report, Table, Text, figures, ids, section, sentences, texts
from allocator.reporting.renderers.workbook import workbook
from allocator.reporting.words import cases as cases_words
from allocator.reporting.words import (
    change_words,
    counted,
    cover_goal_words,
    day_words,
    finding_sentence,
    joined,
    listed,
    place_words,
    proof_word,
)
from allocator.rules.cover.carries import Carries
from allocator.rules.cover.changed import ChangedHands
from allocator.rules.notes.overdue import delays, overdue_words

COVER_COLUMNS = ("case_id", "absent_officer_id", "officer_id")
MANY_CASES = 60  # what people still read through on a terminal


def cover_csv(cover: Cover) -> bytes:
    """Write cover as ``cover.csv``: a row for each case to cover, in input order; officer_id empty where uncovered."""
    rows = ((case.case_id, cover.absent(case), officer or "") for case, officer in cover)
    return csv_text([COVER_COLUMNS, *rows]).encode()


def cover_files(explanation: CoverExplanation, source: str | None = None) -> dict[str, bytes]:
    """Compose cover.csv, cover.json, cover.xlsx, and the letters as pages that open from disk."""
    force = explanation.force
    letters = {
        f"letter-{plain_name(one.recipient)}-{one.kind}.html": one.html.encode() for one in cover_letters(explanation)
    }
    return {
        "cover.csv": cover_csv(explanation.result.cover),
        "cover.json": json_bytes(cover_document(explanation, source)),
        "cover.xlsx": workbook(cover_tables(explanation), force.cycle_date, force.name),
        **letters,
    }


def cover_document(explanation: CoverExplanation, source: str | None = None) -> dict[str, Any]:
    """Compose ``cover.json``: plain data, its source where the force was read from."""
    result, force = explanation.result, explanation.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "source": source,
        "seed": result.seed,
        "seconds": round(result.seconds, 3),
        "stopped": result.stopped,
        "versions": dict(result.versions),
        "goals": goal_documents(result.goals),
        "covered": [_covered_document(one) for one in explanation.cases],
        "findings": finding_documents(result.findings),
        "says": [proof_of_cover(result), count_of_cover(explanation)],
    }


def _covered_document(one: CoveredCase) -> dict[str, Any]:
    return {
        "case_id": one.case.case_id,
        "absent_officer_id": one.absent,
        "officer_id": one.officer,
        "covered_by": one.case.covered_by,
        "receivers": len(one.may),
        "former": one.officer in one.former,
        "says": covered_sentence(one),
    }


# Sentences


def proof_of_cover(result: CoverResult) -> str:
    """Whether cover is proved best or how far from proof it is."""
    ended = {
        None: f"Solved in {result.seconds:.1f} s. ",
        "time limit": f"The time limit ended the run after {result.seconds:.1f} s. ",
        "interrupted": f"Cut short by Ctrl-C after {result.seconds:.1f} s. ",
    }.get(result.stopped, f"The run ended early: {result.stopped}. ")
    open_goals = [goal for goal in result.goals if not goal.proven]
    if not open_goals:
        return f"{ended}Proved best: on each goal in turn, no cover does better."
    first = open_goals[0]
    return (
        f"{ended}This cover is valid, but not proved best: {first.name} is {first.value:,}, and all that is proved is "
        f"that no cover is below {first.bound:,}."
    )


def count_of_cover(explanation: CoverExplanation) -> str:
    """How many cases need cover, who is away, and how many have nobody."""
    away, cases = explanation.of_absent, explanation.cases
    if not cases:
        return "No case needs cover: nobody who is absent holds one."
    who = {one.officer for one in cases} - {None}
    nobody = sum(1 for one in cases if one.officer is None)
    are = "is" if len(away) == 1 else "are"
    told = [f"{counted(len(away), 'officer')} {are} away, with {cases_words(len(cases))} to cover."]
    if who:
        told.append(
            f"{counted(len(who), 'officer')} cover{'s' if len(who) == 1 else ''} {len(cases) - nobody:,} of them."
        )
    if nobody:
        told.append(f"Nobody may cover {'the other ' if who else ''}{nobody:,}.")
    return joined(*told, "No case changes its officer.")


def covered_sentence(one: CoveredCase) -> str:
    """Who covers a case, out of how many, and what speaks for them."""
    return "Nobody may cover it." if one.officer is None else f"{one.officer}: {_why(one)}."


def _why(one: CoveredCase) -> str:
    if one.officer is None:
        return "nobody may"
    said = ["the only one who may" if len(one.may) == 1 else f"one of {len(one.may)} who may"]
    said += ["covers it now"] if one.goes_on else []
    said += ["managed it before"] if one.officer in one.former else []
    return ", ".join(said)


def price_sentence(other: OtherCover) -> str:
    """What another officer's covering a case would cost."""
    price = change_words(other.goals)
    told = f"{other.officer} would do as well" if price == "no goal changes" else f"{other.officer}: {price}"
    return f"{told}{'' if other.proven else ' (not proved)'}."


# Report


def cover_report(explanation: CoverExplanation, rest: str) -> Report:
    """Cover as it is read through, and where the rest of it is found."""
    force, result = explanation.force, explanation.result
    goals = Table(
        (*texts("goal"), *figures("value", form=","), *texts("proof", "what it counts")),
        tuple((goal.name, goal.value, proof_word(goal), cover_goal_words(goal.name)) for goal in result.goals),
    )
    blocks: list[Block] = [
        Text(""),
        Text(proof_of_cover(result), "good" if result.proven else "warning"),
        Text(count_of_cover(explanation)),
        *section("Goals, in strict order", *((goals,) if explanation.cases else ())),
        *section("Who covers", *_carriers(explanation)),
    ]
    for absent, cases in explanation.of_absent.items():
        shown = cases[:MANY_CASES]
        more = sentences(f"The other {len(cases) - len(shown):,}: {rest}.") if len(cases) > len(shown) else ()
        blocks += section(f"Cases of {absent} ({len(cases):,})", _case_table(shown), *more)
    changed = [f for f in result.findings if f.rule == ChangedHands.id]
    blocks += section(f"Cover that changes hands ({len(changed):,})", *_some(changed, rest))
    uncovered = [f for f in result.findings if f.rule == "uncovered"]
    blocks += section(f"Nobody may cover ({len(uncovered):,})", *_some(uncovered, rest))
    return Report(f"{force.name}, cycle of {force.cycle_date.isoformat()}: cover", tuple(blocks))


def _some(findings: list[Finding], rest: str) -> tuple[Block, ...]:
    shown = sentences(*(finding_sentence(finding) for finding in findings[:MANY_CASES]), indent=2)
    more = len(findings) - MANY_CASES
    return (*shown, *sentences(f"{more:,} more: {rest}.")) if more > 0 else shown


def _carriers(explanation: CoverExplanation) -> tuple[Block, ...]:
    rows = tuple(_carrier(explanation, f) for f in explanation.result.findings if f.rule == Carries.id)
    percent = explanation.force.policy.cover.percent
    legend = f"A covered case counts {percent}% of its load."
    carried = figures("holds", "covers", "with cover, of limit", "high risk, of allowed")
    columns = (*ids("officer"), *carried, *ids("for"))
    return (Table(columns, rows), Text(legend)) if rows else ()


def _carrier(explanation: CoverExplanation, finding: Finding) -> tuple[Cell, ...]:
    facts, percent = finding.facts, explanation.force.policy.cover.percent
    return (
        finding.officer,
        facts["cases"],
        facts["covered"],
        f"{_load(facts['cases'], facts['covered'], percent)} of {facts['limit']}",
        f"{_load(facts['high_risk'], facts['covered_high'], percent)} of {facts['allowed']}",
        ", ".join(facts["for"]),
    )


def _load(held: int, covered: int, percent: int) -> str:
    """Cases held, and those covered by their weight: ``44.5``."""
    return f"{(100 * held + percent * covered) / 100:.2f}".rstrip("0").rstrip(".")


def _case_table(cases: tuple[CoveredCase, ...]) -> Table:
    rows = tuple(
        (one.case.case_id, one.case.risk.replace("_", " "), one.officer or "nobody", _why(one)) for one in cases
    )
    return Table((*ids("case"), *texts("risk"), *ids("covered by"), *texts("why")), rows)


def cover_tables(explanation: CoverExplanation) -> list[Table]:
    """Summary, cases, officers and findings, a sheet of cover.xlsx each."""
    result = explanation.result
    summary: list[tuple[Cell, ...]] = [
        (proof_of_cover(result),),
        (count_of_cover(explanation),),
        (),
        ("goal, in strict order", "this cover", "proof", "what it counts"),
    ]
    heading = len(summary) - 1
    summary += [(g.name, g.value, proof_word(g), cover_goal_words(g.name)) for g in result.goals]
    summary += [
        (),
        ("a covered case counts, percent", explanation.force.policy.cover.percent),
        ("seed", result.seed),
        *((f"version of {name}", version) for name, version in result.versions.items()),
    ]
    rows: list[tuple[Cell, ...]] = []
    for one in explanation.cases:
        case, what = one.case, one.case.risk.replace("_", " ")
        home = explanation.force.home(case)
        who = (one.absent, case.covered_by, one.officer or "nobody", len(one.may))
        rows.append((case.case_id, home, what, case.level, place_words(case), *who, _why(one)))
    nobody = frozenset(number for number, one in enumerate(explanation.cases) if one.officer is None)
    carriers = tuple(_carrier(explanation, finding) for finding in result.findings if finding.rule == Carries.id)
    told = tuple((f.rule, f.officer, f.case, finding_sentence(f)) for f in result.findings)
    return [
        Table(_wide(*_SUMMARY), tuple(summary), title="summary", headings=frozenset({heading})),
        Table(_wide(*_CASE), tuple(rows), title="cases", marked=nobody),
        Table(_wide(*_OFFICER), carriers, title="officers"),
        Table(_wide((16, 14, 14, 110), ("about", "officer", "case", "what it says")), told, title="findings"),
    ]


_SUMMARY = (34, 16, 20, 60), ("", "", "", "")
_CASE = (
    (14, 14, 11, 9, 24, 14, 14, 14, 12, 70),
    (
        "case",
        "division",
        "risk",
        "level",
        "setting",
        "officer away",
        "covered now by",
        "to be covered by",
        "may",
        "why",
    ),
)
_OFFICER = (
    (14, 10, 10, 20, 20, 30),
    ("officer", "holds", "covers", "with cover, of limit", "high risk, of allowed", "for"),
)


def _wide(widths: tuple[int, ...], titles: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(title, width=width) for title, width in zip(titles, widths, strict=True))


# Why


def why_cover_report(answer: WhyCover) -> Report:
    """Why a case is covered by whom it is, who else may, at what price, and who may not."""
    return Report("", sentences(*why_cover_sentences(answer)))


def why_cover_sentences(answer: WhyCover) -> Iterator[str]:
    """Who covers it; the price of each other; whom which rule bars."""
    one = answer.covered
    yield f"Case {one.case.case_id} of {one.absent}, who is away. {covered_sentence(one)}"
    if answer.others:
        yield "Who else may, and what insisting would cost:"
        for other in answer.others:
            yield f"  {price_sentence(other)}{' They managed the case before.' if other.former else ''}"
    bars = Counter(answer.barred.values())
    if bars:
        told = listed([f"{rule} bars {count:,}" for rule, count in bars.items()])
        yield f"Who may not: {told}."


def why_cover_document(answer: WhyCover) -> dict[str, Any]:
    """Compose the JSON of why a case is covered by whom it is."""
    return {
        **_covered_document(answer.covered),
        "others": [
            {
                "officer_id": other.officer,
                **picked(other, "former", "proven"),
                "goals": change_documents(other.goals),
            }
            for other in answer.others
        ],
        "barred": dict(answer.barred),
        "explanation": list(why_cover_sentences(answer)),
    }


# Letters


def cover_letters(explanation: CoverExplanation) -> Iterator[Letter]:
    """A letter to each who covers, and to each who is away."""
    day = day_words(explanation.force.cycle_date)
    covered: dict[str, list[CoveredCase]] = {}
    for one in explanation.cases:
        if one.officer is not None:
            covered.setdefault(one.officer, []).append(one)
    for who in (officer.officer_id for officer in explanation.force.officers):
        if who in covered:
            yield _to_cover(explanation, who, covered[who], day)
        if who in explanation.of_absent:
            yield _to_absent(who, explanation.of_absent[who], day)


def _to_cover(explanation: CoverExplanation, who: str, cases: list[CoveredCase], day: str) -> Letter:
    (carries,) = (f for f in explanation.result.findings if f.rule == Carries.id and f.officer == who)
    percent = explanation.force.policy.cover.percent
    rows = []
    for one in cases:
        late = delays(explanation.force, one.case)
        notes = ["you cover it now"] if one.goes_on else []
        notes += ["you managed the case before"] if one.officer in one.former else []
        notes += [overdue_words(late)] if late else []
        case = one.case
        rows.append((case.case_id, case.risk.replace("_", " "), place_words(case), one.absent, "; ".join(notes)))
    said = sentences(
        f"From {day}, until its officer is back, you look after each of these cases; it stays theirs.",
        f"You hold {cases_words(carries.facts['cases'])} of {carries.facts['limit']}. A case that you cover counts "
        f"{percent}% of its load: with cover you carry "
        f"{_load(carries.facts['cases'], carries.facts['covered'], percent)}.",
    )
    columns = texts("case", "risk", "setting", "officer", "to know")
    table = Table(columns, tuple(rows), f"You cover {cases_words(len(rows))}")
    return Letter("cover", who, "", Report(f"Cases that you cover from {day}", (*said, table)))


def _to_absent(who: str, cases: tuple[CoveredCase, ...], day: str) -> Letter:
    rows = tuple(
        (one.case.case_id, "another officer" if who in one.case.excluded else one.officer or "nobody yet")
        for one in cases
    )
    said = sentences("While you are away these cases are looked after for you. They stay yours.")
    table = Table(texts("case", "covered by"), rows, f"Your {cases_words(len(rows))}")
    return Letter("away", who, "", Report(f"Who looks after your cases from {day}", (*said, table)))
