"""One thing that was asked for."""

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
