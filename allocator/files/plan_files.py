"""plan.csv and plan.json as bytes.

plan.csv is for machines and comes back as it went; an id that a spreadsheet would take for a formula has an apostrophe
before it. People open plan.xlsx, where ids are text whatever they look like.
"""

from __future__ import annotations

import json
from typing import Any

from allocator.domain.plan import Plan
from allocator.files.writing import csv_text

PLAN_COLUMNS = ("case_id", "officer_id", "action", "from_officer_id")


def plan_csv(plan: Plan) -> bytes:
    """Write a plan as ``plan.csv``: one row a case, in input order; UTF-8, without a byte-order mark."""
    rows = ((case.case_id, officer or "", plan.action(case), case.officer or "") for case, officer in plan)
    return csv_text([PLAN_COLUMNS, *rows]).encode()


def json_bytes(document: Any) -> bytes:
    """Plain data as JSON for files and pipes: UTF-8, indented, ending in a line end."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
