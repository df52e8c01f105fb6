"""What is told of cover: a report, cover.csv, cover.json and cover.xlsx, and a letter to who covers and who is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from allocator.analysis.cover import CoveredCase, CoverExplanation, OtherCover, WhyCover
from allocator.domain.plan import Finding
from allocator.files.plain_names import plain_names
from allocator.files.plan_files import json_bytes
from allocator.files.writing import csv_text
from allocator.reporting.documents import change_documents, finding_documents, goal_documents, picked
from allocator.reporting.goals import IN_FILES
from allocator.reporting.letter import Letter
from allocator.reporting.model import (
    Block,
    Cell,
    Chart,
    Column,
    Report,
    Table,
    Text,
    figures,
    ids,
    section,
    sentences,
    texts,
)
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
from allocator.rules.notes.overdue import overdue_words

COVER_COLUMNS = ("case_id", "absent_officer_id", "officer_id")
MANY_CASES = 60  # what people still read through on a terminal


def cover_csv(explanation: CoverExplanation) -> bytes:
    """Write cover as ``cover.csv``: a row for each case to cover, in input order; officer_id empty where uncovered."""
    rows = ((one.case.case_id, one.absent, one.covers or "") for one in explanation.cases)
    return csv_text([COVER_COLUMNS, *rows]).encode()


def cover_files(explanation: CoverExplanation, source: str | None = None) -> dict[str, bytes]:
    """Compose cover.csv, cover.json, cover.xlsx, and the letters as pages that open from disk."""
    told = list(cover_letters(explanation))
    names = plain_names(one.recipient for one in told)
    letters = {f"letter-{names[one.recipient]}-{one.kind}.html": one.html.encode() for one in told}
    return {
        "cover.csv": cover_csv(explanation),
        "cover.json": json_bytes(cover_document(explanation, source)),
        "cover.xlsx": workbook(cover_tables(explanation), explanation.cycle_date, explanation.name),
        **letters,
    }


def cover_document(explanation: CoverExplanation, source: str | None = None) -> dict[str, Any]:
    """Compose ``cover.json``: plain data, its source where the force was read from."""
    return {
        "force": explanation.name,
        "cycle_date": explanation.cycle_date.isoformat(),
        "source": source,
        "seed": explanation.seed,
        "seconds": round(explanation.seconds, 3),
        "stopped": explanation.stopped,
        "versions": dict(explanation.versions),
        "goals": goal_documents(explanation.goals),
        "covered": [_covered_document(one) for one in explanation.cases],
        "findings": finding_documents(explanation.findings),
        "says": [proof_of_cover(explanation), count_of_cover(explanation)],
    }


def _covered_document(one: CoveredCase) -> dict[str, Any]:
    return {
        "case_id": one.case.case_id,
        "absent_officer_id": one.absent,
        "officer_id": one.covers,
        "covered_by": one.case.covered_by,
        "receivers": len(one.may),
        "former": one.covers in one.former,
        "insisted": one.insisted,
        "says": covered_sentence(one),
    }


# Sentences


def proof_of_cover(explanation: CoverExplanation) -> str:
    """Whether cover is proved best or how far from proof it is."""
    ended = {
        None: f"Solved in {explanation.seconds:.1f} s. ",
        "time limit": f"The time limit ended the run after {explanation.seconds:.1f} s. ",
        "interrupted": f"Cut short by Ctrl-C after {explanation.seconds:.1f} s. ",
    }.get(explanation.stopped, f"The run ended early: {explanation.stopped}. ")
    first = next((goal for goal in explanation.goals if not goal.proven), None)
    if first is None:
        return f"{ended}Proved best: on each goal in turn, no cover does better."
    return (
        f"{ended}This cover is valid, but not proved best: {first.name} is {first.value:,}, and all that is proved is "
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


def cover_price(other: OtherCover, names: Mapping[str, str] = IN_FILES) -> str:
    """What another officer's covering a case would cost."""
    proved = "" if other.proven else " (not proved)"
    level = all(pair.difference == 0 for pair in other.goals)
    return f"{'costs nothing' if level else change_words(other.goals, names)}{proved}"


# Report


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
        f"{_load(facts['cases'], facts['covered'], percent)} of {facts['limit']}",
        f"{_load(facts['high_risk'], facts['covered_high'], percent)} of {facts['allowed']}",
        ", ".join(facts["for"]),
        ", ".join(_above(facts, percent)),
    )


def _above(facts: Mapping[str, Any], percent: int) -> list[str]:
    """What an officer carries more of, with cover, than they may hold."""
    cases = 100 * facts["cases"] + percent * facts["covered"] > 100 * facts["limit"]
    high = 100 * facts["high_risk"] + percent * facts["covered_high"] > 100 * facts["allowed"]
    return [what for what, above in (("cases", cases), ("high risk", high)) if above]


def _load(held: int, covered: int, percent: int) -> str:
    """Cases held, and those covered by their weight: ``44.5``."""
    return f"{(100 * held + percent * covered) / 100:.2f}".rstrip("0").rstrip(".")


