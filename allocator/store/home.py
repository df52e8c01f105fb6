"""Where a force's cycles are kept: a folder with the database, the audit's key and head, and the messages."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import AllocatorError


@dataclass(frozen=True)
class Home:
    """A folder, and the database that belongs to it.

    Attributes
    ----------
    folder : Path
    database : str or None
        SQLAlchemy URL; None for the SQLite file ``allocator.db`` in the folder.
    """

    folder: Path
    database: str | None = None

    @property
    def url(self) -> str:
        """URL of the database."""
        return self.database or f"sqlite:///{(self.folder / 'allocator.db').absolute()}"

    @property
    def messages(self) -> Path:
        """Folder into which messages are delivered."""
        return self.folder / "messages"

    @property
    def head(self) -> Path:
        """File that holds how long the audit log is, and its last link."""
        return self.folder / "audit.head"

    @property
    def key(self) -> bytes:
        """The key of the audit's keyed hashes.

        Raises
        ------
        AllocatorError
            When there is none, or it cannot be read.
        """
        path = self.folder / "audit.key"
        try:
            return bytes.fromhex(path.read_text("ascii").strip())
        except FileNotFoundError:
            raise AllocatorError(
                f"{path} does not exist; the audit log cannot be written or verified without its key.\n"
                "Maybe make a new store with `allocator db upgrade`, or restore the key from a backup."
            ) from None
        except (OSError, ValueError) as error:
            raise AllocatorError(f"{path} cannot be read as a key: {error}.") from error

    def make(self) -> None:
        """Make the folder, and a key, where there is none; only their owner can read what is made.

        Raises
        ------
        AllocatorError
            When they cannot be written.
        """
        path = self.folder / "audit.key"
        new = path.with_name(f".audit.key.{secrets.token_hex(4)}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.messages.mkdir(exist_ok=True, mode=0o700)
            if self.database is None:  # its journal takes over who may read it
                os.close(os.open(self.folder / "allocator.db", os.O_RDWR | os.O_CREAT, 0o600))
            if path.exists():
                return
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # somebody else was first: theirs is the key
                os.link(new, path)
        except OSError as error:
            raise AllocatorError(f"{self.folder} cannot be written: {error.strerror}.") from error
        finally:
            with suppress(OSError):
                new.unlink()
