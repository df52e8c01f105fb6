"""Ids as parts of addresses: any id that an export may hold has one."""

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


# No control characters; an id may hold anything else.
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Named = Annotated[Name, AfterValidator(name_in)]
Part = Annotated[str, AfterValidator(name_in)]
