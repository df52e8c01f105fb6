"""What is written for each kind of database, chosen by the one at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import Connection

from allocator.errors import AllocatorError

Choice = TypeVar("Choice")


def for_database(connection: Connection, choices: Mapping[str, Choice]) -> Choice:
    """What there is for the database at hand.

    Parameters
    ----------
    connection : Connection
    choices : mapping of str to object
        By SQLAlchemy's name of the kind of database.

    Raises
    ------
    AllocatorError
        Where there is nothing for it.
    """
    name = connection.dialect.name
    if name not in choices:
        raise AllocatorError(f"{name} found, expected a database of one of these kinds: {', '.join(choices)}.")
    return choices[name]
