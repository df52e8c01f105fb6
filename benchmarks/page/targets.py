"""What was asked for, and whether it was reached."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.asking.ask import SCENARIO
from benchmarks.asking.tell import asked
from benchmarks.costs.tell import CHART_TARGET, PAGE_TARGET, split
from benchmarks.csplib.tell import targets as csplib_targets
from benchmarks.growth.ask import DIVISIONS
from benchmarks.keeping.ask import HISTORY, SIZE
from benchmarks.keeping.tell import HISTORY_TARGET
from benchmarks.national.ask import WHOLE
from benchmarks.page.figures import (
    Results,
    against_best,
    distinct,
    exponent,
    gap,
    label,
    median_proof,
    median_seconds,
    quantile,
    ratio,
    where,
)
from benchmarks.page.table import Table, percent, seconds, times
from benchmarks.page.target import Target
from benchmarks.planning.ask import COUNT, FUTURES, QUICK
from benchmarks.planning.tell import CLUSTER_TARGET, FUTURES_TARGET, QUICK_TARGET, on_a_cluster
from benchmarks.population.targets import targets as population
from benchmarks.proof.ask import WITH_GROUPED, WITH_TEXTBOOK
from benchmarks.races import GROUPED, OURS, TEXTBOOK
from benchmarks.relief.ask import AFTER
from benchmarks.resolve.ask import WARM
from benchmarks.rows import Row
from benchmarks.serving.ask import SOLVE
from benchmarks.serving.tell import TARGET as PAGES_TARGET

FASTER, SLOWER = 25.0, 1.2


def table(targets: Sequence[Target], reasons: Mapping[str, str]) -> Table:
    """All targets with what was measured, and what is known about those missed."""
    lines = [
        (t.case, t.asked, t.figure, "reached" if t.reached else "**missed**", reasons.get(t.key, "")) for t in targets
    ]
    return Table("What was asked for:", ("case", "at least", "measured", "", "why, and what bounds it"), lines)


def targets(results: Results) -> Iterator[Target]:
    """Every target that the results have figures for."""
    if rows := results.get("proof"):
        yield from _textbook(where(rows, force="county", step=WITH_TEXTBOOK))
        yield from _regimes(where(rows, force="county", step=WITH_GROUPED))
        yield from _metropolitan(where(rows, force="metropolitan", peer=OURS))
    yield from population(results.get("population", ()))
    if rows := where(results.get("national", ()), step=WHOLE):
        yield from _national(rows[0])
    yield from csplib_targets(results.get("csplib", ()))
    if rows := where(results.get("relief", ()), step=AFTER):
        yield _relief(rows)
    if rows := where(results.get("resolve", ()), force="county", note=WARM):
        yield _resolve([row for row in rows if row["step"] != "as it is"])
    if rows := results.get("asking"):
        yield from _asking(rows)
    if rows := where(results.get("keeping", ()), step=HISTORY):
        slowest, cycles = (
            max(row["seconds"] for row in rows),
            max(r["run"] for r in where(results["keeping"], step=SIZE)),
        )
        figure = f"{seconds(slowest)} s at most of {len(rows)}, after {cycles:.0f} cycles"
        yield Target("history", "Surrey: history of a case", f"{HISTORY_TARGET:g} s", figure, slowest < HISTORY_TARGET)
    if rows := [r for r in results.get("serving", ()) if r["step"] != SOLVE]:
        late, errors = quantile(sorted(r["seconds"] for r in rows), 0.95), sum(1 for r in rows if r["note"])
        figure = f"95 of 100 within {late:.3g} s, {errors} errors, {len(rows):,} reads"
        asked = f"no error, 95 of 100 within {PAGES_TARGET:g} s"
        yield Target("serving", "50 people browsing, 4 solves", asked, figure, errors == 0 and late < PAGES_TARGET)
    for kind, rows, most in zip(
        ("page", "chart"), split(results.get("costs", ())), (PAGE_TARGET, CHART_TARGET), strict=True
    ):
        if rows:
            dearest = max(rows, key=lambda row: row["seconds"])
            figure = f"{1000 * dearest['seconds']:.1f} ms at most of {len(rows)} ({dearest['step']})"
            case, reached = f"Surrey: processor time of a {kind}", dearest["seconds"] < most
            yield Target(f"cost-{kind}", case, f"below {1000 * most:g} ms", figure, reached)
    yield from _planning(results.get("planning", ()))
    for step, key, most in (
        ("read .csv", "read", 3.0),
        ("read .xlsx", "read-workbook", 3.0),
        ("check a plan", "check", 2.0),
    ):
        if rows := where(results.get("large", ()), step=step):
            median = median_seconds(rows)
            case = f"{rows[0]['cases']:,.0f} cases as one force: {step}"
            yield Target(key, case, f"{most:g} s", f"{seconds(median)} s, median of {len(rows)}", median <= most)
    if rows := where(results.get("growth", ()), step=DIVISIONS):
        fitted = exponent({size: median_seconds(where(rows, size=size)) for (size,) in distinct(rows, "size")})
        yield Target(
            "growth", "time against number of divisions of one size", "exponent 1.1", f"{fitted:.2f}", fitted <= 1.1
        )


def _planning(rows: Sequence[Row]) -> Iterator[Target]:
    if futures := where(rows, step=FUTURES):
        taken, count = median_seconds(futures), futures[0]["size"]
        figure = f"{seconds(taken)} s for {count:,.0f}"
        reached = count >= COUNT and taken < FUTURES_TARGET
        yield Target("futures", "Surrey: 1,000 futures of 26 cycles", f"{FUTURES_TARGET:,.0f} s", figure, reached)
    if quick := where(rows, step=QUICK):
        taken = median_seconds(quick)
        yield Target(
            "size-quick", "Surrey: size --quick", f"{QUICK_TARGET:g} s", f"{seconds(taken)} s", taken < QUICK_TARGET
        )
    times = on_a_cluster(rows)
    if times == times:
        yield Target(
            "cluster",
            "43 forces on a cluster of two workers",
            f"{CLUSTER_TARGET:g} times this machine alone",
            f"{times:.2f} times",
            times <= CLUSTER_TARGET,
        )


def _asking(rows: Sequence[Row]) -> Iterator[Target]:
    steps = [step for (step,) in distinct(rows, "step")]
    scenarios = [step for step in steps if step.startswith(SCENARIO)]
    for name, members in [*((step, [step]) for step in steps if step not in scenarios), ("a scenario", scenarios)]:
        slowest = max((row for row in rows if row["step"] in members), key=lambda row: row["seconds"])
        figure = f"{seconds(slowest['seconds'])} s at most" + (f" ({slowest['step']})" if len(members) > 1 else "")
        most = asked(members[0])
        yield Target(f"asking-{name}", f"Surrey: {name}", f"{most:g} s", figure, slowest["seconds"] <= most)


def _textbook(rows: Sequence[Row]) -> Iterator[Target]:
    ours = where(rows, peer=OURS)
    for peer in TEXTBOOK:
        if theirs := where(rows, peer=peer):
            key, case = f"against-{peer}", f"county, ordinary, against {label(peer)}"
            asked = f"{FASTER:g} times faster"
            if silent := [row for row in theirs if row["seconds"] is None]:
                yield Target(key, case, asked, silent[0]["note"], False)
                continue
            median, at_least = ratio(ours, theirs)
            figure = f"{times(median, at_least)} times, median of {len(theirs)}"
            yield Target(key, case, asked, figure, math.isfinite(median_proof(ours)) and median >= FASTER)


def _regimes(rows: Sequence[Row]) -> Iterator[Target]:
    if not rows:
        return
    early, fair, compared = {}, {}, {}
    for (regime,) in distinct(rows, "regime"):
        ours = where(rows, regime=regime, peer=OURS)
        early[regime] = median_proof(ours, "disruption")
        fair[regime] = max(map(gap, ours))
        worst = against_best(where(rows, regime=regime), OURS, GROUPED)
        if not math.isnan(worst):
            compared[regime] = worst
    slowest = max(early, key=early.__getitem__)
    figure = f"all by {seconds(early[slowest], rows[0]['limit'])} s ({slowest})"
    case = "county, every regime: "
    yield Target("regimes-early", f"{case}excess and disruption proved", "20 s", figure, early[slowest] <= 20)
    widest = max(fair, key=fair.__getitem__)
    figure = f"at most {percent(fair[widest])} ({widest})" if fair[widest] else "proved in every one"
    asked = "proved, or within 0.5% of its bound at 60 s"
    yield Target("regimes-fairness", f"{case}fairness", asked, figure, fair[widest] <= 0.005)
    if compared:
        worst = max(compared, key=compared.__getitem__)
        slow = [regime for regime, times_best in compared.items() if times_best > SLOWER]
        amount = "not proved, the peer is" if math.isinf(compared[worst]) else f"{times(compared[worst])} times"
        figure = f"{amount} ({worst})" + (f"; above it in: {', '.join(slow)}" if slow else "")
        asked = f"at most {SLOWER:g} times as long"
        yield Target("regimes-peers", f"{case}against the better of (e), (f)", asked, figure, not slow)


def _metropolitan(rows: Sequence[Row]) -> Iterator[Target]:
    if ordinary := where(rows, regime="ordinary"):
        median = median_proof(ordinary)
        figure = f"{seconds(median, ordinary[0]['limit'])} s, median of {len(ordinary)}"
        yield Target("metropolitan", "metropolitan, ordinary: all four goals", "20 s", figure, median <= 20)
    if cross := where(rows, regime="cross"):
        early, widest = median_proof(cross, "disruption"), max(map(gap, cross))
        figure = f"{seconds(early, cross[0]['limit'])} s; fairness {percent(widest)}"
        asked = "both proved, fairness within 1% of its bound at 60 s"
        reached = math.isfinite(early) and widest <= 0.01
        yield Target("metropolitan-cross", "metropolitan, cross: excess and disruption", asked, figure, reached)


def _national(row: Row) -> Iterator[Target]:
    forces = f"{row['size']:.0f} forces, files in to plans out"
    proved = "all proved" if row["proved"] else "not all proved"
    reached = row["seconds"] <= 120 and row["proved"]
    yield Target("national-time", forces, "120 s", f"{seconds(row['seconds'])} s, {proved}", reached)
    memory = row["peak_mb"] * 2**20 / 1e9
    yield Target("national-memory", f"{forces}: memory", "2 GB", f"{memory:.2f} GB", memory <= 2)


def _relief(rows: Sequence[Row]) -> Target:
    moved, unrelieved = (sum(row[column] for row in rows) for column in ("over_moves", "counted_under"))
    case = "cases moved to who starts over a limit, and officers who count as under one without relief"
    figure = f"{moved:.0f} and {unrelieved:.0f} in {len(rows)} plans"
    return Target("relief", case, "0 and 0", figure, moved == unrelieved == 0)


def _resolve(rows: Sequence[Row]) -> Target:
    medians = {step: median_seconds(where(rows, step=step)) for (step,) in distinct(rows, "step")}
    slowest = max(medians, key=medians.__getitem__)
    proved = all(row["proved"] for row in rows)
    most = max(row["seconds"] for row in rows)
    figure = (
        f"{seconds(medians[slowest])} s, slowest median of {len(medians)} kinds ({slowest}); {seconds(most)} s at most"
    )
    case = "county, one changed case or officer"
    return Target(
        "resolve", case, "0.5 s", figure + ("" if proved else "; not all proved"), proved and medians[slowest] <= 0.5
    )
