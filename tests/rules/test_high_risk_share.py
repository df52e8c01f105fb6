from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found, under
from tests.tiny import agree, current, force, new, officer, plan

HIGH: dict[str, Any] = {"risk": "high"}


def above(officer_id: str, cases: int, high_risk: int, allowed: int) -> Finding:
    facts = {"cases": cases, "high_risk": high_risk, "allowed": allowed}
    return Finding("high-risk-share", "excess", high_risk - allowed, officer=officer_id, facts=facts)


def caseload(count: int, high: int, officer_id: str = "A") -> list[Case]:
    return [current(f"{officer_id}{k:02}", officer_id, risk="very_high" if k < high else "low") for k in range(count)]


def test_holds() -> None:
    # floor(20 * 15 / 100) = 3.
    f = force([officer("A")], caseload(15, high=3))
    assert found(plan(f), "high-risk-share") == []


def test_breaks() -> None:
    # A: floor(20 * 14 / 100) = 2 of 14 are allowed and 4 held. B, closed: floor(20 * 11 / 100) = 2, and 3 held.
    officers = [officer("A"), officer("B", status="closed")]
    f = force(officers, [*caseload(14, high=4), *caseload(11, high=3, officer_id="B")])
    assert found(plan(f), "high-risk-share") == [above("A", 14, 4, 2), above("B", 11, 3, 2)]


def test_boundary() -> None:
    # Of 10, floor(2.0) = 2. One case less, as the plan has it: of 9, floor(1.8) = 1. A started with 10, so nothing
    # else is granted; who starts with 9 has a small caseload and may hold 2 of them.
    ten = force([officer("A"), officer("B")], caseload(10, high=2))
    assert found(plan(ten), "high-risk-share") == []
    assert found(plan(ten, A09="B"), "high-risk-share") == [above("A", 9, 2, 1)]
    nine = force([officer("A")], caseload(9, high=2))
    assert found(plan(nine), "high-risk-share") == []
    assert found(plan(force([officer("A")], caseload(9, high=3))), "high-risk-share") == [above("A", 9, 3, 2)]
    # The small caseload counts at the start: with 6 more A holds 15, and the greater of 2 and floor(3.0) is allowed.
    more = [new(f"n{k}", risk="high" if k < 2 else "low") for k in range(6)]
    f = force([officer("A")], [*caseload(9, high=2), *more])
    assert found(plan(f, **{c.case_id: "A" for c in more}), "high-risk-share") == [above("A", 15, 4, 3)]


def test_who_starts_above_the_share() -> None:
    # S(10) = 2 of A's 10, and 3 are high risk. With 5 more S(15) = 3, but A starts above: A(15) = S(min(15, 10)) = 2.
    more = [new(f"n{k}") for k in range(5)]
    to_a = {c.case_id: "A" for c in more}
    f = force([officer("A"), officer("B")], [*caseload(10, high=3), *more])
    assert found(plan(f), "high-risk-share") == [above("A", 10, 3, 2)]
    assert found(plan(f, **to_a), "high-risk-share") == [above("A", 15, 3, 2)]
    # With fewer it is the share of those: S(9) = 1. Giving up a high-risk one and receiving five: 14, of which 2 are.
    assert found(plan(f, A09="B"), "high-risk-share") == [above("A", 9, 3, 1)]
    assert found(plan(f, A00="B", **to_a), "high-risk-share") == []
    # At the share is not above it: 2 of 10, and a third comes with the five.
    more[0] = new("n0", risk="high")
    f = force([officer("A")], [*caseload(10, high=2), *more])
    assert found(plan(f, **to_a), "high-risk-share") == []


def test_who_starts_above_the_case_limit_alone() -> None:
    # Ten of 5 are too many, but 2 of 10 is no more than the share: with 5 more A may hold S(15) = 3.
    more = [new(f"n{k}", risk="high" if k == 0 else "low") for k in range(5)]
    f = force([officer("A")], [*caseload(10, high=2), *more], limits={"cases": 5})
    to_a = {c.case_id: "A" for c in more}
    assert found(plan(f, **to_a), "high-risk-share") == []
    assert [x.rule for x in found(plan(f, **to_a), "case-limit")] == ["case-limit"]


