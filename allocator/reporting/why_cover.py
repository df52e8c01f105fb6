"""What why-cover says: why this officer, who else may and at what price, and who may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from allocator.analysis.cover import OtherCover, WhyCover
from allocator.reporting.cover import (
    covered_sentence,
)
from allocator.reporting.cover_files import covered_document
from allocator.reporting.documents import change_documents, picked
from allocator.reporting.goals import IN_FILES
from allocator.reporting.model import Report, sentences
from allocator.reporting.words import (
    change_words,
    listed,
)


def cover_price(other: OtherCover, names: Mapping[str, str] = IN_FILES) -> str:
    """What another officer's covering a case would cost."""
    proved = "" if other.proven else " (not proved)"
    level = all(pair.difference == 0 for pair in other.goals)
    return f"{'costs nothing' if level else change_words(other.goals, names)}{proved}"


def why_cover_report(answer: WhyCover) -> Report:
    """Why a case is covered by whom it is, who else may, at what price, and who may not."""
    return Report("", sentences(*why_cover_sentences(answer)))


def why_cover_sentences(answer: WhyCover) -> Iterator[str]:
    """Who covers it; the price of each other; whom which rule bars."""
    one = answer.covered
    yield f"Case {one.case.case_id} of {one.absent}, who is away. {covered_sentence(one)}"
    if answer.others:
        yield "Who else may, and what insisting would cost:"
        for other in answer.others:
            yield f"  {other.officer}: {cover_price(other)}{', managed the case before' if other.former else ''}."
    if answer.stopped is not None:
        yield f"The run ended early ({answer.stopped}): prices of others who may are not known."
    bars = Counter(answer.barred.values())
    if bars:
        told = listed([f"{rule} bars {count:,}" for rule, count in bars.items()])
        yield f"Who may not: {told}."


def why_cover_document(answer: WhyCover) -> dict[str, Any]:
    """Compose the JSON of why a case is covered by whom it is."""
    return {
        **covered_document(answer.covered),
        "others": [
            {
                "officer_id": other.officer,
                **picked(other, "former", "proven"),
                "goals": change_documents(other.goals),
            }
            for other in answer.others
        ],
        "barred": dict(answer.barred),
        "stopped": answer.stopped,
        "explanation": list(why_cover_sentences(answer)),
    }
