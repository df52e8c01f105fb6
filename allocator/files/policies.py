"""Changes to a policy, merged over it; what is wrong with them is said in the words of ``force.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from allocator.domain.policy import Policy
from allocator.domain.setting_paths import flatten, path_of
from allocator.errors import InputError, Problem, meant
from allocator.files.columns import number, one_of, schema_at
from allocator.files.toml import toml_text

Schema = Mapping[str, Any]
MOST_TYPED = 2_000  # characters of one setting


def merge_policy(policy: Policy, changes: Any, label: str) -> Policy:
    """Merge changes, tables as below ``[policy]``, over a policy; messages name their origin by a label.

    Raises
    ------
    InputError
        With every unknown key, wrong type and value out of range.
    """
    if not isinstance(changes, Mapping):
        raise InputError([Problem(label, "a table", column="policy", value=toml_text(changes))])
    try:
        return policy.merge(changes)
    except ValidationError as error:
        raise InputError(_refusals(label, error)) from error


def setting_schema(*place: str | int) -> Schema:
    """JSON schema of a setting, by the keys that lead to it (a number for an item of a list)."""
    return schema_at(_policy_schema(), place)


@cache  # of a setting at a time it would be made anew for each of them
def _policy_schema() -> Schema:
    return Policy.model_json_schema()


def setting_keys(*place: str) -> list[str]:
    """Every setting as dotted key, in the order of the policy, those that are absent by default included.

    Parameters
    ----------
    *place : str
        Keys of a table, to have those of that table alone.
    """
    schema = setting_schema(*place)
    if schema["type"] != "object":
        return [".".join(place)]
    return [key for name in _keys(schema) for key in setting_keys(*place, name)]


def setting_expected(schema: Schema) -> str:
    """Say what a setting holds, as the end of a sentence after "expected"."""
    if "enum" in schema:
        return one_of(schema["enum"])
    match schema["type"]:
        case "boolean":
            return "true or false"
        case "integer":
            return number(schema)
        case "string":
            return "a text, without ;"
        case "array":
            return f"a list, each {setting_expected(schema['items'])}"
        case _:
            return f"a table (keys: {one_of(_keys(schema))})"


def _keys(schema: Schema) -> list[str]:
    return list(schema.get("properties", ())) or list(schema["propertyNames"]["enum"])


def _refusals(label: str, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        unknown = detail["type"] == "extra_forbidden" or detail["loc"][-1] == "[key]"
        place = [part for part in detail["loc"] if part != "[key]"]
        key = ".".join(("policy", *(part for part in place if isinstance(part, str))))
        schema = setting_schema(*(place[:-1] if unknown else place))
        if unknown:
            expected = f"a key of {key.rpartition('.')[0]}: {one_of(_keys(schema))}"
            yield Problem(label, expected, column=key, maybe=meant(str(place[-1]), _keys(schema)))
        else:
            near = meant(str(detail["input"]), schema["enum"]) if "enum" in schema else None
            expected = setting_expected(schema)
            yield Problem(label, expected, column=key, value=toml_text(detail["input"]), maybe=near)


def flatten_policy(policy: Policy) -> dict[str, str]:
    """Every setting of a policy as dotted key and the text that ``force.toml`` would hold."""
    values = flatten(policy.model_dump(mode="json"))
    return {key: toml_text(value) for key, value in values.items() if value is not None}


def setting_value(key: str, text: str) -> Any:
    """The value that a text stands for, as ``force.toml`` would hold it.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        tables = tomllib.loads(f"value = {text}") if len(text) <= MOST_TYPED else {}
    except (ValueError, RecursionError):
        tables = {}
    if list(tables) != ["value"]:
        raise InputError(
            [Problem("policy", setting_expected(setting_schema(*path_of(key))), column=key, value=text[:80])]
        )
    return tables["value"]
