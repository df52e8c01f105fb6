"""``allocator cycle``: a distribution cycle from its data to its commit, and what is known of it afterwards."""

from __future__ import annotations

import click

from allocator.cli.groups import LazyGroup

_HERE = "allocator.cli.cycle"
PLACES = {
    "import": (f"{_HERE}.data", "Read an export into the open cycle, or open the next one."),
    "rollover": (f"{_HERE}.data", "Open the next cycle from the committed one and a new export."),
    "propose": (f"{_HERE}.plan", "Plan the cycle, proved best, and freeze the plan beside its input."),
    "show": (f"{_HERE}.look", "Show a cycle: state, plan, what newer data touches."),
    "override": (f"{_HERE}.plan", "Give one case to another officer; its price is shown."),
    "place": (f"{_HERE}.plan", "Give a case that has nobody to an officer at once."),
    "move": (f"{_HERE}.plan", "Give a case that has an officer to another at once."),
    "take-back": (f"{_HERE}.plan", "Take the newest placement or move of a case back."),
    "cover": (f"{_HERE}.cover", "Find who covers for officers who are away today, and agree to it."),
    "submit": (f"{_HERE}.decide", "Hand the plan over for approval."),
    "return": (f"{_HERE}.decide", "Send the plan back to be changed."),
    "approve": (f"{_HERE}.decide", "Answer for the plan, as a second person."),
    "commit": (f"{_HERE}.decide", "Make the plan real, and write everybody's messages."),
    "undo": (f"{_HERE}.decide", "Take a commit back, and tell those who were told."),
    "discard": (f"{_HERE}.decide", "End an open cycle without a plan."),
    "list": (f"{_HERE}.look", "List all cycles."),
    "history": (f"{_HERE}.look", "Show what is known of one case or officer."),
    "replay": (f"{_HERE}.look", "Plan a cycle once more from what was frozen, and compare."),
}


@click.command("cycle", cls=LazyGroup, places=PLACES)
def command() -> None:
    """Keep distribution cycles: proposed, approved, committed, replayable, undoable, audited.

    `allocator db upgrade` makes the store first.
    """
