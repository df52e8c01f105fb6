"""What blocks, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding

from allocator.analysis.blocks import Member
from allocator.analysis.cures import Cure
from allocator.analysis.diagnose import Diagnosis
from allocator.reporting.sentences.diagnosing import (
    blocked_case_sentence,
    blocked_excess_sentence,
    cure_sentence,
    cures_sentence,
    head_sentence,
    member_sentence,
    stopped_sentence,
)


def print_diagnosis(console: Console, diagnosis: Diagnosis) -> None:
    """Print a diagnosis.

    Parameters
    ----------
    console : Console
    diagnosis : Diagnosis
    """
    force = diagnosis.force
    console.print(f"{force.name}, cycle of {force.cycle_date.isoformat()}", style="bold")
    console.print(head_sentence(diagnosis))
    if stopped := stopped_sentence(diagnosis):
        console.print(stopped, style="yellow")
    for case in diagnosis.cases:
        _print(console, blocked_case_sentence(case), case.members, case.cures)
    for excess in diagnosis.excesses:
        _print(console, blocked_excess_sentence(excess), excess.members, excess.cures)


def _print(console: Console, sentence: str, members: Sequence[Member], cures: Sequence[Cure]) -> None:
    console.print()
    console.print(sentence)
    for member in members:
        console.print(f"  {member.rule}", style="cyan")
        console.print(Padding(member_sentence(member), (0, 0, 0, 4), expand=False))
    console.print(Padding(cures_sentence(cures), (0, 0, 0, 2), expand=False))
    for cure in cures:
        console.print(Padding(f"- {cure_sentence(cure)}", (0, 0, 0, 4), expand=False))
