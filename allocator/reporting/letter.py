"""What one person is told, as text and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allocator.reporting.model import Report
from allocator.reporting.renderers.html import report_page
from allocator.reporting.renderers.text import report_text

MessageKind = Literal[
    "caseload",
    "over-limit",
    "handover",
    "division",
    "undone",
    "placed",
    "not-yours",
    "cover",
    "away",
    "cover-ended",
]


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that one person is told.

    Attributes
    ----------
    recipient : str
        An officer_id, or the name of a supervisor.
    about : str
        Tells letters of one kind to one person apart: a case_id, a division.
    """

    kind: MessageKind
    recipient: str
    about: str
    report: Report

    @property
    def subject(self) -> str:
        """What it is about, in a line."""
        return self.report.title

    @property
    def text(self) -> str:
        """The letter as plain text."""
        return report_text(self.report)

    @property
    def html(self) -> str:
        """The letter as a page that opens from disk."""
        return report_page(self.report).decode()
