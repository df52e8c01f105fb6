from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from allocator.checking import check
from allocator.domain.force import Case, Exemption, Force, Premises, columns_for_people
from allocator.rules import GOALS, LIMITS, MOVEMENT, NOTES, PLACEMENT, RECEIVING, RULES
from allocator.rules.base import Goal, Note, Rule
from allocator.rules.columns import Columns
from allocator.solver.parts import choices, split_into_parts
from allocator.solver.pool import part_key
from tests.rules.found import everything, in_words, under
from tests.tiny import TODAY, agree, another, current, every_plan, force, new, officer, plan

TABLE: tuple[Rule, ...] = (*RULES, *NOTES, *GOALS)
HERE = Path(__file__).parent


def asked_of(rule: Rule) -> set[str]:
    """Tests that a rule of this sort must have."""
    if isinstance(rule, Goal):
        return {"test_value", "test_boundary", "test_agrees"}
    if isinstance(rule, Note):
        return {"test_told", "test_not_told", "test_boundary"}
    return {"test_holds", "test_breaks", "test_boundary", "test_agrees"}


def file_of(rule: Rule) -> Path:
    return HERE / f"test_{rule.id.replace('-', '_')}.py"


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
def test_every_rule_has_its_tests(rule: Rule) -> None:
    assert file_of(rule).is_file(), f"write {file_of(rule).name}"
    module = ast.parse(file_of(rule).read_text(encoding="utf-8"))
    missing = asked_of(rule) - {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    assert not missing, f"{file_of(rule).name} lacks {sorted(missing)}"


def test_every_file_has_its_rule() -> None:
    of_all = {"test_table.py", "test_mixed.py"}
    assert {path.name for path in HERE.glob("test_*.py")} == {file_of(rule).name for rule in TABLE} | of_all


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in TABLE]
    assert len(ids) == len(set(ids))


def test_order_of_the_contract() -> None:
    assert [rule.id for rule in PLACEMENT] == ["division", "trained", "skills", "excluded", "staying"]
    assert [rule.id for rule in RECEIVING] == ["open", "premises", "buddied", "relieved"]
    # That a permitted case is never unplaced stands below the contract's table, without an id of its own.
    assert [rule.id for rule in MOVEMENT if rule.id != "permitted"] == ["locked", "budget"]
    assert [rule.id for rule in LIMITS] == [
        "case-limit",
        "high-risk-share",
        "intake",
        "arrivals",
        "frozen",
        "novice",
        "reserve",
    ]
    assert [rule.id for rule in NOTES] == [
        "cover",
        "buddy-needed",
        "lock-lifted",
        "nobody-can",
        "over-limit",
        "category-3",
        "referral",
        "specialist",
        "overdue",
        "exempted",  # of exemptions, which the contract's page does not know
    ]
    assert [rule.id for rule in GOALS] == ["unplaced", "excess", "disruption", "fairness"]
    assert (*PLACEMENT, *RECEIVING, *MOVEMENT, *LIMITS) == RULES


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
def test_every_rule_opens_with_one_plain_sentence(rule: Rule) -> None:
    sentence = rule.guarantee()
    assert sentence[:1].isupper() and sentence.endswith(".") and ". " not in sentence, sentence


def crowded() -> list[Force]:
    """Two forces in whose plans every rule has something to say."""
    sites = [Premises(premises_id="P", division="North", expected_arrivals=2)]
    at_p: dict[str, Any] = {"setting": "premises", "premises": "P"}
    linked: dict[str, Any] = {"premises": frozenset({"P"})}
    first = force(
        [
            officer("A", **linked),
            officer("U", mosovo="none"),
            officer("X", status="absent", **linked),
            officer("L", status="leaving", division="South"),
        ],
        [
            current("c1", "A", risk="high", locked=True, visit_due=TODAY - timedelta(1)),
            new("c2", level=2, needs=frozenset({"da"}), risk="high", excluded=frozenset({"A"})),
            current("c3", "L", locked=True, forums=frozenset({"marac"}), **at_p),
            current("c4", "X"),
        ],
        sites,
        limits={"cases": 1, "intake": 0, "high_risk_percent": 0, "small_caseload": 0},
        training={"untrained_intake": 0, "risks": ["high"]},
        relationship={"max_moves": 0},
    )
    second = force([officer("A", **linked)], [new("c1"), new("c2", **at_p)], sites, limits={"cases": 2})
    exempt = Exemption(case_id="c4", officer_id="A", rule="division", reason="continuity")
    first = first.replace(exemptions=(exempt,))
    return [under(f, premises={"arrivals_per_cycle": 0}) for f in (first, second)]


def test_every_finding_can_be_put_in_words() -> None:
    findings = [finding for f in crowded() for p in every_plan(f) for finding in everything(p)]
    assert {finding.rule for finding in findings} == {rule.id for rule in (*RULES, *NOTES)} | {"unplaced"}
    assert all(in_words(finding) for finding in findings)


@pytest.mark.parametrize("column", [name for name in Case.model_fields if name != "case_id"])
def test_columns_that_no_rule_reads_are_marked(column: str) -> None:
    """A change of what a rule or goal reads overtakes decisions; a column that none does is marked `FOR_PEOPLE`."""
    before = current("c1", "A", setting="custody", release_on=TODAY + timedelta(100))
    at_p = {"setting": "premises", "premises": "P", "release_on": None}
    changes: dict[str, Any] = {
        **{"setting": at_p, "premises": at_p, "division": {"division": "South"}, "officer": {"officer": "B"}},
        **{"level": {"level": 2}, "risk": {"risk": "high"}, "former": {"former": frozenset({"B"})}},
        "excluded": {"excluded": frozenset({"B"})},
        "covered_by": {"covered_by": "B"},
    }
    after = Case(**{**dict(before), **changes.get(column, {column: another(column)})})
    officers, sites = [officer("A"), officer("B")], [Premises(premises_id="P", division="South")]
    keys = {part_key(choices(Columns(force(officers, [case, new("n1")], sites)))) for case in (before, after)}
    marked = column in columns_for_people()
    assert (len(keys) == 1) == marked, f"{column} is {'read: it is' if marked else 'not read: mark it'} FOR_PEOPLE"


def test_kinds_and_amounts() -> None:
    kinds = {rule.id: "excess" for rule in LIMITS} | {rule.id: "note" for rule in NOTES} | {"unplaced": "note"}
    for f in crowded():
        for p in every_plan(f):
            checked = check(p)
            assert all((x.kind, x.amount) == ("broken", 1) for x in checked.broken)
            assert all(x.kind == kinds[x.rule] for x in checked.findings)
            assert all(x.amount > 0 if x.kind == "excess" else x.amount == 0 for x in checked.findings)


def test_a_force_with_little_in_it() -> None:
    # No officers: all is unplaced. No cases: nothing is to be done. Neither: nothing at all.
    nothing = {"unplaced": 0, "excess": 0, "disruption": 0, "fairness": 0}
    nobody = force([], [new("c1", risk="high"), new("c2")])
    assert check(plan(nobody)).goals == nothing | {"unplaced": 4 + 1}
    open_to = choices(Columns(nobody))
    assert open_to.stuck.tolist() == [True, True] and split_into_parts(open_to) == []
    for idle in (force([officer("A")], []), force([], [])):
        assert check(plan(idle)).goals == nothing
        assert agree(idle) == (1, 0)
