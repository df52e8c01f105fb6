"""The form in which a scenario is built: fields from the schema of changes, and back to what a file would hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from allocator.analysis.changes import CHANGES, Change
from allocator.analysis.scenario_files import scenario_of
from allocator.app.views import ForceView
from allocator.domain.policy import Policy
from allocator.domain.setting_paths import nest, path_of
from allocator.errors import InputError, Problem
from allocator.files.dates import read_date
from allocator.files.policies import setting_expected, setting_schema
from allocator.http.urls import number_of
from allocator.http.web.forms import FormError, items, listed

LEFT_OUT = ("comment", "cases")  # what a form has no room for
# The settings that people ask about; every other can be set in a scenario file.
POLICY = (
    ("limits.cases", "Cases that an officer may hold"),
    ("limits.high_risk_percent", "High-risk cases, percent of an officer's"),
    ("limits.intake", "Cases that an officer may receive in one cycle"),
    ("relationship.max_moves", "Cases that may move although they need not, in each division"),
)
_NEEDED = {("cases-arrive", "count")}  # although the schema of a file lets them be left out
_EITHER = {"officer-trains"}  # one of the fields is needed, and none is optional by itself
# What is wrong with a change as a whole.
_RULES = {
    "cases-arrive": "Choose Approved Premises where the setting is premises, and only there.",
    "officer-trains": "Choose an officer, or everybody who awaits the course, and not both.",
    "case-changes": "Enter at least one thing that changes about the case.",
}


@dataclass(frozen=True, slots=True)
class ChangeFields:
    """One change in the form; its fields are parameters of their components, of a list where they have items."""

    what: str
    words: str
    fields: tuple[Mapping[str, Any], ...]


def kinds() -> list[dict[str, Any]]:
    """Every kind of change, to choose from."""
    return items([(kind.id, kind.sentence().rstrip(".")) for kind in CHANGES.values()], None, "Choose what happens")


def change_fields(seen: ForceView, changes: list[Mapping[str, Any]]) -> list[ChangeFields]:
    """The changes of a scenario as fields."""
    found = []
    for k, change in enumerate(changes):
        kind = CHANGES.get(str(change.get("what")))
        if kind is not None:
            fields = tuple(_field(seen, kind, k, name, schema, change.get(name)) for name, schema in _columns(kind))
            found.append(ChangeFields(kind.id, kind.sentence(), fields))
    return found


def read_changes(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Changes as they stand in a form."""
    found = []
    for k in range(50):
        what = form.get(f"change-{k}-what")
        if what is None:
            break
        kind = CHANGES.get(what)
        if kind is None:
            continue
        change: dict[str, Any] = {"what": what}
        for name, schema in _columns(kind):
            text = form.get(f"change-{k}-{name}", "").strip()
            if text:
                change[name] = _typed(text, schema)
        found.append(change)
    return found


def read_policy(form: Mapping[str, str]) -> dict[str, Any]:
    """Settings as they stand in a form."""
    typed = ((key, form.get(key, "").strip()) for key, _ in POLICY)
    return nest((path_of(key), _number(text)) for key, text in typed if text)


