"""Cells as people type them, read as values: what is unambiguous is accepted, the rest is named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from allocator.errors import meant
from allocator.files.columns import Column
from allocator.files.dates import date_advice, read_date
from allocator.files.sheet import FailedCell, trim

FAILED = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
SWITCHES = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}

_WHOLE = re.compile(r"(\d{1,15})(\.0+)?( ?%)?", re.ASCII)
_FRACTION = re.compile(r"[01]?[.,]\d{1,9}", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unread:
    """In the place of a value: a cell that could not be read."""

    expected: str
    maybe: str | None = None


class Cells(dict[str, Any]):
    """The values of a column's cells by their text; each distinct text is read once."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def __missing__(self, typed: str) -> Any:
        """Read a text that has not been met before."""
        value = self[typed] = read_cell(self.column, typed)
        return value


def read_cell(column: Column, typed: str) -> Any:
    """Read a cell: its value, the column's default for an empty one, or an Unread."""
    if isinstance(typed, FailedCell):
        return Unread(column.expected, typed.maybe)
    text = trim(typed)
    if not text:
        return Unread(column.expected) if column.required else column.default
    if text in FAILED:
        return Unread(column.expected, "a formula failed in the spreadsheet that this comes from.")
    value = _value(column, text)
    if value is not None:
        try:
            return column.adapter.validate_python(value)
        except ValidationError:
            pass  # right in form and out of range
    return Unread(column.expected, _advice(column, text))


def _value(column: Column, text: str) -> Any:
    match column.kind:
        case "text":
            return text
        case "list":
            return frozenset(filter(None, map(trim, text.split(";"))))
        case "choice":
            return _name(text) if _name(text) in column.choices else None
        case "whole":
            return _whole(column, text)
        case "date":
            return read_date(text)
        case "switch":
            return SWITCHES.get(text.lower())


def _name(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.lower())


def _whole(column: Column, text: str) -> int | None:
    found = _WHOLE.fullmatch(text)
    if not found:
        return None
    whole, point, sign = int(found[1]), found[2], found[3]
    if sign and not column.percent:
        return None
    if column.percent and point and not sign and whole == 1:
        return None  # 1.0 may be one percent as well as all of it
    return whole


def _advice(column: Column, text: str) -> str | None:
    match column.kind:
        case "choice":
            return meant(_name(text), column.choices)
        case "switch":
            return meant(text, ("yes", "no"))
        case "date":
            return date_advice(text)
        case "whole" if column.percent and _FRACTION.fullmatch(text) and _share(text) <= 1:
            return f"{100 * _share(text):g} is meant."
        case "whole" if _THOUSANDS.fullmatch(text):
            return f"{text.replace(',', '')} is meant."
    return None


def _share(text: str) -> float:
    return float(text.replace(",", "."))
