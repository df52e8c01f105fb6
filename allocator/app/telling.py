"""What is said of plans and scenarios, as far as one person may be told it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allocator.analysis.changes import Change
from allocator.analysis.reasons import Move
from allocator.analysis.report import Report
from allocator.analysis.scenario import Layer, Scenario
from allocator.app.visibility import Hidden, mask_excluded_rules, mask_exclusions_in_text
from allocator.domain.plan import Finding
from allocator.files.plan_workbook import Page
from allocator.reporting.pages import plan_pages
from allocator.reporting.sentences.plans import finding_sentence, move_sentence, new_case_sentence, unplaced_sentence


def report_of(report: Report) -> Report:
    """A report in which no other rule is told beside an exclusion."""
    return replace(report, moves=tuple(replace(move, bars=mask_excluded_rules(move.bars)) for move in report.moves))


def finding_words(finding: Finding, cut: Hidden) -> str | None:
    """The sentence of a finding; None where it would name what is hidden."""
    return None if cut.about(finding) or cut.names(finding) else mask_exclusions_in_text(finding_sentence(finding))


def case_sentences(report: Report, cut: Hidden) -> dict[str, str]:
    """Why each case of a plan that does not simply stay is where it is; empty where that would name what is hidden."""
    found = {
        move.case.case_id: mask_exclusions_in_text(move_sentence(move))
        for move in report.moves
        if not _grows(move, cut)
    }
    found |= {new.case.case_id: new_case_sentence(new) for new in report.new_cases}
    for one in report.unplaced:
        if one.finding is None or not cut.names(one.finding):
            found[one.case.case_id] = mask_exclusions_in_text(unplaced_sentence(one))
    return {case_id: said for case_id, said in found.items() if case_id not in cut.cases}


def _grows(move: Move, cut: Hidden) -> bool:
    """Whether what grows if a case stayed names what is hidden."""
    return move.instead is not None and cut.names(*(growth.finding for growth in move.instead.growths))


def workbook_pages(report: Report, cut: Hidden) -> list[Page]:
    """The sheets of a plan without rows that somebody may not see."""
    says, findings = case_sentences(report, cut), report.result.findings
    found = []
    for page in plan_pages(report):
        rows: dict[int, tuple[Any, ...]] = dict(enumerate(page.rows))
        match page.name:
            case "officers":
                rows = {k: row for k, row in rows.items() if row[0] not in cut.officers}
            case "moves" | "new cases":
                rows = {k: (*row[:-1], says.get(row[0], "")) for k, row in rows.items() if row[0] not in cut.cases}
            case "findings":
                rows = {
                    k: (*row[:-1], finding_words(finding, cut) or "")
                    for (k, row), finding in zip(rows.items(), findings, strict=True)
                    if not cut.about(finding)
                }
        found.append(_with_rows(page, rows))
    return found


def _with_rows(page: Page, rows: dict[int, tuple[Any, ...]]) -> Page:
    place = {old: new for new, old in enumerate(rows)}
    return replace(
        page,
        rows=tuple(rows.values()),
        headings=frozenset(place[k] for k in page.headings),
        marked=frozenset(place[k] for k in page.marked if k in place),
    )


def scenario_sentences(scenario: Scenario | None, cut: Hidden) -> list[str]:
    """The changes of a scenario in words, without those that name what is hidden."""
    if scenario is None:
        return []
    layers = [replace(layer, changes=_told(layer, cut)) for layer in scenario.layers]
    return list(Scenario(tuple(layers)).says)


def _told(layer: Layer, cut: Hidden) -> tuple[Change, ...]:
    return tuple(
        change
        for change in layer.changes
        if not any(
            name in cut.cases or name in cut.officers
            for _, name, table in change.mentions()
            if table in ("cases", "officers")
        )
    )