def test_who_starts_above_with_a_small_caseload() -> None:
    # Of 9, the greater of 2 and floor(1.8); 3 are above. With 6 more it stays 2, though floor(3.0) of 15 are 3.
    more = [new(f"n{k}") for k in range(6)]
    f = force([officer("A"), officer("B")], [*caseload(9, high=3), *more])
    assert found(plan(f, **{c.case_id: "A" for c in more}), "high-risk-share") == [above("A", 15, 3, 2)]
    # However few are left, 2 of them may be high risk.
    gone = {f"A{k:02}": "B" for k in range(2, 9)}
    assert found(plan(f, **gone), "high-risk-share") == []
    # Where the percent grants more than the least: of 9 at 50 percent 4, of 5 left 2, and of 15 still 4.
    f = under(force([officer("A"), officer("B")], [*caseload(9, high=5), *more]), limits={"high_risk_percent": 50})
    assert found(plan(f), "high-risk-share") == [above("A", 9, 5, 4)]
    assert found(plan(f, **{c.case_id: "A" for c in more}), "high-risk-share") == [above("A", 15, 5, 4)]
    gone = {f"A{k:02}": "B" for k in range(5, 9)}
    assert found(plan(f, **gone), "high-risk-share") == [above("A", 5, 5, 2)]


def test_what_is_high_and_who_is_limited() -> None:
    cases = [current("c1", "A", risk="medium"), current("c2", "A", risk="high")]
    limits: dict[str, Any] = {"small_caseload": 0, "high_risk_percent": 0}
    for high_risk, amount in [(["medium"], 1), (["medium", "high"], 2), (["very_high"], 0), ([], 0)]:
        f = force([officer("A")], cases, limits={**limits, "high_risk": high_risk})
        assert sum(x.amount for x in found(plan(f), "high-risk-share")) == amount, high_risk
    for status, count in [("open", 1), ("closed", 1), ("absent", 0), ("leaving", 0)]:
        f = force([officer("A", status=status)], cases, limits=limits)
        assert len(found(plan(f), "high-risk-share")) == count, status


def test_agrees() -> None:
    # Half may be high risk: of 1 none, of 2 and 3 one, of 4 and 5 two, of 6 three. Three of six are, so an even spread
    # has no excess; the three with one officer and the rest with the other have 3 - 1; the others lie between.
    f = force(
        [officer("A"), officer("B")],
        [
            current("c1", "A", **HIGH),
            current("c2", "A"),
            new("c3", **HIGH),
            new("c4", **HIGH),
            current("c5", "B"),
            current("c6", "B"),
        ],
        limits={"small_caseload": 0, "high_risk_percent": 50},
    )
    assert agree(f) == (2**6, 3**6 - 2**6)
    assert amounts(f, "high-risk-share") == {0, 1, 2}


def test_agrees_about_who_is_limited() -> None:
    # C is closed and is still with c1, alone at first: above, whatever A holds. D, absent, is not limited.
    f = force(
        [officer("A"), officer("C", status="closed"), officer("D", status="absent")],
        [
            current("c1", "C", needs=frozenset({"da"}), **HIGH),
            current("c2", "C", **HIGH),
            current("c3", "D", **HIGH),
            new("c4"),
        ],
        limits={"small_caseload": 0, "high_risk_percent": 50},
    )
    # c2: C or A; c3: D or A; c4: A. C with c2: 2 - 1, else 1 - 0. A with c4 alone: 0; of 2 cases: 1 - 1; of 3: 2 - 1.
    assert agree(f) == (2 * 2, 4**4 - 4)
    assert amounts(f, "high-risk-share") == {1, 2}


def either_or(**limits: Any) -> Force:
    """A starts with 1 case, B with 3; C is absent with one; three of the five are high risk. Nobody is frozen."""
    return force(
        [officer("A"), officer("B"), officer("C", status="absent")],
        [
            current("c1", "A", **HIGH),
            current("c2", "B", **HIGH),
            current("c3", "B"),
            current("c4", "B"),
            current("c5", "C", **HIGH),
        ],
        limits={"freeze_over_limit": False, **limits},
    )


