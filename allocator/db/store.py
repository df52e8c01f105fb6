"""A store: a home and its database, through which everything is read and written, and logged."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from sqlalchemy import Connection, func, select

from allocator.db.audit import (
    BEGINNING,
    LINKED,
    Head,
    Log,
    entry_mac,
    newest_head,
    no_head,
    parse_head,
    read_head,
    require_in_chain,
    write_head,
)
from allocator.db.chain import is_whole
from allocator.db.covering import RowWatch, cover_rows, covered_since
from allocator.db.database import Database
from allocator.db.head_places import HeadPlace, PlaceNews, parse_places
from allocator.db.home import Home, private_folder
from allocator.db.own_schema import require_own_schema
from allocator.db.tables import audit
from allocator.db.vouching import Vouching
from allocator.errors import NOTHING_CHANGED, AllocatorError, Unavailable
from allocator.files.atomic import cannot_write, folder_lock, remove_drafts, remove_scratch_folders

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Writing:
    """One writer's turn: all that it writes stays together with its log entries, or none of it."""

    connection: Connection
    log: Log
    key: bytes


class Store:
    """Cycles of one force.

    Parameters
    ----------
    home : Path or str
        Folder with the audit's key and head, the messages, and the database unless it is elsewhere.
    database : str, optional
        URL of an SQLite or PostgreSQL database; an SQLite file in the folder unless given.
    heads : str
        Where else the head of the audit log is published: files outside the folder and sockets of syslog.

    Attributes
    ----------
    done : str or None
        The last act that was done and logged through it.
    places : tuple of HeadPlace
        Where else the head of the audit log is published.
    warn : callable
        Told what an operator should know of them, once.

    Raises
    ------
    InputError
        When a place is none.

    Examples
    --------
    >>> with Store("allocator-home") as store:  # doctest: +SKIP
    ...     store.upgrade()
    """

    def __init__(self, home: Path | str, database: str | None = None, heads: str = "") -> None:
        self.done: str | None = None
        self.home = Home(Path(home), database, heads)
        self.places = parse_places(heads, self.home.folder)
        self.warn: Callable[[PlaceNews], object] = _nothing
        self._faults: dict[HeadPlace, str | None] = {}
        self.database = Database(self.home.url)
        self._vouching = Vouching(self.home)
        self._settle()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection."""
        self.database.close()

    def upgrade(self) -> None:
        """Make the store, or bring its tables up to date.

        Raises
        ------
        AllocatorError
            When it cannot be written, is of a newer version, or has a log whose key is not there.
        """
        self._settle()
        private_folder(self.home.messages)
        self.remove_drafts()
        self.database.upgrade()
        with self.database.writing() as connection:
            entries = connection.execute(select(func.max(audit.c.seq))).scalar() or 0
        self.home.make_key(entries)
        if entries == 0:
            write_head(self.home.head, Head(0, BEGINNING))
        else:
            self._cover()
        self.publish_head()

    @property
    def read_only(self) -> bool:
        """Whether it is a copy that cannot be written: all that can be done with it is to verify it."""
        return not self.home.writable or self.database.read_only

    def _cover(self) -> None:
        """Let a log of an earlier version cover the rows that there are; one that is cut off or changed stays so."""
        with suppress(AllocatorError):
            with self.reading() as connection:
                head = read_head(self.home.head)
                needed = covered_since(connection) is None and is_whole(connection, self.home.key, head)
            if needed:
                with self.writing() as writing:
                    cover_rows(writing.connection, writing.log, writing.key)

    def remove_drafts(self) -> None:
        """Remove what killed processes left: uploads, and what is half written beside heads, key and messages."""
        remove_scratch_folders(self.home.uploads)
        for place in self.places:
            if place.file is not None:
                remove_drafts(place.file.parent, of=place.file.name)
        remove_drafts(self.home.folder)
        with suppress(OSError):
            for folder in (self.home.messages, *self.home.messages.iterdir()):
                if folder.is_dir():
                    remove_drafts(folder)

    def _settle(self) -> None:
        """Finish a restoration that was killed, if its rows are in the database; else there was none."""
        folder = self.home.restoring
        if not folder.is_dir() or not self.home.writable:
            return
        try:
            with folder_lock(folder):  # whoever restores now comes first
                if not folder.is_dir():
                    return
                with suppress(FileNotFoundError), self.database.writing() as connection:
                    if newest_head(connection) == parse_head((folder / "newest").read_bytes()):
                        self.home.finish_restoring()
                        return
                shutil.rmtree(folder)
        except FileNotFoundError:  # whoever restored has finished
            return
        except OSError as error:
            raise cannot_write(folder, error) from error

    def require_ready(self) -> None:
        """Refuse where nothing could be done: the database, the key or the head of the log is away or is another.

        Raises
        ------
        AllocatorError
        """
        with self._noted():
            key = self.home.key
            self.require_writable()
            with self.reading() as connection:
                self._require_heads(connection)
                self._require_key(connection, key)
                self._vouching.follow(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read what is no case data; case data is read in `writing`, since the log tells of it."""
        with self.database.reading() as connection, self._vouching.at_hand(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Write, and log it; the head of the log follows outside the database.

        From the moment of the commit until the head has followed, Ctrl-C is put off: what is done is told as done.
        """
        with self._noted(), self._turn() as writing:
            yield writing

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Tell whoever listens when what is needed is away, and when it is there."""
        try:
            yield
        except Unavailable as error:
            self.database.failed("home", error)
            raise
        self.database.worked("home")

    @contextmanager
    def _turn(self) -> Iterator[Writing]:
        self._settle()
        self.require_writable()
        key = self.home.key
        with self.database.reading() as connection:  # what is new in the log, before anybody waits for this writer
            self._require_key(connection, key)
            self._vouching.follow(connection)
        with ExitStack() as stack:
            with self.database.writing() as connection:
                writing = Writing(connection, Log(connection, key, RowWatch(connection, key)), key)
                begun = writing.log.head
                self._require_key(connection, key)
                self._require_heads(connection)
                require_own_schema(connection)
                with self._vouching.at_hand(connection, writing.log.rows):
                    yield writing
                    writing.log.finish(partial(self._vouching.changed_beside, connection))
                stack.enter_context(defer_signals())
            if writing.log.head != begun:
                self.done = writing.log.act
                self._publish(writing.log.head)
                write_head(self.home.head, writing.log.head)

    def publish_head(self) -> None:
        """Put the head of the log into every other place, unless one of them knows another log."""
        if not self.places:
            return
        with suppress(AllocatorError):  # whoever acts next, or verifies, is told
            with self.reading() as connection:
                self._require_heads(connection)
                head = newest_head(connection)
            self._publish(head)

    def _publish(self, head: Head) -> None:
        # Before the home's own: whoever reads that one finds no earlier one elsewhere, unless a place is away.
        for place in self.places:
            new = place.file is not None and not place.file.exists()
            try:
                place.publish(head)
            except AllocatorError as error:
                self._tell(place, error.text)
            else:
                self._tell(place, None)
                if new:
                    self.warn(PlaceNews(place.name, begins=head.count))

    def _tell(self, place: HeadPlace, fault: str | None) -> None:
        """Tell what is wrong with a place, or that it is right again, once."""
        before, self._faults[place] = self._faults.get(place), fault
        if fault != before:
            self.warn(PlaceNews(place.name, fault))

    def _require_key(self, connection: Connection, key: bytes) -> None:
        """Refuse to go on with a log that was written with another key: what was added could not be verified."""
        linked = (audit.c[name] for name in (*LINKED, "mac"))
        last = connection.execute(select(*linked).order_by(audit.c.seq.desc()).limit(1)).first()
        if last is not None and entry_mac(key, dict(last._mapping)) != last.mac:
            raise Unavailable(
                f"{self.home.folder / 'audit.key'} is not the key with which the audit log was written, or its last "
                "row was changed.",
                told="The key is not that with which the audit log was written, or its last row was changed.",
                outcome=NOTHING_CHANGED,
                maybe="copy the key of the server that is there already, or restore it from a backup.",
            )

    def _require_heads(self, connection: Connection) -> None:
        """Refuse a log that is not as its head in the home knows it, or one in another place that can be read."""
        known = read_head(self.home.head)
        if known is not None:
            require_in_chain(connection, known, self.home.head)
        elif newest_head(connection).count:
            raise no_head(f"{self.home.head} does not exist.")
        for place in self.places:
            known = place.known_head()
            if known is not None:
                require_in_chain(connection, known, place.name)

    def require_writable(self) -> None:
        """Refuse where the home cannot be written.

        Raises
        ------
        Unavailable
        """
        if not self.home.writable:
            raise Unavailable(
                f"{self.home.folder} cannot be written, and whatever is done or read is logged there.",
                told="The folder of the store cannot be written, and whatever is done or read is logged there.",
                outcome=NOTHING_CHANGED,
                maybe="copy it to where you may write; `allocator audit verify` checks a copy that is read only.",
            )


def _nothing(news: PlaceNews) -> None:
    """Nobody listens."""


@contextmanager
def defer_signals() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back, and let them come at the end; only the main thread gets them at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    before = {one: signal.signal(one, lambda *what: came.append(what)) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)
        for number, _ in came[:1]:
            signal.raise_signal(number)
