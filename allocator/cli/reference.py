"""The parts of the manual that are made from code: tables of commands, columns, settings, endpoints, JSON.

A page holds such a part between ``<!-- made from code: NAME -->`` and ``<!-- end -->``. They are written by
``python -m tests.manual.renew``; a test fails where one is not what is made here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from allocator.analysis.scenario_reference import changes_markdown
from allocator.app.acts import ACTS, who_may
from allocator.app.rights import RIGHTS, ROLE_WORDS, ROLES
from allocator.cli import allocator
from allocator.cycles.states import STATES
from allocator.files.template import columns_lines, settings_lines
from allocator.http.app import build, make_context
from allocator.http.settings import ServerSettings
from allocator.planning.settings import Planning, assumptions
from allocator.reporting.json_shapes import DOCUMENTS, schema_of
from allocator.reporting.reference import reference_tables

Lines = Iterable[str]
_KINDS = {
    "integer": "whole number",
    "string": "text",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
    "date-time": "date and time",
}
_PART = re.compile(r"(<!-- made from code: (\S+) -->\n)(?:.*?)(<!-- end -->\n)", re.S)


def renewed(page: str) -> str:
    """A page of the manual with every part that is made from code as the code is now."""

    def made(found: re.Match[str]) -> str:
        lines = "\n".join(PARTS[found[2]]()).strip("\n")
        return f"{found[1]}\n{lines}\n\n{found[3]}"

    return _PART.sub(made, page)


def schemas() -> dict[str, str]:
    """The schema of each command's JSON, by the name of its file."""
    return {
        _file(command): json.dumps(schema_of(command), indent=1, ensure_ascii=False) + "\n" for command in DOCUMENTS
    }


def _table(*header: str, rows: Iterable[Iterable[object]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|---" * len(header) + "|"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"


def _commands() -> Lines:
    every = list(_walk(allocator, click.Context(allocator, info_name="allocator")))
    rows = ((f"[`{c.command_path}`](#{_anchor(c)})", c.command.get_short_help_str(200)) for c in every)
    yield from _table("command", "what it does", rows=rows)
    for context in every:
        yield from _command(context)


def _walk(group: click.Group, above: click.Context) -> Iterator[click.Context]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is not None and not command.hidden:
            context = click.Context(command, info_name=name, parent=above)
            yield from _walk(command, context) if isinstance(command, click.Group) else (context,)


def _command(context: click.Context) -> Lines:
    command = context.command
    yield from ("", f"## {context.command_path}", "", "```text")
    yield " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield "```"
    for paragraph in (command.help or "").replace("\b", "").strip().split("\n\n"):
        yield from ("", " ".join(paragraph.split()).replace("``", "`"))
    told = [p.get_help_record(context) for p in command.params if isinstance(p, click.Option)]
    options = [record for record in told if record is not None]
    if options:
        yield ""
        yield from _table("option", "meaning", rows=((f"`{name}`", " ".join(said.split())) for name, said in options))
    name = context.command_path.removeprefix("allocator ")
    if name in DOCUMENTS:
        yield from ("", f"Its JSON: [keys](json.md#{_anchor(context)}---json), [schema](schemas/{_file(name)}).")


def _anchor(context: click.Context) -> str:
    return context.command_path.replace(" ", "-")


def _assumptions() -> Lines:
    found = assumptions(Planning())
    rows = ((f"`{a.key}`", a.says, "not set" if a.value is None else a.value, a.source) for a in found)
    return _table("key", "what is assumed", "unless set", "source", rows=rows)


def _states() -> Lines:
    rows = (
        (
            act.name,
            ", ".join(state for state in STATES if state in act.before),
            act.after or "the same",
            who_may(act),
            act.says + ("; refused while stale" if act.fresh else ""),
        )
        for act in ACTS.values()
    )
    return _table("act", "in state", "leads to", "who", "what it does", rows=rows)


def _rights() -> Lines:
    rows = ((r.says, *("yes" if role in r.roles else "" for role in ROLES)) for r in RIGHTS.values())
    return _table("right", *ROLES, rows=rows)


def _settings() -> Lines:
    rows = []
    for name, field in ServerSettings.model_fields.items():
        given = "none" if field.default in (None, "") else field.default
        default = "as many as cores" if name == "solvers" else given
        rows.append((f"`ALLOCATOR_{name.upper()}`", default, field.description))
    return _table("variable", "unless set", "what it is", rows=rows)


def _api() -> Lines:
    by_tag: dict[str, list[tuple[str, ...]]] = {}
    for path, methods in _openapi()["paths"].items():
        for method, told in methods.items():
            given = [p for p in told.get("parameters", ()) if p["in"] != "path"]
            takes = [f"`{p['name']}`" + (" (header)" if p["in"] == "header" else "") for p in given]
            takes += [f"a body, {kind}" for kind in told.get("requestBody", {}).get("content", ())]
            does = told["description"].partition("\n")[0]
            row = f"`{method.upper()} {path}`", does, ", ".join(takes), ", ".join(told["responses"])
            by_tag.setdefault(told["tags"][0], []).append(row)
    for tag, rows in by_tag.items():
        yield from ("", f"## {tag.capitalize()}", "")
        yield from _table("endpoint", "what it does", "takes", "answers", rows=rows)


def _openapi() -> Mapping[str, Any]:
    with TemporaryDirectory() as folder:
        context = make_context(ServerSettings(home=Path(folder), database=None))
        context.store.upgrade()
        try:
            return build(context).openapi()
        finally:
            context.store.close()


def _json() -> Lines:
    told: dict[str, str] = {}
    for command in DOCUMENTS:
        schema = schema_of(command)
        yield from ("", f"## allocator {command} --json", "", f"[Schema](schemas/{_file(command)}).")
        if schema.get("type") == "array":
            yield f"A list, each {_kind(schema['items'])}."
        else:
            yield from (schema["description"], "", *_keys(schema))
        for name, shape in schema.get("$defs", {}).items():
            told.setdefault(name, "\n".join((f"### {name}", "", shape["description"], "", *_keys(shape))))
    yield from ("", "## Parts")
    for _, text in sorted(told.items()):
        yield from ("", text)


def _keys(shape: Mapping[str, Any]) -> Iterator[str]:
    needed = shape.get("required", ())
    rows = (
        (f"`{key}`", _kind(held), held["description"] + ("" if key in needed else "; not always there"))
        for key, held in shape.get("properties", {}).items()
    )
    yield from _table("key", "holds", "meaning", rows=rows)


def _kind(held: Mapping[str, Any]) -> str:
    if "$ref" in held:
        name = held["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in held:
        return " or ".join(_kind(one) for one in held["anyOf"])
    if "enum" in held:
        return ", ".join(held["enum"])
    inner = held.get("items", held.get("additionalProperties"))
    inside = f" of {_kind(inner)}" if isinstance(inner, Mapping) and inner else ""
    kind = str(held.get("format") or held.get("type") or "anything")
    return _KINDS.get(kind, kind) + inside


def _file(command: str) -> str:
    return re.sub(r"\W", "-", command) + ".json"


PARTS: Mapping[str, Callable[[], Lines]] = {
    "commands": _commands,
    "rules": reference_tables,
    "columns": columns_lines,
    "policy": settings_lines,
    "changes": lambda: changes_markdown().splitlines(),
    "assumptions": _assumptions,
    "states": _states,
    "roles": lambda: _table("role", "what for", rows=ROLE_WORDS.items()),
    "rights": _rights,
    "settings": _settings,
    "api": _api,
    "json": _json,
}
