"""Small units drawn over all that the contract allows: capacities, points, statuses, training, regimes of load."""

from __future__ import annotations

import random
from datetime import timedelta

from allocator.domain.force import Case, Force, Premises
from tests.tiny import TODAY, force, officer

REGIMES = ("ordinary", "tight", "all new", "handover", "budget", "cross", "free of the freeze")
STATUSES = ("open", "closed", "absent", "leaving")
SCALES = ("policy", "small", "wide", "multiples", "mixed")


def drawn(seed: int) -> Force:
    """A unit of 3 to 8 officers and 20 to 60 cases."""
    chance = random.Random(seed)
    regime, scale = REGIMES[seed % len(REGIMES)], SCALES[seed % len(SCALES)]
    count = chance.randint(3, 8)
    names = [f"O{k}" for k in range(count)]
    divisions = ["North", "South"] if chance.random() < 0.5 else ["North"]
    officers = [
        officer(
            name,
            division=chance.choice(divisions),
            capacity=chance.choice([0, 10, 20, 37, 50, 60, 80, 90, 100, 100, 100, chance.randint(10, 100)]),
            mosovo=chance.choice(["trained", "trained", "awaiting", "none"]),
            skills=frozenset({"da"} if chance.random() < 0.5 else ()),
            premises=frozenset({"AP"} if chance.random() < 0.4 else ()),
            status=chance.choices(STATUSES, (8, 1, 1, 2 if regime == "handover" else 1))[0],
            buddy=chance.choice([None, *names]),
        )
        for name in names
    ]
    cases = [_case(chance, k, names, divisions, regime, scale) for k in range(chance.randint(20, 60))]
    policy = {
        "limits": {
            "cases": chance.choice([3, 6, 10, 50]) if regime == "tight" else 50,
            "freeze_over_limit": regime != "free of the freeze",
        },
        "divisions": {"cross": regime == "cross"},
        "relationship": {"max_moves": chance.randint(0, 3) if regime == "budget" else None},
        "fairness": {"band_percent": chance.choice([1, 5, 5, 7, 50, 100])},
    }
    premises = [Premises(premises_id="AP", division="North", expected_arrivals=chance.randint(0, 4))]
    return force(officers, cases, premises, **policy)


def _case(chance: random.Random, k: int, names: list[str], divisions: list[str], regime: str, scale: str) -> Case:
    held = chance.choice(names) if chance.random() < (0.1 if regime == "all new" else 0.8) else None
    at = "AP" if chance.random() < 0.1 else None
    own = {
        "policy": None,
        "small": chance.randint(0, 9),
        "wide": chance.randint(0, 1_000_000),
        "multiples": 50_000 * chance.randint(0, 20),
        "mixed": chance.choice([None, 0, 1, 999_983, 1_000_000]),
    }[scale]
    return Case(
        case_id=f"c{k:02}",
        division=chance.choice(divisions),
        risk=chance.choices(["low", "medium", "high", "very_high"], [5, 3, 2, 1])[0],
        level=chance.choices([0, 1, 2, 3], [2, 10, 1, 1])[0],
        setting="premises" if at else "community",
        premises=at,
        needs=frozenset({"da"} if chance.random() < 0.1 else ()),
        officer=held,
        since=None if held is None else TODAY - timedelta(days=chance.randint(0, 3000)),
        points=own,
        locked=held is not None and chance.random() < 0.05,
        excluded=frozenset(chance.sample(names, 1) if chance.random() < 0.05 else ()),
        former=frozenset(chance.sample([*names, "gone"], chance.randint(1, 2)) if chance.random() < 0.2 else ()),
    )
