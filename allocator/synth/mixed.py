"""Mixed forces: anything that the contract allows, each feature with a chance, drawn as nobody would choose them.

Other profiles follow what is published and are kind in that; a population of mixed forces says how the allocator fares
on everybody's. No figure here is published: each is a range within which a seed falls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from allocator.domain.force import Case, Force, Officer, Premises
from allocator.domain.policy import RISKS, Policy
from allocator.synth.chance import Chance, share_out

TODAY = date(2026, 3, 2)
TAGS = ("da", "lang", "youth", "cyber", "forensic", "female", "health", "gang")

# A table of the policy is changed in some forces: (chance, table, key, least, most).
SETTINGS: tuple[tuple[float, str, str, int, int], ...] = (
    (0.15, "limits", "cases", 35, 60),
    (0.20, "limits", "high_risk_percent", 10, 35),
    (0.10, "limits", "small_caseload", 0, 20),
    (0.10, "limits", "high_risk_min", 0, 4),
    (0.20, "limits", "intake", 2, 20),
    (0.10, "training", "untrained_intake", 0, 10),
    (0.15, "premises", "arrivals_per_cycle", 0, 8),
    (0.10, "points", "base", 0, 5),
    (0.10, "points", "premises", 0, 9),
    (0.15, "points", "custody_percent", 0, 100),
    (0.10, "relationship", "base", 0, 24),
    (0.10, "relationship", "months_cap", 12, 120),
    (0.10, "relationship", "high_risk", 0, 24),
    (0.10, "relationship", "settle", 0, 24),
    (0.15, "relationship", "former", 0, 36),
    (0.15, "relationship", "max_moves", 0, 12),
    (0.15, "divisions", "away", 0, 60),
    (0.20, "fairness", "band_percent", 1, 25),
    (0.05, "unplaced", "high", 1, 10),
)
SWITCHES: tuple[tuple[float, str, str, Any], ...] = (
    (0.12, "divisions", "cross", True),
    (0.15, "limits", "freeze_over_limit", False),
    (0.10, "training", "buddy_required", False),
    (0.10, "premises", "reserve_arrivals", False),
    (0.10, "training", "levels", [3]),
    (0.10, "training", "risks", []),
    (0.10, "limits", "high_risk", ["very_high"]),
)


@dataclass(frozen=True, slots=True)
class Mix:
    """A size of mixed forces.

    Attributes
    ----------
    least, most : int
        Officers.
    """

    name: str
    least: int
    most: int

    @property
    def description(self) -> str:
        """One line about it."""
        return f"whatever the rules allow, each feature with a chance, {self.least} to {self.most} officers"


MIXES: Mapping[str, Mix] = MappingProxyType(
    {mix.name: mix for mix in (Mix("mixed", 25, 60), Mix("mixed-small", 10, 15), Mix("mixed-large", 150, 300))}
)


def draw_mixed(name: str, seed: int) -> Force:
    """Draw a mixed force.

    Parameters
    ----------
    name : str
        A name in ``MIXES``.
    seed : int
        0 or above.
    """
    mix = MIXES[name]
    policy = _policy(Chance(seed, f"{name} policy"))
    premises, divisions = _places(mix, Chance(seed, f"{name} places"))
    officers = _officers(divisions, premises, Chance(seed, f"{name} officers"))
    cases = _cases(officers, premises, policy, Chance(seed, f"{name} cases"))
    return Force(
        officers=tuple(officers),
        cases=tuple(cases),
        premises=tuple(premises),
        policy=policy,
        cycle_date=TODAY,
        name=f"{name.capitalize()} (synthetic)",
    )


def _policy(chance: Chance) -> Policy:
    changes: dict[str, dict[str, Any]] = {}
    for likely, table, key, least, most in SETTINGS:
        value = chance.between(least, most)
        if chance.number() < likely:
            changes.setdefault(table, {})[key] = value
    for likely, table, key, switched in SWITCHES:
        if chance.number() < likely:
            changes.setdefault(table, {})[key] = switched
    return Policy().merge(changes)


def _places(mix: Mix, chance: Chance) -> tuple[list[Premises], dict[str, int]]:
    """Premises, and the officers of each division; a few divisions have premises or cases and no officer."""
    officers = chance.between(mix.least, mix.most)
    size = officers if chance.number() < 0.05 and officers <= 60 else chance.between(6, 14)
    count = max(1, round(officers / size))
    sizes = share_out(officers, chance.jitter([1.0] * count, 0.3))
    divisions = {f"D{i:02d}": size for i, size in enumerate(sizes, 1)}
    if chance.number() < 0.05:
        divisions["D00"] = 0
    names = sorted(divisions)
    most = chance.between(0, 8)
    sites = chance.between(1, min(count, 6) + 1) if chance.number() < 0.85 else 0
    return [
        Premises(
            premises_id=f"AP-{i}",
            division=names[chance.between(0, len(names) - 1)],
            expected_arrivals=chance.between(0, most),
        )
        for i in range(1, sites + 1)
    ], divisions


class _Rates:
    """How often each feature occurs in one force: never in some, else at a rate of its own."""

    def __init__(self, chance: Chance) -> None:
        self._chance, self._rates = chance, dict[str, float]()

    def set(self, feature: str, likely: float, most: float) -> None:
        """Let a feature occur in so many forces, at up to so high a rate."""
        there, rate = self._chance.number() < likely, self._chance.number() * most
        self._rates[feature] = rate if there else 0.0

    def __call__(self, feature: str) -> bool:
        """Whether it occurs in the next row."""
        return self._chance.number() < self._rates[feature]


def _officers(divisions: Mapping[str, int], premises: Sequence[Premises], chance: Chance) -> list[Officer]:
    has = _Rates(chance)
    has.set("part time", 0.8, 0.4)
    has.set("tiny", 0.1, 0.2)
    has.set("untrained", 0.8, 0.4)
    has.set("no buddy", 0.4, 0.5)
    has.set("buddy elsewhere", 0.2, 0.3)
    for status in ("closed", "absent", "leaving"):
        has.set(status, 0.5, 0.15)
    tags = chance.pick(TAGS, chance.between(0, len(TAGS)))
    for tag in tags:
        has.set(tag, 0.95, 0.8)
    has.set("linked", 0.9, 0.5)
    has.set("linked to two", 0.5, 0.5)
    has.set("linked elsewhere", 0.4, 0.3)
    rows: list[dict[str, Any]] = []
    for division, size in divisions.items():
        near = [p.premises_id for p in premises if p.division == division]
        for i in range(1, size + 1):
            row: dict[str, Any] = {"officer_id": f"OM-{division}-{i:02d}", "division": division, "mosovo": "trained"}
            if has("part time"):
                row["capacity"] = 5 * chance.between(4, 19)
            if has("tiny"):
                row["capacity"] = chance.between(0, 15)
            if has("untrained"):
                row["mosovo"] = "awaiting" if chance.number() < 0.5 else "none"
            row["skills"] = frozenset(tag for tag in tags if has(tag))
            for status in ("closed", "absent", "leaving"):
                if has(status):
                    row["status"] = status
            able = [p.premises_id for p in premises] if has("linked elsewhere") else near
            wanted = 2 if has("linked to two") else 1
            if has("linked") and able:
                row["premises"] = frozenset(chance.pick(able, min(wanted, len(able))))
            rows.append(row)
    for row in rows:
        if row["mosovo"] == "trained" or has("no buddy"):
            continue
        everywhere = has("buddy elsewhere")
        able = [
            other["officer_id"]
            for other in rows
            if other["mosovo"] == "trained" and (everywhere or other["division"] == row["division"])
        ]
        if able:
            row["buddy"] = chance.pick(able, 1)[0]
    return [Officer(**row) for row in rows]


def _cases(officers: Sequence[Officer], premises: Sequence[Premises], policy: Policy, chance: Chance) -> Iterator[Case]:
    has = _Rates(chance)
    has.set("premises", 0.9, 0.06)
    has.set("own points", 0.3, 1.0)
    for feature, likely, most in (
        ("excluded", 0.6, 0.03),
        ("excluded here", 0.3, 0.01),
        ("locked", 0.5, 0.1),
        ("former", 0.7, 0.3),
        ("elsewhere", 0.4, 0.02),
        ("unable", 0.3, 0.2),
    ):
        has.set(feature, likely, most)
    tags = sorted({tag for officer in officers for tag in officer.skills})
    for tag in tags:
        has.set(tag, 0.9, 0.12)
    # Of a full caseload: mostly 38 to 50, in some forces far less or more than the limit allows.
    kind = chance.number()
    load = chance.between(*((38, 50) if kind < 0.7 else (20, 38) if kind < 0.85 else (50, 58))) / 50
    spread, settled = chance.number() * 0.3, 2 + chance.number() * 100
    kind = chance.number()
    new = chance.number() * (0 if kind < 0.1 else 0.05 if kind < 0.7 else 0.2 if kind < 0.9 else 1.0)
    high = 0.1 + chance.number() * (0.1 if chance.number() < 0.75 else 0.2)
    very_high, low = high * chance.number() * 0.3, chance.number() * 0.8
    two, three, custody, most = (chance.number() * rate for rate in (0.12, 0.03, 0.4, 60))
    near: dict[str, list[Officer]] = {}
    for officer in officers:
        near.setdefault(officer.division, []).append(officer)
    wanted = [
        round(policy.limits.cases * o.capacity / 100 * load * (1 + spread * (2 * chance.number() - 1)))
        for o in officers
    ]
    holders = [o for o, count in zip(officers, wanted, strict=True) for _ in range(count)]
    for number, holder in enumerate(chance.shuffle(holders), 1):
        is_new = chance.number() < new
        drawn = chance.number()
        row: dict[str, Any] = {"case_id": f"C{number:05d}", "division": holder.division}
        row["risk"] = RISKS[
            3 if drawn < very_high else 2 if drawn < high else 0 if drawn < high + (1 - high) * low else 1
        ]
        drawn = chance.number()
        row["level"] = 3 if drawn < three else 2 if drawn < two + three else 1
        row["category"] = chance.between(0, 3)
        skills = tags if has("unable") or is_new else [tag for tag in tags if tag in holder.skills]
        row["needs"] = frozenset(tag for tag in tags if has(tag) and tag in skills)
        if not is_new and row["level"] > 1 and not holder.trained and not has("unable"):
            row["level"] = 1
        if premises and has("premises"):
            row["setting"], row["premises"] = "premises", chance.pick(premises, 1)[0].premises_id
        elif chance.number() < custody:
            row["setting"] = "custody"
            if chance.number() < 0.3:
                row["release_on"] = TODAY + timedelta(chance.between(-10, 200))
        if has("own points"):
            row["points"] = int(chance.number() ** 2 * most)
        if not is_new:
            row["officer"] = holder.officer_id
            row["since"] = TODAY - timedelta(int(30 * settled * chance.number()))
            row["locked"] = has("locked")
        if has("elsewhere"):
            row["division"] = chance.pick(officers, 1)[0].division
        row["excluded"] = frozenset(
            [o.officer_id for o in chance.pick(near[holder.division], 1) if has("excluded")]
            + [holder.officer_id] * has("excluded here")
        )
        if has("former"):
            known = chance.pick(near[holder.division], min(2, len(near[holder.division])))
            row["former"] = frozenset(o.officer_id for o in known[: chance.between(1, 2)])
        yield Case(**row)
