"""On which line of a TOML file something stands; the standard library's reader does not say."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Line on which a value begins, counted from 1; None where the file has none.

    The file is read again with its first line alone, its first two lines, and so on: the value stands behind the
    longest beginning of the file that can be read and does not have it. That needs no grammar.

    Parameters
    ----------
    text : str
        A file that can be read.
    path : sequence of str or int
        Keys, and places in lists, that lead to the value: ``("change", 2, "officer")``.
    """
    lines, without = text.split("\n"), 0
    for count in range(1, len(lines) + 1):
        try:
            tables = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(tables, path):
            return without + 1
        without = count
    return None


def _has(value: Any, path: Sequence[str | int]) -> bool:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
