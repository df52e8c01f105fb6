"""Pages that open from disk with no network: templates filled by jinja2, everything in one file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from allocator.reporting.model import Report, Table
from allocator.reporting.renderers.charts import draw

if TYPE_CHECKING:
    from jinja2 import Environment


def report_page(report: Report) -> bytes:
    """Write a report as a page; whatever is in it is text, whatever it looks like."""
    environment, css = _templates()
    return environment.get_template("report.html").render(css=css, report=report, drawn=drawn_table).encode()


def drawn_table(table: Table) -> dict[str, Any]:
    """A table as plain data that can be kept and shown: its title, caption and header, its rows in words, its chart.

    Without a chart, ``svg`` is empty.
    """
    return {
        "title": table.title,
        "caption": table.caption or table.title,
        "header": list(table.header),
        "rows": table.texts(),
        "svg": "" if table.chart is None else draw(table.chart),
    }


@cache  # to read a template costs more than to fill it
def _templates() -> tuple[Environment, str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("allocator.reporting", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment, loader.get_source(environment, "page.css")[0]
