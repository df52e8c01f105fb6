"""Tables of what plans do with officers who start over a limit, before and after."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from benchmarks.before.tell import A_TENTH
from benchmarks.page.figures import Results, distinct, where
from benchmarks.page.notes import notes
from benchmarks.page.table import Section, Table, seconds, times, whole
from benchmarks.peers.protocol import GOALS
from benchmarks.relief.ask import AFTER, BEFORE, RECOUNTED
from benchmarks.rows import Row

TOTAL = "all"


def tell(results: Results) -> Section:
    """Four tables with a line a regime."""
    rows = results["relief"]
    return Section([relief(rows), given(rows), unproved(rows), took(rows)])


def relief(rows: Sequence[Row]) -> Table:
    """The two counts, beside excess and disruption."""
    lines = []
    for regime, of in _regimes(rows):
        before, recounted, after = (where(of, step=step) for step in (BEFORE, RECOUNTED, AFTER))
        over = _sum(after or before, "over_start")
        counted = [_sum(each, column) for column in ("over_moves", "counted_under") for each in (before, after)]
        excess = [_sum(each, "value_excess") for each in (before, recounted, after)]
        lost = [_sum(each, "value_disruption") for each in (before, recounted, after)]
        lines.append((regime, f"{len(after)}", over, *counted, *excess, *lost))
    limit = f"{rows[0]['limit']:g}"
    says = (
        f"{_before(rows)} and after, all forces of a regime together, {limit} s a force at most. *Moved to over*: "
        "cases that could have stayed, moved to an officer who starts over a limit. *Under without "
        "relief*: officers who start over a limit and count as under it, who gave up no case that counts against it. "
        "Excess and disruption before as it "
        "counted them, and by today's rules."
    )
    columns = (
        *("regime", "forces", "officers who start over", "moved to over: before", "after"),
        *("under without relief: before", "after"),
        *("excess: before", "by today's rules", "after", "disruption: before", "by today's rules", "after"),
    )
    return Table(says, columns, lines)


def given(rows: Sequence[Row]) -> Table:
    """What else officers who start over a limit are given."""
    lines = []
    for regime, of in _regimes(rows):
        before, after = where(of, step=BEFORE), where(of, step=AFTER)
        lines.append(
            (
                regime,
                *(
                    _sum(each, column)
                    for column in ("over_arrivals", "over_given", "on_paper")
                    for each in (before, after)
                ),
            )
        )
    says = (
        "What else goes to officers who start over a limit: cases that are new or cannot stay. At premises that is "
        "allowed; elsewhere each is an excess, taken where every other way exceeds no less. *Within the "
        "plain percentage*: officers who start over the share and gave up no high-risk case, yet end within that "
        "percentage of the cases that they then hold, which after does not count as within the share."
    )
    columns = ("regime", "at premises: before", "after", "elsewhere: before", "after")
    columns += ("within the plain percentage: before", "after")
    return Table(says, columns, lines)


def unproved(rows: Sequence[Row]) -> Table:
    """Plans that are not proved best, by the first goal that is not."""
    lines = []
    for regime, of in _regimes(rows):
        lines.append((regime, *(_first_unproved(where(of, step=step)) for step in (BEFORE, AFTER))))
    return Table("Plans not proved, by the first goal that is not:", ("regime", "before", "after"), lines)


def took(rows: Sequence[Row]) -> Table:
    """Seconds that planning took: the median force, and all forces of a regime."""
    lines = []
    for regime, of in _regimes(rows):
        before, after = where(of, step=BEFORE), where(of, step=AFTER)
        of_each = {(row["force"], row["regime"]): row["seconds"] for row in before}
        pairs = [(of_each[key], row["seconds"]) for row in after if (key := (row["force"], row["regime"])) in of_each]
        if pairs:
            medians = [seconds(statistics.median(each)) for each in zip(*pairs, strict=True)]
            totals = [seconds(sum(each)) for each in zip(*pairs, strict=True)]
            longer = statistics.median(b / a for a, b in pairs)
            why = notes("slower").get(f"nation-{regime}", "") if longer > A_TENTH else ""
            lines.append((regime, *medians, times(longer), *totals, why))
    columns = ("regime", "a force: before, s", "after, s", "times before", "all: before, s", "after, s")
    says = "Seconds from the force in memory to the plan: the median force, the median of the forces' ratios, and all."
    return Table(says, (*columns, "why, if above 1.1"), lines)


def _regimes(rows: Sequence[Row]) -> list[tuple[str, Sequence[Row]]]:
    """Rows of each regime, and all of them."""
    return [*((regime, where(rows, regime=regime)) for (regime,) in distinct(rows, "regime")), (TOTAL, rows)]


def _before(rows: Sequence[Row]) -> str:
    commits = [commit for (commit,) in distinct(where(rows, step=BEFORE), "note")]
    return f"Before (commit {', '.join(commits)})" if commits else "Before (no rows are kept)"


def _sum(rows: Sequence[Row], column: str) -> str:
    return whole(sum(row[column] for row in rows)) if rows else "-"


def _first_unproved(rows: Sequence[Row]) -> str:
    first = (next((g for g in GOALS if row[f"value_{g}"] != row[f"bound_{g}"]), "") for row in rows)
    count = Counter(goal for goal in first if goal)
    return ", ".join(f"{goal} {count[goal]}" for goal in GOALS if count[goal]) or ("none" if rows else "-")
