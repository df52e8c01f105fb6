"""A force as a program posts it: one JSON document, with every problem told by table, row and column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from allocator.domain.force import Force
from allocator.errors import MOST_PROBLEMS, Contradiction, InputError, Problem, Problems, refusal_of
from allocator.files.columns import TABLES

# In JSON; after an even number of backslashes, which are letters themselves.
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
MOST_CASES, MOST_OFFICERS = 100_000, 5_000
PIECE = 1_000  # rows that are checked together: what is wrong with a row costs a hundred times what a sound one does


def posted_force(document: Mapping[str, Any]) -> Force:
    """Read a force from plain data: officers, cases, premises, policy, cycle_date, name, with the columns of the files.

    Raises
    ------
    InputError
        With every problem.
    """
    text = require_text(document)
    for table, most in (("cases", MOST_CASES), ("officers", MOST_OFFICERS)):
        rows = document.get(table)
        if isinstance(rows, list) and len(rows) > most:
            raise InputError([Problem(table, f"at most {most:,} rows", value=f"{len(rows):,} rows")])
    _require_rows(document)
    try:
        return Force.model_validate_json(text, strict=False)
    except ValidationError as error:
        raise InputError(_problems(error)) from None


def _require_rows(document: Mapping[str, Any]) -> None:
    """Check the rows of a large table piece by piece, and list only the first of their problems.

    Raises
    ------
    InputError
    """
    problems = Problems()
    for table, model in TABLES.items():
        rows, adapter = document.get(table), TypeAdapter(list[model])  # type: ignore[valid-type]
        if not isinstance(rows, list) or len(rows) <= PIECE:
            continue
        for first in range(0, len(rows), PIECE):
            try:
                adapter.validate_json(json.dumps(rows[first : first + PIECE]), strict=False)
            except ValidationError as error:
                if len(problems) < MOST_PROBLEMS:
                    found = _problems(error, table)
                    problems += (replace(one, row=first + (one.row or 0)) for one in found)
                else:
                    problems.more += error.error_count()
    if problems:
        raise InputError(problems)


def require_text(value: Any) -> bytes:
    """Refuse what cannot be written down: half characters, the character zero, numbers that are none, deep nesting.

    The value as JSON is what it returns.

    Raises
    ------
    InputError
    """
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        whole = False
    except RecursionError:
        raise InputError([Problem("body", "lists and tables that are not nested so deep")]) from None
    except ValueError:
        raise InputError([Problem("body", "numbers that are finite")]) from None
    else:
        whole = b"\\u0000" not in written or _ZERO.search(written) is None
    if not whole:
        raise InputError([Problem("body", "text of whole characters, none of them zero")])
    return written


def _problems(error: ValidationError, *within: str) -> list[Problem]:
    found = []
    for detail in error.errors(include_url=False):
        place = [*within, *(part for part in detail["loc"] if part != "[key]")]
        table = str(place[0]) if place else "force"
        row = next((part + 1 for part in place if isinstance(part, int)), None)
        column = ".".join(str(part) for part in place[1:] if not isinstance(part, int)) or None
        refused = refusal_of(detail)
        if isinstance(refused, Contradiction):
            column, said = column or refused.column, refused.expected
        else:
            said = refused
        value = detail["input"] if isinstance(detail["input"], str | int | float) else None
        shown = None if value is None else str(value)[:80]
        found.append(Problem(table, said[:1].lower() + said[1:], row, column, shown))
    return found
