"""A store on SQLite, and people of each role: use cases are tested without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from allocator.app.accounts import add_user
from allocator.app.actors import User, claimed
from allocator.app.stores import Store, open_store

PASSWORD = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as made:
        made.upgrade()
        yield made


@pytest.fixture
def person(store: Store) -> Callable[..., User]:
    """Makes accounts: of a role, under a name, of some divisions, as an officer."""

    def made(role: str, name: str | None = None, **options: Any) -> User:
        password = None if role == "service" else PASSWORD
        return add_user(store, claimed("root"), name or f"Some {role}", role, password=password, **options)

    return made
