"""The columns of the input tables, read off the domain's classes so that the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, get_type_hints

from pydantic import TypeAdapter

from allocator.domain.force import Case, Officer, Premises, Row
from allocator.domain.policy import MOST_TEXT

TABLES: Mapping[str, type[Row]] = {"officers": Officer, "cases": Case, "premises": Premises}

Kind = Literal["text", "list", "choice", "whole", "date", "switch"]

_WORDS = {"former": "managed before by", "forums": "discussed at"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an input table.

    Attributes
    ----------
    kind : {"text", "list", "choice", "whole", "date", "switch"}
    required : bool
        Whether an empty cell is bad input.
    default : object
        Value of an empty cell.
    expected : str
        What a cell holds, as the end of a sentence after "expected".
    choices : tuple of str
        Values of a choice.
    percent : bool
        Whether a whole number is a percent.
    adapter : TypeAdapter
        The domain's own check of one value.
    """

    name: str
    kind: Kind
    required: bool
    default: Any
    expected: str
    meaning: str
    choices: tuple[str, ...]
    percent: bool
    adapter: TypeAdapter[Any]


@lru_cache
def columns(model: type[Row]) -> tuple[Column, ...]:
    """Columns of a table, by the domain class of a row, in the order of model.md."""
    whole = model.model_json_schema()
    schemas = {name: schema_at(whole, (name,)) for name in model.model_fields}
    types = get_type_hints(model, include_extras=True)
    return tuple(
        Column(
            name,
            _kind(schemas[name]),
            field.is_required(),
            None if field.is_required() else field.default,
            _expected(schemas[name]),
            field.description or "",
            tuple(schemas[name].get("enum", ())),
            schemas[name].get("maximum") == 100,
            TypeAdapter(types[name]),
        )
        for name, field in model.model_fields.items()
    )


def key(model: type[Row]) -> str:
    """Column that names a row: the first."""
    return next(iter(model.model_fields))


def cell(value: Any) -> str:
    """Write a value as a cell holds it: the one form in which equal values are equal texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ";".join(sorted(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def column_words(name: str) -> str:
    """What a column holds, in words: ``visit due``, ``managed before by``."""
    return _WORDS.get(name, name.replace("_", " "))


def one_of(names: Iterable[str]) -> str:
    """Join names as a choice: "low, medium or high"."""
    return _join(names, " or ")


def all_of(names: Iterable[str]) -> str:
    """Join names as a list: "case_id, division and risk"."""
    return _join(names, " and ")


def _join(names: Iterable[str], last: str) -> str:
    *before, end = names
    return last.join(filter(None, (", ".join(before), end)))


def number(schema: Mapping[str, Any]) -> str:
    """Words for a whole number within its bounds."""
    kind = "whole percent" if schema["maximum"] == 100 else "whole number"
    return f"a {kind} from {schema['minimum']:,} to {schema['maximum']:,}"


def schema_at(whole: Mapping[str, Any], place: Iterable[str | int]) -> Mapping[str, Any]:
    """JSON schema of a value that is given, by the keys and places in lists that lead to it."""
    found = whole
    for part in (*place, None):
        found = next((kind for kind in found.get("anyOf", ()) if kind.get("type") != "null"), found)
        if "$ref" in found:
            found = whole["$defs"][found["$ref"].rpartition("/")[2]]
        if part is not None:
            inside = "items" if isinstance(part, int) else "additionalProperties"
            found = found["properties"][part] if "properties" in found else found[inside]
    return found


def _kind(schema: Mapping[str, Any]) -> Kind:
    if "enum" in schema:
        return "choice"
    if schema.get("format") == "date":
        return "date"
    kinds: dict[str, Kind] = {"array": "list", "boolean": "switch", "integer": "whole", "string": "text"}
    return kinds[schema["type"]]


def _expected(schema: Mapping[str, Any]) -> str:
    match _kind(schema):
        case "choice":
            return one_of(schema["enum"])
        case "date":
            return "a date such as 2025-03-31 or 31/03/2025"
        case "list":
            return f"at most {schema['maxItems']:,} items separated by ;, each of at most {MOST_TEXT} characters"
        case "switch":
            return "yes or no"
        case "text":
            most = f"of at most {schema['maxLength']:,} characters"
            return f"an id {most}, without ;" if "pattern" in schema else f"a text {most}"
        case "whole":
            return number(schema)
