"""The questions, in the order in which they are asked: later ones use what earlier ones have run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from benchmarks.rows import Row

HERE = Path(__file__).parent
NAMES = (
    "proof",
    "quality",
    "national",
    "csplib",
    "replicas",
    "relief",
    "before",
    "memory",
    "growth",
    "resolve",
    "asking",
    "keeping",
    "serving",
    "costs",
    "planning",
    "large",
    "population",  # hours: nobody waits for it
)


@dataclass(frozen=True)
class Question:
    """One question: what is asked, and the function that runs it and yields its rows.

    Where it takes hours, ``resume`` is that function too, given the rows that a run that was ended has left.
    """

    name: str
    says: str
    ask: Callable[[bool], Iterator[Row]]
    resume: Callable[[bool, Sequence[Row]], Iterator[Row]] | None = None


def question(name: str) -> Question:
    """Load a question of ``NAMES``."""
    module = import_module(f"benchmarks.{name}.ask")
    return Question(name, module.QUESTION, module.ask, getattr(module, "resume", None))
