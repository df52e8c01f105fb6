"""Scenarios side by side, as the terminal shows them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.analysis.try_scenarios import WITHOUT, ScenarioPlan, WhatIf
from allocator.cli.console import heading
from allocator.cli.officer_table import compact_table
from allocator.reporting.sentences.scenarios import excess_words, proof_sentences, stopped_sentence, tried_sentence

MANY = 12  # officers that are still named one by one
WIDE = 80
PLAN = 24  # letters of a plan's name on a line
SPREAD = ("unplaced", "least", "middle", "most")


def print_whatif(console: Console, answer: WhatIf, asked: int, out: Path | None) -> None:
    """Print scenarios beside the force as it is.

    Parameters
    ----------
    console : Console
    answer : WhatIf
    asked : int
        Scenarios asked for.
    out : Path or None
        Where files were written.
    """
    force = answer.base.force
    console.print(f"{force.name}, cycle of {force.cycle_date.isoformat()}", style="bold")
    console.print()
    if stopped := stopped_sentence(answer, asked):
        console.print(stopped, style="yellow")
    for sentence in proof_sentences(answer):
        console.print(sentence, style="green" if sentence.startswith("Every") else "yellow")
    heading(console, "Goals, in strict order, and moves")
    console.print(_goals(answer))
    beside = _columns(answer)
    heading(console, f"{'Excess by division' if beside else 'Unplaced cases'}, and workload in % of the fair share")
    console.print(_divisions(answer, beside))
    if not beside:
        console.print(f"{WITHOUT.capitalize()}: {excess_words(answer.base)}.")
    for tried in answer.tried:
        heading(console, tried.name)
        _print_tried(console, tried, bool(beside))
    if out is not None:
        console.print()
        console.print(f"Written to {out}: whatif.html, whatif.json and {len(answer.all)} plans.")


def _goals(answer: WhatIf) -> Table:
    table = compact_table()
    table.add_column("plan", overflow="fold", max_width=PLAN)
    for goal in answer.base.result.goals:
        table.add_column(goal.name, justify="right")
    table.add_column("moves", justify="right")
    table.add_column("officers", justify="right")
    for tried in answer.all:
        values = [f"{goal.value:,}" + ("" if goal.proven else "?") for goal in tried.result.goals]
        moves = f"{tried.optional_moves + tried.other_moves:,}"
        table.add_row(tried.name, *values, moves, f"{len(tried.affected):,}")
    return table


def _columns(answer: WhatIf) -> list[str]:
    """Divisions, where a column for each fits; none where they do not."""
    divisions = sorted({name for tried in answer.all for name in tried.excess_by_division})
    plans = min(PLAN, max(len(tried.name) for tried in answer.all))
    return divisions if plans + sum(2 + len(name) for name in (*divisions, *SPREAD)) <= WIDE else []


def _divisions(answer: WhatIf, divisions: list[str]) -> Table:
    table = compact_table()
    table.add_column("plan", overflow="fold", max_width=PLAN)
    for name in divisions:
        table.add_column(name, justify="right")
    for title in SPREAD:
        table.add_column(title, justify="right")
    for tried in answer.all:
        spread = tried.spread
        shares = ["-"] * 3 if spread is None else [f"{spread.least}%", f"{spread.middle}%", f"{spread.most}%"]
        excess = [str(tried.excess_by_division.get(name, "-")) for name in divisions]
        table.add_row(tried.name, *excess, str(len(tried.result.plan.actions["unplaced"])), *shares)
    return table


def _print_tried(console: Console, tried: ScenarioPlan, excess_shown: bool) -> None:
    if tried.scenario is None:
        return
    lines = [tried.scenario.comment] if tried.scenario.comment else []
    lines += [f"- {sentence}" for sentence in tried.scenario.says]
    lines.append(tried_sentence(tried))
    lines += [] if excess_shown else [f"{excess_words(tried)[0].upper()}{excess_words(tried)[1:]}."]
    if tried.affected:
        named, more = ", ".join(tried.affected[:MANY]), len(tried.affected) - MANY
        named += f" and {more} more" if more > 0 else ""
        lines.append(f"Officers who give up or receive a current case: {named}.")
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
