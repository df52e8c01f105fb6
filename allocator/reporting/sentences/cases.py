"""What people should know of a case wherever it is given to somebody: who managed it before, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.domain.force import Case
from allocator.rules.notes.overdue import overdue_words


def known_sentence(case: Case, officer_id: str | None) -> str | None:
    """That an officer managed a case before; None of whoever did not, and of whoever has it now."""
    return f"{officer_id} managed the case before." if officer_id and case.known_to(officer_id) else None


def overdue_sentence(days: Mapping[str, int]) -> str | None:
    """By how many days a visit or review is overdue; None where neither is."""
    if not days:
        return None
    words = overdue_words(dict(days))
    return f"{words[:1].upper()}{words[1:]}."


def joined(*sentences: str | None) -> str:
    """Those sentences that there are."""
    return " ".join(filter(None, sentences))
