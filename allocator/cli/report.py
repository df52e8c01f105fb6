"""``allocator report``: monthly performance data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.options import JSON, out_option
from allocator.cli.showing import show, written
from allocator.cli.storing import AS, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("report")
@click.option("--month", required=True, type=click.DateTime(["%Y-%m"]), metavar="YYYY-MM", help="The month.")
@AS
@out_option("Write report-YYYY-MM.xlsx and .html there.")
@JSON
@with_store
def command(store: Store, month: datetime, actor: Actor, folder: Path | None, as_json: bool) -> None:
    """Show monthly performance data of committed cycles: counts of officers and divisions, and no case.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.reports import read_month
    from allocator.reporting.performance import month_document, month_page, month_report, month_workbook

    found = read_month(store, actor, month.date())
    if folder is not None:
        from allocator.files.atomic import write_files

        stem = f"report-{month:%Y-%m}"
        write_files(folder, {f"{stem}.xlsx": month_workbook(found), f"{stem}.html": month_page(found)})
    end = written(folder, f": report-{month:%Y-%m}.xlsx and .html", gap=True)
    show(month_document(found) if as_json else month_report(found).ending(*end))
