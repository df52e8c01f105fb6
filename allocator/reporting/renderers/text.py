"""Reports as plain text, as a letter is sent."""

from __future__ import annotations

from textwrap import wrap

from allocator.reporting.model import Heading, Items, Report, Table, Text

WIDTH = 78


def report_text(report: Report) -> str:
    """Write a report, no sentence wider than `WIDTH`."""
    lines = [*_underlined(report.title, "="), ""]
    for block in report.blocks:
        if isinstance(block, Text):
            lines += [*wrap(block.text, WIDTH, break_long_words=False), ""]
        elif isinstance(block, Heading):
            lines += _underlined(block.text, "-")
        elif isinstance(block, Items):
            lines += [*(f"- {item}" for item in block.items), ""]
        else:
            lines += [*(_underlined(block.title, "-") if block.title else ()), *_table(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _underlined(title: str, sign: str) -> list[str]:
    return [title, sign * min(len(title), WIDTH)]


def _table(table: Table) -> list[str]:
    rows = [list(table.header), *table.texts()]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    header, *lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    return [header, "-" * (sum(widths) + 2 * (len(widths) - 1)), *lines]
