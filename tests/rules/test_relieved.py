from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Exemption, Force, Premises
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found, under
from tests.tiny import agree, current, force, new, officer, plan

HOSTEL = Premises(premises_id="P", division="North")
AT_P: dict[str, Any] = {"setting": "premises", "premises": "P"}
LINKED: dict[str, Any] = {"premises": frozenset({"P"})}


def broken(case_id: str) -> Finding:
    return Finding("relieved", "broken", 1, officer="A", case=case_id)


def crowded(**limits: Any) -> Force:
    """A starts with 1 case of floor(3 * 30 / 100) = 0, B with 3 of 3, C with none; c4 may not stay with B."""
    return force(
        [officer("A", capacity=30, **LINKED), officer("B", **LINKED), officer("C")],
        [
            current("c1", "A"),
            current("c3", "B"),
            current("c4", "B", excluded=frozenset({"B"})),
            current("c5", "B", **AT_P),
            new("n"),
        ],
        [HOSTEL],
        limits={"cases": 3, **limits},
    )


def exempt(of: Force, case_id: str) -> Force:
    return of.replace(exemptions=(Exemption(case_id=case_id, officer_id="A", rule="relieved", reason="continuity"),))


def test_holds() -> None:
    # A's own cases stay or leave, and A is given the new one and c4, which has to go somewhere; c3 moves to C.
    assert found(plan(crowded(), c1="B", c3="C", c4="A", n="A"), "relieved") == []


def test_breaks() -> None:
    # Neither in the community nor at premises, though A is linked to them.
    assert found(plan(crowded(), c3="A", c5="A", n="C"), "relieved") == [broken("c3"), broken("c5")]
    # That the plan brings A under changes nothing: it is how the cycle starts.
    assert found(plan(crowded(), c1="C", c3="A", n="C"), "relieved") == [broken("c3")]


def test_boundary() -> None:
    # At the limit is not over it: A holds 1 of floor(4 * 30 / 100) = 1, and 1 of floor(3 * 30 / 100) = 0.
    assert found(plan(crowded(cases=4), c3="A"), "relieved") == []
    assert found(plan(crowded(cases=3), c3="A"), "relieved") == [broken("c3")]
    # The rule is of the freeze.
    assert found(plan(crowded(freeze_over_limit=False), c3="A", c5="A"), "relieved") == []


@pytest.mark.parametrize(
    ("high", "limits", "over"),
    [
        (1, {"small_caseload": 0, "high_risk_percent": 50}, False),  # floor(50 * 2 / 100) = 1
        (1, {"small_caseload": 0, "high_risk_percent": 49}, True),  # floor(0.98) = 0
        (2, {"small_caseload": 0, "high_risk_percent": 50}, True),
        (2, {"small_caseload": 3, "high_risk_min": 2, "high_risk_percent": 0}, False),  # 2 are fewer than 3
        (2, {"small_caseload": 2, "high_risk_min": 2, "high_risk_percent": 0}, True),  # but not fewer than 2
    ],
)
def test_boundary_of_the_share(high: int, limits: dict[str, Any], over: bool) -> None:
    # Far from the limit of 50 cases, A is over by the share alone; whoever comes is low risk.
    cases = [current(f"a{k}", "A", risk="high" if k < high else "low") for k in range(2)]
    f = force([officer("A"), officer("B")], [*cases, current("c3", "B")], limits=limits)
    assert found(plan(f, c3="A"), "relieved") == ([broken("c3")] if over else [])


def test_what_may_not_stay_may_still_go_there() -> None:
    # It bends a limit then, and none at premises.
    for at, excess in [({}, 1), (AT_P, 0)]:
        f = force(
            [officer("A", **LINKED), officer("B", **LINKED)],
            [current("c1", "A"), current("c2", "B", excluded=frozenset({"B"}), **at), new("n", **at)],
            [HOSTEL],
            limits={"cases": 0},
        )
        moved = plan(f, c2="A", n="B")
        assert found(moved, "relieved") == []
        assert sum(x.amount for x in found(moved, "frozen") if x.officer == "A") == excess


def test_exempted() -> None:
    # For c3 alone a person has decided otherwise, and no limit stands against it in place of the rule.
    f = exempt(crowded(), "c3")
    moved = plan(f, c3="A", c4="C", n="C")
    assert found(moved, "relieved") == []
    assert found(moved, "frozen") == []
    assert found(plan(f, c3="A", c5="A"), "relieved") == [broken("c5")]


@pytest.mark.parametrize(
    ("of", "allowed", "counted"),
    [
        # c1: A, B or C; c3: B or C; c4: A or C; c5: nobody else is linked, so B; n: A, B or C.
        # Frozen are n and c4 where A receives them.
        (crowded(), 3 * 2 * 2 * 1 * 3, {0, 1, 2}),
        # A may have c3 and c5 too: under their limit, or without a freeze.
        (crowded(cases=4), 3 * 3 * 2 * 2 * 3, {0}),
        (crowded(freeze_over_limit=False), 3 * 3 * 2 * 2 * 3, {0}),
        # By exemption A may have one of them.
        (exempt(crowded(), "c3"), 3 * 3 * 2 * 1 * 3, {0, 1, 2}),
        (exempt(crowded(), "c5"), 3 * 2 * 2 * 2 * 3, {0, 1, 2}),
        # C, who is the only other one open to c3, is closed: c1: A or B; c3, c5: B; c4: A; n: A or B.
        (
            crowded().replace(officers=(*crowded().officers[:2], officer("C", status="closed"))),
            2 * 1 * 1 * 1 * 2,
            {1, 2},
        ),
    ],
)
def test_agrees(of: Force, allowed: int, counted: set[int]) -> None:
    assert agree(of) == (allowed, 4**5 - allowed)
    assert amounts(of, "frozen") == counted


def test_agrees_about_everybody_over() -> None:
    # A and B each hold 1 of 0: what may stay where it is stays, and only the new case is given to somebody.
    f = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "B"), new("n")], limits={"cases": 0})
    assert agree(f) == (2, 3**3 - 2)
    assert agree(under(f, limits={"freeze_over_limit": False})) == (2**3, 3**3 - 2**3)
