"""The reference leaves no rule out, and none is without words."""

import pytest

from allocator.reporting.reference import reference, reference_markdown
from allocator.rules.base import Rule


def leaves(rule: type[Rule]) -> list[type[Rule]]:
    below = rule.__subclasses__()
    return [rule] if not below else [leaf for child in below for leaf in leaves(child)]


RULES = [rule for rule in leaves(Rule) if rule.__module__.startswith("allocator.")]


def test_there_are_rules_to_look_for():
    assert {rule.id for rule in RULES} >= {"division", "budget", "reserve", "cover", "fairness"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_stands_in_the_reference(rule):
    entries = [entry for family in reference() for entry in family.entries if entry.id == rule.id]
    assert len(entries) == 1
    assert entries[0].guarantee.endswith((".", ")"))
    assert entries[0].says
    assert f"\n| `{rule.id}` | " in reference_markdown()


def test_nothing_is_left_of_templates_and_markup():
    page = reference_markdown()
    assert "``" not in page
    assert "{" not in page
    assert "*officer*" in page
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert {line.count("|") for line in rows} == {4}
