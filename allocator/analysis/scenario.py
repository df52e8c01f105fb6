"""A scenario: a named list of changes, checked against a force before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from allocator.analysis.changes import Change
from allocator.analysis.changes.base import ForceDraft, Mention
from allocator.domain.force import Force
from allocator.domain.setting_paths import flatten
from allocator.errors import InputError, Problem, meant
from allocator.files.policies import merge_policy
from allocator.files.toml import line_of


@dataclass(frozen=True)
class Layer:
    """What one file, or one call from Python, changes.

    Attributes
    ----------
    policy : mapping
        Nested tables as below ``[policy]``.
    seed : int
        For what is drawn.
    label : str
        How messages name it.
    text : str
        The file as it was read, to find lines in.
    """

    name: str
    comment: str = ""
    changes: tuple[Change, ...] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)
    cycle_date: date | None = None
    seed: int = 0
    label: str = "scenario"
    text: str = ""

    def problem(
        self, place: tuple[str | int, ...], key: str, value: str | None, expected: str, maybe: str | None
    ) -> Problem:
        """Something wrong at a place of this file."""
        # What is missing stands nowhere: the line is that of the innermost table which should hold it.
        lines = (line_of(self.text, place[:depth]) for depth in range(len(place), 0, -1))
        row = next((line for line in lines if line is not None), None)
        return Problem(self.label, expected, row, key, value, maybe)

    def contradictions(self) -> Iterator[Problem]:
        """Changes that set the same to different values, or concern who is gone."""
        first: dict[tuple[str, str], tuple[int, Any]] = {}
        gone = {ended: k for k, change in enumerate(self.changes) if (ended := change.ends()) is not None}
        for k, change in enumerate(self.changes):
            for who, what, value in change.sets():
                before, known = first.setdefault((who, what), (k, value))
                if known != value:
                    where = self._where(before)
                    expected = f"one value for {what} of {who}; {where} sets {_as_text(known)}"
                    yield self.problem(("change", k), what, _as_text(value), expected, None)
            named = dict.fromkeys(
                (table, name) for key, name, table in _named_ids(change) if not key.endswith("excluded")
            )
            for table, name in named:
                if gone.get((table, name), k) != k:
                    expected = f"no other change of {name}, who is gone by {self._where(gone[table, name])}"
                    yield self.problem(("change", k), "what", change.id, expected, None)

    def _where(self, k: int) -> str:
        line = line_of(self.text, ("change", k))
        return f"change {k + 1}" if line is None else f"line {line}"


@dataclass(frozen=True)
class Scenario:
    """A named what-if: one or more layers of changes, its own the last, behind what it builds on."""

    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, name: str, *changes: Change, policy: Mapping[str, Any] | None = None, comment: str = "") -> Scenario:
        """Make a scenario from changes, without a file."""
        return cls((Layer(name, comment, changes, policy or {}),))

    @property
    def name(self) -> str:
        """What it is called."""
        return self.layers[-1].name

    @property
    def comment(self) -> str:
        """What it is about."""
        return self.layers[-1].comment

    @property
    def says(self) -> tuple[str, ...]:
        """Every change in words, in the order in which they are made."""
        return tuple(sentence for layer in self.layers for sentence in _sentences(layer))


def apply_scenario(force: Force, scenario: Scenario) -> Force:
    """The force as a scenario changes it.

    Raises
    ------
    InputError
        With every problem, each with its line: ids that the force lacks or has already, columns that contradict each
        other, policy values that cannot be.
    """
    draft = ForceDraft.of(force)
    policy = force.policy
    today = force.cycle_date
    problems: list[Problem] = []
    for layer in scenario.layers:
        today = layer.cycle_date or today
        try:
            policy = merge_policy(policy, layer.policy, layer.label)
        except InputError as error:
            problems += [_locate(layer, problem) for problem in error.problems]
        draft.chance = Random(f"{layer.seed}")
        for k, change in enumerate(layer.changes):
            faults = list(change.faults(draft))
            for fault in faults:
                advice = None if fault.value is None else meant(fault.value, fault.names)
                place = (int(part) if part.isdigit() else part for part in fault.key.split("."))
                problems.append(layer.problem(("change", k, *place), fault.key, fault.value, fault.expected, advice))
            if not faults:
                change.apply(draft)
    if not problems:
        problems = [*_too_late(scenario, draft, today)]
    if problems:
        raise InputError(problems)
    return Force(
        officers=tuple(draft.officers.values()),
        cases=tuple(draft.cases.values()),
        premises=tuple(draft.premises.values()),
        policy=policy,
        cycle_date=today,
        name=force.name,
    )


def _too_late(scenario: Scenario, draft: ForceDraft, today: date) -> Iterator[Problem]:
    """The cycle date, where a relationship would begin after it."""
    since = [case.since for case in draft.cases.values() if case.since is not None]
    latest = max(since, default=today)
    for layer in reversed(scenario.layers):
        if layer.cycle_date is not None and latest > today:
            expected = f"a date from {latest} on, when the latest relationship began"
            yield layer.problem(("cycle_date",), "cycle_date", layer.cycle_date.isoformat(), expected, None)
            return


def _locate(layer: Layer, problem: Problem) -> Problem:
    place = tuple((problem.column or "policy").split("."))
    return layer.problem(place, problem.column or "policy", problem.value, problem.expected, problem.maybe)


def _named_ids(change: Change) -> Iterator[Mention]:
    yield from change.mentions()
    yield from change.introduces()


def _sentences(layer: Layer) -> Iterator[str]:
    if layer.cycle_date is not None:
        yield f"The cycle begins on {layer.cycle_date.isoformat()}."
    for key, value in flatten(layer.policy).items():
        yield f"{key} is {_as_text(value)}."
    for change in layer.changes:
        yield " ".join(filter(None, (change.says(), change.comment)))


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(sorted(map(str, value))) or "none"
    return str(value)