@pytest.mark.parametrize(
    ("limits", "counted"),
    [
        # A may hold one of 1, else half; B half. 0: A c1, B the rest but c5. Two: all three high, and they alone, with
        # one officer. With low ones beside them more is allowed.
        ({"small_caseload": 2, "high_risk_min": 1, "high_risk_percent": 50}, {0, 1, 2}),
        # No share but A's one. c1 and c2 are with A or B, so one at least is above; all three with B are three.
        ({"small_caseload": 2, "high_risk_min": 1, "high_risk_percent": 0}, {1, 2, 3}),
        # B, who starts with 3, has fewer than 4 too: one each. 0: as it stands. Two: all three with one.
        ({"small_caseload": 4, "high_risk_min": 1, "high_risk_percent": 0}, {0, 1, 2}),
        # But not fewer than 3: B may hold none.
        ({"small_caseload": 3, "high_risk_min": 1, "high_risk_percent": 0}, {1, 2, 3}),
        # A grant of none is no grant: c1 and c2 are above wherever they are, c5 where it leaves C.
        ({"small_caseload": 4, "high_risk_min": 0, "high_risk_percent": 0}, {2, 3}),
        # A, with one of one, is above floor(0.5) and may hold none, whatever comes; B holds one of 3 and may hold half.
        # 0: all but c5 with B, two of 4. 3: all three with A.
        ({"small_caseload": 0, "high_risk_percent": 50}, {0, 1, 2, 3}),
        # A is small, and with one of 1 not above: one, as floor(33 * 5 / 100) = 1 is no more. B, with one of 3, is
        # above floor(0.99) = 0 and may hold none. So all but one of A's are above: 1 or 2 of two, 2 or 3 with c5.
        ({"small_caseload": 2, "high_risk_min": 1, "high_risk_percent": 33}, {1, 2, 3}),
        # Everything may be high risk.
        ({"small_caseload": 0, "high_risk_percent": 100}, {0}),
        # The two low cases are what counts, and are above wherever they are.
        ({"small_caseload": 0, "high_risk_percent": 0, "high_risk": ["low"]}, {2}),
    ],
)
def test_agrees_about_small_caseloads(limits: dict[str, Any], counted: set[int]) -> None:
    f = either_or(**limits)
    # c1 to c4: A or B; c5: stays with C, or A or B.
    assert agree(f) == (2**4 * 3, 4**5 - 48)
    assert amounts(f, "high-risk-share") == counted


@pytest.mark.parametrize(
    ("limits", "counted"),
    [
        # Nobody is small. A starts with two of three, above floor(1.5) = 1, and may hold 1 of any number: with none,
        # one or both of n1 and n2, 2 - 1, 3 - 1 or 4 - 1 above. B may hold half: two of 2 or 3 are 1 above, one of 1
        # is too, one of 2 is not.
        ({"small_caseload": 0, "high_risk_percent": 50}, {1 + 1, 2 + 1, 2, 3}),
        # One is granted to A, who has fewer than 4, and to B, who has none: A may still hold 1, and B one of 1.
        ({"small_caseload": 4, "high_risk_min": 1, "high_risk_percent": 50}, {1 + 1, 2, 3}),
        # Two are granted, so A is not above, and may hold 3 of 6: 2 - 2, 3 - 2 of 4 or 5, 4 - 2 of 5, 4 - 3 of 6. B: 0.
        ({"small_caseload": 4, "high_risk_min": 2, "high_risk_percent": 50}, {0, 1, 2}),
    ],
)
def test_agrees_about_who_starts_above(limits: dict[str, Any], counted: set[int]) -> None:
    f = force(
        [officer("A"), officer("B")],
        [
            *(current(f"c{k}", "A", risk="high" if k < 2 else "low", locked=True) for k in range(3)),
            *(new(f"n{k}", risk="high" if k in (1, 2) else "low") for k in range(3)),
        ],
        limits=limits,
    )
    # The current ones stay; each new one goes to A or B.
    assert agree(f) == (2**3, 3**6 - 2**3)
    assert amounts(f, "high-risk-share") == counted
