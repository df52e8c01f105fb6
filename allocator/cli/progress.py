"""The live display of a run on standard error: where it stands, redrawn only when the run tells something."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table

from allocator.domain.result import Progress
from allocator.reporting.renderers.terminal import messages
from allocator.reporting.words import proof_word

# Redrawing costs time that the solver could use; ten pictures a second look live.
_SECONDS_BETWEEN = 0.1


@contextmanager
def live(wanted: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Show a run while it lasts, where standard error is a terminal.

    Parameters
    ----------
    wanted : bool
        False shows nothing.

    Yields
    ------
    callable or None
        To be told of progress; None where nothing is shown.
    """
    with _shown(wanted) as show:
        yield None if show is None else (lambda progress: show(picture(progress)))


@contextmanager
def live_line(form: str, wanted: bool = True) -> Iterator[Callable[..., None]]:
    """Show one line while something lasts, where standard error is a terminal.

    Parameters
    ----------
    form : str
        The line, with ``{}`` for each figure.
    wanted : bool
        False shows nothing.

    Yields
    ------
    callable
        To be called with the figures.
    """
    with _shown(wanted) as show:
        yield (lambda *figures: None) if show is None else (lambda *figures: show(form.format(*figures)))


@contextmanager
def _shown(wanted: bool) -> Iterator[Callable[[RenderableType], None] | None]:
    console = messages()
    if not (wanted and console.is_terminal):
        yield None
        return
    # No thread redraws: one might be holding a lock just when worker processes start.
    with Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False) as display:
        drawn = -_SECONDS_BETWEEN

        def show(what: RenderableType) -> None:
            nonlocal drawn
            if time.monotonic() - drawn >= _SECONDS_BETWEEN:
                drawn = time.monotonic()
                display.update(what, refresh=True)

        yield show


def picture(progress: Progress) -> Group:
    """Draw one moment of a run: the goal worked on, parts done, value and bound of each goal, time so far."""
    table = Table(box=None, pad_edge=False)
    table.add_column("goal")
    table.add_column("found", justify="right")
    table.add_column("proof")
    for goal in progress.goals:
        style = "bold" if goal.name == progress.goal else ""
        table.add_row(goal.name, f"{goal.value:,}", proof_word(goal), style=style)
    parts = f"{progress.parts_done} of {progress.parts} parts done"
    head = f"Working on {progress.goal}: {parts}, {progress.seconds:.1f} s"
    # The terminal writes ^C behind the last line: a short one, or it would wrap and not be wiped.
    return Group(head, table, "Ctrl-C keeps the best plan so far.")
