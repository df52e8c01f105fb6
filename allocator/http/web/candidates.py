"""Officers ranked for a case, and what a change does to the goals, as pages say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allocator.analysis.compare import GoalPair
from allocator.analysis.effects import Candidate
from allocator.app.views import ForceView
from allocator.reporting.goals import ON_PAGES
from allocator.reporting.recommend import KNOWS

SHOWN = 10  # officers ranked for a case


def ranked_row(seen: ForceView, one: Candidate) -> dict[str, Any]:
    """One officer of a ranking, as a page shows them."""
    return {
        "officer": one.officer,
        "stays": one.stays,
        "knows": one.knows,
        "before": one.before,
        "after": one.after,
        "effect_of": {pair.name: pair.difference for pair in one.effect.goals},
        "says": effect_of_giving(seen, one),
    }


def effect_of_giving(seen: ForceView, one: Candidate) -> str:
    """What giving a case to an officer does to goals and limits."""
    if one.stays:
        return "It stays, and nothing changes."
    grown = seen.told(p.finding for p in one.effect.excesses if p.second > p.first)
    return " ".join([f"{effect_words(one.effect.goals)}.", *grown, *([KNOWS] if one.knows else [])])


def barred_rows(seen: ForceView, barred: Any) -> list[tuple[str, str]]:
    """Officers who may not have a case, by what bars them; of an exclusion no more is told than "not eligible"."""
    found: dict[str, list[str]] = {}
    for officer, why in barred:
        if seen.scope.sees_officer(officer):
            found.setdefault("not eligible" if "excluded" in why else ", ".join(why), []).append(officer.officer_id)
    return [(why, ", ".join(names)) for why, names in found.items()]


def signed(number: int) -> str:
    """A difference with its sign."""
    return f"+{number:,}" if number > 0 else f"\N{MINUS SIGN}{-number:,}" if number < 0 else "0"


def effect_words(goals: Sequence[GoalPair]) -> str:
    """What is added to each goal that changes, in strict order."""
    told = ", ".join(f"{ON_PAGES[pair.name]} {signed(pair.difference)}" for pair in goals if pair.difference)
    return told[:1].upper() + told[1:] if told else "Nothing changes about the goals"
