"""A table of the instances of CSPLib problem 069, beside the best plans known; what was asked for of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.csplib.ask import COUNT
from benchmarks.page.figures import Results
from benchmarks.page.table import Section, Table, seconds, whole
from benchmarks.page.target import Target
from benchmarks.rows import Row

NEAR = 0.001  # share above the best sum of squares known
CPU_TARGET = 60.0  # seconds, all instances together
CASE = f"CSPLib 069, all {COUNT}"


def tell(results: Results) -> Section:
    """One table."""
    return Section([plans(results["csplib"])])


def plans(rows: Sequence[Row]) -> Table:
    """One line an instance, and their sum."""
    lines = [
        (
            row["force"],
            *(whole(row[column]) for column in ("size", "officers", "cases")),
            "yes" if row["proved"] else "no",
            *(seconds(row[column]) for column in ("seconds", "cpu")),
            *(whole(row[column]) for column in ("squares", "best")),
            signed(above(row)),
            f"{row['value_fairness'] - row['bound_fairness']:,.0f}",
            row["note"] or "",
        )
        for row in rows
    ]
    says = (
        f"Each instance planned once, {rows[0]['limit']:g} s at most. *Proved*: our own four goals. *Squares*: sum of "
        "the nurses' workloads, each squared, beside the least known; *above best* is how much more that is. *Points "
        "open*: fairness above its bound. The papers' times for single instances are not restated; what they say is in "
        "the question's own page."
    )
    columns = ("instance", "zones", "nurses", "patients", "proved", "seconds", "CPU s", "squares", "best known")
    return Table(says, (*columns, "above best", "points open", "note"), [*lines, together(rows)])


def together(rows: Sequence[Row]) -> tuple[str, ...]:
    """The line of all instances."""
    sums = {column: sum(row[column] for row in rows) for column in ("seconds", "cpu", "squares", "best")}
    proved = sum(1 for row in rows if row["proved"])
    return (
        *(f"all {len(rows)}", ""),
        *(whole(sum(row[column] for row in rows)) for column in ("officers", "cases")),
        f"{proved} of {len(rows)}",
        *(seconds(sums[column]) for column in ("seconds", "cpu")),
        *(whole(sums[column]) for column in ("squares", "best")),
        signed(sums["squares"] / sums["best"] - 1),
        f"{sum(row['value_fairness'] - row['bound_fairness'] for row in rows):,.0f}",
        "",
    )


def above(row: Row) -> float:
    """How far a plan's squares are above the best known, as a share of it; below 0 where they are less."""
    return float(row["squares"] / row["best"] - 1)


def signed(share: float) -> str:
    """A share as percent with its sign, and 0 only for what is equal."""
    return f"{100 * share:+.2g}%" if share else "0"


def targets(rows: Sequence[Row]) -> Iterator[Target]:
    """Squares, proofs and processor time of all instances; a run of some of them reaches nothing."""
    if not rows:
        return
    complete = len(rows) >= COUNT
    near = [row for row in rows if above(row) <= NEAR]
    worst = max(rows, key=above)
    figure = f"{len(near)} of {len(rows)}; {signed(above(worst))} at most"
    figure += f" ({worst['force']})" if above(worst) > 0 else ""
    asked = f"the best known, or within {100 * NEAR:g}%"
    yield Target("csplib-squares", f"{CASE}: sum of squares", asked, figure, complete and len(near) == len(rows))
    late = [row["force"] for row in rows if not row["proved"]]
    figure = f"{len(rows) - len(late)} of {len(rows)}" + (f"; not {', '.join(late)}" if late else "")
    yield Target("csplib-proved", f"{CASE}: our four goals", "proved in every one", figure, complete and not late)
    used = sum(row["cpu"] for row in rows)
    asked = f"{CPU_TARGET:g} s together"
    figure = f"{seconds(used)} s for {len(rows)}"
    yield Target("csplib-cpu", f"{CASE}: processor time", asked, figure, complete and used <= CPU_TARGET)
