"""plan.json and the JSON of a check."""

import json

from allocator.analysis.explain import explain
from allocator.checking import check
from allocator.domain.result import RULES_VERSION
from allocator.files.plan_files import json_bytes
from allocator.reporting.check import check_document
from allocator.reporting.plan_files import plan_document
from tests.results import goals, result
from tests.tiny import current, force, new, officer, plan

# A starts with 2 of 1 cases and gives one to B; nobody may take c3.
FORCE = force(
    [officer("A"), officer("B")],
    [current("c1", "A"), current("c2", "A"), new("c3", needs=frozenset({"x"}))],
    limits={"cases": 1},
)
PLAN = plan(FORCE, c1="B")


def document(**changes):
    return json.loads(json_bytes(plan_document(explain(result(PLAN, **changes), "abc"))))


def test_what_plan_json_holds():
    found = document(goals=goals((1, 1), (0, 0), (36, 30), (5, 1)), stopped="time limit")
    assert found["force"] == "tiny"
    assert found["cycle_date"] == "2026-03-31"
    assert found["digest"] == "abc"
    assert (found["seed"], found["seconds"], found["stopped"]) == (0, 1.5, "time limit")
    assert found["versions"] == {"allocator": "0", "rules": RULES_VERSION}
    assert found["policy"]["limits"]["cases"] == 1
    assert found["goals"] == [
        {"name": "unplaced", "value": 1, "bound": 1, "proven": True},
        {"name": "excess", "value": 0, "bound": 0, "proven": True},
        {"name": "disruption", "value": 36, "bound": 30, "proven": False},
        {"name": "fairness", "value": 5, "bound": 1, "proven": False},
    ]
    assert [goal["name"] for goal in found["without_moves"]] == [goal["name"] for goal in found["goals"]]


def test_officers_before_and_after():
    a, b = document()["officers"]
    # P = 9 points: c3, placed or not, counts too. A had 6 of a share of 4.5, has 3.
    assert a["before"] == {
        "cases": 2, "limit": 1, "high_risk": 0, "allowed": 2, "share": 0.0, "points": 6, "fair_percent": 133
    }  # fmt: skip
    assert (a["after"]["cases"], a["after"]["fair_percent"]) == (1, 66)
    assert (b["before"]["share"], b["before"]["fair_percent"]) == (None, 0)


def test_moves_and_unplaced_with_their_reasons():
    found = document()
    (move,) = found["moves"]
    assert (move["case_id"], move["from_officer_id"], move["officer_id"]) == ("c1", "A", "B")
    assert (move["months"], move["disruption"], move["receivers"], move["barred_by"]) == (24, 36, 1, [])
    assert (move["if_it_stayed"]["goal"], move["if_it_stayed"]["excesses"][0]["rule"]) == ("excess", "case-limit")
    assert move["says"] == "If it stayed: A would hold 2 cases; the limit is 1."
    (unplaced,) = found["unplaced"]
    assert (unplaced["case_id"], unplaced["from_officer_id"], unplaced["still_with"]) == ("c3", None, None)


def test_a_barred_move_has_no_instead():
    f = force([officer("A", status="leaving"), officer("B")], [current("c1", "A")])
    (move,) = plan_document(explain(result(plan(f, c1="B")), "d"))["moves"]
    assert (move["barred_by"], move["if_it_stayed"]) == (["staying"], None)


def test_a_check_is_exactly_goals_broken_and_findings():
    # c1 leaves pinned A, which is broken; nobody may take c3.
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A", locked=True), new("c3", needs=frozenset({"x"}))],
        divisions={"skills": []},
    )
    found = json.loads(json_bytes(check_document(check(plan(f, c1="B")))))
    assert list(found) == ["goals", "broken", "findings"]
    assert [list(goal) for goal in found["goals"]] == [["name", "value"]] * 4
    assert found["goals"][0] == {"name": "unplaced", "value": 1}
    assert found["broken"] == [
        {
            "rule": "locked",
            "kind": "broken",
            "amount": 1,
            "officer": "A",
            "case": "c1",
            "premises": None,
            "says": "Case c1 is pinned to A and cannot move.",
        }
    ]
    (nobody,) = found["findings"]
    assert (nobody["rule"], nobody["case"], nobody["barred"]) == ("nobody-can", "c3", {"A": "skills", "B": "skills"})
