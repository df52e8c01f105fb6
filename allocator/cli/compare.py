"""``allocator compare``: two plans side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.loading import loaded
from allocator.cli.options import json_option
from allocator.cli.showing import show

if TYPE_CHECKING:
    from allocator.domain.force import Force
    from allocator.domain.plan import Plan
    from allocator.errors import Problem


@click.command("compare")
@click.argument("plan_a", type=click.Path(path_type=Path))
@click.argument("plan_b", type=click.Path(path_type=Path))
@click.option(
    "--force",
    type=click.Path(path_type=Path),
    metavar="FORCE",
    help="The force that the plans are of.  [default: where plan.json beside a plan says that it was read from]",
)
@json_option("Print the comparison as JSON.")
def command(plan_a: Path, plan_b: Path, force: Path | None, as_json: bool) -> None:
    """Compare two plans of a force: who differs, and what that does to every goal and officer.

    PLAN_A and PLAN_B are plan.csv files, ours or edited by hand, or folders that hold one.

    Exit codes: 0 compared; 2 input or usage; 1 anything else.
    """
    from allocator.analysis.compare import compare
    from allocator.errors import InputError
    from allocator.files.plan_reading import read_plan

    paths = tuple(path / "plan.csv" if path.is_dir() else path for path in (plan_a, plan_b))
    found = loaded(force).force if force is not None else _remembered(paths)
    plans: list[Plan] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            plans.append(read_plan(path, found))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    comparison, names = compare(*plans), (str(plan_a), str(plan_b))

    from allocator.reporting.compare import comparison_document, comparison_report

    show(comparison_document(comparison, names) if as_json else comparison_report(comparison, names))


def _remembered(paths: tuple[Path, ...]) -> Force:
    """Read the force that a plan.json beside one of the plans names, under the policy that was in force."""
    from allocator.errors import InputError, Problem

    for path in paths:
        document = _document(path.with_name("plan.json"))
        source = document.get("source")
        if isinstance(source, str) and Path(source).exists():
            reading = loaded(Path(source), document.get("policy"))
            if reading.digest == document.get("digest"):
                return reading.force
            label = str(path.with_name("plan.json"))
            advice = "name the force that the plans are of with --force, or allocate again."
            raise InputError([Problem(label, "the force as it was; it has changed since", value=source, maybe=advice)])
    advice = "name the force with --force FORCE."
    expected = "a plan.json beside a plan that says where its force was read from"
    raise InputError([Problem(str(paths[0]), expected, maybe=advice)])


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
