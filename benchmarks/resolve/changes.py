"""Changes that a supervisor tries: each takes a force and a source of chance, and gives the force with one change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from allocator import Case, Force, Officer
from allocator.synth.regimes.changes import change_case, change_rows


def riskier(force: Force, chance: Random) -> Force:
    """A current case in the community becomes high risk."""
    case = chance.choice([case for case in _current(force) if not force.high_risk(case)])
    return change_rows(force, cases={case.case_id: {"risk": "high"}})


def newcomer(force: Force, chance: Random) -> Force:
    """A case like a current one arrives."""
    like = chance.choice(_current(force))
    arrived = change_case(like, case_id="ONE-MORE", officer=None, since=None, locked=False, excluded=frozenset())
    return force.replace(cases=(*force.cases, arrived))


def gone(force: Force, chance: Random) -> Force:
    """A current case ends."""
    ended = chance.choice(_current(force))
    return force.replace(cases=tuple(case for case in force.cases if case is not ended))


def leaver(force: Force, chance: Random) -> Force:
    """An officer leaves and gives up every case."""
    return _officer(force, chance, status="leaving")


def absentee(force: Force, chance: Random) -> Force:
    """An officer is absent, and others cover their cases."""
    return _officer(force, chance, status="absent")


def shorter_hours(force: Force, chance: Random) -> Force:
    """A full-time officer works 80%."""
    return _officer(force, chance, capacity=80)


CHANGES: Mapping[str, Callable[[Force, Random], Force]] = {
    "a case becomes high risk": riskier,
    "a case arrives": newcomer,
    "a case ends": gone,
    "an officer leaves": leaver,
    "an officer is absent": absentee,
    "an officer works 80%": shorter_hours,
}


def _current(force: Force) -> list[Case]:
    return [case for case in force.cases if case.officer is not None and case.setting == "community"]


def _officer(force: Force, chance: Random, **columns: Any) -> Force:
    able: list[Officer] = [o for o in force.officers if o.status == "open" and o.capacity == 100]
    return change_rows(force, officers={chance.choice(able).officer_id: columns})
