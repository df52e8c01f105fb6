"""Reading a force for a command: what is to be said about how it was read goes to standard error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from allocator.files.reading import Reading


def loaded(path: Path, policy_changes: Mapping[str, Any] | None = None, quiet: bool = False) -> Reading:
    """Read a force and, unless quiet, tell its notices."""
    from allocator.files.reading import read_with_notices

    reading = read_with_notices(path, policy_changes=policy_changes)
    if quiet:
        return reading
    for notice in reading.notices:
        click.echo(str(notice), err=True)
    return reading
