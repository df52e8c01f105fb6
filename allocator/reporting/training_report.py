"""What a training plan tells."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.planning.history import Rate
from allocator.planning.settings import Planning
from allocator.planning.training import TrainingPlan
from allocator.reporting.planning_report import Section, Told, assumed_document, assumed_section, change_words, finite


def training_told(found: TrainingPlan, planning: Planning, rates: Sequence[Rate] = ()) -> Told:
    """What a training plan tells."""
    says = []
    for one in found.sent:
        day = found.courses[one.course].on.isoformat()
        effect = f"{change_words(*one.helps, 2)} excess and cases with nobody in a cycle"
        if one.helps == (0.0, 0.0, 0.0):
            effect = "makes no difference in these futures, to whoever goes"
        says.append(f"Send {one.officer} ({one.division}) on the course of {day}: {effect}.")
    if found.stopped:
        says.append("It was stopped: later places are not filled.")
    elif not says:
        says.append("Nobody who serves is without the training, or there is no place.")
    says.append(f"Each was compared with everybody else who could go, on the same {found.futures:,} futures.")
    rows = tuple(
        (
            found.courses[one.course].on.isoformat(),
            one.officer,
            one.division,
            change_words(*one.helps, 2),
            one.next_best or "",
        )
        for one in found.sent
    )
    header = ("course", "officer", "division", "effect in a cycle", "second")
    sections = (
        Section("Who to send when", "Course places, filled in the order of their dates", header, rows),
        assumed_section(planning, rates),
    )
    document = {
        "force": found.force.name,
        "futures": found.futures,
        "stopped": found.stopped,
        "sent": [
            {
                "course": found.courses[one.course].on.isoformat(),
                "officer_id": one.officer,
                "division": one.division,
                "effect": finite(one.helps),
                "second": one.next_best,
            }
            for one in found.sent
        ],
        "assumptions": assumed_document(planning, rates),
        "says": says,
    }
    return Told(f"Training for {found.force.name}", found.force.cycle_date, tuple(says), sections, document)
