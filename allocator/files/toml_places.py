"""On which line of a TOML file something stands; the standard library's reader does not say."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any


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
