"""What planners give: assumptions in a file, dates of courses."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from allocator.domain.force import Force
from allocator.errors import Contradiction, InputError, Problem, meant, refusal_of
from allocator.files.dates import read_date
from allocator.files.delimited import read_text
from allocator.files.settings import parse_toml
from allocator.files.toml import toml_text
from allocator.planning.settings import Planning
from allocator.planning.supply import Course


def read_planning(path: Path) -> Planning:
    """Read assumptions from a TOML file; what it does not set is as by default.

    Raises
    ------
    InputError
        With every unknown key, wrong type and value out of range.
    """
    tables = parse_toml(read_text(path, path.name), path.name)
    try:
        return Planning.model_validate(tables)
    except ValidationError as error:
        raise InputError(assumption_problems(path.name, error)) from None


def assumption_problems(label: str, error: ValidationError) -> list[Problem]:
    """Say what is wrong with assumptions."""
    found = []
    for detail in error.errors(include_url=False):
        key = ".".join(str(part) for part in detail["loc"]) or None
        if detail["type"] == "extra_forbidden":
            kinds = [field.annotation for field in Planning.model_fields.values()]
            known = [name for kind in kinds for name in getattr(kind, "model_fields", ())]
            near = meant(str(detail["loc"][-1]), [*Planning.model_fields, *known])
            found.append(Problem(label, "a setting of the assumptions", column=key, maybe=near))
        else:
            refused = refusal_of(detail)
            said = refused.expected if isinstance(refused, Contradiction) else refused
            said = "a table of settings" if detail["type"] in ("model_type", "dict_type") else said
            shown = toml_text(detail["input"])[:80]
            found.append(Problem(label, said[:1].lower() + said[1:], column=key, value=shown))
    return found


def read_courses(path: Path) -> tuple[Course, ...]:
    """Read dates of courses: a CSV file with the columns ``date`` and ``places``.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    return courses_of(read_text(path, path.name), path.name)


def courses_of(text: str, label: str) -> tuple[Course, ...]:
    """Read dates of courses from the text of such a file.

    Raises
    ------
    InputError
        With every problem of the text.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError([Problem(label, f"rows of cells with commas between them ({error})")]) from None
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    missing = [name for name in ("date", "places") if name not in header]
    twice = [name for name in ("date", "places") if header.count(name) > 1]
    if missing or twice:
        told = [Problem(label, f"a column {name}", 1) for name in missing]
        raise InputError(told + [Problem(label, f"one column {name}", 1) for name in twice])
    problems, courses = [], []
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.append(Problem(label, f"{len(header)} cells", number, value=f"{len(cells)}"))
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        on, places = read_date(values.get("date", "")), values.get("places", "")
        if on is None:
            problems.append(Problem(label, "a date such as 2025-03-31", number, "date", values.get("date", "")))
        if not (places.isascii() and places.isdigit() and len(places) < 4):
            problems.append(Problem(label, "a whole number from 0 to 999", number, "places", places[:80]))
        elif on is not None:
            courses.append(Course(on, int(places)))
    if not courses and not problems:
        problems.append(Problem(label, "at least one course"))
    if problems:
        raise InputError(problems)
    return tuple(courses)


def planning_problems(force: Force, planning: Planning, horizon: int, label: str) -> list[Problem]:
    """Say what does not fit together: rates of divisions that there are not, cycles that no calendar has."""
    known = force.divisions | {c.division for c in force.cases} | {p.division for p in force.premises}
    found = [
        Problem(label, "a division of the force", column=f"divisions.{name}", maybe=meant(name, sorted(known)))
        for name in planning.divisions
        if name not in known
    ]
    days = force.policy.cycle.days
    if days < 1:
        found.append(Problem("policy", "at least 1 day, to plan ahead", column="cycle.days", value=str(days)))
    elif (date.max - force.cycle_date).days < days * horizon:
        found.append(Problem("horizon", f"cycles that begin before {date.max}", value=str(horizon)))
    if not known:
        found.append(Problem("force", "an officer or a case to plan for"))
    return found
