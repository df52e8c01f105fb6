"""Where a force's cycles are kept: a folder with the database, the audit's key and head, and the messages."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import NOTHING_CHANGED, AllocatorError, Unavailable
from allocator.files.atomic import cannot_write, folder_lock

KEY_BYTES = 32
NO_STORE = "name another folder with --home; `allocator db upgrade` makes a new store in this one."


@dataclass(frozen=True)
class Home:
    """A folder, and the URL of the database that belongs to it; without one, the SQLite file ``allocator.db`` in it.

    Attributes
    ----------
    heads : str
        Where else the head of the audit log is published, as `head_places.parse_places` reads it.
    """

    folder: Path
    database: str | None = None
    heads: str = ""

    @property
    def url(self) -> str:
        """URL of the database."""
        return self.database or f"sqlite:///{(self.folder / 'allocator.db').absolute()}"

    @property
    def seen(self) -> Path:
        """What the log said as far as it was followed."""
        return self.folder / "audit.seen"

    @property
    def messages(self) -> Path:
        """Folder into which messages are delivered."""
        return self.folder / "messages"

    @property
    def head(self) -> Path:
        """File that holds how long the audit log is, and its last link."""
        return self.folder / "audit.head"

    @property
    def uploads(self) -> Path:
        """Folder in which uploads are unpacked while they are read."""
        return self.folder / ".uploads"

    @property
    def restoring(self) -> Path:
        """Folder in which a restoration keeps files until they are in their places."""
        return self.folder / ".restoring"

    @property
    def writable(self) -> bool:
        """Whether anything can be written there: a copy may be on a medium that is not."""
        return not self.folder.is_dir() or os.access(self.folder, os.W_OK)

    def finish_restoring(self) -> None:
        """Put the files of a restoration whose rows are in the database into their places; the key comes last."""
        for path in sorted((self.restoring / "messages").rglob("*")):
            if path.is_file():
                target = self.messages / path.relative_to(self.restoring / "messages")
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.replace(path, target)
        for name in ("audit.head", "audit.key"):
            with suppress(FileNotFoundError):  # there since before
                os.replace(self.restoring / name, self.folder / name)
        shutil.rmtree(self.restoring)

    @property
    def key(self) -> bytes:
        """The key of the audit's keyed hashes.

        Raises
        ------
        Unavailable
            When there is none, or it cannot be read.
        """
        path = self.folder / "audit.key"
        try:
            key = bytes.fromhex(path.read_text("ascii").strip())
        except FileNotFoundError:
            empty = not self.folder.is_dir() or not any(self.folder.iterdir())
            raise Unavailable(
                f"{path} does not exist; the audit log cannot be written or verified without its key.",
                told="The audit log's key is not there, and without it nothing is done.",
                maybe=NO_STORE if empty else "restore it from a backup.",
            ) from None
        except OSError as error:
            raise Unavailable(
                f"{path} cannot be read: {error.strerror}.",
                told=f"The audit log's key cannot be read: {error.strerror}.",
            ) from error
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise Unavailable(
                f"{path} does not hold a key, which is {2 * KEY_BYTES} hexadecimal digits.",
                told="The audit log's key is none.",
                outcome=NOTHING_CHANGED,
                maybe="restore it from a backup.",
            )
        return key

    def make_key(self, entries: int) -> None:
        """Make a key where there is none, for its owner alone to read; a log with entries was written with one already.

        Raises
        ------
        AllocatorError
            When the log has entries and no key, the key is none, or it cannot be written.
        """
        path = self.folder / "audit.key"
        if path.exists() or path.is_symlink():
            _ = self.key  # refused where it is none
            return
        if entries:
            raise AllocatorError(
                f"{path} does not exist, and the audit log has {entries:,} entries that were written with it.",
                outcome="No other was made.",
                maybe="restore it from a backup.",
            )
        new = path.with_name(f".audit.key.{secrets.token_hex(4)}")
        try:
            with folder_lock(self.folder):
                write_private(new, f"{secrets.token_hex(KEY_BYTES)}\n")
                with suppress(FileExistsError):  # somebody else was first: theirs is the key
                    os.link(new, path)
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        finally:
            with suppress(OSError):
                new.unlink()


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read, through to the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are not there, which only their owner can read.

    Raises
    ------
    AllocatorError
        When it cannot be made.
    """
    try:
        for folder in (*reversed(path.parents), path):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise cannot_write(path, error) from error
