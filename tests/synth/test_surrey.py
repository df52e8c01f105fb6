"""Surrey reproduces its source: in the files that ship, and in a force drawn from any other seed."""

from collections import Counter
from datetime import date, timedelta

import pytest


@pytest.fixture(params=["shipped", 1, 2, 17])
def surrey(request, files_of):
    return files_of("surrey", "surrey-2022", request.param)


def test_three_divisions_and_27_officers_who_all_have_cases(surrey):
    assert Counter(o["division"] for o in surrey.officers) == {"North": 9, "East": 9, "West": 9}
    assert set(surrey.caseload) == set(surrey.officer)


def test_45_cases_each_on_average_and_under_50(surrey):
    # 27 * 45 = 1215
    assert len(surrey.current) == 1215
    assert max(surrey.caseload.values()) < 50


def test_nobody_starts_above_the_limit_of_a_part_time_job(surrey):
    for officer, cases in surrey.caseload.items():
        assert cases <= 50 * int(surrey.officer[officer]["capacity"]) // 100


def test_65_percent_are_not_in_custody(surrey):
    outside = sum(c["setting"] != "custody" for c in surrey.current)
    assert 64.5 <= 100 * outside / len(surrey.current) <= 65.5


def test_four_officers_are_above_a_fifth_and_two_of_them_are_linked_to_the_premises(surrey):
    assert len(surrey.over_share) == 4
    linked = [o for o in surrey.officers if o["premises"]]
    assert [o for o in surrey.over_share if o["premises"]] == linked
    assert len(linked) == 2


def test_four_await_the_course_and_each_has_an_experienced_buddy(surrey):
    awaiting = [o for o in surrey.officers if o["mosovo"] == "awaiting"]
    assert len(awaiting) == 4
    assert all(o["mosovo"] == "trained" for o in surrey.officers if o not in awaiting)
    for officer in awaiting:
        buddy = surrey.officer[officer["buddy"]]
        assert (buddy["mosovo"], buddy["status"]) == ("trained", "open")
        assert buddy["division"] == officer["division"]


def test_one_domestic_abuse_officer_a_division(surrey):
    dedicated = [o["division"] for o in surrey.officers if o["skills"] == "da"]
    assert sorted(dedicated) == ["East", "North", "West"]


def test_three_domestic_abuse_cases_at_level_3_all_high_risk_and_seven_at_level_2(surrey):
    cases = [c for c in surrey.current if c["needs"] == "da"]
    at = {level: [c for c in cases if c["level"] == level] for level in ("2", "3")}
    assert (len(at["3"]), len(at["2"])) == (3, 7)
    assert all(c["risk"] in ("high", "very_high") for c in at["3"])


def test_nobody_starts_with_a_case_they_may_not_hold(surrey):
    assert surrey.barred() == []


def test_risk_mix_is_near_that_of_2016_with_less_high_risk(surrey):
    percent = {risk: 100 * n / 1215 for risk, n in Counter(c["risk"] for c in surrey.current).items()}
    assert percent["very_high"] == pytest.approx(2, abs=0.5)
    assert 14 <= percent["high"] < 18
    assert percent["medium"] == pytest.approx(30, abs=0.5)
    assert percent["low"] == pytest.approx(50, abs=4)


def test_level_1_share_of_the_cases_under_mappa(surrey):
    levels = Counter(c["level"] for c in surrey.current if c["category"] != "0")
    assert levels["0"] == 0
    assert 100 * levels["1"] / levels.total() == pytest.approx(98.4, abs=0.1)


def test_the_cycle_brings_some_of_each_sort(surrey):
    assert surrey.cycle_date == "2022-09-26"
    assert len(surrey.new) == 34
    assert sum(c["setting"] == "premises" for c in surrey.new) == 4
    assert sum(c["needs"] == "da" for c in surrey.new) == 3
    start = date(2022, 9, 26)
    released = [c for c in surrey.new if c["setting"] == "custody" and c["release_on"]]
    soon = [c for c in released if start <= date.fromisoformat(c["release_on"]) <= start + timedelta(28)]
    assert len(soon) == 5


def test_room_for_the_cycle_in_every_division(surrey):
    """Ordinary cycles can be met: cases fit the limits, and high-risk ones a fifth of them."""
    home = {p["premises_id"]: p["division"] for p in surrey.premises}
    for division in ("North", "East", "West"):
        cases = [c for c in surrey.cases if home.get(c["premises"], c["division"]) == division]
        limits = [50 * int(o["capacity"]) // 100 for o in surrey.officers if o["division"] == division]
        assert len(cases) <= sum(limits)
        high = sum(c["risk"] in ("high", "very_high") for c in cases)
        assert high <= sum(limit * 20 // 100 for limit in limits)
