"""Kent reproduces its published units: in the files that ship, and in a force drawn from any other seed."""

from collections import Counter

import pytest

# Kent Police, as reported on 24 August 2021.
COMMUNITY = {
    "Margate and Canterbury": 414,
    "Dover Ashford and Folkestone": 386,
    "Medway": 354,
    "Maidstone": 264,
    "Tonbridge and Tunbridge Wells": 244,
    "Dartford and Gravesham": 223,
    "Swale": 196,
}


@pytest.fixture(params=["shipped", 1, 2, 17])
def kent(request, files_of):
    return files_of("kent", "kent-2021", request.param)


def test_seven_units_in_the_community(kent):
    outside = [c for c in kent.current if c["setting"] != "custody"]
    assert Counter(c["division"] for c in outside) == COMMUNITY


def test_468_in_custody_hospital_or_abroad_and_2549_in_all(kent):
    assert sum(c["setting"] == "custody" for c in kent.current) == 468
    assert len(kent.current) == 2549
    assert {c["division"] for c in kent.current if c["setting"] == "custody"} == set(COMMUNITY)


def test_all_are_registered_sexual_offenders(kent):
    assert {c["category"] for c in kent.cases} == {"1"}


def test_every_caseload_is_under_50_and_within_its_limit(kent):
    assert set(kent.caseload) == set(kent.officer)
    for officer, cases in kent.caseload.items():
        assert cases < 50
        assert cases <= 50 * int(kent.officer[officer]["capacity"]) // 100


def test_four_officers_are_above_a_fifth_one_of_them_at_the_premises(kent):
    assert len(kent.over_share) == 4
    assert sum(o["premises"] != "" for o in kent.over_share) == 1


def test_seven_await_the_course_and_each_has_an_experienced_buddy(kent):
    awaiting = [o for o in kent.officers if o["mosovo"] == "awaiting"]
    assert len(awaiting) == 7
    for officer in awaiting:
        buddy = kent.officer[officer["buddy"]]
        assert (buddy["mosovo"], buddy["status"]) == ("trained", "open")
        assert buddy["division"] == officer["division"]


def test_nobody_starts_with_a_case_they_may_not_hold(kent):
    assert kent.barred() == []


def test_level_1_share(kent):
    levels = Counter(c["level"] for c in kent.current)
    assert levels == {"1": 2508, "2": 35, "3": 6}  # 2508 / 2549 = 98.4%


def test_the_cycle_brings_new_cases(kent):
    assert kent.cycle_date == "2021-08-23"
    assert len(kent.new) == 76
    assert sum(c["setting"] == "premises" for c in kent.new) == 4
