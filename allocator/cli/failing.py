"""How a command ends when it cannot go on: a sentence on standard error and an exit code, no traceback."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import click

from allocator.errors import AllocatorError, InputError

_PACKAGE = Path(__file__).parents[1]

DONE, OTHER, INPUT, CONDITION = 0, 1, 2, 3


def exit_code_of(run: Callable[[], Any]) -> int:
    """Run a command and turn whatever happens into an exit code.

    Parameters
    ----------
    run : callable
        Returns an exit code, or None for 0.

    Returns
    -------
    int
        0 done; 2 input or usage; 3 a --fail-on condition; 1 anything else.
    """
    # Who started it may have it ignore Ctrl-C, as a script does in the background: then this alone ends it early.
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except InputError as error:
        _say(str(error))
        return INPUT
    except AllocatorError as error:
        _say(str(error))
        return OTHER
    except (KeyboardInterrupt, click.Abort):
        _say("Stopped before it was done.")
        return OTHER
    except BrokenPipeError:
        # Whoever reads has read enough, as `head` does; Python must not flush once more on its way out.
        _drop_output()
        return OTHER
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
            _say("The report cannot be shown: there is no space left where it goes.")
            _drop_output()
            return OTHER
        if os.environ.get("ALLOCATOR_DEBUG"):
            raise
        _say(str(_unexpected(error)))
        return OTHER


def _stop(number: int, frame: object) -> None:
    """Whoever ends the process, as a scheduler does, wants what Ctrl-C gives: the best so far, and no litter."""
    raise KeyboardInterrupt


def forgiving(stream: TextIO) -> None:
    """Let a stream show what its encoding lacks as ``?`` instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _drop_output() -> None:
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _unexpected(error: Exception) -> AllocatorError:
    # The error's own text may quote a case, so only its type and place are told.
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    last = (ours[1:] or frames)[-1]  # the first of ours is this module's own
    place = f"{os.path.basename(last.filename)}, line {last.lineno}"
    return AllocatorError(
        f"Something unexpected went wrong ({type(error).__name__} in {place}). "
        "Please report it, with the command used.",
        maybe="set ALLOCATOR_DEBUG=1 to see how it came about; look for personal data before sharing that.",
    )
