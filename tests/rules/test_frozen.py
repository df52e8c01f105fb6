from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Force, Premises
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found
from tests.tiny import agree, current, force, new, officer, plan

HOSTEL = Premises(premises_id="P", division="North")
AT_P: dict[str, Any] = {"setting": "premises", "premises": "P"}


def full(cases: int, **limits: Any) -> Force:
    """A starts with 3 cases, B with none."""
    linked: dict[str, Any] = {"premises": frozenset({"P"})}
    return force(
        [officer("A", **linked), officer("B", **linked)],
        [*(current(f"c{k}", "A") for k in range(3)), new("n1"), new("n2"), new("p", **AT_P)],
        [HOSTEL],
        limits={"cases": cases, **limits},
    )


def given(*cases: str) -> Finding:
    return Finding("frozen", "excess", len(cases), officer="A", facts={"cases": cases})


def test_holds() -> None:
    # A is one above 2 and receives what is at premises, new or not permitted where it was. A case that could stay with
    # B is no matter of this limit: another rule bars it.
    barred = frozenset({"B"})
    more = [current("m", "B"), current("q", "B", excluded=barred, **AT_P)]
    f = full(2).replace(cases=(*full(2).cases, *more))
    moved = plan(f, p="A", m="A", q="A", n1="B", n2="B")
    assert found(moved, "frozen") == []
    assert [x.case for x in found(moved, "relieved")] == ["m"]


def test_breaks() -> None:
    assert found(plan(full(2), n1="A", n2="A", p="A"), "frozen") == [given("n1", "n2")]
    # That the plan brings A under the limit changes nothing: A is frozen by how the cycle starts.
    assert found(plan(full(2), n1="A", c0="B", c1="B"), "frozen") == [given("n1")]
    assert found(plan(full(2, freeze_over_limit=False), n1="A", n2="A"), "frozen") == []


@pytest.mark.parametrize(
    "barred", [{"excluded": frozenset({"B"})}, {"level": 2}, {"division": "South"}, {"needs": frozenset({"da"})}]
)
def test_breaks_with_what_may_not_stay(barred: dict[str, Any]) -> None:
    # B is untrained and of North. What B may not keep counts with A as a new case does; what B may keep does not.
    f = force(
        [officer("A"), officer("B", mosovo="none")],
        [current("c0", "A"), current("m1", "B", **barred), current("m2", "B"), new("n1")],
        limits={"cases": 0},
    )
    assert found(plan(f, m1="A", m2="A", n1="A"), "frozen") == [given("m1", "n1")]


def test_breaks_with_what_a_leaver_gives_up() -> None:
    f = force(
        [officer("A"), officer("L", status="leaving")],
        [current("c0", "A"), current("m", "L")],
        limits={"cases": 0},
    )
    assert found(plan(f, m="A"), "frozen") == [given("m")]


def test_boundary() -> None:
    # Three of 3 are not over the limit, three of 2 are.
    assert found(plan(full(3), n1="A"), "frozen") == []
    assert found(plan(full(2), n1="A"), "frozen") == [given("n1")]


@pytest.mark.parametrize(
    ("high", "limits", "frozen"),
    [
        (1, {"small_caseload": 0, "high_risk_percent": 34}, False),  # floor(1.02) = 1
        (2, {"small_caseload": 0, "high_risk_percent": 34}, True),
        (1, {"small_caseload": 0, "high_risk_percent": 33}, True),  # floor(0.99) = 0
        (2, {"small_caseload": 4, "high_risk_min": 2, "high_risk_percent": 0}, False),  # 3 are fewer than 4
        (2, {"small_caseload": 3, "high_risk_min": 2, "high_risk_percent": 0}, True),  # 3 are not fewer than 3
        (3, {"small_caseload": 4, "high_risk_min": 2, "high_risk_percent": 0}, True),
    ],
)
def test_boundary_of_the_share(high: int, limits: dict[str, Any], frozen: bool) -> None:
    cases = [current(f"c{k}", "A", risk="high" if k < high else "low") for k in range(3)]
    f = force([officer("A"), officer("B")], [*cases, new("n1")], limits=limits)
    assert found(plan(f, n1="A"), "frozen") == ([given("n1")] if frozen else [])


