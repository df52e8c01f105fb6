"""Forces to try things on: tiny ones that hold every rule and switch, and units in the style of the examples.

A tiny force is drawn through ``Choices``, so that hypothesis (which shrinks) and a plain seed draw from one
variety.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from allocator.domain.force import Case, Force, Mosovo, Officer, Premises, Setting, Status
from allocator.domain.policy import Policy, Risk

T = TypeVar("T")
CYCLE_DATES = (date(2026, 3, 31), date(2025, 2, 28), date(2024, 2, 29), date(2026, 1, 15))
AGES = (
    0,
    14,
    29,
    30,
    31,
    59,
    62,
    92,
    150,
    183,
    366,
    800,
    2500,
)  # days; about the edges of small settle_months
TAGS = ("da", "iom")
GONE = ("GONE0", "GONE1")  # former officers who have left the force
FORUMS: tuple[tuple[str, ...], ...] = ((), (), ("marac",), ("matac",), ("other",), ("matac", "other"), ("Marac",))
DUE = (None, None, -400, -30, -1, 0, 1, 30)  # days from the cycle date to a visit or a review
TRAINED: Mosovo = "trained"
UNTRAINED: tuple[Mosovo, ...] = ("awaiting", "none")
OPEN: Status = "open"
NOT_OPEN: tuple[Status, ...] = ("closed", "absent", "leaving")
RISKS: tuple[Risk, ...] = ("low", "medium", "high", "very_high")


class Choices(Protocol):
    """Where the accidents of a random force come from."""

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included; low is simplest."""

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices; the first is simplest, repeats make it likelier."""


class Seeded:
    """Choices from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self._random.randrange(len(choices))]


