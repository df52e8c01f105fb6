from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from allocator.domain.force import Force, Premises
from allocator.errors import InputError
from tests.tiny import TODAY, current, force, new, officer

P = Premises(premises_id="P", division="South")
Found = tuple[str, int | None, str | None, str | None]


def problems(*given: Any, **policy: Any) -> list[Found]:
    with pytest.raises(InputError) as caught:
        force(*given, **policy)
    return [(p.file, p.row, p.column, p.value) for p in caught.value.problems]


def test_duplicates() -> None:
    found = problems([officer("A"), officer("B"), officer("A")], [new("c1"), current("c1", "A")], [P, P.model_copy()])
    assert found == [
        ("officers", 3, "officer_id", "A"),
        ("cases", 2, "case_id", "c1"),
        ("premises", 2, "premises_id", "P"),
    ]


def test_unknown_ids() -> None:
    found = problems(
        [officer("A", buddy="X", premises=frozenset({"P", "Q"}))],
        [
            current("c1", "Y"),
            new("c2", excluded=frozenset({"A", "Z"})),
            new("c3", setting="premises", premises="R"),
        ],
        [P],
    )
    assert found == [
        ("officers", 1, "premises", "Q"),
        ("officers", 1, "buddy", "X"),
        ("cases", 1, "officer", "Y"),
        ("cases", 2, "excluded", "Z"),
        ("cases", 3, "premises", "R"),
    ]


def test_a_buddy_of_a_trained_officer_must_exist_too() -> None:
    assert problems([officer("A", buddy="X")], []) == [("officers", 1, "buddy", "X")]


def test_ids_are_case_sensitive() -> None:
    assert problems([officer("A")], [current("c1", "a")]) == [("cases", 1, "officer", "a")]
    assert len(force([officer("A"), officer("a")], []).officers) == 2


def test_a_relationship_begins_on_the_cycle_date_at_the_latest() -> None:
    assert force([officer("A")], [current("c1", "A", since=TODAY)]).cases
    tomorrow = TODAY + timedelta(days=1)
    assert problems([officer("A")], [current("c1", "A", since=tomorrow)]) == [
        ("cases", 1, "since", tomorrow.isoformat())
    ]


def test_what_is_no_bad_input() -> None:
    # A division without officers, a need that nobody meets, premises in no officer's division, nobody and nothing.
    assert force([officer("A")], [new("c1", division="East", needs=frozenset({"da"}))], [P]).cases
    assert force([], [new("c1")]).cases
    assert force([], []) == force([], [])
    # Former officers who are here, hold the case now, or have left the force.
    assert force([officer("A")], [current("c1", "A", former=frozenset({"A", "Z"}))]).cases


def test_home() -> None:
    # Of North, at premises in South: South. In custody or the community: North.
    f = force([], [new("c1", setting="premises", premises="P"), new("c2"), new("c3", setting="custody")], [P])
    assert [f.home(case) for case in f.cases] == ["South", "North", "North"]


def test_high_risk_is_what_the_policy_says() -> None:
    cases = [new(risk, risk=risk) for risk in ("low", "medium", "high", "very_high")]
    f = force([], cases)
    assert [f.high_risk(case) for case in f.cases] == [False, False, True, True]
    f = force([], cases, limits={"high_risk": ["low"]})
    assert [f.high_risk(case) for case in f.cases] == [True, False, False, False]


def test_a_changed_force_is_validated_again() -> None:
    f = force([officer("A")], [current("c1", "A")])
    assert f.replace(name="other").name == "other"
    assert f.replace(name="other").cases == f.cases
    with pytest.raises(InputError):
        f.replace(officers=())
    with pytest.raises(InputError):
        f.replace(cycle_date=f.cases[0].since - timedelta(days=1))  # type: ignore[operator]


def test_the_cycle_date_is_today_by_default() -> None:
    before = date.today()
    assert before <= Force(officers=(), cases=()).cycle_date <= date.today()
