"""Scenario files: TOML to scenarios, every problem of a file at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allocator.analysis.changes import CHANGES, Change, change_of
from allocator.analysis.scenario import Layer, Scenario
from allocator.domain.force import Case
from allocator.errors import InputError, Problem, meant
from allocator.files.columns import columns, number, one_of, schema_at
from allocator.files.delimited import read_text
from allocator.files.settings import parse_toml
from allocator.files.toml import toml_text

KEYS = ("name", "comment", "builds_on", "cycle_date", "seed", "policy", "change")
_DATES = ("cycle_date", *(column.name for column in columns(Case) if column.kind == "date"))


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario, and those that it builds on, from a ``.toml`` file (see ``scenarios/README.md``).

    Raises
    ------
    InputError
        With every problem that can be seen without a force.
    """
    files = _Files()
    files.read(Path(path), ())
    if files.problems:
        raise InputError(files.problems)
    return Scenario(tuple(files.layers))


def scenario_of(tables: Mapping[str, Any], label: str = "scenario") -> Scenario:
    """Read a scenario from plain data, as a page or a program sends it.

    Parameters
    ----------
    tables : mapping
        What a scenario file would hold; dates may be text such as 2025-03-31. It builds on no file.
    label : str
        What it is called in messages.

    Raises
    ------
    InputError
        With every problem that can be seen without a force.
    """
    tables = _with_dates(dict(tables))
    reader = _Reader(label, "", tables)
    if "builds_on" in tables:
        reader.problems.append(Problem(label, "a scenario by itself", column="builds_on"))
    layer = reader.layer()
    problems = [*reader.problems, *layer.contradictions()]
    if problems:
        raise InputError(problems)
    return Scenario((layer,))


