"""What people are told, as text and as a page: one content, two forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from allocator.reporting.html import page

WIDTH = 78

MessageKind = Literal["caseload", "over-limit", "handover", "division", "undone", "placed", "not-yours"]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter: sentences, then perhaps a table, under a heading."""

    heading: str = ""
    sentences: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that one person is told.

    Attributes
    ----------
    kind : {"caseload", "over-limit", "handover", "division", "undone", "placed", "not-yours"}
    recipient : str
        An officer_id, or the name of a supervisor.
    about : str
        Tells letters of one kind to one person apart: a case_id, a division.
    subject : str
    blocks : tuple of Block
    """

    kind: MessageKind
    recipient: str
    about: str
    subject: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The letter as plain text."""
        lines = [self.subject, "=" * min(len(self.subject), WIDTH), ""]
        for block in self.blocks:
            if block.heading:
                lines += [block.heading, "-" * min(len(block.heading), WIDTH)]
            for sentence in block.sentences:
                lines += [*wrap(sentence, WIDTH, break_long_words=False), ""]
            if block.rows:
                lines += [*_table(block.header, block.rows), ""]
        return "\n".join(lines).rstrip() + "\n"

    @property
    def html(self) -> str:
        """The letter as a page that opens from disk."""
        return page("letter.html", subject=self.subject, blocks=self.blocks).decode()


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    return [lines[0].rstrip(), "-" * (sum(widths) + 2 * (len(widths) - 1)), *(line.rstrip() for line in lines[1:])]
