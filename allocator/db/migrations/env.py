"""What Alembic runs to migrate; the connection is given by ``allocator.db.database``."""

from __future__ import annotations

from alembic import context

import allocator.db.service_tables  # noqa: F401  (its tables are migrated too)
from allocator.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    transaction_per_migration=False,
)
context.run_migrations()
