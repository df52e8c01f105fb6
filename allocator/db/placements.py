"""Placements between two plans, after they were made: which of them stand, and what newer data does to them.

A case that was placed is with its officer in the data of the cycle, and the officer has a letter that says so. A
placement stands until the next commit, or until newer data gives the case to somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from allocator.db.cycles import last_committed
from allocator.db.outbox import write_letters
from allocator.db.store import Writing
from allocator.db.tables import messages
from allocator.db.vouching import logged_entries
from allocator.domain.force import MOST_ITEMS, Case, Force
from allocator.reporting.letters import no_longer_yours

# Kinds of letters about what was done between plans: no undo of a plan touches them.
LETTERS = ("placed", "not-yours", "cover", "away", "cover-ended")


@dataclass(frozen=True, slots=True)
class Placement:
    """A case that was given to an officer between two plans.

    Attributes
    ----------
    cycle_id : int
        In whose data it was placed.
    reason : str
        A code of ``allocator.cycles.codes.PLACEMENT_REASONS``.
    from_officer_id, from_since : str and date, or None
        Who had it before, and since when; None where nobody had.
    known : bool
        Whether who had it before had been told among ``former`` already.
    """

    cycle_id: int
    case_id: str
    officer_id: str
    reason: str
    by: str
    at: datetime
    from_officer_id: str | None = None
    from_since: date | None = None
    known: bool = False


def list_placements(connection: Connection, *, cycle_id: int | None = None, after: int = 0) -> list[Placement]:
    """Placements that the log tells of, in one cycle or after one, oldest first; a purge takes old ones."""
    rows = [*logged_entries(connection, "place"), *logged_entries(connection, "move")]
    there = (row for row in sorted(rows, key=lambda row: row.seq) if row.details is not None and row.cycle_id > after)
    return [_placement(row) for row in there if cycle_id in (None, row.cycle_id)]


def _placement(row: Row[Any]) -> Placement:
    details = json.loads(row.details)
    given = (row.cycle_id, details["case"], details["officer"], details["reason"], row.actor, row.at)
    if row.act == "place":
        return Placement(*given)
    return Placement(*given, details["from"], date.fromisoformat(details["since"]), details["known"])


def standing_placements(connection: Connection, force: Force | None, *, cycle_id: int | None = None) -> list[Placement]:
    """Placements since the last commit whose case is still with that officer, and whose letter was not taken back.

    Parameters
    ----------
    force : Force or None
        The data before.
    cycle_id : int, optional
        Only those in this cycle.
    """
    if force is None:
        return []
    last = last_committed(connection)
    since = 0 if last is None else last.id
    newest = {one.case_id: one for one in list_placements(connection, cycle_id=cycle_id, after=since)}
    return [
        one
        for one in newest.values()
        if officer_of_case(force, one.case_id) == one.officer_id and _letter(connection, one) is not None
    ]


def _letter(connection: Connection, one: Placement) -> Any:
    """The letter that told the officer; None where it was withdrawn, or taken back by another."""
    query = select(messages.c.id, messages.c.state).where(
        messages.c.cycle_id == one.cycle_id,
        messages.c.kind == "placed",
        messages.c.recipient == one.officer_id,
        messages.c.about == one.case_id,
        messages.c.state != "withdrawn",
    )
    return connection.execute(query).first()


def officer_of_case(force: Force, case_id: str) -> str | None:
    """Who has a case; None where nobody has it, or it is not there."""
    case = force.case_by_id.get(case_id)
    return None if case is None else case.officer


@dataclass(frozen=True, slots=True)
class PlacementFate:
    """What newer data does to a placement.

    Attributes
    ----------
    officer_id, by : str
        With whom the case was placed, and who did that.
    fate : {"stays", "gone", "elsewhere"}
        The data knows of nobody for the case; no longer has it; has somebody else, or nobody.
    now : str or None
        Who has the case in the data.
    """

    case_id: str
    officer_id: str
    by: str
    fate: Literal["stays", "gone", "elsewhere"]
    now: str | None


def uphold_placements(stand: Iterable[Placement], export: Force) -> tuple[Force, tuple[PlacementFate, ...]]:
    """An export in which cases that were placed stay with their officers where it knows of nobody, and what became.

    Such an export, or one that still has who had the case before, is older than the decision. Where it gives the case
    to somebody else, or lacks the case or the officer, the export wins.
    """
    kept: dict[str, Case] = {}
    fates = []
    for one in stand:
        case, officer = export.case_by_id.get(one.case_id), export.officer_by_id.get(one.officer_id)
        if case is not None and officer is not None and case.officer == one.from_officer_id:
            since = min(one.at.date(), export.cycle_date)
            kept[one.case_id] = given_to(case, one.officer_id, since)
            fates.append(PlacementFate(one.case_id, one.officer_id, one.by, "stays", one.officer_id))
        elif case is None:
            fates.append(PlacementFate(one.case_id, one.officer_id, one.by, "gone", None))
        elif case.officer != one.officer_id:
            fates.append(PlacementFate(one.case_id, one.officer_id, one.by, "elsewhere", case.officer))
    if kept:
        export = export.replace(cases=tuple(kept.get(case.case_id, case) for case in export.cases))
    return export, tuple(fates)


def given_to(case: Case, officer_id: str, since: date) -> Case:
    """A case with another officer from a day on; who had it before knows it from now on."""
    knows = case.officer is not None and len(case.former) < MOST_ITEMS
    former = case.former | {str(case.officer)} if knows else case.former
    return Case(**{**case.model_dump(), "officer": officer_id, "since": since, "former": former})


def end_placements(
    writing: Writing, cycle_id: int, stand: Iterable[Placement], force: Force, *, taken_back: bool = False
) -> list[str]:
    """Tell officers of placements that newer data has ended, and give their cases; letters still here are withdrawn.

    Parameters
    ----------
    cycle_id : int
        To whose letters the new ones belong.
    stand : iterable of Placement
        Those that stood until now.
    force : Force
        The data from now on.
    taken_back : bool
        Whether somebody took them back.
    """
    connection, ended = writing.connection, []
    for one in stand:
        letter = _letter(connection, one)
        if letter is None or officer_of_case(force, one.case_id) == one.officer_id:
            continue
        # The same case may be placed with the same officer again, by a letter of its own.
        about = f"{one.case_id} ({letter.id})"
        values = {"about": about, "state": "withdrawn" if letter.state == "waiting" else letter.state}
        connection.execute(messages.update().where(messages.c.id == letter.id).values(values))
        if letter.state != "waiting":
            write_letters(writing, cycle_id, [no_longer_yours(one.officer_id, one.case_id, about, taken_back)])
        ended.append(one.case_id)
    return ended
