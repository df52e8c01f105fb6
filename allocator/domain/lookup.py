"""Finding an officer or case by the id that somebody typed; what is wrong with one is said in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from allocator.domain.force import Case, Force, Officer
from allocator.errors import InputError, Problem, meant

T = TypeVar("T")


def find_case(force: Force, case_id: str, where: str = "--case") -> Case:
    """Case of an id; messages name where it was typed.

    Raises
    ------
    InputError
        When the force has no such case.
    """
    return find(force.case_by_id, case_id, where, "a case of the force")


def find_officer(force: Force, officer_id: str, where: str = "--officer") -> Officer:
    """Officer of an id, typed as in `find_case`.

    Raises
    ------
    InputError
        When the force has no such officer.
    """
    return find(force.officer_by_id, officer_id, where, "an officer of the force")


def find(known: Mapping[str, T], typed: str, where: str, expected: str) -> T:
    """What an id stands for; messages name where it was typed and what was expected there.

    Raises
    ------
    InputError
        When nothing is known by it.
    """
    found = known.get(typed.strip())
    if found is None:
        raise InputError([Problem(where, expected, value=typed, maybe=meant(typed, known))])
    return found
