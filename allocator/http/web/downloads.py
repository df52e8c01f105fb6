"""Lists of problems that people download once more."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from allocator.app.actors import User
from allocator.errors import Problem
from allocator.files.writing import csv_text

MOST_DOWNLOADS = 10

MOST_LISTED = 100_000  # problems of one download


@dataclass
class Downloads:
    """Lists of problems to be downloaded once more, for whoever made them; kept a while, and not for ever."""

    kept: OrderedDict[str, tuple[int, str]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, user: User, problems: Sequence[Problem]) -> str:
        """Keep a list; the address at which it is found."""
        rows = [(p.file, p.row, p.column, p.value, p.expected, p.maybe) for p in problems[:MOST_LISTED]]
        text = csv_text([("file", "row", "column", "found", "expected", "advice"), *rows])
        name = secrets.token_urlsafe(16)
        with self.lock:
            self.kept[name] = (user.id, text)
            while len(self.kept) > MOST_DOWNLOADS:
                self.kept.popitem(last=False)
        return f"/downloads/{name}.csv"

    def find(self, user: User, name: str) -> str | None:
        """A list that this person made."""
        with self.lock:
            owner, text = self.kept.get(name, (0, ""))
        return text if owner == user.id else None
