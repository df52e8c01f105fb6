"""What one rule says about a plan, put in words on the way, and what it counts over all plans of a tiny force."""

from __future__ import annotations

from typing import Any

from allocator.checking import check
from allocator.domain.force import Force
from allocator.domain.plan import Finding, Plan
from allocator.rules import GOALS, NOTES, RULES
from tests.describing import Findings
from tests.tiny import every_plan

BY_ID = {rule.id: rule for rule in (*RULES, *NOTES, *GOALS)}


def found(plan: Plan, rule_id: str) -> list[Finding]:
    """What one rule finds in a plan, in the order of the check."""
    findings = Findings(finding for finding in everything(plan) if finding.rule == rule_id)
    findings.plan = plan
    for finding in findings:
        in_words(finding)
    return findings


def everything(plan: Plan) -> list[Finding]:
    """What all rules find in a plan."""
    checked = check(plan)
    return [*checked.broken, *checked.findings]


def in_words(finding: Finding) -> str:
    """A finding's sentence: it names whom and what the finding is about, and leaves nothing to be filled in."""
    sentence = BY_ID[finding.rule].sentence(finding)
    for named in (finding.officer, finding.case, finding.premises):
        assert named is None or named in sentence, sentence
    assert sentence.endswith(".") and not {"{", "}", "None"} & {*sentence.split(), *sentence}, sentence
    return sentence


def amounts(of: Force, rule_id: str) -> set[int]:
    """What one rule counts in all, over every plan that breaks no rule and leaves out nobody who could be placed."""
    counted = []
    for plan in every_plan(of):
        checked = check(plan)
        if not checked.broken:
            amount = sum(f.amount for f in checked.findings if f.rule == rule_id)
            counted.append((checked.goals["unplaced"], amount))
    least = min(unplaced for unplaced, _ in counted)
    return {amount for unplaced, amount in counted if unplaced == least}


def under(of: Force, **tables: Any) -> Force:
    """A force with policy tables merged over its own."""
    return of.replace(policy=of.policy.merge(tables))
