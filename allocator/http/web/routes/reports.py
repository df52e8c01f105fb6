"""Reports of a month: as a page, as a page to keep and as a workbook."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.cycles import committed_days
from allocator.app.reports import month_named, read_month
from allocator.http.dependencies import Context
from allocator.http.responses import attachment
from allocator.http.web.pages import render
from allocator.http.web.visitors import member
from allocator.reporting.performance import month_page, month_report, month_workbook
from allocator.reporting.renderers.html import drawn_table

router = APIRouter(include_in_schema=False)


@router.get("/reports")
def reports(request: Request, context: Context, user: User = member("figures")) -> Response:
    """Months with a committed cycle."""
    months = {day.replace(day=1) for day in committed_days(context.store)}
    return render(request, "reports.html", title="Reports", months=sorted(months, reverse=True))


@router.get("/reports/{month}.xlsx")
def report_workbook(context: Context, month: str, user: User = member("figures")) -> Response:
    """A month as a workbook."""
    found = read_month(context.store, user, month_named(month))
    return attachment(f"report-{found.month:%Y-%m}.xlsx", month_workbook(found, user.may("officers")))


@router.get("/reports/{month}.html")
def report_page(context: Context, month: str, user: User = member("figures")) -> Response:
    """A month as a page that opens from disk."""
    found = read_month(context.store, user, month_named(month))
    return attachment(f"report-{found.month:%Y-%m}.html", month_page(found, user.may("officers")), "text/html")


@router.get("/reports/{month}")
def report(request: Request, context: Context, month: str, user: User = member("figures")) -> Response:
    """A month, with charts and their tables."""
    found = read_month(context.store, user, month_named(month))
    shown = month_report(found, user.may("officers"))
    return render(
        request,
        "reports.html",
        title=shown.title,
        back="/reports",
        months=None,
        key=f"{found.month:%Y-%m}",
        sentences=shown.sentences,
        sections=[
            {**drawn_table(table), "rows": table.rows, "numeric": _numeric(table.rows)} for table in shown.tables
        ],
    )


def _numeric(rows: Any) -> list[int]:
    return [k for k, cell in enumerate(rows[0]) if isinstance(cell, int | float)] if rows else []