def _with_dates(value: Any, key: str = "") -> Any:
    """Plain data with dates where text stands for one; a text that is none is left, and refused later."""
    if isinstance(value, list):
        return [_with_dates(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_dates(item, name) for name, item in value.items()}
    if isinstance(value, str) and key in _DATES:
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value


class _Files:
    """A scenario file with those that it builds on, each once; what they change, and what is wrong with them."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.problems: list[Problem] = []
        self._met: set[Path] = set()

    def read(self, path: Path, above: tuple[Path, ...]) -> None:
        """Read a file behind those that it builds on."""
        here = path.resolve()
        if here in self._met:
            return
        self._met.add(here)
        if path.suffix.lower() != ".toml" or not path.is_file():
            ending = "" if path.suffix.lower() == ".toml" else " that ends in .toml"
            self.problems.append(Problem(str(path), f"a scenario file{ending}", maybe=_near(path)))
            return
        try:
            text = read_text(path, path.name)
            reader = _Reader(path.name, text, parse_toml(text, path.name))
        except InputError as error:
            self.problems += error.problems
            return
        builds_on = reader.builds_on()
        layer = reader.layer()
        problems = reader.problems
        bases: list[Path] = []
        for k, name in enumerate(builds_on):
            base = path.parent / name
            if base.resolve() in (*above, here):
                expected, near = "a scenario that does not build on this one", None
            elif base.suffix.lower() != ".toml" or not base.is_file():
                expected, near = "a scenario file", _near(base)
            else:
                bases.append(base)
                continue
            problems.append(layer.problem(("builds_on", k), "builds_on", name, expected, near))
        problems += layer.contradictions()
        self.problems += sorted(problems, key=lambda problem: problem.row or 0)
        for base in bases:
            self.read(base, (*above, here))
        self.layers.append(layer)


def _near(path: Path) -> str | None:
    if not path.parent.is_dir():
        return None
    return meant(path.name, [file.name for file in path.parent.glob("*.toml") if file.is_file()])


class _Reader:
    """One file: what it sets, and what is wrong with it."""

    def __init__(self, label: str, text: str, tables: Mapping[str, Any]) -> None:
        self.tables = tables
        self.problems: list[Problem] = []
        self._blank = Layer("", label=label, text=text)
        for key in tables:
            if key not in KEYS:
                self._wrong((key,), key, None, f"one of {one_of(KEYS)}", meant(key, KEYS))

    def layer(self) -> Layer:
        """What the file changes."""
        name = self._get("name", str, "a text", self._blank.label.removesuffix(".toml"))
        if not name.strip():
            self._wrong(("name",), "name", name, "a text that is not blank")
        today = self.tables.get("cycle_date")
        if today is not None and (not isinstance(today, date) or isinstance(today, datetime)):
            self._wrong(("cycle_date",), "cycle_date", today, "a date such as 2025-03-31")
            today = None
        seed = self._get("seed", int, "a whole number", 0)
        policy = self._get("policy", dict, "a table", {})
        return Layer(
            name=name,
            comment=self._get("comment", str, "a text", ""),
            changes=tuple(self._changes()),
            policy=policy,
            cycle_date=today,
            seed=seed,
            label=self._blank.label,
            text=self._blank.text,
        )

    def builds_on(self) -> list[str]:
        """Files that it builds on."""
        names = self.tables.get("builds_on", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._wrong(
                ("builds_on",), "builds_on", names, 'a list of scenario files, such as ["an-officer-leaves.toml"]'
            )
            return []
        return names

    def _get(self, key: str, kind: type, expected: str, default: Any) -> Any:
        value = self.tables.get(key, default)
        if not isinstance(value, kind) or isinstance(value, bool):
            self._wrong((key,), key, value, expected)
            return default
        return value

    def _changes(self) -> Iterator[Change]:
        listed = self.tables.get("change", [])
        if not isinstance(listed, list) or not all(isinstance(change, dict) for change in listed):
            self._wrong(("change",), "change", None, "tables that begin with [[change]]")
            return
        for k, table in enumerate(listed):
            what = table.get("what")
            if not isinstance(what, str) or what not in CHANGES:
                near = meant(what, CHANGES) if isinstance(what, str) else None
                self._wrong(("change", k, "what"), "what", what, f"one of {one_of(CHANGES)}", near)
                continue
            try:
                yield change_of(table)
            except ValidationError as error:
                for detail in error.errors(include_url=False):
                    self._refuse(k, CHANGES[what], detail)

    def _refuse(self, k: int, kind: type[Change], detail: Any) -> None:
        place = tuple(part for part in detail["loc"])
        schema = kind.model_json_schema(by_alias=True)
        key = ".".join(str(part) for part in place) or "what"
        if detail["type"] == "extra_forbidden":
            near = schema if len(place) == 1 else schema_at(schema, place[:-1])
            names = [*(("what",) if len(place) == 1 else ()), *near["properties"]]
            self._wrong(
                ("change", k, *place), key, None, f"a key of {kind.id}: {one_of(names)}", meant(str(place[-1]), names)
            )
        elif detail["type"] == "missing":
            self._wrong(("change", k, *place[:-1]), key, None, f"{place[-1]} to be given for {kind.id}")
        elif detail["type"] == "value_error":
            self._wrong(("change", k), "what", kind.id, str(detail["ctx"]["error"]))
        else:
            inner = schema_at(schema, place)
            value = detail["input"]
            advice = meant(str(value), inner["enum"]) if "enum" in inner else None
            self._wrong(("change", k, *place), key, value, expected_of(schema, place), advice)

    def _wrong(
        self, place: tuple[str | int, ...], key: str, value: Any, expected: str, maybe: str | None = None
    ) -> None:
        shown = value if value is None or isinstance(value, str) else toml_text(value)
        self.problems.append(self._blank.problem(place, key, shown, expected, maybe))


def expected_of(schema: Mapping[str, Any], place: tuple[str | int, ...]) -> str:
    """What a key of a change holds, as the end of a sentence after "expected"; from the JSON schema of its class."""
    return _expected(schema_at(schema, place))


def _expected(schema: Mapping[str, Any]) -> str:
    """What a key holds, as the end of a sentence after "expected"."""
    if "enum" in schema:
        return one_of(map(str, schema["enum"]))
    if "const" in schema:
        return toml_text(schema["const"])
    match schema.get("type"):
        case "boolean":
            return "true or false"
        case "integer":
            return number(schema)
        case "array":
            texts = f"at most {schema['maxItems']:,} texts" if "maxItems" in schema else "tables"
            return f"a list of {texts}"
        case "string":
            if schema.get("format") == "date":
                return "a date such as 2025-03-31"
            most = f"a text of at most {schema['maxLength']:,} characters" if "maxLength" in schema else "a text"
            return f"{most}, not blank and without ;" if "pattern" in schema else most
        case _:
            return "a table"
