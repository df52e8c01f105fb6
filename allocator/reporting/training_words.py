"""Buddies and course places in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocator.cycles.buddies import Buddies
from allocator.cycles.courses import CoursePlaces, TrainingEffect
from allocator.reporting.document import finding_document
from allocator.reporting.sentences.asking import change_words, excess_words
from allocator.reporting.sentences.counts import cases

_REASONS = {
    "none-trained": "nobody trained who has capacity serves in the division",
    "all-full": "every buddy of the division supports as many as the policy allows",
}


def buddies_document(buddies: Buddies) -> dict[str, Any]:
    """Compose the JSON of proposed buddies."""
    return {
        "pairings": [
            {"officer_id": p.officer, "buddy": p.buddy, "supports": p.supports, "workload_percent": p.workload}
            for p in buddies.pairings
        ],
        "without": dict(buddies.without),
        "supports": dict(buddies.supports),
        "most": buddies.most,
    }


def buddies_sentences(buddies: Buddies) -> Iterator[str]:
    """What is proposed in all, and who has nobody."""
    if not (buddies.pairings or buddies.without):
        yield "No officer who awaits the course lacks a buddy."
        return
    count = len(buddies.pairings)
    yield f"{'1 buddy is' if count == 1 else f'{count} buddies are'} proposed; one supports {buddies.most} at most."
    for officer, reason in buddies.without.items():
        yield f"Nobody for {officer}: {_REASONS[reason]}."


def courses_document(ranked: CoursePlaces) -> dict[str, Any]:
    """Compose the JSON of ranked course places."""
    return {
        "goals": {goal.name: goal.value for goal in ranked.base.goals},
        "places": [
            {**_trained(place.chosen), "others": [_trained(one) for one in place.others]} for place in ranked.places
        ],
        "asked": ranked.asked,
        "stopped": ranked.stopped,
    }


def _trained(one: TrainingEffect) -> dict[str, Any]:
    return {
        "officer_id": one.officer,
        "division": one.division,
        "mosovo": one.mosovo,
        "goals": [{"name": p.name, "before": p.first, "after": p.second} for p in one.goals],
        "excesses": [{**finding_document(p.finding), "before": p.first, "after": p.second} for p in one.cured],
        "placed": list(one.placed),
        "cures": one.cures,
        "proven": one.proven,
    }


def place_sentence(number: int, one: TrainingEffect) -> str:
    """Who should take a place, and what that does to the best plan."""
    awaits = "awaits the course" if one.mosovo == "awaiting" else "untrained"
    proof = "" if one.proven else " Not proved: plans were found, perhaps not the best."
    if not one.cures:
        return f"Place {number}: {one.officer} of {one.division} ({awaits}). The plan would be no better for it.{proof}"
    return f"Place {number}: {one.officer} of {one.division} ({awaits}). {_capital(change_words(one.goals))}.{proof}"


def cure_sentences(one: TrainingEffect) -> Iterator[str]:
    """What a place cures, one by one."""
    if one.placed:
        yield f"{cases(len(one.placed))} with nobody would have an officer: {', '.join(one.placed)}."
    for pair in one.cured:
        if pair.second < pair.first:
            yield f"No longer, or less: {excess_words(pair)}"


def courses_end(ranked: CoursePlaces) -> str | None:
    """Say why fewer places are ranked than were asked for."""
    if ranked.stopped:
        return "Stopped: later places are not ranked."
    if len(ranked.places) < ranked.asked:
        return "No other untrained officer can take a place."
    return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
