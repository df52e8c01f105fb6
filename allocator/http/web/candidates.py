"""Officers ranked for a case, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allocator.analysis.effects import Candidate
from allocator.domain.force import Officer
from allocator.http.web.effects import effect_sentences
from allocator.reporting.recommend import KNOWS

SHOWN = 10  # officers ranked for a case


def ranked_row(one: Candidate) -> dict[str, Any]:
    """One officer of a ranking, as a page shows them."""
    return {
        "officer": one.officer,
        "stays": one.stays,
        "knows": one.knows,
        "before": one.before,
        "after": one.after,
        "effect_of": {pair.name: pair.difference for pair in one.effect.goals},
        "says": _effect_of_giving(one),
    }


def _effect_of_giving(one: Candidate) -> str:
    """What giving a case to an officer does to goals and limits."""
    if one.stays:
        return "It stays, and nothing changes."
    return " ".join([*effect_sentences(one.effect), *([KNOWS] if one.knows else [])])


def barred_rows(barred: Iterable[tuple[Officer, tuple[str, ...]]]) -> list[tuple[str, str]]:
    """Officers who may not have a case, by what bars them."""
    found: dict[str, list[str]] = {}
    for officer, why in barred:
        found.setdefault(", ".join(why), []).append(officer.officer_id)
    return [(why, ", ".join(names)) for why, names in found.items()]