def policy_fields(policy: Policy, tables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Settings as fields; empty for what stays as it is."""
    found = []
    for key, words in POLICY:
        table, name = key.split(".")
        value, now = tables.get(table, {}).get(name), getattr(getattr(policy, table), name)
        hint = f"{setting_expected(setting_schema(table, name))}; now {'no limit' if now is None else now}"
        found.append(
            {
                "name": key,
                "label": words,
                "hint": hint,
                "value": "" if value is None else str(value),
                "inputmode": "numeric",
                "width": 4,
            }
        )
    return found


def form_error(error: InputError, changes: list[dict[str, Any]]) -> FormError:
    """What is wrong with a scenario, at the fields of the form and in their words."""
    return FormError(**dict(_told(problem, changes) for problem in error.problems))


def require_whole_changes(changes: list[dict[str, Any]]) -> None:
    """Refuse changes of which something is missing, or is not what its field holds.

    Raises
    ------
    FormError
        With a sentence for each field.
    """
    wrong: dict[str, str] = {}
    for k, change in enumerate(changes):
        kind = CHANGES[change["what"]]
        columns = dict(_columns(kind))
        for name, schema in columns.items():
            if _needed(kind, name, schema) and name not in change:
                wrong[f"change-{k}-{name}"] = f"{_asked(kind, name, schema)}."
        if not any(field.startswith(f"change-{k}-") for field in wrong):
            try:
                scenario_of({"name": "scenario", "change": [change]})
            except InputError as error:
                for problem in error.problems:
                    name = problem.column if problem.column in columns else next(iter(columns))
                    wrong[f"change-{k}-{name}"] = _RULES.get(kind.id, "") if problem.column == "what" else ""
                    words = _words(name, columns[name])
                    wrong[f"change-{k}-{name}"] = wrong[f"change-{k}-{name}"] or _sentence(problem, words)
    if wrong:
        raise FormError(**wrong)


def _told(problem: Problem, changes: list[dict[str, Any]]) -> tuple[str, str]:
    """The field that a problem is at, and what it says there."""
    key = (problem.column or "").removeprefix("policy.")
    name = key.split(".")[0]
    value = problem.value or ""
    k = next((k for k, change in enumerate(changes) if name in change and value in _text(change[name])), None)
    if k is None:
        return key or "more", _sentence(problem, dict(POLICY).get(key) or name.replace("_", " ") or "scenario")
    columns = dict(_columns(CHANGES[changes[k]["what"]]))
    return f"change-{k}-{name}", _sentence(problem, _words(name, columns.get(name, {})))


def _sentence(problem: Problem, words: str) -> str:
    value = "" if problem.value is None else f", not “{problem.value}”"
    return f"{_capital(words)}: enter {problem.expected}{value}.{_meant(problem)}"


def _meant(problem: Problem) -> str:
    return "" if problem.maybe is None else f" Maybe {problem.maybe}"


def _needed(kind: type[Change], name: str, schema: Mapping[str, Any]) -> bool:
    return schema["required"] or (kind.id, name) in _NEEDED


def _asked(kind: type[Change], name: str, schema: Mapping[str, Any]) -> str:
    """What somebody is asked to do at a field, without a full stop."""
    words = _words(name, schema)
    chosen = "enum" in schema or (name in kind.refers and schema.get("type") != "array" and name != "case")
    return f"{'Choose' if chosen else 'Enter'} {'' if words.startswith('how ') else 'the '}{words}"


def _words(name: str, schema: Mapping[str, Any]) -> str:
    """What a field is called in its form."""
    return str(schema.get("description") or name.replace("_", " "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@cache
def _columns(kind: type[Change]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    schema = kind.model_json_schema(by_alias=True)
    found = []
    for name, column in schema["properties"].items():
        if name not in LEFT_OUT:
            plain = next((one for one in column.get("anyOf", ()) if one.get("type") != "null"), column)
            required = name in schema.get("required", ())
            words = column.get("description", plain.get("description"))
            found.append(
                (name, {**plain, "description": words, "default": column.get("default"), "required": required})
            )
    return tuple(found)


def _field(
    seen: ForceView, kind: type[Change], k: int, name: str, schema: Mapping[str, Any], value: Any
) -> dict[str, Any]:
    needed = _needed(kind, name, schema)
    label = _capital(_words(name, schema)) + (
        "" if needed or kind.id in _EITHER or schema["default"] is not None else " (optional)"
    )
    field = {"name": f"change-{k}-{name}", "label": label}
    now = schema["default"] if value is None else value
    choices = _choices(seen, kind, name, schema)
    if choices is not None:
        return {**field, "items": items(choices, _text(now), _empty(kind, needed))}
    hint = "Separated by semicolons" if schema.get("type") == "array" else ""
    return {**field, "value": _text(now), "hint": hint, "width": 10}


def _empty(kind: type[Change], needed: bool) -> str:
    """What a list says while nothing is chosen."""
    if needed or kind.id in _EITHER:
        return "Choose"
    return "As it is" if kind.id == "case-changes" else "Any"


def _choices(seen: ForceView, kind: type[Change], name: str, schema: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    if schema.get("type") == "array":
        return None
    if schema.get("type") == "boolean":
        return [("true", "yes"), ("false", "no")]
    if "const" in schema:
        return [(schema["const"], "everybody who awaits it")]
    if "enum" in schema:
        return [(value, value.replace("_", " ")) for value in schema["enum"]]
    match kind.refers.get(name):
        case "officers":
            return [(o.officer_id, f"{o.officer_id} ({o.division})") for o in seen.scope.officers(seen.force)] or None
        case "divisions":
            return [(division, division) for division in seen.divisions]
        case "premises":
            return [
                (p.premises_id, f"{p.premises_id} ({p.division})")
                for p in seen.force.premises
                if seen.scope.covers(p.division)
            ]
    return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    if schema.get("format") == "date":
        day = read_date(text)
        return text if day is None else day.isoformat()
    match schema.get("type"):
        case "array":
            return listed(text)
        case "integer":
            return _number(text)
        case "boolean":
            return text == "true"
    return text


def _number(text: str) -> Any:
    """A whole number; any other text is left as it is, and refused by whoever reads it."""
    return text if number_of(text.removeprefix("-")) is None else int(text)
