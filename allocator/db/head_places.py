"""Places besides the home to which the head of the audit log is published: files, and lines of syslog.

Whoever sets the whole home back, log and head together, is betrayed by a file that they cannot write. What was sent to
syslog is for people to compare. A place that is away keeps nobody from anything, and is told of.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from allocator.db.audit import Head, read_head, replace_head
from allocator.errors import AllocatorError, InputError, Problem

SETTING = "ALLOCATOR_AUDIT_HEADS"
_SYSLOG = "syslog:"
_SOCKET = "/dev/log"
_PRIORITY = 13 * 8 + 6  # facility "log audit", severity "informational"
_SECONDS = 1.0  # that a line may take


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """One place, as the setting names it: the path of a file, or ``syslog:`` and the path of a socket."""

    name: str

    @property
    def file(self) -> Path | None:
        """The file, from which the head can be read again; None for syslog."""
        return None if self.name.startswith(_SYSLOG) else Path(self.name)

    def known_head(self) -> Head | None:
        """The head that stands there; None where none can be read."""
        try:
            return None if self.file is None else read_head(self.file)
        except AllocatorError:  # told of when it is written, and by a verification
            return None

    def publish(self, head: Head) -> None:
        """Put a head there.

        Raises
        ------
        AllocatorError
            When it cannot be.
        """
        try:
            if self.file is not None:
                replace_head(self.file, head)
            else:
                _send(self.name.removeprefix(_SYSLOG) or _SOCKET, head)
        except OSError as error:
            raise AllocatorError(f"{self.name} cannot be written: {error.strerror or error}.") from error


@dataclass(frozen=True, slots=True)
class PlaceNews:
    """What an operator should know of a place.

    Attributes
    ----------
    name : str
        Of the place.
    fault : str or None
        Why the head of the log is not published there; None where it is, again or for the first time.
    begins : int or None
        The row from which on a file knows the log that was not there before.
    """

    name: str
    fault: str | None = None
    begins: int | None = None


def parse_places(text: str, home: Path) -> tuple[HeadPlace, ...]:
    """Places that a setting names, separated by commas.

    Parameters
    ----------
    home : Path
        Folder of the store, in which no place may be: who sets that back would set it back too.

    Raises
    ------
    InputError
        With every place that is none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    found = {name: "each place once" if names.count(name) > 1 else _expected(name, home) for name in names}
    problems = [Problem(SETTING, expected, value=name) for name, expected in found.items() if expected is not None]
    if problems:
        raise InputError(problems)
    return tuple(map(HeadPlace, names))


def _expected(name: str, home: Path) -> str | None:
    """What would have been right in place of a name."""
    path = Path(name.removeprefix(_SYSLOG) or _SOCKET)
    if not path.is_absolute():
        return "the absolute path of a file, syslog:, or syslog:SOCKET"
    if not name.startswith(_SYSLOG) and path.resolve().is_relative_to(home.resolve()):
        return f"a file outside {home}, which would be set back with it"
    return None


def _send(path: str, head: Head) -> None:
    line = f"<{_PRIORITY}>allocator[{os.getpid()}]: audit head {head.count} {head.mac}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.settimeout(_SECONDS)
        sender.connect(path)
        sender.send(line.encode())
