"""What a cycle is planned with: an export, the reductions in force, the exemptions that stand; and the force today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from allocator.cycles.days import today
from allocator.cycles.reductions import apply_reductions
from allocator.cycles.rollover import with_standing_exemptions, without_reductions
from allocator.db.cycles import Cycle, bump_version, find_cycle, open_cycle
from allocator.db.registers import stored_reductions
from allocator.db.service_tables import policy_changes
from allocator.db.snapshots import load, save
from allocator.db.store import Writing
from allocator.db.tables import exemptions
from allocator.db.vouching import require_logged_rows
from allocator.domain.force import Exemption, Force
from allocator.domain.setting_paths import nest, path_of
from allocator.files.policies import merge_policy


def prepare_force(connection: Connection, export: Force) -> tuple[Force, dict[str, Any]]:
    """An export with the settings of the service, the reductions in force and the exemptions that stand.

    A plan begins on the cycle's date, or today where that is past: what is in force on that day counts.

    Returns
    -------
    (force, exported)
        With it [capacity, status] as exported of each officer whom a reduction changed.

    Raises
    ------
    Conflict
        When one of these was changed beside the log.
    """
    require_logged_rows(connection, "policy_changes", "reductions", "exemptions")
    settings = policy_settings(connection)
    if settings:
        export = export.replace(policy=merge_policy(export.policy, settings, "policy"))
    force = apply_reductions(export, stored_reductions(connection), max(export.cycle_date, today()))
    exported = {
        old.officer_id: [old.capacity, old.status]
        for old, new in zip(export.officers, force.officers, strict=True)
        if old != new
    }
    return with_standing_exemptions(force, _committed_exemptions(connection)), exported


def policy_settings(connection: Connection) -> dict[str, Any]:
    """Nested tables of the settings that hold over those of exports: the newest change of each key."""
    rows = connection.execute(select(policy_changes).order_by(policy_changes.c.id))
    return nest((path_of(row.key), row.value) for row in rows)


def renew_open_cycle(writing: Writing, by: str) -> Cycle | None:
    """Apply settings and reductions as they are now to the data of the open cycle; None where that changes nothing."""
    connection, cycle = writing.connection, open_cycle(writing.connection)
    if cycle is None:
        return None
    before = load(connection, cycle.snapshot_id)
    force, exported = prepare_force(connection, without_reductions(before, cycle.exported))
    if force == before:  # also where an earlier version wrote it down otherwise
        return None
    snapshot_id = save(connection, force)
    bump_version(connection, cycle, snapshot_id=snapshot_id, exported=exported)
    details = {"cases": len(force.cases), "officers": len(force.officers)}
    writing.log.append(by, "renew", details, cycle_id=cycle.id, before=cycle.snapshot_id, after=snapshot_id)
    return find_cycle(connection, cycle.id)


def _committed_exemptions(connection: Connection) -> Iterator[Exemption]:
    """Exemptions of committed cycles, whether they still stand or not."""
    for row in connection.execute(select(exemptions).order_by(exemptions.c.id)):
        yield Exemption(case_id=row.case_id, officer_id=row.officer_id, rule=row.rule, reason=row.reason)
