from __future__ import annotations

from typing import Any

from allocator.checking import check
from allocator.domain.force import Case, Force
from allocator.rules import GOALS
from tests.describing import value_of
from tests.tiny import agree, current, every_plan, force, new, officer, plan

STUCK: dict[str, Any] = {"needs": frozenset({"da"})}


def value(of: Force, **officers: str | None) -> int:
    return value_of(plan(of, **officers), "unplaced")


def four() -> list[Case]:
    return [new(risk, risk=risk) for risk in ("low", "medium", "high", "very_high")]


def test_value() -> None:
    # 1 + 2 + 4 + 8; with the high-risk one placed 1 + 2 + 8. Own weights: 5 + 1 + 1 + 7.
    assert GOALS[0].id == "unplaced"
    f = force([officer("A")], four())
    assert value(f) == 15
    assert value(f, high="A") == 11
    f = force([officer("A")], four(), unplaced={"low": 5, "medium": 1, "high": 1, "very_high": 7})
    assert value(f) == 14


def test_boundary() -> None:
    # Still with its officer, a case has no officer who may hold it; kept, it has.
    f = force([officer("A", status="closed")], [current("c1", "A", risk="high", **STUCK), current("c2", "A")])
    assert value(f, c1=None) == 4
    assert value(f) == 0
    assert value(force([], four())) == 15
    assert value(force([], [])) == 0


def test_agrees() -> None:
    # All plans that break no rule and leave out nobody who could be placed have one value, the least there is: it
    # follows from the input. Nobody meets the need of c1 and c2, nobody is of South: 2 + 8 + 1.
    f = force(
        [officer("A"), officer("B", status="leaving")],
        [
            new("c1", risk="medium", **STUCK),
            current("c2", "B", risk="very_high", **STUCK),
            new("c3", division="South"),
            current("c4", "B", risk="high"),
            current("c5", "A"),
        ],
    )
    # c4 must leave B, for A; c5 stays, as nobody else may receive it.
    assert agree(f) == (1, 3**5 - 1)
    sound = [checked.goals["unplaced"] for checked in map(check, every_plan(f)) if not checked.broken]
    assert min(sound) == 11 and max(sound) == 11 + 4
