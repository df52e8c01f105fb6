from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from allocator.domain.force import Case, Exemption, Force, Premises
from allocator.rules import GOALS
from tests.describing import value_of
from tests.tiny import agree, current, force, new, officer, plan

HOSTEL = Premises(premises_id="P", division="South")
AT_HOME = Premises(premises_id="P", division="North")
P: dict[str, Any] = {"premises": frozenset({"P"})}


def value(of: Force, **officers: str | None) -> int:
    return value_of(plan(of, **officers), "disruption")


def pair(*cases: Case, **relationship: int) -> Force:
    return force([officer("A"), officer("B")], list(cases), relationship=relationship)


def test_value() -> None:
    # At 31 March 2026. c1: since 31 March 2024, 24 months, low: 12 + 24. c2: since 1 February 2026, 3 - 2 = 1 month and
    # 30 days over, high: 12 + 1 + 12 for the risk + 12 to settle. c3 is placed, c4 kept: nothing.
    f = pair(
        current("c1", "A"),
        current("c2", "A", risk="high", since=date(2026, 2, 1)),
        new("c3"),
        current("c4", "A"),
    )
    assert GOALS[2].id == "disruption"
    assert value(f, c3="B") == 0
    assert value(f, c1="B", c3="B") == 36
    assert value(f, c2="B", c3="B") == 37
    assert value(f, c1="B", c2="B", c3="B") == 73
    # Own weights: 1 + min(24, 20), 1 + 1 + 3 + 4.
    f = pair(*f.cases, base=1, months_cap=20, high_risk=3, settle=4)
    assert value(f, c1="B") == 21
    assert value(f, c2="B") == 9


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),  # 2 - 1, less 1: 28 comes before 31
        (date(2026, 1, 28), date(2026, 2, 28), 1),
        (date(2026, 1, 29), date(2026, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 11),  # 12 + 0, less 1
        (date(2024, 2, 29), date(2025, 3, 1), 12),  # 12 + 1, less 1
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 12, 15), date(2026, 1, 14), 0),  # 12 + 1 - 12, less 1
        (date(2025, 12, 15), date(2026, 1, 15), 1),
        (date(2026, 3, 31), date(2026, 3, 31), 0),
        (date(2025, 8, 31), date(2026, 2, 28), 5),  # 12 + 2 - 8, less 1
    ],
)
def test_months(since: date, today: date, months: int) -> None:
    f = pair(current("c1", "A", since=since), base=0, settle=0, high_risk=0).replace(cycle_date=today)
    assert value(f, c1="B") == months
    assert agree(f) == (2, 1)


def test_boundary() -> None:
    # settle is for fewer months than settle_months: 30 September is 6 months before 31 March, 1 October is 5.
    assert value(pair(current("c1", "A", since=date(2025, 9, 30))), c1="B") == 12 + 6
    assert value(pair(current("c1", "A", since=date(2025, 10, 1))), c1="B") == 12 + 5 + 12
    assert value(pair(current("c1", "A", since=date(2026, 3, 31)), settle_months=0), c1="B") == 12 + 0
    # No more than 60 months count: March 2021 is 60 before, February 61.
    assert value(pair(current("c1", "A", since=date(2021, 4, 30))), c1="B") == 12 + 59
    assert value(pair(current("c1", "A", since=date(2021, 3, 31))), c1="B") == 12 + 60
    assert value(pair(current("c1", "A", since=date(2021, 2, 28))), c1="B") == 12 + 60
    # A short cap does not make an old relationship a young one.
    assert value(pair(current("c1", "A"), months_cap=2), c1="B") == 12 + 2
    # A case that may not stay costs the same when it moves, and nothing when nobody may receive it.
    barred = current("c1", "A", excluded=frozenset({"A"}))
    assert value(pair(barred), c1="B") == 36
    assert value(pair(barred), c1=None) == 0


def hostel(cross: bool, away: int = 24) -> Force:
    """c1 and c2 are of North and at premises in South: South is their home."""
    return force(
        [officer("A", **P), officer("B", **P), officer("S", division="South", **P)],
        [
            new("c1", setting="premises", premises="P"),
            current("c2", "A", setting="premises", premises="P"),
            new("c3"),
            current("c4", "S", division="South"),
        ],
        [HOSTEL],
        divisions={"cross": cross, "away": away},
    )


