"""The instances of CSPLib problem 069 and what is known of them, and each as a force."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from allocator import Case, Force, Officer, Plan, Policy

FOLDER = Path(__file__).with_name("instances")
TODAY = date(2026, 3, 31)  # nothing depends on it
BAND = 1  # percent of the fair share: the finest bands, whose sum is nearest to the sum of squares


@dataclass(frozen=True)
class Instance:
    """One instance, with the staffing and the best plan known.

    Attributes
    ----------
    name : str
    zones : tuple of (tuple of int)
        Acuity of each patient, by zone.
    nurses : tuple of int
        Nurses of each zone, from ``optima.csv``: an instance gives their number for all zones together.
    least, most : int
        Patients a nurse.
    workload : int
        Most acuity a nurse.
    best : int
        Least sum of squared workloads known with that staffing.
    proved : bool
        Whether none is less.
    """

    name: str
    zones: tuple[tuple[int, ...], ...]
    nurses: tuple[int, ...]
    least: int
    most: int
    workload: int
    best: int
    proved: bool


def instances() -> list[Instance]:
    """All of them, by number of zones and then by name."""
    with (FOLDER / "optima.csv").open(newline="", encoding="utf-8") as file:
        found = [read(FOLDER / f"{known['instance']}.txt", known) for known in csv.DictReader(file)]
    return sorted(found, key=lambda instance: (len(instance.zones), instance.name))


def read(path: Path, known: dict[str, str]) -> Instance:
    """One instance file, beside its row of ``optima.csv``.

    Raises
    ------
    ValueError
        When the two do not agree, or the file is cut off.
    """
    lines = [tuple(map(int, line.split())) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    (zone_count, nurse_count), (least, most, workload), *zones = lines
    nurses = tuple(map(int, known["staffing"].split()))
    if len(zones) != zone_count or len(nurses) != zone_count or sum(nurses) != nurse_count:
        raise ValueError(f"{path.name}: {zone_count} zones and {nurse_count} nurses expected")
    if any(patients != len(acuities) for patients, *acuities in zones):
        raise ValueError(f"{path.name}: a zone has another number of patients than it says")
    return Instance(
        name=path.stem,
        zones=tuple(zone[1:] for zone in zones),
        nurses=nurses,
        least=least,
        most=most,
        workload=workload,
        best=int(known["squares"]),
        proved=known["proved"] == "yes",
    )


def force_of(instance: Instance) -> Force:
    """An instance in our words: zones as divisions, nurses as officers, patients as new cases, acuity as points."""
    officers, cases = [], []
    for number, (acuities, nurses) in enumerate(zip(instance.zones, instance.nurses, strict=True), 1):
        division = f"Z{number:02}"
        for nurse in range(1, nurses + 1):
            officers.append(Officer(officer_id=f"{division}-N{nurse:02}", division=division, mosovo="trained"))
        for patient, acuity in enumerate(acuities, 1):
            cases.append(Case(case_id=f"{division}-P{patient:02}", division=division, risk="low", points=acuity))
    return Force(
        officers=tuple(officers),
        cases=tuple(cases),
        policy=policy_of(instance),
        cycle_date=TODAY,
        name=f"CSPLib 069, {instance.name}",
    )


def policy_of(instance: Instance) -> Policy:
    """A policy in which nothing but the most patients a nurse is a limit, and fairness has the finest bands."""
    tables: dict[str, Any] = {
        "limits": {"cases": instance.most, "intake": max(map(len, instance.zones))},
        "fairness": {"band_percent": BAND},
    }
    return Policy().merge(tables)


def workloads(plan: Plan) -> dict[str, int]:
    """Points of each officer under a plan of new cases, of those with none too."""
    loads = dict.fromkeys((officer.officer_id for officer in plan.force.officers), 0)
    for case, officer in zip(plan.force.cases, plan.officers, strict=True):
        if officer is not None:
            loads[officer] += case.points or 0
    return loads


def squares(plan: Plan) -> int:
    """Sum over officers of their points, squared."""
    return sum(load**2 for load in workloads(plan).values())


def broken(instance: Instance, plan: Plan) -> str:
    """What of an instance has no counterpart with us and is not kept by a plan; empty where all of it is."""
    held, loads = Counter(plan.officers), workloads(plan)
    few = sum(1 for officer in loads if held[officer] < instance.least)
    heavy = sum(1 for load in loads.values() if load > instance.workload)
    told = {f"fewer than {instance.least} patients": few, f"more than {instance.workload} points": heavy}
    return "; ".join(f"officers with {what}: {count}" for what, count in told.items() if count)
