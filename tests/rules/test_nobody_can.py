from __future__ import annotations

from typing import Any

from allocator.domain.force import Officer, Premises
from allocator.domain.plan import Finding, Plan
from tests.rules.found import BY_ID, found
from tests.tiny import current, force, new, officer, plan

HOSTEL = Premises(premises_id="P", division="North")
AT_P: dict[str, Any] = {"setting": "premises", "premises": "P"}


def barred(finding: Finding) -> dict[str, str]:
    assert (finding.rule, finding.kind, finding.amount) == ("nobody-can", "note", 0)
    return dict(finding.facts["barred"])


def test_told() -> None:
    # For each officer the first rule in table order: division, trained, skills, excluded, staying, open, premises,
    # buddied. Each but the last would be barred by every rule that follows, as far as the two can go together.
    excluded = frozenset({"d", "t", "s", "e"})
    useless: dict[str, Any] = {"mosovo": "none", "status": "leaving"}
    officers = [
        officer("d", division="South", **useless),
        officer("t", **useless),
        officer("s", status="leaving"),
        officer("e", skills=frozenset({"da"}), status="leaving"),
        officer("y", skills=frozenset({"da"}), status="leaving"),
        officer("o", skills=frozenset({"da"}), status="closed"),
        officer("c", skills=frozenset({"da"}), capacity=0),
        officer("p", skills=frozenset({"da"})),
    ]
    case = new("c1", level=3, risk="high", needs=frozenset({"da"}), excluded=excluded, **AT_P)
    (finding,) = found(plan(force(officers, [case], [HOSTEL])), "nobody-can")
    assert barred(finding) == {
        "d": "division",
        "t": "trained",
        "s": "skills",
        "e": "excluded",
        "y": "staying",
        "o": "open",
        "c": "open",
        "p": "premises",
    }
    assert finding.case == "c1" and finding.facts["risk"] == "high" and finding.facts["still_with"] is None
    # Two by open, one by each other rule.
    assert "open bars 2" in BY_ID["nobody-can"].sentence(finding)


def test_told_about_the_last_rules() -> None:
    # Not linked and without a buddy: premises comes first. Linked: only the buddy is missing.
    u: dict[str, Any] = {"mosovo": "none"}
    f = force([officer("p", **u), officer("b", premises=frozenset({"P"}), **u)], [new("c1", **AT_P)], [HOSTEL])
    (finding,) = found(plan(f), "nobody-can")
    assert barred(finding) == {"p": "premises", "b": "buddied"}


def test_told_about_a_case_still_with_its_officer() -> None:
    # The current officer is listed with the rule by which they may not even hold it.
    f = force([officer("A"), officer("B", status="closed")], [current("c1", "A", excluded=frozenset({"A"}))])
    (finding,) = found(plan(f, c1=None), "nobody-can")
    assert barred(finding) == {"A": "excluded", "B": "open"}
    assert finding.facts["still_with"] == "A"


def test_told_without_officers() -> None:
    # A division without officers, and a force without any: nobody is there to be barred.
    (finding,) = found(plan(force([officer("A")], [new("c1", division="South")])), "nobody-can")
    assert barred(finding) == {"A": "division"}
    (finding,) = found(plan(force([], [new("c1")])), "nobody-can")
    assert barred(finding) == {}
    assert BY_ID["nobody-can"].sentence(finding) == "Nobody may receive case c1: there are no officers."
    assert found(Plan.as_it_stands(force([officer("A")], [])), "nobody-can") == []


def test_not_told() -> None:
    # Placed; or left with nobody by a plan though somebody could, which is no reason why nobody can.
    f = force([officer("A")], [new("c1"), new("c2")])
    assert found(plan(f, c1="A", c2=None), "nobody-can") == []


def test_boundary() -> None:
    # One open officer less decides it.
    def told(last: Officer) -> bool:
        f = force([officer("A", status="absent"), last], [current("c1", "A", division="South"), new("c2")])
        notes = found(plan(f, c1=None, c2=None), "nobody-can")
        assert {note.case for note in notes} >= {"c1"}
        return "c2" in {note.case for note in notes}

    assert not told(officer("B", capacity=1))
    assert told(officer("B", capacity=0))
