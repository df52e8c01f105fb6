from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from allocator.domain.force import Case, Officer, Premises
from tests.tiny import new, officer

SINCE = date(2024, 3, 31)


def test_defaults_of_the_contract() -> None:
    a = Officer(officer_id="A", division="North", mosovo="none")
    assert (a.capacity, a.skills, a.premises, a.status, a.buddy) == (100, frozenset(), frozenset(), "open", None)
    c = new("c1")
    assert (c.category, c.level, c.setting, c.premises, c.release_on) == (0, 0, "community", None, None)
    assert (c.needs, c.officer, c.since, c.points, c.locked, c.excluded) == (
        frozenset(),
        None,
        None,
        None,
        False,
        frozenset(),
    )
    assert (c.former, c.forums, c.visit_due, c.review_due) == (frozenset(), frozenset(), None, None)
    assert Premises(premises_id="P", division="North").expected_arrivals == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"officer_id": ""},
        {"officer_id": "  "},
        {"officer_id": "A;B"},
        {"officer_id": 7},
        {"division": ""},
        {"capacity": -1},
        {"capacity": 101},
        {"capacity": 0.8},
        {"capacity": 50.0},
        {"capacity": True},
        {"capacity": "50"},
        {"mosovo": "yes"},
        {"mosovo": "Trained"},
        {"mosovo": None},
        {"status": "away"},
        {"skills": frozenset({""})},
        {"skills": frozenset({"a;b"})},
        {"skills": "da"},
        {"premises": frozenset({"P;Q"})},
        {"name": "Jo"},
    ],
)
def test_bad_officers(wrong: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"officer_id": "A", "division": "North", "mosovo": "trained"}
    assert Officer(**fields)
    with pytest.raises(ValidationError) as caught:
        Officer(**fields | wrong)
    assert caught.value.errors()[0]["loc"][0] == next(iter(wrong))


@pytest.mark.parametrize("missing", ["officer_id", "division", "mosovo"])
def test_what_an_officer_must_have(missing: str) -> None:
    fields = {"officer_id": "A", "division": "North", "mosovo": "trained"}
    del fields[missing]
    with pytest.raises(ValidationError, match=missing):
        Officer(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"case_id": " "},
        {"risk": "High"},
        {"risk": None},
        {"category": 5},
        {"category": -1},
        {"level": 4},
        {"level": "2"},
        {"level": True},
        {"setting": "prison"},
        {"release_on": "2026-03-31"},
        {"release_on": datetime(2026, 3, 31)},
        {"points": -1},
        {"points": 1.0},
        {"locked": "yes"},
        {"locked": 1},
        {"needs": ["da"]},
        {"excluded": frozenset({""})},
        {"former": frozenset({""})},
        {"former": frozenset({"A;B"})},
        {"former": ["A"]},
        {"former": None},
        {"forums": frozenset({" "})},
        {"forums": frozenset({"marac;matac"})},
        {"forums": "marac"},
        {"visit_due": "2026-03-31"},
        {"visit_due": datetime(2026, 3, 31)},
        {"review_due": 7},
        {"born": date(1970, 1, 1)},
    ],
)
def test_bad_cases(wrong: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"case_id": "c1", "division": "North", "risk": "low", "officer": "A", "since": SINCE}
    assert Case(**fields)
    with pytest.raises(ValidationError) as caught:
        Case(**fields | wrong)
    assert caught.value.errors()[0]["loc"][0] == next(iter(wrong))


def test_zero_is_a_value() -> None:
    assert officer("A", capacity=0).capacity == 0
    assert new("c1", points=0).points == 0


def test_ids_are_trimmed() -> None:
    assert officer(" A ").officer_id == "A"
    assert new("c1", excluded=frozenset({" A", "A "})).excluded == {"A"}
    assert new("c1", former=frozenset({" A", "A "})).former == {"A"}


@pytest.mark.parametrize("expected", [-1, 1.0, True, "1", None])
def test_bad_premises(expected: object) -> None:
    with pytest.raises(ValidationError, match="expected_arrivals"):
        Premises(premises_id="P", division="North", expected_arrivals=expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        # Premises are given exactly when the setting is premises.
        ({"setting": "premises"}, "premises"),
        ({"setting": "community", "premises": "P"}, "premises"),
        ({"setting": "custody", "premises": "P"}, "premises"),
        # The date exactly when there is an officer; and only a current case can be pinned.
        ({"officer": "A"}, "since"),
        ({"since": SINCE}, "since"),
        ({"locked": True}, "locked"),
    ],
)
def test_columns_that_contradict_each_other(fields: dict[str, Any], column: str) -> None:
    with pytest.raises(ValidationError, match=f"{column}: expected"):
        new("c1", **fields)


def test_columns_that_agree() -> None:
    assert new("c1", setting="premises", premises="P").premises == "P"
    assert new("c1", officer="A", since=SINCE, locked=True).locked
    # A date of release outside custody, or past, is ignored and no contradiction.
    assert new("c1", release_on=date(2020, 1, 1)).setting == "community"
    # What is due may be due at any time, of new cases too; one may be excluded and former at once.
    late = new("c1", visit_due=date(2020, 1, 1), review_due=date(2030, 1, 1))
    assert late.visit_due is not None and late.review_due is not None and late.visit_due < late.review_due
    assert new("c1", excluded=frozenset({"A"}), former=frozenset({"A"})).former == {"A"}


def test_frozen() -> None:
    with pytest.raises(ValidationError):
        officer("A").capacity = 50  # type: ignore[misc]


@pytest.mark.parametrize("model", [Officer, Case, Premises])
def test_texts_and_lists_of_every_row_have_bounds(model: Any) -> None:
    for name, schema in model.model_json_schema()["properties"].items():
        for kind in schema.get("anyOf", [schema]):
            texts = kind.get("items", kind)
            if texts.get("type") == "string" and not {"enum", "format"} & set(texts):
                assert texts["maxLength"] == 200, name
            if kind.get("type") == "array":
                assert kind["maxItems"] == 1_000, name
    few, many = (frozenset(f"A{k}" for k in range(most)) for most in (1_000, 1_001))
    assert new("c1", former=few, division="x" * 200)
    for wrong in ({"former": many}, {"forums": many}, {"division": "x" * 201}, {"former": frozenset({"x" * 201})}):
        with pytest.raises(ValidationError):
            new("c1", **wrong)
