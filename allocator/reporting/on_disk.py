"""A plan on disk: plan.csv for machines, plan.json with its proof, plan.xlsx for people."""

from __future__ import annotations

from allocator.analysis.report import Report
from allocator.files.plan_files import json_bytes, plan_csv
from allocator.files.plan_workbook import workbook
from allocator.reporting.document import plan_document
from allocator.reporting.pages import plan_pages


def plan_files(report: Report, source: str | None = None) -> dict[str, bytes]:
    """Compose the files of a plan, ready for ``allocator.files.atomic.write_files``.

    Parameters
    ----------
    report : Report
    source : str, optional
        Where the force was read from.

    Returns
    -------
    dict of str to bytes
        ``plan.csv``, ``plan.json`` and ``plan.xlsx``.
    """
    return {
        "plan.csv": plan_csv(report.result.plan),
        "plan.json": json_bytes(plan_document(report, source)),
        "plan.xlsx": workbook(plan_pages(report), report.force.cycle_date),
    }
