"""What a check says: goals, broken rules and findings of any plan."""

from __future__ import annotations

from typing import Any

from allocator.checking import Checked
from allocator.domain.force import Force
from allocator.reporting.documents import finding_documents
from allocator.reporting.model import Report, Table, Text, figures, section, sentences, texts
from allocator.reporting.words import finding_sentence, goal_words, times


def check_report(force: Force, checked: Checked, what: str) -> Report:
    """What a check found of a plan, which is named in words."""
    verdict = Text("No rule is broken.", "good")
    if checked.broken:
        verdict = Text(f"This plan breaks rules, {times(len(checked.broken))}.", "wrong")
    goals = Table(
        (*texts("goal"), *figures("value", form=","), *texts("what it counts")),
        tuple((name, value, goal_words(name)) for name, value in checked.goals.items()),
    )
    lists = (
        ("Broken rules", checked.broken),
        ("Over limits", [f for f in checked.findings if f.kind == "excess"]),
        ("Notes", [f for f in checked.findings if f.kind == "note"]),
    )
    details = [
        block
        for title, findings in lists
        for block in section(
            f"{title} ({len(findings):,})",
            *sentences(*(f"{f.rule}: {finding_sentence(f)}" for f in findings), indent=2),
        )
    ]
    title = f"{force.name}, cycle of {force.cycle_date.isoformat()}: {what}"
    return Report(title, (Text(""), verdict, Text(""), goals, *details))


def check_document(checked: Checked) -> dict[str, Any]:
    """Compose the JSON of a check: goals, broken rules and findings."""
    return {
        "goals": [{"name": name, "value": value} for name, value in checked.goals.items()],
        "broken": finding_documents(checked.broken),
        "findings": finding_documents(checked.findings),
    }
