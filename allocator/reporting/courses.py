"""What is said of course places: who should take each, and what that cures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocator.cycles.courses import CoursePlaces, TrainingEffect
from allocator.reporting.documents import finding_document, picked
from allocator.reporting.model import Block, Report, Text, sentences
from allocator.reporting.words import capitalised, cases, change_words, excess_words, goal_figures

FEW = 3  # others who are shown beside whoever takes a place


def courses_report(ranked: CoursePlaces) -> Report:
    """Course places, ranked by what each cures."""
    blocks: list[Block] = [Text(f"As it stands, the best plan has {goal_figures(ranked.base.goals)}.")]
    for number, place in enumerate(ranked.places, 1):
        others = (f"Instead {other.officer}: {change_words(other.goals)}." for other in place.others[:FEW])
        blocks += [
            Text(""),
            Text(place_sentence(number, place.chosen), "strong"),
            *sentences(*cure_sentences(place.chosen), *others, indent=2),
        ]
    if end := courses_end(ranked):
        blocks += [Text(""), Text(end)]
    return Report("", tuple(blocks))


def courses_document(ranked: CoursePlaces) -> dict[str, Any]:
    """Compose the JSON of ranked course places."""
    return {
        "goals": {goal.name: goal.value for goal in ranked.base.goals},
        "places": [
            {**_trained_document(place.chosen), "others": [_trained_document(one) for one in place.others]}
            for place in ranked.places
        ],
        "asked": ranked.asked,
        "stopped": ranked.stopped,
    }


def _trained_document(one: TrainingEffect) -> dict[str, Any]:
    return {
        "officer_id": one.officer,
        **picked(one, "division", "mosovo"),
        "goals": [{"name": p.name, "before": p.first, "after": p.second} for p in one.goals],
        "excesses": [{**finding_document(p.finding), "before": p.first, "after": p.second} for p in one.cured],
        "placed": list(one.placed),
        **picked(one, "cures", "proven"),
    }


def place_sentence(number: int, one: TrainingEffect) -> str:
    """Who should take a place, and what that does to the best plan."""
    awaits = "awaits the course" if one.mosovo == "awaiting" else "untrained"
    effect = capitalised(change_words(one.goals)) if one.cures else "The plan would be no better for it"
    proof = "" if one.proven else " Not proved: plans were found, perhaps not the best."
    return f"Place {number}: {one.officer} of {one.division} ({awaits}). {effect}.{proof}"


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
