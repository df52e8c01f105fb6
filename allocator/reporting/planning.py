"""What planners' answers have in common: figures with their intervals, and what was assumed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from allocator.files.plan_files import json_bytes
from allocator.planning.history import Rate
from allocator.planning.outcomes import Probability
from allocator.planning.settings import Assumption, Planning, assumptions
from allocator.reporting.model import Column, Report, Table
from allocator.reporting.renderers.charts import draw
from allocator.reporting.renderers.html import report_page
from allocator.reporting.renderers.workbook import report_workbook

WHOLE = "whole force"


def planning_files(report: Report, document: dict[str, Any], name: str) -> dict[str, bytes]:
    """Compose the files of an answer by its name: JSON, workbook, page and a chart each."""
    charts = {f"{name}-{k}.svg": draw(table.chart).encode() for k, table in enumerate(report.tables, 1) if table.chart}
    return {
        f"{name}.json": json_bytes(document),
        f"{name}.xlsx": report_workbook(report),
        f"{name}.html": report_page(report),
        **charts,
    }


def first_left(*titles: str, form: str = "") -> tuple[Column, ...]:
    """A column of names, and columns of figures beside it."""
    return (Column(titles[0], form=".0f"), *(Column(title, figures=True, form=form) for title in titles[1:]))


def percent(share: float) -> str:
    """A probability for people."""
    return f"{100 * share:.0f}%" if 0.01 <= share <= 0.99 else f"{100 * share:.1f}%"


def chance_words(chance: Probability) -> str:
    """A probability with its interval."""
    return f"{percent(chance.share)} ({percent(chance.low)} to {percent(chance.high)})"


def interval_words(estimate: Sequence[float], digits: int = 0) -> str:
    """A change with its interval, where it has one: mean, low and high."""
    change, low, high = estimate
    if not math.isfinite(low + high):
        return f"{change:+.{digits}f} (one future)"
    return f"{change:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def finite(values: Iterable[float]) -> list[float | None]:
    """Values for JSON, which has none without end."""
    return [value if math.isfinite(value) else None for value in values]


def assumed_table(planning: Planning, rates: Sequence[Rate] = ()) -> Table:
    """What was assumed, each with its source."""
    setting, value, *others = first_left("setting", "value", "what it is", "source")
    return Table(
        (setting, replace(value, form=".4g"), *others),
        tuple(
            (one.key, "not set" if one.value is None else one.value, one.says, assumed_source(one, rates))
            for one in assumptions(planning)
        ),
        title="Assumptions",
        caption="What was assumed, and where it comes from",
        detail=True,
    )


def assumed_value(one: Assumption) -> str:
    """What is assumed, in words."""
    return "not set" if one.value is None else f"{one.value:.4g}"


def assumed_source(one: Assumption, rates: Sequence[Rate] = ()) -> str:
    """Where an assumption comes from; a rate that somebody has changed is theirs."""
    for rate in rates:
        if rate.setting == one.key and rate.value == one.value:
            return f"this force's cycles, from {rate.count:,}; 95% interval {rate.low:.1f} to {rate.high:.1f}"
    return "ours: nothing published was found" if one.ours else one.source


def assumed_document(planning: Planning, rates: Sequence[Rate] = ()) -> list[dict[str, Any]]:
    """What was assumed, as JSON."""
    return [
        {"setting": one.key, "value": one.value, "says": one.says, "source": assumed_source(one, rates)}
        for one in assumptions(planning)
    ]
