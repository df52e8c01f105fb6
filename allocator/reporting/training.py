"""What a training plan says: who to send on which course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.planning.history import Rate
from allocator.planning.settings import Planning
from allocator.planning.training import Sent, TrainingPlan
from allocator.reporting.model import Report, Table, sentences
from allocator.reporting.planning import assumed_document, assumed_table, finite, first_left, interval_words


def training_report(found: TrainingPlan, planning: Planning, rates: Sequence[Rate] = ()) -> Report:
    """What a training plan says."""
    sent = Table(
        first_left("course", "officer", "division", "effect in a cycle", "second"),
        tuple(
            (_day(found, one), one.officer, one.division, interval_words(one.helps, 2), one.next_best or "")
            for one in found.sent
        ),
        title="Who to send when",
        caption="Course places, filled in the order of their dates",
    )
    return Report(
        f"Training for {found.force.name}",
        (*sentences(*training_sentences(found)), sent, assumed_table(planning, rates)),
        found.force.cycle_date,
    )


def training_document(found: TrainingPlan, planning: Planning, rates: Sequence[Rate] = ()) -> dict[str, Any]:
    """Compose the JSON of a training plan."""
    return {
        "force": found.force.name,
        "futures": found.futures,
        "stopped": found.stopped,
        "sent": [
            {
                "course": _day(found, one),
                "officer_id": one.officer,
                "division": one.division,
                "effect": finite(one.helps),
                "second": one.next_best,
            }
            for one in found.sent
        ],
        "assumptions": assumed_document(planning, rates),
        "says": list(training_sentences(found)),
    }


def training_sentences(found: TrainingPlan) -> Iterator[str]:
    """Whom to send on which course, and how that was compared."""
    for one in found.sent:
        effect = f"{interval_words(one.helps, 2)} excess and cases with nobody in a cycle"
        if one.helps == (0.0, 0.0, 0.0):
            effect = "makes no difference in these futures, to whoever goes"
        yield f"Send {one.officer} ({one.division}) on the course of {_day(found, one)}: {effect}."
    if found.stopped:
        yield "It was stopped: later places are not filled."
    elif not found.sent:
        yield "Nobody who serves is without the training, or there is no place."
    yield f"Each was compared with everybody else who could go, on the same {found.futures:,} futures."


def _day(found: TrainingPlan, one: Sent) -> str:
    return found.courses[one.course].on.isoformat()
