"""Numbers on the command line."""

from __future__ import annotations

import math
from typing import Any

import click


class Range(click.FloatRange):
    """A number within bounds; what is not a number (``nan``) is within none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, where it is one within the bounds."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return found
