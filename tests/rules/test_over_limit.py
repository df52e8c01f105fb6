from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from tests.rules.found import found, in_words
from tests.tiny import current, every_plan, force, new, officer, plan


def facts(before: tuple[int, ...], after: tuple[int, ...], **lists: tuple[str, ...]) -> dict[str, Any]:
    """Cases, limit, high risk and allowed before; cases, high risk and allowed after; what changed hands."""
    start = dict(zip(("cases", "limit", "high_risk", "allowed"), before, strict=True))
    end = dict(zip(("cases_after", "high_risk_after", "allowed_after"), after, strict=True))
    return {**start, **end, **{"left": (), "unplaced": (), "received": (), **lists}}


def told(before: tuple[int, ...], after: tuple[int, ...], **lists: tuple[str, ...]) -> Finding:
    return Finding("over-limit", "note", 0, officer="A", facts=facts(before, after, **lists))


def caseload(count: int, high: int = 0) -> list[Case]:
    return [current(f"c{k:02}", "A", risk="high" if k < high else "low") for k in range(count)]


def of(held: list[Case], status: str = "open", **limits: Any) -> Force:
    return force([officer("A", capacity=50, status=status), officer("B")], held, limits=limits)


def test_told() -> None:
    # A starts with 3 of floor(5 * 50 / 100) = 2, one of them high risk, which a small caseload may hold 2 of.
    f = of([*caseload(3, high=1), new("n")], cases=5)
    before = (3, 2, 1, 2)
    assert found(plan(f, n="B"), "over-limit") == [told(before, (3, 1, 2))]
    assert found(plan(f, n="A"), "over-limit") == [told(before, (4, 1, 2), received=("n",))]
    under = plan(f, n="B", c00="B", c01="B")
    assert found(under, "over-limit") == [told(before, (1, 0, 2), left=("c00", "c01"))]


@pytest.mark.parametrize("status", ["open", "closed", "absent", "leaving"])
@pytest.mark.parametrize("freeze", [True, False])
def test_told_of_any_status_and_whether_or_not_the_policy_freezes(status: str, freeze: bool) -> None:
    f = of(caseload(3), status, cases=5, freeze_over_limit=freeze)
    assert found(plan(f), "over-limit") == [told((3, 2, 0, 2), (3, 0, 2))]


def test_told_of_what_still_counts() -> None:
    # Left with nobody, a case still counts with A, unless A is leaving.
    barred = [current("c1", "A", needs=frozenset({"da"})), current("c2", "A", needs=frozenset({"da"}))]
    for status, after, gone in [("closed", 2, ()), ("absent", 2, ()), ("leaving", 0, ("c1", "c2"))]:
        f = of(barred, status, cases=2)
        finding = told((2, 1, 0, 2), (after, 0, 2), left=gone, unplaced=gone)
        assert found(plan(f, c1=None, c2=None), "over-limit") == [finding], status


def test_told_of_who_is_over_the_share() -> None:
    # 3 of 10 are high risk and floor(2.0) allowed. With 15 it is no more: S(min(15, 10)) = 2. With 9 it is 1.
    f = of([*caseload(10, high=3), *(new(f"n{k}") for k in range(5))])
    more = {f"n{k}": "A" for k in range(5)}
    (finding,) = found(plan(f, **more), "over-limit")
    assert finding == told((10, 25, 3, 2), (15, 3, 2), received=tuple(more))
    (finding,) = found(plan(f, c00="B"), "over-limit")
    assert finding == told((10, 25, 3, 2), (9, 2, 1), left=("c00",))


def test_not_told() -> None:
    # Over a limit by the plan alone; or nobody at all.
    f = of([*caseload(2), new("n")], cases=5)
    assert found(plan(f, n="A"), "over-limit") == []
    assert found(plan(force([], [new("n")])), "over-limit") == []


def test_boundary() -> None:
    # By number: 25 of floor(50 * 50 / 100) = 25, and 26. By share: floor(20 * 10 / 100) = 2 of 10, and 3.
    assert found(plan(of(caseload(25))), "over-limit") == []
    assert found(plan(of(caseload(26))), "over-limit") == [told((26, 25, 0, 5), (26, 0, 5))]
    assert found(plan(of(caseload(10, high=2))), "over-limit") == []
    assert found(plan(of(caseload(10, high=3))), "over-limit") == [told((10, 25, 3, 2), (10, 3, 2))]
    # The start with 9 is small: 2 are granted, and of the share alone, floor(1.8), but one.
    assert found(plan(of(caseload(9, high=2))), "over-limit") == []
    over = told((9, 25, 2, 1), (9, 2, 1))
    assert found(plan(of(caseload(9, high=2), small_caseload=9)), "over-limit") == [over]


