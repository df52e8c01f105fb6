"""The JSON of a comparison of two plans."""

from __future__ import annotations

from typing import Any

from allocator.analysis.compare import Comparison
from allocator.reporting.document import caseload_document, finding_document
from allocator.reporting.sentences.comparing import decisive_sentence


def comparison_document(comparison: Comparison, names: tuple[str, str]) -> dict[str, Any]:
    """Compose the JSON of a comparison.

    Parameters
    ----------
    comparison : Comparison
    names : tuple of str
        How the two plans are called.
    """
    return {
        "plans": list(names),
        "goals": [
            {"name": pair.name, "first": pair.first, "second": pair.second, "difference": pair.difference}
            for pair in comparison.goals
        ],
        "broken": [[finding_document(finding) for finding in broken] for broken in comparison.broken],
        "cases": [
            {
                "case_id": case.case_id,
                "division": case.division,
                "present": case.present,
                "first": case.first,
                "second": case.second,
                "in_first": case.in_first,
                "in_second": case.in_second,
            }
            for case in comparison.cases
        ],
        "officers": [
            {
                "officer_id": pair.officer_id,
                "division": pair.division,
                "first": pair.first and caseload_document(pair.first),
                "second": pair.second and caseload_document(pair.second),
                "gained": list(pair.gained),
                "lost": list(pair.lost),
            }
            for pair in comparison.officers
            if pair.differs
        ],
        "findings": [
            {"first": pair.first, "second": pair.second, **finding_document(pair.finding)}
            for pair in comparison.findings
        ],
        "says": decisive_sentence(comparison, names),
    }
