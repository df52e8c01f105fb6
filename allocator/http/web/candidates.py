"""Officers ranked for a case, and what a change does to the goals, as pages say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from allocator.analysis.compare import GoalPair
from allocator.analysis.effects import Candidate, Effect
from allocator.cycles.days import today
from allocator.domain.force import Force, Officer
from allocator.reporting.goals import ON_PAGES
from allocator.reporting.recommend import KNOWS
from allocator.reporting.words import finding_sentence, received_words

SHOWN = 10  # officers ranked for a case


def ranked_row(one: Candidate, force: Force | None = None) -> dict[str, Any]:
    """One officer of a ranking, as a page shows them; with a force also what they received of late."""
    return {
        "officer": one.officer,
        "received": "" if force is None else received_words(force, one.officer, today()),
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


def signed(number: int) -> str:
    """A difference with its sign."""
    return f"+{number:,}" if number > 0 else f"\N{MINUS SIGN}{-number:,}" if number < 0 else "0"


def effect_sentences(effect: Effect) -> list[str]:
    """What a change does to goals, and the limits that it would exceed."""
    grown = [finding_sentence(pair.finding) for pair in effect.excesses if pair.second > pair.first]
    return [f"{effect_words(effect.goals)}.", *grown]


def effect_words(goals: Sequence[GoalPair]) -> str:
    """What is added to each goal that changes, in strict order."""
    told = ", ".join(f"{ON_PAGES[pair.name]} {signed(pair.difference)}" for pair in goals if pair.difference)
    return told[:1].upper() + told[1:] if told else "Nothing changes about the goals"
