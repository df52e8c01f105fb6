"""The life of a cycle as one table: which act leads from which states to which, and who may do it.

Enforcement, the manual's table and the tests all come from ``ACTS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["imported", "proposed", "submitted", "approved", "committed", "undone", "discarded"]
STATES: tuple[State, ...] = ("imported", "proposed", "submitted", "approved", "committed", "undone", "discarded")
OPEN: frozenset[State] = frozenset({"imported", "proposed", "submitted", "approved"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does to a cycle.

    Attributes
    ----------
    name : str
        Also the command: ``allocator cycle NAME``.
    before : frozenset of State
        States in which it is allowed.
    after : State or None
        State that it leads to; None where the state stays.
    fresh : bool
        Refused while newer data has made the proposal stale.
    second_person : bool
        Refused to whoever proposed the plan or overrode a placement of it, while ``approval.four_eyes`` holds.
    says : str
        What it does, as the end of a sentence.
    """

    name: str
    before: frozenset[State]
    after: State | None
    fresh: bool
    second_person: bool
    says: str


def _act(
    name: str, before: str, after: State | None, says: str, *, fresh: bool = False, second_person: bool = False
) -> Act:
    states = frozenset(state for state in STATES if state in before.split())
    return Act(name, states, after, fresh, second_person, says)


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        _act(
            "import",
            "imported proposed submitted approved",
            None,
            "reads newer data into the open cycle, or opens the next cycle where none is open",
        ),
        _act(
            "place",
            "imported proposed submitted approved",
            None,
            "gives a case that has nobody to an officer at once; where no cycle is open, the next is opened",
        ),
        _act("propose", "imported proposed", "proposed", "plans the cycle and freezes the plan beside its input"),
        _act("override", "proposed", None, "gives one case to another officer, with a coded reason", fresh=True),
        _act("submit", "proposed", "submitted", "hands the plan over for approval", fresh=True),
        _act("return", "submitted approved", "proposed", "sends the plan back to be changed"),
        _act("approve", "submitted", "approved", "answers for the plan", fresh=True, second_person=True),
        _act("commit", "approved", "committed", "makes the plan real and writes everybody's messages", fresh=True),
        _act("undo", "committed", "undone", "restores officers and dates, and tells those who were told"),
        _act(
            "discard",
            "imported proposed submitted approved",
            "discarded",
            "ends an open cycle without a plan; refused while a case was placed in it",
        ),
    )
}


def who_may(act: Act) -> str:
    """Who may do an act, in words."""
    if act.second_person:
        return (
            "anybody but whoever proposed the plan or overrode a placement of it, or of a plan before of which it "
            "keeps something (`approval.four_eyes`)"
        )
    return "anybody"
