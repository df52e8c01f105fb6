"""What is said of proposed buddies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocator.cycles.buddies import Buddies
from allocator.reporting.model import Report, Table, Text, figures, sentences, texts

_REASONS = {
    "none-trained": "nobody trained who has capacity serves in the division",
    "all-full": "every buddy of the division supports as many as the policy allows",
}


def buddies_report(buddies: Buddies) -> Report:
    """Proposed buddies, and who has nobody."""
    said = sentences(*buddies_sentences(buddies))
    if not buddies.pairings:
        return Report("", said)
    rows = tuple((pair.officer, pair.buddy, pair.supports, pair.workload) for pair in buddies.pairings)
    columns = (*texts("officer", "buddy"), *figures("supports then", "buddy's workload %"))
    return Report("", (*said, Text(""), Table(columns, rows)))


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
