"""What a scenario may name: only what its author sees, so that no answer tells what else there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from allocator.analysis.changes.base import ONE, ForceDraft, Mention, Table
from allocator.analysis.scenario import Layer, Scenario
from allocator.app.view_scope import ViewScope
from allocator.domain.force import Force
from allocator.errors import InputError, Problem, meant

NEW = "NEW-"  # as cases that a scenario draws are called


def require_seen(force: Force, scope: ViewScope, scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that name whom or what a person does not see, as if there were none of that id.

    Whoever does not see everything names what is new so that it cannot be taken: whether an id is taken is not told.
    Nor is it when relationships began.

    Raises
    ------
    InputError
        With each such id.
    """
    if scope == ViewScope():
        return
    problems = [problem for scenario in scenarios for problem in _unseen(force, scope, scenario)]
    if problems:
        raise InputError(problems)


def unseen_names(
    scenario: Scenario, sees: Callable[[Table, str], bool]
) -> Iterator[tuple[Layer, int, Mention, list[str]]]:
    """What a scenario names that is not seen: the layer, the change, the name, and what has been made before it."""
    made: dict[Table, list[str]] = {table: [] for table in ONE}
    for layer in scenario.layers:
        for k, change in enumerate(layer.changes):
            for mention in change.mentions():
                if mention.name not in made[mention.table] and not sees(mention.table, mention.name):
                    yield layer, k, mention, made[mention.table]
            for mention in change.introduces():
                made[mention.table].append(mention.name)


def _unseen(force: Force, scope: ViewScope, scenario: Scenario) -> Iterator[Problem]:
    seen: dict[Table, list[str]] = {
        "cases": [case.case_id for case in scope.cases(force)],
        "officers": [officer.officer_id for officer in scope.officers(force)],
        "premises": [premises.premises_id for premises in scope.premises(force)],
        "divisions": [*filter(scope.covers, ForceDraft.of(force).names("divisions"))],
    }
    known = {table: frozenset(names) for table, names in seen.items()}
    for layer, k, mention, made in unseen_names(scenario, lambda table, name: name in known[table]):
        maybe = meant(mention.name, [*seen[mention.table], *made])
        yield layer.problem(("change", k), mention.key, mention.name, ONE[mention.table], maybe)
    for layer in scenario.layers:
        for k, change in enumerate(layer.changes):
            for key, name, _ in change.introduces():
                if not name.startswith(NEW):
                    expected = f"an id that begins with {NEW}, since not every id is yours to see"
                    yield layer.problem(("change", k), key, name, expected, None)
        if layer.cycle_date is not None and layer.cycle_date < force.cycle_date:
            expected = f"a date from {force.cycle_date} on, when the cycle begins"
            yield layer.problem(("cycle_date",), "cycle_date", layer.cycle_date.isoformat(), expected, None)
