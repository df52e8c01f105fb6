"""What is said of plans and scenarios, as far as one person may see it."""

from __future__ import annotations

from dataclasses import replace

from allocator.analysis.changes import Change
from allocator.analysis.explain import Explanation
from allocator.analysis.reasons import Move
from allocator.analysis.scenario import Layer, Scenario
from allocator.app.visibility import Hidden, mask_excluded_rules, mask_exclusions_in_text
from allocator.domain.plan import Finding
from allocator.reporting.model import Cell, Table
from allocator.reporting.plan_files import plan_tables
from allocator.reporting.plan_sentences import move_sentence, new_case_sentence, unplaced_sentence
from allocator.reporting.words import finding_sentence


def mask_bars(plan: Explanation) -> Explanation:
    """A plan explained with no other rule told beside an exclusion."""
    return replace(plan, moves=tuple(replace(move, bars=mask_excluded_rules(move.bars)) for move in plan.moves))


def visible_finding(finding: Finding, cut: Hidden) -> str | None:
    """The sentence of a finding; None where it would name what is hidden."""
    return None if cut.about(finding) or cut.names(finding) else mask_exclusions_in_text(finding_sentence(finding))


def visible_cases(plan: Explanation, cut: Hidden) -> dict[str, str]:
    """Why each case of a plan that does not simply stay is where it is; empty where that would name what is hidden."""
    found = {
        move.case.case_id: mask_exclusions_in_text(move_sentence(move)) for move in plan.moves if not _grows(move, cut)
    }
    found |= {new.case.case_id: new_case_sentence(new) for new in plan.new_cases}
    for one in plan.unplaced:
        if one.finding is None or not cut.names(one.finding):
            found[one.case.case_id] = mask_exclusions_in_text(unplaced_sentence(one))
    return {case_id: said for case_id, said in found.items() if case_id not in cut.cases}


def _grows(move: Move, cut: Hidden) -> bool:
    """Whether what grows if a case stayed names what is hidden."""
    return move.instead is not None and cut.names(*(growth.finding for growth in move.instead.growths))


def visible_tables(plan: Explanation, cut: Hidden) -> list[Table]:
    """The sheets of a plan without rows that somebody may not see."""
    says, findings = visible_cases(plan, cut), plan.result.findings
    found = []
    for table in plan_tables(plan):
        rows: dict[int, tuple[Cell, ...]] = dict(enumerate(table.rows))
        match table.title:
            case "officers":
                rows = {k: row for k, row in rows.items() if row[0] not in cut.officers}
            case "moves" | "new cases":
                rows = {k: (*row[:-1], says.get(str(row[0]), "")) for k, row in rows.items() if row[0] not in cut.cases}
            case "findings":
                rows = {
                    k: (*rows[k][:-1], visible_finding(finding, cut) or "")
                    for k, finding in enumerate(findings)
                    if not cut.about(finding)
                }
        found.append(_with_rows(table, rows))
    return found


def _with_rows(table: Table, rows: dict[int, tuple[Cell, ...]]) -> Table:
    place = {old: new for new, old in enumerate(rows)}
    return replace(
        table,
        rows=tuple(rows.values()),
        headings=frozenset(place[k] for k in table.headings),
        marked=frozenset(place[k] for k in table.marked if k in place),
    )


def visible_changes(scenario: Scenario | None, cut: Hidden) -> list[str]:
    """The changes of a scenario in words, without those that name what is hidden."""
    if scenario is None:
        return []
    layers = [replace(layer, changes=_visible(layer, cut)) for layer in scenario.layers]
    return list(Scenario(tuple(layers)).says)


def _visible(layer: Layer, cut: Hidden) -> tuple[Change, ...]:
    return tuple(
        change
        for change in layer.changes
        if not any(
            name in cut.cases or name in cut.officers
            for _, name, table in change.mentions()
            if table in ("cases", "officers")
        )
    )
