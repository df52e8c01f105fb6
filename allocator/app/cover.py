"""Cover for officers who are away now: which cases need it, as one person sees them."""

from __future__ import annotations

from allocator.app.views import ForceView
from allocator.domain.force import Case
from allocator.errors import NotThere


def needs_cover(seen: ForceView) -> tuple[Case, ...]:
    """Cases that are there for the person and whose officer is absent, as the force stands."""
    return tuple(case for case in seen.force.cases if seen.force.is_away(case) and seen.sees(case))


def require_to_cover(seen: ForceView, case_id: str) -> Case:
    """Find a case that needs cover.

    Raises
    ------
    NotThere
        When there is none, not for the person, or its officer is there.
    """
    case = seen.case(case_id)
    if not seen.force.is_away(case):
        raise NotThere(f"Case {case_id[:80]} needs no cover: its officer is not absent.")
    return case
