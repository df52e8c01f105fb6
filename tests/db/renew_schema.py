"""``python -m tests.db.renew_schema``: write down what migrations make, for ``own_schema`` to compare with."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from allocator.db.own_schema import FILE, schema_parts
from allocator.db.store import Store
from tests.db.conftest import database_server


def parts_of(home: Path, url: str | None) -> dict[str, str]:
    """What stands in a store that was made just now."""
    with Store(home, url) as store:
        store.database.upgrade()
        with store.database.reading() as connection:
            return dict(sorted(schema_parts(connection).items()))


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder, database_server() as server:
        found = {
            "sqlite": parts_of(Path(folder) / "one", None),
            "postgresql": parts_of(Path(folder) / "two", server.get_uri()),
        }
    FILE.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
