"""The digest of an input: what a plan was computed from, in 64 letters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from allocator.domain.force import Exemption, Force, Row
from allocator.files.collector import pause_collector
from allocator.files.columns import TABLES, cell


def digest(force: Force) -> str:
    """SHA-256 of the listed columns, rows in file order, and the merged policy.

    The text hashed is one JSON document in UTF-8, without blanks and with nothing escaped that need not be:
    ``{"officers": [header, row, ...], "cases": [...], "premises": [...], "policy": {...}}``. The header and
    every row are lists of texts in the column order of model.md. A cell is written in one form alone: a
    default in full, a number as its digits, a date as its ISO date, ``yes`` or ``no``, the items of a list
    sorted by code point and joined by ``;``. The policy has every key, sorted. So encoding marks, the way a
    date was typed, the order of columns, columns that are not read and the file format change nothing,
    while a row's place does. A force with exemptions has them as one more table after premises. Name and
    cycle date are no part of it: a plan carries them beside it.
    """
    with pause_collector():
        tables = [f'"{name}":{_json(table_of(model, getattr(force, name)))}' for name, model in TABLES.items()]
        if force.exemptions:
            tables.append(f'"exemptions":{_json(table_of(Exemption, force.exemptions))}')
        policy = f'"policy":{_json(force.policy.model_dump(mode="json"))}'
        return hashlib.sha256(f"{{{','.join([*tables, policy])}}}".encode()).hexdigest()


def table_of(model: type[Row], records: Iterable[Row]) -> list[list[str]]:
    """Header and rows of a table, by the domain class of a row, each cell in its one written form."""
    names, records = list(model.model_fields), list(records)
    columns = [map(_Written().__getitem__, map(attrgetter(name), records)) for name in names]
    return [names, *map(list, zip(*columns, strict=True))]


class _Written(dict[Any, str]):
    """Written forms of a column's values: most values come again and again."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = cell(value)
        return text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
