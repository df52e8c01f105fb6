"""A table of what pages take while problems are solved."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.page.figures import Results, distinct, quantile, where
from benchmarks.page.table import Section, Table, seconds
from benchmarks.rows import Row
from benchmarks.serving.ask import SOLVE

TARGET = 0.3


def tell(results: Results) -> Section:
    """One table."""
    return Section([times(results["serving"])])


def times(rows: Sequence[Row]) -> Table:
    """One line a page, and one for all of them."""
    read = [row for row in rows if row["step"] != SOLVE]
    lines = []
    for (page,) in distinct(read, "step"):
        lines.append(_line(page, where(read, step=page)))
    lines.append(_line("all", read))
    people = max((int(row["size"]) for row in read), default=0)
    solves = sum(int(row["size"]) for row in where(rows, step=SOLVE))
    says = (
        f"{people} people browse Surrey (a page every 1 to 3 seconds each) while {solves} problems of 10,000 cases are "
        f"solved; asked for: no error, and 95 of 100 pages within {TARGET:g} s."
    )
    return Table(says, ("page", "reads", "errors", "median, s", "95 of 100 within, s", "most, s"), lines)


def _line(page: str, rows: Sequence[Row]) -> tuple[str, ...]:
    taken = sorted(row["seconds"] for row in rows)
    errors = sum(1 for row in rows if row["note"])
    return (
        page,
        f"{len(taken):,}",
        str(errors),
        *(seconds(quantile(taken, share)) for share in (0.5, 0.95)),
        seconds(taken[-1] if taken else float("nan")),
    )