def test_away() -> None:
    for cross in (False, True):
        f = hostel(cross)
        # Placed in the case's own division is away from its home all the same; in South it is at home.
        assert value(f, c1="A") == 24
        assert value(f, c1="S") == 0
        # Moved: 36, and 24 on top where the receiver is not of the home. Kept away from home, it costs nothing.
        assert value(f, c2="B") == 36 + 24
        assert value(f, c2="S") == 36
        assert value(f) == 0
    f = hostel(cross=True, away=5)
    assert value(f, c3="S") == 5
    assert value(f, c4="A", c3="A") == 36 + 5


def known(*cases: Case, f: dict[str, Any] | None = None, **policy: Any) -> Force:
    """A holds what is current; F, of whom everything may be set, is asked about, B is a stranger."""
    return force([officer("A"), officer("B", **P), officer("F", **(f or {}))], list(cases), [AT_HOME], **policy)


def test_former() -> None:
    # A new case: 12 where a stranger receives it though F, who has managed it, may; nothing where F does.
    f = known(new("c1", former=frozenset({"F"})))
    assert value(f, c1="B") == 12
    assert value(f, c1="A") == 12
    assert value(f, c1="F") == 0
    assert value(f, c1=None) == 0
    # Of several former officers it matters not which; those who have left the force are nobody.
    f = known(new("c1", former=frozenset({"A", "F", "Z"})))
    assert (value(f, c1="A"), value(f, c1="F"), value(f, c1="B")) == (0, 0, 12)
    assert value(known(new("c1", former=frozenset({"Z"}))), c1="B") == 0
    # A current case: beside the 12 + 24 of the relationship that ends, and nothing where it is kept.
    f = known(current("c1", "A", former=frozenset({"F"})))
    assert value(f) == 0
    assert value(f, c1="F") == 36
    assert value(f, c1="B") == 36 + 12
    # One each for as many as there are; the weight is the policy's.
    f = known(*(new(f"c{k}", former=frozenset({"F"})) for k in range(3)), relationship={"former": 5})
    assert value(f, c0="B", c1="A", c2="F") == 2 * 5
    assert value(known(*f.cases, relationship={"former": 0}), c0="B", c1="A", c2="F") == 0
    # With away on top: F is of South, where divisions cross, and the case at home in North.
    f = known(new("c1", former=frozenset({"A"})), f={"division": "South"}, divisions={"cross": True})
    assert value(f, c1="F") == 24 + 12


def test_former_present_officer_does_not_count() -> None:
    # A has managed c1 before and does now: who else receives it is told nothing by that.
    f = known(current("c1", "A", former=frozenset({"A"})))
    assert value(f, c1="B") == 36
    f = known(current("c1", "A", former=frozenset({"A", "F"})))
    assert (value(f, c1="B"), value(f, c1="F")) == (36 + 12, 36)
    # Nor where the case has to leave A.
    f = known(current("c1", "A", former=frozenset({"A"}), excluded=frozenset({"A"})))
    assert value(f, c1="B") == 36


UNSERVED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # What bars F, who has managed it, from the case; and the same with that set right.
    "division": ({"division": "South"}, {}, {}, {}),
    "trained": ({"mosovo": "none", "buddy": "A"}, {"level": 2}, {"buddy": "A"}, {"level": 2}),
    "skills": ({}, {"needs": frozenset({"da"})}, {"skills": frozenset({"da"})}, {"needs": frozenset({"da"})}),
    "excluded": ({}, {"excluded": frozenset({"F"})}, {}, {"excluded": frozenset({"A"})}),
    "staying": ({"status": "leaving"}, {}, {}, {}),
    "open": ({"status": "closed"}, {}, {"status": "open"}, {}),
    "open-absent": ({"status": "absent"}, {}, {}, {}),
    "open-capacity": ({"capacity": 0}, {}, {"capacity": 1}, {}),
    "premises": ({}, {"setting": "premises", "premises": "P"}, P, {"setting": "premises", "premises": "P"}),
    "buddied": ({"mosovo": "none"}, {}, {"mosovo": "none", "buddy": "A"}, {}),
}


