"""One thing asked for, and what was measured of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One thing asked for.

    Attributes
    ----------
    key : str
        Its name in ``notes.toml``.
    case, asked, figure : str
    reached : bool
    """

    key: str
    case: str
    asked: str
    figure: str
    reached: bool
