"""Buddies and course places, as the terminal shows them."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding

from allocator.cli.officer_table import compact_table
from allocator.cycles.buddies import Buddies
from allocator.cycles.courses import CoursePlaces
from allocator.reporting.sentences.asking import change_words
from allocator.reporting.training_words import buddies_sentences, courses_end, cure_sentences, place_sentence

FEW = 3  # others who are shown beside whoever takes a place


def print_buddies(console: Console, buddies: Buddies) -> None:
    """Print proposed buddies."""
    for sentence in buddies_sentences(buddies):
        console.print(sentence)
    if buddies.pairings:
        console.print()
        table = compact_table()
        for title in ("officer", "buddy"):
            table.add_column(title)
        for title in ("supports then", "buddy's workload %"):
            table.add_column(title, justify="right")
        for pair in buddies.pairings:
            share = "" if pair.workload is None else str(pair.workload)
            table.add_row(pair.officer, pair.buddy, str(pair.supports), share)
        console.print(table)


def print_courses(console: Console, ranked: CoursePlaces) -> None:
    """Print ranked course places."""
    goals = ", ".join(f"{goal.name} {goal.value:,}" for goal in ranked.base.goals)
    console.print(f"As it stands, the best plan has {goals}.")
    for number, place in enumerate(ranked.places, 1):
        console.print()
        console.print(place_sentence(number, place.chosen), style="bold")
        for sentence in cure_sentences(place.chosen):
            console.print(Padding(sentence, (0, 0, 0, 2), expand=False))
        for other in place.others[:FEW]:
            told = f"Instead {other.officer}: {change_words(other.goals)}."
            console.print(Padding(told, (0, 0, 0, 2), expand=False))
    end = courses_end(ranked)
    if end is not None:
        console.print()
        console.print(end)
