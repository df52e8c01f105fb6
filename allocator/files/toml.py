"""TOML beyond the standard library, which only reads it: values as it writes them, and on which line one stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any


def toml_text(value: Any) -> str:
    """Write a value as in a ``.toml`` file, on one line; what TOML does not have as Python would, for messages."""
    if isinstance(value, str):
        # JSON's escapes are TOML's too, save that TOML wants one for DEL as well.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 64:
        return f"{value:#x}"  # Python writes no such digits beyond some thousands
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{toml_key(key)} = {toml_text(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml_text, value))}]"
    return repr(value)


def toml_key(key: Any) -> str:
    """Write a key: bare where it may be, else quoted."""
    name = str(key)
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else toml_text(name)


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Line on which a value begins, counted from 1; None where the file has none.

    The file is read again with fewer of its lines: the value stands behind the longest beginning of the file that can
    be read and does not have it. That needs no grammar.

    Parameters
    ----------
    text : str
        A file that can be read.
    path : sequence of str or int
        Keys, and places in lists, that lead to the value: ``("change", 2, "officer")``.
    """
    without, having = 0, text.count("\n") + 1  # so many lines can be read
    if not _has(_beginning(text, having), path):
        return None
    while (count := _between(text, without, having)) is not None:
        if _has(_beginning(text, count), path):
            having = count
        else:
            without = count
    return without + 1


def _between(text: str, low: int, high: int) -> int | None:
    """A number of lines that can be read, as near the middle of two others as may be; they are not meant."""
    middle = (low + high) // 2
    counts = (*range(middle, high), *range(middle, low, -1))
    return next((count for count in counts if count > low and _beginning(text, count) is not None), None)


@lru_cache(maxsize=256)  # every search through a file begins with the same halves
def _beginning(text: str, count: int) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(text.replace("\r\n", "\n").split("\n")[:count]))
    except tomllib.TOMLDecodeError:
        return None


def _has(value: Any, path: Sequence[str | int]) -> bool:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
