"""Scenarios side by side, as the terminal shows them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.cli.officer_table import compact_table
from allocator.explain.sentences.scenarios import proof_sentences, stopped_sentence, tried_sentence
from allocator.whatif.run import Tried, WhatIf

MANY = 12  # officers or divisions that are still named one by one


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
    _heading(console, "Goals, in strict order, and moves")
    console.print(_goals(answer))
    _heading(console, "Excess by division, and workload in % of the fair share")
    console.print(_divisions(answer))
    for tried in answer.tried:
        _heading(console, tried.name)
        _print_tried(console, tried)
    if out is not None:
        console.print()
        console.print(f"Written to {out}: whatif.html, whatif.json and {len(answer.all)} plans.")


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _goals(answer: WhatIf) -> Table:
    table = compact_table()
    table.add_column("plan", overflow="fold", max_width=24)
    for goal in answer.base.result.goals:
        table.add_column(goal.name, justify="right")
    table.add_column("moves", justify="right")
    table.add_column("officers", justify="right")
    for tried in answer.all:
        values = [f"{goal.value:,}" + ("" if goal.proven else "?") for goal in tried.result.goals]
        moves = f"{tried.optional_moves + tried.other_moves:,}"
        table.add_row(tried.name, *values, moves, f"{len(tried.affected):,}")
    return table


def _divisions(answer: WhatIf) -> Table:
    divisions = sorted({name for tried in answer.all for name in tried.excess_by_division})
    if len(divisions) > MANY:  # those with any excess
        exceeding = {name for tried in answer.all for name, excess in tried.excess_by_division.items() if excess}
        divisions = sorted(exceeding)[:MANY]
    table = compact_table()
    table.add_column("plan", overflow="fold", max_width=24)
    for name in divisions:
        table.add_column(name, justify="right", overflow="fold")
    for title in ("unplaced", "least", "middle", "most"):
        table.add_column(title, justify="right")
    for tried in answer.all:
        spread = tried.spread
        shares = ["-"] * 3 if spread is None else [f"{spread.least}%", f"{spread.middle}%", f"{spread.most}%"]
        excess = [str(tried.excess_by_division.get(name, "-")) for name in divisions]
        table.add_row(tried.name, *excess, str(len(tried.result.plan.actions["unplaced"])), *shares)
    return table


def _print_tried(console: Console, tried: Tried) -> None:
    if tried.scenario is None:
        return
    lines = [tried.scenario.comment] if tried.scenario.comment else []
    lines += [f"- {sentence}" for sentence in tried.scenario.says]
    lines.append(tried_sentence(tried))
    if tried.affected:
        named, more = ", ".join(tried.affected[:MANY]), len(tried.affected) - MANY
        named += f" and {more} more" if more > 0 else ""
        lines.append(f"Officers who give up or receive a current case: {named}.")
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