@pytest.mark.parametrize("reason", UNSERVED)
def test_former_who_may_not_receive(reason: str) -> None:
    # New: 12 or nothing. Current and permitted with A: 36 more. Whether B may receive it does not matter here.
    barred, of_barred, free, of_free = UNSERVED[reason]
    for officer_fields, case_fields, former in [(barred, of_barred, 0), (free, of_free, 12)]:
        case = {"former": frozenset({"F"}), **case_fields}
        f = known(new("c1", **case), current("c2", "A", **case), f=officer_fields)
        assert value(f, c1="B") == former, reason
        assert value(f, c2="B") == 36 + former, reason
        agree(f)


def test_former_who_starts_over_a_limit() -> None:
    # F has 1 of 0 cases, and so has A: relieved bars F from c1, which may stay with A, and from neither of the others,
    # though they bend a limit. Without a freeze, or by exemption, F may receive c1 too.
    cases = [
        current("f1", "F", locked=True),
        current("c1", "A", former=frozenset({"F"})),
        current("c2", "A", former=frozenset({"F"}), excluded=frozenset({"A"})),
        new("c3", former=frozenset({"F"})),
    ]
    f = known(*cases, limits={"cases": 0})
    assert value(f, c1="B") == 36
    assert value(f, c2="B") == 36 + 12
    assert value(f, c3="B") == 12
    thawed = known(*cases, limits={"cases": 0, "freeze_over_limit": False})
    exemption = Exemption(case_id="c1", officer_id="F", rule="relieved", reason="continuity")
    for changed in (thawed, f.replace(exemptions=(exemption,))):
        assert value(changed, c1="B") == 36 + 12
        assert value(changed, c1="F") == 36
    # c1: A or B, and F where nothing bars that; c2: B or F; c3: anybody; f1 stays.
    assert agree(f) == (2 * 2 * 3, 4**4 - 12)
    assert agree(thawed) == (3 * 2 * 3, 4**4 - 18)
    assert agree(f.replace(exemptions=(exemption,))) == (3 * 2 * 3, 4**4 - 18)


def test_former_by_exemption() -> None:
    # F is of South: by exemption from that rule F may receive c1, and to pass over F costs as it does with anybody.
    exemption = Exemption(case_id="c1", officer_id="F", rule="division", reason="continuity")
    f = known(new("c1", former=frozenset({"F"})), new("c2", former=frozenset({"F"})), f={"division": "South"})
    assert value(f, c1="B", c2="B") == 0
    exempted = f.replace(exemptions=(exemption,))
    assert value(exempted, c1="B", c2="B") == 12
    assert agree(exempted) == (3 * 2, 4**2 - 6)


@pytest.mark.parametrize("former", [0, 5, 12])
def test_agrees_about_former_officers(former: int) -> None:
    # Alike in all but who knows them: nobody, somebody who may, somebody who may not, the one who holds them, several.
    f = force(
        [officer("A"), officer("B"), officer("F", status="closed")],
        [
            current("c1", "A"),
            current("c2", "A", former=frozenset({"B"})),
            current("c3", "A", former=frozenset({"A", "F"})),
            current("c4", "F", former=frozenset({"A", "F"})),
            new("c5", former=frozenset({"A", "Z"})),
        ],
        relationship={"former": former},
    )
    # c1, c2, c3: A or B; c4: A, B or stays with F; c5: A or B.
    assert agree(f) == (2**3 * 3 * 2, 4**5 - 48)


def test_agrees() -> None:
    # c1: A, B or S; c2: A, B or S; c3: A or B; c4 stays. Crossing: anybody.
    assert agree(hostel(cross=False)) == (3 * 3 * 2, 4**4 - 18)
    for away in (0, 5, 24):
        assert agree(hostel(cross=True, away=away)) == (3**4, 4**4 - 3**4)
    # Alike in all but the price of their relationships, and some that must end.
    f = pair(
        current("c1", "A", since=date(2026, 3, 31)),
        current("c2", "A", since=date(2025, 9, 30)),
        current("c3", "A", since=date(2019, 5, 1), risk="high"),
        current("c4", "B", excluded=frozenset({"B"}), since=date(2025, 10, 1)),
        current("c5", "B", since=date(2024, 2, 29), risk="very_high"),
    )
    assert agree(f) == (2**4, 3**5 - 2**4)
    assert agree(f.replace(cycle_date=date(2026, 4, 29))) == (2**4, 3**5 - 2**4)