class Drawn:
    """Choices from hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self._draw(st.integers(0, len(choices) - 1))]


def _some(choices: Choices, items: Sequence[T], most: int = 2) -> frozenset[T]:
    """A few of the items, none included."""
    return frozenset(choices.one_of(items) for _ in range(choices.number(0, most))) if items else frozenset()


def _times(count: int, item: T) -> list[T]:
    return [item for _ in range(count)]


def tiny_policy(choices: Choices) -> Policy:
    """A policy whose limits can bind in a force of a few cases."""
    one_of, number = choices.one_of, choices.number
    changes: dict[str, Any] = {
        "cycle": {"days": one_of((28, 0, 7))},
        "limits": {
            "cases": one_of((2, 3, 4, 1, 3, 50)),
            "high_risk_percent": one_of((0, 20, 50, 50, 100)),
            "small_caseload": number(0, 4),
            "high_risk_min": number(0, 2),
            "high_risk": one_of((["high", "very_high"], ["high", "very_high"], ["very_high"], ["low", "high"], [])),
            "freeze_over_limit": one_of((True, True, False)),
            "intake": one_of((2, 1, 3, 3, 0)),
        },
        "training": {
            "levels": one_of(([2, 3], [2, 3], [3], [0, 1], [])),
            "risks": one_of((["very_high"], ["high", "very_high"], ["low", "medium"], [])),
            "buddy_required": one_of((True, True, False)),
            "untrained_intake": number(0, 2),
        },
        "divisions": {
            "cross": one_of((False, False, False, True)),
            "away": one_of((0, 24)),
            "skills": one_of((["da"], ["da", "iom"], ["terror"], [])),
        },
        "premises": {"arrivals_per_cycle": number(0, 2), "reserve_arrivals": one_of((True, True, False))},
        "points": {
            "base": number(0, 2),
            "risk": one_of(({}, {"low": 0, "medium": 1, "high": 3, "very_high": 7})),
            "level": one_of(({}, {"1": 1, "3": 0})),
            "premises": one_of((0, 4)),
            "custody_percent": one_of((50, 0, 33, 100)),
        },
        "relationship": {
            "base": one_of((12, 0, 1)),
            "months_cap": one_of((60, 0, 2)),
            "high_risk": one_of((12, 0, 1)),
            "settle": one_of((12, 0, 5)),
            "settle_months": one_of((6, 0, 1, 2)),
            "former": one_of((12, 12, 1, 40, 0)),
            "max_moves": one_of((None, None, 0, 1, 2)),
        },
        "unplaced": {risk: weight + number(0, 2) for risk, weight in zip(RISKS, (1, 2, 4, 8), strict=True)},
        "fairness": {"band_percent": one_of((25, 5, 10, 51, 100))},
    }
    return Policy().merge(changes)


def tiny_officers(
    choices: Choices, count: int, divisions: Sequence[str], premises: Sequence[str], calm: bool, pressed: bool
) -> list[Officer]:
    """Officers of every kind; an untrained one mostly has some buddy, good or useless. More are untrained in a
    pressed force.
    """
    one_of = choices.one_of
    ids = [f"O{i}" for i in range(count)]
    usual = 12 if calm else 2
    found = []
    for officer_id in ids:
        mosovo = one_of((*_times(4 if pressed else usual, TRAINED), *UNTRAINED))
        status = one_of((*_times(2 * usual, OPEN), *NOT_OPEN))
        buddies: list[str | None] = [None] * (4 if mosovo == "trained" else 1)
        found.append(
            Officer(
                officer_id=officer_id,
                division=one_of(divisions),
                capacity=one_of((100,) * usual + (50, 75, 33, 0)),
                mosovo=mosovo,
                skills=frozenset(TAGS) if calm and choices.number(0, 1) == 0 else _some(choices, TAGS),
                premises=_some(choices, premises, 4 if pressed else 2),
                status=status,
                buddy=one_of([*buddies, *ids]),
            )
        )
    return found


def tiny_case(
    choices: Choices, case_id: str, force: Force, holders: Sequence[Officer], calm: bool, pressed: bool
) -> Case:
    """One case of a force without cases; the holders are who may be its current officer."""
    one_of, number = choices.one_of, choices.number
    usual = 5 if calm else 1
    holder = None if number(0, 3) == 0 else one_of([*holders, holders[0]] if pressed else holders)
    risks: Sequence[Risk] = RISKS
    if pressed and holder is not None:  # one with many cases, others with a high share
        risks = ("low", "medium", "low", "high") if holder is holders[0] else ("high", "very_high", "low")
    divisions = sorted({o.division for o in force.officers})
    division = "D9" if number(0, 30) == 30 else one_of(divisions)  # D9 has no officers
    if holder is not None and number(0, usual) > 0:
        division = holder.division
    settings: tuple[Setting, ...] = ("community", "community", "custody")
    if force.premises:
        settings = (*settings, *_times(4 if pressed else 1, "premises"))
    setting: Setting = one_of(settings)
    near = sorted(holder.premises) if holder is not None and calm else []
    release = None
    if setting == "custody" or number(0, 9) == 9:  # elsewhere the date is ignored
        days = force.policy.cycle.days
        ahead: int | None = one_of((None, days, days + 1, 0, -40, 300))
        release = None if ahead is None else force.cycle_date + timedelta(days=ahead)
    age = max(0, one_of(AGES) + number(-1, 1))
    needs: tuple[tuple[str, ...], ...] = ((), (), (), ()) * usual + (
        ("da",),
        ("iom",),
        ("da", "iom"),
        ("terror",),
    )
    ids = [o.officer_id for o in force.officers]
    former = _some(choices, [*ids, *(o.officer_id for o in holders), *GONE], one_of((1, 1, 2, 3, 0)))
    if holder is not None and number(0, 5) == 5:
        former |= {holder.officer_id}
    due: list[date | None] = []
    for _ in range(2):
        ahead = one_of(DUE)
        due.append(None if ahead is None else force.cycle_date + timedelta(days=ahead))
    return Case(
        case_id=case_id,
        division=division,
        risk=one_of(risks),
        category=number(0, 4),
        level=one_of((1, 1) * usual + (0, 2, 3)),
        setting=setting,
        premises=one_of(near or [p.premises_id for p in force.premises]) if setting == "premises" else None,
        release_on=release,
        needs=frozenset(one_of(needs)),
        officer=None if holder is None else holder.officer_id,
        since=None if holder is None else force.cycle_date - timedelta(days=age),
        points=one_of((None, None, None, 0, 1, 5, 8)),
        locked=holder is not None and number(0, 2 * usual) == 2 * usual,
        excluded=_some(choices, ids, one_of((0, 0) * usual + (1, 2))),
        former=former,
        forums=frozenset(one_of(FORUMS)),
        visit_due=due[0],
        review_due=due[1],
    )


def pressing(choices: Choices, force: Force) -> dict[str, Any]:
    """Changes to the policy under which somebody starts over a limit, and others could take what they have."""
    one_of, number = choices.one_of, choices.number
    most = max([len(force.cases_of.get(o.officer_id, ())) for o in force.officers])
    return {
        "limits": {
            "cases": max(1, most - one_of((1, 1, 2, 0))),
            "high_risk_percent": one_of((50, 34, 20)),
            "small_caseload": number(0, 3),
            "high_risk_min": number(0, 1),
            "high_risk": ["high", "very_high"],
            "freeze_over_limit": one_of((True, True, True, False)),
            "intake": one_of((3, 2)),
        },
        "training": {"levels": [3]},
        "relationship": {"max_moves": one_of((None, None, None, 2))},
    }


def tiny_force(choices: Choices, officers: int | None = None, cases: int | None = None) -> Force:
    """A force of 2 to 4 officers and 1 to 7 cases, unless told how many.

    In a calm one most decisions are free; in the others most are barred by something. Some calm ones are pressed:
    their limits are about what the officers start with.
    """
    one_of, number = choices.one_of, choices.number
    calm = one_of((True, True, True, True, False))
    pressed = calm and one_of((False, True))
    divisions = ("D0", "D1")[: one_of((1, 1, 2) if calm else (1, 2, 2))]
    premises = [
        Premises(premises_id=f"AP{i}", division=one_of(divisions), expected_arrivals=one_of((0, 1, 1, 2, 3)))
        for i in range(one_of((0, 1, 1, 2)))
    ]
    count = officers if officers is not None else number(2, 4)
    staff = tiny_officers(choices, count, divisions, [p.premises_id for p in premises], calm, pressed)
    empty = Force(
        officers=tuple(staff),
        cases=(),
        premises=tuple(premises),
        policy=tiny_policy(choices),
        cycle_date=one_of(CYCLE_DATES),
        name="tiny",
    )
    holders = staff[: one_of((count, count, 2) if pressed else (count, count, 1, 2))]  # few: over their limits
    found: list[Case] = []
    for i in range(cases if cases is not None else number(3 if pressed else 1, 7)):
        if found and number(0, 3) == 3:  # a twin, for ties and groups
            found.append(found[-1].model_copy(update={"case_id": f"C{i}"}))
        else:
            found.append(tiny_case(choices, f"C{i}", empty, holders, calm, pressed))
    force = empty.replace(cases=tuple(found))
    return force.replace(policy=force.policy.merge(pressing(choices, force))) if pressed else force


@st.composite
def forces(draw: st.DrawFn, officers: int | None = None, cases: int | None = None) -> Force:
    """Tiny forces, drawn by hypothesis."""
    return tiny_force(Drawn(draw), officers, cases)


@st.composite
def forces_with_plans(
    draw: st.DrawFn, officers: int | None = None, cases: int | None = None
) -> tuple[Force, tuple[str | None, ...]]:
    """Tiny forces, each with a plan that may break any rule."""
    force = tiny_force(Drawn(draw), officers, cases)
    return force, any_plan(Drawn(draw), force)


def any_plan(choices: Choices, force: Force) -> tuple[str | None, ...]:
    """A plan that may break any rule; half of the current cases are kept."""
    anybody = [None, *(o.officer_id for o in force.officers)]
    return tuple(
        case.officer if case.officer is not None and choices.number(0, 1) == 0 else choices.one_of(anybody)
        for case in force.cases
    )


def random_force(seed: int, *, officers: int | None = None, cases: int | None = None) -> Force:
    """The tiny force of a seed."""
    return tiny_force(Seeded(seed), officers, cases)


def random_plan(seed: int, force: Force) -> tuple[str | None, ...]:
    """The plan of a seed; it may break any rule."""
    return any_plan(Seeded(seed), force)


# Units in the style of the examples


def random_unit(
    seed: int,
    *,
    divisions: int = 2,
    officers: int = 6,
    cases: int = 250,
    policy: Mapping[str, Any] | None = None,
) -> Force:
    """A force of ordinary divisions, for stress tests.

    Parameters
    ----------
    seed : int
    divisions : int
    officers, cases : int
        Of each division. A division may have one officer more, a new one who awaits the course.
    policy : mapping, optional
        Changes to the default policy. None draws them: mostly none, at times
        ``max_moves`` of 0 or 3, or ``cross``.
    """
    rng = random.Random(seed)
    if policy is None:
        drawn: list[dict[str, Any]] = [{}] * 4
        drawn += [
            {"relationship": {"max_moves": 0}},
            {"relationship": {"max_moves": 3}},
            {"divisions": {"cross": True}},
        ]
        policy = rng.choice(drawn)
    cycle_date = rng.choice(CYCLE_DATES)
    premises = [
        Premises(premises_id=f"AP{d}", division=f"D{d}", expected_arrivals=rng.randint(0, 4))
        for d in range(divisions)
        if rng.random() < 0.75
    ]
    staff: list[Officer] = []
    managed: list[Case] = []
    custom_points = rng.choice((0.005, 0.01, 0.04, 0.08))
    for d in range(divisions):
        division = f"D{d}"
        linked = frozenset(p.premises_id for p in premises if p.division == division)
        unit = [
            _unit_officer(rng, division, i, officers, linked if i in (0, 2) else frozenset()) for i in range(officers)
        ]
        if len(premises) > 1 and rng.random() < 0.2 and officers > 2:
            unit[2] = unit[2].model_copy(update={"premises": frozenset(p.premises_id for p in premises)})
        keepers = [(o, o.capacity * rng.uniform(0.7, 1.2)) for o in unit]
        weights = [weight for _, weight in keepers]
        newcomer = None
        if rng.random() < 0.5:
            buddy = unit[0].officer_id
            newcomer = Officer(officer_id=f"{division}-NEW", division=division, mosovo="awaiting", buddy=buddy)
            unit.append(newcomer)
        ids = [o.officer_id for o in unit]
        for i in range(cases):
            holder: Officer | None = rng.choices([o for o, _ in keepers], weights)[0]
            if newcomer is not None and i < 3:
                holder = newcomer
            elif rng.random() < 0.05:
                holder = None
            managed.append(_unit_case(rng, division, holder, linked, ids, cycle_date, custom_points))
        staff += unit
    numbered = [case.model_copy(update={"case_id": f"C{i:05}"}) for i, case in enumerate(managed)]
    rng.shuffle(numbered)
    return Force(
        officers=tuple(staff),
        cases=tuple(numbered),
        premises=tuple(premises),
        policy=Policy().merge(policy),
        cycle_date=cycle_date,
        name=f"unit {seed}",
    )


def _unit_officer(rng: random.Random, division: str, place: int, officers: int, linked: frozenset[str]) -> Officer:
    ordinary = place < 2  # the first two carry the division: always open, and the second meets every ``da``
    mosovo: Mosovo = "trained" if ordinary or rng.random() < 0.92 else rng.choice(UNTRAINED)
    status: Status = "open" if ordinary or rng.random() < 0.82 else rng.choice(NOT_OPEN)
    buddy = None if mosovo == "trained" or rng.random() < 0.3 else f"{division}-O{rng.randrange(officers)}"
    skills = ("da",) if place == 1 else rng.choice(((), (), ("iom",), ("iom",), ("da",), ("da", "iom")))
    return Officer(
        officer_id=f"{division}-O{place}",
        division=division,
        capacity=100 if ordinary else rng.choice((100, 100, 100, 100, 80, 60, 40)),
        mosovo=mosovo,
        skills=frozenset(skills),
        premises=linked,
        status=status,
        buddy=buddy,
    )


def _unit_case(
    rng: random.Random,
    division: str,
    holder: Officer | None,
    linked: frozenset[str],
    ids: Sequence[str],
    cycle_date: date,
    custom_points: float,
) -> Case:
    setting: Setting = rng.choices(("community", "custody"), (0.7, 0.3))[0]
    if linked and rng.random() < (0.2 if holder is not None and holder.premises & linked else 0.03):
        setting = "premises"
    release = None
    if setting == "custody" and rng.random() < 0.3:
        release = cycle_date + timedelta(days=rng.randint(5, 120))
    able = () if holder is None else sorted(holder.skills)
    tags: tuple[str, ...] = ("da", "iom", "terror")
    needs: list[str] = []
    if rng.random() < 0.15:
        needs = [rng.choice(able)] if able and rng.random() < 0.7 else rng.choices(tags, (6, 6, 1))
    since = None
    if holder is not None:
        since = cycle_date - timedelta(days=int(min(rng.expovariate(1 / 500), 3000)))
    return Case(
        case_id="-",
        division=division,
        risk=rng.choices(RISKS, (0.50, 0.30, 0.15, 0.05))[0],
        category=rng.choices((0, 1, 2, 3), (0.17, 0.50, 0.17, 0.16))[0],
        level=rng.choices((0, 1, 2, 3), (0.09, 0.86, 0.04, 0.01))[0],
        setting=setting,
        premises=sorted(linked)[0] if setting == "premises" else None,
        release_on=release,
        needs=frozenset(needs),
        officer=None if holder is None else holder.officer_id,
        since=since,
        points=rng.randint(0, 24) if rng.random() < custom_points else None,
        locked=holder is not None and rng.random() < 0.025,
        excluded=frozenset([rng.choice(ids)]) if rng.random() < 0.025 else frozenset(),
        former=frozenset(rng.choices([*ids, *GONE], k=rng.randint(1, 2))) if rng.random() < 0.1 else frozenset(),
        forums=frozenset(rng.choice(FORUMS)) if "da" in needs else frozenset(),
        visit_due=cycle_date + timedelta(days=rng.randint(-20, 60)) if rng.random() < 0.5 else None,
        review_due=cycle_date + timedelta(days=rng.randint(-20, 160)) if rng.random() < 0.5 else None,
    )
