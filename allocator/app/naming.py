"""What a scenario may name: only what its author sees, so that no answer tells what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.analysis.changes.base import ONE, Table
from allocator.analysis.scenario import Scenario
from allocator.app.view_scope import ViewScope
from allocator.domain.force import Force
from allocator.errors import InputError, Problem, meant

NEW = "NEW-"  # as cases that a scenario draws are called


def require_seen(force: Force, scope: ViewScope, scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that name a case or officer whom a person does not see, as if there were none of that id.

    Whoever does not see everything names what is new so that it cannot be taken: whether an id is taken is not told.

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


def _unseen(force: Force, scope: ViewScope, scenario: Scenario) -> Iterator[Problem]:
    seen: dict[Table, list[str]] = {
        "cases": [case.case_id for case in scope.cases(force)],
        "officers": [officer.officer_id for officer in scope.officers(force)],
    }
    for layer in scenario.layers:
        for k, change in enumerate(layer.changes):
            for key, name, table in change.mentions():
                if table in seen and name not in seen[table]:
                    maybe = meant(name, seen[table])
                    yield layer.problem(("change", k), key, name, ONE[table], maybe)
            for key, name, table in change.introduces():
                if table in seen:
                    if not name.startswith(NEW):
                        expected = f"an id that begins with {NEW}, since not every id is yours to see"
                        yield layer.problem(("change", k), key, name, expected, None)
                    seen[table].append(name)
