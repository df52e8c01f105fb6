"""The reference leaves no rule out, and none is without words."""

import pytest

from allocator.reporting.reference import COVER, reference, reference_markdown
from allocator.rules.base import Rule
from allocator.rules.cover.base import CoverGoal, CoverNote, CoverRule


def leaves(rule: type) -> list[type]:
    below = rule.__subclasses__()
    return [rule] if not below else [leaf for child in below for leaf in leaves(child)]


RULES = [rule for rule in leaves(Rule) if rule.__module__.startswith("allocator.")]


def test_there_are_rules_to_look_for():
    assert {rule.id for rule in RULES} >= {"division", "budget", "reserve", "cover", "fairness"}


OF_COVER = [rule for rule in leaves(CoverRule) if rule.__module__.startswith("allocator.")]


@pytest.mark.parametrize("rule", [*RULES, *OF_COVER], ids=lambda rule: rule.__name__)
def test_every_rule_stands_in_the_reference(rule):
    families = [family for family in reference() if family.name.startswith(COVER) == issubclass(rule, CoverRule)]
    kind = "goals" if issubclass(rule, CoverGoal) else ""  # the note on what is uncovered is called as the goal is
    entries = [
        entry for family in families for entry in family.entries if entry.id == rule.id and family.name.endswith(kind)
    ]
    if issubclass(rule, CoverNote):
        entries = [entry for entry in entries if entry.guarantee == rule.guarantee()]
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