@pytest.mark.parametrize(
    ("before", "after", "lists", "sentence"),
    [
        (
            (9, 7, 3, 2),
            (8, 3, 2),
            {"left": ("c1",)},
            "A starts over a limit: 9 cases of at most 7 and 3 high-risk cases of at most 2. "
            "The plan leaves them over: 8 cases of at most 7 and 3 high-risk cases of at most 2. "
            "They give up 1 case (c1) and receive nothing.",
        ),
        (
            (9, 7, 0, 2),
            (7, 0, 2),
            {"left": ("c1", "c2", "c3"), "received": ("n",)},
            "A starts over a limit: 9 cases of at most 7. The plan brings them under: 7 cases, 0 high risk. "
            "They give up 3 cases (c1, c2, c3) and receive 1 case (n).",
        ),
        (
            (1, 0, 0, 2),
            (1, 0, 2),
            {},
            "A starts over a limit: 1 case of at most 0. The plan leaves them over: 1 case of at most 0. "
            "They give up nothing and receive nothing.",
        ),
        (
            (1, 50, 1, 0),
            (1, 0, 0),
            {"left": ("c1",), "received": ("n",)},
            "A starts over a limit: 1 high-risk case of at most 0. The plan brings them under: 1 case, 0 high risk. "
            "They give up 1 case (c1) and receive 1 case (n).",
        ),
        (  # over the one limit before, over the other after
            (10, 9, 2, 2),
            (9, 2, 1),
            {"left": ("c9",)},
            "A starts over a limit: 10 cases of at most 9. The plan leaves them over: 2 high-risk cases of at most 1. "
            "They give up 1 case (c9) and receive nothing.",
        ),
        (
            (1, 0, 0, 2),
            (0, 0, 2),
            {"left": ("c1",), "unplaced": ("c1",)},
            "A starts over a limit: 1 case of at most 0. The plan brings them under: no cases. "
            "They give up 1 case (c1), to nobody, and receive nothing.",
        ),
        (
            (7, 5, 0, 2),
            (0, 0, 2),
            {"left": tuple(f"c{k}" for k in range(7)), "unplaced": ("c6",)},
            "A starts over a limit: 7 cases of at most 5. The plan brings them under: no cases. "
            "They give up 7 cases (c0, c1, c2, c3, c4 and 2 more), 1 of them to nobody, and receive nothing.",
        ),
    ],
)
def test_in_words(
    before: tuple[int, ...], after: tuple[int, ...], lists: dict[str, tuple[str, ...]], sentence: str
) -> None:
    assert in_words(told(before, after, **lists)) == sentence


@pytest.mark.parametrize("status", ["open", "absent", "leaving"])
@pytest.mark.parametrize("freeze", [True, False])
def test_words_are_true_of_every_plan(status: str, freeze: bool) -> None:
    # A starts with 3 of 2, two of them high risk, of floor(34 * 3 / 100) = 1.
    f = force(
        [officer("A", status=status), officer("B")],
        [*caseload(2, high=2), current("c02", "A"), new("n1"), new("n2", risk="high")],
        limits={"cases": 2, "high_risk_percent": 34, "small_caseload": 0, "freeze_over_limit": freeze},
    )
    said = set()
    for p in every_plan(f):
        (finding,) = found(p, "over-limit")
        words, still = in_words(finding), status != "leaving"
        held = [c for c, o in p if o == "A" or (o is None and c.officer and still)]
        high = sum(1 for c in held if c.risk == "high")
        # After the plan n, of which h are high risk: over where n > 2 or h > floor(34 * min(n, 3) / 100).
        over = len(held) > 2 or high > 34 * min(len(held), 3) // 100
        assert ("leaves them over" in words) == over, words
        assert ("brings them under" in words) != over, words
        for case, to in p:
            stays = case.officer == "A" and (to == "A" or (to is None and still))
            gone, come = case.officer == "A" and not stays, case.officer is None and to == "A"
            assert (case.case_id in words) == (gone or come), words
        said.add(words)
    assert len(said) > 20


def test_no_plan_brings_under_whoever_gives_up_nothing() -> None:
    # More cases are never the way under either limit.
    for cases, percent in product((0, 1, 2), (0, 34, 50, 100)):
        f = force(
            [officer("A"), officer("B")],
            [*caseload(2, high=1), *(new(f"n{k}") for k in range(4))],
            limits={"cases": cases, "high_risk_percent": percent, "small_caseload": 0},
        )
        for finding in found(plan(f, **{f"n{k}": "A" for k in range(4)}), "over-limit"):
            assert "leaves them over" in in_words(finding)
