"""Cover on disk: cover.csv for machines, cover.json with its proof, cover.xlsx for people, and the letters."""

from __future__ import annotations

from typing import Any

from allocator.analysis.cover import CoveredCase, CoverExplanation
from allocator.files.plain_names import plain_names
from allocator.files.plan_files import json_bytes
from allocator.files.writing import csv_text
from allocator.reporting.cover import (
    count_of_cover,
    covered_sentence,
    proof_of_cover,
    told_carriers,
    why_words_of_cover,
)
from allocator.reporting.cover_letters import cover_letters
from allocator.reporting.documents import finding_documents, goal_documents
from allocator.reporting.model import Cell, Column, Table
from allocator.reporting.renderers.workbook import workbook
from allocator.reporting.words import (
    cover_goal_words,
    finding_sentence,
    place_words,
    proof_word,
)

COVER_COLUMNS = ("case_id", "absent_officer_id", "officer_id")


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
        "covered": [covered_document(one) for one in explanation.cases],
        "findings": finding_documents(explanation.findings),
        "says": [proof_of_cover(explanation), count_of_cover(explanation)],
    }


def covered_document(one: CoveredCase) -> dict[str, Any]:
    """Compose the JSON of one case to cover."""
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
