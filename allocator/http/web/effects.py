"""What a change does to the goals, as pages say it."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.analysis.compare import GoalPair
from allocator.analysis.effects import Effect
from allocator.reporting.goals import ON_PAGES
from allocator.reporting.words import finding_sentence


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
