from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from allocator.domain.policy import Policy
from allocator.domain.setting_paths import flatten


def refused(*where: str | int, **tables: Any) -> None:
    """Merging the tables is bad input, at this place and no other."""
    with pytest.raises(ValidationError) as caught:
        Policy().merge(tables)
    assert [error["loc"] for error in caught.value.errors()] == [where]


def test_defaults_of_the_contract() -> None:
    """Settings that are added to the contract's may have any default."""
    contract = {
        "cycle": {"days": 28},
        "limits": {
            "cases": 50,
            "high_risk_percent": 20,
            "small_caseload": 10,
            "high_risk_min": 2,
            "high_risk": ("high", "very_high"),
            "freeze_over_limit": True,
            "intake": 10,
        },
        "training": {
            "levels": (2, 3),
            "risks": ("very_high",),
            "buddy_required": True,
            "untrained_intake": 4,
            "buddies": 2,
        },
        "divisions": {"cross": False, "away": 24, "skills": ("da",)},
        "premises": {"arrivals_per_cycle": 4, "reserve_arrivals": True},
        "points": {
            "base": 2,
            "risk": {"low": 1, "medium": 2, "high": 4, "very_high": 12},
            "level": {"2": 6, "3": 12},
            "premises": 4,
            "custody_percent": 50,
        },
        "relationship": {
            "base": 12,
            "months_cap": 60,
            "high_risk": 12,
            "settle": 12,
            "settle_months": 6,
            "former": 12,
            "max_moves": None,
        },
        "unplaced": {"low": 1, "medium": 2, "high": 4, "very_high": 8},
        "fairness": {"band_percent": 5},
        "approval": {"four_eyes": True},
    }
    wanted, now = flatten(contract), flatten(Policy().model_dump())
    assert {key: now.get(key, "gone") for key in wanted} == wanted


def test_merged_key_by_key() -> None:
    policy = Policy().merge({"limits": {"cases": 40}, "points": {"risk": {"low": 3}, "level": {"1": 5}}})
    assert (policy.limits.cases, policy.limits.intake) == (40, 10)
    assert (policy.points.risk.low, policy.points.risk.very_high) == (3, 12)
    assert policy.points.level == {"1": 5, "2": 6, "3": 12}
    # Merged once more over what it is now, not over the defaults.
    again = policy.merge({"limits": {"intake": 5}})
    assert (again.limits.cases, again.limits.intake) == (40, 5)
    assert Policy().limits.cases == 50


def test_lists_replace() -> None:
    training: dict[str, Any] = {"levels": [], "risks": ["high", "low"]}
    policy = Policy().merge({"limits": {"high_risk": ["low"]}, "training": training, "divisions": {"skills": ["iom"]}})
    assert policy.limits.high_risk == ("low",)
    assert (policy.training.levels, policy.training.risks) == ((), ("high", "low"))
    assert policy.divisions.skills == ("iom",)
    assert Policy().merge({"training": {"risks": []}, "divisions": {"skills": []}}).divisions.skills == ()


@pytest.mark.parametrize(
    "where",
    [("nothing",), ("limits", "case"), ("points", "risk", "huge"), ("relationship", "max_move"), ("fairness", "band")],
)
def test_unknown_keys(where: tuple[str, ...]) -> None:
    tables: Any = 1
    for key in reversed(where):
        tables = {key: tables}
    refused(*where, **tables)


@pytest.mark.parametrize("wrong", [True, 2.0, 2.5, "2", None, [2], {"a": 2}])
def test_a_number_is_a_whole_number(wrong: object) -> None:
    refused("limits", "cases", limits={"cases": wrong})
    refused("points", "level", "2", points={"level": {"2": wrong}})


@pytest.mark.parametrize("wrong", [1, 0, "yes", "true", None])
def test_a_switch_is_true_or_false(wrong: object) -> None:
    refused("divisions", "cross", divisions={"cross": wrong})


@pytest.mark.parametrize("wrong", [3, True, "low", None, [1]])
def test_a_table_is_a_table(wrong: object) -> None:
    refused("limits", limits=wrong)


@pytest.mark.parametrize(
    ("table", "key", "least", "most"),
    [
        ("limits", "high_risk_percent", 0, 100),
        ("points", "custody_percent", 0, 100),
        ("fairness", "band_percent", 1, 100),
        ("limits", "cases", 0, None),
        ("limits", "intake", 0, None),
        ("cycle", "days", 0, None),
        ("divisions", "away", 0, None),
        ("relationship", "max_moves", 0, None),
        ("relationship", "former", 0, None),
        ("unplaced", "low", 1, None),
        ("unplaced", "very_high", 1, None),
    ],
)
def test_ranges(table: str, key: str, least: int, most: int | None) -> None:
    for value in (least, 1000 if most is None else most):
        assert getattr(getattr(Policy().merge({table: {key: value}}), table), key) == value
    refused(table, key, **{table: {key: least - 1}})
    if most is not None:
        refused(table, key, **{table: {key: most + 1}})


def test_what_lists_hold() -> None:
    refused("training", "levels", 1, training={"levels": [2, 4]})
    refused("training", "levels", 0, training={"levels": [True]})
    refused("training", "levels", training={"levels": 2})
    refused("limits", "high_risk", 0, limits={"high_risk": ["High"]})
    refused("limits", "high_risk", limits={"high_risk": "high"})
    refused("training", "risks", 1, training={"risks": ["high", "huge"]})
    refused("training", "risks", training={"risks": "high"})
    for wrong in ("", " ", "a;b", 1, True, None, ["da"]):
        refused("divisions", "skills", 1, divisions={"skills": ["da", wrong]})
    for wrong in ("da", None, 1, {"da": True}):
        refused("divisions", "skills", divisions={"skills": wrong})
    assert Policy().merge({"divisions": {"skills": [" mappa lead "]}}).divisions.skills == ("mappa lead",)


def test_keys_of_levels_are_levels_as_text() -> None:
    for key in ("4", "02", "", 2):
        refused("points", "level", key, "[key]", points={"level": {key: 1}})


def test_every_problem_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Policy().merge({"limits": {"cases": -1, "case": 1}, "fairness": {"band_percent": 0}, "other": {}})
    assert {error["loc"] for error in caught.value.errors()} == {
        ("limits", "cases"),
        ("limits", "case"),
        ("fairness", "band_percent"),
        ("other",),
    }


def test_frozen() -> None:
    policy = Policy()
    with pytest.raises(ValidationError):
        policy.limits.cases = 1  # type: ignore[misc]
