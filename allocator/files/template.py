"""An empty force to fill in: headers, one example row each, every setting, and a data dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from allocator.domain.force import Case, Officer, Premises
from allocator.domain.policy import Policy
from allocator.errors import InputError, Problem
from allocator.files.atomic import write_files
from allocator.files.columns import TABLES, cell, columns
from allocator.files.digest import table_of
from allocator.files.policies import setting_expected, setting_schema
from allocator.files.toml import toml_text
from allocator.files.writing import csv_text

EXAMPLE: dict[str, Any] = {
    "officers": (Officer(officer_id="OM1", division="North", mosovo="trained", premises=frozenset({"AP1"})),),
    "cases": (
        Case(case_id="C1", division="North", risk="medium", category=1, level=1, officer="OM1", since=date(2024, 1, 8)),
    ),
    "premises": (Premises(premises_id="AP1", division="North", expected_arrivals=1),),
}


def write_template(directory: Path | str) -> None:
    """Write an empty force into a folder, made where needed: a valid one, with one example row in each table.

    Raises
    ------
    InputError
        When one of the files is there already: nothing is overwritten.
    AllocatorError
        When the files cannot be written.
    """
    directory = Path(directory)
    contents = {
        **{f"{name}.csv": csv_text(table_of(model, EXAMPLE[name])) for name, model in TABLES.items()},
        "force.toml": settings_page(),
        "README.md": dictionary_page(),
    }
    there = [name for name in contents if (directory / name).exists()]
    if there:
        advice = "choose a new folder: nothing is overwritten."
        raise InputError(Problem(str(directory / name), "no such file yet", maybe=advice) for name in there)
    write_files(directory, {name: text.encode() for name, text in contents.items()})


def settings_page() -> str:
    """Write ``force.toml`` with every setting at its default, and what it means."""
    lines = [
        'name = "my force"',
        "# cycle_date = 2025-03-31  # the day to plan for; without it, today",
        "",
        "# Every setting below has its default: change what differs, delete the rest.",
    ]
    for table, policy in _policy_tables():
        lines += ["", f"# {_first_sentence(policy)}", f"[policy.{table}]"]
        for key, field in type(policy).model_fields.items():
            value = getattr(policy, key)
            held = value.model_dump() if isinstance(value, BaseModel) else value
            line = f"# {key} = 0" if held is None else f"{key} = {toml_text(held)}"
            lines.append(f"{line}  # {field.description}")
    return "\n".join(lines) + "\n"


def dictionary_page() -> str:
    """Write the data dictionary: what each column and each setting means, may hold, and is by default."""
    lines = [
        "# What the files hold",
        "",
        "The tables are CSV files in UTF-8, or sheets of these names in one `.xlsx` workbook with the "
        "settings beside it under the workbook's name (`NAME.xlsx`, `NAME.toml`).",
        "The order of columns is free. Columns not listed here are neither read nor kept. An empty cell is "
        "the same as a missing column. Ids hold no `;`; the items of a list are separated by `;`.",
        "Dates are `2025-03-31`, `31/03/2025` (the day first, always) or `31 Mar 2025`.",
    ]
    lines += [*columns_lines(), "", "## Settings: force.toml", "", *settings_lines()]
    return "\n".join(lines) + "\n"


def columns_lines() -> Iterator[str]:
    """Write each table's columns: what they mean, may hold, and are by default."""
    for name, model in TABLES.items():
        yield from ("", f"## {name}", "", _first_sentence(model), "")
        yield from ("| column | meaning | values | default |", "|---|---|---|---|")
        for column in columns(model):
            default = "must be given" if column.required else cell(column.default) or "empty"
            yield f"| {column.name} | {column.meaning} | {column.expected} | {default} |"


def settings_lines() -> Iterator[str]:
    """Write the settings of ``force.toml``: what they mean, may hold, and are by default."""
    yield from ("| setting | meaning | values | default |", "|---|---|---|---|")
    yield "| name | name of the force | a text | force |"
    yield "| cycle_date | the day to plan for | a date such as 2025-03-31 | today |"
    for table, policy in _policy_tables():
        for key, field in type(policy).model_fields.items():
            value = getattr(policy, key)
            held = value.model_dump() if isinstance(value, BaseModel) else value
            expected = setting_expected(setting_schema(table, key))
            default = "none" if held is None else f"`{toml_text(held)}`"
            yield f"| policy.{table}.{key} | {field.description} | {expected} | {default} |"


def _policy_tables() -> Iterator[tuple[str, BaseModel]]:
    policy = Policy()
    return ((name, getattr(policy, name)) for name in Policy.model_fields)


def _first_sentence(thing: object) -> str:
    return (thing.__doc__ or "").partition(".")[0].replace("``", "") + "."
