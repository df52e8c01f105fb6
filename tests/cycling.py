"""Tiny forces on disk, and a cycle driven from one state to the next, for tests of the store."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from allocator.app.actors import claimed
from allocator.app.approvals import approve_cycle, discard_cycle, return_cycle, submit_cycle
from allocator.app.commits import commit_cycle, undo_cycle
from allocator.app.imports import import_force
from allocator.app.overrides import override_case
from allocator.app.placements import place_case
from allocator.app.proposals import Proposed, propose_plan
from allocator.db.cycles import Cycle, find_cycle
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.files import write_force
from tests.inline import InlinePool
from tests.tiny import current, force, new, officer

ANN, BOB, CAT = "Ann", "Bob", "Cat"


def turn_calendar(monkeypatch: Any, day: date) -> list[date]:
    """Let it be a day; whoever puts another into the list turns the calendar on."""
    now = [day]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.combine(now[0], time(12), tz)

    monkeypatch.setattr("allocator.cycles.days.datetime", Clock)
    return now


def small(**changes: Any) -> Force:
    """Two divisions; c1 has to leave U, who is not trained; c4 is new, and c5 is of the South."""
    of = force(
        [officer("A"), officer("B"), officer("U", mosovo="none", buddy="A"), officer("S", division="South")],
        [
            current("c1", "U", level=2),
            current("c2", "A"),
            current("c3", "B", risk="high"),
            new("c4"),
            current("c5", "S", division="South"),
        ],
    )
    return of.replace(**changes) if changes else of


def with_case(of: Force, case_id: str, **fields: Any) -> Force:
    """A force in which one case has other fields."""
    cases = tuple(_changed(c, **fields) if c.case_id == case_id else c for c in of.cases)
    return of.replace(cases=cases)


def with_officer(of: Force, officer_id: str, **fields: Any) -> Force:
    """A force in which one officer has other fields."""
    officers = tuple(_changed(o, **fields) if o.officer_id == officer_id else o for o in of.officers)
    return of.replace(officers=officers)


def _changed(row: Any, **fields: Any) -> Any:
    return type(row)(**{**row.model_dump(), **fields})


def export(of: Force, path: Path) -> Path:
    """A force as a folder of CSV."""
    write_force(of, path)
    return path


def imported(store: Store, of: Force, path: Path, by: str = ANN) -> Cycle:
    return import_force(store, claimed(by), export(of, path)).cycle


def proposed(store: Store, of: Force, path: Path, by: str = ANN) -> Proposed:
    imported(store, of, path, by)
    return planned(store, by)


def planned(store: Store, by: str = ANN, **options: Any) -> Proposed:
    return propose_plan(store, claimed(by), pool=InlinePool(), **options)  # type: ignore[arg-type]


def committed(store: Store, of: Force, path: Path) -> Cycle:
    proposed(store, of, path)
    return finished(store)


def finished(store: Store) -> Cycle:
    """A proposed cycle, submitted, approved and committed."""
    submit_cycle(store, claimed(ANN))
    approve_cycle(store, claimed(BOB))
    return commit_cycle(store, claimed(CAT)).cycle


def act(store: Store, name: str, path: Path, by: str = BOB) -> None:
    """Do an act of the table, as somebody who may."""
    match name:
        case "import":
            import_force(store, claimed(by), export(small(name="newer"), path / "again"))
        case "propose":
            planned(store, by)
        case "override":
            planned_for = None if state_of(store) in ("imported", "discarded") else officer_of(store, "c4")
            override_case(store, claimed(by), "c4", "B" if planned_for == "A" else "A", reason="geography")
        case "place":
            place_case(
                store, claimed(by), "c9", "A", reason="geography", new={"division": "North", "risk": "low", "level": 0}
            )
        case "submit":
            submit_cycle(store, claimed(by))
        case "return":
            return_cycle(store, claimed(by), reason="placement")
        case "approve":
            approve_cycle(store, claimed(by))
        case "commit":
            commit_cycle(store, claimed(by))
        case "undo":
            undo_cycle(store, claimed(by))
        case "discard":
            discard_cycle(store, claimed(by))


def officer_of(store: Store, case_id: str) -> str | None:
    """Officer of a case under the plan of the newest cycle."""
    from allocator.db.proposals import find_proposal

    with store.reading() as connection:
        return find_proposal(connection, find_cycle(connection)).plan.officer_of[case_id]


def to_state(store: Store, state: str, path: Path) -> None:
    """A cycle in a state."""
    imported(store, small(), path / "first")
    for name in {
        "imported": (),
        "proposed": ("propose",),
        "submitted": ("propose", "submit"),
        "approved": ("propose", "submit", "approve"),
        "committed": ("propose", "submit", "approve", "commit"),
        "undone": ("propose", "submit", "approve", "commit", "undo"),
        "discarded": ("discard",),
    }[state]:
        act(store, name, path, by=ANN if name in ("propose", "submit") else BOB)


def state_of(store: Store) -> str:
    with store.reading() as connection:
        return find_cycle(connection).state
