"""Options and arguments that several commands have."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]


class Range(click.FloatRange):
    """A number within bounds; what is not a number (``nan``) is within none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, where it is one within the bounds."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return found


FORCE = click.argument("force", type=click.Path(path_type=Path))
CASE = click.option("--case", "case_id", required=True, metavar="ID", help="The case.")
SEED = click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", show_default=True)
TIME_LIMIT = click.option(
    "--time-limit",
    type=Range(min=0),
    metavar="S",
    help="Seconds of solving; the best plan so far is kept.  [default: a fixed effort a goal]",
)


def json_option(words: str) -> Callable[[Command], Command]:
    """``--json``: a document instead of a report."""
    return click.option("--json", "as_json", is_flag=True, help=words)


JSON = json_option("Print the answer as JSON.")


def _folder(context: click.Context, option: click.Parameter, out: str | None) -> Path | None:
    if out == "":
        raise click.UsageError("--out: an empty text found, expected a folder.")
    return None if out is None else Path(out)


def out_option(words: str, required: bool = False) -> Callable[[Command], Command]:
    """``--out``, which the command has as ``folder``: where its answer is written."""
    path = click.Path(file_okay=False)
    return click.option("--out", "folder", type=path, required=required, metavar="DIR", callback=_folder, help=words)


def codes(words: Mapping[str, str]) -> str:
    """What a code may be, for the help of an option."""
    return "; ".join(f"{code}: {said}" for code, said in words.items()) + "."
