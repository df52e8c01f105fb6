"""Ids and numbers as parts of addresses: any id that an export may hold has one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, StringConstraints

# Browsers take dots for steps, and a page of ours is called "new": such ids are written with a mark before them.
_MARKED = {f"~{name}": name for name in (".", "..", "new")}


def address_of(name: str) -> str:
    """An id as one part of an address."""
    return quote(f"~{name}" if name in _MARKED.values() else name, safe="")


def name_in(part: str) -> str:
    """The id that a part of an address stands for."""
    return _MARKED.get(part, part)


def number_of(text: str, digits: int = 9) -> int | None:
    """A whole number as addresses, headers and our own forms write it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


# No control characters; an id may hold anything else.
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Named = Annotated[Name, AfterValidator(name_in)]
Part = Annotated[str, AfterValidator(name_in)]
