"""``allocator buddies``: who could support officers who await MOSOVO training."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, JSON
from allocator.cli.showing import show


@click.command("buddies")
@FORCE
@JSON
def command(force: Path, as_json: bool) -> None:
    """Propose a buddy for each officer who awaits MOSOVO training and has none who serves.

    Of the same division, trained, the load as even as can be, and at most training.buddies each.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.cycles.buddies import propose_buddies

    buddies = propose_buddies(loaded(force).force)

    from allocator.reporting.buddies import buddies_document, buddies_report

    show(buddies_document(buddies) if as_json else buddies_report(buddies))
