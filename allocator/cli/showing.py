"""How a command shows its answer: a report on the terminal, or a document as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from allocator.reporting.model import Report, Text


def show(answer: Report | dict[str, Any] | list[Any]) -> None:
    """Print a report, or anything else as JSON."""
    from allocator.reporting.model import Report

    if isinstance(answer, Report):
        from allocator.reporting.renderers.terminal import output, print_report

        print_report(output(), answer)
        return

    from allocator.files.plan_files import json_bytes

    click.echo(json_bytes(answer), nl=False)


def written(folder: Path | None, files: str = "", gap: bool = False) -> tuple[Text, ...]:
    """Say where files were written, after a gap or not; nothing where there is no folder."""
    from allocator.reporting.model import Text

    if folder is None:
        return ()
    said = Text(f"Written to {folder}{files}.")
    return (Text(""), said) if gap else (said,)


def rest_of_plan(folder: Path | None) -> str:
    """Where the rest of a plan is found that the terminal does not show in full."""
    return "--json, or in plan.xlsx with --out DIR" if folder is None else str(folder / "plan.xlsx")