def _case_table(cases: tuple[CoveredCase, ...]) -> Table:
    rows = tuple(
        (one.case.case_id, one.case.risk.replace("_", " "), one.covers or "nobody", why_words_of_cover(one))
        for one in cases
    )
    return Table((*ids("case"), *texts("risk"), *ids("covered by"), *texts("why")), rows)


def cover_tables(explanation: CoverExplanation) -> list[Table]:
    """Summary, cases, officers and findings, a sheet of cover.xlsx each."""
    summary: list[tuple[Cell, ...]] = [
        (proof_of_cover(explanation),),
        (count_of_cover(explanation),),
        (),
        ("goal, in strict order", "this cover", "proof", "what it counts"),
    ]
    heading = len(summary) - 1
    summary += [(g.name, g.value, proof_word(g), cover_goal_words(g.name)) for g in explanation.goals]
    summary += [
        (),
        ("a covered case counts, percent", explanation.percent),
        ("seed", explanation.seed),
        *((f"version of {name}", version) for name, version in explanation.versions.items()),
    ]
    rows: list[tuple[Cell, ...]] = []
    for one in explanation.cases:
        case, what = one.case, one.case.risk.replace("_", " ")
        home = one.home
        who = (one.absent, case.covered_by, one.covers or "nobody", len(one.may))
        rows.append((case.case_id, home, what, case.level, place_words(case), *who, why_words_of_cover(one)))
    nobody = frozenset(number for number, one in enumerate(explanation.cases) if one.covers is None)
    carriers = told_carriers(explanation)
    told = tuple((f.rule, f.officer, f.case, finding_sentence(f)) for f in explanation.findings)
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
    (14, 10, 10, 20, 20, 30, 20),
    ("officer", "holds", "covers", "with cover, of limit", "high risk, of allowed", "for", "above limits with cover"),
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
            yield f"  {other.officer}: {cover_price(other)}{', managed the case before' if other.former else ''}."
    if answer.stopped is not None:
        yield f"The run ended early ({answer.stopped}): prices of others who may are not known."
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
        "stopped": answer.stopped,
        "explanation": list(why_cover_sentences(answer)),
    }


# Letters


def cover_letters(explanation: CoverExplanation) -> Iterator[Letter]:
    """A letter to each who covers, and to each who is away."""
    day = day_words(explanation.cycle_date)
    covered: dict[str, list[CoveredCase]] = {}
    for one in explanation.cases:
        if one.covers is not None:
            covered.setdefault(one.covers, []).append(one)
    for who, cases in sorted(covered.items()):
        yield _to_cover(explanation, who, cases, day)
    for who in explanation.away:
        yield _to_absent(who, explanation.of_absent(who), day)


def _to_cover(explanation: CoverExplanation, who: str, cases: list[CoveredCase], day: str) -> Letter:
    (held,) = (f.facts for f in explanation.findings if f.rule == Carries.id and f.officer == who)
    percent = explanation.percent
    rows = []
    for one in cases:
        late = dict(one.overdue)
        notes = ["you cover it now"] if one.goes_on else []
        notes += ["you managed the case before"] if one.covers in one.former else []
        notes += [overdue_words(late)] if late else []
        case = one.case
        rows.append((case.case_id, case.risk.replace("_", " "), place_words(case), one.absent, "; ".join(notes)))
    said = sentences(
        f"From {day}, until its officer is back, you look after each of these cases; it stays theirs.",
        f"You hold {cases_words(held['cases'])} of {held['limit']}, {held['high_risk']} of high risk of "
        f"{held['allowed']} allowed. A case that you cover counts {percent}% of its load: with cover you carry "
        f"{_load(held['cases'], held['covered'], percent)}, "
        f"{_load(held['high_risk'], held['covered_high'], percent)} of high risk.",
    )
    columns = texts("case", "risk", "setting", "officer", "to know")
    table = Table(columns, tuple(rows), f"You cover {cases_words(len(rows))}")
    return Letter("cover", who, "", Report(f"Cases that you cover from {day}", (*said, table)))


def _to_absent(who: str, cases: tuple[CoveredCase, ...], day: str) -> Letter:
    rows = tuple((one.case.case_id, _told_absent(one, who)) for one in cases)
    some = any(one.covers is not None for one in cases)
    looked = "While you are away these cases are looked after for you." if some else "Nobody may cover your cases yet."
    said = sentences(f"{looked} They stay yours.")
    table = Table(texts("case", "covered by"), rows, f"Your {cases_words(len(rows))}")
    return Letter("away", who, "", Report(f"Who looks after your cases from {day}", (*said, table)))


def _told_absent(one: CoveredCase, who: str) -> str:
    """Who covers a case, as who is away is told; nothing of the case to whoever is excluded from it."""
    if one.covers is None:
        return "nobody yet"
    return "another officer" if who in one.case.excluded else one.covers