def test_every_current_case_counts_at_the_start() -> None:
    # Those that may not stay too: of three, two have to leave A, and A starts over a limit of 2.
    barred: dict[str, Any] = {"excluded": frozenset({"A"})}
    cases = [current("c0", "A"), current("c1", "A", **barred), current("c2", "A", **barred), new("n1")]
    f = force([officer("A"), officer("B")], cases, limits={"cases": 2})
    assert found(plan(f, c1="B", c2="B", n1="A"), "frozen") == [given("n1")]


@pytest.mark.parametrize(
    ("limits", "allowed", "counted"),
    [
        # A starts with 2 of 1, so c4 is one too many there and c5, at premises, is not; c3 stays with B.
        ({"cases": 1}, 2 * 2 * 1 * 2 * 2, {0, 1}),
        ({"cases": 1, "freeze_over_limit": False}, 2**5, {0}),
        # No limit is in reach: 2 of 2, and the one high risk is granted.
        ({"cases": 2}, 2**5, {0}),
        # The share allows none: A and B, each with one high-risk case, are frozen and keep what they have; c4 goes to
        # one of them.
        ({"cases": 50, "small_caseload": 0}, 1 * 1 * 1 * 2 * 2, {1}),
        # At 50 percent A may hold one of two and is free; B, one of one, is frozen: c1 and c2 stay with A.
        ({"cases": 50, "small_caseload": 0, "high_risk_percent": 50}, 1 * 1 * 2 * 2 * 2, {0, 1}),
    ],
)
def test_agrees(limits: dict[str, Any], allowed: int, counted: set[int]) -> None:
    linked: dict[str, Any] = {"premises": frozenset({"P"})}
    f = force(
        [officer("A", **linked), officer("B", **linked)],
        [
            current("c1", "A", risk="high"),
            current("c2", "A"),
            current("c3", "B", risk="high"),
            new("c4"),
            new("c5", **AT_P),
        ],
        [HOSTEL],
        limits=limits,
    )
    assert agree(f) == (allowed, 3**5 - allowed)
    assert amounts(f, "frozen") == counted


def test_agrees_about_what_may_not_stay() -> None:
    # A starts with 1 of floor(49 * 2 / 100) = 0; L leaves. c: A or B; m1, which B may not keep: A; m2, which L gives
    # up: A or B; q, the same at premises: A or B, and no excess with A; n: A or B.
    linked: dict[str, Any] = {"premises": frozenset({"P"})}
    f = force(
        [officer("A", capacity=49, **linked), officer("B", **linked), officer("L", status="leaving")],
        [
            current("c", "A"),
            current("m1", "B", excluded=frozenset({"B"})),
            current("m2", "L"),
            current("q", "L", **AT_P),
            new("n"),
        ],
        [HOSTEL],
        limits={"cases": 2},
    )
    allowed = 2 * 1 * 2 * 2 * 2
    assert agree(f) == (allowed, 4**5 - allowed)
    # m1 always, and each of m2 and n that A receives.
    assert amounts(f, "frozen") == {1, 2, 3}


def test_agrees_about_several() -> None:
    # A has 2 of floor(2 * 50 / 100) = 1, B has 1 of floor(2 * 49 / 100) = 0: both are frozen. C, untrained, is not.
    f = force(
        [officer("A", capacity=50), officer("B", capacity=49), officer("C", mosovo="none", buddy="A")],
        [
            current("c1", "A", locked=True),
            current("c2", "A", locked=True),
            current("c3", "B", locked=True),
            new("n1"),
            new("n2", level=3),
        ],
        limits={"cases": 2},
    )
    # n1: A, B or C; n2: A or B, frozen though they are.
    assert agree(f) == (3 * 2, 4**5 - 6)
    assert amounts(f, "frozen") == {1, 2}
